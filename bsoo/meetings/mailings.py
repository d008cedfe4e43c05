"""What staff do to the bulk mail of a region."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import bulk
from bsoo.mail.bulk import Kept
from bsoo.mail.desk import Wanted
from bsoo.mail.models import Mailing, MailingState
from bsoo.meetings import again, unsent
from bsoo.meetings.calendar import moment
from bsoo.meetings.models import Meeting
from bsoo.meetings.phases import has_begun


def mailing(db: Session, actor: Actor, mailing_id: UUID, permission: Permission = Permission.VIEW_MAIL) -> Mailing:
    """One bulk mail, of a region in which this person may do this."""
    mine = regions_where(actor, Permission.VIEW_MAIL, Mailing.region_id)
    found = db.exec(select(Mailing).where(Mailing.id == mailing_id, mine)).first()
    if found is None:
        raise NotFound
    require(actor, permission, found.region_id)
    return found


def start_due(db: Session, actor: Actor) -> int:
    """Let those begin whose time has come; what comes hours late is paused and asks. Says how many began."""
    began, now = 0, clock.now()
    for one in bulk.due(db, now):
        meeting = _meeting_ahead(db, one)
        bulk.begin(one, now, has_no_use=meeting is not None and has_begun(meeting))
        unsent.waits(db, actor, one, now)
        began += one.state is MailingState.RUNNING
        note(db, actor, f"mailing.{'begun' if one.state is MailingState.RUNNING else 'late'}", one, one.region_id)
    return began


def begin_now(db: Session, actor: Actor, mailing: Mailing) -> None:
    """Do not wait for its moment."""
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    _refuse_begun(db, mailing)
    bulk.begin_now(db, mailing)
    unsent.waits(db, actor, mailing, clock.now())
    note(db, actor, "mailing.running", mailing, mailing.region_id, letter=mailing.letter)


def plan(db: Session, actor: Actor, mailing: Mailing, begins_at: datetime) -> None:
    """Let it begin at another moment, as long as nothing of it went."""
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    if meeting := _meeting_ahead(db, mailing):
        refuse_after(meeting, begins_at)
    bulk.plan(db, mailing, begins_at)
    unsent.waits(db, actor, mailing, begins_at)
    note(db, actor, "mailing.scheduled", mailing, mailing.region_id, letter=mailing.letter)


def refuse_after(meeting: Meeting, begins_at: datetime | None) -> None:
    """Mail about a meeting that lies ahead does not wait until it is over."""
    if begins_at is not None and begins_at >= moment(meeting.on, meeting.starts, meeting.timezone):
        raise Refused(_("The meeting has begun by then. Choose a moment before it."), field="dag")


def _refuse_begun(db: Session, mailing: Mailing) -> None:
    meeting = _meeting_ahead(db, mailing)
    if meeting is not None and has_begun(meeting):
        raise Refused(_("The meeting has begun, so this mail comes too late. Stop it."))


def _meeting_ahead(db: Session, mailing: Mailing) -> Meeting | None:
    """The meeting that a mailing must go before: what was decided there is the only thing to tell afterwards."""
    if mailing.meeting_id is None or mailing.letter == "minutes_published":
        return None
    return db.get(Meeting, mailing.meeting_id)


def pause(db: Session, actor: Actor, mailing: Mailing) -> None:
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    bulk.pause(db, mailing)
    note(db, actor, "mailing.paused", mailing, mailing.region_id, letter=mailing.letter)


def resume(db: Session, actor: Actor, mailing: Mailing) -> None:
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    _refuse_begun(db, mailing)
    bulk.resume(db, mailing)
    unsent.waits(db, actor, mailing, clock.now())
    note(db, actor, "mailing.running", mailing, mailing.region_id, letter=mailing.letter)


def stop(db: Session, actor: Actor, mailing: Mailing) -> Kept:
    """Send nothing more. Who was not written to was not invited or reminded either."""
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    kept = bulk.stop(db, mailing)
    note(db, actor, "mailing.stopped", mailing, mailing.region_id, letter=mailing.letter)
    unsent.keep(db, actor, mailing, kept.contacts)
    return kept


def undo_stop(db: Session, actor: Actor, mailing: Mailing, state: MailingState) -> Kept:
    """Take a stop back: the mailing is as it was."""
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    back = bulk.undo_stop(db, mailing, state, since=unsent.tells_it_since(db, actor, mailing))
    note(db, actor, "mailing.put_back", mailing, mailing.region_id, letter=mailing.letter)
    unsent.put_back(db, actor, mailing, back.contacts)
    return back


def take_out(db: Session, actor: Actor, mailing: Mailing, letters: Sequence[UUID]) -> Kept:
    """Take people out, as far as their letter did not leave."""
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    kept = bulk.take_out(db, mailing, letters)
    if not kept.letters:
        raise Refused(_("Choose somebody whose letter still waits. What went out cannot be called back."))
    note(db, actor, "mailing.trimmed", mailing, mailing.region_id, letter=mailing.letter, people=kept.letters)
    unsent.keep(db, actor, mailing, kept.contacts)
    return kept


def put_back(db: Session, actor: Actor, mailing: Mailing, moment: datetime) -> Kept:
    """Undo taking people out at that moment."""
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    back = bulk.put_back(db, mailing, moment, since=unsent.tells_it_since(db, actor, mailing))
    note(db, actor, "mailing.put_back", mailing, mailing.region_id, letter=mailing.letter, people=back.letters)
    unsent.put_back(db, actor, mailing, back.contacts)
    return back


def retry(db: Session, actor: Actor, mailing: Mailing, letters: Sequence[UUID]) -> int:
    """Send these once more, as far as they can arrive now; says how many."""
    require(actor, Permission.MANAGE_MAIL, mailing.region_id)
    number = again.send(db, actor, Wanted(mailing_id=mailing.id, ids=tuple(letters)))
    if not number:
        raise Refused(_("None of these can go again. Choose letters that can arrive, of a mailing that goes on."))
    note(db, actor, "mailing.sent-again", mailing, mailing.region_id, letter=mailing.letter, people=number)
    return number
