"""What an import writes, gathered before anything is written."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

Values = dict[str, object]


class Verdict(StrEnum):
    """What an import does with a row; each row has exactly one."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CLASH = "clash"
    """List and registry were both changed since the last list: we ask whose word stands."""
    POSSIBLE = "possible"
    """Perhaps somebody of the registry with another address: we ask."""
    DOUBLE = "double"
    PROBLEM = "problem"
    LEFT_OUT = "left-out"


class Answer(StrEnum):
    """What a person can answer about a row."""

    LIST = "list"
    """Of a clash: take what the list says."""
    OURS = "ours"
    """Of a clash: keep what the registry says."""
    SAME = "same"
    """Of a possible double: it is the same person."""
    OTHER = "other"
    """Of a possible double: it is somebody else."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the list would change; `before` is empty when there was nothing or the reader may not know it."""

    field: str
    before: str
    after: str


COLUMNS: dict[str, tuple[str, ...]] = {
    "organisation": (
        *("id", "name", "name_key", "sector", "street", "postcode", "place", "website", "kvk", "themes", "notes"),
    ),
    "organisation_region": ("id", "organisation_id", "region_id", "listed"),
    "contact": (
        *("id", "title", "given_name", "infix", "family_name", "display_name", "sort_name", "search"),
        *("search_more", "phone", "language", "is_role_mailbox", "notes"),
    ),
    "contact_address": ("id", "contact_id", "email", "is_used"),
    "affiliation": ("id", "contact_id", "organisation_id", "role", "department", "ended_on", "ended_because"),
    "membership": ("id", "contact_id", "status", "invited", "confirmed_on", "listed"),
}
"""What differs from row to row, in the order in which tables are filled; the rest is the same for a whole import."""

SEARCH, SEARCH_MORE = (COLUMNS["contact"].index(name) for name in ("search", "search_more"))


@dataclass(slots=True)
class Changes:
    """What an import writes: rows to insert per table, and values to update per table and id."""

    inserts: dict[str, list[list[object]]] = field(default_factory=dict)
    updates: dict[str, dict[UUID, Values]] = field(default_factory=dict)
    touched: set[UUID] = field(default_factory=set)
    """Contacts that were there already and whose search text must be made again."""
    seated: list[tuple[list[object], UUID]] = field(default_factory=list)
    """New contacts, as rows, with an organisation at which they work and that was there already."""

    def add(self, table: str, *row: object) -> None:
        """A row in the order of COLUMNS."""
        self.inserts.setdefault(table, []).append([*row])

    def sits(self, made: list[object], house: UUID, does: str) -> None:
        """Somebody new is found by what is done where they work; of an organisation that was there we ask it later."""
        if does:
            made[SEARCH_MORE] = f"{made[SEARCH_MORE]} {does}".strip()
        else:
            self.seated.append((made, house))

    def set(self, table: str, row_id: UUID, **values: object) -> None:
        self.updates.setdefault(table, {}).setdefault(row_id, {}).update(values)

    def first_and_last(self) -> tuple[UUID | None, UUID | None]:
        """The ids between which all rows lie that would be inserted."""
        # Each table's rows were made in the order of their ids.
        ends = [row[0] for rows in self.inserts.values() for row in (rows[0], rows[-1])]
        made = [one for one in ends if isinstance(one, UUID)]
        return (min(made), max(made)) if made else (None, None)
