"""The commands of the command line: one is read when it is named, all of them for who asks what there is."""

import pytest

from bsoo.cli import PLACES, commands

pytestmark = pytest.mark.once


def named_in(arguments: list[str]) -> list[str | None]:
    return [command.name for command in commands(arguments).registered_commands]


def test_who_names_a_command_waits_for_no_other() -> None:
    assert named_in(["guard"]) == ["guard"]


@pytest.mark.parametrize("arguments", [[], ["--help"], ["gaurd"]])
def test_who_names_none_that_is_there_is_shown_all_in_their_order(arguments: list[str]) -> None:
    assert named_in(arguments) == list(PLACES)
