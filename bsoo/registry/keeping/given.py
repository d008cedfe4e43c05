"""What a successor was given, written down row by row, and taken back: all of it, except what stands on it by now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.logbook import note
from bsoo.registry import snapshots
from bsoo.registry.doubles.uniting import pointing_at
from bsoo.registry.facts import at
from bsoo.registry.finding import searching
from bsoo.registry.keeping.departures import Departure
from bsoo.registry.models import Affiliation, Contact, JsonValue, MemberStatus
from bsoo.registry.snapshots import Was, table_of

_WATCHED = {
    "organisation_region": {"first_contact_id"},
    "affiliation": {"role", "department", "ended_on"},
    "membership": {"status", "invited", "stopped_at", "confirmed_on"},
    "contact_address": {"is_used"},
    "contact": {"revision"},
}
"""What must still be as it was given, in the order in which it goes; what somebody changed since stays as it is."""
_UNSEEN = frozenset({"personal_link", "departure"})
"""Rows that go along with a contact: links that no letter brought, and the departure itself."""


class Step(TypedDict):
    """A row that was made (nothing before) or changed."""

    table: str
    id: str
    before: dict[str, JsonValue] | None
    after: dict[str, JsonValue]


@dataclass(slots=True)
class Stayed:
    """What could not be taken back, and why not."""

    name: str
    changed: set[str] = field(default_factory=set)
    """Tables in which somebody changed since what was given."""
    on_it: Mapping[str, int] = field(default_factory=dict)
    """What stands on a contact who was made for it, by table; they stay, as a past member."""


class Given:
    """Writes down what is made and what is about to change."""

    def __init__(self, db: Session) -> None:
        self._db = db
        self._before: Was = {}
        self._made: list[tuple[str, UUID]] = []

    def made(self, table: str, *row_ids: UUID) -> None:
        self._made += [(table, one) for one in row_ids]

    def changes(self, table: str, row_id: UUID) -> None:
        if (table, row_id) not in self._made:
            self._before |= snapshots.values(self._db, table, {row_id: _WATCHED[table]})

    def steps(self) -> list[Step]:
        """As it is kept: ids and states."""
        self._db.flush()
        found: list[Step] = []
        for table, row_id in (*self._made, *self._before):
            before, after = self._before.get((table, row_id)), _now(self._db, table, row_id)
            if after is not None and before != after:
                found.append(Step(table=table, id=str(row_id), before=before, after=after))
        return found


def take_back(db: Session, actor: Actor, departure: Departure) -> Stayed | None:
    """Take from the successor what they were given; says what stays, None when nothing does.

    Who was new goes again, unless something newer stands on them: then they stay known, as a past member.
    """
    require(actor, Permission.EDIT_REGISTRY)
    contact = db.get(Contact, departure.successor_id) if departure.successor_id else None
    if contact is None or not departure.given:
        return None
    db.flush()
    steps: list[Step] = departure.given  # type: ignore[assignment] # JSON as it was written
    stayed = Stayed(contact.display_name)
    stayed.changed = {step["table"] for step in steps if _is_changed(db, step)}
    is_new = any(step["table"] == "contact" for step in steps)
    stayed.on_it = _on(db, contact.id, steps) if is_new else {}
    goes = is_new and not stayed.changed and not stayed.on_it
    left = db.get_one(Affiliation, departure.affiliation_id)
    note(db, actor, "contact.not-successor", contact, None, **at(left.organisation_id))
    departure.given = []
    db.add(departure)
    db.flush()
    for table in _WATCHED:
        _back(db, table, [step for step in steps if step["table"] == table], is_new=is_new, goes=goes)
    db.expire_all()
    if not goes:
        searching.refresh(db, [contact.id])
    return stayed if stayed.changed or stayed.on_it else None


def _back(db: Session, name: str, steps: Sequence[Step], *, is_new: bool, goes: bool) -> None:
    """The rows of a table as they were. Of who was new and stays, the address and a place as a past member stay too."""
    table = table_of(name)
    for step in steps:
        row_id = UUID(step["id"])
        if _is_changed(db, step):
            continue
        if step["before"] is not None:
            snapshots.put_back(db, name, row_id, step["before"])
        elif goes or not is_new or name == "affiliation":
            db.connection().execute(delete(table).where(table.c.id == row_id))
        elif name == "membership":
            snapshots.put_back(db, name, row_id, {"status": MemberStatus.PAST.value})


def _on(db: Session, contact_id: UUID, steps: Sequence[Step]) -> Mapping[str, int]:
    """What points at a contact, but what they were given."""
    own = {UUID(step["id"]) for step in steps}
    found: Counter[str] = Counter()
    for key in pointing_at(table_of("contact")):
        table = key.parent.table
        if table.name not in _UNSEEN:
            others = select(func.count()).where(key.parent == contact_id, table.c.id.not_in(own))
            found[table.name] += db.connection().scalar(others) or 0
    return {name: number for name, number in found.items() if number}


def _is_changed(db: Session, step: Step) -> bool:
    return _now(db, step["table"], UUID(step["id"])) not in (None, step["after"])


def _now(db: Session, table: str, row_id: UUID) -> dict[str, JsonValue] | None:
    return snapshots.values(db, table, {row_id: _WATCHED[table]}).get((table, row_id))
