"""XLSX, XLS and ODS to grids of cells, by a program of its own with an end to its memory and time."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile
from typing import IO

from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.registry.imports import grids
from bsoo.registry.imports.progress import OPENING, Tell, quiet
from bsoo.registry.values import Cell

MAX_ROWS = 50_000
MAX_COLUMNS = 702  # column ZZ
MAX_CELLS = 1_000_000
MAX_TEXT = 60_000_000
_MEMORY = 160 * grids.MEGABYTE
_SECONDS = 6
"""Of work; it may take twice as long by the clock, on a busy machine."""
_BEATS = 4
"""How often a second it is told that the program still runs."""

Grid = tuple[str, int, list[list[Cell]]]
"""A sheet: its name, the file's number of its first row, and its rows."""


def grids_of(data: bytes, tell: Tell = quiet) -> list[Grid]:
    """Every sheet of a workbook; refuses one that is no workbook, has a password, or is larger than it looks."""
    with TemporaryFile() as given, TemporaryFile() as made:
        given.write(data)
        given.seek(0)
        ended = _ended(given, made, tell)
        if ended == grids.LOCKED:
            raise Refused(_("This file has a password. Save it without one and try again."), "file")
        if ended == grids.BROKEN:
            raise no_spreadsheet()
        if ended == grids.LIMITED:
            raise too_large()
        if ended != 0:  # it broke, or was ended at its limit of memory or time
            raise _too_heavy()
        made.seek(0)
        return list(_grids(map(bytes.decode, made)))


def _ended(given: IO[bytes], made: IO[bytes], tell: Tell) -> int:
    """How the program ended; who hears how far it is may stop it by an exception."""
    limits = (MAX_ROWS, MAX_COLUMNS, MAX_CELLS, MAX_TEXT, _MEMORY, _SECONDS)
    program = [sys.executable, "-I", grids.__file__, *map(str, limits)]
    with subprocess.Popen(program, stdin=given, stdout=made, stderr=subprocess.DEVNULL) as running:  # noqa: S603 - ours
        try:
            for _beat in range(2 * _SECONDS * _BEATS):
                tell(OPENING, 0, 0)
                with suppress(subprocess.TimeoutExpired):
                    return running.wait(1 / _BEATS)
            raise _too_heavy()
        finally:
            running.kill()


_read = json.JSONDecoder().raw_decode
"""As json.loads, which looks around each text for spaces: that is half of reading a short line."""


def _grids(lines: Iterator[str]) -> Iterator[Grid]:
    for head in lines:
        (name, first_row), _end = _read(head)
        rows: list[list[Cell]] = []
        while (line := next(lines, "\n")) != "\n":
            row, _end = _read(line)
            rows.append([_cell(cell) if cell.__class__ is list else cell for cell in row] if "[" in line[1:] else row)
        yield name, first_row, rows


def _cell(dated: list[str | float]) -> Cell:
    kind, said = dated
    if kind == "span":
        return timedelta(seconds=float(said))
    return _KINDS[str(kind)](str(said))


_KINDS: dict[str, Callable[[str], Cell]] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "hour": time.fromisoformat,
}


def too_large() -> Refused:
    return Refused(
        _("This list has more than %(rows)s rows or too many columns. Cut it into smaller files.", rows=MAX_ROWS),
        "file",
    )


def _too_heavy() -> Refused:
    said = _("This file is too large or too complex to open. Save the list as CSV, or cut it into smaller files.")
    return Refused(said, "file")


def no_spreadsheet() -> Refused:
    return Refused(_("This is not a list that we can read. Save it as XLSX, ODS or CSV and try again."), "file")
