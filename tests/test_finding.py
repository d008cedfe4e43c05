"""Finding people: by whatever we know of them, in either language, and with a typing error."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import logbook
from bsoo.access.actor import SYSTEM, Actor
from bsoo.db import Database
from bsoo.privacy import finding
from bsoo.privacy.needles import Needles
from bsoo.privacy.reaching import Person
from bsoo.regions import Region
from bsoo.registry import organisations, queries, tree
from bsoo.registry.facts import OrganisationFacts
from bsoo.registry.finding import listing, searching, typed, version
from bsoo.registry.finding.listing import People as Listed
from bsoo.registry.finding.listing import ids
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.imports import importing
from bsoo.registry.models import Contact, Organisation, Sector
from bsoo.services import actions as services
from bsoo.services.facts import Facts
from tests import factories
from tests.conftest import NOW, People
from tests.statements import statements

SignIn = Callable[[Actor], TestClient]


def names(listed: Listed) -> list[str]:
    return [person.name for person in listed.people]


def house(
    db: Session, region: Region, name: str, sector: Sector = Sector.SHELTER, themes: tuple[str, ...] = ()
) -> Organisation:
    made = factories.organisation(db, region, name, sector=sector)
    made.themes = list(themes)
    db.flush()
    return made


def found_by(db: Session, actor: Actor, text: str) -> list[str]:
    return names(Listed(db, actor, Wanted(text=text)))


@pytest.fixture
def dewi(db: Session, amsterdam: Region) -> Contact:
    """A general practitioner, who is found by much."""
    at = house(db, amsterdam, "Huisartsenpost Waterkant", Sector.CARE, ("medische-zorg",))
    at.aliases = ["HAP Zuid"]
    found = factories.contact(db, amsterdam, "Dewi Bakker", at=at, role="huisarts")
    found.notes = "Spreekt Tigrinya"
    factories.contact(db, amsterdam, "Anna Visser", at=house(db, amsterdam, "Rechtshulp De Brug", Sector.LEGAL))
    searching.refresh_all(db, SYSTEM)
    return found


@pytest.mark.parametrize(
    "text",
    ["tigrinya", "hap zuid", "zorg", "care", "medische", "medical", "doctor", "huisarts", "dewi care", "artsenpost"],
)
def test_people_are_found_by_what_they_and_their_organisation_do_in_either_language(
    db: Session, people: People, dewi: Contact, text: str
) -> None:
    assert found_by(db, people.amsterdam, text) == ["Dewi Bakker"]


def test_people_are_found_by_a_service_until_it_ends(
    db: Session, people: People, amsterdam: Region, dewi: Contact
) -> None:
    at = db.get_one(Organisation, queries.contact_page(db, people.amsterdam, dewi.id).seats[0].organisation_id)

    offered = services.add(db, people.amsterdam, at, amsterdam.id, Facts(name_nl="Vaccinatie", theme="medische-zorg"))
    while_given = found_by(db, people.amsterdam, "vaccinatie")
    services.end(db, people.amsterdam, offered)

    assert while_given == ["Dewi Bakker"]
    assert found_by(db, people.amsterdam, "vaccinatie") == []


def test_the_name_of_the_whole_finds_the_people_of_its_departments_however_deep(
    db: Session, people: People, amsterdam: Region
) -> None:
    town, care, shelter = (house(db, amsterdam, name) for name in ("Gemeente Zeestad", "Sector Zorg", "Team Nacht"))
    factories.contact(db, amsterdam, "Anna Visser", at=shelter)

    tree.place_under(db, people.administrator, shelter, "Sector Zorg")
    tree.place_under(db, people.administrator, care, "Gemeente Zeestad")
    organisations.change_organisation(
        db, people.amsterdam, town, OrganisationFacts(name="Gemeente Zeestad", aliases=["GZ"]), revision=1
    )

    assert [found_by(db, people.amsterdam, text) for text in ("zeestad", "gz nacht")] == [["Anna Visser"]] * 2


def test_people_are_found_by_what_is_noted_of_their_organisation(db: Session, people: People, dewi: Contact) -> None:
    at = db.get_one(Organisation, queries.contact_page(db, people.amsterdam, dewi.id).seats[0].organisation_id)

    facts = OrganisationFacts(name=at.name, notes="Werkt met ervaringsdeskundigen")
    organisations.change_organisation(db, people.amsterdam, at, facts, revision=1)

    assert found_by(db, people.amsterdam, "ervaringsdeskundigen") == ["Dewi Bakker"]


def test_an_organisation_that_does_something_else_is_found_by_that(db: Session, people: People, dewi: Contact) -> None:
    at = db.get_one(Organisation, queries.contact_page(db, people.amsterdam, dewi.id).seats[0].organisation_id)

    facts = OrganisationFacts(name=at.name, sector=Sector.FOOD)
    organisations.change_organisation(db, people.amsterdam, at, facts, revision=1)

    assert found_by(db, people.amsterdam, "food") == ["Dewi Bakker"]
    assert found_by(db, people.amsterdam, "medical") == []


def test_who_is_imported_is_found_by_what_the_organisation_does_at_once(
    db: Session, people: People, amsterdam: Region
) -> None:
    house(db, amsterdam, "Praktijk Oost", Sector.CARE, ("medische-zorg",))
    people_of = ("Praktijk Oost;Dewi Bakker;d@oost.example.org", "Kerk Zuid;Cas Smit;c@zuid.example.org")
    rows = "\n".join(["Organisatie;Naam;E-mail", *people_of]).encode()

    importing.apply(db, people.amsterdam, importing.plan(db, people.amsterdam, amsterdam, rows, "lijst.csv"))
    db.expire_all()
    texts = set(db.exec(select(Contact.search_more)))
    searching.refresh_all(db, SYSTEM)

    assert found_by(db, people.amsterdam, "medical") == ["Dewi Bakker"]
    assert found_by(db, people.amsterdam, "kerk") == ["Cas Smit"]
    assert set(db.exec(select(Contact.search_more))) == texts


def test_names_come_before_beginnings_before_parts(db: Session, people: People, amsterdam: Region) -> None:
    kade = house(db, amsterdam, "Stichting Smit")
    for name in ("Anna Hamersmit", "Bram Smits", "Cas Smit"):
        factories.contact(db, amsterdam, name)
    factories.contact(db, amsterdam, "Zoë Akker", at=kade)

    assert found_by(db, people.amsterdam, "smit") == ["Cas Smit", "Bram Smits", "Zoë Akker", "Anna Hamersmit"]
    by_name = Listed(db, people.amsterdam, Wanted(text="smit", order="name"))
    assert names(by_name) == ["Zoë Akker", "Anna Hamersmit", "Cas Smit", "Bram Smits"]


# --- typing errors ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("fatma", ("Fatima",)), ("Fatmia", ("Fatima",)), ("waterknat", ("Waterkant",)), ("hiusarts", ("huisarts",))],
)
def test_a_typing_error_is_forgiven_and_said(
    db: Session, people: People, amsterdam: Region, typed: str, meant: tuple[str, ...]
) -> None:
    factories.contact(db, amsterdam, "Fatima Aksoy", at=house(db, amsterdam, "Post Waterkant"), role="huisarts")
    searching.refresh_all(db, SYSTEM)

    listed = Listed(db, people.amsterdam, Wanted(text=typed))

    assert names(listed) == ["Fatima Aksoy"]
    assert listed.forgiven is not None
    assert listed.forgiven.words == ((typed.lower(), meant),)
    assert names(Listed(db, people.amsterdam, listed.wanted)) == ["Fatima Aksoy"]


def test_what_is_found_as_typed_is_never_guessed(db: Session, people: People, amsterdam: Region) -> None:
    for name in ("Fatma Kaya", "Fatima Aksoy"):
        factories.contact(db, amsterdam, name)

    listed = Listed(db, people.amsterdam, Wanted(text="fatma"))

    assert (names(listed), listed.forgiven) == (["Fatma Kaya"], None)


def test_words_that_are_equally_near_are_all_meant(db: Session, people: People, amsterdam: Region) -> None:
    for name in ("Anna Jansen", "Bram Janssen", "Cas Bakker"):
        factories.contact(db, amsterdam, name)

    assert found_by(db, people.amsterdam, "janzen") == ["Anna Jansen"]
    assert found_by(db, people.amsterdam, "janseen") == ["Anna Jansen", "Bram Janssen"]


@pytest.mark.parametrize("text", ["xyzzyq", "fat", "06 99", "fatma zonderling", "a@b.nl", "|", "fatma|"])
def test_what_is_near_to_nothing_stays_not_found(db: Session, people: People, amsterdam: Region, text: str) -> None:
    factories.contact(db, amsterdam, "Samira Visser")

    listed = Listed(db, people.amsterdam, Wanted(text=text))

    assert (names(listed), listed.forgiven) == ([], None)


def test_a_guess_never_names_somebody_of_another_region(
    db: Session, people: People, amsterdam: Region, almere: Region
) -> None:
    factories.contact(db, amsterdam, "Fatima Aksoy")
    factories.contact(db, almere, "Samira Visser")

    elsewhere = Listed(db, people.almere, Wanted(text="fatma"))

    assert (names(elsewhere), elsewhere.forgiven) == ([], None)
    assert found_by(db, people.amsterdam, "fatma") == ["Fatima Aksoy"]


# --- numbers beside the filters ---------------------------------------------------------------------------------------


def test_each_number_is_what_the_list_would_hold(db: Session, people: People, amsterdam: Region) -> None:
    care = house(db, amsterdam, "GGZ", Sector.CARE, ("medische-zorg", "geld"))
    food = house(db, amsterdam, "Voedselkast", Sector.FOOD, ("voedsel", "geld"))
    factories.contact(db, amsterdam, "Anna Een", at=care, role="huisarts")
    factories.contact(db, amsterdam, "Bram Twee", at=care, role="jurist", language="en", invited=False)
    factories.contact(db, amsterdam, "Cas Drie", at=food, role="huisarts", language="en")

    def total(**wanted: object) -> int:
        return Listed(db, people.amsterdam, Wanted(**wanted)).total  # type: ignore[arg-type] # each names its own

    counts = Listed(db, people.amsterdam, Wanted(roles=("huisarts",), languages=("en",))).counts

    assert counts["role:huisarts"] == total(roles=("huisarts",), languages=("en",)) == 1
    assert counts["role:jurist"] == total(roles=("jurist",), languages=("en",)) == 1
    assert counts["language:nl"] == total(roles=("huisarts",), languages=("nl",)) == 1
    for code in ("medische-zorg", "voedsel", "geld"):
        wanted = Wanted(roles=("huisarts",), languages=("en",), themes=(code,))
        assert counts[f"theme:{code}"] == Listed(db, people.amsterdam, wanted).total
    for sector in Sector:
        assert counts[f"sector:{sector}"] == total(roles=("huisarts",), languages=("en",), sectors=(sector,))
    for group in ("invited", "not-invited", "left"):
        assert counts[group] == total(roles=("huisarts",), languages=("en",), group=group)


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_total_is_the_whole_list_also_with_people_of_no_region(
    db: Session, people: People, amsterdam: Region, dewi: Contact
) -> None:
    nowhere = Contact(given_name="Cas", family_name="Visser", display_name="Cas Visser", sort_name="visser cas")
    db.add(nowhere)
    factories.contact(db, amsterdam, "Esi Visser", at=house(db, amsterdam, "De Ark"), ended_on=NOW.date())
    searching.refresh_all(db, SYSTEM)
    asked = [
        (SYSTEM, Wanted()),
        (SYSTEM, Wanted(text="visser")),
        (SYSTEM, Wanted(region_id=amsterdam.id, text="visser", group="left")),
        (people.amsterdam, Wanted(text="visser", sectors=("legal",))),
    ]

    told = [Listed(db, actor, one).counts["total"] for actor, one in asked]

    assert told == [len(ids(db, actor, one)) for actor, one in asked] == [3, 2, 1, 1]
    assert found_by(db, SYSTEM, "visser") == ["Anna Visser", "Cas Visser"]


def test_another_text_of_as_many_words_takes_no_new_statement(
    db: Session, database: Database, people: People, dewi: Contact
) -> None:
    kept = [
        (listing._page(people.amsterdam, Wanted(), typed.shape(text), 1, NOW.date()), typed.values(text))
        for text in ("bakker waterkant", "visser|bakk dewi", "anna brug")
    ]

    found = [[row[1] for row in db.execute(statement, words)] for statement, words in kept]

    assert found == [["Dewi Bakker"], ["Dewi Bakker"], ["Anna Visser"]]
    assert kept[0][0] is kept[2][0]


def test_a_search_looks_through_the_texts_once_for_the_list_and_once_for_its_numbers(
    db: Session, database: Database, people: People, dewi: Contact
) -> None:
    with statements(database) as asked:
        found = Listed(db, people.amsterdam, Wanted(text="bakker"))
        number = found.counts["total"]

    assert (names(found), number) == (["Dewi Bakker"], 1)
    assert [number for one in asked if (number := one.count("contact.search_more LIKE"))] == [1, 1]


@pytest.mark.parametrize("text", ["100%_/ zorg", "100%", "%_/", "0%_"])
def test_signs_that_a_database_reads_as_anything_are_looked_for_as_they_are(
    db: Session, people: People, dewi: Contact, text: str
) -> None:
    dewi.notes = "Werkt 100%_/ zorg"
    searching.refresh_all(db, SYSTEM)

    assert found_by(db, people.amsterdam, text) == ["Dewi Bakker"]
    assert list(db.exec(select(Contact).where(*map(searching.says, searching.terms(text))))) == [dewi]
    assert found_by(db, people.amsterdam, text.replace("%", "x")) == []


def test_the_page_says_what_it_forgave_and_each_choice_can_be_taken_away(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    at = house(db, amsterdam, "GGZ Waterlinie", Sector.CARE, ("geld",))
    factories.contact(db, amsterdam, "Fatima Aksoy", at=at, role="psycholoog")
    db.commit()
    client = signed_in(people.amsterdam)

    page = client.get("/netwerk?q=fatma&soort=care&thema=geld&functie=psycholoog&spreekt=nl").text

    assert "Niemand gevonden met ‘fatma’. Je ziet Fatima." in page
    assert 'href="/netwerk?q=fatima&amp;soort=care&amp;thema=geld&amp;functie=psycholoog"' in page
    assert page.count('class="chip" href="/netwerk?q=fatima&amp;') == 6 + 4


def test_who_is_taken_out_of_the_name_of_a_house_is_found_nowhere_any_more(
    db: Session, people: People, dewi: Contact
) -> None:
    seat = queries.contact_page(db, people.administrator, dewi.id).seats[0]
    at = db.get_one(Organisation, seat.organisation_id)
    at.name = "Praktijk Karim Haddad"
    searching.refresh_people_at(db, at.id)
    needles = Needles(names=frozenset({("Karim", "", "Haddad")}))
    person = Person(id=dewi.id, name="Karim Haddad", ids=frozenset(), needles=needles)

    finding.take_out(db, people.administrator, person, finding.finds(db, people.administrator, person, {}))

    assert db.get_one(Organisation, at.id).name == "Praktijk […]"
    assert found_by(db, people.amsterdam, "haddad") == []


@pytest.mark.parametrize("typed", ["vd Berg", "v.d. Berg", "v/d berg", "V d Berg"])
def test_van_der_is_found_in_short(db: Session, people: People, amsterdam: Region, typed: str) -> None:
    factories.contact(db, amsterdam, "Roos van den Berg")
    factories.contact(db, amsterdam, "Piet Berg")
    searching.refresh_all(db, SYSTEM)

    found = found_by(db, people.amsterdam, typed)

    assert found == ["Roos van den Berg"]


@pytest.mark.parametrize("entries", [3, 30])
def test_what_is_noted_late_changes_the_network_though_a_younger_note_stands_there(
    db: Session,
    people: People,
    amsterdam: Region,
    frozen: Callable[[datetime], AbstractContextManager[None]],
    entries: int,
) -> None:
    for second in range(entries):
        with frozen(NOW + timedelta(seconds=second)):
            logbook.note(db, people.amsterdam, "term.changed", amsterdam)
    db.flush()
    before = version.of_now(db)

    with frozen(NOW + timedelta(seconds=entries - 1, milliseconds=-1)):
        logbook.note(db, people.amsterdam, "term.changed", amsterdam)
    db.flush()

    assert version.of_now(db) != before
