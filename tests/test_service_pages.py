"""The pages of services: the list, the work list, one service, the form."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.regions import Region
from bsoo.registry.models import Organisation
from bsoo.services.models import Service, Standing
from tests.conftest import People
from tests.factories import organisation
from tests.statements import how_many

SignedIn = Callable[[Actor], TestClient]

TYPED = {
    "name_nl": "Nachtopvang",
    "name_en": "Night shelter",
    "description_nl": "Een bed en een maaltijd.",
    "region": "amsterdam",
    "theme": "onderdak",
    "groups": ["families"],
    "languages": ["nl", "ti"],
    "hours": "dagelijks 20-8",
    "found_at": "confidential",
    "street": "Wilgenpad 12",
    "phone": "020 123 4567",
    "is_public": "1",
}


@pytest.fixture
def kade(db: Session, amsterdam: Region) -> Organisation:
    made = organisation(db, amsterdam)
    db.commit()
    return made


@pytest.fixture
def nights(db: Session, kade: Organisation, amsterdam: Region) -> Service:
    made = Service(organisation_id=kade.id, region_id=amsterdam.id, name_nl="Nachtopvang", theme="onderdak")
    db.add(made)
    db.commit()
    return made


def test_a_coordinator_adds_a_service_and_sees_it(
    db: Session, people: People, signed_in: SignedIn, kade: Organisation
) -> None:
    browser = signed_in(people.amsterdam)

    form = browser.get(f"/netwerk/organisaties/{kade.id}/diensten/nieuw")
    answer = browser.post(f"/netwerk/organisaties/{kade.id}/diensten", data=TYPED)
    page = browser.get(answer.headers["location"])

    made = db.exec(select(Service)).one()
    assert form.status_code == 200
    assert answer.headers["location"] == f"/netwerk/diensten/{made.id}"
    for shown in (
        "Nachtopvang",
        "Gezinnen",
        "Nederlands, Tigrinya",
        "ma-zo 20.00-8.00",
        "020 123 4567",
        "Geheim: alleen",
    ):
        assert shown in page.text, shown


def test_a_refused_form_keeps_what_was_typed_and_asks_about_names(
    db: Session, people: People, signed_in: SignedIn, kade: Organisation
) -> None:
    browser = signed_in(people.amsterdam)
    asking = {**TYPED, "description_nl": "Slapen bij Habtom voor wie geen bed heeft."}

    refused = browser.post(f"/netwerk/organisaties/{kade.id}/diensten", data=asking)
    taken = browser.post(f"/netwerk/organisaties/{kade.id}/diensten", data={**asking, "not_names": ["Habtom"]})

    assert refused.status_code == 422
    assert "Slapen bij Habtom voor wie geen bed heeft." in refused.text
    assert "‘Habtom’ wijst niemand aan" in refused.text
    assert taken.status_code == 303
    assert db.exec(select(Service.not_names)).all() == [["Habtom"]]


def test_the_edit_form_holds_what_is_known_and_saves_a_change(
    db: Session, people: People, signed_in: SignedIn, nights: Service
) -> None:
    browser = signed_in(people.amsterdam)

    form = browser.get(f"/netwerk/diensten/{nights.id}/bewerk")
    changed = {"name_nl": "Nachthuis", "theme": "onderdak", "revision": "1", "standing": "paused"}
    answer = browser.post(f"/netwerk/diensten/{nights.id}", data=changed)
    again = browser.post(f"/netwerk/diensten/{nights.id}", data=changed)

    db.refresh(nights)
    assert 'value="Nachtopvang"' in form.text
    assert (answer.status_code, again.status_code) == (303, 409)
    assert (nights.name_nl, nights.standing) == ("Nachthuis", Standing.PAUSED)


def test_checking_in_the_work_list_makes_it_shorter_and_can_be_undone(
    db: Session, people: People, signed_in: SignedIn, nights: Service
) -> None:
    browser = signed_in(people.amsterdam)
    nights.checked_on = date(2026, 1, 5)
    db.commit()

    before = browser.get("/netwerk/diensten?kijk=to-check")
    answer = browser.post(f"/netwerk/diensten/{nights.id}/nagekeken", data={"terug": "lijst"})
    after = browser.get(answer.headers["location"])
    browser.post(f"/netwerk/diensten/{nights.id}/niet-nagekeken?eerder=2026-01-05")

    db.refresh(nights)
    assert "1 dienst wacht op een controle" in before.text
    assert "Niets na te kijken" in after.text
    assert f"{nights.id}/niet-nagekeken?eerder=2026-01-05" in after.text
    assert nights.checked_on == date(2026, 1, 5)


def test_the_block_of_the_list_can_be_fetched_alone(people: People, signed_in: SignedIn, nights: Service) -> None:
    headers = {"HX-Request": "true", "HX-Target": "section#lijst"}

    block = signed_in(people.amsterdam).get("/netwerk/diensten", headers=headers)

    assert "Nachtopvang" in block.text
    assert "<h1" not in block.text


def test_ending_a_service_can_be_undone(db: Session, people: People, signed_in: SignedIn, nights: Service) -> None:
    browser = signed_in(people.amsterdam)

    browser.post(f"/netwerk/diensten/{nights.id}/einde")
    ended = browser.get(f"/netwerk/diensten/{nights.id}")
    browser.post(f"/netwerk/diensten/{nights.id}/terug")

    db.refresh(nights)
    assert "Deze dienst is gestopt" in ended.text
    assert nights.standing is Standing.RUNNING


def test_a_reader_sees_services_and_changes_nothing(people: People, signed_in: SignedIn, nights: Service) -> None:
    browser = signed_in(people.reader)

    page = browser.get(f"/netwerk/diensten/{nights.id}")
    listed = browser.get("/netwerk/diensten")

    assert (page.status_code, listed.status_code) == (200, 200)
    assert 'nagekeken"' not in page.text + listed.text
    assert browser.get(f"/netwerk/diensten/{nights.id}/bewerk").status_code == 403
    assert browser.post(f"/netwerk/diensten/{nights.id}/nagekeken").status_code == 403
    assert browser.get(f"/netwerk/organisaties/{nights.organisation_id}/diensten/nieuw").status_code == 403


def test_an_empty_map_says_how_to_begin(people: People, signed_in: SignedIn) -> None:
    assert "Nog geen diensten" in signed_in(people.amsterdam).get("/netwerk/diensten").text


def test_a_list_of_services_takes_the_same_statements_for_one_and_for_many(
    db: Session, database: Database, people: People, signed_in: SignedIn, nights: Service
) -> None:
    browser = signed_in(people.amsterdam)
    one = how_many(database, lambda: browser.get("/netwerk/diensten"))
    for number in range(5):
        db.add(Service(organisation_id=nights.organisation_id, region_id=nights.region_id, name_nl=f"Dienst {number}"))
    db.commit()

    assert how_many(database, lambda: browser.get("/netwerk/diensten")) == one <= 6
