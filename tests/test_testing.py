"""`python3 -m bsoo test`: three runs, one count; on a small project with the real bsoo/testing.py."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

UNIT = """
import os, pytest

def test_passes(): pass

@pytest.mark.skipif("BSOO_TEST_DATABASE_URL" not in os.environ, reason="only on PostgreSQL")
def test_sees_the_database(): assert os.environ["BSOO_TEST_DATABASE_URL"] == "postgresql://nowhere/test"

@pytest.mark.once
def test_runs_once(): assert "BSOO_TEST_DATABASE_URL" not in os.environ
"""

BROWSER = """
import os

def test_finds_the_browser(): assert os.environ["CHROMIUM"].endswith("true")
"""

pytestmark = pytest.mark.once


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "bsoo").mkdir()
    (tmp_path / "bsoo" / "__init__.py").touch()
    shutil.copy(ROOT / "bsoo" / "testing.py", tmp_path / "bsoo")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests" / "browser").mkdir(parents=True)
    (tmp_path / "tests" / "test_unit.py").write_text(UNIT)
    (tmp_path / "tests" / "test_hostile_forms.py").write_text("def test_is_patient(): pass\n")
    (tmp_path / "tests" / "browser" / "test_journey.py").write_text(BROWSER)
    return tmp_path


def run_all(project: Path, *arguments: str, **environment: str) -> tuple[int, list[str]]:
    command = f"import sys; from bsoo.testing import run; sys.exit(run({list(arguments)!r}))"
    # Without plugins pytest starts in a third of the time.
    surroundings = {
        "PATH": os.environ["PATH"],
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "BSOO_TEST_DATABASE_URL": "postgresql://nowhere/test",
    }
    done = subprocess.run(
        [sys.executable, "-c", command],
        cwd=project,
        env={**surroundings, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def test_the_last_line_adds_up_all_runs(project: Path) -> None:
    code, lines = run_all(project, CHROMIUM="true")

    assert lines[-1] == "7 passed, 0 failed, 1 skipped"
    assert [line for line in lines if line.startswith("=== ")] == [
        "=== SQLite ===",
        "=== test_hostile_forms ===",
        "=== PostgreSQL ===",
        "=== Browser ===",
    ]
    assert code == 0


def test_one_failure_in_one_run_fails_the_whole(project: Path) -> None:
    (project / "tests" / "browser" / "test_journey.py").write_text("def test_fails(): assert 1 == 2\n")

    code, lines = run_all(project, CHROMIUM="true")

    assert lines[-1] == "6 passed, 1 failed, 1 skipped"
    assert code == 1


def test_a_run_that_breaks_off_counts_as_a_failure(project: Path) -> None:
    (project / "tests" / "browser" / "test_journey.py").write_text("import os\ndef test_dies(): os._exit(3)\n")

    code, lines = run_all(project, CHROMIUM="true")

    assert lines[-1] == "6 passed, 1 failed, 1 skipped"
    assert code == 1


def test_what_is_left_out_is_said_and_only_ci_minds(project: Path) -> None:
    at_home, lines = run_all(project, PATH=str(project))
    in_ci, _ = run_all(project, PATH=str(project), CI="true")

    assert lines[-2:] == [
        "LEFT OUT: the journeys in a browser: no Chromium found; install one (Debian: apt install chromium) "
        "or name it in CHROMIUM",
        "6 passed, 0 failed, 1 skipped",
    ]
    assert (at_home, in_ci) == (0, 1)


def test_pytests_own_arguments_go_to_the_runs_they_are_for(project: Path) -> None:
    _, one_file = run_all(project, "tests/browser/test_journey.py", CHROMIUM="true")
    _, one_name = run_all(project, "-k", "passes", CHROMIUM="true")
    code, nothing = run_all(project, "-k", "no_such_test", CHROMIUM="true")

    assert one_file[-1] == "1 passed, 0 failed, 0 skipped"
    assert one_name[-1] == "2 passed, 0 failed, 0 skipped"
    assert (code, nothing[-1]) == (1, "0 passed, 0 failed, 0 skipped")
