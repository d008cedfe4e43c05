"""`python3 -m bsoo import-contacts`: a dry run first, then all of it, and a word that says why when it is refused."""

import json
from pathlib import Path

import pytest

from tests.commands import call, start
from tests.lists import SMALL, file_of

pytestmark = pytest.mark.once


@pytest.fixture
def small(tmp_path: Path) -> str:
    (tmp_path / "lijst.xlsx").write_bytes(file_of(SMALL))
    return str(tmp_path / "lijst.xlsx")


def test_a_dry_run_writes_nothing_and_the_same_list_twice_changes_nothing(tmp_path: Path, small: str) -> None:
    looked = call("import-contacts", small, "--region", "amsterdam", data=tmp_path)
    written = start("import-contacts", small, "--region", "amsterdam", "--apply", "--json", data=tmp_path)
    again = call("import-contacts", small, "--region", "amsterdam", "--apply", "--json", data=tmp_path)

    first, second = json.loads(written.stdout), json.loads(again.stdout)
    lines = looked.stdout.splitlines()
    assert (looked.exit_code, written.returncode, again.exit_code) == (0, 0, 0)
    assert lines[-1] == f"Nothing was written. Add --apply to import; rows that would be written: {first['written']}."
    assert [line.split()[1] for line in lines[:-2]].count("new") == first["verdicts"]["new"] == 4
    assert (first["rows"], sum(first["verdicts"].values())) == (6, 6)
    assert (second["written"], second["verdicts"]["unchanged"], second["verdicts"]["new"]) == (0, 4, 0)


def test_what_is_refused_ends_with_one_and_wrong_use_with_two(tmp_path: Path, small: str) -> None:
    (tmp_path / "geen-lijst.xlsx").write_bytes(b"<html></html>")

    no_list = start(
        "import-contacts", str(tmp_path / "geen-lijst.xlsx"), "--region", "amsterdam", "--apply", data=tmp_path
    )
    no_region = call("import-contacts", small, "--region", "atlantis", data=tmp_path)
    no_file = call("import-contacts", str(tmp_path / "weg.xlsx"), "--region", "amsterdam", data=tmp_path)

    assert (no_list.returncode, no_region.exit_code, no_file.exit_code) == (1, 1, 2)
    assert no_list.stderr == "This is not a list that we can read. Save it as XLSX, ODS or CSV and try again.\n"
    assert [type(done.exception) for done in (no_region, no_file)] == [SystemExit, SystemExit], "one of them broke off"
