"""Two people and an organisation that stand in the list twice, as in every list that five people kept."""

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.regions import Region
from bsoo.registry.actions import add_contact
from bsoo.registry.facts import ContactFacts
from bsoo.registry.models import Affiliation, Contact, Organisation, OrganisationRegion
from bsoo.text import fold

TWICE = 2


def write_twice(db: Session, actor: Actor, region: Region) -> None:
    """The same person again, with initials and a private address, at the same house under another name."""
    query = (
        select(Contact, Organisation.name, Affiliation.role)
        .join(Affiliation, col(Affiliation.contact_id) == col(Contact.id))
        .join(Organisation, col(Organisation.id) == col(Affiliation.organisation_id))
        .join(OrganisationRegion, col(OrganisationRegion.organisation_id) == col(Organisation.id))
        .where(OrganisationRegion.region_id == region.id, col(Affiliation.ended_on).is_(None))
        .where(col(Contact.family_name) != "", col(Contact.phone) != "", col(Contact.infix) == "")
        .order_by(col(Contact.sort_name))
    )
    for contact, house, role in db.exec(query.limit(TWICE)).all():
        facts = ContactFacts(
            email=f"{fold(contact.display_name).replace(' ', '.')}@thuis.example.org",
            given_name=f"{contact.given_name[0]}.",
            family_name=contact.family_name,
            phone=contact.phone,
            organisation=f"Stichting {house}",
            role=role,
        )
        add_contact(db, actor, region.id, facts, invited=False)
