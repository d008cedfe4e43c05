"""Checking people in at the door, and writing down who came without an invitation."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.meetings import attendance, queries, words
from bsoo.meetings.models import Presence
from bsoo.meetings.queries import Card
from bsoo.publications import reach
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    path_to,
    render,
)

router = APIRouter()

SHOWN_AT_ONCE = 60
"""Lines at the door; a search finds the others."""


class WalkInForm(BaseModel):
    """Somebody who came without an invitation."""

    naam: Annotated[str, Field(max_length=200)] = ""
    organisatie: Annotated[str, Field(max_length=200)] = ""


@router.get("/overleggen/{region}/{quarter}/aanwezig")
def meeting_attendance(
    request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, q: str = "", alles: str = ""
) -> Response:
    return _page(request, db, actor, queries.meeting_at(db, actor, region, quarter), q=q, everybody=bool(alles))


@router.post("/overleggen/{region}/{quarter}/aanwezig/{contact_id}")
def attendance_tick(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, contact_id: str, typed: TypedForm
) -> Response:
    """A tick means present, no tick takes it back; the form says what else it may be."""
    card = queries.meeting_at(db, actor, region, quarter)
    given = typed.get("aanwezig", "")
    presence = Presence(given) if given in list(Presence) else Presence.EXPECTED
    attendance.check_in(db, actor, card.meeting, identifier(contact_id), presence=presence)
    return done(request, _url(request, card, q=typed.get("q", "")))


@router.post("/overleggen/{region}/{quarter}/aanwezig")
def attendance_walk_in(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm
) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    require(actor, Permission.PLAN_MEETINGS, card.region.id)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(WalkInForm)
        line = attendance.add_walk_in(db, actor, card.meeting, name=form.naam, organisation=form.organisatie)
    if tried.refusal:
        return _page(request, db, actor, card, tried=tried)
    undo = path_to(request, "attendance_remove", region=region, quarter=quarter, attendance_id=line.id)
    return done(request, _url(request, card), toast=_("%(name)s is present.", name=line.name), undo=undo)


@router.post("/overleggen/{region}/{quarter}/aanwezig/{attendance_id}/weg")
def attendance_remove(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, attendance_id: str
) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    attendance.remove_walk_in(db, actor, card.meeting, identifier(attendance_id))
    return done(request, _url(request, card), toast=_("Taken off the list."))


def _page(
    request: Request,
    db: Session,
    actor: Actor,
    card: Card,
    *,
    q: str = "",
    everybody: bool = False,
    tried: Tried = UNTRIED,
) -> Response:
    everyone = attendance.attendees(db, actor, card.meeting)
    found = attendance.looking_for(everyone, q[:100])
    # Without a search the door list is who is expected or was there; the others appear when somebody looks for them.
    shown = found if q else [line for line in found if line.is_expected or line.was_there]
    return render(
        request,
        "meetings/attendance.html",
        actor=actor,
        section="meetings",
        card=card,
        stand=reach.stand_of(db, actor, card.meeting),
        lines=shown if everybody else shown[:SHOWN_AT_ONCE],
        more=0 if everybody else max(0, len(shown) - SHOWN_AT_ONCE),
        present=sum(line.was_there for line in everyone),
        walk_ins=sum(line.walk_in_id is not None for line in everyone),
        q=q,
        tried=tried,
        words=words,
    )


def _url(request: Request, card: Card, q: str = "") -> str:
    return path_to(request, "meeting_attendance", region=card.region.slug, quarter=card.meeting.slug, q=q)
