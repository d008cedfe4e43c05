"""Changing, removing and putting back a line of the minutes."""

from datetime import date

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.minutes import actions, queries
from bsoo.minutes.models import Block
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
from bsoo.templating import day_month

router = APIRouter()


@router.get("/overleggen/{region}/{quarter}/verslag/regel/{block_id}")
def line(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, block_id: str) -> Response:
    block, _minutes = queries.block(db, actor, identifier(block_id))
    return _line_page(request, db, actor, place_of(db, actor, region, quarter), block)


@router.post("/overleggen/{region}/{quarter}/verslag/regel/{block_id}")
def line_change(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, block_id: str, typed: TypedForm
) -> Response:
    place = place_of(db, actor, region, quarter)
    block, _minutes = queries.block(db, actor, identifier(block_id))
    with Tried(typed) as tried, attempt(db):
        form = typed.check(LineForm)
        actions.change_block(db, actor, block, form.as_typed(), revision=form.revision)
    if tried.refusal:
        return _line_page(request, db, actor, place, block, tried=tried)
    return done(request, _back(request, place, block), toast=_("Line changed"))


@router.post("/overleggen/{region}/{quarter}/verslag/regel/{block_id}/weg")
def line_remove(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, block_id: str) -> Response:
    place = place_of(db, actor, region, quarter)
    block, _minutes = queries.block(db, actor, identifier(block_id))
    actions.remove_block(db, actor, block)
    undo = path_to(request, "line_restore", **place.address, block_id=block.id)
    return done(request, _back(request, place, block), toast=_("Line removed"), undo=undo)


@router.post("/overleggen/{region}/{quarter}/verslag/regel/{block_id}/terug")
def line_restore(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, block_id: str) -> Response:
    place = place_of(db, actor, region, quarter)
    block, _minutes = queries.block(db, actor, identifier(block_id))
    actions.restore_block(db, actor, block)
    return done(request, _back(request, place, block), toast=_("Put back"))


def _back(request: Request, place: Place, block: Block) -> str:
    return path_to(request, "minutes", **place.address, punt=block.agenda_item_id or "")


def _line_page(
    request: Request,
    db: Session,
    actor: Actor,
    place: Place,
    block: Block,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    require(actor, Permission.WRITE_MINUTES, place.region.id)
    if place.minutes is None or block.minutes_id != place.minutes.id or block.removed_at is not None:
        raise NotFound
    row = next(one for one in queries.lines(db, actor, place.minutes) if one.id == block.id)
    return render(
        request,
        "minutes/line.html",
        actor=actor,
        section="meetings",
        region=place.region,
        address=place.address,
        line=row,
        due=_due_words(row.due_on),
        kinds=KINDS,
        levels=LEVELS,
        present=queries.present(db, actor, place.meeting),
        tried=tried,
    )


def _due_words(due_on: date | None) -> str:
    return f"{day_month(due_on)} {due_on.year}" if due_on is not None else ""
