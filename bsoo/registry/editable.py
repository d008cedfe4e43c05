"""In which of their regions somebody may edit a contact or an organisation; the logbook names that one."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, permitted_regions
from bsoo.errors import NotAllowed
from bsoo.registry.models import Contact, Membership, Organisation, OrganisationRegion


def region_of_contact(db: Session, actor: Actor, contact: Contact) -> UUID | None:
    """A region of the contact in which the actor may edit; NotAllowed when there is none."""
    return _first(actor, db.exec(select(Membership.region_id).where(Membership.contact_id == contact.id)).all())


def region_of_organisation(db: Session, actor: Actor, organisation: Organisation) -> UUID | None:
    """A region of the organisation in which the actor may edit; NotAllowed when there is none."""
    of_it = OrganisationRegion.organisation_id == organisation.id
    return _first(actor, db.exec(select(OrganisationRegion.region_id).where(of_it)).all())


def _first(actor: Actor, regions: Sequence[UUID]) -> UUID | None:
    """None only for who may edit everywhere: somebody in no region yet is theirs alone."""
    found = next((region for region in regions if may(actor, Permission.EDIT_REGISTRY, region)), None)
    if found is None and permitted_regions(actor, Permission.EDIT_REGISTRY) is not None:
        raise NotAllowed
    return found
