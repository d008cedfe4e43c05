"""The pages of people and organisations: what they show, ask of the database and change."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.regions import Region
from bsoo.registry.organisation_queries import organisation_page
from tests import factories
from tests.conftest import People
from tests.network import house, membership_of, seats_of
from tests.statements import statements

SignIn = Callable[[Actor], TestClient]


def test_the_list_takes_as_many_statements_for_400_people_as_for_40(
    db: Session, database: Database, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade")
    client = signed_in(people.amsterdam)
    counted = []
    for number in range(400):
        factories.contact(db, amsterdam, f"Anna Naam{number}", at=kade, email=f"a{number}@kade.example.org")
        if number in (39, 399):
            db.commit()
            with statements(database) as asked:
                assert client.get("/netwerk").status_code == 200
            counted.append(len(asked))

    assert counted[0] == counted[1] <= 6


def test_pages_of_a_contact_and_an_organisation_take_at_most_six_statements(
    db: Session, database: Database, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade", themes=("onderdak",))
    contact = factories.contact(db, amsterdam, at=kade)
    db.commit()
    client = signed_in(people.amsterdam)

    for page in (f"contacten/{contact.id}", f"organisaties/{kade.id}"):
        with statements(database) as asked:
            assert client.get(f"/netwerk/{page}").status_code == 200
        assert len(asked) <= 6, asked


def test_the_page_of_an_organisation_shows_its_people_and_its_signals(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade")
    here = factories.contact(db, amsterdam, "Anna Visser", at=kade)
    factories.contact(db, amsterdam, "Bram Bakker", at=kade, ended_on=date(2026, 9, 1))
    factories.signal(db, amsterdam, "Gezinnen wachten langer op een plek.", at=kade, by=here)
    db.commit()

    page = organisation_page(db, people.amsterdam, kade.id)
    shown = signed_in(people.amsterdam).get(f"/netwerk/organisaties/{kade.id}").text

    assert [colleague.name for colleague in page.here] == ["Anna Visser"]
    assert [colleague.name for colleague in page.left] == ["Bram Bakker"]
    assert page.region_ids == [amsterdam.id]
    assert "Gezinnen wachten langer op een plek." in shown


def test_searching_swaps_the_list_alone(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    factories.contact(db, amsterdam, "Anna Visser", at=house(db, amsterdam, "De Kade"))
    db.commit()

    block = signed_in(people.amsterdam).get(
        "/netwerk?q=visser", headers={"HX-Request": "true", "HX-Target": "gevonden"}
    )

    assert block.text.lstrip().startswith('<div id="gevonden"')
    assert "Anna Visser" in block.text


@pytest.mark.parametrize(
    "query", ["bladzijde=x", "bladzijde=99999999999", "volgorde=z&groep=z&soort=z&thema=z&kijk=z", "q=%00%ff"]
)
def test_rubbish_in_the_address_still_gives_a_page(people: People, signed_in: SignIn, query: str) -> None:
    assert signed_in(people.amsterdam).get(f"/netwerk?{query}").status_code == 200


def test_an_empty_network_says_what_to_do(people: People, signed_in: SignIn) -> None:
    assert "Nog geen contacten" in signed_in(people.amsterdam).get("/netwerk").text


def test_a_contact_is_added_and_changed_on_the_pages(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    client = signed_in(people.amsterdam)
    typed = {
        "email": "f@kade.example.org",
        "family_name": "Vries",
        "organisation": "De Kade",
        "region": "amsterdam",
        "status": "invited",
    }

    page = client.post("/netwerk/contacten", data=typed).headers["location"]
    client.post(page, data=typed | {"revision": "1", "given_name": "Femke", "role": "kok"})
    shown = client.get(page).text

    assert "<h1>Femke Vries</h1>" in shown
    assert "kok" in shown


def test_a_refused_form_keeps_what_was_typed(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    factories.contact(db, amsterdam, "Anna Visser", email="a@kade.example.org")
    db.commit()
    typed = {"email": "a@kade.example.org", "family_name": "<Vries>", "region": "amsterdam", "role": "x" * 200}

    long = signed_in(people.amsterdam).post("/netwerk/contacten", data=typed)
    double = signed_in(people.amsterdam).post("/netwerk/contacten", data=typed | {"role": "kok"})

    assert (long.status_code, double.status_code) == (422, 422)
    assert 'value="&lt;Vries&gt;"' in double.text
    assert "Anna Visser heeft dit adres al" in double.text
    assert "hoogstens 120" in long.text


def test_leaving_and_coming_back_on_the_page(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    contact = factories.contact(db, amsterdam, at=house(db, amsterdam, "De Kade"))
    seat = seats_of(db, contact)[0]
    db.commit()
    client = signed_in(people.amsterdam)
    place = f"/netwerk/contacten/{contact.id}/functies/{seat.id}"

    unclear = client.post(f"{place}/einde", data={"on": "gisteren"})
    left = client.post(f"{place}/einde", data={"on": "2026-11-01", "because": "pensioen"})
    shown = client.get(f"/netwerk/contacten/{contact.id}").text
    back = client.post(f"{place}/terug")

    assert (unclear.status_code, left.status_code, back.status_code) == (422, 303, 303)
    assert "vertrokken op 1 november" in shown
    db.expire_all()
    assert seats_of(db, contact)[0].ended_on is None


def test_inviting_and_confirming_on_the_page(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    contact = factories.contact(db, amsterdam, at=house(db, amsterdam, "De Kade"))
    db.commit()
    client = signed_in(people.amsterdam)

    client.post(f"/netwerk/contacten/{contact.id}/uitnodigen/amsterdam", data={"invited": "no"})
    client.post(f"/netwerk/contacten/{contact.id}/bevestigd/amsterdam")

    db.expire_all()
    place = membership_of(db, contact)
    assert (place.invited, place.confirmed_on) == (False, clock.today())
    assert client.post(f"/netwerk/contacten/{contact.id}/bevestigd/almere").status_code == 404


def test_an_organisation_is_added_and_changed_on_the_pages(people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)
    typed = {
        "name": "De Kade",
        "sector": "shelter",
        "region": "amsterdam",
        "themes": ["onderdak", "bestaat-niet"],
        "aliases": "Kade\n\nDK",
    }

    page = client.post("/netwerk/organisaties", data=typed).headers["location"]
    saved = client.post(
        page, data=typed | {"revision": "1", "kvk": "1234 5678", "street": "Houtkade 18", "postcode": "1013zz"}
    )
    again = client.post(page, data=typed | {"revision": "1"})
    shown = client.get(page).text

    assert (saved.status_code, again.status_code) == (303, 409)
    assert "Houtkade 18" in shown
    assert "1013 ZZ" in shown
    assert "Onderdak en opvang" in shown
    assert "Kade, DK" in shown
    assert client.get(f"{page}/bewerk").status_code == 200
