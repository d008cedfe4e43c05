"""Some who take part otherwise: guests, people who took part before, and whom one turns to first."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.regions import Region
from bsoo.registry import first_contacts, memberships
from bsoo.registry.models import Affiliation, Contact, Membership, MemberStatus, Organisation, OrganisationRegion

GUESTS, PAST, FIRST = 4, 3, 12


def show_some(db: Session, actor: Actor, region: Region) -> None:
    """Of those who are not invited some are guests and some took part before; a dozen organisations have a first
    contact, one of whom has left since."""
    others = _not_invited(db, region)
    for place in others[:GUESTS]:
        memberships.set_status(db, actor, place, MemberStatus.GUEST)
    for place in others[GUESTS : GUESTS + PAST]:
        memberships.set_status(db, actor, place, MemberStatus.PAST)
    for contact, house in _people(db, region):
        first_contacts.choose(db, actor, house, region.id, contact.id)
    _one_has_left(db, region)


def _not_invited(db: Session, region: Region) -> Sequence[Membership]:
    wanted = select(Membership).join(Contact).where(Membership.region_id == region.id, ~col(Membership.invited))
    return db.exec(wanted.order_by(col(Contact.sort_name))).all()


def _people(db: Session, region: Region) -> Sequence[tuple[Contact, Organisation]]:
    """The first of each of some organisations."""
    found = db.exec(
        select(Contact, Organisation)
        .join(Affiliation, col(Affiliation.contact_id) == Contact.id)
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .join(OrganisationRegion, col(OrganisationRegion.organisation_id) == Organisation.id)
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .where(
            OrganisationRegion.region_id == region.id,
            Membership.region_id == region.id,
            Membership.status == MemberStatus.MEMBER,
            col(Affiliation.ended_on).is_(None),
            Contact.family_name != "",
        )
        .order_by(Organisation.name, Contact.sort_name)
    )
    return list({house.id: (contact, house) for contact, house in found}.values())[:FIRST]


def _one_has_left(db: Session, region: Region) -> None:
    """Somebody left an organisation where colleagues remain, and nobody chose another yet."""
    left = db.exec(
        select(Affiliation, OrganisationRegion)
        .join(OrganisationRegion, col(OrganisationRegion.organisation_id) == Affiliation.organisation_id)
        .where(col(Affiliation.ended_on).is_not(None), OrganisationRegion.region_id == region.id)
        .order_by(col(Affiliation.ended_on).desc(), col(Affiliation.id))
    ).first()
    if left is not None:
        left[1].first_contact_id = left[0].contact_id
        db.add(left[1])
        db.flush()
