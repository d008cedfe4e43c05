"""The people and organisations of each region, written into the registry."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session, select

from bsoo import clock
from bsoo.demo.chance import happens, pick, whole
from bsoo.demo.organisations import Partner, partners
from bsoo.demo.people import Person, team
from bsoo.demo.services import offer
from bsoo.demo.shelf import Shelf
from bsoo.regions import Region
from bsoo.registry.finding import searching
from bsoo.registry.imports.listed import organisation_key
from bsoo.registry.models import (
    Address,
    Affiliation,
    Basis,
    Contact,
    Membership,
    Organisation,
    OrganisationRegion,
    Sector,
)
from bsoo.registry.values import folded

NEIGHBOURS = {"amsterdam": "almere", "almere": "amsterdam"}
"""A few people work in two regions."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a region who can be invited, and for which organisation."""

    contact_id: UUID
    name: str
    organisation_id: UUID
    place: int
    """0 is the first of the team: who usually comes."""


@dataclass(frozen=True, slots=True)
class Seat:
    """An organisation of the region and those of its people who are invited."""

    partner: Partner
    organisation_id: UUID
    members: tuple[Member, ...]


def settle(db: Session, regions: dict[str, Region]) -> dict[str, list[Seat]]:
    """Fill the registry; gives the seats at each region's table."""
    shelf = Shelf()
    taken: set[str] = set()
    network = {slug: _settle_region(shelf, region, regions, taken) for slug, region in regions.items()}
    shelf.write(db)
    searching.refresh(db, list(db.exec(select(Contact.id))))
    return network


def _settle_region(shelf: Shelf, region: Region, regions: dict[str, Region], taken: set[str]) -> list[Seat]:
    return [_settle_partner(shelf, region, regions, partner, taken) for partner in partners(region.slug, region.name)]


def _settle_partner(
    shelf: Shelf, region: Region, regions: dict[str, Region], partner: Partner, taken: set[str]
) -> Seat:
    organisation_id = shelf.put(
        Organisation,
        name=partner.name,
        name_key=organisation_key(partner.name),
        sector=partner.sector,
        website=f"https://{partner.domain}",
        email=f"info@{partner.domain}",
        street=partner.street,
        place=partner.place,
        themes=list(partner.themes),
        created_at=clock.now() - timedelta(days=whole(700, 1600, "known", partner.name)),
    )
    shelf.put(OrganisationRegion, organisation_id=organisation_id, region_id=region.id)
    offer(shelf, region, partner, organisation_id)
    neighbour = regions.get(NEIGHBOURS.get(region.slug, ""))
    members: list[Member] = []
    for place, person in enumerate(team(partner, taken)):
        contact_id = _contact(shelf, person)
        _affiliate(shelf, contact_id, organisation_id, person)
        _join(shelf, contact_id, region, person, partner)
        if neighbour is not None and place == 0 and happens(0.07, "two regions", partner.name):
            _join(shelf, contact_id, neighbour, person, partner)
        if person.invited:
            members.append(Member(contact_id, person.name, organisation_id, place))
    return Seat(partner, organisation_id, tuple(members))


def _contact(shelf: Shelf, person: Person) -> UUID:
    contact_id = shelf.put(
        Contact,
        given_name=person.given,
        infix=person.infix,
        family_name=person.family,
        display_name=person.name,
        sort_name=folded(f"{person.family} {person.given} {person.infix}".strip() or person.name),
        phone=person.phone,
        language=person.language,
        is_role_mailbox=person.is_mailbox,
        created_at=clock.now() - timedelta(days=whole(200, 1500, "basis", person.email)),
    )
    shelf.put(Address, contact_id=contact_id, email=person.email)
    return contact_id


def _affiliate(shelf: Shelf, contact_id: UUID, organisation_id: UUID, person: Person) -> None:
    today = clock.today()
    because = pick(("andere baan", "met pensioen", "uit dienst"), "because", person.email)
    shelf.put(
        Affiliation,
        contact_id=contact_id,
        organisation_id=organisation_id,
        role=person.role,
        started_on=_ago(today, whole(400, 3000, "started", person.email)),
        ended_on=_ago(today, whole(10, 300, "left", person.email)) if person.left else None,
        ended_because=because if person.left else "",
    )


def _join(shelf: Shelf, contact_id: UUID, region: Region, person: Person, partner: Partner) -> None:
    today = clock.today()
    confirmed = person.confirmed_days_ago
    shelf.put(
        Membership,
        contact_id=contact_id,
        region_id=region.id,
        invited=person.invited,
        confirmed_on=None if confirmed is None else _ago(today, confirmed),
        basis=Basis.PUBLIC_TASK if partner.sector is Sector.MUNICIPALITY else Basis.LEGITIMATE_INTEREST,
        basis_source="deelnemerslijst BSOO",
        basis_since=_ago(today, whole(200, 1500, "basis", person.email)),
    )


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)
