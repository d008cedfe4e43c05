"""A big import says how far it is; when its process is gone nothing was written, and it is offered again."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import Session, col, func, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.db import Database
from bsoo.errors import Refused
from bsoo.regions import Region
from bsoo.registry.imports import background, progress, uploads
from bsoo.registry.models import Contact, Upload
from bsoo.settings import Settings
from tests.conftest import People
from tests.invited import SignIn
from tests.lists import text_of

BIG = [["Organisatie", "Naam", "E-mail"], *(["De Kade", f"An Vis{n}", f"an{n}@kade.example"] for n in range(2_001))]


@pytest.fixture
def held(db: Session, amsterdam: Region) -> Upload:
    return uploads.keep_upload(db, SYSTEM, amsterdam, text_of(BIG).encode(), "groot.csv")


def people_there(db: Session) -> int:
    return db.exec(select(func.count(col(Contact.id)))).one()


def test_an_import_tells_each_stage_and_how_much_is_done(db: Session, held: Upload) -> None:
    told: list[tuple[str, int, int]] = []

    uploads.planned_again(db, SYSTEM, held, lambda *said: told.append(said))

    assert told == [
        ("opening", 0, 0),
        *[("reading", done, 2002) for done in (0, 1000, 2000)],
        *[("comparing", done, 2001) for done in (0, 1000, 2000)],
    ]


def test_an_import_that_breaks_off_leaves_nothing_and_says_so(
    database: Database, db: Session, held: Upload, tmp_path: Path
) -> None:
    class Breaking(progress.Teller):
        def __call__(self, stage: str, done: int, of: int) -> None:
            super().__call__(stage, done, of)
            if stage == progress.WRITING:
                raise Refused("stroom weg")

    background.import_whole(database, SYSTEM, held.id, Breaking(tmp_path, held.id))

    ended = progress.progress_of(tmp_path, held.id)
    assert (ended.stage, ended.failed) == ("writing", "stroom weg") if ended else False
    assert people_there(db) == 0


def test_who_does_not_write_for_half_a_minute_is_gone(tmp_path: Path) -> None:
    upload_id = UUID(int=1)
    progress.Teller(tmp_path, upload_id)

    going = progress.progress_of(tmp_path, upload_id)

    assert going is not None
    assert [going.is_gone(clock.now() + timedelta(seconds=late)) for late in (25, 35)] == [False, True]
    assert progress.progress_of(tmp_path, UUID(int=2)) is None


def test_a_big_list_is_imported_after_the_answer_and_the_page_says_what_came_of_it(
    db: Session, people: People, signed_in: SignIn, held: Upload
) -> None:
    client = signed_in(people.amsterdam)

    answer = client.post(f"/netwerk/import/{held.id}/doorvoeren")
    page = client.get(answer.headers["location"])

    assert answer.headers["location"].endswith(f"/netwerk/import/{held.id}/voortgang")
    assert "2001 contacten toegevoegd, 0 bijgewerkt." in page.text
    assert people_there(db) == 2_001


def test_the_page_of_a_running_import_refreshes_and_one_that_stopped_offers_it_again(
    people: People, signed_in: SignIn, held: Upload, client: TestClient
) -> None:
    browser = signed_in(people.amsterdam)
    app_settings: Settings = client.app.state.settings  # type: ignore[attr-defined] # Starlette's type of an app has no state
    teller = progress.Teller(app_settings.data, held.id)
    teller(progress.COMPARING, 500, 2_001)

    running = browser.get(f"/netwerk/import/{held.id}/voortgang").text
    teller.fail("De schijf is vol.")
    stopped = browser.get(f"/netwerk/import/{held.id}/voortgang").text
    teller.end()

    assert ("500 van 2001" in running, "every 1s" in running) == (True, True)
    assert ("De schijf is vol." in stopped, "every 1s" in stopped, "Probeer opnieuw" in stopped) == (True, False, True)
