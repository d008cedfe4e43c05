"""What a reader sees of a merge: both records, what moves along, what was merged, and what is known besides."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as ask
from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.registry import organisation_queries, queries
from bsoo.registry.conditions import organisation_visible, visible
from bsoo.registry.doubles.merges import Alternative, ContactApart, Merging, OrganisationApart
from bsoo.registry.doubles.uniting import clashes, pointing_at
from bsoo.registry.doubles.words_of_merging import THINGS
from bsoo.registry.models import Address, Contact, Membership, Organisation, OrganisationRegion
from bsoo.registry.rows import columns
from bsoo.registry.snapshots import table_of

Kind = type[Contact | Organisation]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records side by side, the older first."""

    older: Contact | Organisation
    newer: Contact | Organisation
    region_ids: tuple[frozenset[UUID], frozenset[UUID]]
    addresses: tuple[list[Address], list[Address]]
    used: UUID | None
    """The address that is proposed."""
    moves: Mapping[str, int]
    """Rows of the newer record per table."""
    clashes: Mapping[str, int]
    """Rows that both have, of which one stays."""
    may_merge: bool
    are_apart: bool


def pair(db: Session, actor: Actor, kind: Kind, ids: tuple[UUID, UUID]) -> Pair:
    """All that the page of a merge shows."""
    older, newer = (_record(db, actor, kind, one) for one in sorted(ids, key=str))
    if older is newer:
        raise NotFound
    regions = _regions(db, kind, older.id), _regions(db, kind, newer.id)
    mine = permitted_regions(actor, Permission.EDIT_REGISTRY)
    addresses = _addresses(db, older.id), _addresses(db, newer.id)
    moves, same = _moving(db, kind, older.id, newer.id)
    return Pair(
        older,
        newer,
        regions,
        addresses,
        _proposed(older, newer, addresses),
        moves,
        same,
        mine is None or all(one and one <= mine for one in regions),
        bool(are_apart(db, actor, kind, ids)),
    )


def proposed_address(db: Session, actor: Actor, older: Contact, newer: Contact) -> UUID | None:
    """The address to go on with: one that arrives, and of two that do the one of the later record."""
    return _proposed(older, newer, (_addresses(db, older.id), _addresses(db, newer.id)))


def are_apart(
    db: Session, actor: Actor, kind: Kind, ids: tuple[UUID, UUID]
) -> Sequence[ContactApart | OrganisationApart]:
    """The rows that say that these are two."""
    if kind is Contact:
        people = col(ContactApart.contact_id).in_(ids), col(ContactApart.other_id).in_(ids)
        return db.exec(select(ContactApart).where(*people)).all()
    houses = col(OrganisationApart.organisation_id).in_(ids), col(OrganisationApart.other_id).in_(ids)
    return db.exec(select(OrganisationApart).where(*houses)).all()


@dataclass(frozen=True, slots=True)
class Done:
    """A merge that can still be undone."""

    id: UUID
    contact_id: UUID | None
    organisation_id: UUID | None
    name: str
    lost_name: str
    merged_at: datetime
    merged_by: str


def recent(db: Session, actor: Actor, within: datetime) -> list[Done]:
    """What was merged since then and not undone, the newest first."""
    found = db.execute(
        columns(
            Merging.id,
            Merging.contact_id,
            Merging.organisation_id,
            func.coalesce(Contact.display_name, Organisation.name),
            Merging.lost_name,
            Merging.merged_at,
            Merging.merged_by,
        )
        .outerjoin(Contact, col(Contact.id) == Merging.contact_id)
        .outerjoin(Organisation, col(Organisation.id) == Merging.organisation_id)
        .where(col(Merging.undone_at).is_(None), col(Merging.merged_at) > within, _sees(actor))
        .order_by(col(Merging.id).desc())
        .limit(200)
    )
    return [Done(*row) for row in found]


def merging(db: Session, actor: Actor, merging_id: UUID) -> Merging | None:
    """A merge of what the actor may see."""
    return db.exec(
        select(Merging)
        .outerjoin(Contact, col(Contact.id) == Merging.contact_id)
        .outerjoin(Organisation, col(Organisation.id) == Merging.organisation_id)
        .where(Merging.id == merging_id, _sees(actor))
    ).first()


