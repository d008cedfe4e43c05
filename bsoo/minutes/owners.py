"""Who promised something: a contact or an organisation of the region found by name, else the words as typed."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.registry.models import (
    Affiliation,
    Contact,
    Membership,
    MemberStatus,
    Organisation,
    OrganisationRegion,
)
from bsoo.text import fold


@dataclass(frozen=True, slots=True)
class Owner:
    name: str = ""
    contact_id: UUID | None = None
    organisation_id: UUID | None = None


def owner_named(db: Session, actor: Actor, region_id: UUID, name: str) -> Owner:
    """The owner that a name means. A name that two contacts share means neither: it stays as typed."""
    require(actor, Permission.WRITE_MINUTES, region_id)
    wanted = fold(" ".join(name.split()))
    if not wanted:
        return Owner()
    organisation_id = _organisation(db, region_id, wanted)
    if organisation_id is not None:
        return Owner(name.strip(), organisation_id=organisation_id)
    contact_id = _contact(db, region_id, wanted)
    if contact_id is None:
        return Owner(name.strip())
    return Owner(name.strip(), contact_id, _organisation_of(db, contact_id))


def _organisation(db: Session, region_id: UUID, wanted: str) -> UUID | None:
    rows = db.exec(
        select(Organisation.id, Organisation.name, Organisation.aliases)
        .join(OrganisationRegion, col(OrganisationRegion.organisation_id) == Organisation.id)
        .where(OrganisationRegion.region_id == region_id, col(Organisation.archived_at).is_(None))
    ).all()
    return next((row[0] for row in rows if wanted in {fold(name) for name in (row[1], *row[2])}), None)


def _contact(db: Session, region_id: UUID, wanted: str) -> UUID | None:
    rows = db.exec(
        select(Contact.id, Contact.display_name)
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .where(
            Membership.region_id == region_id,
            Membership.status != MemberStatus.PAST,
            col(Contact.archived_at).is_(None),
        )
    ).all()
    found = [contact_id for contact_id, name in rows if fold(name) == wanted]
    return found[0] if len(found) == 1 else None


def _organisation_of(db: Session, contact_id: UUID) -> UUID | None:
    return db.exec(
        select(Affiliation.organisation_id)
        .where(Affiliation.contact_id == contact_id, col(Affiliation.ended_on).is_(None))
        .order_by(col(Affiliation.id))
    ).first()
