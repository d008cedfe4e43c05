"""Lists that mean harm are refused in words, and neither memory nor the server suffers."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bsoo.registry.imports import grids, workbooks
from tests.hostile_lists import files
from tests.lists import file_of

pytestmark = pytest.mark.once

LARGE = "Deze lijst heeft meer dan 50000 rijen of te veel kolommen. Knip de lijst in kleinere bestanden."
HEAVY = (
    "Dit bestand is te groot of te ingewikkeld om te openen. "
    "Sla de lijst op als CSV, of knip hem in kleinere bestanden."
)
NO_LIST = "Deze lijst kunnen we niet lezen. Sla hem op als XLSX, ODS of CSV en probeer het opnieuw."
SAID = {
    "bomb": LARGE,
    "empty-rows": "",
    "last-cell": HEAVY,
    "last-cell-xls": HEAVY,
    "long-text-everywhere": HEAVY,
    "formulas": "De meeste cellen van deze lijst zijn formules. "
    "Kopieer hem, plak hem als waarden en probeer het opnieuw.",
    "macros": "In dit bestand staan macro's. Sla het op als XLSX zonder macro's en probeer het opnieuw.",
    "program": NO_LIST,
    "broken": NO_LIST,
    "too-many-parts": NO_LIST,
    "fifty-megabytes": "Dit bestand is groter dan 10 MB. Laat plaatjes weg, of knip de lijst in tweeën.",
    "repeats": HEAVY,
    "rows-of-rows": HEAVY,
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits on the memory of a process")
def test_no_list_takes_more_than_300_megabytes(tmp_path: Path) -> None:
    """Two processes are measured, the one that serves and the one that opens the workbook; each stays below."""
    for name, harm in files().items():
        (tmp_path / name).write_bytes(harm)

    ended = subprocess.run(
        [sys.executable, "-m", "tests.hostile_lists", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=True,
    )

    measured = [json.loads(line) for line in ended.stdout.splitlines()]
    assert {each["name"]: each["said"] for each in measured} == SAID
    assert [each for each in measured if each["megabytes"] >= 300] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm")
def test_a_parser_that_waits_instead_of_working_ends_also_when_nobody_is_left_to_end_it() -> None:
    program = [sys.executable, "-I", grids.__file__, *map(str, (1, 1, 1, 1, 100 * grids.MEGABYTE, 1))]

    with subprocess.Popen(program, stdin=subprocess.PIPE) as waiting:
        ended = waiting.wait(timeout=30)

    assert ended == -signal.SIGALRM


def test_dates_hours_and_numbers_come_out_as_what_they_are() -> None:
    [(name, first, rows)] = workbooks.grids_of(file_of([["a", 1.5, True], ["", "b [c]", None]]))

    assert (name, first, rows) == ("Lijst", 1, [["a", 1.5, True], ["", "b [c]", ""]])