def merged_into(db: Session, actor: Actor, kind: Kind, lost_id: UUID) -> UUID | None:
    """The record that took the place of one that was merged away."""
    column = Merging.contact_id if kind is Contact else Merging.organisation_id
    found = select(column).where(Merging.lost_id == lost_id, col(Merging.undone_at).is_(None))
    return db.exec(found).first()


@dataclass(frozen=True, slots=True)
class Beside:
    """What a page tells of merges: values that are not used, and merges that can still be undone."""

    alternatives: Sequence[tuple[str, str]] = ()
    undoable: frozenset[str] = frozenset()


def beside(db: Session, actor: Actor, record: Contact | Organisation, since: datetime) -> Beside:
    """What a record has besides what is used; one that was never changed was never merged."""
    if record.revision == 1:
        return Beside()
    kind = type(record)
    column = Merging.contact_id if kind is Contact else Merging.organisation_id
    merged = select(Merging.id).where(
        column == record.id, col(Merging.undone_at).is_(None), col(Merging.merged_at) > since
    )
    return Beside(alternatives(db, actor, kind, record.id), frozenset(map(str, db.exec(merged))))


def alternatives(db: Session, actor: Actor, kind: Kind, record_id: UUID) -> list[tuple[str, str]]:
    """What is known of a record that the actor may see, besides what is used: (field, text)."""
    column = Alternative.contact_id if kind is Contact else Alternative.organisation_id
    found = db.execute(
        columns(Alternative.field, Alternative.value).where(col(column) == record_id).order_by(col(Alternative.id))
    )
    return [(field, value) for field, value in found]


def in_words(tables: Iterable[str]) -> str:
    """Kinds of things by name, each once."""
    return ", ".join(dict.fromkeys(_(THINGS.get(name, THINGS[""])) for name in tables))


# --- parts of the above -----------------------------------------------------------------------------------------------


def _sees(actor: Actor) -> ColumnElement[bool]:
    return or_(
        and_(col(Merging.contact_id).is_not(None), visible(actor)),
        and_(col(Merging.organisation_id).is_not(None), organisation_visible(actor)),
    )


def _record(db: Session, actor: Actor, kind: Kind, one: UUID) -> Contact | Organisation:
    if kind is Contact:
        return queries.contact(db, actor, one)
    return organisation_queries.organisation(db, actor, one)


def _regions(db: Session, kind: Kind, one: UUID) -> frozenset[UUID]:
    if kind is Contact:
        return frozenset(db.exec(select(Membership.region_id).where(Membership.contact_id == one)))
    return frozenset(db.exec(select(OrganisationRegion.region_id).where(OrganisationRegion.organisation_id == one)))


def _addresses(db: Session, contact_id: UUID) -> list[Address]:
    found = select(Address).where(Address.contact_id == contact_id)
    return list(db.exec(found.order_by(col(Address.is_used).desc(), col(Address.email))))


def _proposed(
    older: Contact | Organisation, newer: Contact | Organisation, addresses: tuple[list[Address], list[Address]]
) -> UUID | None:
    later = newer.updated_at > older.updated_at
    weights = {
        address.id: (address.is_used, address.bounced_at is None, (record is newer) == later)
        for record, listed in zip((older, newer), addresses, strict=True)
        for address in listed
    }
    return max(weights, key=weights.__getitem__, default=None)


def _moving(db: Session, kind: Kind, kept: UUID, lost: UUID) -> tuple[dict[str, int], dict[str, int]]:
    """How many rows of each table move along, and how many of them meet one of the other record."""
    moves: dict[str, int] = {}
    same: dict[str, int] = {}
    connection = db.connection()
    for key in pointing_at(table_of(str(kind.__tablename__))):
        table = key.parent.table
        number = connection.scalar(ask(func.count()).select_from(table).where(key.parent == lost)) or 0
        if number and table.name in THINGS:
            moves[table.name] = moves.get(table.name, 0) + number
        if number and (met := len(list(clashes(connection, key, kept, lost)))):
            same[table.name] = same.get(table.name, 0) + met
    if moves.get("invitation") and kind is Contact:
        moves["invitation_answer"] = _answers(db, lost)
    return moves, same


def _answers(db: Session, contact_id: UUID) -> int:
    answer, invitation = table_of("invitation_answer"), table_of("invitation")
    asked = ask(func.count()).select_from(answer.join(invitation, answer.c.invitation_id == invitation.c.id))
    return db.connection().scalar(asked.where(invitation.c.contact_id == contact_id)) or 0
