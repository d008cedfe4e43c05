"""Which tests run on both engines is told by what they ask for; nobody has to remember a mark."""

from pathlib import Path

import pytest
from sqlmodel import Session

KNOWN = {
    "conftest.py": "the fixture database_url",
    "own_database.py": "the proofs, which are started by name, and a test that asks for database_url besides",
    "test_engines.py": "this walk",
    "test_every_setting.py": "that it is no setting of the product",
    "test_testing.py": "that the runs get it",
}
"""Where the variable may be named."""


def test_what_asks_for_no_database_runs_once(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("once") is not None


def test_what_asks_for_one_runs_on_both(request: pytest.FixtureRequest, db: Session) -> None:
    assert request.node.get_closest_marker("once") is None


def test_no_test_looks_for_the_engine_itself() -> None:
    """It would be left out of the second run without a word; it must ask for `database_url`."""
    named = {path.name for path in Path(__file__).parent.rglob("*.py") if "BSOO_TEST_DATABASE_URL" in path.read_text()}

    assert named == set(KNOWN)
