"""When somebody was last heard of: an answer, coming to a meeting, a signal, a confirmation, a reply."""

from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Subquery, func, union_all

from bsoo.access.actor import Actor
from bsoo.db import among, unindexed
from bsoo.registry.conditions import of_regions
from bsoo.registry.elsewhere import in_sight
from bsoo.registry.keeping.confirmations import LeftNotice, Proposal
from bsoo.registry.keeping.silence import CAME
from bsoo.registry.models import Membership
from bsoo.registry.rows import Columns, columns
from bsoo.registry.snapshots import table_of

_WRITTEN = ("reply", "calendar-reply")
"""Mail from a person; what a mail server or an absence message sends says nothing of them."""


def last_heard(actor: Actor, these: Select[Any] | None = None) -> Subquery:  # Any: of ids
    """`contact_id` and the last day (`on`), of everybody or of these contacts; in regions that the actor may see."""
    found = union_all(*(_of(part, these) for part in _parts(actor, by_contact=these is not None))).subquery()
    contact_id, on = found.c
    return columns(contact_id.label("contact_id"), func.max(on).label("on")).group_by(contact_id).subquery()


def _of(part: Columns, these: Select[Any] | None) -> Columns:  # Any: as above
    return part if these is None else part.where(part.selected_columns[0].in_(these))


def _parts(actor: Actor, *, by_contact: bool) -> list[Columns]:
    """A contact and a day from each table that tells of them."""
    at = unindexed if by_contact else _as_it_is
    invitation, meeting, attendance = table_of("invitation"), table_of("meeting"), table_of("attendance")
    signal, mail = table_of("signal"), table_of("incoming_mail")
    answers = columns(invitation.c.contact_id, _day(invitation.c.answered_at))
    visits = columns(attendance.c.contact_id, meeting.c.on).where(among(attendance.c.presence, CAME))
    replies = columns(mail.c.contact_id, _day(mail.c.received_at)).where(among(mail.c.kind, _WRITTEN))
    signals = columns(signal.c.contact_id, _day(signal.c.submitted_at))
    return [
        answers.join(meeting, meeting.c.id == invitation.c.meeting_id).where(in_sight(actor, meeting.c.region_id)),
        visits.join(meeting, meeting.c.id == attendance.c.meeting_id).where(in_sight(actor, meeting.c.region_id)),
        replies.where(in_sight(actor, at(mail.c.region_id))),
        signals.where(in_sight(actor, at(signal.c.region_id))),
        columns(Membership.contact_id, Membership.confirmed_on).where(of_regions(actor, None)),
        *(columns(said.contact_id, _day(said.said_at)) for said in (Proposal, LeftNotice)),
    ]


def _as_it_is(region_id: Any) -> Any:  # Any: a column
    return region_id


def _day(moment: Any) -> ColumnElement[Any]:  # Any: a column of a moment
    return func.date(moment, type_=Date)
