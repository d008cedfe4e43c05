"""Lists of what was promised: for a region, for the next meeting, for one contact."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.errors import NotFound
from bsoo.meetings.models import Meeting, TextLevel
from bsoo.minutes import promises
from bsoo.minutes.levels import readable_at
from bsoo.minutes.models import Action, ActionState, Block
from bsoo.minutes.queries import stands
from bsoo.regions import Region
from bsoo.registry.models import Contact, Organisation

PAGE = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an action is."""

    state: ActionState
    is_overdue: bool


Rows = Select[*tuple[Any, ...]]  # Any: fourteen columns are beyond what can be written as a type


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as a list shows it."""

    id: UUID
    code: str
    text: str
    owner: str
    contact: str
    organisation: str
    due_on: date | None
    state: ActionState
    progress: str
    region: str
    region_slug: str
    quarter: str
    promised_on: date
    is_overdue: bool


def actions(
    db: Session, actor: Actor, region_ids: list[UUID] | None, *, is_open: bool = True, page: int = 1
) -> list[ActionRow]:
    """Actions of these regions: the open ones with the oldest day first, or the closed ones, last closed first.

    One row more than a page holds, so that a next page is known.
    """
    query = _action_rows().where(regions_where(actor, Permission.VIEW_MINUTES, Action.region_id))
    if region_ids is not None:
        query = query.where(col(Action.region_id).in_(region_ids))
    query = query.where(col(Action.state) == ActionState.OPEN if is_open else col(Action.state) != ActionState.OPEN)
    order = (
        (col(Action.due_on).is_(None), col(Action.due_on), col(Action.id))
        if is_open
        else (col(Action.closed_at).desc(),)
    )
    return _rows(db, query.order_by(*order).limit(PAGE + 1).offset((page - 1) * PAGE))


def action(db: Session, actor: Actor, action_id: UUID) -> Action:
    """One action, for staff who may see the minutes."""
    found = db.exec(
        select(Action).where(Action.id == action_id, regions_where(actor, Permission.VIEW_MINUTES, Action.region_id))
    ).first()
    if found is None:
        raise NotFound
    return found


def carried_over(db: Session, actor: Actor, meeting: Meeting) -> list[ActionRow]:
    """What earlier meetings of the region left open; it returns by itself until it is closed."""
    query = (
        _action_rows()
        .where(regions_where(actor, Permission.VIEW_MINUTES, Action.region_id))
        .where(
            col(Action.region_id) == meeting.region_id,
            col(Action.state) == ActionState.OPEN,
            col(Meeting.on) < meeting.on,
        )
    )
    return _rows(db, query.order_by(col(Action.due_on).is_(None), col(Action.due_on), col(Action.id)).limit(PAGE))


def states_of(db: Session, actor: Actor, meeting_id: UUID, codes: Collection[str]) -> dict[str, Progress]:
    """How far the actions with these codes are, for whoever reads a publication that names them."""
    query = (
        columns(
            col(Action.number),
            col(Action.state),
            col(Action.due_on),
            col(Region.slug),
            col(Meeting.year),
            col(Meeting.quarter),
        )
        .join(Meeting, col(Meeting.id) == Action.meeting_id)
        .join(Region, col(Region.id) == Action.region_id)
        .where(col(Action.meeting_id) == meeting_id)
    )
    found = {
        promises.code(slug, year, quarter, number): Progress(state, _is_overdue(state, due_on))
        for number, state, due_on, slug, year, quarter in db.execute(query)
    }
    return {code: progress for code, progress in found.items() if code in codes}


def actions_of(db: Session, actor: Actor, contact_id: UUID) -> list[ActionRow]:
    """The open actions of a contact: for themselves by their own link, and for staff of the region."""
    mine = promises.is_mine(actor, contact_id)
    allowed = Permission.VIEW_NETWORK_TEXTS if mine else Permission.VIEW_MINUTES
    query = (
        _action_rows()
        .where(regions_where(actor, allowed, Action.region_id))
        .where(col(Action.owner_contact_id) == contact_id, col(Action.state) == ActionState.OPEN)
    )
    if mine:
        query = query.where(col(Block.level).in_(readable_at(TextLevel.PARTICIPANTS)))
    elif actor.is_contact:
        raise NotFound
    return _rows(db, query.order_by(col(Action.due_on).is_(None), col(Action.due_on)).limit(PAGE))


def _action_rows() -> Rows:
    return (
        columns(
            col(Action.id),
            col(Action.number),
            col(Action.text),
            col(Action.owner_name),
            col(Contact.display_name),
            col(Organisation.name),
            col(Action.due_on),
            col(Action.state),
            col(Action.progress),
            col(Region.name),
            col(Region.slug),
            col(Meeting.year),
            col(Meeting.quarter),
            col(Meeting.on),
        )
        .join(Meeting, col(Meeting.id) == Action.meeting_id)
        .join(Region, col(Region.id) == Action.region_id)
        .outerjoin(Block, col(Block.id) == Action.block_id)
        .outerjoin(Contact, col(Contact.id) == Action.owner_contact_id)
        .outerjoin(Organisation, col(Organisation.id) == Action.owner_organisation_id)
        .where(stands())
    )


def _rows(db: Session, query: Rows) -> list[ActionRow]:
    return [
        ActionRow(
            id=row.id,
            code=promises.code(row.slug, row.year, row.quarter, row.number),
            text=row.text,
            owner=row.owner_name,
            contact=row.display_name or "",
            organisation=row[5] or "",
            due_on=row.due_on,
            state=row.state,
            progress=row.progress,
            region=row[9],
            region_slug=row.slug,
            quarter=f"{row.year}-{row.quarter}",
            promised_on=row.on,
            is_overdue=_is_overdue(row.state, row.due_on),
        )
        for row in db.execute(query)
    ]


def _is_overdue(state: ActionState, due_on: date | None) -> bool:
    return state is ActionState.OPEN and due_on is not None and due_on < clock.today()
