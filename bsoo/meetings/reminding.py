"""Reminding those who did not answer, and nobody else: three rounds at most, each once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, func
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.db import UTCDateTime
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import outbox
from bsoo.mail.models import Mailing
from bsoo.meetings import absent, calendar, mailings
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Answer, Invitation, Meeting, MeetingState
from bsoo.meetings.phases import has_begun
from bsoo.meetings.readers import Id, Reader, reached, readers
from bsoo.regions import Region
from bsoo.registry.rows import columns

MOST = len(calendar.REMINDERS)
REST = timedelta(days=2)
"""Somebody who was only just invited is not reminded yet."""


def silent(db: Session, actor: Actor, meeting: Meeting) -> list[Reader]:
    """Who gets a reminder now: invited longer than two days ago, without an answer, with a living address."""
    require(actor, Permission.INVITE, meeting.region_id)
    return readers(db, actor, meeting, _IS_SILENT, col(Invitation.invited_at) <= clock.now() - REST)


_IS_SILENT = col(Invitation.answer) == Answer.SILENT


@dataclass(frozen=True, slots=True)
class Due:
    """How many people get a reminder now; when nobody does for the two days alone, from when somebody can."""

    people: int = 0
    begins_at: datetime | None = None


NOBODY = Due()


def due(meeting: Meeting, people: int, invited_at: datetime | None) -> Due:
    """Of what `waiting` found."""
    if meeting.reminders_sent >= MOST or meeting.state is not MeetingState.PLANNED or has_begun(meeting):
        return NOBODY
    later = None if people or invited_at is None else invited_at + REST
    is_before = later is not None and later < calendar.moment(meeting.on, meeting.starts, meeting.timezone)
    return Due(people, later if is_before else None)


def waiting(meeting_id: Id, region_id: Id) -> list[ScalarSelect[Any]]:  # Any: a number and a moment
    """How many may be reminded, and when the next who may be was invited: parts of a statement, given `rested()`."""
    since, rested_at = col(Invitation.invited_at), bindparam("rested", type_=UTCDateTime)
    asked = {columns(func.count()): since <= rested_at, columns(func.min(since)): since > rested_at}
    return [
        reached(meeting_id, region_id, what.select_from(Invitation))
        .where(_IS_SILENT, when)
        .correlate(Meeting)
        .scalar_subquery()
        for what, when in asked.items()
    ]


def rested() -> dict[str, datetime]:
    return {"rested": clock.now() - REST}


def remind_silent(
    db: Session, actor: Actor, region: Region, meeting: Meeting, *, number: int, begins_at: datetime | None = None
) -> Mailing | None:
    """Send reminder round `number` to the silent; a round that went out before does nothing."""
    require(actor, Permission.INVITE, region.id)
    db.refresh(meeting, with_for_update=True)
    if meeting.state is not MeetingState.PLANNED or has_begun(meeting):
        raise Refused(_("This meeting was held or called off already."))
    if number > MOST:
        raise Refused(_("Everybody was reminded %(most)s times. Call who you still miss.", most=MOST))
    if number <= meeting.reminders_sent:
        return None
    mailings.refuse_after(meeting, begins_at)
    to = silent(db, actor, meeting)
    if not to:
        return None
    left_out = absent.of_reminder(db, actor, meeting, to, clock.now() - REST)
    meeting.reminders_sent = number
    for invitation in db.exec(select(Invitation).where(col(Invitation.id).in_([one.invitation_id for one in to]))):
        invitation.reminded += 1
    note(db, actor, "meeting.reminded", meeting, region.id, people=len(to), number=number)
    mailing = outbox.start_mailing(
        *(db, actor.id, "reminder", region.id, meeting.id, len(to)), begins_at=begins_at, left_out=left_out
    )
    Post(db, actor, region, meeting).remind(to, number, mailing)
    return mailing


def let_run(db: Session, actor: Actor, meeting: Meeting, *, automatic: bool) -> None:
    """Let the reminders of the run sheet go by themselves, or not."""
    require(actor, Permission.INVITE, meeting.region_id)
    meeting.reminders_automatic = automatic
    note(db, actor, "meeting.reminders_automatic", meeting, meeting.region_id, automatic=automatic)


def remind_silent_due(db: Session, actor: Actor) -> int:
    """Send the reminder rounds that the run sheets say are due; says how many letters. Safe to run twice."""
    today, letters = clock.today(), 0
    ahead = (
        select(Meeting, Region)
        .join(Region, col(Region.id) == Meeting.region_id)
        .where(Meeting.on > today, Meeting.state == MeetingState.PLANNED, col(Meeting.reminders_automatic).is_(True))
        .with_for_update(of=Meeting)
    )
    for meeting, region in db.exec(ahead):
        due = calendar.reminder_round(meeting.on, today)
        if due > meeting.reminders_sent:
            mailing = remind_silent(db, actor, region, meeting, number=due)
            letters += mailing.total if mailing is not None else 0
    return letters
