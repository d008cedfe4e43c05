"""What helps the note taker at an agenda item: the signals behind it."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, regions_where
from bsoo.meetings.models import AgendaItem
from bsoo.registry.models import Organisation
from bsoo.signals.models import Level, Signal


@dataclass(frozen=True, slots=True)
class Behind:
    """A signal behind an agenda item."""

    title: str
    organisation: str


def signals_behind(db: Session, actor: Actor, item: AgendaItem) -> list[Behind]:
    """The signals of an item, for staff; sensitive ones only for the named role."""
    if item.signal_id is None and item.bundle_id is None:
        return []
    mine = col(Signal.bundle_id) == item.bundle_id if item.bundle_id else col(Signal.id) == item.signal_id
    query = (
        select(Signal.title, Organisation.name)
        .outerjoin(Organisation, col(Organisation.id) == Signal.organisation_id)
        .where(mine, regions_where(actor, Permission.VIEW_SIGNALS, Signal.region_id))
        .order_by(col(Signal.submitted_at))
        .limit(12)
    )
    if not may(actor, Permission.VIEW_SENSITIVE, item.region_id):
        query = query.where(Signal.level != Level.SENSITIVE)
    return [Behind(title, organisation or "") for title, organisation in db.exec(query)]
