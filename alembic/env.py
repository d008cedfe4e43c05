"""How Alembic reaches the database and writes plain SQLAlchemy types into migrations.

`bsoo.installation.upgrade` hands over its engine; `python3 -m alembic …` makes one from the settings.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Engine

from bsoo import tables
from bsoo.db import make_engine
from bsoo.settings import Settings


def plain_type(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """A migration must run long after our own types have changed: write what they are stored as."""
    if kind != "type" or type(item).__module__.startswith("sqlalchemy."):
        return False
    if isinstance(item, sa.types.TypeDecorator):
        item = item.impl_instance
    if isinstance(item, sa.String):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return f"sa.{item!r}"


def migrate(engine: Engine) -> None:
    # With this option SQLite begins with BEGIN IMMEDIATE, so that two upgrades at once wait for each other.
    writing = engine.execution_options(bsoo_writes=True)
    with writing.connect() as connection, loose_references(connection), connection.begin():
        context.configure(
            connection=connection,
            target_metadata=tables.metadata,
            render_item=plain_type,
            render_as_batch=True,  # SQLite changes a table by making it anew; PostgreSQL alters it all the same
        )
        with context.begin_transaction():
            context.run_migrations()
        refuse_broken_references(connection)


@contextmanager
def loose_references(connection: Connection) -> Iterator[None]:
    """Let SQLite make a table anew: dropping the old one would otherwise delete every row that points to it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # The driver's own connection: SQLite ignores this setting inside a transaction, and SQLAlchemy would begin one.
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def refuse_broken_references(connection: Connection) -> None:
    """What SQLite did not guard during the migration is checked before it is kept."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
        if broken:
            raise RuntimeError(f"references that point to nothing after the migration: {broken}")


given = context.config.attributes.get("engine")
migrate(given if isinstance(given, Engine) else make_engine(Settings().database))
