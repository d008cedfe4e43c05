"""Taking minutes line by line, and the actions that come out of them."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, require
from bsoo.errors import Conflict, NotFound, Refused
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.meetings.models import AgendaItem, Meeting, TextLevel
from bsoo.minutes import actions, context, promised, queries, schedule
from bsoo.minutes.models import Block, BlockKind, Minutes
from bsoo.regions import Region
from bsoo.routes import promises
from bsoo.routes.edge import (
    ReadDB,
    Staff,
    Typed,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    path_to,
    render,
)
from bsoo.templating import day_month

router = APIRouter()
router.include_router(promises.router)

KINDS = (
    (BlockKind.INFORMATION, N_("Note"), ""),
    (BlockKind.DECISION, N_("Decision"), "="),
    (BlockKind.ACTION, N_("Action"), "!"),
)
LEVELS = (
    (TextLevel.PARTICIPANTS, N_("Participants")),
    (TextLevel.PUBLIC, N_("Public")),
    (TextLevel.INTERNAL, N_("Internal")),
)
SAVED = {
    BlockKind.INFORMATION: N_("Note saved"),
    BlockKind.DECISION: N_("Decision saved"),
    BlockKind.ACTION: N_("Action saved"),
    BlockKind.SIGNAL: N_("Signal saved"),
}


class LineForm(BaseModel):
    """One line of the minutes."""

    text: Annotated[str, Field(max_length=actions.LONGEST_LINE)] = ""
    kind: BlockKind = BlockKind.INFORMATION
    level: TextLevel = TextLevel.PARTICIPANTS
    who: Annotated[str, Field(max_length=200)] = ""
    before: Annotated[str, Field(max_length=60)] = ""
    item: Annotated[str, Field(max_length=40)] = ""
    client_key: Annotated[str, Field(max_length=60)] = ""
    revision: int = 0

    def as_typed(self) -> actions.Typed:
        return actions.Typed(self.text, self.kind, self.level, self.who, self.before)


class SummaryForm(BaseModel):
    """The short version."""

    summary: Annotated[str, Field(max_length=actions.LONGEST_SUMMARY)] = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """The meeting in the address, with what is known of its minutes."""

    region: Region
    meeting: Meeting
    minutes: Minutes | None

    @property
    def address(self) -> dict[str, str]:
        return {"region": self.region.slug, "quarter": self.meeting.slug}


# --- Taking minutes -------------------------------------------------------------------------------------------------


@router.get("/overleggen/{region}/{quarter}/verslag")
def minutes(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, punt: str = "") -> Response:
    return _live(request, db, actor, _place(db, actor, region, quarter), punt)


@router.post("/overleggen/{region}/{quarter}/verslag")
def line_add(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm) -> Response:
    place = _place(db, actor, region, quarter)
    try:
        form = typed.check(LineForm)
        with attempt(db):
            item_id = identifier(form.item) if form.item else None
            taken = actions.start_minutes(db, actor, place.meeting)
            key = form.client_key or str(clock.new_id())
            block = actions.add_block(db, actor, taken, form.as_typed(), client_key=key, agenda_item_id=item_id)
    except Refused as refusal:
        return _live(request, db, actor, place, typed.get("item", ""), typed=typed, errors=refusal.errors, status=422)
    url = path_to(request, "minutes", **place.address, punt=form.item, niveau=str(block.level))
    return done(request, url, toast=_(SAVED[block.kind]))


@router.get("/overleggen/{region}/{quarter}/verslag/regel/{block_id}")
def line(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, block_id: str) -> Response:
    block, _minutes = queries.block(db, actor, identifier(block_id))
    return _line_page(request, db, actor, _place(db, actor, region, quarter), block)


@router.post("/overleggen/{region}/{quarter}/verslag/regel/{block_id}")
def line_change(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, block_id: str, typed: TypedForm
) -> Response:
    place = _place(db, actor, region, quarter)
    block, _minutes = queries.block(db, actor, identifier(block_id))
    try:
        form = typed.check(LineForm)
        with attempt(db):
            actions.change_block(db, actor, block, form.as_typed(), revision=form.revision)
    except Conflict as conflict:
        return _line_page(
            request, db, actor, place, block, typed=typed, errors=conflict.errors, status=HTTPStatus.CONFLICT
        )
    except Refused as refusal:
        return _line_page(request, db, actor, place, block, typed=typed, errors=refusal.errors, status=422)
    return done(request, _back(request, place, block), toast=_("Line changed"))


@router.post("/overleggen/{region}/{quarter}/verslag/regel/{block_id}/weg")
def line_remove(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, block_id: str) -> Response:
    place = _place(db, actor, region, quarter)
    block, _minutes = queries.block(db, actor, identifier(block_id))
    actions.remove_block(db, actor, block)
    undo = path_to(request, "line_restore", **place.address, block_id=block.id)
    return done(request, _back(request, place, block), toast=_("Line removed"), undo=undo)


@router.post("/overleggen/{region}/{quarter}/verslag/regel/{block_id}/terug")
def line_restore(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, block_id: str) -> Response:
    place = _place(db, actor, region, quarter)
    block, _minutes = queries.block(db, actor, identifier(block_id))
    actions.restore_block(db, actor, block)
    return done(request, _back(request, place, block), toast=_("Put back"))


@router.get("/overleggen/{region}/{quarter}/verslag/kort")
def minutes_summary(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str) -> Response:
    return _summary_page(request, db, actor, _place(db, actor, region, quarter))


@router.post("/overleggen/{region}/{quarter}/verslag/kort")
def minutes_summary_change(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm
) -> Response:
    place = _place(db, actor, region, quarter)
    try:
        form = typed.check(SummaryForm)
        with attempt(db):
            taken = actions.start_minutes(db, actor, place.meeting)
            # A form that was opened before the minutes were begun carries no revision yet.
            revision = form.revision or 1
            actions.change_summary(db, actor, taken, text=form.summary, revision=revision)
    except Conflict as conflict:
        return _summary_page(request, db, actor, place, typed=typed, errors=conflict.errors, status=HTTPStatus.CONFLICT)
    except Refused as refusal:
        return _summary_page(request, db, actor, place, typed=typed, errors=refusal.errors, status=422)
    return done(request, path_to(request, "minutes_publish", **place.address), toast=_("Saved."))


@router.post("/overleggen/{region}/{quarter}/verslag/vastgesteld")
def minutes_adopt(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str) -> Response:
    place = _place(db, actor, region, quarter)
    if place.minutes is None:
        raise NotFound
    actions.adopt(db, actor, place.minutes, on=clock.today())
    return done(request, path_to(request, "minutes_publish", **place.address), toast=_("The minutes are approved."))


# --- Pages ----------------------------------------------------------------------------------------------------------


def _place(db: Session, actor: Actor, region: str, quarter: str) -> Place:
    return Place(*queries.meeting_of(db, actor, region, quarter))


def _back(request: Request, place: Place, block: Block) -> str:
    return path_to(request, "minutes", **place.address, punt=block.agenda_item_id or "")


def _live(
    request: Request,
    db: Session,
    actor: Actor,
    place: Place,
    wanted: str,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
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
        status=status,
        region=place.region,
        meeting=place.meeting,
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
        typed=typed or {},
        errors=errors or {},
    )


def _behind(db: Session, actor: Actor, item: AgendaItem | None) -> list[context.Behind]:
    return context.signals_behind(db, actor, item) if item is not None else []


def _level(request: Request) -> str:
    """The level of the line before, so that a series of public lines is chosen once."""
    asked = request.query_params.get("niveau", "")
    return asked if asked in set(TextLevel) else str(TextLevel.PARTICIPANTS)


def _line_page(
    request: Request,
    db: Session,
    actor: Actor,
    place: Place,
    block: Block,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    require(actor, Permission.WRITE_MINUTES, place.region.id)
    if place.minutes is None or block.minutes_id != place.minutes.id or block.removed_at is not None:
        raise NotFound
    row = next(one for one in queries.lines(db, actor, place.minutes) if one.id == block.id)
    return render(
        request,
        "minutes/line.html",
        actor=actor,
        status=status,
        section="meetings",
        region=place.region,
        meeting=place.meeting,
        address=place.address,
        line=row,
        due=_due_words(row.due_on),
        kinds=KINDS,
        levels=LEVELS,
        is_conflict=status == HTTPStatus.CONFLICT,
        present=queries.present(db, actor, place.meeting),
        typed=typed or {},
        errors=errors or {},
    )


def _due_words(due_on: date | None) -> str:
    return f"{day_month(due_on)} {due_on.year}" if due_on is not None else ""


def _summary_page(
    request: Request,
    db: Session,
    actor: Actor,
    place: Place,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    require(actor, Permission.WRITE_MINUTES, place.region.id)
    lines = queries.lines(db, actor, place.minutes) if place.minutes is not None else []
    return render(
        request,
        "minutes/summary.html",
        actor=actor,
        status=status,
        section="meetings",
        region=place.region,
        meeting=place.meeting,
        address=place.address,
        summary=place.minutes.summary if place.minutes is not None else "",
        revision=place.minutes.revision if place.minutes is not None else 0,
        decisions=[one for one in lines if one.kind is BlockKind.DECISION],
        is_conflict=status == HTTPStatus.CONFLICT,
        typed=typed or {},
        errors=errors or {},
    )
