"""People change: somebody proposes other details, somebody says to have left, a department and a second address."""

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.regions import Region
from bsoo.registry import addresses, organisations, queries, tree
from bsoo.registry.facts import OrganisationFacts
from bsoo.registry.keeping import confirming
from bsoo.registry.keeping.confirmations import Detail
from bsoo.registry.keeping.confirming import Said
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, OrganisationRegion, Sector

FEW = 3


def let_change(db: Session, actor: Actor, region: Region) -> None:
    """What waits for the coordinator of a region."""
    changes, leaves, moves = _people(db, region)
    reader = queries.contact_as_actor(db, changes.id)
    if reader is not None:
        own = confirming.own_details(db, reader)
        said = Said(name=own[Detail.NAME], role="teamleider", organisation=own[Detail.ORGANISATION], phone="0612345678")
        confirming.propose(db, reader, said)
    reader = queries.contact_as_actor(db, leaves.id)
    if reader is not None:
        confirming.say_left(
            db,
            reader,
            on=clock.today(),
            successor_name="Noor Vermeulen",
            successor_email=f"noor.vermeulen@{_domain(db, leaves)}",
            remark="Noor neemt mijn werk over.",
        )
    addresses.add(db, actor, moves, f"{moves.family_name.lower().replace(' ', '')}@thuis.example.org")
    _department(db, actor, region)


def _people(db: Session, region: Region) -> list[Contact]:
    """Some with a name, a position and an address that works."""
    wanted = (
        select(Contact)
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .join(Affiliation, col(Affiliation.contact_id) == Contact.id)
        .join(Address, col(Address.contact_id) == Contact.id)
        .where(
            Membership.region_id == region.id,
            col(Membership.invited),
            col(Membership.stopped_at).is_(None),
            col(Affiliation.ended_on).is_(None),
            col(Address.bounced_at).is_(None),
            Contact.family_name != "",
        )
    )
    return list(db.exec(wanted.order_by(col(Contact.sort_name).desc()).limit(FEW)))


def _domain(db: Session, contact: Contact) -> str:
    return db.exec(select(Address.email).where(Address.contact_id == contact.id)).one().rpartition("@")[2]


def _department(db: Session, actor: Actor, region: Region) -> None:
    whole = db.exec(
        select(Organisation)
        .join(OrganisationRegion, col(OrganisationRegion.organisation_id) == Organisation.id)
        .where(OrganisationRegion.region_id == region.id, Organisation.sector == Sector.MUNICIPALITY)
        .order_by(Organisation.name)
    ).first()
    if whole is not None:
        facts = OrganisationFacts(name=f"{whole.name}, afdeling Zorg", sector=Sector.MUNICIPALITY, place=whole.place)
        part = organisations.add_organisation(db, actor, region.id, facts)
        tree.place_under(db, actor, part, whole.name)
