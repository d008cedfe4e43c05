"""What an import writes, gathered before anything is written."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

Values = dict[str, object]


class Verdict(StrEnum):
    """What an import does with a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DOUBLE = "double"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the list would change; `before` is empty when there was nothing or the reader may not know it."""

    field: str
    before: str
    after: str


COLUMNS: dict[str, tuple[str, ...]] = {
    "organisation": (*("id", "name", "name_key", "sector", "street", "postcode", "place", "website", "kvk", "themes"),),
    "organisation_region": ("id", "organisation_id", "region_id"),
    "contact": (
        *("id", "title", "given_name", "infix", "family_name", "display_name", "sort_name", "search"),
        *("phone", "language", "is_role_mailbox"),
    ),
    "contact_address": ("id", "contact_id", "email", "is_used"),
    "affiliation": ("id", "contact_id", "organisation_id", "role", "department", "ended_on", "ended_because"),
    "membership": ("id", "contact_id", "invited", "confirmed_on"),
}
"""What differs from row to row, in the order in which tables are filled; the rest is the same for a whole import."""

SEARCH = COLUMNS["contact"].index("search")


@dataclass(slots=True)
class Changes:
    """What an import writes: rows to insert per table, and values to update per table and id."""

    inserts: dict[str, list[list[object]]] = field(default_factory=dict)
    updates: dict[str, dict[UUID, Values]] = field(default_factory=dict)
    touched: set[UUID] = field(default_factory=set)
    """Contacts that were there already and whose search text must be made again."""

    def add(self, table: str, *row: object) -> None:
        """A row in the order of COLUMNS."""
        self.inserts.setdefault(table, []).append([*row])

    def set(self, table: str, row_id: UUID, **values: object) -> None:
        self.updates.setdefault(table, {}).setdefault(row_id, {}).update(values)
