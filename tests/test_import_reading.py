"""A big list is read after the answer: a page says how far that is, it can be stopped, and a broken list is let go."""

from pathlib import Path

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo.access.actor import SYSTEM
from bsoo.db import Database
from bsoo.errors import Refused
from bsoo.regions import Region
from bsoo.registry.imports import background, progress, spreadsheets, uploads
from bsoo.registry.models import Upload
from bsoo.settings import Settings
from tests.conftest import People
from tests.invited import SignIn
from tests.lists import file_of, text_of

LIST = [["Organisatie", "Naam", "E-mail"], *(["De Kade", f"An Vis{n}", f"an{n}@kade.example"] for n in range(3))]
DATA = text_of(LIST).encode()
LONG = DATA + (b" " * 999 + b"\n") * (background.LONG // 1_000 + 1)


@pytest.fixture
def held(db: Session, amsterdam: Region) -> Upload:
    return background.hold(db, SYSTEM, amsterdam, DATA, "groot.csv")


@pytest.fixture
def folder(client: TestClient) -> Path:
    app_settings: Settings = client.app.state.settings  # type: ignore[attr-defined] # Starlette's type of an app has no state
    return app_settings.data


def test_a_workbook_tells_that_it_is_opened_and_its_program_is_ended_when_nobody_wants_it() -> None:
    told: list[str] = []

    def stop(stage: str, done: int, of: int) -> None:
        told.append(stage)
        if len(told) == 2:
            raise progress.Stopped

    with pytest.raises(progress.Stopped):
        spreadsheets.read(file_of([["E-mail"], ["an@kade.example"]]), stop)

    assert told == ["opening", "opening"]


def test_a_list_that_was_read_knows_its_layout_and_its_rows(
    database: Database, db: Session, held: Upload, tmp_path: Path
) -> None:
    background.read_whole(database, SYSTEM, held.id, progress.Teller(tmp_path, held.id))

    db.refresh(held)
    assert (bool(held.layout), held.totals["rows"], held.totals["new"]) == (True, 3, 3)
    assert progress.progress_of(tmp_path, held.id) is None


def test_a_list_that_cannot_be_read_is_let_go_and_why_is_told(
    database: Database, db: Session, amsterdam: Region, tmp_path: Path
) -> None:
    held = background.hold(db, SYSTEM, amsterdam, b"<html>geen lijst</html>", "lijst.xlsx")

    background.read_whole(database, SYSTEM, held.id, progress.Teller(tmp_path, held.id))

    db.refresh(held)
    told = progress.progress_of(tmp_path, held.id)
    assert (held.content, held.discarded_at is None) == (None, False)
    assert told is not None
    assert told.failed == "Deze lijst kunnen we niet lezen. Sla hem op als XLSX, ODS of CSV en probeer het opnieuw."


def test_who_stops_is_heard_by_who_reads(database: Database, db: Session, held: Upload, tmp_path: Path) -> None:
    teller = progress.Teller(tmp_path, held.id, lambda: background.is_wanted(database, SYSTEM, held.id))
    uploads.discard(db, SYSTEM, held)

    with pytest.raises(progress.Stopped):
        teller(progress.READING, 1, 3)


def test_a_file_that_is_empty_or_too_large_is_refused_before_it_is_held(db: Session, amsterdam: Region) -> None:
    for harm in (b"", b"a" * (spreadsheets.MAX_BYTES + 1)):
        with pytest.raises(Refused):
            background.hold(db, SYSTEM, amsterdam, harm, "lijst.csv")

    assert db.exec(select(Upload)).all() == []


def test_a_big_upload_goes_to_the_page_that_says_how_far_reading_is(people: People, signed_in: SignIn) -> None:
    browser = signed_in(people.amsterdam)

    answer = browser.post(
        "/netwerk/import", data={"region": "amsterdam"}, files={"file": ("groot.csv", LONG, "text/csv")}
    )
    page = browser.get(answer.headers["location"])
    columns = browser.get(answer.headers["location"].replace("/lezen", "/kolommen"))

    assert answer.headers["location"].endswith("/lezen")
    assert "De lijst is gelezen: 3 regels." in page.text
    assert columns.status_code == 200


def test_the_page_refreshes_while_it_is_read_and_offers_it_again_when_the_process_is_gone(
    people: People, signed_in: SignIn, held: Upload, folder: Path
) -> None:
    browser = signed_in(people.amsterdam)
    at = f"/netwerk/import/{held.id}"
    teller = progress.Teller(folder, held.id)
    teller(progress.READING, 1, 3)

    running = browser.get(f"{at}/lezen").text
    teller.end()
    stopped = browser.get(f"{at}/lezen").text
    elsewhere = [browser.get(f"{at}{page}").headers["location"] for page in ("", "/kolommen")]
    again = browser.post(f"{at}/lezen")
    read = browser.get(f"{at}/lezen").text

    assert ("1 van 3" in running, "every 1s" in running, 'http-equiv="refresh"' in running) == (True, True, True)
    assert ("Het lezen is halverwege gestopt" in stopped, "every 1s" in stopped) == (True, False)
    assert {where.rpartition("/")[2] for where in elsewhere} == {"lezen"}
    assert (again.status_code, "De lijst is gelezen" in read) == (303, True)


def test_who_stops_sees_that_the_file_is_gone(people: People, signed_in: SignIn, held: Upload) -> None:
    browser = signed_in(people.amsterdam)

    browser.post(f"/netwerk/import/{held.id}/weg")
    page = browser.get(f"/netwerk/import/{held.id}/lezen")

    assert "Gestopt. Het bestand is gewist" in page.text
