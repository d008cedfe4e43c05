"""Inviting a region's contacts: who, who not and why; each is invited once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col

from bsoo import clock, links
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import DEFAULT, N_, speaking
from bsoo.i18n import gettext as _
from bsoo.links import Purpose
from bsoo.logbook import note
from bsoo.mail import outbox
from bsoo.mail.models import Mailing
from bsoo.meetings import handing_over, mailings, standing_in, unsent
from bsoo.meetings.audience import EVERYBODY, Person, Whom, WhyIn, audience
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Answer, Invitation, Meeting, MeetingState
from bsoo.meetings.phases import has_begun
from bsoo.meetings.readers import link_until, readers
from bsoo.regions import Region

REASON = N_("regular participant of the region")
REASON_OF_GUEST = N_("guest, picked for this meeting")


def invite(
    db: Session,
    actor: Actor,
    region: Region,
    meeting: Meeting,
    *,
    whom: Whom = EVERYBODY,
    begins_at: datetime | None = None,
) -> Mailing | None:
    """Invite whom was chosen: an invitation, two links and one letter each. Nobody new means that nothing happens.

    A saved list is as it is at this moment; from here on who gets it, who not and why are kept with the mailing.
    """
    require(actor, Permission.INVITE, region.id)
    # Two coordinators who press at once take turns here.
    db.refresh(meeting, with_for_update=True)
    if hindrance := hindrance_of(region, meeting):
        raise hindrance
    mailings.refuse_after(meeting, begins_at)
    chosen = audience(db, actor, meeting).choose(whom)
    if not chosen.people:
        return None
    again = unsent.ask_again(db, actor, meeting, list(chosen.why))
    new = [one for one in chosen.people if one.contact_id not in again.values()]
    invited = [*again, *_make_invitations(db, meeting, new, chosen.why, whom)]
    note(db, actor, "meeting.invited", meeting, region.id, people=len(invited), **_list_of(whom))
    db.flush()
    to = readers(db, actor, meeting, col(Invitation.id).in_(invited))
    mailing = outbox.start_mailing(
        *(db, actor.id, "invitation", region.id, meeting.id, len(to)),
        begins_at=begins_at,
        left_out=chosen.left_out,
    )
    post = Post(db, actor, region, meeting)
    for why in WhyIn:
        these = [one for one in to if chosen.why.get(one.contact_id) is why]
        post.invite([one for one in these if one.invitation_id not in again], mailing, why=why)
        post.invite([one for one in these if one.invitation_id in again], mailing, is_again=True, why=why)
    if begins_at is not None:
        unsent.waits(db, actor, mailing, begins_at)
    return mailing


def uninvite(
    db: Session, actor: Actor, region: Region, meeting: Meeting, invitation: Invitation, *, reason: str = ""
) -> None:
    """Take one person's invitation back, and tell them."""
    require(actor, Permission.INVITE, region.id)
    if invitation.uninvited_at is not None:
        raise Refused(_("This invitation was taken back."))
    standing_in.withdraw(Post(db, actor, region, meeting), invitation, reason)


def invite_again(db: Session, actor: Actor, region: Region, meeting: Meeting, invitation: Invitation) -> None:
    """Ask somebody after all whose invitation was taken back."""
    require(actor, Permission.INVITE, region.id)
    if invitation.uninvited_at is None:
        raise Refused(_("This person is invited already."))
    if hindrance := hindrance_of(region, meeting):
        raise hindrance
    handing_over.renew(Post(db, actor, region, meeting), invitation)
    if not readers(db, actor, meeting, col(Invitation.id) == invitation.id):
        raise Refused(
            _("We cannot write to this person. Look whether they have an address that works and want our mail.")
        )


def hindrance_of(region: Region, meeting: Meeting) -> Refused | None:
    """Why nobody can be invited, whoever they are."""
    if not region.hosts:
        return Refused(_("Somebody else organises this meeting and invites to it."))
    if meeting.state is MeetingState.CANCELLED:
        return Refused(_("This meeting was called off."))
    if has_begun(meeting):
        return Refused(_("This meeting is over."))
    if not (meeting.venue or meeting.online_link):
        return Refused(_("Fill in a place or an online link first, then people know where to go."), field="venue")
    return None


def _make_invitations(
    db: Session, meeting: Meeting, people: Iterable[Person], why: Mapping[UUID, WhyIn], whom: Whom
) -> list[UUID]:
    """An invitation and both links for each, written as rows: 400 at once."""
    now = clock.now()
    rows: list[dict[str, Any]] = [  # Any: what a database driver takes
        {
            "id": clock.new_id(),
            "meeting_id": meeting.id,
            "contact_id": person.contact_id,
            "organisation_id": person.organisation_id,
            "reason": _reason(why[person.contact_id], whom),
            "answer": Answer.SILENT,
            "answer_sequence": meeting.sequence,
            "colleague_name": "",
            "colleague_email": "",
            "invited_at": now,
            "reminded": 0,
        }
        for person in people
    ]
    if not rows:
        return []
    db.execute(insert(Invitation), rows)
    contacts = {row["contact_id"]: row["contact_id"] for row in rows}
    links.make_missing(db, Purpose.INVITATION, {row["id"]: row["contact_id"] for row in rows}, link_until(meeting))
    links.make_missing(db, Purpose.OWN_PAGE, contacts)
    return [row["id"] for row in rows]


def _reason(why: WhyIn, whom: Whom) -> str:
    """As it stays with the invitation: a text to translate, but for the list, whose name somebody chose."""
    if why is WhyIn.LISTED:
        with speaking(DEFAULT):
            return _("in the saved list ‘%(name)s’", name=whom.list_name)
    return REASON_OF_GUEST if why is WhyIn.PICKED else REASON


def _list_of(whom: Whom) -> dict[str, str]:
    return {"list": whom.list_name} if whom.list_name else {}
