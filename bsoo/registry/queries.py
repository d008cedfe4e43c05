"""What readers see of the network, filtered by who reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, or_, true
from sqlalchemy import func as sql
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor, ActorKind
from bsoo.access.policy import Permission, permitted_regions, regions_where
from bsoo.errors import NotFound
from bsoo.logbook import LogEntry
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, OrganisationRegion
from bsoo.registry.rows import columns

STALE_AFTER = timedelta(days=365)
"""Details that nobody confirmed for a year are to be looked at."""


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


def unconfirmed(db: Session, actor: Actor, region_ids: Sequence[UUID] | None) -> int:
    """How many people that may be invited were not confirmed for a year."""
    found = db.exec(
        select(sql.count())
        .select_from(Membership)
        .where(
            regions_where(actor, Permission.VIEW_REGISTRY, Membership.region_id),
            col(Membership.region_id).in_(region_ids) if region_ids is not None else true(),
            col(Membership.invited),
            col(Membership.stopped_at).is_(None),
            is_stale(),
            ~has_left(col(Membership.contact_id)),
        )
    )
    return found.one()


def is_stale() -> ColumnElement[bool]:
    confirmed = col(Membership.confirmed_on)
    return or_(confirmed.is_(None), confirmed < clock.today() - STALE_AFTER)


def has_left(contact_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Somebody whose every affiliation has ended."""
    ended = exists().where(col(Affiliation.contact_id) == contact_id, col(Affiliation.ended_on).is_not(None))
    return and_(ended.correlate_except(Affiliation), ~has_seat(contact_id))


