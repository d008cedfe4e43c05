"""Workbooks are opened by a program of their own: what a file can do to its parser stays in there.

A few kilobytes can ask a parser for gigabytes (a cell in the last row, a million repeats, one long text shown by every
cell), and there are more ways than one can look for. Here memory and time have an end, and the server does not notice.
Started as a file by bsoo/registry/imports/workbooks.py; it knows nothing else of bsoo.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

MEGABYTE = 1 << 20
LIMITED, LOCKED, BROKEN = 3, 4, 5
"""How it ends when there is nothing to show."""


class TooLargeError(Exception):
    """More rows, columns, cells or text than was asked for."""


def main(most_rows: int, most_columns: int, most_cells: int, most_text: int, memory: int, seconds: int) -> int:
    """Write each sheet as lines of JSON: its name and first row, its rows, and nothing."""
    _limit(memory, seconds)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
        for place, name in enumerate(book.sheet_names):
            sheet = book.get_sheet_by_index(place)
            if max(sheet.height, _above(sheet)) > most_rows or sheet.width > most_columns:
                raise TooLargeError
            if sheet.height * sheet.width > most_cells:
                raise TooLargeError
            for line in _lines(name, sheet):
                most_text -= len(line)
                if most_text < 0:
                    raise TooLargeError
                sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except TooLargeError:
        return LIMITED
    except PasswordError:
        return LOCKED
    except (CalamineError, ValueError, OSError):
        return BROKEN
    return 0


def _limit(memory: int, seconds: int) -> None:
    """Where there are no limits (Windows), what was looked for beforehand has to do.

    The alarm is for a parser that waits instead of working, also when the server that would end it is gone.
    """
    os.environ["RUST_BACKTRACE"] = "0"  # out of memory, Rust waits forever for itself to say where it was
    try:
        import resource  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(3 * seconds)


def _lines(name: str, sheet: CalamineSheet) -> Iterator[str]:
    yield json.dumps([name, _above(sheet) + 1])
    for row in islice(sheet.iter_rows(), _above(sheet), None):  # row by row; all at once are half as much again
        yield json.dumps(row, default=_dated)
    yield ""


def _above(sheet: CalamineSheet) -> int:
    """Empty rows above the first cell."""
    return (sheet.start or (0, 0))[0]


def _dated(cell: object) -> list[object]:
    """What JSON has no word for, as its kind and its text."""
    if isinstance(cell, timedelta):
        return ["span", cell.total_seconds()]
    if isinstance(cell, datetime):
        return ["moment", cell.isoformat()]
    if isinstance(cell, date):
        return ["day", cell.isoformat()]
    if isinstance(cell, time):
        return ["hour", cell.isoformat()]
    raise TypeError(f"a cell of another kind: {type(cell)}")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
