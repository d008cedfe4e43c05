"""Pages for everybody: dates, publications, feeds, and asking to join."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from bsoo.mail.models import Letter, LetterPayload
from bsoo.meetings.models import AgendaItem, TextLevel
from bsoo.minutes import actions as minutes_actions
from bsoo.minutes.actions import Typed
from bsoo.privacy import periods
from bsoo.publications import actions
from bsoo.publications.models import Audience, Publication
from bsoo.regions import Region, region_by_slug
from bsoo.registry import consents
from bsoo.registry.consents import ConsentText
from bsoo.registry.models import Affiliation, Basis, Contact, JoinRequest, Membership, Organisation
from tests import factories
from tests.conftest import NOW, People

ATOM = "{http://www.w3.org/2005/Atom}"
REQUEST = {
    "region": "amsterdam",
    "name": "Bram van den Akker",
    "organisation": "Stichting Onderdak Nu",
    "email": "Bram@Onderdak.example.org",
    "role": "coördinator",
    "message": "Wij bieden nachtopvang.",
    "agreed": "1",
}


def published(db: Session, people: People, region: Region, on: date = date(2026, 9, 10)) -> Publication:
    meeting = factories.meeting(db, region, on=on)
    db.add(AgendaItem(region_id=region.id, meeting_id=meeting.id, title="Nachtopvang", level=TextLevel.PUBLIC))
    minutes = minutes_actions.start_minutes(db, people.administrator, meeting)
    typed = Typed("De nachtopvang is vol.", level=TextLevel.PUBLIC)
    minutes_actions.add_block(db, people.administrator, minutes, typed, client_key="a")
    made = actions.publish_minutes(db, people.administrator, region, meeting, Audience.PUBLIC)
    db.commit()
    return made


# --- Dates and publications -----------------------------------------------------------------------------------------


def test_the_front_page_shows_dates_of_regions_that_host_and_no_others(
    db: Session, client: TestClient, amsterdam: Region
) -> None:
    factories.meeting(db, amsterdam)
    factories.meeting(db, amsterdam, on=date(2026, 9, 10), venue="Vorige zaal")
    factories.meeting(db, region_by_slug(db, "rotterdam"), venue="Zaal van een ander")
    db.commit()

    page = client.get("/").text

    assert "Buurthuis De Ankerplaats" in page
    assert "over 17 dagen" in page
    assert ("Vorige zaal" in page, "Zaal van een ander" in page) == (False, False)


def test_the_front_page_of_an_empty_installation_is_a_whole_page(client: TestClient) -> None:
    assert "De volgende data komen nog." in client.get("/").text


def test_the_front_page_speaks_english(db: Session, client: TestClient, amsterdam: Region) -> None:
    factories.meeting(db, amsterdam)
    db.commit()

    page = client.get("/?taal=en").text

    assert "in 17 days" in page
    assert "13:00–15:30" in page


def test_publications_are_listed_and_what_is_for_the_network_is_not(
    db: Session, client: TestClient, people: People, amsterdam: Region, almere: Region
) -> None:
    published(db, people, amsterdam)
    meeting = factories.meeting(db, almere, on=date(2026, 9, 15))
    minutes = minutes_actions.start_minutes(db, people.administrator, meeting)
    minutes_actions.add_block(db, people.administrator, minutes, Typed("Alleen voor het netwerk."), client_key="b")
    actions.publish_minutes(db, people.administrator, almere, meeting, Audience.NETWORK)
    db.commit()

    pages = [client.get(address).text for address in ("/", "/publicaties", "/publicaties.atom")]

    assert ["Overleg Amsterdam, 10 september 2026" in page for page in pages] == [True, True, True]
    assert ["Almere, 15 september" in page for page in pages] == [False, False, False]


@pytest.mark.parametrize("address", ["/privacy", "/toegankelijkheid", "/aanmelden", "/publicaties?bladzijde=x"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_public_page_speaks_both_languages(client: TestClient, address: str, language: str) -> None:
    separator = "&" if "?" in address else "?"

    page = client.get(f"{address}{separator}taal={language}")

    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text


def test_everybody_reads_how_long_we_keep_what_as_the_administrator_chose_it(
    db: Session, client: TestClient, people: People
) -> None:
    before = client.get("/privacy").text
    periods.choose(db, people.administrator, "letter-texts", 90)
    db.commit()

    assert "brieven aan u stond: 30 dagen</li>" in before
    assert "brieven aan u stond: 90 dagen</li>" in client.get("/privacy").text


# --- Feeds ----------------------------------------------------------------------------------------------------------


def test_the_news_feed_is_atom_with_permanent_addresses(
    db: Session, client: TestClient, people: People, amsterdam: Region
) -> None:
    made = published(db, people, amsterdam)

    answer = client.get("/publicaties.atom")
    feed = ET.fromstring(answer.text)  # noqa: S314 -- our own output
    [entry] = feed.findall(f"{ATOM}entry")

    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert feed.findtext(f"{ATOM}id") == "http://testserver/publicaties.atom"
    assert feed.findtext(f"{ATOM}updated") == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{made.id}"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.attrib["href"] == "http://testserver/publicaties/amsterdam/2026-3/verslag/v1"


def test_the_calendar_of_a_region_holds_no_person_and_no_token(
    db: Session, client: TestClient, amsterdam: Region
) -> None:
    meeting = factories.meeting(db, amsterdam)
    contact = factories.contact(db, amsterdam)
    factories.invitation(db, meeting, contact)
    db.commit()

    answer = client.get("/agenda/amsterdam.ics")

    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text.count("BEGIN:VEVENT") == 1
    assert [word for word in ("ATTENDEE", "/u/", "/mijn/", "Samira", "kade.example") if word in answer.text] == []


@pytest.mark.parametrize("region", ["rotterdam", "nergens"])
def test_a_region_that_only_takes_part_has_no_public_calendar(client: TestClient, region: str) -> None:
    assert client.get(f"/agenda/{region}.ics").status_code == 404


# --- Joining --------------------------------------------------------------------------------------------------------


def test_a_request_to_join_reaches_both_sides(db: Session, client: TestClient) -> None:
    answer = client.post("/aanmelden", data=REQUEST)
    thanks = client.get(answer.headers["location"]).text

    asked = db.exec(select(JoinRequest)).one()
    letters = db.exec(select(Letter.name, Letter.to_address).order_by(Letter.name)).all()
    assert (asked.name, asked.email, asked.decided_at) == ("Bram van den Akker", "bram@onderdak.example.org", None)
    assert letters == [("join_received", "bram@onderdak.example.org"), ("join_request", "bsoo@bsoo.example")]
    assert "Uw verzoek is verstuurd" in thanks


def test_asking_twice_is_one_request(db: Session, client: TestClient) -> None:
    for _again in range(2):
        client.post("/aanmelden", data=REQUEST)

    assert len(db.exec(select(JoinRequest.id)).all()) == 1
    assert len(db.exec(select(LetterPayload.letter_id)).all()) == 2


def test_a_machine_that_fills_in_everything_is_thanked_and_forgotten(db: Session, client: TestClient) -> None:
    answer = client.post("/aanmelden", data={**REQUEST, "website": "https://spam.example"})

    assert answer.status_code == 303
    assert db.exec(select(JoinRequest.id)).all() == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "geen adres"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"name": ""}, "name"),
        ({"organisation": "x" * 201}, "organisation"),
        ({"region": "rotterdam"}, "region"),
        ({"region": ""}, "region"),
        ({"agreed": ""}, "agreed"),
    ],
)
def test_a_mistake_in_the_request_is_named_and_what_was_typed_stays(
    db: Session, client: TestClient, changed: dict[str, str], field: str
) -> None:
    answer = client.post("/aanmelden", data={**REQUEST, **changed})

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Wij bieden nachtopvang." in answer.text
    assert db.exec(select(JoinRequest.id)).all() == []


def test_who_ticked_a_text_that_changed_reads_the_new_one_before_they_agree(
    db: Session, client: TestClient, people: People
) -> None:
    consents.write(db, people.administrator, text_nl="Ik doe mee.", text_en="I take part.", after=1)

    answer = client.post("/aanmelden", data=REQUEST)

    assert answer.status_code == 409
    assert "Deze tekst is intussen veranderd." in answer.text
    assert re.findall(r'<input type="checkbox" id="agreed"[^>]* value="(.)"[^>]*>', answer.text) == ["2"]
    assert " checked" not in answer.text.partition('id="agreed"')[2].partition(">")[0]
    assert db.exec(select(JoinRequest.id)).all() == []


def test_one_source_cannot_flood_the_coordinator(
    db: Session, client: TestClient, frozen: Callable[..., object]
) -> None:
    statuses = [client.post("/aanmelden", data={**REQUEST, "email": f"nr{n}@x.example"}).status_code for n in range(8)]

    assert statuses == [303] * 5 + [422] * 3
    with frozen(NOW + timedelta(minutes=15)):  # type: ignore[attr-defined] # the fixture gives a context manager
        assert client.post("/aanmelden", data={**REQUEST, "email": "later@x.example"}).status_code == 303


def test_who_is_let_in_becomes_a_contact_of_the_region_with_the_reason_noted(
    db: Session, signed_in: Callable[[Actor], TestClient], people: People, client: TestClient, amsterdam: Region
) -> None:
    client.post("/aanmelden", data=REQUEST)
    asked = db.exec(select(JoinRequest.id)).one()

    answer = signed_in(people.amsterdam).post(f"/netwerk/verzoeken/{asked}/toegelaten")

    contact, membership, house = db.exec(
        select(Contact, Membership, Organisation)
        .join(Membership)
        .join(Affiliation, Affiliation.contact_id == Contact.id)  # type: ignore[arg-type] # a column, not a bool
        .join(Organisation)
    ).one()
    assert answer.status_code == 303
    assert (contact.given_name, contact.infix, contact.family_name) == ("Bram", "van den", "Akker")
    assert house.name == "Stichting Onderdak Nu"
    assert membership.region_id == amsterdam.id
    assert (membership.basis, str(membership.basis_since)) == (Basis.CONSENT, "2026-11-23")
    assert membership.basis_source == "eigen verzoek op de openbare pagina"
    assert db.get_one(ConsentText, membership.agreed_text_id).version == 1


def test_a_request_that_was_left_aside_can_come_back(
    db: Session, signed_in: Callable[[Actor], TestClient], people: People, client: TestClient
) -> None:
    client.post("/aanmelden", data=REQUEST)
    asked = db.exec(select(JoinRequest.id)).one()
    staff = signed_in(people.amsterdam)

    staff.post(f"/netwerk/verzoeken/{asked}/afgewezen")
    without = staff.get("/netwerk/verzoeken").text
    staff.post(f"/netwerk/verzoeken/{asked}/terug")

    assert "Stichting Onderdak Nu" not in without
    assert "Stichting Onderdak Nu" in staff.get("/netwerk/verzoeken").text


def test_requests_of_another_region_are_not_there(
    db: Session, signed_in: Callable[[Actor], TestClient], people: People, client: TestClient
) -> None:
    client.post("/aanmelden", data=REQUEST)
    asked = db.exec(select(JoinRequest.id)).one()
    staff = signed_in(people.almere)

    assert "Stichting Onderdak Nu" not in staff.get("/netwerk/verzoeken").text
    assert staff.post(f"/netwerk/verzoeken/{asked}/toegelaten").status_code == 404


def test_a_reader_decides_about_nobody(signed_in: Callable[[Actor], TestClient], people: People) -> None:
    assert signed_in(people.reader).get("/netwerk/verzoeken").status_code == 403
