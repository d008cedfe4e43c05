"""Files that leave the house, and spreadsheets that never run what somebody typed into a cell."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that spreadsheet programs calculate instead of show."""


@dataclass(frozen=True, slots=True)
class File:
    """A file with its name and what kind it is."""

    name: str
    media_type: str
    content: bytes


def guarded(cell: str) -> str:
    """The text with an apostrophe in front of it when a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) or cell.lstrip().startswith(FORMULA[:4]) else cell


def csv_content(rows: Iterable[Sequence[str]], *, delimiter: str = ";", marked: bool = True) -> bytes:
    """CSV; `marked` puts the sign in front by which Excel sees that it is UTF-8, the semicolon suits Dutch Excel."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig" if marked else "utf-8")


def xlsx_content(name: str, rows: Sequence[Sequence[str]]) -> bytes:
    """One sheet of texts with a header that stays in sight; no cell is a formula, a number or a link."""
    import xlsxwriter  # noqa: PLC0415 - only who takes a spreadsheet out waits for it

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(name[:31])
    bold = book.add_format({"bold": True})
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, guarded(cell), None if number else bold)
    for place, width in enumerate(_widths(rows)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
    book.close()
    return out.getvalue()


_NARROW, _WIDE = 8, 40


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    columns = zip(*rows, strict=True)
    return [min(_WIDE, max(_NARROW, *(len(cell) + 2 for cell in column), 0)) for column in columns]
