"""The list back as it came, with a verdict and the reason beside each row; the cell that is wrong is coloured."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bsoo.i18n import gettext as _
from bsoo.registry import values
from bsoo.registry.imports import spreadsheets, verdicts
from bsoo.registry.imports.changes import Verdict
from bsoo.registry.imports.judging import Judged
from bsoo.registry.imports.listed import Table, column_letters
from bsoo.registry.imports.outcome import Outcome
from bsoo.registry.imports.sheets import Sheet
from bsoo.registry.values import Cell

_TONES = {
    Verdict.NEW: "#DDEFE3",
    Verdict.CHANGED: "#DCE8F5",
    Verdict.CLASH: "#FBE3C0",
    Verdict.POSSIBLE: "#FBE3C0",
    Verdict.DOUBLE: "#F6EFC9",
    Verdict.PROBLEM: "#F8D7D3",
    Verdict.LEFT_OUT: "#E6E6E6",
}
_WIDTHS = (22, 60)
_LONGEST_NAME = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))


def marked_up(outcome: Outcome, data: bytes) -> bytes:
    """An XLSX with every sheet that was read: two columns in front, then the list as it was."""
    sheets = spreadsheets.read(data)
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        formats = {verdict: book.add_format({"bg_color": tone}) for verdict, tone in _TONES.items()}
        bold = book.add_format({"bold": True})
        for table in outcome.found.tables:
            judged = {each.row.number: each for each in outcome.judged if each.row.place == table.place}
            page = book.add_worksheet(_name_of(table, len(outcome.found.tables)))
            _mark(page, sheets[table.place], table, judged, formats, bold)
    return file.getvalue()


def _name_of(table: Table, tables: int) -> str:
    """A name that Excel takes; with several sheets their number makes it one of a kind."""
    name = table.sheet.translate(_FORBIDDEN).strip("' ") or _("List")
    return name[:_LONGEST_NAME] if tables == 1 else f"{table.place + 1} {name}"[:_LONGEST_NAME].rstrip("' ")


def _mark(
    page: Worksheet,
    sheet: Sheet,
    table: Table,
    judged: Mapping[int, Judged],
    formats: Mapping[Verdict, Format],
    bold: Format,
) -> None:
    header = table.layout.header
    for place, cells in enumerate(sheet.rows):
        each = judged.get(sheet.first_row + place)
        if place == header:
            _write(page, place, [_("What happens"), _("Why"), *cells], bold)
        elif each is None:
            _write(page, place, ["", "", *cells])
        else:
            reason = verdicts.reason(each) or verdicts.in_one_line(each.differences)
            form = formats.get(each.verdict)
            _write(page, place, [_(verdicts.VERDICTS[each.verdict]), reason], form)
            _write(page, place, cells, first=2, wrong=_wrong_place(each, cells), form_of_wrong=form)
    for place, width in enumerate(_WIDTHS):
        page.set_column(place, place, width)
    if header is not None:
        page.freeze_panes(header + 1, 2)


def _wrong_place(each: Judged, cells: Sequence[Cell]) -> int:
    cell = each.row.fault.cell if each.row.fault else ""
    letters = cell.rstrip("0123456789")
    return next((place for place in range(len(cells)) if column_letters(place) == letters), -1) if letters else -1


def _write(
    page: Worksheet,
    row: int,
    cells: Sequence[Cell],
    form: Format | None = None,
    *,
    first: int = 0,
    wrong: int = -1,
    form_of_wrong: Format | None = None,
) -> None:
    """Texts are written as texts, so that nothing in them is ever a formula."""
    for place, cell in enumerate(cells):
        shape = form_of_wrong if place == wrong else form
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            page.write_number(row, first + place, cell, shape)
        elif cell is not None and cell != "":
            said = cell.isoformat() if isinstance(cell, date) else values.text(cell)
            page.write_string(row, first + place, said, shape)
