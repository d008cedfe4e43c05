"""The next meeting of a region, as a letter would tell of it."""

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.mail.letter_facts import MeetingFacts
from bsoo.meetings.entries import facts_of
from bsoo.meetings.models import Meeting, MeetingState
from bsoo.regions import Region


def next_up(db: Session, actor: Actor, region: Region) -> MeetingFacts | None:
    """The facts of the first meeting that is still to come."""
    require(actor, Permission.VIEW_MEETINGS, region.id)
    query = select(Meeting).where(
        Meeting.region_id == region.id, col(Meeting.on) >= clock.today(), Meeting.state != MeetingState.CANCELLED
    )
    found = db.exec(query.order_by(col(Meeting.on)).limit(1)).first()
    return facts_of(region, found) if found is not None else None
