"""What everybody may read of the services: the one door through which public exports look at the registry."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import true
from sqlmodel import Session, col

from bsoo import i18n
from bsoo.access.actor import Actor
from bsoo.regions import Region
from bsoo.registry.models import Address, Contact, Organisation
from bsoo.registry.rows import columns
from bsoo.services import hours
from bsoo.services.hours import Span
from bsoo.services.models import Service, Standing, Where
from bsoo.signals.models import Theme
from bsoo.terms import words
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words


@dataclass(frozen=True, slots=True)
class Visit:
    """An address that everybody may know."""

    street: str
    postcode: str
    place: str


@dataclass(frozen=True, slots=True)
class House:
    """The organisation that offers it; never its people, its address or its own mailbox."""

    id: UUID
    name: str
    aliases: tuple[str, ...]
    kind: dict[str, str]
    """What kind of organisation it is, by language."""
    kvk: str
    website: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A public service; texts by language, with the Dutch where there is no English."""

    id: UUID
    house: House
    region: str
    region_slug: str
    theme: str
    theme_position: int
    theme_name: dict[str, str]
    name: dict[str, str]
    description: dict[str, str]
    note: dict[str, str]
    for_whom: dict[str, list[str]]
    """By language; empty for everybody."""
    languages: list[str]
    """Codes of ISO 639, and what they are called by language."""
    spoken: dict[str, list[str]]
    spans: list[Span]
    visit: Visit | None
    phones: list[str]
    email: str
    website: str
    is_paused: bool
    checked_on: date | None
    created_at: datetime
    changed_at: datetime


def offers(db: Session, actor: Actor, region_id: UUID | None = None) -> list[Offer]:
    """Every public service that has not ended, of one region or all, in the order of themes and names."""
    rows = db.execute(
        columns(Service, Organisation, Region, Theme)
        .join(Organisation, col(Organisation.id) == Service.organisation_id)
        .join(Region, col(Region.id) == Service.region_id)
        .join(Theme, col(Theme.code) == Service.theme)
        .where(
            col(Service.is_public),
            col(Service.standing) != Standing.ENDED,
            col(Organisation.archived_at).is_(None),
            col(Service.region_id) == region_id if region_id else true(),
        )
        .order_by(
            col(Region.position), col(Theme.position), col(Service.name_nl), col(Organisation.name), col(Service.id)
        )
    ).all()
    persons = _of_persons(db) if rows else frozenset()
    listed = words.known(db) if rows else Words(())
    return [_offer(row[0], row[1], row[2], row[3], persons, listed) for row in rows]


def _of_persons(db: Session) -> frozenset[str]:
    """Addresses and numbers that became somebody's own after they were written down with a service."""
    person = col(Contact.is_role_mailbox).is_(False)
    same = col(Address.email).in_(columns(Service.email).where(col(Service.email) != ""))
    emails = columns(Address.email).join(Contact, col(Contact.id) == Address.contact_id).where(person, same)
    numbers = columns(Contact.phone).where(person, col(Contact.phone) != "")
    found = {row[0] for row in db.execute(emails)}
    return frozenset(found | {number for row in db.execute(numbers) for number in row[0].split(", ")})


def _offer(
    service: Service, house: Organisation, region: Region, theme: Theme, persons: frozenset[str], listed: Words
) -> Offer:
    kind = {language: listed.name(Vocabulary.SECTOR, house.sector, language) for language in i18n.LANGUAGES}
    languages = listed.ordered(Vocabulary.LANGUAGE, service.languages)
    visible = service.found_at is Where.VISIT and service.street and service.place
    return Offer(
        id=service.id,
        house=House(house.id, house.name, tuple(house.aliases), kind, house.kvk, house.website),
        region=region.name,
        region_slug=region.slug,
        theme=theme.code,
        theme_position=theme.position,
        theme_name={"nl": theme.name_nl, "en": theme.name_en},
        name=_both(service.name_nl, service.name_en),
        description=_both(service.description_nl, service.description_en),
        note=_both(service.note_nl, service.note_en),
        for_whom={one: listed.names(Vocabulary.GROUP, service.groups, one) for one in i18n.LANGUAGES},
        languages=languages,
        spoken={one: listed.names(Vocabulary.LANGUAGE, languages, one) for one in i18n.LANGUAGES},
        spans=hours.spans_of(service.hours),
        visit=Visit(service.street, service.postcode, service.place) if visible else None,
        phones=[
            number
            for number in service.phone.split(", ")
            if number and (number not in persons or number in house.phone.split(", "))
        ],
        email="" if service.email in persons else service.email,
        website=service.website,
        is_paused=service.standing is Standing.PAUSED,
        checked_on=service.checked_on,
        created_at=service.created_at,
        changed_at=service.changed_at,
    )


def _both(dutch: str, english: str) -> dict[str, str]:
    return {"nl": dutch, "en": english or dutch}
