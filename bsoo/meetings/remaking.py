"""What becomes of mail that still waits when its meeting changes: nobody gets an old date, and nobody a double."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.mail import bulk
from bsoo.mail.models import Mailing, MailingState
from bsoo.meetings import mailings
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Invitation, Meeting
from bsoo.meetings.readers import readers
from bsoo.regions import Region

ABOUT = ("invitation", "reminder", "agenda")
"""Mailings that tell when and where a meeting is."""


def remake(db: Session, actor: Actor, region: Region, meeting: Meeting, *, asks_again: bool) -> set[UUID]:
    """Write letters that still wait anew, as the meeting is now; gives whose invitation it was: no other date is known.

    Where everybody is asked again anyway a reminder stays at home.
    """
    require(actor, Permission.PLAN_MEETINGS, region.id)
    post, told = Post(db, actor, region, meeting), set[UUID]()
    for mailing in _open(db, meeting):
        if asks_again and mailing.letter == "reminder":
            mailings.stop(db, actor, mailing)
            continue
        contacts = bulk.withdraw(db, mailing)
        _write(post, mailing, contacts)
        if mailing.letter == "invitation":
            told |= set(contacts)
    return told


def keep_at_home(db: Session, actor: Actor, meeting: Meeting) -> None:
    """A meeting that is off: who was not written to yet was not invited, and needs no word that it is off."""
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    for mailing in _open(db, meeting):
        mailings.stop(db, actor, mailing)


def _open(db: Session, meeting: Meeting) -> Sequence[Mailing]:
    going = select(Mailing).where(
        Mailing.meeting_id == meeting.id,
        col(Mailing.letter).in_(ABOUT),
        Mailing.state != MailingState.STOPPED,
    )
    return [one for one in db.exec(going) if bulk.waits(db, one)]


def _write(post: Post, mailing: Mailing, contacts: Sequence[UUID]) -> None:
    to = readers(post.db, post.actor, post.meeting, col(Invitation.contact_id).in_(contacts))
    if mailing.letter == "invitation":
        post.invite(to, mailing)
    elif mailing.letter == "reminder":
        post.remind(to, post.meeting.reminders_sent, mailing)
    else:
        post.agenda(to, mailing)
