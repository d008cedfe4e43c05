"""What a partner sees of their own signals."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, true
from sqlalchemy import func as sql
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.errors import NotFound
from bsoo.quarters import Quarter
from bsoo.regions import Region
from bsoo.registry.rows import columns
from bsoo.signals.models import NothingNew, Signal, State
from bsoo.signals.queries import in_quarter, visible


@dataclass(frozen=True, slots=True)
class Mine:
    """A signal of a contact, as their own page shows it."""

    id: UUID
    title: str
    state: State
    submitted_at: datetime | None
    question: str
    reason: str
    outcome: str


def signals_of(db: Session, actor: Actor, contact_id: UUID, most: int = 20) -> list[Mine]:
    """What a contact has sent, newest first, the draft on top; for the contact and for staff who may see signals."""
    mine = actor.contact_id == contact_id
    rows = db.execute(
        columns(
            col(Signal.id),
            col(Signal.title),
            col(Signal.state),
            col(Signal.submitted_at),
            col(Signal.question),
            col(Signal.reason),
            col(Signal.outcome),
        )
        .where(
            col(Signal.contact_id) == contact_id,
            true() if mine else and_(visible(actor, None), col(Signal.state) != State.DRAFT),
        )
        .order_by(col(Signal.submitted_at).is_(None).desc(), col(Signal.submitted_at).desc())
        .limit(most)
    ).all()
    return [Mine(*row) for row in rows]


def own_signal(db: Session, actor: Actor, signal_id: UUID) -> Signal:
    """A signal of the contact who asks; others' do not exist for them."""
    found = db.exec(select(Signal).where(Signal.id == signal_id, Signal.contact_id == actor.contact_id)).first()
    if found is None or actor.contact_id is None:
        raise NotFound
    return found


def said_nothing_new(db: Session, actor: Actor) -> set[UUID]:
    """The regions in which this contact said "nothing new" in the running quarter."""
    year, quarter = Quarter.of(clock.today())
    rows = db.exec(
        select(NothingNew.region_id).where(
            NothingNew.contact_id == actor.contact_id, NothingNew.year == year, NothingNew.quarter == quarter
        )
    )
    return set(rows)


def own_regions(db: Session, actor: Actor) -> list[Region]:
    """The regions in which this actor may bring signals, in their fixed order."""
    rows = db.exec(
        select(Region)
        .where(regions_where(actor, Permission.SUBMIT_SIGNAL, Region.id))
        .order_by(col(Region.position), col(Region.name))
    )
    return list(rows)


def number_in_quarter(db: Session, actor: Actor, signal: Signal) -> tuple[int, int]:
    """The how-manieth signal of its region and quarter this is, and of its theme; two counts, no texts of others."""
    if signal.contact_id != actor.contact_id:
        raise NotFound
    earlier = and_(
        col(Signal.region_id) == signal.region_id,
        in_quarter(Quarter(signal.year, signal.quarter)),
        col(Signal.submitted_at) <= signal.submitted_at,
    )
    row = db.execute(
        columns(sql.count(), sql.count().filter(col(Signal.theme) == signal.theme)).select_from(Signal).where(earlier)
    ).one()
    return row[0], row[1]
