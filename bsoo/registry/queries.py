"""What readers see of contacts, filtered by who reads."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, or_
from sqlmodel import Session, col, select

from bsoo.access.actor import Actor, ActorKind
from bsoo.access.policy import Permission, regions_where
from bsoo.errors import NotFound
from bsoo.logbook import LogEntry
from bsoo.mail.purposes import Purpose
from bsoo.registry.basis import PurposeBasis
from bsoo.registry.conditions import visible
from bsoo.registry.consents import ConsentText
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation
from bsoo.registry.rows import columns
from bsoo.registry.timeline import LINES


def contact_as_actor(db: Session, contact_id: UUID) -> Actor | None:
    """The contact behind a personal link as an actor in the regions that they belong to; one statement."""
    rows = db.exec(
        select(Contact, Membership.region_id)
        .outerjoin(Membership, col(Membership.contact_id) == Contact.id)
        .where(Contact.id == contact_id)
    ).all()
    if not rows:
        return None
    contact = rows[0][0]
    regions = frozenset(row[1] for row in rows) - {None}
    return Actor(
        ActorKind.CONTACT, id=contact.id, name=contact.display_name, language=contact.language, region_ids=regions
    )


def contact(db: Session, actor: Actor, contact_id: UUID) -> Contact:
    """A contact in a region that the actor may see."""
    found = db.exec(select(Contact).where(Contact.id == contact_id, visible(actor))).first()
    if found is None:
        raise NotFound
    return found


def affiliation(db: Session, actor: Actor, contact_id: UUID, affiliation_id: UUID) -> Affiliation:
    """A seat of a contact that the actor may see."""
    contact(db, actor, contact_id)
    found = db.get(Affiliation, affiliation_id)
    if found is None or found.contact_id != contact_id:
        raise NotFound
    return found


def membership(db: Session, actor: Actor, contact_id: UUID, region_id: UUID) -> Membership:
    """A contact's place in a region that the actor may see."""
    found = db.exec(
        select(Membership).where(
            Membership.contact_id == contact_id,
            Membership.region_id == region_id,
            regions_where(actor, Permission.VIEW_REGISTRY, Membership.region_id),
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def holder_of(db: Session, actor: Actor, email: str) -> tuple[UUID, str] | None:
    """Whose address this is: id and name, without a name when the actor may not see that contact."""
    found = db.exec(
        select(Contact.id, Contact.display_name, visible(actor))
        .join(Address, col(Address.contact_id) == Contact.id)
        .where(Address.email == email.strip().lower())
    ).first()
    if found is None:
        return None
    contact_id, name, seen = found
    return contact_id, name if seen else ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A contact at an organisation."""

    id: UUID
    organisation_id: UUID
    organisation: str
    role: str
    department: str
    ended_on: date | None
    ended_because: str


@dataclass(frozen=True)
class Held:
    """What is kept of a contact, their regions, and why."""

    contact: Contact
    addresses: list[Address]
    memberships: list[Membership]
    own_grounds: dict[UUID, dict[Purpose, PurposeBasis]]
    """Per membership the purposes that have grounds of their own."""
    agreed: dict[UUID, int]
    """Versions of the texts that were agreed to."""


@dataclass(frozen=True)
class ContactPage(Held):
    """All that one page shows of a contact."""

    seats: list[Seat]
    timeline: list[LogEntry]

    @property
    def open_seats(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.ended_on is None]

    @property
    def used_address(self) -> Address | None:
        return next((address for address in self.addresses if address.is_used), None)


def contact_page(db: Session, actor: Actor, contact_id: UUID) -> ContactPage:
    """Contact, addresses, regions, seats and the newest lines of the logbook: three statements."""
    found = held(db, actor, contact_id)
    entries = entries_about(db, actor, "contact", contact_id)
    return ContactPage(**vars(found), seats=_seats_of(db, contact_id), timeline=entries)


def held(db: Session, actor: Actor, contact_id: UUID) -> Held:
    """A contact with all that stands beside it in one row per address, region and kind of mail: one statement."""
    rows = db.execute(
        columns(Contact, Address, Membership, PurposeBasis, ConsentText.id, ConsentText.version)
        .outerjoin(Address, col(Address.contact_id) == Contact.id)
        .outerjoin(
            Membership,
            and_(
                col(Membership.contact_id) == Contact.id,
                regions_where(actor, Permission.VIEW_REGISTRY, Membership.region_id),
            ),
        )
        .outerjoin(PurposeBasis, col(PurposeBasis.membership_id) == Membership.id)
        .outerjoin(
            ConsentText,
            col(ConsentText.id).in_((col(Membership.agreed_text_id), col(PurposeBasis.agreed_text_id))),
        )
        .where(col(Contact.id) == contact_id, visible(actor))
        .order_by(col(Address.is_used).desc(), col(Address.email))
    ).all()
    if not rows:
        raise NotFound
    addresses = list({row[1].id: row[1] for row in rows if row[1] is not None}.values())
    memberships = list({row[2].id: row[2] for row in rows if row[2] is not None}.values())
    own: dict[UUID, dict[Purpose, PurposeBasis]] = {}
    for basis in (row[3] for row in rows if row[3] is not None):
        own.setdefault(basis.membership_id, {})[basis.purpose] = basis
    agreed = {row[4]: row[5] for row in rows if row[4] is not None}
    return Held(rows[0][0], addresses, memberships, own, agreed)


def _seats_of(db: Session, contact_id: UUID) -> list[Seat]:
    found = db.execute(
        columns(
            Affiliation.id,
            Affiliation.organisation_id,
            Organisation.name,
            Affiliation.role,
            Affiliation.department,
            Affiliation.ended_on,
            Affiliation.ended_because,
        )
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .where(col(Affiliation.contact_id) == contact_id)
        .order_by(col(Affiliation.ended_on).is_not(None), col(Affiliation.ended_on).desc(), col(Organisation.name))
    )
    return [Seat(*row) for row in found]


def entries_about(db: Session, actor: Actor, kind: str, subject_id: UUID) -> list[LogEntry]:
    """What happened, newest first; lines of a region are for those who may see that region."""
    in_sight = or_(
        col(LogEntry.region_id).is_(None), regions_where(actor, Permission.VIEW_REGISTRY, LogEntry.region_id)
    )
    newest = select(LogEntry).where(about(kind, subject_id), in_sight)
    return list(db.exec(newest.order_by(col(LogEntry.at).desc(), col(LogEntry.id).desc()).limit(LINES)))


def about(kind: str, subject_id: UUID) -> ColumnElement[bool]:
    """Lines of the logbook about a contact or an organisation; of an organisation also those of its people there."""
    subject = and_(col(LogEntry.subject_kind) == kind, col(LogEntry.subject_id) == subject_id)
    if kind != "organisation":
        return subject
    sat_there = select(Affiliation.contact_id).where(Affiliation.organisation_id == subject_id)
    names_it = cast(col(LogEntry.facts), String).contains(subject_id.hex)
    return or_(
        subject, and_(col(LogEntry.subject_kind) == "contact", col(LogEntry.subject_id).in_(sat_there), names_it)
    )
