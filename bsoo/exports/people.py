"""The people of the list as it is filtered on the page, for staff who may take contacts out of that region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, true
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where, require
from bsoo.regions import Region
from bsoo.registry.finding import listing
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import (
    Address,
    Affiliation,
    Contact,
    Membership,
    MemberStatus,
    Organisation,
    OrganisationRegion,
)
from bsoo.registry.rows import Columns, columns
from bsoo.terms import words
from bsoo.terms.models import Vocabulary

Chosen: TypeAlias = Sequence[ColumnElement[bool]]


@dataclass(slots=True)
class Person:
    """A contact with all that a list, a card or a printed line shows."""

    contact: Contact
    emails: list[str] = field(default_factory=list)
    """The one that is used comes first."""
    seats: list[tuple[Affiliation, Organisation]] = field(default_factory=list)
    """One for each organisation; those that run come first."""
    regions: list[str] = field(default_factory=list)
    status: MemberStatus = MemberStatus.PAST
    """What they are most, of the regions that are taken out."""
    invited: bool = False
    first_at: set[UUID] = field(default_factory=set)
    """The organisations whose first contact they are."""
    confirmed_on: date | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    """What kinds of organisation are called."""

    @property
    def open_seats(self) -> list[tuple[Affiliation, Organisation]]:
        return [seat for seat in self.seats if seat[0].ended_on is None]

    @property
    def changed_at(self) -> datetime:
        return self.contact.updated_at


def people(db: Session, actor: Actor, wanted: Wanted) -> list[Person]:
    """Everybody whom the filters of the list leave, by name; only of regions whose contacts the actor may take out."""
    require(actor, Permission.EXPORT_CONTACTS, wanted.region_id)
    kinds = words.known(db).called(Vocabulary.SECTOR)
    chosen = _chosen(actor, wanted)
    everybody = db.execute(columns(Contact).where(*chosen))
    found = {row[0].id: Person(row[0], kinds=kinds) for row in everybody}
    for contact_id, email in db.execute(_addresses(chosen)):
        found[contact_id].emails.append(email)
    for seat, house in db.execute(_seats(chosen)):
        seats = found[seat.contact_id].seats
        if house.id not in {known.id for _seat, known in seats}:
            seats.append((seat, house))
    for place, region in db.execute(_places(actor, wanted, chosen)):
        person = found[place.contact_id]
        person.regions.append(region)
        is_member = place.status is MemberStatus.MEMBER
        person.status = min(person.status, place.status, key=list(MemberStatus).index)
        person.invited = person.invited or (is_member and place.invited and place.stopped_at is None)
        person.confirmed_on = max(filter(None, (person.confirmed_on, place.confirmed_on)), default=None)
    for contact_id, house_id in db.execute(_first_contacts(actor, wanted, chosen)):
        found[contact_id].first_at.add(house_id)
    return sorted(found.values(), key=lambda person: (person.contact.sort_name, person.contact.id))


def _chosen(actor: Actor, wanted: Wanted) -> Chosen:
    mine = exists().where(col(Membership.contact_id) == Contact.id, _of_regions(actor, wanted.region_id))
    return [*listing.matching(actor, wanted), mine.correlate_except(Membership)]


def _of_regions(actor: Actor, region_id: UUID | None) -> ColumnElement[bool]:
    one = col(Membership.region_id) == region_id if region_id is not None else true()
    return and_(regions_where(actor, Permission.EXPORT_CONTACTS, Membership.region_id), one)


def _addresses(chosen: Chosen) -> Columns:
    query = columns(Address.contact_id, Address.email).join(Contact, col(Contact.id) == Address.contact_id)
    return query.where(*chosen).order_by(col(Address.is_used).desc(), col(Address.id))


def _seats(chosen: Chosen) -> Columns:
    return (
        columns(Affiliation, Organisation)
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .join(Contact, col(Contact.id) == Affiliation.contact_id)
        .where(*chosen)
        .order_by(col(Affiliation.ended_on).is_not(None), col(Affiliation.ended_on).desc(), col(Affiliation.id))
    )


def _first_contacts(actor: Actor, wanted: Wanted, chosen: Chosen) -> Columns:
    one = true() if wanted.region_id is None else col(OrganisationRegion.region_id) == wanted.region_id
    here = regions_where(actor, Permission.EXPORT_CONTACTS, OrganisationRegion.region_id)
    query = columns(Contact.id, OrganisationRegion.organisation_id)
    query = query.join(OrganisationRegion, col(OrganisationRegion.first_contact_id) == Contact.id)
    return query.where(*chosen, here, one)


def _places(actor: Actor, wanted: Wanted, chosen: Chosen) -> Columns:
    return (
        columns(Membership, Region.name)
        .join(Region, col(Region.id) == Membership.region_id)
        .join(Contact, col(Contact.id) == Membership.contact_id)
        .where(*chosen, _of_regions(actor, wanted.region_id))
        .order_by(col(Region.position), col(Region.name))
    )
