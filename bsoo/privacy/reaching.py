"""Everything that the database holds about one person, by the map."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, func, literal, or_
from sqlmodel import Session, SQLModel, col, select

from bsoo import links
from bsoo.access.actor import Actor
from bsoo.access.models import User
from bsoo.mail.models import Letter
from bsoo.privacy.needles import Needles
from bsoo.privacy.places import Hashed, Is, Mails, Named, Of, Place, Spans
from bsoo.registry.doubles.merges import Alternative, Merging
from bsoo.registry.models import Address, Contact
from bsoo.registry.people import split_name
from bsoo.registry.rows import columns

Row = Mapping[str, object]


@dataclass(frozen=True)
class Person:
    """Whom we look for: every id that they have had, and what tells them in a text."""

    id: UUID
    name: str
    ids: frozenset[UUID]
    needles: Needles


@dataclass(frozen=True)
class Held:
    """The rows of one place of the map."""

    place: Place
    rows: Sequence[Row]

    @property
    def ids(self) -> list[object]:
        key = key_of(table_of(self.place.table)).name
        return [row[key] for row in self.rows]


def contact_as_person(db: Session, actor: Actor, contact: Contact) -> Person:
    """A contact with the addresses, numbers and names that the registry, its merges and its letters know."""
    ids = _merged_into(db, contact.id)
    emails = set(db.exec(select(Address.email).where(Address.contact_id == contact.id)))
    emails |= set(db.exec(select(Letter.to_address).where(Letter.contact_id == contact.id).distinct()))
    names = {(contact.given_name, contact.infix, contact.family_name)}
    lost = select(Merging.lost_name).where(col(Merging.contact_id).in_(ids), Merging.lost_name != "")
    names |= {split_name(name)[:3] for name in db.exec(lost)}
    phones = set(contact.phone.split(", "))
    for field, value in db.exec(
        select(Alternative.field, Alternative.value).where(col(Alternative.contact_id).in_(ids))
    ):
        phones |= {value} if field == "phone" else set()
        emails |= {value.lower()} if field == "email" else set()
        names |= {split_name(value)[:3]} if field == "name" else set()
    found = Needles(
        frozenset(email.lower() for email in emails if "@" in email),
        frozenset(phones - {""}),
        frozenset(name for name in names if name[2] and not contact.is_role_mailbox),
    )
    return Person(contact.id, contact.display_name, ids, found)


def staff_as_person(db: Session, actor: Actor, user: User) -> Person:
    found = Needles(frozenset({user.email.lower()}))
    return Person(user.id, user.name, frozenset({user.id}), found)


def reached(db: Session, actor: Actor, person: Person, places: Iterable[Place]) -> list[Held]:
    """The rows of every place, in the order of the map: later places may hang on earlier ones."""
    found: list[Held] = []
    for place in places:
        table = table_of(place.table)
        tried = (_way(table, way, person, found) for way in place.ways if not isinstance(way, Named))
        ways = [way for way in tried if way is not None]
        rows = _rows(db, table, or_(*ways)) if ways else []
        named = [name for way in place.ways if isinstance(way, Named) for name in way.columns]
        if named:
            rows += _naming(db, table, named, person, {row["id"] for row in rows})
        found.append(Held(place, rows))
    return found


def table_of(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def key_of(table: Table) -> ColumnElement[object]:
    """The one column by which a row is known."""
    found: ColumnElement[object] = next(iter(table.primary_key.columns))
    return found


def _way(table: Table, way: object, person: Person, found: Sequence[Held]) -> ColumnElement[bool] | None:
    """The rows that this way leads to; None when there is nothing to go by."""
    match way:
        case Is(column):
            return table.c[column].in_(person.ids)
        case Mails(column):
            emails = person.needles.emails
            return func.lower(table.c[column]).in_(emails) if emails else None
        case Hashed(column):
            return table.c[column].in_([links.fingerprint(email) for email in person.needles.emails])
        case Of(column, of):
            name, _dot, other = of.partition(".")
            ids = {row[other] for held in found if held.place.table == name for row in held.rows}
            return table.c[column].in_(ids) if ids else None
        case Spans(first, last):
            one = literal(person.id, table.c[first].type)
            return and_(table.c[first] <= one, one <= table.c[last])
        case _:
            raise TypeError(f"no way {way!r}")


def _rows(db: Session, table: Table, where: ColumnElement[bool]) -> list[Row]:
    asked = columns(table).where(where).order_by(key_of(table))
    return [dict(row) for row in db.connection().execute(asked).mappings()]


def _naming(db: Session, table: Table, named: Sequence[str], person: Person, seen: set[object]) -> list[Row]:
    asked = columns(table.c.id, *(table.c[name] for name in named))
    ids = [
        row["id"]
        for row in db.connection().execute(asked).mappings()
        if row["id"] not in seen and any(person.needles.is_in(row[name]) for name in named)
    ]
    return _rows(db, table, table.c.id.in_(ids))


def _merged_into(db: Session, contact_id: UUID) -> frozenset[UUID]:
    """The contact and every record that became this one, also by way of a third."""
    ids, new = {contact_id}, {contact_id}
    while new:
        asked = select(Merging.lost_id).where(col(Merging.contact_id).in_(new), col(Merging.undone_at).is_(None))
        new = set(db.exec(asked)) - ids
        ids |= new
    return frozenset(ids)
