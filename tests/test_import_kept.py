"""What would happen with each row of a held list is kept for its next page, as long as nothing changed since."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import clock, i18n, jobs, logbook
from bsoo.access.actor import SYSTEM
from bsoo.db import Database
from bsoo.mail import blocking
from bsoo.regions import Region
from bsoo.registry.imports import deciding, kept, uploads, verdicts
from bsoo.registry.imports.changes import Answer
from bsoo.registry.imports.outcome import Outcome
from bsoo.registry.models import Contact, Upload
from bsoo.settings import Settings
from tests.conftest import People
from tests.invited import SignIn
from tests.lists import imported, text_of

Frozen = Callable[[datetime], AbstractContextManager[None]]

HEADS = ["Organisatie", "Naam", "E-mail", "Telefoon", "Uitnodigen", "Thema", "Regio", "Opmerkingen"]
BEFORE = [
    HEADS,
    ["De Kade", "Anna Smit", "a@kade.example", "0612345678", "ja", "", "", ""],
    ["De Kade", "Bram Vis", "b@kade.example", "0612345670", "ja", "", "", ""],
    ["De Kade", "Gijs Wit", "g@kade.example", "0612345671", "ja", "", "", ""],
    ["De Kade", "Hana Pot", "h@kade.example", "0612345672", "ja", "", "", ""],
]
NOW = [
    HEADS,
    ["De Kade", "Anna Smit", "a@kade.example", "0687654321", "nee", "huiskamer; onderdak", "", ""],
    ["De Kade", "Bram Vis", "bram@kade.example", "", "ja", "", "", ""],
    ["De Linde", "Cas Bos", "c@linde.example", "", "ja", "", "", "uit dienst"],
    ["De Linde", "Cas Bos", "c@linde.example", "", "", "", "", ""],
    ["De Linde", "Dewi Bakker", "dewi(at)linde.example", "", "", "", "", ""],
    ["De Linde", "Eva Kok", "e@linde.example", "", "", "", "Almere", ""],
    ["De Linde", "Fien Mol", "f@linde.example", "", "", "", "", ""],
    ["De Kade", "Gijs Wit", "g@kade.example", "0612345671", "nee", "", "", ""],
    ["De Kade", "Hana Pot", "h@kade.example", "0612345672", "ja", "", "", ""],
    ["Totaal", "9", "", "", "", "", "", ""],
]


@pytest.fixture
def upload(db: Session, amsterdam: Region, almere: Region) -> Upload:
    """A list with a row of every verdict."""
    imported(db, amsterdam, [[*row] for row in BEFORE])
    anna = db.exec(select(Contact).where(Contact.given_name == "Anna")).one()
    anna.phone = "+31600000000"
    db.add(anna)
    db.flush()
    held = uploads.keep_upload(db, SYSTEM, amsterdam, text_of(NOW).encode(), "lijst.csv")
    deciding.leave_out(db, SYSTEM, held, ["0.8"])
    return held


def asked(db: Session, upload: Upload, folder: Path) -> tuple[Outcome, bool]:
    """An outcome, and whether it was made for it."""
    told: list[str] = []
    found = kept.outcome(db, SYSTEM, upload, folder, lambda stage, done, of: told.append(stage))
    return found, bool(told)


def shown(outcome: Outcome) -> list[object]:
    """All that pages and the marked list show."""
    rows: list[object] = [
        (each.verdict, each.row.key, each.differences, each.clashes, verdicts.reason(each), _row(each.row))
        for each in outcome.judged
    ]
    return [*rows, outcome.found.tables, outcome.found.words, outcome.totals, outcome.would_write]


_row = attrgetter("name", "emails", "organisation", "role", "left", "invited", "fault", "left_out", "elsewhere")


def test_what_is_kept_of_a_list_says_all_that_its_plan_says(db: Session, upload: Upload, tmp_path: Path) -> None:
    planned = uploads.planned_again(db, SYSTEM, upload)

    made, kept_again = asked(db, upload, tmp_path), asked(db, upload, tmp_path)

    assert [verdict for verdict, count in planned.verdicts.items() if not count] == []
    assert (made[1], kept_again[1]) == (True, False)
    assert shown(kept_again[0]) == shown(made[0]) == shown(planned)


def answered(db: Session, upload: Upload) -> None:
    deciding.answer(db, SYSTEM, upload, ["0.3"], Answer.SAME)


def noted(db: Session, upload: Upload) -> None:
    logbook.note(db, SYSTEM, "contact.changed", upload)
    db.flush()


def closed(db: Session, upload: Upload) -> None:
    blocking.block(db, "f@linde.example")


@pytest.mark.parametrize("happens", [answered, noted, closed])
def test_what_is_kept_is_made_anew_when_what_it_was_made_from_is_another(
    db: Session, upload: Upload, tmp_path: Path, happens: Callable[[Session, Upload], None]
) -> None:
    asked(db, upload, tmp_path)

    happens(db, upload)

    assert [asked(db, upload, tmp_path)[1] for _ in range(2)] == [True, False]


def test_on_another_day_and_in_another_language_it_is_made_anew(
    db: Session, upload: Upload, tmp_path: Path, frozen: Frozen
) -> None:
    asked(db, upload, tmp_path)

    with frozen(clock.now() + timedelta(days=1)):
        tomorrow = asked(db, upload, tmp_path)
    with i18n.speaking("en"):
        in_english = asked(db, upload, tmp_path)

    assert (tomorrow[1], in_english[1]) == (True, True)


@pytest.mark.parametrize("broken", ["", "{", '["x", [], []]\n', "[]\n"])
def test_a_file_that_says_nothing_is_made_anew(db: Session, upload: Upload, tmp_path: Path, broken: str) -> None:
    asked(db, upload, tmp_path)
    (file,) = (tmp_path / "imports").iterdir()
    file.write_text(broken)

    assert [asked(db, upload, tmp_path)[1] for _ in range(2)] == [True, False]


@pytest.mark.parametrize("how", ["doorvoeren", "weg"])
def test_when_a_list_is_decided_about_nothing_of_it_is_kept(
    people: People, signed_in: SignIn, upload: Upload, how: str
) -> None:
    browser = signed_in(people.amsterdam)
    file = folder_of(browser) / "imports" / f"{upload.id}.outcome"
    browser.get(f"/netwerk/import/{upload.id}")
    was_there = file.exists()

    browser.post(f"/netwerk/import/{upload.id}/{how}")

    assert (was_there, file.exists()) == (True, False)


def test_what_was_true_a_day_ago_is_deleted_with_whatever_was_left_behind(
    database: Database, db: Session, upload: Upload, settings: Settings, tmp_path: Path
) -> None:
    own = settings.model_copy(update={"data": tmp_path})
    asked(db, upload, tmp_path)
    half = tmp_path / "imports" / f"{clock.new_id()}.outcome.{clock.new_id()}"
    half.write_text("half of one")
    half.with_name("somebody's.json").write_text("how far an import is")
    db.commit()

    job = jobs.job("retention")
    assert job is not None
    job.work(database, own)

    assert [path.name for path in (tmp_path / "imports").iterdir()] == ["somebody's.json"]


def folder_of(browser: TestClient) -> Path:
    found: Settings = browser.app.state.settings  # type: ignore[attr-defined] # Starlette's type of an app has no state
    return found.data
