"""The inbox of signals and its judgements on the page."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from bsoo.regions import Region
from bsoo.registry.models import Contact, Organisation
from bsoo.signals.models import Signal, State
from tests import factories
from tests.conftest import People
from tests.reporting import WAIT, form, letters

SignIn = Callable[[Actor], TestClient]


@pytest.fixture
def kade(db: Session, amsterdam: Region) -> Organisation:
    return factories.organisation(db, amsterdam)


@pytest.fixture
def samira(db: Session, amsterdam: Region, kade: Organisation) -> Contact:
    return factories.contact(db, amsterdam, at=kade)


@pytest.fixture
def received(db: Session, amsterdam: Region, kade: Organisation, samira: Contact) -> Signal:
    return factories.signal(db, amsterdam, WAIT, at=kade, by=samira)


def test_a_coordinator_judges_and_gets_the_next_signal(
    db: Session, amsterdam: Region, received: Signal, people: People, signed_in: SignIn
) -> None:
    second = factories.signal(db, amsterdam, "De wasmachines van de inloop zijn stuk.")
    browser = signed_in(people.amsterdam)
    page = browser.get("/signalen")

    answer = browser.post(f"/signalen/{received.id}/besluit", data={"besluit": "agenda", "lijst": "nieuw"})
    following = browser.get(answer.headers["location"])

    assert "Gezinnen wachten langer op een plek in de nachtopvang" in page.text
    assert answer.headers["location"] == f"/signalen/{second.id}?lijst=nieuw"
    assert "De wasmachines van de inloop zijn stuk" in following.text
    assert letters(db) == ["signal_accepted"]


def test_declining_without_a_reason_keeps_the_page(received: Signal, people: People, signed_in: SignIn) -> None:
    browser = signed_in(people.amsterdam)

    answer = browser.post(f"/signalen/{received.id}/besluit", data={"besluit": "niet", "lijst": "nieuw"})

    assert answer.status_code == 422
    assert "Schrijf de reden op: de inzender leest die." in answer.text


@pytest.mark.parametrize("data", [{}, {"besluit": "weg"}, {"besluit": "niet", "reden": "x" * 5000}])
def test_an_odd_verdict_changes_nothing(
    db: Session, received: Signal, people: People, signed_in: SignIn, data: dict[str, str]
) -> None:
    answer = signed_in(people.amsterdam).post(f"/signalen/{received.id}/besluit", data=data)

    db.refresh(received)
    assert (answer.status_code, received.state) == (422, State.RECEIVED)


def test_asking_back_and_undoing_on_the_page(db: Session, received: Signal, people: People, signed_in: SignIn) -> None:
    browser = signed_in(people.amsterdam)

    asked = browser.post(f"/signalen/{received.id}/vraag", data={"vraag": "Om hoeveel gezinnen gaat het?"})
    undone = browser.post(f"/signalen/{received.id}/terug")

    db.refresh(received)
    assert (asked.status_code, undone.status_code, received.state) == (303, 303, State.RECEIVED)


def test_a_theme_is_changed_from_the_page(db: Session, received: Signal, people: People, signed_in: SignIn) -> None:
    browser = signed_in(people.amsterdam)

    odd = browser.post(f"/signalen/{received.id}/thema", data={"thema": "onzin"})
    changed = browser.post(f"/signalen/{received.id}/thema", data={"thema": "gezinnen"})

    db.refresh(received)
    assert (odd.status_code, changed.status_code, received.theme) == (422, 303, "gezinnen")


def test_staff_note_a_signal_on_the_page(db: Session, kade: Organisation, people: People, signed_in: SignIn) -> None:
    browser = signed_in(people.amsterdam)
    page = browser.get("/signalen/nieuw")

    refused = browser.post("/signalen/nieuw", data=form(regio="amsterdam"))
    noted = browser.post("/signalen/nieuw", data=form(regio="amsterdam", organisatie=str(kade.id)))

    assert "Signaal noteren" in page.text
    assert (refused.status_code, noted.status_code) == (422, 303)
    assert WAIT in refused.text
    assert db.exec(select(Signal.organisation_id)).all() == [kade.id]


def test_another_regions_signal_is_not_found(db: Session, almere: Region, people: People, signed_in: SignIn) -> None:
    theirs = factories.signal(db, almere)
    browser = signed_in(people.amsterdam)

    answers = [
        browser.get(f"/signalen/{theirs.id}"),
        browser.post(f"/signalen/{theirs.id}/besluit", data={"besluit": "telt"}),
        browser.post(f"/signalen/{theirs.id}/terug"),
        browser.get("/signalen/rommel"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]


def test_reading_roles_see_no_buttons(received: Signal, people: People, signed_in: SignIn) -> None:
    page = signed_in(people.reader).get(f"/signalen/{received.id}")

    assert page.status_code == 200
    assert "besluit" not in page.text


@pytest.mark.parametrize(
    "query", ["", "?lijst=zzz", "?bladzijde=-3", "?bladzijde=99999999999", "?lijst=telt&bladzijde=x"]
)
def test_odd_addresses_of_the_inbox_are_read_leniently(
    received: Signal, people: People, signed_in: SignIn, query: str
) -> None:
    assert signed_in(people.amsterdam).get(f"/signalen{query}").status_code == 200


def test_opening_a_signal_by_htmx_gives_the_block(received: Signal, people: People, signed_in: SignIn) -> None:
    browser = signed_in(people.amsterdam)
    address = f"/signalen/{received.id}"

    block = browser.get(address, headers={"HX-Request": "true", "HX-Target": "triage"})

    assert block.text.lstrip().startswith('<div id="triage"')
    assert "<h1" not in block.text
