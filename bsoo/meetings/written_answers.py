"""Answers that somebody wrote in a mail: suggested, and noted by a coordinator in one press, never by themselves."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import inbox
from bsoo.mail.models import Incoming, Outcome
from bsoo.mail.returning.kinds import Kind
from bsoo.mail.returning.saying import Saying, saying
from bsoo.meetings import answering
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.meetings.phases import Phase, phase

ANSWERS = {Saying.COMES: Answer.ON_SITE, Saying.ONLINE: Answer.ONLINE, Saying.NOT: Answer.NO}


@dataclass(frozen=True, slots=True)
class Written:
    """A mail from somebody who is invited, and which answer it seems to give; None when that is not plain."""

    invitation: Invitation
    seems: Answer | None


def written(db: Session, actor: Actor, row: Incoming) -> Written | None:
    """What can be noted of a mail that answers a letter about a meeting ahead; nothing once it was dealt with."""
    require(actor, Permission.VIEW_MAIL, row.region_id)
    if row.kind is not Kind.REPLY or row.handled_at is not None or row.meeting_id is None or row.contact_id is None:
        return None
    meeting = db.get(Meeting, row.meeting_id)
    found = db.exec(
        select(Invitation).where(
            Invitation.meeting_id == row.meeting_id,
            Invitation.contact_id == row.contact_id,
            col(Invitation.uninvited_at).is_(None),
        )
    ).first()
    if meeting is None or found is None or phase(meeting) is not Phase.AHEAD:
        return None
    said = saying(row.words)
    seems = ANSWERS[said] if said is not None else None
    if seems is Answer.ONLINE and not meeting.online_link:
        seems = None
    return Written(found, seems if seems is not found.answer else None)


def note_written(db: Session, actor: Actor, row: Incoming, answer: Answer) -> None:
    """Note the answer that the mail seems to give, with its words; it is then dealt with."""
    require(actor, Permission.INVITE, row.region_id)
    found = written(db, actor, row)
    if found is None or found.seems is not answer:
        raise Refused(_("This mail was dealt with already. Note another answer on the page of the invitation."))
    answering.answer(db, actor, found.invitation, answer=answer, remark=row.words)
    row.invitation_id, row.outcome = found.invitation.id, Outcome.ANSWERED
    inbox.handle(db, row, actor.id)
    note(db, actor, "incoming.counted", row, row.region_id)
