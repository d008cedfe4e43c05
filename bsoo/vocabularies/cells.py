"""Every place that holds the code of a word, and how one code there becomes another.

Also what was kept to take something back (imports, changes to many, merged organisations) and what is remembered of
lists holds codes: these move along, so that it still fits what it is compared with. The logbook keeps what it says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, String, cast, type_coerce, update
from sqlmodel import Session

from bsoo.registry.rows import columns
from bsoo.registry.snapshots import in_parts, table_of
from bsoo.terms.models import Vocabulary

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
"""What a cell holds: a text, or something deeper as JSON."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A column that holds codes: as its whole text, as a list of codes, or somewhere in a deeper value."""

    table: str
    column: str
    among: tuple[str, ...] = ()
    """(another column, its values): only rows that have one of these hold codes of this list."""


@dataclass(frozen=True, slots=True)
class Uses:
    """Where the words of one list are."""

    shown: tuple[Cell, ...]
    """What people see of it, and what is counted."""
    kept: tuple[Cell, ...]
    """What is remembered."""
    keys: frozenset[str]
    """How a deeper value names what holds such a code."""


_SNAPSHOTS = (
    *(Cell("contact_import_change", "before"), Cell("contact_import_change", "after")),
    *(Cell("many_change_row", "before"), Cell("many_change_row", "after"), Cell("merging", "steps")),
)

USES: dict[Vocabulary, Uses] = {
    Vocabulary.SECTOR: Uses(
        (Cell("organisation", "sector"), Cell("saved_list", "asked")),
        (
            *_SNAPSHOTS,
            *(Cell("contact_upload", "words"), Cell("many_change", "value", ("what", "sector"))),
            Cell("alternative", "value", ("field", "sector")),
        ),
        frozenset({"sector", "sectors"}),
    ),
    Vocabulary.THEME: Uses(
        (
            *(Cell("signal", "theme"), Cell("signal", "side_themes"), Cell("service", "theme")),
            *(Cell("organisation", "themes"), Cell("saved_list", "asked")),
        ),
        (*_SNAPSHOTS, Cell("contact_upload", "words"), Cell("many_change", "value", ("what", "theme", "no-theme"))),
        frozenset({"theme", "themes", "side_themes"}),
    ),
    Vocabulary.GROUP: Uses((Cell("signal", "groups"), Cell("service", "groups")), (), frozenset()),
    Vocabulary.LANGUAGE: Uses((Cell("service", "languages"),), (), frozenset()),
}


class Move(TypedDict):
    """Cells of one column that said the same and became the same."""

    table: str
    column: str
    before: Value
    after: Value
    ids: list[str]


def move(db: Session, kind: Vocabulary, lost: str, kept: str) -> list[Move]:
    """Let every cell that says one word say the other."""
    db.flush()
    uses = USES[kind]
    moves = [
        found for cell in dict.fromkeys((*uses.shown, *uses.kept)) for found in _moves(db, cell, uses.keys, lost, kept)
    ]
    for each in moves:
        _write(db, each["table"], each["column"], [UUID(one) for one in each["ids"]], each["after"])
    db.expire_all()
    return moves


def take_back(db: Session, moves: Sequence[Move]) -> int:
    """Give each cell what it said, unless it says something else by now; says how many of these there are."""
    db.flush()
    stayed = 0
    for each in reversed(moves):
        ids = [UUID(one) for one in each["ids"]]
        back = [row_id for row_id, value in _values(db, each["table"], each["column"], ids) if value == each["after"]]
        _write(db, each["table"], each["column"], back, each["before"])
        stayed += len(ids) - len(back)
    db.expire_all()
    return stayed


def holders(db: Session, moves: Sequence[Move], table: str) -> set[UUID]:
    """The rows of a table in which something was moved."""
    return {UUID(one) for each in moves if each["table"] == table for one in each["ids"]}


def rewritten(value: Value, keys: frozenset[str], lost: str, kept: str, *, here: bool = True) -> Value:
    """The value with one code in place of another; in a list the code stands once. Pure.

    Inside a mapping only what stands under the keys is a code (`here`); of "sector:zorg", as words of lists are
    remembered, the first part is the key.
    """
    if isinstance(value, dict):
        return {
            name: rewritten(one, keys, lost, kept, here=name.partition(":")[0] in keys) for name, one in value.items()
        }
    if isinstance(value, list):
        inside = [rewritten(one, keys, lost, kept, here=here) for one in value]
        return _once(inside) if here and lost in value else inside
    return kept if here and value == lost else value


def _once(values: Sequence[Value]) -> Value:
    found: list[Value] = []
    for one in values:
        if one not in found:
            found.append(one)
    return found


def _moves(db: Session, cell: Cell, keys: frozenset[str], lost: str, kept: str) -> Iterator[Move]:
    table = table_of(cell.table)
    groups: dict[str, Move] = {}
    for row_id, value in db.connection().execute(columns(table.c.id, table.c[cell.column]).where(_says(cell, lost))):
        after = rewritten(value, keys, lost, kept)
        if after != value:
            new = Move(table=cell.table, column=cell.column, before=value, after=after, ids=[])
            groups.setdefault(repr(value), new)["ids"].append(str(row_id))
    yield from groups.values()


def _says(cell: Cell, code: str) -> ColumnElement[bool]:
    """Rows that may hold the code; of JSON the text is looked through, which each database has."""
    table = table_of(cell.table)
    column = table.c[cell.column]
    deep = isinstance(column.type, JSON)
    says: ColumnElement[bool] = cast(column, String).contains(f'"{code}"', autoescape=True) if deep else column == code
    return says & table.c[cell.among[0]].in_(cell.among[1:]) if cell.among else says


def says(cell: Cell, code: Any) -> ColumnElement[bool]:  # Any: a text or a column
    """A row that people see holds this code."""
    column = table_of(cell.table).c[cell.column]
    return cast(column, String).contains('"' + code + '"') if isinstance(column.type, JSON) else column == code


def _values(db: Session, name: str, column: str, ids: Sequence[UUID]) -> Iterator[tuple[UUID, Value]]:
    table = table_of(name)
    for some in in_parts(ids):
        asked = columns(table.c.id, table.c[column]).where(table.c.id.in_(some))
        yield from ((row[0], row[1]) for row in db.connection().execute(asked))


def _write(db: Session, name: str, column: str, ids: Sequence[UUID], value: Value) -> None:
    table = table_of(name)
    for some in in_parts(ids):
        change = update(table).where(table.c.id.in_(some)).values({column: type_coerce(value, table.c[column].type)})
        db.connection().execute(change)
