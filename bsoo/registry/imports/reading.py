"""A contact list as people: every sheet that holds contacts, and who is there twice. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bsoo.registry import values
from bsoo.registry.imports import vocabulary
from bsoo.registry.imports.columns import layout_of
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.listed import Row, Table, organisation_key
from bsoo.registry.imports.progress import READING, Tell, quiet
from bsoo.registry.imports.sheet_reader import SheetReader
from bsoo.registry.imports.sheets import Sheet
from bsoo.registry.imports.vocabulary import Ours, Word

_AT_ONCE = 1_000
"""Rows that are read before it is told how far it is."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided about a list while looking at it."""

    columns: Mapping[int, Mapping[int, Meaning]] = field(default_factory=dict)
    """Per sheet and column another meaning than was found."""
    left_out: frozenset[str] = frozenset()
    """Rows, as "sheet.row"."""
    corrections: Mapping[str, str] = field(default_factory=dict)
    """Cells, as "sheet.row.column", and what they say now."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Words of the list, and what they become."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Rows, and what was answered about them."""


NOTHING = Decided()


@dataclass(slots=True)
class ContactList:
    """What a file says: its tables, its rows with our own words in them, and the words that it used."""

    tables: list[Table]
    rows: list[Row]
    words: list[Word] = field(default_factory=list)


def contact_list(
    sheets: Sequence[Sheet], today: date, ours: Ours, decided: Decided = NOTHING, tell: Tell = quiet
) -> ContactList:
    """Read every sheet that looks like a contact list; the others (explanations, codes) are left out."""
    tables: list[Table] = []
    rows: list[Row] = []
    lines = sum(len(sheet.rows) for sheet in sheets)
    _correct(sheets, decided.corrections)
    for place, sheet in enumerate(sheets):
        layout = layout_of(sheet.rows, dict(decided.columns.get(place, {})))
        if layout.is_contact_list:
            table = Table(place, sheet.name, layout)
            for row in SheetReader(sheet, table, today).rows():
                if not len(rows) % _AT_ONCE:
                    tell(READING, len(rows), lines)
                rows.append(row)
            tables.append(table)
    if decided.left_out:
        for row in rows:
            row.left_out = row.key in decided.left_out
    said = vocabulary.settle(rows, decided.words, ours)
    mark_doubles(rows)
    return ContactList(tables, rows, said)


def _correct(sheets: Sequence[Sheet], corrections: Mapping[str, str]) -> None:
    """Put corrected texts into their cells before anything is read, so that all rules see them."""
    for where, said in corrections.items():
        place, number, column = (int(part) for part in where.split("."))
        if place < len(sheets) and 0 <= number - sheets[place].first_row < len(sheets[place].rows):
            cells = sheets[place].rows[number - sheets[place].first_row]
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = said


def mark_doubles(rows: Sequence[Row]) -> None:
    """The same address at the same organisation is the same person again; at another one it is a second seat."""
    first: dict[str, Row] = {}
    seats: set[tuple[str, str]] = set()
    for row in rows:
        if not row.counts:
            continue
        address, seat = row.emails[0], organisation_key(row.organisation)
        earlier = first.setdefault(address, row)
        another_person = values.folded(earlier.family) != values.folded(row.family)
        if earlier is not row and ((address, seat) in seats or not seat or another_person):
            row.double_of = earlier.number
        seats.add((address, seat))
