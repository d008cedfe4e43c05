"""The plain page of a meeting, to which calendar entries and letters point: no person, no key, and a way back in."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.meetings.models import Meeting
from bsoo.publications import upcoming
from bsoo.regions import Region
from bsoo.registry import own_link
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Tried,
    TypedForm,
    Visitor,
    WriteDB,
    attempt,
    done,
    path_to,
    render,
    slow_down,
)

router = APIRouter()


class AddressForm(BaseModel):
    """Where the link was sent before."""

    email: Annotated[str, Field(max_length=254)]


@router.get("/overleg/{region}/{quarter}")
def public_meeting(
    request: Request, db: ReadDB, actor: Visitor, region: str, quarter: str, verstuurd: str = ""
) -> Response:
    place, meeting = upcoming.meeting_at(db, actor, region, quarter)
    return _page(request, actor, place, meeting, sent=bool(verstuurd))


@router.post("/overleg/{region}/{quarter}/link")
def own_link_again(
    request: Request, db: WriteDB, actor: Visitor, region: str, quarter: str, typed: TypedForm
) -> Response:
    place, meeting = upcoming.meeting_at(db, actor, region, quarter)
    with Tried(typed) as tried:
        slow_down(request, db, "own-link", every=timedelta(minutes=1), burst=5)
        form = typed.check(AddressForm)
        with attempt(db):
            own_link.ask_again(db, actor, place, form.email)
    if tried.refusal:
        return _page(request, actor, place, meeting, tried=tried)
    return done(request, path_to(request, "public_meeting", region=region, quarter=quarter, verstuurd="ja"))


def _page(
    request: Request,
    actor: Actor,
    region: Region,
    meeting: Meeting,
    *,
    sent: bool = False,
    tried: Tried = UNTRIED,
) -> Response:
    return render(
        request,
        "public/meeting.html",
        actor=actor,
        section="public_home",
        region=region,
        meeting=meeting,
        sent=sent,
        tried=tried,
    )
