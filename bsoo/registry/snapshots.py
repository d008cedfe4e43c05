"""Some columns of some rows as JSON, and back into the table."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, TypeDecorator, update
from sqlalchemy.types import TypeEngine
from sqlmodel import Session, SQLModel

from bsoo.registry.models import JsonValue
from bsoo.registry.rows import columns

Was = dict[tuple[str, UUID], dict[str, JsonValue]]
"""Per table and id the values of some columns."""

_AT_ONCE = 5_000


def values(db: Session, name: str, wanted: Mapping[UUID, set[str]]) -> Was:
    """The values of these columns of these rows of a table."""
    table = table_of(name)
    asked = sorted(set[str]().union(*wanted.values()))
    found: Was = {}
    for some in in_parts(list(wanted)):
        question = columns(table.c.id, *(table.c[one] for one in asked)).where(table.c.id.in_(some))
        for row_id, *cells in db.connection().execute(question):
            held = dict(zip(asked, cells, strict=True))
            found[name, row_id] = {one: plain(held[one]) for one in wanted[row_id]}
    return found


def put_back(db: Session, name: str, row_id: UUID, was: Mapping[str, JsonValue]) -> None:
    """Give a row the values that it had."""
    table = table_of(name)
    again = {one: typed(table, one, value) for one, value in was.items()}
    db.connection().execute(update(table).where(table.c.id == row_id).values(again))


def table_of(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def in_parts(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    yield from (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def plain(value: object) -> JsonValue:
    """The value of a column as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | list | dict):
        return value
    return str(value)


def typed(table: Table, name: str, value: JsonValue) -> object:
    """The value as the column holds it."""
    shape = table.c[name].type
    kind = (shape.impl_instance if isinstance(shape, TypeDecorator) else shape).python_type
    if isinstance(value, str) and issubclass(kind, UUID):
        return UUID(value)
    if isinstance(value, str) and issubclass(kind, date):
        return (datetime if issubclass(kind, datetime) else date).fromisoformat(value)
    return value


def _kind(held: TypeEngine[Any]) -> type:  # Any: whatever a column holds
    """What Python has for a column; our own types stand on one of SQLAlchemy's."""
    return _kind(held.impl_instance) if isinstance(held, TypeDecorator) else held.python_type
