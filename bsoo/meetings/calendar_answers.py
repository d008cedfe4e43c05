"""Answers that came out of a calendar: one record with those of the page, and the newest counts (RFC 5546, 2.1.5).

Only the answer of somebody who was invited, from an address of theirs, counts by itself; whoever else answers waits
for a coordinator, since often it is a colleague who comes instead.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotAllowed, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import arrivals, inbox
from bsoo.mail.models import Incoming, Outcome
from bsoo.mail.returning.kinds import CalendarAnswer, Mail
from bsoo.meetings import answering
from bsoo.meetings.answering import Colleague
from bsoo.meetings.models import Answer, Invitation, InvitationAnswer, Meeting, Via
from bsoo.registry.models import Address, Contact
from bsoo.registry.queries import contact_as_actor


def answered(db: Session, actor: Actor, row: Incoming, mail: Mail) -> None:
    """Let a calendar answer count, or say why it waits."""
    require(actor, Permission.MANAGE_MAIL)
    assert mail.calendar is not None
    row.stamp = made_at(mail)
    meeting = db.exec(select(Meeting).where(Meeting.calendar_uid == mail.calendar.uid)).first()
    if meeting is None:
        return
    row.meeting_id, row.region_id = meeting.id, meeting.region_id
    invitation = _invitation(db, meeting, row.address, mail)
    if invitation is None:
        row.outcome = Outcome.SOMEBODY_ELSE
        row.invitation_id = _invitation_behind(db, row, mail.calendar.delegator)
        return
    row.invitation_id, row.contact_id = invitation.id, invitation.contact_id
    if invitation.uninvited_at is None and _is_late(db, row, invitation, meeting):
        row.outcome, row.handled_at = Outcome.LATE, clock.now()
        return
    _let_count(db, row, invitation)


def let_stand_in(db: Session, actor: Actor, row: Incoming) -> None:
    """Who answered comes instead of who was invited: an own invitation follows."""
    invitation = _waiting(db, actor, row)
    email = answerer(db, actor, row)
    name = row.sender_name if email == row.address and not row.delegate else ""
    colleague = Colleague(name or email.partition("@")[0], email)
    answering.answer(db, actor, invitation, answer=Answer.COLLEAGUE, colleague=colleague)
    _counted(db, actor, row)


def let_count(db: Session, actor: Actor, row: Incoming) -> None:
    """Who answered is who was invited, from another address: it counts as their answer."""
    invitation = _waiting(db, actor, row)
    wanted = _wanted(row, invitation)
    if wanted is None:
        raise Refused(_("This answer says neither yes nor no. Ask them, and note it on the page of the meeting."))
    answering.answer(db, actor, invitation, answer=wanted, remark=row.words)
    _counted(db, actor, row)


def answerer(db: Session, actor: Actor, row: Incoming) -> str:
    """The address that was not invited: to whom it was handed on, who answered, or else who wrote the mail."""
    require(actor, Permission.VIEW_MAIL, row.region_id)
    known = select(Address.id).where(Address.email == row.address, Address.contact_id == row.contact_id)
    is_theirs = row.contact_id is not None and db.exec(known).first() is not None
    return row.delegate or (row.sender if is_theirs else row.address)


def invited_behind(db: Session, actor: Actor, row: Incoming) -> str:
    """The name of whose invitation was answered; empty when that is not known."""
    require(actor, Permission.VIEW_MAIL, row.region_id)
    found = select(Contact.display_name).join(Invitation, col(Invitation.contact_id) == Contact.id)
    return db.exec(found.where(Invitation.id == row.invitation_id)).first() or ""


def made_at(mail: Mail) -> datetime:
    """When somebody pressed the button. Never in the future, and not before the mail that brings it was written."""
    stamps = [one for one in (mail.calendar.stamp if mail.calendar else None, mail.sent_at) if one is not None]
    return min(max(stamps, default=clock.now()), clock.now())


def _invitation(db: Session, meeting: Meeting, address: str, mail: Mail) -> Invitation | None:
    """The invitation of whoever answered, when the mail is theirs too and our own mail server did not doubt that."""
    if mail.passed is False:
        return None
    found = db.exec(
        select(Invitation)
        .join(Address, col(Address.contact_id) == Invitation.contact_id)
        .where(Invitation.meeting_id == meeting.id, Address.email == address)
    ).first()
    if found is None or mail.sender == address:
        return found
    own = select(Address.id).where(Address.contact_id == found.contact_id, Address.email == mail.sender)
    return found if db.exec(own).first() is not None else None


def _invitation_behind(db: Session, row: Incoming, delegator: str) -> UUID | None:
    """Whose invitation it was: that of the letter that is answered, or of whom the answer speaks."""
    contacts = select(Address.contact_id).where(col(Address.email).in_((row.address, delegator)))
    theirs = col(Invitation.contact_id).in_(contacts)
    mine = theirs if row.contact_id is None else theirs | (col(Invitation.contact_id) == row.contact_id)
    return db.exec(select(Invitation.id).where(Invitation.meeting_id == row.meeting_id, mine)).first()


def _is_late(db: Session, row: Incoming, invitation: Invitation, meeting: Meeting) -> bool:
    """Whether a newer answer is there already, or this one answers a date or an invitation that was changed since."""
    assert row.stamp is not None
    if row.sequence is not None and row.sequence < meeting.sequence + invitation.sequence_ahead:
        return True
    before = arrivals.newest_answer(db, invitation.id, row.id)
    if before is not None and (before.sequence or 0, before.stamp) > (row.sequence or 0, row.stamp):
        return True
    newest = select(InvitationAnswer.at).where(
        InvitationAnswer.invitation_id == invitation.id, InvitationAnswer.via != Via.CALENDAR
    )
    last = db.exec(newest.order_by(col(InvitationAnswer.at).desc()).limit(1)).first()
    return last is not None and last > row.stamp


def _let_count(db: Session, row: Incoming, invitation: Invitation) -> None:
    """Record the answer as the contact's own; one that says the same again changes nothing and mails nobody.

    "Maybe" and "somebody else will" are no answers here: a coordinator sees them and asks.
    """
    wanted = _wanted(row, invitation)
    if wanted is None:
        row.outcome = Outcome.SOMEBODY_ELSE if row.answer is CalendarAnswer.DELEGATED else Outcome.SHOWN
        return
    contact = contact_as_actor(db, invitation.contact_id)
    if contact is None:
        return
    try:
        with db.begin_nested():
            if invitation.answer is wanted:
                answering.refuse_closed(db, contact, invitation)
            else:
                answering.answer(db, contact, invitation, answer=wanted, remark=row.words, via=Via.CALENDAR)
    except (Refused, NotAllowed):
        row.outcome = Outcome.LATE
        return
    row.outcome, row.handled_at = Outcome.ANSWERED, clock.now()


def _waiting(db: Session, actor: Actor, row: Incoming) -> Invitation:
    """The invitation that somebody else answered."""
    require(actor, Permission.INVITE, row.region_id)
    invitation = db.get(Invitation, row.invitation_id) if row.invitation_id else None
    if row.outcome is not Outcome.SOMEBODY_ELSE or invitation is None:
        raise Refused(_("We do not know whose invitation was answered. Note it on the page of the meeting."))
    return invitation


def _counted(db: Session, actor: Actor, row: Incoming) -> None:
    row.outcome = Outcome.ANSWERED
    inbox.handle(db, row, actor.id)
    note(db, actor, "incoming.counted", row, row.region_id)


def _wanted(row: Incoming, invitation: Invitation) -> Answer | None:
    answers = {CalendarAnswer.ACCEPTED: _coming(invitation), CalendarAnswer.DECLINED: Answer.NO}
    return answers.get(row.answer) if row.answer is not None else None


def _coming(invitation: Invitation) -> Answer:
    """A calendar knows no "online": who said so on the page means it still."""
    return Answer.ONLINE if invitation.answer is Answer.ONLINE else Answer.ON_SITE
