"""The commands of the command line: one is read when it is named, all of them for who asks what there is."""

import subprocess
import sys

import pytest

from bsoo import tables
from bsoo.cli import PLACES, commands

pytestmark = pytest.mark.once


def named_in(arguments: list[str]) -> list[str | None]:
    return [command.name for command in commands(arguments).registered_commands]


def test_who_names_a_command_waits_for_no_other() -> None:
    assert named_in(["guard"]) == ["guard"]


@pytest.mark.parametrize("arguments", [[], ["--help"], ["gaurd"]])
def test_who_names_none_that_is_there_is_shown_all_in_their_order(arguments: list[str]) -> None:
    assert named_in(arguments) == list(PLACES)


def test_a_command_that_opens_the_database_knows_every_table_of_it() -> None:
    """In a process of its own: here every table was imported long ago."""
    told = "import bsoo.cli.ready; from sqlmodel import SQLModel; print(*sorted(SQLModel.metadata.tables))"
    known = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()

    assert known == sorted(tables.metadata.tables)
