"""Who was not heard of at the last three meetings of a region that were held, and who said yes and did not come.

The tables of meetings are of a higher package and known by their names.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select

from bsoo.access.actor import Actor
from bsoo.db import among
from bsoo.registry.elsewhere import in_sight
from bsoo.registry.snapshots import table_of

MEETINGS = 3
TWICE = 2
CAME = ("present", "left-early", "walk-in")
SAID_YES = ("on-site", "online")

These = Select[Any] | Sequence[UUID] | None  # Any: of ids
"""Of whom it is asked; of everybody when nobody is named."""


def silent_contacts(actor: Actor, today: date, these: These = None) -> Select[UUID]:
    """Answered none of the three and came to none, as a list to look into."""
    invitation = table_of("invitation")
    found = _invited_to(_last_meetings(actor, today), these).where(
        invitation.c.answer == "silent", ~_was_noted(CAME, [invitation.c.meeting_id])
    )
    return found.having(func.count() >= MEETINGS)


def no_shows(actor: Actor, today: date, these: These = None) -> Select[UUID]:
    """Said yes to two of the three or more and came to none; likewise.

    Once is a child with a fever, or a train. Twice makes one ask whether it was they who answered, and whether they
    work there still; who came to one of the three has told us. It is held against nobody who sent word, nor where
    fewer came than half of those who said yes: more likely the list of who was there was not finished. Who named a
    colleague did not say yes, for that answer is the colleague.
    """
    invitation, meetings = table_of("invitation"), _last_meetings(actor, today)
    last = meetings.add_columns(_has_a_list(meetings.selected_columns[0])).cte()
    found = _invited_to(select(last.c.id).where(last.c.has_a_list), these).where(
        among(invitation.c.answer, SAID_YES), ~_was_noted((*CAME, "excused"), [invitation.c.meeting_id])
    )
    return found.having(func.count() >= TWICE, ~_was_noted(CAME, select(last.c.id)))


def _last_meetings(actor: Actor, today: date) -> Select[UUID]:
    meeting = table_of("meeting")
    place = func.row_number().over(partition_by=meeting.c.region_id, order_by=meeting.c.on.desc())
    ranked = (
        select(meeting.c.id, place.label("place"))
        .where(meeting.c.on < today, meeting.c.state == "planned", in_sight(actor, meeting.c.region_id))
        .subquery()
    )
    return select(ranked.c.id).where(ranked.c.place <= MEETINGS)


def _has_a_list(meeting_id: Any) -> ColumnElement[bool]:  # Any: a column of meetings
    invitation, attendance = table_of("invitation").alias(), table_of("attendance")
    came = select(func.count()).where(attendance.c.meeting_id == meeting_id, among(attendance.c.presence, CAME))
    said = select(func.count()).where(invitation.c.meeting_id == meeting_id, among(invitation.c.answer, SAID_YES))
    numbers = [each.correlate(meeting_id.table).scalar_subquery() for each in (came, said)]
    return (numbers[0] * 2 >= numbers[1]).label("has_a_list")


def _invited_to(meetings: Select[UUID], these: These) -> Select[UUID]:
    invitation = table_of("invitation")
    found: Select[UUID] = (
        select(invitation.c.contact_id)
        .where(invitation.c.meeting_id.in_(meetings), invitation.c.uninvited_at.is_(None))
        .group_by(invitation.c.contact_id)
    )
    return found if these is None else found.where(invitation.c.contact_id.in_(these))


def _was_noted(as_what: tuple[str, ...], at: Any) -> ColumnElement[bool]:  # Any: ids of meetings, or a list of them
    invitation, attendance = table_of("invitation"), table_of("attendance").alias()
    noted = exists().where(
        attendance.c.meeting_id.in_(at),
        attendance.c.contact_id == invitation.c.contact_id,
        among(attendance.c.presence, as_what),
    )
    return noted.correlate(invitation)
