"""What is asked of the database while something is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event

from bsoo.db import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement, without the savepoints that the tests themselves make."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def how_many(database: Database, act: Callable[[], object]) -> int:
    """How many statements something takes; nothing at all would mean that the count itself is broken."""
    with statements(database) as asked:
        act()
    assert asked, "nothing was counted"
    return len(asked)
