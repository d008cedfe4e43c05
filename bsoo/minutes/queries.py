"""What was written down and what was promised, filtered by who reads and up to their level."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, or_, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, regions_where
from bsoo.errors import NotFound
from bsoo.meetings.models import AgendaItem, Attendance, Meeting, Presence, TextLevel
from bsoo.minutes import promises
from bsoo.minutes.levels import readable_at
from bsoo.minutes.models import Action, ActionState, Block, BlockKind, Minutes, MinutesState
from bsoo.regions import Region
from bsoo.registry.models import Contact, Organisation

WAS_THERE = (Presence.PRESENT, Presence.LEFT_EARLY, Presence.WALK_IN)
QUARTER = re.compile(r"([12][0-9]{3})-([1-4])")


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the minutes, with its action when it is one."""

    id: UUID
    agenda_item_id: UUID | None
    kind: BlockKind
    level: TextLevel
    text: str
    written_at: datetime
    revision: int
    code: str = ""
    owner: str = ""
    contact: str = ""
    organisation: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """Who was there."""

    name: str
    organisation: str


def meeting_of(db: Session, actor: Actor, region_slug: str, quarter: str) -> tuple[Region, Meeting, Minutes | None]:
    """The meeting in an address such as amsterdam/2026-4 with its minutes, for staff who may see those."""
    written = QUARTER.fullmatch(quarter)
    if written is None:
        raise NotFound
    found = db.exec(
        select(Region, Meeting, Minutes)
        .join(Meeting, col(Meeting.region_id) == Region.id)
        .outerjoin(Minutes, col(Minutes.meeting_id) == Meeting.id)
        .where(Region.slug == region_slug, Meeting.year == int(written[1]), Meeting.quarter == int(written[2]))
        .where(regions_where(actor, Permission.VIEW_MINUTES, Region.id))
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1], found[2]


def minutes_of(db: Session, actor: Actor, meeting: Meeting) -> Minutes | None:
    """The minutes of a meeting, when they were begun and this reader may see them."""
    if level_of(actor, meeting.region_id) is None:
        return None
    minutes = db.exec(select(Minutes).where(Minutes.meeting_id == meeting.id)).first()
    if minutes is None or (not actor.is_staff and minutes.state is MinutesState.DRAFT and actor.is_contact):
        return None
    return minutes


def level_of(actor: Actor, region_id: UUID) -> TextLevel | None:
    """Up to which level somebody reads the minutes of a region; the public reads publications only."""
    if may(actor, Permission.VIEW_MINUTES, region_id):
        return TextLevel.INTERNAL
    return TextLevel.PARTICIPANTS if may(actor, Permission.VIEW_NETWORK_TEXTS, region_id) else None


def lines(
    db: Session, actor: Actor, minutes: Minutes, up_to: TextLevel = TextLevel.INTERNAL, item_id: UUID | None = None
) -> list[LineRow]:
    """The lines in their order, never above the reader's own level; of one agenda item, or of all."""
    own = level_of(actor, minutes.region_id)
    if own is None:
        raise NotFound
    levels = [level for level in readable_at(own) if level in readable_at(up_to)]
    query = (
        columns(
            col(Block.id),
            col(Block.agenda_item_id),
            col(Block.kind),
            col(Block.level),
            col(Block.text),
            col(Block.created_at),
            col(Block.revision),
            col(Action.number),
            col(Action.owner_name),
            col(Contact.display_name),
            col(Organisation.name),
            col(Action.due_on),
            col(Region.slug),
            col(Meeting.year),
            col(Meeting.quarter),
        )
        .join(Minutes, col(Minutes.id) == Block.minutes_id)
        .join(Meeting, col(Meeting.id) == Minutes.meeting_id)
        .join(Region, col(Region.id) == Minutes.region_id)
        .outerjoin(Action, (col(Action.block_id) == Block.id) & (col(Block.kind) == BlockKind.ACTION))
        .outerjoin(Contact, col(Contact.id) == Action.owner_contact_id)
        .outerjoin(Organisation, col(Organisation.id) == Action.owner_organisation_id)
        .where(col(Block.minutes_id) == minutes.id, col(Block.removed_at).is_(None), col(Block.level).in_(levels))
        .order_by(col(Block.position), col(Block.id))
    )
    if item_id is not None:
        query = query.where(col(Block.agenda_item_id) == item_id)
    return [
        LineRow(
            id=row[0],
            agenda_item_id=row[1],
            kind=row[2],
            level=row[3],
            text=row[4],
            written_at=row[5],
            revision=row[6],
            code=promises.code(row[12], row[13], row[14], row[7]) if row[7] else "",
            owner=row[8] or "",
            contact=row[9] or "",
            organisation=row[10] or "",
            due_on=row[11],
        )
        for row in db.execute(query)
    ]


def block(db: Session, actor: Actor, block_id: UUID) -> tuple[Block, Minutes]:
    """One line and its minutes, for staff who may see them."""
    found = db.exec(
        select(Block, Minutes)
        .join(Minutes, col(Minutes.id) == Block.minutes_id)
        .where(Block.id == block_id, regions_where(actor, Permission.VIEW_MINUTES, Minutes.region_id))
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def agenda(db: Session, actor: Actor, meeting: Meeting) -> list[AgendaItem]:
    """The agenda in its order, for staff who may see the minutes."""
    return list(
        db.exec(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting.id)
            .where(regions_where(actor, Permission.VIEW_MINUTES, AgendaItem.region_id))
            .order_by(col(AgendaItem.position), col(AgendaItem.id))
        )
    )


def present(db: Session, actor: Actor, meeting: Meeting) -> list[Present]:
    """Who was there, by name, for staff; walk-ins have only the words that were noted."""
    rows = db.execute(
        columns(
            col(Attendance.name),
            col(Contact.display_name),
            col(Organisation.name),
            col(Attendance.organisation_name),
        )
        .outerjoin(Contact, col(Contact.id) == Attendance.contact_id)
        .outerjoin(Organisation, col(Organisation.id) == Attendance.organisation_id)
        .join(Meeting, col(Meeting.id) == Attendance.meeting_id)
        .where(col(Attendance.meeting_id) == meeting.id, col(Attendance.presence).in_(WAS_THERE))
        .where(regions_where(actor, Permission.VIEW_MINUTES, Meeting.region_id))
    ).all()
    return sorted(
        (Present(contact or name, organisation or typed) for name, contact, organisation, typed in rows),
        key=lambda one: one.name.casefold(),
    )


def open_actions(db: Session, actor: Actor, region_ids: list[UUID] | None) -> tuple[int, int]:
    """How many actions are open in these regions (None is all permitted), and how many of them are overdue."""
    overdue = func.sum(case((col(Action.due_on) < clock.today(), 1), else_=0))
    query = (
        columns(func.count(col(Action.id)), overdue)
        .outerjoin(Block, col(Block.id) == Action.block_id)
        .where(stands(), col(Action.state) == ActionState.OPEN)
        .where(regions_where(actor, Permission.VIEW_MINUTES, Action.region_id))
    )
    if region_ids is not None:
        query = query.where(col(Action.region_id).in_(region_ids))
    total, late = db.execute(query).one()
    return total, int(late or 0)


def stands() -> ColumnElement[bool]:
    """The action's line was not removed and still is an action."""
    return or_(
        col(Action.block_id).is_(None), (col(Block.removed_at).is_(None)) & (col(Block.kind) == BlockKind.ACTION)
    )
