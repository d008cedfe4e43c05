"""Publishing, and what was published, on the page."""

import html
import re
from collections.abc import Callable

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import links
from bsoo.access.actor import PUBLIC, Actor
from bsoo.links import Purpose
from bsoo.meetings.models import Meeting, TextLevel
from bsoo.minutes import promises
from bsoo.minutes.models import Action, ActionState, Minutes
from bsoo.publications import queries, records
from bsoo.publications.models import Audience, Publication, PublicationKind
from bsoo.regions import Region
from tests import factories
from tests.conftest import People
from tests.published import HOSTILE, add_line, held, inflated, minutes_with_a_line_of_each_level, publish

PREVIEW = "/overleggen/amsterdam/2026-4/verslag/publiceren"
PUBLISHED = "/publicaties/amsterdam/2026-4/verslag"


@pytest.fixture
def meeting(db: Session, amsterdam: Region) -> Meeting:
    return held(db, amsterdam)


@pytest.fixture
def minutes(db: Session, people: People, meeting: Meeting) -> Minutes:
    return minutes_with_a_line_of_each_level(db, people.amsterdam, meeting)


@pytest.fixture
def coordinator(signed_in: Callable[[Actor], TestClient], people: People) -> TestClient:
    return signed_in(people.amsterdam)


@pytest.mark.parametrize(
    ("level", "shown"),
    [("public", ["public"]), ("participants", ["participants", "public"]), ("internal", list(TextLevel))],
)
def test_the_preview_shows_exactly_what_an_audience_gets(
    coordinator: TestClient, minutes: Minutes, level: str, shown: list[str]
) -> None:
    page = coordinator.get(f"{PREVIEW}?gezicht={level}").text

    assert [one for one in TextLevel if f"Dit is de regel {one}." in page] == sorted(shown)


def test_publishing_for_everybody_asks_whether_the_preview_was_read(coordinator: TestClient, minutes: Minutes) -> None:
    refused = coordinator.post(PREVIEW, data={"audience": "public"})
    asked_twice = coordinator.post(PREVIEW, data={"audience": "public", "read": "1"})

    assert (refused.status_code, asked_twice.status_code) == (422, 303)
    assert "Lees het voorbeeld een keer" in refused.text


def test_what_was_written_after_the_preview_is_not_published_unseen(
    db: Session, coordinator: TestClient, people: People, minutes: Minutes
) -> None:
    seen = re.findall(r'name="seen" value="([0-9a-f]{64})"', coordinator.get(PREVIEW).text)[0]
    add_line(db, people.amsterdam, minutes, "Nog een regel.")
    db.commit()

    refused = coordinator.post(PREVIEW, data={"audience": "public", "read": "1", "seen": seen})

    assert refused.status_code == 409
    assert "gewijzigd sinds je deze pagina opende" in refused.text
    assert coordinator.get(PUBLISHED).status_code == 404


def test_a_possible_name_is_asked_and_a_certain_finding_takes_the_button_away(
    db: Session, coordinator: TestClient, people: People, minutes: Minutes
) -> None:
    add_line(db, people.amsterdam, minutes, "Mevrouw Jansen kreeg een plek.")
    db.commit()
    asked = coordinator.get(PREVIEW).text
    minutes.summary = "Bel 06 1234 5678."
    db.add(minutes)
    db.commit()

    stopped = coordinator.get(PREVIEW).text

    assert "Wijst dit één persoon aan? “Mevrouw Jansen”" in html.unescape(asked)
    assert ("Publiceer voor iedereen</button>" in asked, "Publiceer voor iedereen</button>" in stopped) == (True, False)


def test_what_was_published_stays_at_its_address(
    db: Session, coordinator: TestClient, people: People, minutes: Minutes
) -> None:
    coordinator.post(PREVIEW, data={"audience": "public", "read": "1"})
    add_line(db, people.amsterdam, minutes, "Vergeten regel.")
    db.commit()
    coordinator.post(PREVIEW, data={"audience": "public", "read": "1", "erratum": "Een regel was vergeten."})
    coordinator.cookies.clear()

    first, newest = coordinator.get(f"{PUBLISHED}/v1"), coordinator.get(PUBLISHED)
    file = coordinator.get(f"{PUBLISHED}/v1.pdf")

    assert ("Vergeten regel." in first.text, "Vergeten regel." in newest.text) == (False, True)
    assert "Een regel was vergeten." in first.text
    assert "Er is een nieuwere versie" in first.text
    assert (file.status_code, file.headers["content-type"]) == (200, "application/pdf")
    assert coordinator.get(f"{PUBLISHED}.pdf").content != file.content


