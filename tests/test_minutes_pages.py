"""The page on which minutes are made, with and without a script."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.meetings.models import Attendance, Meeting, Presence
from bsoo.minutes import actions
from bsoo.minutes.actions import Typed
from bsoo.minutes.models import Action, Block, Minutes
from bsoo.regions import Region
from tests import factories
from tests.conftest import People
from tests.minuting import item, meeting, minutes, note
from tests.statements import how_many

FIXTURES = (
    meeting,
    minutes,
)
"""pytest finds them here by their names."""


PAGE = "/overleggen/amsterdam/2026-4/verslag"


@pytest.fixture
def coordinator(signed_in: Callable[[Actor], TestClient], people: People) -> TestClient:
    return signed_in(people.amsterdam)


def test_a_line_is_written_without_a_script(
    db: Session, coordinator: TestClient, people: People, meeting: Meeting
) -> None:
    point = item(db, meeting)
    form = {"item": str(point.id), "text": "! maakt een lijst", "before": "18 december", "client_key": "k1"}

    answer = coordinator.post(PAGE, data=form)
    page = coordinator.get(answer.headers["location"]).text

    assert answer.status_code == 303
    assert "maakt een lijst" in page
    assert "vrijdag 18 december 2026" in page


def test_sending_a_form_twice_writes_one_line(db: Session, coordinator: TestClient, meeting: Meeting) -> None:
    for _again in range(2):
        coordinator.post(PAGE, data={"text": "De Kade ziet meer.", "client_key": "k1"})

    assert len(db.exec(select(Block.id)).all()) == 1


def test_with_htmx_only_the_lines_come_back(db: Session, coordinator: TestClient, meeting: Meeting) -> None:
    coordinator.post(PAGE, data={"text": "De Kade ziet meer.", "client_key": "k1"})

    fragment = coordinator.get(PAGE, headers={"HX-Request": "true", "HX-Target": "section#regels"}).text

    assert fragment.lstrip().startswith('<section class="live-main" id="regels"')
    assert "De Kade ziet meer." in fragment
    assert "<html" not in fragment


def test_a_refused_line_keeps_what_was_typed(db: Session, coordinator: TestClient, meeting: Meeting) -> None:
    answer = coordinator.post(
        PAGE, data={"text": "Bel 06 12345678 & <b>vraag</b>", "who": "Carlijn", "before": "vrijdag", "level": "public"}
    )

    assert answer.status_code == 422
    assert "Bel 06 12345678 &amp; &lt;b&gt;vraag&lt;/b&gt;" in answer.text
    assert 'value="Carlijn"' in answer.text
    assert db.exec(select(Block.id)).all() == []


def test_a_conflict_shows_both_texts(db: Session, coordinator: TestClient, people: People, minutes: Minutes) -> None:
    block = note(db, people.amsterdam, minutes, "Eerste tekst.")
    actions.change_block(db, people.administrator, block, Typed("Tekst van Noor."), revision=1)
    db.commit()

    answer = coordinator.post(f"{PAGE}/regel/{block.id}", data={"text": "Tekst van Samira.", "revision": "1"})

    assert answer.status_code == 409
    assert "Tekst van Noor." in answer.text
    assert "Tekst van Samira." in answer.text
    again = coordinator.post(f"{PAGE}/regel/{block.id}", data={"text": "Tekst van Samira.", "revision": "2"})
    assert again.status_code == 303


def test_removing_a_line_offers_to_put_it_back(
    db: Session, coordinator: TestClient, people: People, minutes: Minutes
) -> None:
    block = note(db, people.amsterdam, minutes, "Weg hiermee.")
    db.commit()

    gone = coordinator.get(coordinator.post(f"{PAGE}/regel/{block.id}/weg").headers["location"]).text
    back = coordinator.get(coordinator.post(f"{PAGE}/regel/{block.id}/terug").headers["location"]).text

    assert ("Weg hiermee." in gone, f"{PAGE}/regel/{block.id}/terug" in gone) == (False, True)
    assert "Weg hiermee." in back


def test_the_short_version_can_be_written_before_the_first_line(
    db: Session, coordinator: TestClient, meeting: Meeting
) -> None:
    answer = coordinator.post(f"{PAGE}/kort", data={"summary": "Wij delen plekken.", "revision": "0"})

    assert answer.status_code == 303
    assert db.exec(select(Minutes.summary)).one() == "Wij delen plekken."


def test_the_page_of_another_region_is_not_there(
    signed_in: Callable[[Actor], TestClient], people: People, meeting: Meeting
) -> None:
    assert signed_in(people.almere).get(PAGE).status_code == 404


def test_actions_are_closed_from_their_list(
    db: Session, coordinator: TestClient, people: People, minutes: Minutes
) -> None:
    note(db, people.amsterdam, minutes, "! belt rond")
    db.commit()
    action = db.exec(select(Action)).one()

    refused = coordinator.post(f"/acties/{action.id}", data={"state": "dropped"})
    closed = coordinator.post(f"/acties/{action.id}", data={"state": "dropped", "progress": "Niet meer nodig."})

    assert (refused.status_code, closed.status_code) == (422, 303)
    assert "Niet meer nodig." in coordinator.get("/acties?gesloten=ja").text
    assert "belt rond" not in coordinator.get("/acties").text


@pytest.mark.parametrize("address", ["/acties?bladzijde=x", "/acties?bladzijde=-1", f"{PAGE}?punt=%00&niveau=alles"])
def test_rubbish_in_an_address_is_a_plain_page(coordinator: TestClient, meeting: Meeting, address: str) -> None:
    assert coordinator.get(address).status_code == 200


def test_the_list_of_actions_asks_as_much_for_three_as_for_one(
    db: Session, database: Database, coordinator: TestClient, people: People, minutes: Minutes
) -> None:
    note(db, people.amsterdam, minutes, "! een")
    db.commit()
    coordinator.get("/acties")
    for_one = how_many(database, lambda: coordinator.get("/acties"))
    for text in ("! twee", "! drie"):
        note(db, people.amsterdam, minutes, text)
    db.commit()

    assert how_many(database, lambda: coordinator.get("/acties")) == for_one


def test_who_was_there_can_be_chosen_as_owner(
    db: Session, coordinator: TestClient, meeting: Meeting, amsterdam: Region
) -> None:
    contact = factories.contact(db, amsterdam, "Bram Akker")
    db.add(Attendance(meeting_id=meeting.id, contact_id=contact.id, presence=Presence.PRESENT))
    db.commit()

    assert '<option value="Bram Akker">' in coordinator.get(PAGE).text
