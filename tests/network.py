"""A network as its tests need it, and what they read of it."""

from sqlmodel import Session, select

from bsoo.regions import Region
from bsoo.registry.finding.listing import People as Listed
from bsoo.registry.imports.listed import organisation_key
from bsoo.registry.models import Affiliation, Contact, Membership, Organisation, Sector
from tests import factories


def house(
    db: Session, region: Region, name: str, sector: Sector = Sector.SHELTER, themes: tuple[str, ...] = ()
) -> Organisation:
    made = factories.organisation(db, region, name, sector=sector)
    made.name_key, made.themes = organisation_key(name), list(themes)
    db.add(made)
    db.flush()
    return made


def names(listed: Listed) -> list[str]:
    return [person.name for person in listed.people]


def membership_of(db: Session, contact: Contact) -> Membership:
    return db.exec(select(Membership).where(Membership.contact_id == contact.id)).one()


def seats_of(db: Session, contact: Contact) -> list[Affiliation]:
    return list(db.exec(select(Affiliation).where(Affiliation.contact_id == contact.id).order_by(Affiliation.id)))  # type: ignore[arg-type] # a column
