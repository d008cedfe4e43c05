"""The words in which the map of personal data is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, Table

Blank = object | Callable[[Table], ColumnElement[object]]
"""What a column becomes: a value, or an expression over its row."""


class Fate(StrEnum):
    """What erasure does with the rows of somebody."""

    DELETED = "deleted"
    NAMELESS = "nameless"
    """The row stays and counts; it no longer says who."""
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Is:
    """The column holds the id of the person."""

    column: str


@dataclass(frozen=True, slots=True)
class Mails:
    """The column holds an e-mail address of the person."""

    column: str


@dataclass(frozen=True, slots=True)
class Of:
    """The column holds what a column ("table.column") of rows that are already found holds."""

    column: str
    of: str


@dataclass(frozen=True, slots=True)
class Hashed:
    """The column holds the keyed hash of an address of the person."""

    column: str


@dataclass(frozen=True, slots=True)
class Named:
    """The text says the person's e-mail address, full name or number; for files and lists."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spans:
    """The id of the person lies between two columns: what a list made when it was imported."""

    first: str
    last: str


Way = Is | Mails | Of | Hashed | Named | Spans


@dataclass(frozen=True, slots=True)
class Place:
    """Rows of one table that are about somebody."""

    table: str
    title: str
    ways: tuple[Way, ...]
    shown: tuple[str, ...]
    """Columns on the readable page; the file for machines has all but `secret`."""
    fate: Fate = Fate.KEPT
    why: str = ""
    """Why erasure does that with them."""
    blank: Mapping[str, Blank] = field(default_factory=dict)
    secret: tuple[str, ...] = ()
    """Columns that open a door; they are never shown."""
