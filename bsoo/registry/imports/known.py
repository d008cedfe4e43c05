"""What the registry already knows about the people and organisations in a list, read in a handful of statements."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, true
from sqlmodel import Session, col

from bsoo.mail import blocking
from bsoo.mail.models import Blocked
from bsoo.registry.imports.listed import Row, organisation_key
from bsoo.registry.models import (
    Address,
    Affiliation,
    Contact,
    Membership,
    MemberStatus,
    Organisation,
    OrganisationRegion,
)
from bsoo.registry.people import sort_name
from bsoo.registry.rows import columns
from bsoo.terms import words
from bsoo.terms.words import Words

_MOST_IN_ONE_QUESTION = 1_000
"""With more addresses than this it is cheaper to read all of a table than to name each."""


@dataclass(slots=True)
class Seat:
    """An affiliation as the registry has it."""

    id: UUID
    role: str
    department: str
    ended_on: date | None


@dataclass(slots=True)
class Place:
    """A membership as the registry has it."""

    id: UUID
    status: MemberStatus
    invited: bool
    confirmed_on: date | None
    stopped_at: datetime | None
    listed: dict[str, str] = field(default_factory=dict)
    """What the last list said."""


@dataclass(slots=True)
class Person:
    """A contact as the registry has it, or as the list is about to make it."""

    id: UUID
    title: str
    given: str
    infix: str
    family: str
    phone: str
    language: str
    notes: str = ""
    is_new: bool = False
    in_region: bool = False
    place: Place | None = None
    seats: dict[UUID, Seat] = field(default_factory=dict)
    is_settled: bool = False
    """Whether an earlier row spoke of them; its word stands, so a list is never at odds with itself."""
    settled_at: tuple[UUID, ...] = ()
    """The same of their seats: at these organisations."""


@dataclass(slots=True)
class House:
    """An organisation as the registry has it, or as the list is about to make it."""

    id: UUID
    name: str
    sector: str
    street: str
    postcode: str
    place: str
    website: str
    kvk: str
    themes: list[str]
    notes: str = ""
    in_region: bool = False
    region_row: UUID | None = None
    listed: dict[str, str] = field(default_factory=dict)
    """What the last list of this region said."""
    does: str = ""
    """What people at a new one are found by; of one that was there already, the search knows more."""


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody of this region with the same name at the same organisation, under another address."""

    name: str
    email: str


@dataclass(slots=True)
class Known:
    people: dict[str, Person]
    """By e-mail address."""
    houses: dict[str, list[House]]
    """By the key of their name; the one in this region first."""
    blocked: frozenset[str]
    """Addresses of nobody in the registry to which we do not write."""
    namesakes: dict[tuple[str, str], Namesake] = field(default_factory=dict)
    """By sorted name and key of the organisation."""
    listed: Words = field(default_factory=lambda: Words(()))
    """The managed lists."""


def known(db: Session, region_id: UUID, rows: Sequence[Row]) -> Known:
    """All that matters for these rows of a list in this region."""
    emails = {email for row in rows for email in row.emails}
    namesakes = _namesakes(db, region_id)
    alike = {namesake_key(row) for row in rows if row.family} & namesakes.keys() if namesakes else set()
    asked = {key: Namesake(*namesakes[key]) for key in alike}
    people = _people(db, region_id, emails | {one.email for one in asked.values()})
    blocked = _blocked(db, [email for email in emails if email not in people])
    return Known(people, _houses(db, region_id), blocked, asked, words.known(db))


def namesake_key(row: Row) -> tuple[str, str]:
    return sort_name(row.given, row.infix, row.family), organisation_key(row.organisation)


def _namesakes(db: Session, region_id: UUID) -> dict[tuple[str, str], tuple[str, str]]:
    """Name and address of everybody of the region, by sorted name and organisation; by the name alone without one."""
    rows = db.execute(
        columns(Contact.sort_name, Organisation.name_key, Contact.display_name, Address.email)
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .join(Address, col(Address.contact_id) == Contact.id)
        .join(Affiliation, col(Affiliation.contact_id) == Contact.id, isouter=True)
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id, isouter=True)
        .where(col(Membership.region_id) == region_id, col(Contact.family_name) != "")
        .order_by(col(Contact.id), col(Address.id))
    )
    return {(name, house or ""): (shown, email) for name, house, shown, email in rows}