def test_an_english_reader_gets_an_english_file_of_the_same_version(coordinator: TestClient, minutes: Minutes) -> None:
    coordinator.post(PREVIEW, data={"audience": "public", "read": "1"})

    dutch = coordinator.get(f"{PUBLISHED}/v1.pdf").content
    english = coordinator.get(f"{PUBLISHED}/v1.pdf?taal=en").content

    assert [b"/Lang(en)" in inflated(file).replace(b"/Lang (", b"/Lang(") for file in (dutch, english)] == [False, True]


def test_a_withdrawn_version_says_so_without_its_text(db: Session, coordinator: TestClient, minutes: Minutes) -> None:
    coordinator.post(PREVIEW, data={"audience": "public", "read": "1"})
    made = db.exec(select(Publication.id)).one()
    coordinator.post(f"/publicaties/versies/{made}/ingetrokken")
    coordinator.cookies.clear()

    page = coordinator.get(f"{PUBLISHED}/v1")

    assert page.status_code == 410
    assert "ingetrokken" in page.text
    assert "Dit is de regel public." not in page.text
    assert coordinator.get(f"{PUBLISHED}/v1.pdf").status_code == 303


def test_a_partner_reads_the_network_version_by_personal_link(
    db: Session, client: TestClient, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    made = publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK)
    contact = factories.contact(db, amsterdam)
    token = links.token_for(db, Purpose.OWN_PAGE, contact.id, contact.id)
    db.commit()

    page = client.get(f"/mijn/{token}/verslag/{made.id}")

    assert "Dit is de regel participants." in page.text
    assert "Dit is de regel internal." not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert client.get(f"/mijn/{token}/verslag/{made.id}.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    "address",
    [
        "/publicaties/amsterdam/2026-4/netwerk",
        "/publicaties/amsterdam/2026-9/verslag",
        "/publicaties/amsterdam/2026-4/verslag/v0",
        "/publicaties/amsterdam/2026-4/verslag/vx",
        "/publicaties/amsterdam/2026-4/verslag/v99999999999999999999",
        "/publicaties/nergens/2026-4/verslag.pdf",
        "/publicaties/amsterdam/2026-4/verslag",
    ],
)
def test_an_address_without_a_publication_is_not_found(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_page_says_how_far_the_actions_are_today_and_the_file_does_not(
    db: Session, coordinator: TestClient, people: People, minutes: Minutes
) -> None:
    add_line(db, people.amsterdam, minutes, "! Maakt een lijst.")
    db.commit()
    coordinator.post(PREVIEW, data={"audience": "public", "read": "1"})
    before = coordinator.get(PUBLISHED).text
    promises.close_action(db, people.amsterdam, db.exec(select(Action)).one(), state=ActionState.DONE)
    db.commit()

    after = coordinator.get(PUBLISHED).text

    assert ["klaar" in page for page in (before, after)] == [False, True]
    assert '<th scope="col">Stand</th>' in after
    assert db.exec(select(Publication.digest)).one() in after.replace("<wbr>", "")


def test_approved_minutes_say_so_on_their_page(coordinator: TestClient, minutes: Minutes) -> None:
    coordinator.post(PREVIEW, data={"audience": "public", "read": "1"})
    coordinator.post("/overleggen/amsterdam/2026-4/verslag/vastgesteld")

    assert "Vastgesteld op maandag 23 november 2026." in coordinator.get(PUBLISHED).text


def test_a_hostile_text_is_only_text_on_the_page(
    db: Session, coordinator: TestClient, people: People, minutes: Minutes
) -> None:
    add_line(db, people.amsterdam, minutes, HOSTILE)
    db.commit()
    coordinator.post(PREVIEW, data={"audience": "public", "read": "1"})

    page = coordinator.get(PUBLISHED).text

    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }}" in page


