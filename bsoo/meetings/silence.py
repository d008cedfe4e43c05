"""Who has not been heard of: invited to the last three meetings of a region, answered none and came to none."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, select
from sqlmodel import col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.meetings.models import Answer, Attendance, Invitation, Meeting, MeetingState, Presence

MEETINGS = 3
CAME = (Presence.PRESENT, Presence.LEFT_EARLY, Presence.WALK_IN)


def silent_contacts(actor: Actor, today: date) -> Select[UUID]:
    """The contacts, as a list to look into; made once for a statement."""
    ranked = (
        select(
            col(Meeting.id).label("id"),
            func.row_number().over(partition_by=col(Meeting.region_id), order_by=col(Meeting.on).desc()).label("place"),
        )
        .where(
            col(Meeting.on) < today,
            col(Meeting.state) == MeetingState.PLANNED,
            regions_where(actor, Permission.VIEW_REGISTRY, Meeting.region_id),
        )
        .subquery()
    )
    came = exists().where(
        col(Attendance.meeting_id) == Invitation.meeting_id,
        col(Attendance.contact_id) == Invitation.contact_id,
        col(Attendance.presence).in_(CAME),
    )
    return (
        select(col(Invitation.contact_id))
        .join(ranked, and_(ranked.c.id == Invitation.meeting_id, ranked.c.place <= MEETINGS))
        .where(
            col(Invitation.answer) == Answer.SILENT,
            col(Invitation.uninvited_at).is_(None),
            ~came.correlate_except(Attendance),
        )
        .group_by(col(Invitation.contact_id))
        .having(func.count() >= MEETINGS)
    )