def _people(db: Session, region_id: UUID, emails: Collection[str]) -> dict[str, Person]:
    """By each of these addresses that somebody has, with their place in this region and their seats anywhere."""
    asked = col(Address.email).in_(emails) if len(emails) <= _MOST_IN_ONE_QUESTION else true()
    here = and_(col(Membership.contact_id) == Contact.id, col(Membership.region_id) == region_id)
    rows = db.execute(
        columns(Address.email, *_OF_PERSON, *_OF_PLACE)
        .join(Contact, col(Contact.id) == Address.contact_id)
        .outerjoin(Membership, here)
        .where(asked)
    )
    by_id: dict[UUID, Person] = {}
    people: dict[str, Person] = {}
    for email, contact_id, *facts in rows:
        if (person := by_id.get(contact_id)) is None:
            person = by_id[contact_id] = Person(contact_id, *facts[: -len(_OF_PLACE)])
            place, *said = facts[-len(_OF_PLACE) :]
            person.place = Place(place, *said) if place else None
            person.in_region = place is not None
        people[email] = person
    if by_id:
        _add_seats(db, by_id, col(Affiliation.contact_id).in_(columns(Address.contact_id).where(asked)))
    return people


_OF_PERSON = (
    *(Contact.id, Contact.title, Contact.given_name, Contact.infix, Contact.family_name, Contact.phone),
    *(Contact.language, Contact.notes),
)
_OF_PLACE = (
    *(Membership.id, Membership.status, Membership.invited, Membership.confirmed_on, Membership.stopped_at),
    Membership.listed,
)


def _add_seats(db: Session, people: dict[UUID, Person], asked: ColumnElement[bool]) -> None:
    """A seat that still runs goes before an ended one at the same organisation."""
    rows = db.execute(
        columns(
            Affiliation.contact_id,
            Affiliation.organisation_id,
            Affiliation.id,
            Affiliation.role,
            Affiliation.department,
            Affiliation.ended_on,
        ).where(asked)
    )
    for contact_id, organisation_id, *facts in rows:
        seats = people[contact_id].seats
        if organisation_id not in seats or seats[organisation_id].ended_on is not None:
            seats[organisation_id] = Seat(*facts)


def _houses(db: Session, region_id: UUID) -> dict[str, list[House]]:
    asked = columns(OrganisationRegion.organisation_id, OrganisationRegion.id, OrganisationRegion.listed)
    here = {row[0]: row[1:] for row in db.execute(asked.where(col(OrganisationRegion.region_id) == region_id))}
    rows = db.execute(
        columns(
            Organisation.name_key,
            Organisation.aliases,
            Organisation.id,
            Organisation.name,
            Organisation.sector,
            Organisation.street,
            Organisation.postcode,
            Organisation.place,
            Organisation.website,
            Organisation.kvk,
            Organisation.themes,
            Organisation.notes,
        ).where(col(Organisation.archived_at).is_(None))
    )
    houses: dict[str, list[House]] = {}
    for name_key, aliases, *facts in rows:
        house = House(*facts)
        house.in_region = house.id in here
        house.region_row, house.listed = here.get(house.id, (None, {}))
        for key in {name_key, *map(organisation_key, aliases)}:
            houses.setdefault(key, []).insert(0 if house.in_region else len(houses.get(key, ())), house)
    return houses


def _blocked(db: Session, emails: list[str]) -> frozenset[str]:
    found: set[str] = set()
    if not emails or db.execute(columns(Blocked.id).limit(1)).first() is None:
        return frozenset()
    for some in _in_parts(emails):
        found |= {email for email, purposes in blocking.blocked_among(db, some).items() if "" in purposes}
    return frozenset(found)


def _in_parts(emails: list[str]) -> Iterator[list[str]]:
    yield from (emails[start : start + 10_000] for start in range(0, len(emails), 10_000))
