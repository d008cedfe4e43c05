"""The short version on top of the minutes, and their approval."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.minutes import actions, queries
from bsoo.minutes.models import BlockKind
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    done,
    path_to,
    render,
)
from bsoo.routes.minutes_form import Place, place_of

router = APIRouter()


class SummaryForm(BaseModel):
    """The short version."""

    summary: Annotated[str, Field(max_length=actions.LONGEST_SUMMARY)] = ""
    revision: int = 0


@router.get("/overleggen/{region}/{quarter}/verslag/kort")
def minutes_summary(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str) -> Response:
    return _summary_page(request, db, actor, place_of(db, actor, region, quarter))


@router.post("/overleggen/{region}/{quarter}/verslag/kort")
def minutes_summary_change(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm
) -> Response:
    place = place_of(db, actor, region, quarter)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(SummaryForm)
        taken = actions.start_minutes(db, actor, place.meeting)
        # A form that was opened before the minutes were begun carries no revision yet.
        revision = form.revision or 1
        actions.change_summary(db, actor, taken, text=form.summary, revision=revision)
    if tried.refusal:
        return _summary_page(request, db, actor, place, tried=tried)
    return done(request, path_to(request, "minutes_publish", **place.address), toast=_("Saved."))


@router.post("/overleggen/{region}/{quarter}/verslag/vastgesteld")
def minutes_adopt(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str) -> Response:
    place = place_of(db, actor, region, quarter)
    if place.minutes is None:
        raise NotFound
    actions.adopt(db, actor, place.minutes, on=clock.today())
    return done(request, path_to(request, "minutes_publish", **place.address), toast=_("The minutes are approved."))


def _summary_page(
    request: Request,
    db: Session,
    actor: Actor,
    place: Place,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    require(actor, Permission.WRITE_MINUTES, place.region.id)
    lines = queries.lines(db, actor, place.minutes) if place.minutes is not None else []
    return render(
        request,
        "minutes/summary.html",
        actor=actor,
        section="meetings",
        region=place.region,
        meeting=place.meeting,
        address=place.address,
        summary=place.minutes.summary if place.minutes is not None else "",
        revision=place.minutes.revision if place.minutes is not None else 0,
        decisions=[one for one in lines if one.kind is BlockKind.DECISION],
        tried=tried,
    )
