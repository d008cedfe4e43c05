"""To be filled."""

from fastapi import APIRouter, Request

from bsoo.routes.edge import ReadDB, Staff, Visitor

router = APIRouter()


@router.get("/")
def public_home(request: Request, actor: Visitor) -> dict[str, str]:
    return {}


@router.get("/privacy")
def privacy(request: Request, actor: Visitor) -> dict[str, str]:
    return {}


@router.get("/toegankelijkheid")
def accessibility_statement(request: Request, actor: Visitor) -> dict[str, str]:
    return {}


@router.get("/aanmelden")
def join(request: Request, actor: Visitor) -> dict[str, str]:
    return {}
