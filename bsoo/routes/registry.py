"""To be filled."""

from fastapi import APIRouter, Request

from bsoo.routes.edge import ReadDB, Staff, Visitor

router = APIRouter()


@router.get("/netwerk")
def network(request: Request, actor: Visitor) -> dict[str, str]:
    return {}
