"""Records that may be one: a ranked list to work through, a look while somebody types, and what was said to be two."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.errors import NotFound
from bsoo.registry.conditions import organisation_visible, visible
from bsoo.registry.doubles import house_likeness, likeness
from bsoo.registry.doubles.house_likeness import House, Towns
from bsoo.registry.doubles.likeness import Commonness, Likeness, Person, Reason, pairs_of
from bsoo.registry.doubles.merges import ContactApart, OrganisationApart
from bsoo.registry.doubles.spelling import plain
from bsoo.registry.imports.listed import organisation_key
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, OrganisationRegion
from bsoo.registry.rows import Columns, columns

T = TypeVar("T", Person, House)

MOST_WHILE_TYPING, MOST_OTHERS = 4, 25
_SURE_OF_A_PERSON, _SURE_OF_A_HOUSE = 60, 45
"""Points; whoever types is only interrupted by what is likely. Of an organisation only the name is typed as a rule."""


@dataclass(frozen=True, slots=True)
class Double(Generic[T]):
    """Two records that may be one, the older first; `may_merge` when the reader may edit all regions of both."""

    older: T
    newer: T
    likeness: Likeness
    may_merge: bool = False

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self.likeness.reasons


def contacts(db: Session, actor: Actor, region_id: UUID | None = None) -> list[Double[Person]]:
    """Contacts that may be one person, the most alike first; with a region: of whom at least one is there."""
    people = _people(db, actor)
    common = Commonness.of(people.values())
    apart = _apart(db, columns(ContactApart.contact_id, ContactApart.other_id))
    marked = ((person.id, likeness.keys(person)) for person in people.values())
    return _ranked(actor, people, marked, apart, region_id, lambda one, other: likeness.likeness(one, other, common))


def organisations(db: Session, actor: Actor, region_id: UUID | None = None) -> list[Double[House]]:
    """Organisations that may be one, the most alike first; with a region: of which at least one is there."""
    houses = _houses(db, actor)
    towns = _towns(houses.values())
    apart = _apart(db, columns(OrganisationApart.organisation_id, OrganisationApart.other_id))
    marked = ((house.id, house_likeness.keys(house, towns)) for house in houses.values())
    return _ranked(
        actor, houses, marked, apart, region_id, lambda one, other: house_likeness.likeness(one, other, towns)
    )


def number_of_contacts(db: Session, actor: Actor) -> int:
    """How many contacts the actor may see: how long looking takes."""
    return db.scalar(columns(func.count()).select_from(Contact).where(_is_here(actor))) or 0


def like_contact(db: Session, actor: Actor, typed: Person) -> list[tuple[Person, Likeness]]:
    """Contacts who may be the one that somebody is typing."""
    people = _people(db, actor)
    common = Commonness.of(people.values())
    judged = ((person, likeness.likeness(typed, person, common)) for person in people.values())
    return _likely(judged, _SURE_OF_A_PERSON)


def like_organisation(db: Session, actor: Actor, typed: House) -> list[tuple[House, Likeness]]:
    """Organisations that may be the one that somebody is typing."""
    houses = _houses(db, actor)
    towns = _towns(houses.values())
    judged = ((house, house_likeness.likeness(typed, house, towns)) for house in houses.values())
    return _likely(judged, _SURE_OF_A_HOUSE)


def others(
    db: Session, actor: Actor, kind: type[Contact | Organisation], record_id: UUID, text: str
) -> list[tuple[UUID, str, tuple[Reason, ...]]]:
    """Records that a given one may be merged with: those that look like it, or those whose name holds a text."""
    if kind is Contact:
        people = _people(db, actor)
        me = _found(people, record_id)
        common = Commonness.of([me, *people.values()])
        judged = [(one.id, one.name, likeness.likeness(me, one, common)) for one in people.values()]
    else:
        houses = _houses(db, actor)
        mine = _found(houses, record_id)
        towns = _towns([mine, *houses.values()])
        judged = [(one.id, one.name, house_likeness.likeness(mine, one, towns)) for one in houses.values()]
    words = plain(text).split()
    found = [
        (one, name, how)
        for one, name, how in judged
        if (all(word in plain(name) for word in words) if words else how is not None)
    ]
    found.sort(key=lambda row: (-(row[2].points if row[2] else 0), row[1]))
    return [(one, name, how.reasons if how else ()) for one, name, how in found[:MOST_OTHERS]]


# --- parts of the above -----------------------------------------------------------------------------------------------


def _found(records: dict[UUID, T], record_id: UUID) -> T:
    """The record itself, taken from among the others; an archived one is merged with nothing."""
    if record_id not in records:
        raise NotFound
    return records.pop(record_id)


def _likely(judged: Iterable[tuple[T, Likeness | None]], sure: int) -> list[tuple[T, Likeness]]:
    found = [(record, how) for record, how in judged if how is not None and how.points >= sure]
    return sorted(found, key=lambda one: -one[1].points)[:MOST_WHILE_TYPING]


def _ranked(
    actor: Actor,
    records: Mapping[UUID, T],
    marked: Iterable[tuple[UUID, Iterable[tuple[str, str]]]],
    apart: frozenset[frozenset[UUID]],
    region_id: UUID | None,
    judge: Callable[[T, T], Likeness | None],
) -> list[Double[T]]:
    mine = permitted_regions(actor, Permission.EDIT_REGISTRY)
    order = {key: place for place, key in enumerate(sorted(records, key=str))}
    found: list[Double[T]] = []
    for older_id, newer_id in pairs_of(marked, order):
        older, newer = records[older_id], records[newer_id]
        regions = older.region_ids | newer.region_ids
        if (region_id is not None and region_id not in regions) or frozenset((older_id, newer_id)) in apart:
            continue
        if (how := judge(older, newer)) is not None:
            may_merge = mine is None or (bool(older.region_ids and newer.region_ids) and regions <= mine)
            found.append(Double(older, newer, how, may_merge))
    return sorted(found, key=lambda double: (-double.likeness.points, double.older.name, str(double.newer.id)))


def _apart(db: Session, asked: Columns) -> frozenset[frozenset[UUID]]:
    """The pairs of which somebody said that they are two."""
    return frozenset(frozenset(pair) for pair in db.execute(asked))


def _people(db: Session, actor: Actor) -> dict[UUID, Person]:
    """Everybody whom the actor may see, in four statements."""
    here = _is_here(actor)
    emails = _gathered(db, columns(Address.contact_id, Address.email).join(Contact).where(here))
    regions = _gathered(db, columns(Membership.contact_id, Membership.region_id).join(Contact).where(here))
    seats = _gathered(
        db,
        columns(Affiliation.contact_id, Organisation.id, Organisation.name, Organisation.postcode, Affiliation.ended_on)
        .join(Contact, col(Contact.id) == Affiliation.contact_id)
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .where(here),
    )
    found = db.execute(
        columns(
            Contact.id, Contact.given_name, Contact.infix, Contact.family_name, Contact.display_name, Contact.phone
        ).where(here)
    )
    return {
        contact_id: Person(
            contact_id,
            given,
            infix,
            family,
            name,
            phones=_numbers(phone),
            emails=tuple(email for (email,) in emails.get(contact_id, ())),
            houses=tuple((house_id, name) for house_id, name, *_rest in seats.get(contact_id, ())),
            postcodes=tuple(code for _id, _name, code, _ended in seats.get(contact_id, ())),
            has_left=contact_id in seats and all(ended for *_seat, ended in seats[contact_id]),
            region_ids=frozenset(region for (region,) in regions.get(contact_id, ())),
        )
        for contact_id, given, infix, family, name, phone in found
    }


def _houses(db: Session, actor: Actor) -> dict[UUID, House]:
    """Every organisation that the actor may see, in three statements."""
    here = organisation_visible(actor), col(Organisation.archived_at).is_(None)
    regions = _gathered(
        db,
        columns(OrganisationRegion.organisation_id, OrganisationRegion.region_id).join(Organisation).where(*here),
    )
    people = _gathered(
        db,
        columns(Affiliation.organisation_id, Affiliation.contact_id)
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .where(*here, col(Affiliation.ended_on).is_(None)),
    )
    found = db.execute(
        columns(
            Organisation.id,
            Organisation.name,
            Organisation.aliases,
            Organisation.place,
            Organisation.postcode,
            Organisation.street,
            Organisation.phone,
            Organisation.email,
            Organisation.website,
            Organisation.kvk,
            Organisation.parent_id,
        ).where(*here)
    )
    return {
        house_id: House(
            house_id,
            name,
            tuple(aliases),
            place,
            postcode,
            street,
            _numbers(phone),
            email,
            website,
            kvk,
            parent_id,
            people=len(people.get(house_id, ())),
            region_ids=frozenset(region for (region,) in regions.get(house_id, ())),
        )
        for house_id, name, aliases, place, postcode, street, phone, email, website, kvk, parent_id in found
    }


def _is_here(actor: Actor) -> ColumnElement[bool]:
    return visible(actor) & col(Contact.archived_at).is_(None)


def _gathered(db: Session, asked: Columns) -> dict[UUID, list[Sequence[Any]]]:  # Any: what the columns hold
    """Rows by their first column."""
    found: dict[UUID, list[Sequence[Any]]] = {}
    for key, *rest in db.execute(asked):
        found.setdefault(key, []).append(rest)
    return found


def _numbers(phone: str) -> tuple[str, ...]:
    return tuple(phone.split(", ")) if phone else ()


def _towns(houses: Iterable[House]) -> Towns:
    """The towns where organisations are, which say little in a name."""
    return Towns(Towns().words | {organisation_key(house.place) for house in houses if house.place})
