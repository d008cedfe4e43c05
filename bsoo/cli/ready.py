"""What commands share: the installation, prepared, and refusals as a message and an exit code."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bsoo import i18n, installation
from bsoo import tables as _tables  # noqa: F401 -- some are asked for by their names, whatever the command imports
from bsoo.db import Database
from bsoo.errors import DomainError, NotFound
from bsoo.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")]


@contextmanager
def ready() -> Iterator[tuple[Database, Settings]]:
    """The database of this installation, prepared; refusals end the command with exit 1."""
    with refusing():
        settings = read_settings()
        installation.introduce(settings)
        database = Database(settings.database)
        installation.prepare(settings, database)
        yield database, settings


@contextmanager
def to_be_tried_again() -> Iterator[None]:
    """Whatever goes wrong, the mail server keeps the message and brings it again (sysexits: EX_TEMPFAIL)."""
    try:
        yield
    except (typer.Exit, SQLAlchemyError, OSError) as mistake:
        typer.echo(f"Not taken in; try again later. {mistake}".strip(), err=True)
        raise typer.Exit(os.EX_TEMPFAIL) from None


@contextmanager
def refusing() -> Iterator[None]:
    """Turn a rule that says no into its message and exit 1."""
    with i18n.speaking("en"):
        try:
            yield
        except NotFound as refusal:
            _refuse(str(refusal) or "That is not there. Check the name.")
        except DomainError as refusal:
            _refuse(str(refusal) or "That is not allowed.")


def read_settings() -> Settings:
    """The settings, or exit 1 with a line for each one that is wrong."""
    try:
        return Settings()
    except ValidationError as mistake:
        for error in mistake.errors(include_url=False, include_input=False):
            place = "BSOO_" + str(error["loc"][0]).upper() if error["loc"] else "Settings"
            typer.echo(f"{place}: {error['msg'].removeprefix('Value error, ')}", err=True)
        raise typer.Exit(1) from None


def _refuse(message: str) -> None:
    typer.echo(message, err=True)
    raise typer.Exit(1)
