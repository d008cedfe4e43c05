"""Sending the agenda to who comes, and what changed to who was invited."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import outbox
from bsoo.mail.models import Mailing
from bsoo.meetings import absent, mailings
from bsoo.meetings.letters import Change, Post
from bsoo.meetings.models import COMING, Answer, Invitation, Meeting
from bsoo.meetings.phases import refuse_unless_ahead
from bsoo.meetings.readers import EVERYBODY, Reader, readers
from bsoo.regions import Region


def coming(db: Session, actor: Actor, meeting: Meeting) -> list[Reader]:
    """Who said yes, and whoever was named to come instead and did not answer yet."""
    require(actor, Permission.INVITE, meeting.region_id)
    stands_in = col(Invitation.stands_in_for).is_not(None) & (col(Invitation.answer) == Answer.SILENT)
    return readers(db, actor, meeting, col(Invitation.answer).in_(COMING) | stands_in)


def send_change(
    db: Session,
    actor: Actor,
    region: Region,
    meeting: Meeting,
    to: Sequence[Reader],
    change: Change,
    *,
    begins_at: datetime | None = None,
) -> Mailing:
    """Tell these readers what changed; `change.knowing` hear it from a letter of their own."""
    require(actor, Permission.PLAN_MEETINGS, region.id)
    told = {one.contact_id for one in to} | change.knowing
    left_out = absent.of_change(db, actor, meeting, told, only_coming=not change.asks_again)
    mailing = _start(db, actor, "meeting_changed", meeting, len(to), begins_at, left_out)
    Post(db, actor, region, meeting).changed(to, mailing, change)
    return mailing


def send_cancellation(
    db: Session, actor: Actor, region: Region, meeting: Meeting, reason: str, *, begins_at: datetime | None = None
) -> Mailing | None:
    """Tell everybody who was ever asked that it is off; None when nobody was."""
    require(actor, Permission.PLAN_MEETINGS, region.id)
    to = readers(db, actor, meeting, despite=EVERYBODY)
    if not to:
        return None
    left_out = absent.of_change(db, actor, meeting, [one.contact_id for one in to])
    mailing = _start(db, actor, "meeting_cancelled", meeting, len(to), begins_at, left_out)
    Post(db, actor, region, meeting).cancelled(to, mailing, reason)
    return mailing


def send_agenda(
    db: Session, actor: Actor, region: Region, meeting: Meeting, *, begins_at: datetime | None = None
) -> Mailing:
    """Mail the agenda to who comes; sending it again after a change is a new mailing."""
    require(actor, Permission.INVITE, region.id)
    refuse_unless_ahead(meeting)
    mailings.refuse_after(meeting, begins_at)
    to = coming(db, actor, meeting)
    if not to:
        raise Refused(_("Nobody said yes yet, so there is nobody to send the agenda to."))
    meeting.agenda_sent_at = clock.now()
    note(db, actor, "meeting.agenda_sent", meeting, region.id, people=len(to))
    mailing = _start(db, actor, "agenda", meeting, len(to), begins_at, absent.of_agenda(db, actor, meeting, to))
    Post(db, actor, region, meeting).agenda(to, mailing)
    return mailing


def _start(
    db: Session,
    actor: Actor,
    letter: str,
    meeting: Meeting,
    people: int,
    begins_at: datetime | None,
    left_out: Mapping[UUID, str],
) -> Mailing:
    return outbox.start_mailing(
        *(db, actor.id, letter, meeting.region_id, meeting.id, people), begins_at=begins_at, left_out=left_out
    )
