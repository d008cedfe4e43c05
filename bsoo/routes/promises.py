"""The list of what was promised, region by region."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions, require
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.minutes import promised, promises, queries
from bsoo.minutes.models import ActionState
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    chosen_region,
    done,
    identifier,
    my_regions,
    page_number,
    path_to,
    render,
)

router = APIRouter()

ENDINGS = (
    (ActionState.DONE, N_("done")),
    (ActionState.DROPPED, N_("dropped, because …")),
    (ActionState.MOVED, N_("moved to …")),
)


class ClosingForm(BaseModel):
    """How an action ended."""

    state: ActionState = ActionState.DONE
    progress: Annotated[str, Field(max_length=promises.LONGEST_PROGRESS)] = ""


class DayForm(BaseModel):
    """Another day for an action."""

    before: Annotated[str, Field(max_length=60)]


@router.get("/acties")
def actions(
    request: Request, db: ReadDB, actor: Staff, gesloten: str = "", bladzijde: str = "1", actie: str = ""
) -> Response:
    return _list(request, db, actor, is_open=not gesloten, page=page_number(bladzijde), unfolded=actie)


@router.post("/acties/{action_id}")
def action_close(request: Request, db: WriteDB, actor: Staff, action_id: str, typed: TypedForm) -> Response:
    action = promised.action(db, actor, identifier(action_id))
    require(actor, Permission.WRITE_MINUTES, action.region_id)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ClosingForm)
        promises.close_action(db, actor, action, state=form.state, progress=form.progress)
    if tried.refusal:
        return _list(request, db, actor, tried=tried, unfolded=str(action.id))
    undo = path_to(request, "action_reopen", action_id=action.id)
    return done(request, path_to(request, "actions"), toast=_("Action closed"), undo=undo)


@router.post("/acties/{action_id}/heropend")
def action_reopen(request: Request, db: WriteDB, actor: Staff, action_id: str) -> Response:
    promises.reopen_action(db, actor, promised.action(db, actor, identifier(action_id)))
    return done(request, path_to(request, "actions"), toast=_("Put back"))


@router.post("/acties/{action_id}/dag")
def action_day(request: Request, db: WriteDB, actor: Staff, action_id: str, typed: TypedForm) -> Response:
    action = promised.action(db, actor, identifier(action_id))
    require(actor, Permission.WRITE_MINUTES, action.region_id)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(DayForm)
        promises.give_until(db, actor, action, before=form.before)
    if tried.refusal:
        return _list(request, db, actor, tried=tried, unfolded=str(action.id))
    return done(request, path_to(request, "actions"), toast=_("Other day noted"))


def _list(
    request: Request,
    db: Session,
    actor: Actor,
    *,
    is_open: bool = True,
    page: int = 1,
    unfolded: str = "",
    tried: Tried = UNTRIED,
) -> Response:
    ids = _regions(request, actor)
    total, overdue = queries.open_actions(db, actor, ids)
    rows = promised.actions(db, actor, ids, is_open=is_open, page=page)
    return render(
        request,
        "minutes/actions.html",
        actor=actor,
        section="meetings",
        rows=rows[: promised.PAGE],
        has_more=len(rows) > promised.PAGE,
        page=page,
        total=total,
        overdue=overdue,
        is_open=is_open,
        unfolded=unfolded,
        endings=ENDINGS,
        tried=tried,
    )


def _regions(request: Request, actor: Actor) -> list[UUID] | None:
    chosen = chosen_region(request)
    if chosen is not None:
        return [chosen.id]
    return (
        None if permitted_regions(actor, Permission.VIEW_MINUTES) is None else [one.id for one in my_regions(request)]
    )
