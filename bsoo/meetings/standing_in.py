"""A colleague who comes instead: an own invitation, an own link, and still one seat for the organisation."""

from uuid import UUID

from sqlmodel import col, select

from bsoo import clock, links
from bsoo.access.actor import SYSTEM
from bsoo.i18n import DEFAULT, N_, speaking
from bsoo.i18n import gettext as _
from bsoo.links import Purpose
from bsoo.logbook import note
from bsoo.meetings import unsent
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Answer, Invitation
from bsoo.meetings.readers import EVERYBODY, link_until, readers
from bsoo.registry.actions import add_contact
from bsoo.registry.facts import ContactFacts
from bsoo.registry.models import Address, Basis, Grounds, Membership, MemberStatus, Organisation
from bsoo.registry.people import split_name

REASON = N_("comes instead of a colleague")


def invite(post: Post, original: Invitation, *, name: str, email: str) -> None:
    """Invite the colleague, who need not be in the network yet; who is invited already keeps that invitation."""
    contact_id = _known(post, email) or _new_contact(post, original, name, email)
    there = post.db.exec(
        select(Invitation).where(Invitation.meeting_id == original.meeting_id, Invitation.contact_id == contact_id)
    ).first()
    if there is not None and there.uninvited_at is None:
        return
    is_again = there is not None
    if there is None:
        there = Invitation(
            meeting_id=original.meeting_id, contact_id=contact_id, organisation_id=original.organisation_id
        )
        link, _token = links.new_link(Purpose.INVITATION, there.id, contact_id, link_until(post.meeting))
        post.db.add_all([there, link])
    there.uninvited_at, there.answer, there.stands_in_for = None, Answer.SILENT, original.id
    there.reason, there.invited_at = REASON, clock.now()
    post.db.flush()
    post.invite(readers(post.db, post.actor, post.meeting, col(Invitation.id) == there.id), None, is_again=is_again)


def withdraw_others(post: Post, original: Invitation, *, keep: str) -> None:
    """When the answer changes, whoever was going to come instead hears that it is no longer needed."""
    rows = post.db.exec(
        select(Invitation, Address.email)
        .join(Address, (col(Address.contact_id) == Invitation.contact_id) & col(Address.is_used).is_(True))
        .where(Invitation.stands_in_for == original.id, col(Invitation.uninvited_at).is_(None))
    ).all()
    for stand_in, email in rows:
        if email != keep:
            withdraw(post, stand_in)


def withdraw(post: Post, invitation: Invitation, remark: str = "") -> None:
    """Take one invitation back: the meeting goes on, this person need not come."""
    told = readers(post.db, post.actor, post.meeting, col(Invitation.id) == invitation.id, despite=EVERYBODY)
    if unsent.withdrawn(post.db, post.actor, invitation):
        told = []  # the invitation is taken back before it went
    invitation.uninvited_at = clock.now()
    note(post.db, post.actor, "invitation.withdrawn", invitation, post.region.id)
    post.db.flush()
    post.uninvited(told, remark)


def _known(post: Post, email: str) -> UUID | None:
    contact_id = post.db.exec(select(Address.contact_id).where(Address.email == email)).first()
    if contact_id is not None:
        _let_in(post, contact_id)
    return contact_id


def _let_in(post: Post, contact_id: UUID) -> None:
    """Make sure that a colleague belongs to the region, without being invited to its next meetings."""
    there = post.db.exec(
        select(Membership).where(Membership.contact_id == contact_id, Membership.region_id == post.region.id)
    ).first()
    if there is not None:
        there.status = MemberStatus.GUEST if there.status is MemberStatus.PAST else there.status
        return
    membership = Membership(
        contact_id=contact_id,
        region_id=post.region.id,
        status=MemberStatus.GUEST,
        basis=Basis.LEGITIMATE_INTEREST,
        basis_source=_source(),
        basis_since=clock.today(),
    )
    post.db.add(membership)
    post.db.flush()


def _new_contact(post: Post, original: Invitation, name: str, email: str) -> UUID:
    """Somebody known by name and address alone: a guest, invited to no other meeting until a coordinator says so."""
    parts = split_name(name)
    house = post.db.get(Organisation, original.organisation_id) if original.organisation_id is not None else None
    contact = add_contact(
        post.db,
        SYSTEM,
        post.region.id,
        ContactFacts(
            email=email,
            given_name=parts.given,
            infix=parts.infix,
            family_name=parts.family or name,
            organisation=house.name if house is not None else "",
        ),
        status=MemberStatus.GUEST,
        grounds=Grounds(basis_source=_source(), basis_since=clock.today()),
    )
    return contact.id


def _source() -> str:
    with speaking(DEFAULT):
        return _("named by a colleague who could not come")
