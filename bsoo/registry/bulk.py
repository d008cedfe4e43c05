"""Many rows at once: ids in a row, one statement per table, and no garbage collection in between.

An import of 10,000 people makes 45,000 rows. Built and bound one by one they cost three times as much as like this.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from uuid import UUID

from sqlalchemy import BindParameter, Connection, bindparam, insert
from sqlmodel import SQLModel

from bsoo import clock

_LOW = (1 << 61) - 1
"""The random end of an id without its highest bit, which leaves room to count on."""


def ids() -> Iterator[UUID]:
    """Ids like clock.new_id(), of which the first is random and each next is one higher (RFC 9562, 6.2, method 2)."""
    first = clock.new_id().int
    start = first & ~(_LOW + 1)
    return (UUID(int=start + number) for number in range(_LOW))


def look_again(connection: Connection, tables: Iterable[str]) -> None:
    """Let PostgreSQL look at tables that grew by thousands of rows.

    It plans by what it saw last, and by itself it looks a minute later: until then a list of 2,000 people, in tables
    that it knows as empty, takes it minutes.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {', '.join(sorted(tables))}")


def insert_rows(
    connection: Connection,
    table_name: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    constants: Mapping[str, object],
) -> None:
    """Insert rows of these columns; what is the same for all of them is converted once."""
    table = SQLModel.metadata.tables[table_name]
    dialect = connection.dialect
    values: dict[str, BindParameter[object]] = {name: bindparam(name) for name in (*columns, *constants)}
    compiled = insert(table).values(values).compile(dialect=dialect)

    def converted(name: str, cells: Iterable[object]) -> Iterable[object]:
        convert = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        return cells if convert is None else map(convert, cells)

    filled = {name: converted(name, cells) for name, cells in zip(columns, zip(*rows, strict=True), strict=True)}
    filled |= {name: repeat(next(iter(converted(name, [value])))) for name, value in constants.items()}
    if compiled.positiontup is not None:
        lines = zip(*(filled[name] for name in compiled.positiontup), strict=False)
        connection.exec_driver_sql(compiled.string, list(lines))
    else:
        named = zip(*filled.values(), strict=False)
        connection.exec_driver_sql(compiled.string, [dict(zip(filled, line, strict=True)) for line in named])


@contextmanager
def without_collecting() -> Iterator[None]:
    """Pause the garbage collector: nothing made here is garbage, and looking for it takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
