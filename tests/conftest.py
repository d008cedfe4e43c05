"""One engine for the session, one rolled-back transaction for each test, a clock that stands still."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from bsoo import clock, i18n, regions, tables
from bsoo.access import actions as access
from bsoo.access import queries as access_queries
from bsoo.access.actor import Actor
from bsoo.access.models import Grant, Role, User
from bsoo.app import make_app
from bsoo.db import Database
from bsoo.installation import introduce
from bsoo.regions import Region
from bsoo.registry import consents
from bsoo.routes.edge import SESSION_COOKIE
from bsoo.settings import Settings
from bsoo.signals import themes
from tests.pages import CheckedClient

hypothesis.settings.register_profile(
    "bsoo",
    deadline=None,  # a busy machine is no mistake
    # To make a failing example smaller takes minutes where a database is asked: --hypothesis-profile=default does it.
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.reuse, hypothesis.Phase.generate),
)
hypothesis.settings.load_profile("bsoo")

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Monday 23 November 2026, nine o'clock in Amsterdam: week 9 of the fourth quarter."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for no database, however far away, has nothing to say about a second one."""
    for item in items:
        if "database_url" not in getattr(item, "fixturenames", ()):
            item.add_marker("once")


def pytest_collection_finish() -> None:
    """What was imported stays: to look through it again and again for garbage took a thirtieth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database of this run: the only place that knows which engine it is."""
    file = tmp_path_factory.mktemp("database") / "test.sqlite3"
    return os.environ.get("BSOO_TEST_DATABASE_URL", f"sqlite:///{file}")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Settings:
    return settings_for(tmp_path_factory.mktemp("data"), database_url)


def settings_for(data: Path, database_url: str = "") -> Settings:
    return Settings(
        _env_file=None,
        data=data,
        database_url=database_url,
        base_url="http://testserver",
        secret_key="a secret that is only for the tests of bsoo",
        jobs=False,
        mail_hold=0,
    )


@pytest.fixture(scope="session")
def engine_database(settings: Settings) -> Iterator[Database]:
    """The database of the session, with tables, regions and themes and nothing else."""
    database = Database(settings.database)
    tables.metadata.drop_all(database.engine)
    tables.metadata.create_all(database.engine)
    with database.transaction() as db:
        regions.make_first_regions(db)
        themes.make_first_themes(db)
        consents.make_first_text(db)
    yield database
    database.engine.dispose()


@pytest.fixture
def database(engine_database: Database) -> Iterator[Database]:
    """The database with everything of this test rolled back afterwards."""
    with engine_database.engine.connect() as connection:
        outer = connection.begin()
        with engine_database.bound_to(connection):
            yield engine_database
        outer.rollback()


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    """A session for arranging and asserting; what it flushes, requests see after `db.commit()`."""
    with database.open_session() as session:
        yield session


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[datetime], AbstractContextManager[None]]]:
    """The clock stands at NOW; `with frozen(moment):` puts it elsewhere."""
    present = [NOW]
    monkeypatch.setattr(clock, "_instant", lambda: present[0])

    @contextmanager
    def at(moment: datetime) -> Iterator[None]:
        before, present[0] = present[0], moment
        try:
            yield
        finally:
            present[0] = before

    with i18n.speaking("nl"):
        yield at


@pytest.fixture(scope="session")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_for(tmp_path_factory.getbasetemp())


@pytest.fixture(autouse=True)
def installation(own_settings: Settings) -> None:
    introduce(own_settings)


@pytest.fixture
def amsterdam(db: Session) -> Region:
    return regions.region_by_slug(db, "amsterdam")


@pytest.fixture
def almere(db: Session) -> Region:
    return regions.region_by_slug(db, "almere")


@dataclass(frozen=True)
class People:
    """Staff with different roles, as actors."""

    administrator: Actor
    amsterdam: Actor
    almere: Actor
    advocacy: Actor
    reader: Actor


@pytest.fixture
def people(db: Session, amsterdam: Region, almere: Region) -> People:
    """A coordinator of each region, somebody for advocacy, a reader of Amsterdam, an administrator."""
    staff = {
        "administrator": ("Noor Haddad", Role.ADMINISTRATOR, None),
        "amsterdam": ("Samira Amrani", Role.COORDINATOR, amsterdam.id),
        "almere": ("Pieter Smit", Role.COORDINATOR, almere.id),
        "advocacy": ("Eva Jansen", Role.ADVOCACY, None),
        "reader": ("Leo Lezer", Role.READER, amsterdam.id),
    }
    users = {
        post: User(email=f"{name.lower().replace(' ', '.')}@bsoo.example", name=name)
        for post, (name, _role, _region) in staff.items()
    }
    db.add_all(users.values())
    db.flush()
    db.add_all(Grant(user_id=users[post].id, role=role, region_id=region) for post, (_, role, region) in staff.items())
    db.commit()
    return People(
        **{post: access_queries.as_actor(users[post], ((role, region),)) for post, (_, role, region) in staff.items()}
    )


@pytest.fixture(scope="session")
def application(settings: Settings, engine_database: Database) -> FastAPI:
    """One for all tests: FastAPI prepares a route when it is first asked for, which takes longer than most tests."""
    return make_app(settings, engine_database)


@pytest.fixture
def client(application: FastAPI, database: Database) -> Iterator[CheckedClient]:
    """A browser without a session, which checks every page that it gets."""
    with CheckedClient(application, follow_redirects=False) as browser:
        yield browser


@pytest.fixture
def signed_in(client: CheckedClient, db: Session) -> Callable[[Actor], TestClient]:
    """The client with the session of a member of staff."""

    def come_in(actor: Actor) -> TestClient:
        user = db.get(User, actor.id)
        assert user is not None
        client.cookies.set(SESSION_COOKIE, access.open_browser(db, user))
        db.commit()
        return client

    return come_in


@pytest.fixture
def shared_data() -> Path:
    """The sample contact lists beside the repository; tests that need them are skipped without."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the sample contact lists are not on this machine (../shared/data)")
    return folder