def test_refused_publishing_names_the_place_and_keeps_the_choice(
    db: Session, coordinator: TestClient, amsterdam: Region, people: People, minutes: Minutes
) -> None:
    factories.contact(db, amsterdam, "Bram Akker")
    add_line(db, people.amsterdam, minutes, "Bram Akker vertelt over de opvang.")
    db.commit()

    answer = coordinator.post(PREVIEW, data={"audience": "public", "read": "1"})

    assert answer.status_code == 422
    assert "buiten de agenda: “Bram Akker”" in answer.text


def test_the_desk_shows_what_waits_and_what_was_published(coordinator: TestClient, minutes: Minutes) -> None:
    before = coordinator.get("/publicaties").text
    coordinator.post(PREVIEW, data={"audience": "network", "to": "nobody"})
    after = coordinator.get("/publicaties").text

    assert (PREVIEW in before, PREVIEW in after) == (True, False)
    assert f"{PUBLISHED}/netwerk/v1" in after


def test_a_summary_is_written_kept_and_published(db: Session, coordinator: TestClient, amsterdam: Region) -> None:
    for name in ("De Kade", "Onderdak Nu", "De Brug"):
        factories.signal(db, amsterdam, at=factories.organisation(db, amsterdam, name), quarter=(2026, 3))
    db.commit()
    address = "/publicaties/amsterdam/2026-3/samenvatting"

    empty = coordinator.post(f"{address}/schrijven", data={"publish": "ja", "revision": "0"})
    kept = coordinator.post(f"{address}/schrijven", data={"introduction": "Opvang is vol.", "revision": "0"})
    stale = coordinator.post(f"{address}/schrijven", data={"introduction": "Anders.", "revision": "0"})
    published = coordinator.post(
        f"{address}/schrijven", data={"introduction": "Opvang is vol.", "revision": "1", "publish": "ja"}
    )
    coordinator.cookies.clear()
    page = coordinator.get(address).text

    assert [empty.status_code, kept.status_code, stale.status_code, published.status_code] == [422, 303, 409, 303]
    assert "Opvang is vol." in page
    assert "3 van de 3 organisaties noemden dit." in page
    assert "Dit zijn signalen van organisaties, geen telling van mensen." in page


def test_what_the_public_reads_is_what_was_frozen(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    made = publish(db, people.amsterdam, amsterdam, meeting)

    found = queries.publication(db, PUBLIC, region_slug="amsterdam", year=2026, quarter=4, kind=PublicationKind.MINUTES)

    assert found.content == made.content
    assert found.content["level"] == "public"
    assert records.faces_of(db, people.amsterdam, amsterdam, meeting)[TextLevel.PUBLIC] == found.content


FIELDS = "text kind level who before item client_key revision summary state progress audience to erratum"
RUBBISH = [
    {},
    dict.fromkeys([*FIELDS.split(), "introduction", "publish"], "x" * 5000),
    dict.fromkeys(FIELDS.split(), "\x00🐍<script>’\u202e"),
    {**dict.fromkeys(FIELDS.split(), ""), "text": "! doe iets", "before": "31 februari", "item": "geen-id"},
    {"revision": "99999999999999999999999", "text": "Tekst.", "audience": "network", "to": "iedereen"},
]


@pytest.mark.parametrize("typed", RUBBISH)
def test_no_form_breaks_on_rubbish(
    db: Session, coordinator: TestClient, people: People, minutes: Minutes, typed: dict[str, str]
) -> None:
    add_line(db, people.amsterdam, minutes, "! Maakt een lijst.")
    db.commit()
    action, block = db.exec(select(Action.id, Action.block_id)).one()
    coordinator.post(PREVIEW, data={"audience": "public", "read": "1"})
    made = db.exec(select(Publication.id)).one()
    base = "/overleggen/amsterdam/2026-4/verslag"
    addresses = [
        base,
        f"{base}/regel/{block}",
        f"{base}/regel/geen-id",
        f"{base}/kort",
        PREVIEW,
        f"/acties/{action}",
        f"/acties/{action}/dag",
        f"/publicaties/versies/{made}/verbetering",
        "/publicaties/amsterdam/2026-3/samenvatting/schrijven",
        "/publicaties/amsterdam/9999-9/samenvatting/schrijven",
    ]

    answers = {address: coordinator.post(address, data=typed).status_code for address in addresses}

    assert {address: code for address, code in answers.items() if code not in {303, 404, 409, 422}} == {}
    assert answers[f"{base}/regel/geen-id"] == 404
