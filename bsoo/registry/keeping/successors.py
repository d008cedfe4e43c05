"""Who takes the place of somebody who left: gets the position, the part in the regions, and who one turns to first."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may
from bsoo.errors import NotAllowed, Refused
from bsoo.i18n import DEFAULT, speaking
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry import actions, first_contacts, queries
from bsoo.registry.facts import ContactFacts, at
from bsoo.registry.finding import searching
from bsoo.registry.keeping.given import Given
from bsoo.registry.models import Address, Affiliation, Contact, Grounds, Membership, MemberStatus, Organisation
from bsoo.registry.people import split_name


@dataclass(frozen=True, slots=True)
class Successor:
    """Who takes the place: somebody of the network, or a name and an address."""

    contact_id: UUID | None = None
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """As what the one before takes part in a region."""

    status: MemberStatus
    invited: bool


def seat(db: Session, actor: Actor, before: Affiliation, successor: Successor, given: Given) -> Contact:
    """Put the successor at the same organisation and in the same regions, with the same role."""
    parts = _parts_to_edit(db, actor, before.contact_id)
    first = min(parts, key=str)
    known = _known(db, actor, successor)
    contact = known or _new(db, actor, before, successor, first, parts[first])
    if contact.id == before.contact_id:
        raise Refused(_("This is the same person. Choose who takes the place."), "email")
    if known is None:
        given.made("contact", contact.id)
        given.made("contact_address", *db.exec(select(Address.id).where(Address.contact_id == contact.id)))
        given.made("affiliation", *db.exec(select(Affiliation.id).where(Affiliation.contact_id == contact.id)))
        given.made("membership", *db.exec(select(Membership.id).where(Membership.contact_id == contact.id)))
    _give_seat(db, before, contact, given)
    for region_id, part in parts.items():
        _let_in(db, contact, region_id, part, given)
    for place in first_contacts.places_of(db, actor, before.contact_id, before.organisation_id):
        given.changes("organisation_region", place.id)
        place.first_contact_id = contact.id
        db.add(place)
    where = {"organisation": db.get_one(Organisation, before.organisation_id).name, **at(before.organisation_id)}
    note(db, actor, "contact.took-over", contact, first, **where)
    searching.refresh(db, [contact.id])
    return contact


def _known(db: Session, actor: Actor, successor: Successor) -> Contact | None:
    if successor.contact_id is not None:
        return queries.contact(db, actor, successor.contact_id)
    holder = queries.holder_of(db, actor, successor.email)
    if holder is None:
        return None
    if not holder[1]:
        raise Refused(_("This address already belongs to a contact in another region."), "email")
    return queries.contact(db, actor, holder[0])


def _new(db: Session, actor: Actor, before: Affiliation, successor: Successor, region_id: UUID, part: _Part) -> Contact:
    if not successor.name.strip():
        raise Refused(_("Write the name of the successor too."), "name")
    parts = split_name(successor.name)
    facts = ContactFacts(
        email=successor.email,
        title=parts.titles[:40],
        given_name=parts.given[:80],
        infix=parts.infix[:40],
        family_name=parts.family[:120] or successor.name[:120],
        organisation=db.get_one(Organisation, before.organisation_id).name,
        role=before.role,
        department=before.department,
    )
    grounds = Grounds(basis_source=_source(), basis_since=clock.today())
    return actions.add_contact(db, actor, region_id, facts, status=part.status, invited=part.invited, grounds=grounds)


def _give_seat(db: Session, before: Affiliation, contact: Contact, given: Given) -> None:
    there = select(Affiliation.id).where(
        Affiliation.contact_id == contact.id,
        Affiliation.organisation_id == before.organisation_id,
        col(Affiliation.ended_on).is_(None),
    )
    if db.exec(there).first() is not None:
        return
    made = Affiliation(
        contact_id=contact.id,
        organisation_id=before.organisation_id,
        role=before.role,
        department=before.department,
        started_on=before.ended_on,
    )
    db.add(made)
    db.flush()
    given.made("affiliation", made.id)


def _let_in(db: Session, contact: Contact, region_id: UUID, part: _Part, given: Given) -> None:
    """At least what the one before was there; who said "no more" is left alone."""
    there = db.exec(
        select(Membership).where(Membership.contact_id == contact.id, Membership.region_id == region_id)
    ).first()
    if there is None:
        there = Membership(
            contact_id=contact.id,
            region_id=region_id,
            status=part.status,
            invited=part.invited,
            basis_source=_source(),
            basis_since=clock.today(),
        )
        db.add(there)
        db.flush()
        given.made("membership", there.id)
        return
    given.changes("membership", there.id)
    stronger = min(there.status, part.status, key=list(MemberStatus).index)
    there.invited = part.invited or (there.invited and there.status is stronger)
    there.status = stronger
    db.add(there)
    db.flush()


def _parts_to_edit(db: Session, actor: Actor, contact_id: UUID) -> Mapping[UUID, _Part]:
    """The regions of somebody in which the actor may edit. Of a past member nothing is handed over but the visit."""
    asked = select(Membership.region_id, Membership.status, Membership.invited)
    found = {
        region_id: _Part(MemberStatus.GUEST if status is MemberStatus.PAST else MemberStatus(status), invited)
        for region_id, status, invited in db.exec(asked.where(Membership.contact_id == contact_id))
        if may(actor, Permission.EDIT_REGISTRY, region_id)
    }
    if not found:
        raise NotAllowed
    return found


def _source() -> str:
    with speaking(DEFAULT):
        return _("named as a successor")
