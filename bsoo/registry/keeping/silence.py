"""Who has not been heard of: invited to the last three meetings of a region, answered none and came to none.

The tables of meetings are of a higher package and known by their names.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, select

from bsoo.access.actor import Actor
from bsoo.db import among
from bsoo.registry.elsewhere import in_sight
from bsoo.registry.snapshots import table_of

MEETINGS = 3
CAME = ("present", "left-early", "walk-in")


def silent_contacts(actor: Actor, today: date, contact_id: UUID | None = None) -> Select[UUID]:
    """The contacts, or whether one of them is it, as a list to look into; made once for a statement."""
    invitation, meeting, attendance = table_of("invitation"), table_of("meeting"), table_of("attendance")
    place = func.row_number().over(partition_by=meeting.c.region_id, order_by=meeting.c.on.desc())
    ranked = (
        select(meeting.c.id, place.label("place"))
        .where(
            meeting.c.on < today,
            meeting.c.state == "planned",
            in_sight(actor, meeting.c.region_id),
        )
        .subquery()
    )
    came = exists().where(
        attendance.c.meeting_id == invitation.c.meeting_id,
        attendance.c.contact_id == invitation.c.contact_id,
        among(attendance.c.presence, CAME),
    )
    found: Select[UUID] = (
        select(invitation.c.contact_id)
        .join(ranked, and_(ranked.c.id == invitation.c.meeting_id, ranked.c.place <= MEETINGS))
        .where(
            invitation.c.answer == "silent",
            invitation.c.uninvited_at.is_(None),
            ~came.correlate_except(attendance),
        )
        .group_by(invitation.c.contact_id)
        .having(func.count() >= MEETINGS)
    )
    return found if contact_id is None else found.where(invitation.c.contact_id == contact_id)
