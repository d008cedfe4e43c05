"""What an import gathered goes into the tables: one statement for the new rows of each, one for each set of changes."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, update
from sqlmodel import Session

from bsoo import clock
from bsoo.registry import bulk
from bsoo.registry.finding import searching
from bsoo.registry.imports.changes import COLUMNS, Changes, Values
from bsoo.registry.imports.progress import WRITING, Tell
from bsoo.registry.models import Basis
from bsoo.registry.snapshots import table_of

_AT_ONCE = 5_000
"""Rows of a table that are written before it is told how far it is."""


def write(db: Session, changes: Changes, region_id: UUID, source: str, tell: Tell) -> None:
    """All that there is, table by table, so that what a row points at is there before it."""
    connection, constants = db.connection(), _constants(region_id, source)
    done, total = 0, sum(map(len, changes.inserts.values()))
    for name, columns in COLUMNS.items():
        if name == "contact":
            _add_words(db, changes)
        rows = changes.inserts.get(name, [])
        for start in range(0, len(rows), _AT_ONCE):
            tell(WRITING, done, total)
            bulk.insert_rows(connection, name, columns, rows[start : start + _AT_ONCE], constants[name])
            done += len(rows[start : start + _AT_ONCE])
        table = table_of(name)
        for changing, changed in _by_columns(changes.updates.get(name, {})).items():
            sets: Mapping[str, BindParameter[object]] = {column: bindparam(f"new_{column}") for column in changing}
            risen = {"revision": table.c.revision + 1} if "revision" in table.c else {}
            connection.execute(update(table).where(table.c.id == bindparam("row_id")).values(**sets, **risen), changed)
    db.expire_all()


def _constants(region_id: UUID, source: str) -> dict[str, Values]:
    """What is the same for all new rows of a table."""
    now = clock.now()
    born: Values = {"archived_at": None, "created_at": now, "updated_at": now, "revision": 1}
    return {
        "organisation": {**born, "aliases": [], "parent_id": None, "email": "", "phone": ""},
        "organisation_region": {"first_contact_id": None},
        "contact": born,
        "contact_address": {"bounced_at": None, "bounce_reason": ""},
        "affiliation": {"started_on": None},
        "membership": {
            "region_id": region_id,
            "paused_until": None,
            "stopped_at": None,
            "basis": Basis.PUBLIC_TASK,
            "basis_source": source[:200],
            "basis_since": clock.today(),
        },
    }


def _add_words(db: Session, changes: Changes) -> None:
    """Organisations are written by now, so that what the list itself added to one is among its words."""
    does = searching.words_at(db, {house for _made, house in changes.seated})
    for made, house in changes.seated:
        changes.sits(made, house, does[house])


def _by_columns(updates: Mapping[UUID, Values]) -> dict[tuple[str, ...], list[Values]]:
    """Rows that change the same columns together, so that each set is one statement."""
    together: dict[tuple[str, ...], list[Values]] = {}
    for row_id, values in updates.items():
        row = {"row_id": row_id, **{f"new_{column}": value for column, value in values.items()}}
        together.setdefault(tuple(values), []).append(row)
    return together
