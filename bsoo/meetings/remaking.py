"""What becomes of mail that still waits when its meeting changes: nobody gets an old date, and nobody a double."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.mail import bulk
from bsoo.mail.models import Letter, LetterPayload, Mailing, MailingState
from bsoo.meetings import mailings
from bsoo.meetings.letters import Change, Post
from bsoo.meetings.models import Invitation, Meeting
from bsoo.meetings.readers import EVERYBODY, SAID_YES, readers
from bsoo.meetings.unsent import TELL_WHEN
from bsoo.regions import Region

KNOWING = ("invitation", "meeting_changed")
"""What tells all of a meeting as it is: whoever gets it needs no second letter about a change."""


def remake(
    db: Session, actor: Actor, region: Region, meeting: Meeting, *, asks_again: bool, note_to_all: str = ""
) -> set[UUID]:
    """Write letters that still wait anew, as the meeting is now; gives who hears of the change by these.

    Where everybody is asked again anyway a reminder stays at home.
    """
    require(actor, Permission.PLAN_MEETINGS, region.id)
    post, told = Post(db, actor, region, meeting), set[UUID]()
    for mailing in _open(db, meeting):
        if asks_again and mailing.letter == "reminder":
            mailings.stop(db, actor, mailing)
            continue
        change = _change(db, mailing, asks_again, note_to_all) if mailing.letter == "meeting_changed" else None
        contacts = bulk.withdraw(db, mailing)
        _write(post, mailing, contacts, change)
        if mailing.letter in KNOWING:
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
        col(Mailing.letter).in_(TELL_WHEN),
        Mailing.state != MailingState.STOPPED,
    )
    return [one for one in db.exec(going) if bulk.waits(db, one)]


def _change(db: Session, mailing: Mailing, asks_again: bool, note_to_all: str) -> Change:
    """What a letter that waits tells: the meeting as its reader knows it, and whether that asks for a new answer."""
    waiting = select(LetterPayload.context).join(Letter, col(Letter.id) == LetterPayload.letter_id)
    told: Any = db.exec(waiting.where(Letter.mailing_id == mailing.id, col(Letter.state).in_(bulk.AT_HOME))).first()
    notes = dict.fromkeys(filter(None, (told["note"], note_to_all)))
    return Change(told["before"], asks_again or told["asks_again"], "\n\n".join(notes))


def _write(post: Post, mailing: Mailing, contacts: Sequence[UUID], change: Change | None) -> None:
    theirs = col(Invitation.contact_id).in_(contacts)
    to = readers(post.db, post.actor, post.meeting, theirs, despite=EVERYBODY if change else SAID_YES)
    if change is not None:
        post.changed(to, mailing, change)
    elif mailing.letter == "invitation":
        post.invite(to, mailing)
    elif mailing.letter == "reminder":
        post.remind(to, post.meeting.reminders_sent, mailing)
    else:
        post.agenda(to, mailing)
