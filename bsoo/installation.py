"""What an installation has of its own: an address, a data folder, a secret key and a database that is ready."""

import os
from contextlib import suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from bsoo import clock, house, regions
from bsoo.db import Database
from bsoo.errors import DomainError
from bsoo.house import House
from bsoo.mail import restored
from bsoo.registry import consents
from bsoo.settings import Settings
from bsoo.signals import themes


class NotMigrated(DomainError):
    """The database has no tables or old ones, and nobody said that it may be changed."""


def introduce(settings: Settings) -> None:
    """Say once, at start, which installation this process serves."""
    house.use(House(settings.base_url, settings.mail_from, secret_of(settings), settings.reads_answers))


def secret_of(settings: Settings) -> str:
    """The secret key: as set, or the one in the data folder, which is made at first need."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given
    file = settings.data / "secret.key"
    if not file.exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        _write_once(file, clock.new_token())
    return file.read_text()


def _write_once(file: Path, text: str) -> None:
    """Put a whole private file in place, unless another process just did: nobody ever reads half a key."""
    draft = file.with_name(f".{clock.new_id()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as handle:
        handle.write(text)
    with suppress(FileExistsError):
        file.hardlink_to(draft)
    draft.unlink()


def prepare(settings: Settings, database: Database, *, migrate: bool = False) -> None:
    """Make the database ready: an empty SQLite file by itself, anything else only when told."""
    if database.is_sqlite:
        settings.data.mkdir(parents=True, exist_ok=True)
        if settings.database_url:
            Path(settings.database.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    if not is_current(database):
        empty = not inspect(database.engine).get_table_names()
        if not (migrate or (database.is_sqlite and empty)):
            raise NotMigrated(
                "The database is not up to date. Make a backup and run `python3 -m bsoo serve --migrate`, "
                "or `python3 -m alembic upgrade head` in the .venv."
            )
        upgrade(database)
    with database.transaction() as db:
        regions.make_first_regions(db)
        themes.make_first_themes(db)
        consents.make_first_text(db)
        restored.begin(db, settings)


def upgrade(database: Database) -> None:
    """Bring the tables to the newest migration."""
    config = alembic_config()
    config.attributes["engine"] = database.engine
    command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Whether the newest migration has been run."""
    heads = set(ScriptDirectory.from_config(alembic_config()).get_heads())
    with database.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == heads


def alembic_config() -> Config:
    """Alembic's configuration, in a checkout or in an installed wheel."""
    package = Path(__file__).parent
    checkout = package.parent / "alembic"
    config = Config()
    config.set_main_option("script_location", str(checkout if checkout.is_dir() else package / "_alembic"))
    return config
