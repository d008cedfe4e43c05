"""Somebody of the network for whom a letter is shown before it is sent."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.registry.models import Affiliation, Contact, Membership, Organisation
from bsoo.registry.rows import columns
from bsoo.text import fold

MOST = 8


@dataclass(frozen=True, slots=True)
class ExampleReader:
    contact_id: UUID
    name: str
    called: str
    language: str
    organisation: str


def example_readers(db: Session, actor: Actor, region_id: UUID | None, typed: str) -> list[ExampleReader]:
    """People whose name, organisation or address has every typed word, in a region or in all that the actor sees."""
    query = (
        columns(Contact.id, Contact.display_name, Contact.given_name, Contact.language, Organisation.name)
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .outerjoin(Affiliation, (col(Affiliation.contact_id) == Contact.id) & col(Affiliation.ended_on).is_(None))
        .outerjoin(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .where(regions_where(actor, Permission.VIEW_REGISTRY, Membership.region_id), col(Contact.archived_at).is_(None))
    )
    if region_id is not None:
        query = query.where(col(Membership.region_id) == region_id)
    for word in fold(typed).split():
        query = query.where(col(Contact.search).contains(word, autoescape=True))
    rows = db.execute(query.order_by(col(Contact.sort_name), col(Contact.id)).limit(4 * MOST))
    found = {row[0]: ExampleReader(row[0], row[1], row[2], row[3], row[4] or "") for row in rows}
    return list(found.values())[:MOST]
