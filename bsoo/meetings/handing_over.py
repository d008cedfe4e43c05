"""The open invitations of somebody who left: they end, and the successor gets an own one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, delete, select

from bsoo import clock, links
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.i18n import N_
from bsoo.links import PersonalLink, Purpose
from bsoo.logbook import note
from bsoo.mail.models import Letter, LetterState
from bsoo.meetings import standing_in, unsent
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Answer, Invitation, InvitationAnswer, Meeting, MeetingState
from bsoo.meetings.phases import has_begun
from bsoo.meetings.readers import link_until, readers
from bsoo.regions import Region

REASON = N_("takes the place of a colleague who left")

Open = tuple[Invitation, Meeting, Region]


@dataclass(slots=True)
class Moved:
    """What became of the invitations."""

    withdrawn: list[UUID] = field(default_factory=list)
    invited: list[UUID] = field(default_factory=list)


def open_invitations(db: Session, actor: Actor, contact_id: UUID, organisation_id: UUID, on: date) -> Sequence[Open]:
    """Invitations for an organisation to meetings from a day on, where the actor may invite."""
    found = db.exec(
        select(Invitation, Meeting, Region)
        .join(Meeting, col(Meeting.id) == Invitation.meeting_id)
        .join(Region, col(Region.id) == Meeting.region_id)
        .where(
            Invitation.contact_id == contact_id,
            Invitation.organisation_id == organisation_id,
            col(Invitation.uninvited_at).is_(None),
            Meeting.on >= max(on, clock.today()),
            Meeting.state == MeetingState.PLANNED,
            regions_where(actor, Permission.INVITE, Meeting.region_id),
        )
        .order_by(col(Meeting.on))
    )
    return [(invitation, meeting, region) for invitation, meeting, region in found if not has_begun(meeting)]


def hand_over(
    db: Session, actor: Actor, contact_id: UUID, organisation_id: UUID, *, to: UUID | None, on: date
) -> Moved:
    """End the invitations of who left, and invite the successor.

    Who is still there until that day hears of it; nobody writes to the mailbox of somebody who is gone.
    """
    moved = Moved()
    for invitation, meeting, region in open_invitations(db, actor, contact_id, organisation_id, on):
        post = Post(db, actor, region, meeting)
        if _held_back(db, invitation, "invitation") or on <= clock.today():
            _end(post, invitation)
        else:
            standing_in.withdraw(post, invitation)
        moved.withdrawn.append(invitation.id)
        made = _invite(post, invitation, to) if to is not None else None
        if made is not None:
            moved.invited.append(made)
    db.flush()
    return moved


def take_back(db: Session, actor: Actor, *, withdrawn: Collection[UUID], invited: Collection[UUID]) -> None:
    """The successor need not come after all, and who stayed is invited again; what was held meanwhile stays."""
    for invitation, post in _ahead(db, actor, invited):
        if invitation.uninvited_at is None:
            if _held_back(db, invitation, "invitation"):
                _end(post, invitation)
            else:
                standing_in.withdraw(post, invitation)
    for invitation, post in _ahead(db, actor, withdrawn):
        renew(post, invitation)
    db.flush()


def renew(post: Post, invitation: Invitation) -> None:
    """Let an invitation that was taken back stand again, behind the same link.

    Who heard that they need not come is asked anew, and so is whom the invitation itself never reached.
    """
    heard = not _held_back(post.db, invitation, "uninvited") and _was_told(post.db, invitation)
    unwritten = unsent.never_written(post.meeting.id).where(col(Letter.contact_id) == invitation.contact_id)
    invitation.uninvited_at = None
    note(post.db, post.actor, "invitation.renewed", invitation, post.region.id)
    if heard:
        invitation.answer, invitation.answered_at, invitation.invited_at = Answer.SILENT, None, clock.now()
    post.db.flush()
    if heard or post.db.execute(unwritten).first() is not None:
        to = readers(post.db, post.actor, post.meeting, col(Invitation.id) == invitation.id)
        post.invite(to, None, is_again=True)


def forget_unsent(db: Session, actor: Actor, ids: Collection[UUID]) -> None:
    """Leave nothing of invitations that were taken back before anybody heard of them."""
    for invitation, _post in _ahead(db, actor, ids):
        its_letters = (Letter.contact_id == invitation.contact_id, Letter.meeting_id == invitation.meeting_id)
        letters = db.exec(select(Letter).where(*its_letters)).all()
        heard = any(one.attempts or one.state is not LetterState.CANCELLED for one in letters)
        answered = select(InvitationAnswer.id).where(InvitationAnswer.invitation_id == invitation.id)
        if heard or invitation.uninvited_at is None or db.exec(answered).first() is not None:
            continue
        for one in letters:
            db.delete(one)
        db.exec(delete(PersonalLink).where(col(PersonalLink.subject_id) == invitation.id))
        db.delete(invitation)
    db.flush()


def _invite(post: Post, before: Invitation, to: UUID) -> UUID | None:
    """An invitation for the successor; None when they are invited already."""
    there = post.db.exec(
        select(Invitation).where(Invitation.meeting_id == before.meeting_id, Invitation.contact_id == to)
    ).first()
    if there is not None and there.uninvited_at is None:
        return None
    is_again = there is not None
    if there is None:
        there = Invitation(meeting_id=before.meeting_id, contact_id=to)
        link, _token = links.new_link(Purpose.INVITATION, there.id, to, link_until(post.meeting))
        post.db.add_all([there, link])
    there.organisation_id, there.uninvited_at, there.answer = before.organisation_id, None, Answer.SILENT
    there.reason, there.invited_at = REASON, clock.now()
    post.db.flush()
    post.invite(readers(post.db, post.actor, post.meeting, col(Invitation.id) == there.id), None, is_again=is_again)
    return there.id


def _end(post: Post, invitation: Invitation) -> None:
    """Without a letter: they have not heard of it, or do not read this mailbox any more."""
    invitation.uninvited_at = clock.now()
    note(post.db, post.actor, "invitation.withdrawn", invitation, post.region.id)
    post.db.flush()


def _ahead(db: Session, actor: Actor, ids: Collection[UUID]) -> list[tuple[Invitation, Post]]:
    found = db.exec(
        select(Invitation, Meeting, Region)
        .join(Meeting, col(Meeting.id) == Invitation.meeting_id)
        .join(Region, col(Region.id) == Meeting.region_id)
        .where(
            col(Invitation.id).in_(list(ids)),
            Meeting.state == MeetingState.PLANNED,
            regions_where(actor, Permission.INVITE, Meeting.region_id),
        )
    ).all()
    return [
        (invitation, Post(db, actor, region, meeting))
        for invitation, meeting, region in found
        if not has_begun(meeting)
    ]


def _held_back(db: Session, invitation: Invitation, name: str) -> bool:
    """Keep a letter at home that has not left yet; whether there was one."""
    waiting = db.exec(
        select(Letter)
        .where(
            Letter.contact_id == invitation.contact_id,
            Letter.meeting_id == invitation.meeting_id,
            Letter.name == name,
            Letter.state == LetterState.QUEUED,
        )
        .with_for_update()
    ).all()
    for letter in waiting:
        letter.state = LetterState.CANCELLED
        db.add(letter)
    db.flush()
    return bool(waiting)


def _was_told(db: Session, invitation: Invitation) -> bool:
    told = select(Letter.id).where(
        Letter.contact_id == invitation.contact_id,
        Letter.meeting_id == invitation.meeting_id,
        Letter.name == "uninvited",
        Letter.state != LetterState.CANCELLED,
    )
    return db.exec(told).first() is not None