def has_seat(contact_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    seat = exists().where(col(Affiliation.contact_id) == contact_id, col(Affiliation.ended_on).is_(None))
    return seat.correlate_except(Affiliation)


# --- one contact ------------------------------------------------------------------------------------------------------


def contact(db: Session, actor: Actor, contact_id: UUID) -> Contact:
    """A contact in a region that the actor may see."""
    found = db.exec(select(Contact).where(Contact.id == contact_id, visible(actor))).first()
    if found is None:
        raise NotFound
    return found


def visible(actor: Actor, region_id: UUID | None = None) -> ColumnElement[bool]:
    """Contacts in the regions that the actor may see, or in one; who sees all sees those without a region too."""
    if region_id is None and permitted_regions(actor, Permission.VIEW_REGISTRY) is None:
        return true()
    member = exists().where(
        col(Membership.contact_id) == Contact.id,
        regions_where(actor, Permission.VIEW_REGISTRY, Membership.region_id),
        col(Membership.region_id) == region_id if region_id is not None else true(),
    )
    return member.correlate_except(Membership)


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


@dataclass(frozen=True, slots=True)
class ContactPage:
    """All that one page shows of a contact."""

    contact: Contact
    addresses: list[Address]
    memberships: list[Membership]
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
    rows = db.execute(
        columns(Contact, Address, Membership)
        .outerjoin(Address, col(Address.contact_id) == Contact.id)
        .outerjoin(
            Membership,
            and_(
                col(Membership.contact_id) == Contact.id,
                regions_where(actor, Permission.VIEW_REGISTRY, Membership.region_id),
            ),
        )
        .where(col(Contact.id) == contact_id, visible(actor))
        .order_by(col(Address.is_used).desc(), col(Address.email))
    ).all()
    if not rows:
        raise NotFound
    addresses = list({row[1].id: row[1] for row in rows if row[1] is not None}.values())
    memberships = list({row[2].id: row[2] for row in rows if row[2] is not None}.values())
    return ContactPage(
        rows[0][0], addresses, memberships, _seats_of(db, contact_id), _timeline(db, actor, "contact", contact_id)
    )


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


_LINES = 20


def _timeline(db: Session, actor: Actor, kind: str, subject_id: UUID) -> list[LogEntry]:
    """What happened, newest first; lines of a region are for those who may see that region."""
    in_sight = or_(
        col(LogEntry.region_id).is_(None), regions_where(actor, Permission.VIEW_REGISTRY, LogEntry.region_id)
    )
    newest = select(LogEntry).where(LogEntry.subject_kind == kind, LogEntry.subject_id == subject_id, in_sight)
    return list(db.exec(newest.order_by(col(LogEntry.at).desc(), col(LogEntry.id).desc()).limit(_LINES)))


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


# --- one organisation -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at an organisation, as its page shows them."""

    contact_id: UUID
    name: str
    role: str
    phone: str
    is_role_mailbox: bool
    ended_on: date | None
    email: str
    bounced_at: datetime | None
    invited: bool | None
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """All that one page shows of an organisation."""

    organisation: Organisation
    region_ids: list[UUID]
    colleagues: list[Colleague]
    timeline: list[LogEntry]
    confirmed_on: date | None = None

    @property
    def here(self) -> list[Colleague]:
        return [colleague for colleague in self.colleagues if colleague.ended_on is None]

    @property
    def left(self) -> list[Colleague]:
        return [colleague for colleague in self.colleagues if colleague.ended_on is not None]


def organisation(db: Session, actor: Actor, organisation_id: UUID) -> Organisation:
    """An organisation in a region that the actor may see."""
    found = db.exec(
        select(Organisation).where(Organisation.id == organisation_id, _organisation_visible(actor))
    ).first()
    if found is None:
        raise NotFound
    return found


def _organisation_visible(actor: Actor) -> ColumnElement[bool]:
    if permitted_regions(actor, Permission.VIEW_REGISTRY) is None:
        return true()
    here = exists().where(
        col(OrganisationRegion.organisation_id) == Organisation.id,
        regions_where(actor, Permission.VIEW_REGISTRY, OrganisationRegion.region_id),
    )
    return here.correlate_except(OrganisationRegion)


def organisation_page(db: Session, actor: Actor, organisation_id: UUID) -> OrganisationPage:
    """The organisation with its regions and its people, and what happened: two statements."""
    rows = db.execute(
        columns(
            Organisation,
            OrganisationRegion.region_id,
            Membership.confirmed_on,
            Contact.id,
            Contact.display_name,
            Affiliation.role,
            Contact.phone,
            Contact.is_role_mailbox,
            Affiliation.ended_on,
            sql.coalesce(Address.email, ""),
            Address.bounced_at,
            Membership.invited,
            Membership.stopped_at,
        )
        .outerjoin(
            OrganisationRegion,
            and_(
                col(OrganisationRegion.organisation_id) == Organisation.id,
                regions_where(actor, Permission.VIEW_REGISTRY, OrganisationRegion.region_id),
            ),
        )
        .outerjoin(Affiliation, col(Affiliation.organisation_id) == Organisation.id)
        .outerjoin(
            Contact,
            and_(col(Contact.id) == Affiliation.contact_id, col(Contact.archived_at).is_(None), visible(actor)),
        )
        .outerjoin(Address, and_(col(Address.contact_id) == Contact.id, col(Address.is_used)))
        .outerjoin(
            Membership,
            and_(
                col(Membership.contact_id) == Contact.id,
                regions_where(actor, Permission.VIEW_REGISTRY, Membership.region_id),
            ),
        )
        .where(col(Organisation.id) == organisation_id, _organisation_visible(actor))
        .order_by(col(Contact.is_role_mailbox), col(Contact.sort_name), col(Membership.invited).desc())
    ).all()
    if not rows:
        raise NotFound
    colleagues: dict[tuple[UUID, bool], Colleague] = {}
    for _organisation, _region, _confirmed, *facts in rows:
        if facts[0] is not None:
            colleagues.setdefault((facts[0], facts[5] is None), Colleague(*facts))
    return OrganisationPage(
        rows[0][0],
        list(dict.fromkeys(row[1] for row in rows if row[1] is not None)),
        list(colleagues.values()),
        _timeline(db, actor, "organisation", organisation_id),
        max((row[2] for row in rows if row[2] is not None), default=None),
    )


def organisations_with_key(db: Session, actor: Actor, name_key: str) -> list[UUID]:
    """Organisations whose names are spelled the same but for capitals, accents and signs."""
    same = select(Organisation.id).where(
        Organisation.name_key == name_key, col(Organisation.archived_at).is_(None), _organisation_visible(actor)
    )
    return list(db.exec(same))


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


def organisations_by_name(db: Session, actor: Actor, most: int = 1_000) -> list[tuple[UUID, str]]:
    """Names to choose from in a form."""
    found = db.exec(
        select(Organisation.id, Organisation.name)
        .where(_organisation_visible(actor), col(Organisation.archived_at).is_(None))
        .order_by(Organisation.name)
        .limit(most)
    )
    return [(organisation_id, name) for organisation_id, name in found]
