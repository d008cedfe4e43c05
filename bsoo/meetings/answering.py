"""Answers to invitations: from a personal page, a calendar or noted by staff. The last one counts and all are kept."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.meetings import standing_in, unsent
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Answer, Invitation, InvitationAnswer, Meeting, MeetingState, Via
from bsoo.meetings.phases import has_begun
from bsoo.meetings.readers import readers
from bsoo.regions import Region
from bsoo.registry.models import Address

MOST_COLLEAGUES = 3
"""How many different people one invitation may be passed on to; more looks like a mistake or worse."""
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who comes instead."""

    name: str
    email: str


def answer(
    db: Session,
    actor: Actor,
    invitation: Invitation,
    *,
    answer: Answer,
    colleague: Colleague | None = None,
    remark: str = "",
    via: Via = Via.PAGE,
) -> None:
    """Record an answer; a colleague who comes instead gets an own invitation."""
    meeting, region = _open_meeting(db, actor, invitation)
    colleague = _checked_colleague(db, invitation, colleague) if answer is Answer.COLLEAGUE else None
    if answer is Answer.SILENT and actor.is_contact:
        raise Refused(_("Choose one of the answers."), field="antwoord")
    kept = InvitationAnswer(
        invitation_id=invitation.id,
        answer=answer,
        via=Via.STAFF if actor.is_staff else via,
        sequence=meeting.sequence,
        note=remark.strip()[:LONGEST_NOTE],
        colleague_name=colleague.name if colleague is not None else "",
        colleague_email=colleague.email if colleague is not None else "",
        entered_by=actor.id if actor.is_staff else None,
    )
    db.add(kept)
    _let_count(invitation, kept, meeting)
    note(db, actor, "invitation.answered", invitation, region.id, answer=str(answer), via=str(kept.via))
    db.flush()
    if answer is not Answer.SILENT:
        unsent.answered(db, actor, invitation)
    post = Post(db, actor, region, meeting)
    standing_in.withdraw_others(post, invitation, keep=kept.colleague_email)
    if colleague is not None:
        standing_in.invite(post, invitation, name=colleague.name, email=colleague.email)
    if answer is not Answer.SILENT:
        for reader in readers(db, actor, meeting, col(Invitation.id) == invitation.id):
            post.confirmed(reader, kept.id, from_calendar=kept.via is Via.CALENDAR)


def put_back(db: Session, actor: Actor, invitation: Invitation) -> None:
    """Undo the last answer that staff noted: the one before it counts again, and both are kept."""
    require(actor, Permission.INVITE, _open_meeting(db, actor, invitation)[1].id)
    newest = select(InvitationAnswer).where(InvitationAnswer.invitation_id == invitation.id)
    kept = db.exec(newest.order_by(col(InvitationAnswer.at).desc(), col(InvitationAnswer.id).desc()).limit(2)).all()
    before = kept[1] if len(kept) > 1 else None
    if before is None or before.sequence != invitation.answer_sequence:
        answer(db, actor, invitation, answer=Answer.SILENT)
        return
    colleague = Colleague(before.colleague_name, before.colleague_email)
    answer(db, actor, invitation, answer=before.answer, colleague=colleague, remark=before.note)


def tap(db: Session, actor: Actor, invitation: Invitation) -> None:
    """Note that somebody touched their page; opening it never counts."""
    if actor.is_contact and actor.contact_id == invitation.contact_id and invitation.viewed_at is None:
        invitation.viewed_at = clock.now()


def refuse_closed(db: Session, actor: Actor, invitation: Invitation) -> None:
    """Refuse any answer, the same one too, to an invitation that asks for none."""
    _open_meeting(db, actor, invitation)


def _open_meeting(db: Session, actor: Actor, invitation: Invitation) -> tuple[Meeting, Region]:
    meeting = db.get(Meeting, invitation.meeting_id)
    region = db.get(Region, meeting.region_id) if meeting is not None else None
    if meeting is None or region is None:
        raise NotFound
    if actor.is_contact:
        require(actor, Permission.ANSWER_INVITATION, region.id)
        if actor.contact_id != invitation.contact_id:
            raise NotAllowed
    else:
        require(actor, Permission.INVITE, region.id)
    if meeting.state is MeetingState.CANCELLED:
        raise Refused(_("This meeting was called off. You need not answer."))
    if invitation.uninvited_at is not None:
        raise Refused(_("This invitation was taken back."))
    if has_begun(meeting) and not actor.is_staff:
        raise Refused(_("The meeting has begun, so answers can no longer change."))
    return meeting, region


def _let_count(invitation: Invitation, kept: InvitationAnswer, meeting: Meeting) -> None:
    is_answer = kept.answer is not Answer.SILENT
    invitation.answer = kept.answer
    invitation.answered_at = clock.now() if is_answer else None
    invitation.answer_sequence = meeting.sequence
    invitation.colleague_name, invitation.colleague_email = kept.colleague_name, kept.colleague_email
    if kept.via is not Via.STAFF and invitation.viewed_at is None:
        invitation.viewed_at = clock.now()


def _checked_colleague(db: Session, invitation: Invitation, given: Colleague | None) -> Colleague:
    errors: dict[str, str] = {}
    if given is None or not given.name.strip():
        errors["naam"] = _("Fill in the name of your colleague.")
    email = _address(given.email if given is not None else "")
    if not email:
        errors["email"] = _("Fill in the work e-mail address of your colleague, such as name@organisation.nl.")
    if errors or given is None:
        raise Refused(errors=errors)
    mine = db.exec(select(Address.email).where(Address.contact_id == invitation.contact_id)).all()
    if email in mine:
        raise Refused(_("This is your own address. Fill in the address of your colleague."), field="email")
    earlier = select(InvitationAnswer.colleague_email).where(
        InvitationAnswer.invitation_id == invitation.id, InvitationAnswer.answer == Answer.COLLEAGUE
    )
    if len({email, *db.exec(earlier)}) > MOST_COLLEAGUES:
        raise Refused(_("You named several colleagues already. Call us, then we arrange it together."), field="email")
    return Colleague(given.name.strip()[:200], email)


def _address(text: str) -> str:
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return ""
