"""Sending the agenda to who comes."""

from datetime import datetime

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
from bsoo.meetings.letters import Post
from bsoo.meetings.models import COMING, Answer, Invitation, Meeting
from bsoo.meetings.phases import refuse_unless_ahead
from bsoo.meetings.readers import Reader, readers
from bsoo.regions import Region


def coming(db: Session, actor: Actor, meeting: Meeting) -> list[Reader]:
    """Who said yes, and whoever was named to come instead and did not answer yet."""
    require(actor, Permission.INVITE, meeting.region_id)
    stands_in = col(Invitation.stands_in_for).is_not(None) & (col(Invitation.answer) == Answer.SILENT)
    return readers(db, actor, meeting, col(Invitation.answer).in_(COMING) | stands_in)


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
    left_out = absent.of_agenda(db, actor, meeting, to)
    mailing = outbox.start_mailing(
        *(db, actor.id, "agenda", region.id, meeting.id, len(to)), begins_at=begins_at, left_out=left_out
    )
    Post(db, actor, region, meeting).agenda(to, mailing)
    return mailing
