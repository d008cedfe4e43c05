"""A database of a test's own, whose transactions are real: for what several processes or crashes do."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bsoo.bench import databases
from bsoo.db import Database

SERVER = os.environ.get("BSOO_TEST_DATABASE_URL", "").replace("postgresql://", "postgresql+psycopg://")


@contextmanager
def own_database(folder: Path) -> Iterator[Database]:
    """On the PostgreSQL that the tests run on, else a file."""
    if SERVER:
        with databases.new(SERVER, folder.name.lower()[-30:].replace("-", "_")) as database:
            yield database
        return
    database = Database(f"sqlite:///{folder}/own.sqlite3")
    databases.fill(database)
    yield database
    database.engine.dispose()
