"""A consistent copy of a SQLite database while it runs, and back again. PostgreSQL has pg_dump for this."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bsoo.db import Database
from bsoo.errors import Refused
from bsoo.mail import restored
from bsoo.settings import Settings


def backup(database: Database, file: Path) -> str:
    """Copy the database by SQLite's online backup, check the copy and say how large it is."""
    if not database.is_sqlite:
        raise Refused("This database is PostgreSQL: make the copy with pg_dump.")
    if file.exists():
        raise Refused(f"{file} is there already. Choose another name; nothing was written.")
    source = Path(database.engine.url.database or "")
    with closing(sqlite3.connect(source)) as running, closing(sqlite3.connect(file)) as copy:
        running.backup(copy)
        _check(copy, file)
    return f"{file}: {file.stat().st_size // 1024} kB, checked."


def restore(settings: Settings, file: Path) -> str:
    """Put a checked copy back; what was there is kept beside it under another name."""
    if not settings.database.startswith("sqlite:///"):
        raise Refused("This database is PostgreSQL: put the copy back with pg_restore.")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
        _check(copy, file)
    target = Path(settings.database.removeprefix("sqlite:///"))
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = target.with_suffix(".before-restore")
    if target.exists():
        with closing(sqlite3.connect(target)) as old, closing(sqlite3.connect(kept)) as aside:
            old.backup(aside)
    with closing(sqlite3.connect(file)) as copy, closing(sqlite3.connect(target)) as database:
        copy.backup(database)
        _check(database, target)
    restored.put_back(settings)
    return f"{target} is as it was in {file}." + (f" What was there is kept in {kept}." if kept.exists() else "")


def _check(connection: sqlite3.Connection, file: Path) -> None:
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError:
        sound, names = False, set[str]()
    if not sound or "alembic_version" not in names:
        raise Refused(f"{file} is not a sound copy of a bsoo database. Nothing was changed.")
