"""The tables that migrations make are the tables of the models, on both databases, and no row is lost on the way."""

import ast
import shutil
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import column, create_engine, insert, inspect, table, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel, select

from bsoo import installation, tables
from bsoo.db import Database
from bsoo.meetings.models import Meeting, MeetingState
from bsoo.regions import Region, region_by_slug
from bsoo.registry.models import Basis, Contact, Grounds, Membership
from bsoo.settings import Settings
from tests.factories import contact, organisation

MIGRATIONS = Path(__file__).parent.parent / "alembic"

REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "rebuild"
down_revision = {head!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("region", "contact"):
        with op.batch_alter_table(name, recreate="auto") as batch_op:
            batch_op.add_column(sa.Column("added", sa.String(length=10), nullable=False, server_default=""))
            batch_op.create_check_constraint("short", sa.text("length(added) < 5"))
"""


@pytest.fixture
def empty(settings: Settings, tmp_path: Path) -> Iterator[Database]:
    """A database without a single table, of the kind that this run of the tests is about."""
    if settings.database.startswith("sqlite"):
        database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield database
        database.engine.dispose()
        return
    server = create_engine(Database(settings.database).engine.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS bsoo_migrations"))
        connection.execute(text("CREATE DATABASE bsoo_migrations"))
        url = make_url(server.url).set(database="bsoo_migrations")
        database = Database(url.render_as_string(hide_password=False))
        yield database
        database.engine.dispose()
        connection.execute(text("DROP DATABASE bsoo_migrations"))
    server.dispose()


def config_for(database: Database, scripts: Path = MIGRATIONS) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["engine"] = database.engine
    return config


def columns(database: Database) -> dict[str, set[str]]:
    found = inspect(database.engine)
    return {
        table: {column["name"] for column in found.get_columns(table)}
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def test_migrating_an_empty_database_makes_every_table(empty: Database) -> None:
    assert not installation.is_current(empty)

    installation.upgrade(empty)

    assert columns(empty) == {name: set(table.columns.keys()) for name, table in tables.metadata.tables.items()}
    assert installation.is_current(empty)


def test_the_models_hold_nothing_that_no_migration_knows(empty: Database) -> None:
    installation.upgrade(empty)

    command.check(config_for(empty))


def test_migrating_again_changes_nothing(empty: Database) -> None:
    installation.upgrade(empty)
    fill(empty)

    installation.upgrade(empty)

    assert people(empty) == ["Samira El Idrissi"]


def test_changing_a_table_keeps_its_rows_and_those_that_point_to_it(empty: Database, tmp_path: Path) -> None:
    """SQLite makes the table anew; with references in force the old one would take every membership along."""
    installation.upgrade(empty)
    fill(empty)
    scripts = tmp_path / "alembic"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    head = ScriptDirectory(str(scripts)).get_current_head()
    (scripts / "versions" / "29990101_rebuild.py").write_text(REBUILD.format(head=head))

    command.upgrade(config_for(empty, scripts), "head")

    assert "added" in columns(empty)["contact"]
    assert people(empty) == ["Samira El Idrissi"]


def test_a_meeting_that_was_noted_as_held_is_left_to_the_clock_and_a_basis_stays_what_it_was(empty: Database) -> None:
    command.upgrade(config_for(empty), "20261121_first_tables")
    region = Region(slug="amsterdam", name="Amsterdam")
    on = date(2026, 9, 10)
    noted = Meeting(
        region_id=region.id, year=2026, quarter=3, on=on, starts=time(13), ends=time(15), calendar_uid="1@x"
    )
    put(empty, "region", region)
    put(empty, "meeting", noted)
    somebody = Contact(display_name="Ria", sort_name="ria")
    put(empty, "contact", somebody)
    why = Grounds(basis=Basis.LEGITIMATE_INTEREST, basis_source="lijst 2025", basis_since=date(2025, 3, 3))
    place = Membership(contact_id=somebody.id, region_id=region.id).sqlmodel_update(why)
    put(empty, "membership", place)
    with empty.transaction() as db:
        db.execute(text("UPDATE meeting SET state = 'held'"))

    installation.upgrade(empty)

    with empty.reading() as db:
        assert db.exec(select(Meeting.state)).all() == [MeetingState.PLANNED]
        assert Grounds.model_validate(db.exec(select(Membership)).one().model_dump()) == why


def put(database: Database, name: str, row: SQLModel) -> None:
    """Add a row to a table that may not have all columns of today."""
    known = {one["name"] for one in inspect(database.engine).get_columns(name)}
    columns = [column(one.name, one.type) for one in tables.metadata.tables[name].columns if one.name in known]
    with database.transaction() as db:
        db.execute(insert(table(name, *columns)).values({one.name: getattr(row, one.name) for one in columns}))


def fill(database: Database) -> None:
    with database.transaction() as db:
        if not db.exec(select(Region)).first():
            db.add(Region(slug="amsterdam", name="Amsterdam"))
            db.flush()
        region = region_by_slug(db, "amsterdam")
        contact(db, region, at=organisation(db, region))


def people(database: Database) -> list[str]:
    """Who is in a region's network, over the tables that point to each other."""
    with database.reading() as db:
        wanted = select(Contact.display_name).join(Membership).join(Region).where(Region.slug == "amsterdam")
        return list(db.exec(wanted))


@pytest.mark.once
def test_migrations_form_one_line() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


@pytest.mark.once
def test_a_migration_knows_nothing_of_the_code_of_today() -> None:
    """It must run long after our types and functions have changed."""
    files = list((MIGRATIONS / "versions").glob("*.py"))
    imported = {
        name
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert files != []
    assert {name.partition(".")[0] for name in imported} <= {"alembic", "sqlalchemy", "datetime", "json", "uuid"}


def test_an_empty_sqlite_file_is_made_ready_and_another_database_only_when_told(
    empty: Database, settings: Settings
) -> None:
    if empty.is_sqlite:
        installation.prepare(settings, empty)
    else:
        with pytest.raises(installation.NotMigrated):
            installation.prepare(settings, empty)
        installation.prepare(settings, empty, migrate=True)

    assert installation.is_current(empty)
    with empty.reading() as db:
        assert [region.slug for region in db.exec(select(Region).order_by("position"))] == [
            "amsterdam",
            "almere",
            "rotterdam",
            "groningen",
        ]


def test_old_tables_are_never_changed_without_being_told(empty: Database, settings: Settings) -> None:
    with empty.transaction() as db:
        db.connection().execute(text("CREATE TABLE something_old (id INTEGER PRIMARY KEY)"))

    with pytest.raises(installation.NotMigrated):
        installation.prepare(settings, empty)

    assert list(columns(empty)) == ["something_old"]
