"""What a letter that stays at home means for a meeting: who was not written to was not invited or reminded either."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select, update

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.mail import bulk
from bsoo.mail.models import Letter, LetterEvent, LetterState, Mailing
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.registry.rows import Columns, columns

TELL_WHEN = ("invitation", "reminder", "agenda", "meeting_changed")
"""Mailings that tell when and where a meeting is."""


def never_written(meeting_id: UUID) -> Columns:
    """Contacts whose every invitation to a meeting stayed at home: they can be invited as for the first time."""
    at_home = func.count().filter(col(Letter.state) == LetterState.CANCELLED)
    of_it = (col(Letter.meeting_id) == meeting_id, col(Letter.name) == "invitation")
    found = columns(Letter.contact_id).where(*of_it, col(Letter.contact_id).is_not(None))
    return found.group_by(col(Letter.contact_id)).having(func.count() == at_home)


def ask_again(db: Session, actor: Actor, meeting: Meeting, contacts: Collection[UUID]) -> dict[UUID, UUID]:
    """Let the invitations that nobody got count from now on; gives their contacts by invitation."""
    require(actor, Permission.INVITE, meeting.region_id)
    theirs = (col(Invitation.meeting_id) == meeting.id, col(Invitation.contact_id).in_(contacts))
    there = dict(db.exec(select(Invitation.id, Invitation.contact_id).where(*theirs)).all())
    fresh = {"uninvited_at": None, "invited_at": clock.now(), "answer_sequence": meeting.sequence}
    db.exec(update(Invitation).where(col(Invitation.id).in_(there)).values(**fresh))
    return there


def keep(db: Session, actor: Actor, mailing: Mailing, contacts: Collection[UUID]) -> None:
    """These letters stay at home: an invitation that nobody got does not stand."""
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    theirs = _invitations(mailing, contacts)
    if mailing.letter == "invitation":
        silent = col(Invitation.answer) == Answer.SILENT
        db.exec(update(Invitation).where(*theirs, silent).values(uninvited_at=clock.now()))
    if mailing.letter == "reminder":
        db.exec(
            update(Invitation)
            .where(*theirs, col(Invitation.reminded) > 0)
            .values(reminded=col(Invitation.reminded) - 1)
        )
    if mailing.letter == "agenda" and not bulk.has_left(db, mailing):
        _agenda_went(db, mailing, None)


def put_back(db: Session, actor: Actor, mailing: Mailing, contacts: Collection[UUID]) -> None:
    """These letters wait again."""
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    theirs = _invitations(mailing, contacts)
    if mailing.letter == "invitation":
        db.exec(update(Invitation).where(*theirs).values(uninvited_at=None))
    if mailing.letter == "reminder":
        db.exec(update(Invitation).where(*theirs).values(reminded=col(Invitation.reminded) + 1))
    if mailing.letter == "agenda":
        _agenda_went(db, mailing, mailing.started_at)


def tells_it_since(db: Session, actor: Actor, mailing: Mailing) -> datetime | None:
    """From when letters of this mailing tell of their meeting as it is; older ones stay at home for good."""
    require(actor, Permission.VIEW_MAIL, mailing.region_id)
    meeting = db.get(Meeting, mailing.meeting_id) if mailing.letter in TELL_WHEN else None
    return meeting.updated_at if meeting is not None else None


def waits(db: Session, actor: Actor, mailing: Mailing, begins_at: datetime) -> None:
    """Somebody is invited when the letter goes, so that no reminder comes before it."""
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    if mailing.letter == "invitation":
        theirs = select(Letter.contact_id).where(Letter.mailing_id == mailing.id, col(Letter.state).in_(bulk.AT_HOME))
        mine = (col(Invitation.meeting_id) == mailing.meeting_id, col(Invitation.contact_id).in_(theirs))
        db.exec(update(Invitation).where(*mine).values(invited_at=begins_at))


def answered(db: Session, actor: Actor, invitation: Invitation) -> None:
    """Whoever answers while a reminder still waits for its time is not reminded."""
    require(actor, Permission.ANSWER_INVITATION)
    _hold(db, invitation, "reminder", _("Answered before it went."))


def withdrawn(db: Session, actor: Actor, invitation: Invitation) -> bool:
    """Keep an invitation at home that is taken back before it went; says whether it did, so that nobody need hear."""
    require(actor, Permission.ANSWER_INVITATION)
    return _hold(db, invitation, "invitation", _("Taken out by hand.")) > 0


def _hold(db: Session, invitation: Invitation, name: str, words: str) -> int:
    waits = update(Letter).where(
        col(Letter.meeting_id) == invitation.meeting_id,
        col(Letter.contact_id) == invitation.contact_id,
        col(Letter.name) == name,
        col(Letter.state).in_(bulk.AT_HOME),
    )
    statement = waits.values(state=LetterState.CANCELLED, owner="", lease_until=None)
    kept = db.exec(statement.returning(col(Letter.id))).scalars().all()
    db.add_all(LetterEvent(letter_id=one, state=LetterState.CANCELLED, text=words) for one in kept)
    return len(kept)


def _invitations(mailing: Mailing, contacts: Collection[UUID]) -> tuple[ColumnElement[bool], ...]:
    return col(Invitation.meeting_id) == mailing.meeting_id, col(Invitation.contact_id).in_(contacts)


def _agenda_went(db: Session, mailing: Mailing, moment: datetime | None) -> None:
    db.exec(update(Meeting).where(col(Meeting.id) == mailing.meeting_id).values(agenda_sent_at=moment))
