"""Taking steps back: what stands in the way, and every row as it was."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import Connection, Table, UniqueConstraint, and_, delete, insert, select, update

from bsoo.registry.doubles.uniting import UNFELT, Row, Step, named
from bsoo.registry.models import JsonValue
from bsoo.registry.snapshots import in_parts, plain, table_of, typed

Cell = tuple[str, str, str]
"""Table, id and column."""


def rows_of(steps: Iterable[Step]) -> set[tuple[str, str]]:
    """The rows that some steps changed, also if only the search text: two merges made it what it is, in their order."""
    changed: set[tuple[str, str]] = set()
    for step in steps:
        changed.update((step["table"], one) for one in step.get("ids") or [step["id"]])
        changed.update(_pointed_at(step))
    return changed


def _pointed_at(step: Step) -> Iterator[tuple[str, str]]:
    """The rows that must be there for a row that went to come back."""
    for key in table_of(step["table"]).foreign_keys if step["did"] == "gone" else ():
        value = step["before"][key.parent.name]
        if value is not None and key.column.name == "id" and key.column.table.name != "region":
            yield key.column.table.name, str(value)


def in_the_way(connection: Connection, steps: Sequence[Step]) -> set[tuple[str, str]]:
    """Rows that somebody changed or removed since, or that another row has taken the place of: (table, id)."""
    return {*_changed(connection, steps), *_taken(connection, steps), *_missing(connection, steps)}


def take_back(connection: Connection, steps: Sequence[Step]) -> None:
    """Give every row what it had; a column that follows from others only when nobody changed it since."""
    for step in reversed(steps):
        table = table_of(step["table"])
        if step["did"] == "moved":
            for some in in_parts([UUID(one) for one in step["ids"]]):
                was = _typed(table, step["before"])
                connection.execute(update(table).where(table.c.id.in_(some)).values(was))
        elif step["did"] == "gone":
            connection.execute(insert(table).values(_typed(table, step["before"])))
        elif step["did"] == "made":
            connection.execute(delete(table).where(table.c.id == UUID(step["id"])))
        else:
            _set_back(connection, table, step)


def _set_back(connection: Connection, table: Table, step: Step) -> None:
    now = _row(connection, table, step["id"])
    if now is not None:
        was = {
            name: value
            for name, value in step["before"].items()
            if name not in UNFELT or plain(now[name]) == step["after"][name]
        }
        if was:
            values = _typed(table, was)
            connection.execute(update(table).where(table.c.id == UUID(step["id"])).values(values))


def _changed(connection: Connection, steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """Rows in which one of the changed columns says something else by now; one that was deleted since is no matter."""
    expected: dict[Cell, JsonValue] = {}
    for step in steps:
        for one in step.get("ids") or [step["id"]]:
            for name, value in step.get("after", {}).items():
                if name not in UNFELT and step["did"] != "made":
                    expected[step["table"], one, name] = value
    wanted: dict[str, dict[str, dict[str, JsonValue]]] = {}
    for (table_name, row_id, name), value in expected.items():
        wanted.setdefault(table_name, {}).setdefault(row_id, {})[name] = value
    for table_name, rows in wanted.items():
        table = table_of(table_name)
        for some in in_parts([UUID(one) for one in rows]):
            for now in connection.execute(select(table).where(table.c.id.in_(some))).mappings():
                if any(plain(now[name]) != value for name, value in rows[str(now["id"])].items()):
                    yield table_name, str(now["id"])


def _taken(connection: Connection, steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """Rows that went and whose place another row has taken since."""
    for step in steps:
        if step["did"] != "gone":
            continue
        table = table_of(step["table"])
        row = _typed(table, step["before"])
        for rule in table.constraints:
            if isinstance(rule, UniqueConstraint):
                same = and_(*(column == row[column.name] for column in rule.columns))
                if (
                    all(row[column.name] is not None for column in rule.columns)
                    and connection.execute(select(table.c.id).where(same)).first()
                ):
                    yield step["table"], step["id"]


def _missing(connection: Connection, steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    """Rows at which a row that went pointed, and that are no longer there."""
    own = {(step["table"], step["id"]) for step in steps if step["did"] == "gone"}
    for step in steps:
        for table_name, row_id in set(_pointed_at(step)) - own:
            if _row(connection, table_of(table_name), row_id) is None:
                yield table_name, row_id


def _row(connection: Connection, table: Table, row_id: str) -> Row | None:
    found = connection.execute(select(table).where(table.c.id == UUID(row_id))).mappings().first()
    return None if found is None else named(found)


def _typed(table: Table, values: dict[str, JsonValue]) -> dict[str, object]:
    return {name: typed(table, name, value) for name, value in values.items()}
