"""A contact list as people: every sheet that holds contacts, and who is there twice. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from bsoo.registry import values
from bsoo.registry.columns import layout_of
from bsoo.registry.headers import Meaning
from bsoo.registry.listed import ContactList, Row, Table, organisation_key
from bsoo.registry.sheet_reader import SheetReader
from bsoo.registry.spreadsheets import Sheet

Mapping_ = Mapping[int, Mapping[int, Meaning]]
"""Per sheet and column what a person chose instead of what was found."""


def contact_list(sheets: Sequence[Sheet], today: date, chosen: Mapping_ | None = None) -> ContactList:
    """Read every sheet that looks like a contact list; the others (explanations, codes) are left out."""
    tables: list[Table] = []
    rows: list[Row] = []
    for place, sheet in enumerate(sheets):
        layout = layout_of(sheet.rows, dict((chosen or {}).get(place, {})))
        if layout.is_contact_list:
            table = Table(place, sheet.name, layout)
            rows.extend(SheetReader(sheet, table, today).rows())
            tables.append(table)
    mark_doubles(rows)
    return ContactList(tables, rows)


def mark_doubles(rows: Sequence[Row]) -> None:
    """The same address at the same organisation is the same person again; at another one it is a second seat."""
    first: dict[str, Row] = {}
    seats: set[tuple[str, str]] = set()
    for row in rows:
        if row.fault is not None:
            continue
        address, seat = row.emails[0], organisation_key(row.organisation)
        earlier = first.setdefault(address, row)
        another_person = values.folded(earlier.family) != values.folded(row.family)
        if earlier is not row and ((address, seat) in seats or not seat or another_person):
            row.double_of = earlier.number
        seats.add((address, seat))
