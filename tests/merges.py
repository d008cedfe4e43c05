"""What tests of merging share: the rules of all tables, a dump, and a row for any table that points at another."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import count
from uuid import UUID

import pytest
from sqlalchemy import JSON, Column, ForeignKey, LargeBinary, Table, TypeDecorator, Uuid, insert, select
from sqlmodel import Session, SQLModel

from bsoo import clock
from bsoo.db import Stored

NOT_COMPARED = {"merging", "log_entry"}
"""What remembers merges itself."""


def dump(db: Session, but: set[str] = NOT_COMPARED) -> dict[str, list[str]]:
    """Everything that is stored, besides what tells of merges."""
    db.flush()
    found = {
        table.name: sorted(str(tuple(row)) for row in db.connection().execute(table.select()))
        for table in SQLModel.metadata.sorted_tables
        if table.name not in but
    }
    log = SQLModel.metadata.tables["log_entry"]
    told = log.c.verb.not_in([f"{kind}.{verb}" for kind in ("contact", "organisation") for verb in _VERBS])
    found["log_entry"] = sorted(str(tuple(row)) for row in db.connection().execute(log.select().where(told)))
    return found


_VERBS = ("merged", "merged-away", "parted")


def row_pointing(db: Session, key: ForeignKey, to: UUID) -> UUID:
    """A new row of the table of a foreign key that points at this row, with whatever else it needs."""
    return _row(db, key.parent.table, {key.parent.name: to})


def _row(db: Session, table: Table, given: Mapping[str, object]) -> UUID:
    values = {column.name: _value(db, column) for column in table.columns if not column.nullable} | dict(given)
    db.connection().execute(insert(table).values(values))
    return UUID(str(values["id"]))


def _value(db: Session, column: Column[object]) -> object:
    """Something that fits: for a foreign key a new row, unless there is a shared one that does."""
    for key in column.foreign_keys:
        target = key.column
        last = select(target).order_by(list(target.table.columns)[1].desc()).limit(1)
        there = db.connection().scalar(last)
        if there is not None and target.table.name in {"region", "theme"}:
            return there
        made = _row(db, target.table, {})
        return made if target.name == "id" else there
    if isinstance(column.type, Uuid):
        return clock.new_id()
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, LargeBinary):
        return b""
    return _plain_value(column)


def _plain_value(column: Column[object]) -> object:
    default = column.default
    if default is not None and default.is_scalar:
        return default.arg  # type: ignore[attr-defined] # a plain default has one
    if isinstance(column.type, Stored):
        members = list(column.type.kind.__members__.values())
        return members[0]
    held = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    kind = held.python_type
    values: dict[type, object] = {
        str: clock.new_id().hex[-12:],
        bool: False,
        int: clock.new_id().int % 1_000_000,
        datetime: clock.now(),
        date: clock.today(),
        time: time(13, 0),
    }
    return values[kind]


@contextmanager
def ids_in_order() -> Iterator[None]:
    """While the clock stands still, what is made later has a higher id all the same."""
    numbers = count()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "randbits", lambda bits: next(numbers))
        yield
