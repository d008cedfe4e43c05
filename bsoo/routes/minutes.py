"""Taking minutes: each line is saved as it is typed."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, require
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.meetings.models import AgendaItem, TextLevel
from bsoo.minutes import actions, context, promised, queries, schedule
from bsoo.minutes.models import BlockKind
from bsoo.publications import reach
from bsoo.routes import minutes_lines, minutes_short, promises
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
from bsoo.routes.minutes_form import KINDS, LEVELS, LineForm, Place, place_of

router = APIRouter()
router.include_router(minutes_lines.router)
router.include_router(minutes_short.router)
router.include_router(promises.router)

SAVED = {
    BlockKind.INFORMATION: N_("Note saved"),
    BlockKind.DECISION: N_("Decision saved"),
    BlockKind.ACTION: N_("Action saved"),
    BlockKind.SIGNAL: N_("Signal saved"),
}


@router.get("/overleggen/{region}/{quarter}/verslag")
def minutes(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, punt: str = "") -> Response:
    return _live(request, db, actor, place_of(db, actor, region, quarter), punt)


@router.post("/overleggen/{region}/{quarter}/verslag")
def line_add(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm) -> Response:
    place = place_of(db, actor, region, quarter)
    require(actor, Permission.WRITE_MINUTES, place.region.id)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(LineForm)
        item_id = identifier(form.item) if form.item else None
        taken = actions.start_minutes(db, actor, place.meeting)
        key = form.client_key or str(clock.new_id())
        block = actions.add_block(db, actor, taken, form.as_typed(), client_key=key, agenda_item_id=item_id)
    if tried.refusal:
        return _live(request, db, actor, place, typed.get("item", ""), tried=tried)
    url = path_to(request, "minutes", **place.address, punt=form.item, niveau=str(block.level))
    return done(request, url, toast=_(SAVED[block.kind]))


def _live(
    request: Request,
    db: Session,
    actor: Actor,
    place: Place,
    wanted: str,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    agenda = queries.agenda(db, actor, place.meeting)
    at = next((index for index, item in enumerate(agenda) if str(item.id) == wanted), 0)
    here = agenda[at] if agenda else None
    now = clock.now().astimezone(ZoneInfo(place.meeting.timezone))
    stops = schedule.stops(place.meeting, agenda, now)
    if not wanted:
        at = next((index for index, stop in enumerate(stops) if stop.left is not None), at)
        here = agenda[at] if agenda else None
    lines = queries.lines(db, actor, place.minutes) if place.minutes is not None else []
    return render(
        request,
        "minutes/live.html",
        actor=actor,
        region=place.region,
        meeting=place.meeting,
        stand=reach.stand_of(db, actor, place.meeting),
        address=place.address,
        stops=stops,
        at=at,
        lines=[one for one in lines if one.agenda_item_id == (here.id if here else None)],
        loose=[one for one in lines if here is not None and one.agenda_item_id is None] if at == 0 else [],
        noted={one.agenda_item_id for one in lines},
        saved_at=max((one.written_at for one in lines), default=None),
        ends=schedule.planned_end(place.meeting, agenda),
        present=queries.present(db, actor, place.meeting),
        behind=_behind(db, actor, here),
        carried=promised.carried_over(db, actor, place.meeting),
        kinds=KINDS,
        levels=LEVELS,
        kept_level=_level(request),
        client_key=clock.new_id(),
        may_write=may(actor, Permission.WRITE_MINUTES, place.region.id),
        tried=tried,
    )


def _behind(db: Session, actor: Actor, item: AgendaItem | None) -> list[context.Behind]:
    return context.signals_behind(db, actor, item) if item is not None else []


def _level(request: Request) -> str:
    """The level of the line before, so that a series of public lines is chosen once."""
    asked = request.query_params.get("niveau", "")
    return asked if asked in set(TextLevel) else str(TextLevel.PARTICIPANTS)
