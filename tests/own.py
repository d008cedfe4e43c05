"""An installation of its own for tests that commit, that run threads or several processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from bsoo import installation
from bsoo.db import Database, make_engine
from bsoo.settings import Settings


@contextmanager
def installed(folder: Path, name: str, beside: str, **settings: object) -> Iterator[tuple[Settings, Database]]:
    """Settings and a migrated database of its own, on the engine of another one."""
    with _address(folder, name, beside) as url:
        made = Settings.model_validate(
            {
                "data": folder,
                "database_url": url,
                "base_url": "http://testserver",
                "secret_key": "a secret that is only for the tests of bsoo",
                "jobs": False,
                "mail_hold": 0,
                **settings,
            }
        )
        database = Database(made.database)
        installation.prepare(made, database, migrate=True)
        try:
            yield made, database
        finally:
            database.engine.dispose()


@contextmanager
def _address(folder: Path, name: str, beside: str) -> Iterator[str]:
    if beside.startswith("sqlite"):
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    engine = make_engine(beside).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield make_url(beside).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    engine.dispose()
