"""Records that look alike are found with their reasons, and never again once somebody said that they are two."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import SYSTEM, Actor
from bsoo.errors import NotAllowed
from bsoo.regions import Region
from bsoo.registry.doubles import both, house_likeness, likeness
from bsoo.registry.doubles import candidates as doubles
from bsoo.registry.doubles.house_likeness import House, Towns
from bsoo.registry.doubles.likeness import ENOUGH, Commonness, Person
from bsoo.registry.doubles.merges import ContactApart, Merging
from bsoo.registry.doubles.spelling import alike, bones, given_alike
from bsoo.registry.models import Contact, Membership, Organisation
from bsoo.routes import doubles as routes
from tests import factories
from tests.conftest import People
from tests.merges import ids_in_order

SignedIn = Callable[[Actor], TestClient]


@pytest.fixture(autouse=True)
def in_order() -> Iterator[None]:
    with ids_in_order():
        yield


def person(name: str, email: str = "", *, phone: str = "", at: str = "", left: bool = False) -> Person:
    given, _, family = name.rpartition(" ")
    houses: tuple[tuple[UUID | None, str], ...] = ((None, at),) if at else ()
    emails = (email,) if email else ()
    return Person(clock.new_id(), given, "", family, name, (phone,) if phone else (), emails, houses, has_left=left)


def house(name: str, **facts: str) -> House:
    return House(clock.new_id(), name, **facts)  # type: ignore[arg-type] # the facts of these tests are texts


def codes(one: Person, other: Person) -> list[str]:
    found = likeness.likeness(one, other)
    return [reason.code for reason in found.reasons] if found else []


# --- Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("one", "other"),
    [("Meijer", "Meyer"), ("El Idrissi", "El-Idrissi"), ("Yilmaz", "Yılmaz"), ("Schouten", "Schoutten")],
)
def test_spellings_of_one_family_name_are_alike(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.once
@pytest.mark.parametrize(
    ("one", "other"),
    [("Mohammed", "Muhammad"), ("Piet", "Pieter"), ("Fatima", "Fatma"), ("Youssef", "Yusuf"), ("Kees", "Cornelis")],
)
def test_given_names_of_one_person_are_alike(one: str, other: str) -> None:
    assert given_alike(one, other) or bones(one) == bones(other)


@pytest.mark.once
@pytest.mark.parametrize(("one", "other"), [("Smit", "Kok"), ("Jansen", "Pietersen"), ("Bos", "Vos")])
def test_other_names_are_not(one: str, other: str) -> None:
    assert not alike(one, other)


# --- Contacts ---------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (person("Anna Smit", "a@x.nl"), person("Anna Smit", "anna@gmail.com"), ["same-name"]),
        (
            person("Anna Smit", at="De Kade"),
            person("A. Smit", at="De Kade"),
            ["initials", "same-organisation"],
        ),
        (person("Smit Anna", phone="+31612345678"), person("Anna Smit"), ["turned-name"]),
        (
            person("Anna Smit", phone="+31612345678", at="De Kade"),
            person("Anna Kok", phone="+31612345678", at="De Kade"),
            ["same-mobile", "same-organisation", "same-given"],
        ),
        (person("Anna Smit", at="A", left=True), person("Anna Smit", at="B"), ["same-name", "has-left"]),
        (person("Anna Meijer"), person("Anne Meyer"), ["spelling"]),
    ],
)
def test_what_two_records_share_is_said(one: Person, other: Person, expected: list[str]) -> None:
    assert codes(one, other) == expected


@pytest.mark.once
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            person("Anna Smit", at="De Kade", phone="+31201234567"),
            person("Bram Smit", at="De Kade", phone="+31201234567"),
        ),
        (person("A. Smit", at="De Kade"), person("B. Smit", at="De Kade")),
        (person("Anna Smit", "info@kade.nl"), person("", "info@kade.nl")),
        (person("Anna Smit", at="De Kade"), person("Anna Kok", at="De Kade")),
    ],
)
def test_colleagues_are_not_doubles(one: Person, other: Person) -> None:
    assert likeness.likeness(one, other) is None


@pytest.mark.once
def test_a_name_that_many_have_says_less() -> None:
    many = [person(f"{given} Smit") for given in ("Anna", "Bram", "Cas", "Dirk", "Eva", "Fien", "Gijs", "Hans", "Ine")]
    one, other = person("Anna Smit"), person("Anna Smit")

    rare = likeness.likeness(one, other, Commonness.of([one, other]))
    common = likeness.likeness(one, other, Commonness.of([one, other, *many]))

    assert rare is not None
    assert rare.points > ENOUGH
    assert common is None


# --- Organisations ----------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (house("Stichting De Kade"), house("De Kade"), "but-for-form"),
        (house("St. Inloophuis De Kade"), house("Inloophuis de Kade A'dam"), "but-for-form"),
        (house("Gem. Almere"), house("Gemeente Almere"), "but-for-form"),
        (house("Inloophuis De Kade"), house("Inloophuis De Kaade"), "near-house-name"),
        (
            house("ASKV", website="https://askv.nl"),
            house("Amsterdams Solidariteits Komitee Vluchtelingen", website="askv.nl"),
            "short-for",
        ),
        (house("De Kade", kvk="12345678"), house("Wijkhuis", kvk="12345678"), "same-kvk"),
    ],
)
def test_organisations_that_may_be_one_are_found(one: House, other: House, code: str) -> None:
    found = house_likeness.likeness(one, other, Towns())

    assert found is not None
    assert code in [reason.code for reason in found.reasons]


@pytest.mark.once
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (house("Gemeente Amsterdam"), house("Gemeente Almere")),
        (house("Huisartsenpraktijk Noord"), house("Huisartsenpraktijk West")),
        (house("Inloophuis 3"), house("Inloophuis 4")),
        (house("Kerk De Linde", postcode="1011 AB"), house("Moskee De Brug", postcode="1011 AB")),
    ],
)
def test_branches_and_neighbours_are_not_doubles(one: House, other: House) -> None:
    assert house_likeness.likeness(one, other, Towns()) is None


@pytest.mark.once
def test_a_department_is_no_double_of_what_it_belongs_to() -> None:
    whole = house("GGD Amsterdam")
    part = House(clock.new_id(), "GGD Amsterdam", parent_id=whole.id)

    assert house_likeness.likeness(whole, part, Towns()) is None


# --- The work list ----------------------------------------------------------------------------------------------------


@pytest.fixture
def annas(db: Session, amsterdam: Region) -> tuple[Contact, Contact]:
    kade = factories.organisation(db, amsterdam)
    pair = (
        factories.contact(db, amsterdam, "Anna Bloemendaal", at=kade, email="a.bloemendaal@kade.example.org"),
        factories.contact(db, amsterdam, "Anne Bloemendaal", at=kade, email="anne@kade.example.org"),
    )
    factories.contact(db, amsterdam, "Pieter Smit", at=kade)
    db.commit()
    return pair


def paths(pair: tuple[Contact, Contact]) -> str:
    return f"/netwerk/dubbel/contacten/{pair[0].id}/{pair[1].id}"


def test_the_list_shows_the_pair_with_its_reasons(
    signed_in: SignedIn, people: People, annas: tuple[Contact, Contact]
) -> None:
    page = signed_in(people.amsterdam).get("/netwerk/dubbel").text

    assert "1 paar om te bekijken" in page
    assert "bijna hetzelfde geschreven" in page
    assert "allebei bij Inloophuis De Kade" in page


def test_of_another_region_nothing_is_seen(
    db: Session, signed_in: SignedIn, people: People, annas: tuple[Contact, Contact]
) -> None:
    browser = signed_in(people.almere)

    assert doubles.contacts(db, people.almere) == []
    assert browser.get(paths(annas)).status_code == 404
    assert browser.post(paths(annas)).status_code == 404
    assert browser.post(paths(annas) + "/apart").status_code == 404


def test_who_is_also_in_another_region_is_shown_but_not_merged(
    db: Session, signed_in: SignedIn, people: People, annas: tuple[Contact, Contact], almere: Region
) -> None:
    db.add(Membership(contact_id=annas[1].id, region_id=almere.id))
    db.commit()
    browser = signed_in(people.amsterdam)

    assert "Ook in een regio van iemand anders" in browser.get("/netwerk/dubbel").text
    assert "Deze twee kun je niet samenvoegen" in browser.get(paths(annas)).text
    assert browser.post(paths(annas)).status_code == 403


def test_a_pair_that_is_two_is_remembered_until_it_is_taken_back(
    db: Session, signed_in: SignedIn, people: People, annas: tuple[Contact, Contact]
) -> None:
    browser = signed_in(people.amsterdam)

    browser.post(paths(annas) + "/apart")
    browser.post(paths(annas) + "/apart")

    assert db.exec(select(ContactApart.contact_id, ContactApart.other_id)).all() == [(annas[0].id, annas[1].id)]
    assert "Geen dubbele" in browser.get("/netwerk/dubbel").text
    browser.post(paths(annas) + "/apart/terug")
    assert "1 paar om te bekijken" in browser.get("/netwerk/dubbel").text


def test_a_reader_may_look_but_says_nothing(db: Session, people: People, annas: tuple[Contact, Contact]) -> None:
    assert [double.may_merge for double in doubles.contacts(db, people.reader)] == [False]
    with pytest.raises(NotAllowed):
        both.keep_apart(db, people.reader, Contact, (annas[0].id, annas[1].id))


def test_two_are_merged_on_the_page_and_undone_from_the_timeline(
    db: Session, signed_in: SignedIn, people: People, annas: tuple[Contact, Contact]
) -> None:
    browser = signed_in(people.amsterdam)
    ids = annas[0].id, annas[1].id
    page = browser.get(paths(annas)).text
    assert "Van Anne Bloemendaal: 1 functie, 1 e-mailadres, 1 plek in een regio." in page

    answer = browser.post(paths(annas), data={"name": "newer", "older_revision": "1", "newer_revision": "1"})

    assert answer.headers["location"] == "/netwerk/dubbel"
    assert "is samengevoegd" in browser.get("/netwerk/dubbel").text
    assert browser.get(f"/netwerk/contacten/{ids[1]}").headers["location"] == f"/netwerk/contacten/{ids[0]}"
    page = browser.get(f"/netwerk/contacten/{ids[0]}").text
    assert "Samengevoegd met een dubbel" in page
    assert "Anna Bloemendaal" in page
    merged = db.exec(select(Merging.id)).one()
    assert f"/netwerk/dubbel/samenvoegingen/{merged}/terug" in page
    assert "Anne Bloemendaal" in browser.get("/netwerk/dubbel?soort=samengevoegd").text
    browser.post(f"/netwerk/dubbel/samenvoegingen/{merged}/terug")
    db.expire_all()
    assert sorted(db.exec(select(Contact.display_name))) == ["Anna Bloemendaal", "Anne Bloemendaal", "Pieter Smit"]


def test_what_changed_in_between_is_not_merged_blindly(
    db: Session, signed_in: SignedIn, people: People, annas: tuple[Contact, Contact]
) -> None:
    answer = signed_in(people.amsterdam).post(paths(annas), data={"older_revision": "1", "newer_revision": "2"})

    assert answer.status_code == 409
    assert db.exec(select(Merging)).all() == []


def test_two_organisations_are_merged_on_the_page(
    db: Session, signed_in: SignedIn, people: People, amsterdam: Region
) -> None:
    pair = factories.organisation(db, amsterdam, "De Kade"), factories.organisation(db, amsterdam, "Stichting De Kade")
    db.commit()
    ids = pair[0].id, pair[1].id
    browser = signed_in(people.amsterdam)

    assert "op rechtsvorm, afkorting of plaats na" in browser.get("/netwerk/dubbel?soort=organisaties").text
    assert "Is dit één organisatie?" in browser.get(f"/netwerk/dubbel/organisaties/{ids[0]}/{ids[1]}").text
    browser.post(f"/netwerk/dubbel/organisaties/{ids[0]}/{ids[1]}", data={"name": "newer"})

    db.expire_all()
    assert db.exec(select(Organisation.name, Organisation.aliases)).all() == [("Stichting De Kade", ["De Kade"])]
    moved = browser.get(f"/netwerk/organisaties/{ids[1]}")
    assert moved.headers["location"] == f"/netwerk/organisaties/{ids[0]}"


# --- While typing -----------------------------------------------------------------------------------------------------

NEW = {"region": "amsterdam", "email": "anna.b@nieuw.example.org", "given_name": "A.", "family_name": "Bloemendaal"}


def test_whoever_types_a_name_sees_who_it_looks_like(
    db: Session, signed_in: SignedIn, people: People, annas: tuple[Contact, Contact]
) -> None:
    browser = signed_in(people.amsterdam)
    typed = {**NEW, "organisation": "Inloophuis De Kade"}

    block = browser.post(
        "/netwerk/contacten/lijkt-op", data=typed, headers={"HX-Request": "true", "HX-Target": "div#lijkt"}
    )

    assert "Dit lijkt op iemand die er al is" in block.text
    assert "Anna Bloemendaal" in block.text
    assert len(db.exec(select(Contact.id)).all()) == 3


def test_without_scripts_the_same_is_said_after_sending_and_added_anyway(
    db: Session, signed_in: SignedIn, people: People, annas: tuple[Contact, Contact]
) -> None:
    browser = signed_in(people.amsterdam)
    typed = {**NEW, "organisation": "Inloophuis De Kade"}

    refused = browser.post("/netwerk/contacten", data=typed)
    added = browser.post("/netwerk/contacten", data={**typed, "anyway": "yes"})

    assert refused.status_code == 422
    assert "Zo iemand staat al in het netwerk" in refused.text
    assert "Toch toevoegen" in refused.text
    assert added.status_code == 303
    db.expire_all()
    made = db.exec(select(Contact.id).where(Contact.given_name == "A.")).one()
    assert all(made not in (double.older.id, double.newer.id) for double in doubles.contacts(db, SYSTEM))


@pytest.mark.parametrize("name", ["St. Inloophuis De Kade", "Inloophuis De Kaade"])
def test_an_organisation_that_looks_like_one_is_asked_about(
    db: Session, signed_in: SignedIn, people: People, amsterdam: Region, name: str
) -> None:
    factories.organisation(db, amsterdam, "Inloophuis De Kade")
    db.commit()
    browser = signed_in(people.amsterdam)
    typed = {"name": name, "region": "amsterdam"}

    refused = browser.post("/netwerk/organisaties", data=typed)
    added = browser.post("/netwerk/organisaties", data={**typed, "anyway": "yes"})

    assert (refused.status_code, added.status_code) == (422, 303)
    assert "Zo’n organisatie staat al in het netwerk" in refused.text
    assert doubles.organisations(db, SYSTEM) == []


def test_another_record_is_looked_up_by_name(
    signed_in: SignedIn, people: People, annas: tuple[Contact, Contact]
) -> None:
    browser = signed_in(people.amsterdam)

    page = browser.get(f"/netwerk/contacten/{annas[0].id}/samenvoegen").text
    found = browser.get(f"/netwerk/contacten/{annas[0].id}/samenvoegen?q=smit").text

    assert "Anne Bloemendaal" in page
    assert "Pieter Smit" not in page
    assert "Pieter Smit" in found


def test_a_large_network_is_shown_at_once_and_compared_after_that(
    signed_in: SignedIn, people: People, annas: tuple[Contact, Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "AT_ONCE", 2)
    browser = signed_in(people.amsterdam)

    page = browser.get("/netwerk/dubbel").text
    block = browser.get("/netwerk/dubbel?nu=1", headers={"HX-Request": "true", "HX-Target": "section#dubbel"}).text

    assert "We vergelijken iedereen met iedereen" in page
    assert 'hx-trigger="load"' in page
    assert "Anna Bloemendaal" not in page
    assert "Anna Bloemendaal" in block
    assert "<h1" not in block
