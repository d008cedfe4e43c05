"""Uploaded bytes to grids of cells: XLSX, XLS, ODS, CSV and TSV; hostile files are refused before they are parsed."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.registry import values
from bsoo.registry.imports.progress import OPENING, Tell, quiet
from bsoo.registry.imports.sheets import Sheet
from bsoo.registry.imports.side_by_side import apart
from bsoo.registry.imports.struck import struck_cell
from bsoo.registry.imports.workbooks import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, grids_of, no_spreadsheet, too_large
from bsoo.registry.values import Cell

MAX_BYTES = 10_000_000
MAX_UNPACKED = 60_000_000
_MOST_PARTS = 2_000
"""Of a package; a workbook with a hundred sheets has some three hundred."""
_CHUNK = 1 << 20
_STYLES = "xl/styles.xml"
_NUMBERED = re.compile(r"xl/worksheets/sheet([1-9]\d{0,3})\.xml")
"""Sheets are numbered in the order of the workbook."""
_MACROS_OF_XLS = "_VBA_PROJECT".encode("utf-16-le")


def read(data: bytes, tell: Tell = quiet) -> list[Sheet]:
    """The sheets of an uploaded file; what the file is, its bytes say, not its name."""
    tell(OPENING, 0, 0)
    refuse_by_size(data)
    return [part for sheet in _sheets(data, tell) for part in apart(sheet)]


def _sheets(data: bytes, tell: Tell) -> list[Sheet]:
    if data.startswith(b"PK"):
        return _within_limits(_from_zip(data, tell))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if _MACROS_OF_XLS in data:
            raise _with_macros()
        return _within_limits(_from_workbook(data, tell))
    return _within_limits([_from_text(data)])


def refuse_by_size(data: bytes) -> None:
    """What can be said of a file before it is opened."""
    if len(data) > MAX_BYTES:
        raise Refused(_("This file is larger than 10 MB. Leave out pictures, or cut the list in two."), "file")
    if not data.strip(b"\0 \r\n\t"):
        raise Refused(_("This file is empty."), "file")


def _within_limits(sheets: list[Sheet]) -> list[Sheet]:
    for sheet in sheets:
        width = max(map(len, sheet.rows), default=0)
        if len(sheet.rows) > MAX_ROWS or width > MAX_COLUMNS or len(sheet.rows) * width > MAX_CELLS:
            raise too_large()
    return sheets


def _with_macros() -> Refused:
    return Refused(_("This file contains macros. Save it as XLSX without macros and try again."), "file")


# --- workbooks --------------------------------------------------------------------------------------------------------


def _from_zip(data: bytes, tell: Tell) -> list[Sheet]:
    """XLSX and ODS are zip files; their real size is measured before a parser sees them."""
    struck = _looked_over(data)  # and what was unpacked for it is gone again before the parser unpacks it
    return _from_workbook(data, tell, struck)


def _looked_over(data: bytes) -> dict[int, frozenset[int]]:
    """Refuse what is no honest list; else say which rows of each sheet are struck through."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _refuse_by_names(package.namelist())
            return _struck(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as broken:
        raise no_spreadsheet() from broken


def _struck(package: zipfile.ZipFile) -> dict[int, frozenset[int]]:
    """Go over the parts one by one, so that only one of them is in memory."""
    cell, struck = None, {}
    for name, part in _unpacked(package):
        if name == _STYLES:
            cell = struck_cell(part)
        elif name == "content.xml":
            _refuse_formulas(part.count(b" table:formula="), part.count(b"<table:table-cell "))
        elif name.startswith("xl/worksheets/"):
            _refuse_formulas(part.count(b"<f>") + part.count(b"<f "), part.count(b"<c "))
            if cell is not None and (numbered := _NUMBERED.fullmatch(name)):
                struck[int(numbered[1]) - 1] = frozenset(map(int, cell.findall(part)))
    return struck


def _refuse_by_names(names: list[str]) -> None:
    if len(names) > _MOST_PARTS:
        raise no_spreadsheet()
    if "xl/workbook.xml" not in names and "content.xml" not in names:
        raise no_spreadsheet()
    if any(name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/")) for name in names):
        raise _with_macros()


def _unpacked(package: zipfile.ZipFile) -> Iterator[tuple[str, bytearray]]:
    """The XML parts, styles first, unpacked no further than the limit, whatever size the package claims to have."""
    total = 0
    for info in sorted(package.infolist(), key=lambda info: info.filename != _STYLES):
        if info.file_size > MAX_UNPACKED:
            raise too_large()
        is_looked_at = info.filename.endswith(".xml") and "sharedStrings" not in info.filename
        claimed, info.file_size = info.file_size, MAX_UNPACKED + 1
        part = bytearray()
        with package.open(info) as member:
            while piece := member.read(_CHUNK):
                total += len(piece)
                if total > MAX_UNPACKED:
                    raise too_large()
                if is_looked_at:
                    part += piece
        info.file_size = claimed
        if is_looked_at:
            yield info.filename, part


_FEW_FORMULAS = 50


def _refuse_formulas(formulas: int, cells: int) -> None:
    """A column of formulas is usual and read as what it shows; a list that is nothing else is a program, not a list."""
    if formulas > _FEW_FORMULAS and formulas * 2 > cells:
        raise Refused(_("Most cells of this list are formulas. Copy it, paste it as values, and try again."), "file")


def _from_workbook(data: bytes, tell: Tell, struck: dict[int, frozenset[int]] | None = None) -> list[Sheet]:
    return [
        Sheet(name, rows, first, (struck or {}).get(place, frozenset()))
        for place, (name, first, rows) in enumerate(grids_of(data, tell))
    ]


# --- text -------------------------------------------------------------------------------------------------------------

_DELIMITERS = (";", "\t", ",", "|")
_SAMPLE_LINES = 60
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def _from_text(data: bytes) -> Sheet:
    written, skipped = decoded(data), 0
    if written.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<table", "<?xml", "{\\rtf", "%pdf")):
        raise no_spreadsheet()
    if written[:4].lower() == "sep=":
        hint, _newline, written = written.partition("\n")
        delimiter, skipped = hint.strip()[4:5] or ";", 1
    else:
        delimiter = delimiter_of(written)
    try:
        lines = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter)
        rows: list[list[Cell]] = [list(row) for row in islice(lines, MAX_ROWS + 1)]
    except csv.Error as broken:
        raise no_spreadsheet() from broken
    return Sheet("", _one_below_the_other(rows), 1 + skipped)


def _one_below_the_other(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The line of people to whom a mail went is a list as well: each of its cells is somebody."""
    filled = [row for row in rows if any(values.text(cell) for cell in row)]
    people = [cell for row in filled for cell in row if values.text(cell)]
    if len(filled) == 1 < len(people) and all("@" in str(cell) for cell in people):
        return [[cell] for cell in people]
    return rows


def decoded(data: bytes) -> str:
    """Text by its byte order mark, else UTF-16 by its zeros, else UTF-8, else Windows-1252, as Dutch Excel saves."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _plain(data.decode(encoding, "replace"))
    head = data[:400]
    if head[1::2].count(0) > len(head) // 3:
        return _plain(data.decode("utf-16-le", "replace"))
    if head[::2].count(0) > len(head) // 3:
        return _plain(data.decode("utf-16-be", "replace"))
    try:
        return _plain(data.decode())
    except UnicodeDecodeError:
        return _plain(data.decode("cp1252", "replace"))


def _plain(written: str) -> str:
    head = written[:20_000]
    if len(_CONTROL.findall(head)) > len(head) // 200 or "\0" in written:
        raise no_spreadsheet()
    return written


def delimiter_of(written: str) -> str:
    """The sign that cuts most lines into the same number of cells, and into the most cells."""
    lines = written[:200_000].splitlines()[:_SAMPLE_LINES]
    best, most = ";", 0.0
    for delimiter in _DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row))
        except csv.Error:
            continue
        score = sum((width - 1) ** 0.5 * times for width, times in widths.most_common(1))
        if score > most:
            best, most = delimiter, score
    return best
