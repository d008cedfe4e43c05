"""`python3 -m bsoo import-contacts`: a dry run first, then all of it, and a word that says why when it is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lists import SMALL, file_of

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent


def call(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bsoo", "import-contacts", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "BSOO_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def small(tmp_path: Path) -> str:
    (tmp_path / "lijst.xlsx").write_bytes(file_of(SMALL))
    return str(tmp_path / "lijst.xlsx")


def test_a_dry_run_writes_nothing_and_the_same_list_twice_changes_nothing(tmp_path: Path, small: str) -> None:
    looked = call(tmp_path, small, "--region", "amsterdam")
    written = call(tmp_path, small, "--region", "amsterdam", "--apply", "--json")
    again = call(tmp_path, small, "--region", "amsterdam", "--apply", "--json")

    first, second = json.loads(written.stdout), json.loads(again.stdout)
    lines = looked.stdout.splitlines()
    assert [done.returncode for done in (looked, written, again)] == [0, 0, 0]
    assert lines[-1] == f"Nothing was written. Add --apply to import; rows that would be written: {first['written']}."
    assert [line.split()[1] for line in lines[:-2]].count("new") == first["verdicts"]["new"] == 4
    assert (first["rows"], sum(first["verdicts"].values())) == (6, 6)
    assert (second["written"], second["verdicts"]["unchanged"], second["verdicts"]["new"]) == (0, 4, 0)


def test_what_is_refused_ends_with_one_and_wrong_use_with_two(tmp_path: Path, small: str) -> None:
    (tmp_path / "geen-lijst.xlsx").write_bytes(b"<html></html>")

    no_list = call(tmp_path, str(tmp_path / "geen-lijst.xlsx"), "--region", "amsterdam", "--apply")
    no_region = call(tmp_path, small, "--region", "atlantis")
    no_file = call(tmp_path, str(tmp_path / "weg.xlsx"), "--region", "amsterdam")

    assert [done.returncode for done in (no_list, no_region, no_file)] == [1, 1, 2]
    assert no_list.stderr == "This is not a list that we can read. Save it as XLSX, ODS or CSV and try again.\n"
    assert "Traceback" not in no_region.stderr + no_file.stderr
