"""Who may decide about two records: whoever may edit all regions of both; and two that are two after all."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.errors import NotAllowed, NotFound
from bsoo.registry import organisation_queries, queries
from bsoo.registry.doubles import merge_queries
from bsoo.registry.doubles.merges import ContactApart, OrganisationApart
from bsoo.registry.models import Contact, Membership, Organisation, OrganisationRegion

Kind = type[Contact | Organisation]


def keep_apart(db: Session, actor: Actor, kind: Kind, pair: tuple[UUID, UUID]) -> None:
    """Remember that these are two, so that they are never shown as doubles again."""
    one, other = in_order(pair)
    _require_somewhere(db, actor, kind, pair)
    if merge_queries.are_apart(db, actor, kind, pair):
        return
    if kind is Contact:
        db.add(ContactApart(contact_id=one, other_id=other))
    else:
        db.add(OrganisationApart(organisation_id=one, other_id=other))
    db.flush()


def forget_apart(db: Session, actor: Actor, kind: Kind, pair: tuple[UUID, UUID]) -> None:
    """They may be one after all."""
    _require_somewhere(db, actor, kind, pair)
    for row in merge_queries.are_apart(db, actor, kind, pair):
        db.delete(row)
    db.flush()


def in_order(pair: tuple[UUID, UUID]) -> tuple[UUID, UUID]:
    """The older first; ids are sorted by birth."""
    one, other = sorted(pair, key=str)
    if one == other:
        raise NotFound
    return one, other


def require_everywhere(db: Session, actor: Actor, kind: Kind, ids: Collection[UUID]) -> None:
    """In every region of each record; what is in no region is for who may edit everywhere."""
    mine = permitted_regions(actor, Permission.EDIT_REGISTRY)
    for one in ids:
        regions = regions_of(db, actor, kind, one)
        if mine is not None and not (regions and regions <= mine):
            raise NotAllowed


def region_of(db: Session, actor: Actor, kind: Kind, one: UUID) -> UUID | None:
    """A region of a record, for the logbook."""
    return min(regions_of(db, actor, kind, one), default=None, key=str)


def regions_of(db: Session, actor: Actor, kind: Kind, one: UUID) -> frozenset[UUID]:
    """Every region of a record, also those that the actor may not see."""
    if kind is Contact:
        return frozenset(db.exec(select(Membership.region_id).where(Membership.contact_id == one)))
    return frozenset(db.exec(select(OrganisationRegion.region_id).where(OrganisationRegion.organisation_id == one)))


def _require_somewhere(db: Session, actor: Actor, kind: Kind, pair: tuple[UUID, UUID]) -> None:
    """It changes nothing for others: the actor sees both, and may edit in a region of one of them."""
    mine = permitted_regions(actor, Permission.EDIT_REGISTRY)
    regions: set[UUID] = set()
    for one in pair:
        if kind is Contact:
            queries.contact(db, actor, one)
        else:
            organisation_queries.organisation(db, actor, one)
        regions |= regions_of(db, actor, kind, one)
    if mine is not None and not regions & mine:
        raise NotAllowed
