"""`python3 -m bsoo COMMAND`: exit 0 fine, 1 refused with a clear message, 2 wrong use."""

import sys
from importlib import import_module
from typing import NamedTuple

import typer


class _Place(NamedTuple):
    module: str
    function: str
    passes_on: bool = False
    """Whether arguments that it does not know are for somebody else."""


PLACES = {
    "demo": _Place("running", "demo"),
    "test": _Place("running", "test", passes_on=True),
    "serve": _Place("running", "serve"),
    "run": _Place("running", "run"),
    "jobs": _Place("running", "timetable"),
    "import-contacts": _Place("lists", "import_contacts"),
    "export": _Place("lists", "export"),
    "guard": _Place("texts", "guard"),
    "receive-mail": _Place("mail", "receive_mail"),
    "held-mail": _Place("mail", "held_mail"),
    "grant": _Place("keeping", "grant"),
    "doctor": _Place("keeping", "doctor"),
    "bench": _Place("running", "bench"),
    "backup": _Place("keeping", "backup"),
    "restore": _Place("keeping", "restore"),
}
"""In the order in which the help lists them."""


def app(prog_name: str | None = None) -> None:
    """Run the command that was typed."""
    commands(sys.argv[1:2])(prog_name=prog_name)


def commands(named: list[str]) -> typer.Typer:
    """The command that is named, or else all of them: nobody waits for what other commands import."""
    group = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    group.callback()(about)
    for name in set(named) & PLACES.keys() or PLACES:
        module, function, passes_on = PLACES[name]
        settings = {"allow_extra_args": True, "ignore_unknown_options": True} if passes_on else None
        group.command(name, context_settings=settings)(getattr(import_module(f"bsoo.cli.{module}"), function))
    return group


def about() -> None:
    """Plans the quarterly BSOO meetings, keeps their network right and closes the loop on what partners signal."""
