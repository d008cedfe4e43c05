"""Making two rows of a table one: everything that points at the one that goes points at the one that stays.

All foreign keys are found in the tables themselves, so a new table cannot be forgotten. Where two rows would then be
the same (a contact is invited to a meeting once), these two are made one as well, by the rule of their table. Each
change is kept as a step, and the steps taken backwards give every row what it had.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TypedDict
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    RowMapping,
    Table,
    UniqueConstraint,
    and_,
    delete,
    insert,
    select,
    update,
)
from sqlmodel import SQLModel

from bsoo.registry.models import JsonValue
from bsoo.registry.snapshots import plain, table_of

Row = Mapping[str, object]
"""A row as the database gives it, by column."""

Settle = Callable[[Row, Row], dict[str, object]]
"""The rule of a table: what the row that stays says, given that row and the one that goes."""

Rules = Mapping[str, Settle]

UNFELT = frozenset({"search", "search_more", "revision", "updated_at"})
"""Columns that follow from others: they never stand in the way of taking something back."""


class Step(TypedDict, total=False):
    """One change: "moved" (a column of some rows), "set" (columns of a row), "gone" or "made" (a whole row)."""

    did: str
    table: str
    id: str
    column: str
    ids: list[str]
    before: dict[str, JsonValue]
    after: dict[str, JsonValue]


class Uniting:
    """Makes rows one and writes down how."""

    def __init__(self, connection: Connection, rules: Rules) -> None:
        self.connection, self.rules = connection, rules
        self.steps: list[Step] = []

    def unite(self, name: str, kept: UUID, lost: UUID, values: Mapping[str, object] | None = None) -> None:
        """Make two rows of a table one. What the one that stays says is given, or settled by the table's rule."""
        table = table_of(name)
        for key in pointing_at(table):
            self._move(key, kept, lost)
        self._move_loose_ends(name, kept, lost)
        now, gone = self.row(table, kept), self.row(table, lost)
        said = dict(self.rules[name](now, gone) if values is None else values)
        for key in pointing_at(table):
            if key.parent.table is table and said.get(key.parent.name, now[key.parent.name]) in (kept, lost):
                said[key.parent.name] = None
        self.remove(table, lost)
        self.set(table, kept, said, watched=values is None)

    def row(self, table: Table, row_id: UUID) -> Row:
        return named(self.connection.execute(select(table).where(table.c.id == row_id)).mappings().one())

    def set(self, table: Table, row_id: UUID, values: Mapping[str, object], *, watched: bool = False) -> None:
        """Change what differs; of a watched row nothing may be changed later if this is to be taken back."""
        now = self.row(table, row_id)
        new = {name: value for name, value in values.items() if watched or value != now[name]}
        if not new:
            return
        self.connection.execute(update(table).where(table.c.id == row_id).values(new))
        before, after = ({name: plain(held[name]) for name in new} for held in (now, new))
        self.steps.append(Step(did="set", table=table.name, id=str(row_id), before=before, after=after))

    def make(self, table: Table, row: Mapping[str, object]) -> None:
        self.connection.execute(insert(table).values(row))
        after = {name: plain(value) for name, value in row.items()}
        self.steps.append(Step(did="made", table=table.name, id=str(row["id"]), after=after))

    def remove(self, table: Table, row_id: UUID) -> None:
        before = {name: plain(value) for name, value in self.row(table, row_id).items()}
        self.connection.execute(delete(table).where(table.c.id == row_id))
        self.steps.append(Step(did="gone", table=table.name, id=str(row_id), before=before))

    def _move(self, key: ForeignKey, kept: UUID, lost: UUID) -> None:
        """Let the rows that point at the lost one point at the kept one; those that would clash become one first."""
        table, column = key.parent.table, key.parent
        for mine, theirs in clashes(self.connection, key, kept, lost):
            if self.connection.execute(select(table.c.id).where(table.c.id == theirs)).first():
                self.unite(table.name, mine, theirs)
        ids = list(self.connection.scalars(select(table.c.id).where(column == lost)))
        self.repoint(table, column.name, ids, lost, kept)

    def repoint(self, table: Table, column: str, ids: Sequence[UUID], before: UUID | None, after: UUID) -> None:
        if not ids:
            return
        self.connection.execute(update(table).where(table.c.id.in_(ids)).values({column: after}))
        was, becomes = {column: plain(before)}, {column: plain(after)}
        listed = sorted(map(str, ids))
        self.steps.append(
            Step(did="moved", table=table.name, column=column, ids=listed, before=was, after=becomes),
        )

    def _move_loose_ends(self, name: str, kept: UUID, lost: UUID) -> None:
        """What points without a foreign key: lines of the logbook, and personal links, whose token stays as it is."""
        log, link = table_of("log_entry"), table_of("personal_link")
        kind = name.replace("_", "")
        about = self.connection.scalars(
            select(log.c.id).where(log.c.subject_kind == kind, log.c.subject_id == lost, log.c.verb.not_in(STAY))
        )
        self.repoint(log, "subject_id", list(about), lost, kept)
        by = self.connection.scalars(select(log.c.id).where(log.c.actor_kind == kind, log.c.actor_id == lost))
        self.repoint(log, "actor_id", list(by), lost, kept)
        own = and_(link.c.subject_id == lost, link.c.leads_to.is_(None))
        self.repoint(link, "leads_to", list(self.connection.scalars(select(link.c.id).where(own))), None, kept)
        led = self.connection.scalars(select(link.c.id).where(link.c.leads_to == lost))
        self.repoint(link, "leads_to", list(led), lost, kept)


def named(row: RowMapping) -> Row:
    return {str(name): value for name, value in row.items()}


STAY = ("contact.merged-away", "organisation.merged-away")
"""What the logbook says of a record that is gone stays with it."""

LOOSE_ENDS = frozenset(
    {
        ("log_entry", "subject_id"),
        ("log_entry", "actor_id"),
        ("personal_link", "subject_id"),
        ("personal_link", "leads_to"),
    }
)
"""Columns that hold the id of a row without a foreign key, and that move along."""


@cache
def pointing_at(table: Table) -> tuple[ForeignKey, ...]:
    """Every foreign key of any table that points at this one, in a fixed order."""
    keys = (key for one in SQLModel.metadata.sorted_tables for key in one.foreign_keys if key.column.table is table)
    return tuple(sorted(keys, key=lambda key: (key.parent.table.name, key.parent.name)))


def clashes(connection: Connection, key: ForeignKey, kept: UUID, lost: UUID) -> Iterator[tuple[UUID, UUID]]:
    """Rows that would be the same if those of the lost one were of the kept one: (of the kept, of the lost)."""
    table, column = key.parent.table, key.parent
    for others in _unique_with(column):
        mine, theirs = table.alias(), table.alias()
        same = and_(*(mine.c[one] == theirs.c[one] for one in others))
        found = (
            select(mine.c.id, theirs.c.id)
            .join(theirs, same)
            .where(mine.c[column.name] == kept, theirs.c[column.name] == lost)
        )
        yield from connection.execute(found.order_by(mine.c.id, theirs.c.id)).all()


def _unique_with(column: Column[UUID]) -> Iterator[list[str]]:
    """The other columns of each rule of the table by which this column makes a row unique."""
    table = column.table
    unique = [list(rule.columns) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    unique += [list(index.columns) for index in table.indexes if index.unique]
    for columns in unique:
        if column in columns:
            yield [one.name for one in columns if one is not column]
