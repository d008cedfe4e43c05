"""Publications: what each audience gets, versions that never change, and PDFs that no text can break."""

import html
import json
import re
import zlib
from collections.abc import Callable
from datetime import date, time

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import i18n, links
from bsoo.access.actor import PUBLIC, Actor, ActorKind
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.links import Purpose
from bsoo.mail.models import Letter, LetterPayload
from bsoo.meetings.models import AgendaItem, Attendance, Meeting, Presence, TextLevel
from bsoo.minutes import actions as minutes_actions
from bsoo.minutes import promises
from bsoo.minutes.actions import Typed
from bsoo.minutes.models import Action, ActionState, BlockKind, Minutes, MinutesState
from bsoo.publications import actions, queries, records
from bsoo.publications.document import colophon, document
from bsoo.publications.faces import Item, Line, Promise, Record, digest, face, persons_in
from bsoo.publications.letters import Readers
from bsoo.publications.models import Audience, Publication, PublicationFile, PublicationKind
from bsoo.publications.pdf import pdf
from bsoo.publications.summary import Facts, summary_face
from bsoo.quarters import Quarter
from bsoo.regions import Region
from bsoo.signals.trends import Count, series
from tests import factories
from tests.conftest import NOW, People

HOSTILE = (
    '#panic("x") #read("/etc/passwd") *[$\\ ]] }} ``` // /* <script>alert(1)</script> @ref <label> \\u{1F600} {{ 7*7 }}'
)


def record(**changed: object) -> Record:
    facts: dict[str, object] = {
        "region": "Amsterdam",
        "slug": "amsterdam",
        "year": 2026,
        "quarter": 4,
        "on": date(2026, 12, 10),
        "starts": time(13, 0),
        "ends": time(15, 30),
        "venue": "Buurthuis De Ankerplaats",
        "summary": "Wij delen plekken.\n- Wachttijden gaan rond.",
        "items": (
            Item(
                1,
                "Nachtopvang",
                TextLevel.PUBLIC,
                (
                    Line(BlockKind.INFORMATION, TextLevel.PUBLIC, "De Kade ziet meer gezinnen."),
                    Line(BlockKind.DECISION, TextLevel.PARTICIPANTS, "Wij delen plekken op vrijdag."),
                    Line(BlockKind.INFORMATION, TextLevel.INTERNAL, "De wethouder twijfelt."),
                    Line(
                        BlockKind.ACTION,
                        TextLevel.PUBLIC,
                        "Maakt een lijst.",
                        Promise("AMS-2026-4-A1", "Bram Akker", "Inloophuis De Kade", "", date(2026, 12, 18)),
                    ),
                ),
            ),
        ),
        "organisations": ("Inloophuis De Kade",),
        "people": 12,
        "names": ("Bram Akker",),
    }
    return Record(**{**facts, **changed})  # type: ignore[arg-type] # the test names fields by text


# --- Faces ----------------------------------------------------------------------------------------------------------


def kinds(level: TextLevel) -> list[str]:
    return [block["kind"] for item in face(record(), level)["items"] for block in item["blocks"]]


def test_each_audience_gets_its_own_lines() -> None:
    assert kinds(TextLevel.PUBLIC) == ["information", "action"]
    assert kinds(TextLevel.PARTICIPANTS) == ["information", "decision", "action"]
    assert kinds(TextLevel.INTERNAL) == ["information", "decision", "information", "action"]


def test_the_public_reads_organisations_and_partners_read_who_promised_it() -> None:
    owners = {level: face(record(), level)["items"][0]["blocks"][-1]["owner"] for level in TextLevel}

    assert owners[TextLevel.PUBLIC] == "Inloophuis De Kade"
    assert owners[TextLevel.PARTICIPANTS] == "Bram Akker, Inloophuis De Kade"


@pytest.mark.parametrize(("named", "shown"), [("Jan Visser", ""), ("Coördinator", "Coördinator")])
def test_a_free_name_is_not_public_but_a_word_of_everybodys_is(named: str, shown: str) -> None:
    line = Line(BlockKind.ACTION, TextLevel.PUBLIC, "Belt rond.", Promise("AMS-2026-4-A1", named=named))

    found = face(record(items=(Item(1, "Punt", TextLevel.PUBLIC, (line,)),)), TextLevel.PUBLIC)

    assert found["items"][0]["blocks"][0]["owner"] == shown


def test_only_staff_see_who_was_there_by_name() -> None:
    assert {level: face(record(), level)["names"] for level in TextLevel} == {
        TextLevel.INTERNAL: ["Bram Akker"],
        TextLevel.PARTICIPANTS: [],
        TextLevel.PUBLIC: [],
    }


def test_the_public_reads_how_many_were_there_and_partners_read_who() -> None:
    present = {level: face(record(), level)["organisations"] for level in TextLevel}
    public = document(face(record(), TextLevel.PUBLIC))

    assert present[TextLevel.PUBLIC] == []
    assert present[TextLevel.PARTICIPANTS] == ["Inloophuis De Kade"]
    assert public.lede.endswith("van 1 organisatie.")
    assert [part.text for section in public.sections if section.anchor == "wie" for part in section.parts] == [
        "Wij publiceren niet wie er waren, zodat iedereen vrij kan spreken."
    ]


def test_a_version_of_before_still_names_who_was_there() -> None:
    content = face(record(), TextLevel.PARTICIPANTS)
    del content["seats"]

    assert document(content).lede.endswith("van 1 organisatie.")


def test_the_title_of_a_closed_item_becomes_its_number() -> None:
    line = Line(BlockKind.INFORMATION, TextLevel.PUBLIC, "Dit mag iedereen weten.")
    closed = record(items=(Item(3, "Klacht over de dienst", TextLevel.INTERNAL, (line,)),))

    shown = document(face(closed, TextLevel.PUBLIC))

    assert [section.title for section in shown.sections if section.anchor == "p1"] == ["3. agendapunt"]


def test_a_name_of_a_contact_in_a_public_text_is_found_with_its_place() -> None:
    line = Line(BlockKind.INFORMATION, TextLevel.PUBLIC, "Met dank aan bram AKKER van De Kade.")
    content = face(record(items=(Item(2, "Punt", TextLevel.PUBLIC, (line,)),)), TextLevel.PUBLIC)

    assert persons_in(content, ["Bram Akker", "Samira", "Carlijn Boer"]) == [("2", "Bram Akker")]


def test_the_digest_tells_content_apart_and_survives_storage() -> None:
    content = face(record(), TextLevel.PUBLIC)

    assert digest(json.loads(json.dumps(content))) == digest(content)
    assert digest(face(record(summary="Anders."), TextLevel.PUBLIC)) != digest(content)


# --- The PDF --------------------------------------------------------------------------------------------------------


def test_a_pdf_is_tagged_and_says_that_it_is_pdf_ua() -> None:
    made = pdf(document(face(record(), TextLevel.PUBLIC)), ("Versie 1",))

    assert made.startswith(b"%PDF-")
    assert b"/MarkInfo" in made
    assert b"/StructTreeRoot" in made
    assert b"pdfuaid:part" in made


def inflated(file: bytes) -> bytes:
    """The file with its packed parts unpacked, as far as they are plain zlib."""
    found = [file]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", file, re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(found)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_pdf_speaks_the_language_in_force(language: str) -> None:
    with i18n.speaking(language):
        made = pdf(document(face(record(), TextLevel.PUBLIC)), ("1",))

    assert f"/Lang({language})".encode() in inflated(made).replace(b"/Lang (", b"/Lang(")


def test_no_text_can_act_as_markup() -> None:
    hostile = record(
        region=HOSTILE,
        venue=HOSTILE,
        summary=HOSTILE,
        organisations=(HOSTILE,),
        items=(
            Item(
                1,
                HOSTILE,
                TextLevel.PUBLIC,
                (
                    Line(BlockKind.INFORMATION, TextLevel.PUBLIC, HOSTILE + "\n\n" + "a" * 4000),
                    Line(BlockKind.ACTION, TextLevel.PUBLIC, HOSTILE, Promise("A1", organisation=HOSTILE)),
                ),
            ),
        ),
    )
    harmless = record(summary="Gewoon.")

    made = pdf(document(face(hostile, TextLevel.PUBLIC)), (HOSTILE,))

    assert made.startswith(b"%PDF-")
    assert b"/JavaScript" not in made
    assert b"root:" not in made
    assert len(made) > len(pdf(document(face(harmless, TextLevel.PUBLIC)), ("x",)))


def test_signs_that_no_font_can_draw_still_give_a_tagged_file() -> None:
    made = pdf(document(face(record(summary="😀 العربية"), TextLevel.PUBLIC)), ("x",))

    assert b"/StructTreeRoot" in made
    assert b"pdfuaid:part" not in made


def test_the_same_document_is_the_same_file() -> None:
    shown = document(face(record(), TextLevel.PUBLIC))

    assert pdf(shown, ("x",)) == pdf(shown, ("x",))


def test_a_printed_copy_can_be_compared_with_the_page() -> None:
    assert colophon(2, NOW, "abc") == (
        "Versie 2, gepubliceerd op 23 november 2026.",
        "Controlegetal van de tekst (SHA-256): abc",
    )


# --- The signal summary ---------------------------------------------------------------------------------------------

QUARTERS = [Quarter(2026, 2), Quarter(2026, 3)]


def facts(*counts: Count, masked: bool = True) -> Facts:
    names = {"onderdak": ("Onderdak", "Shelter"), "voedsel": ("Voedsel", "Food"), "detentie": ("Detentie", "Detention")}
    return Facts(
        "Amsterdam", "amsterdam", QUARTERS, [20, 24], series(counts, QUARTERS, list(names), masked=masked), names
    )


def test_a_summary_hides_numbers_under_three_and_leaves_out_what_says_nothing() -> None:
    content = summary_face(
        facts(
            Count("onderdak", Quarter(2026, 2), 2, 2),
            Count("onderdak", Quarter(2026, 3), 9, 9),
            Count("voedsel", Quarter(2026, 2), 5, 5),
            Count("detentie", Quarter(2026, 3), 1, 1),
        ),
        "Kort.",
    )

    assert [(theme["code"], theme["shown"]) for theme in content["themes"]] == [
        ("onderdak", ["0–2", "9"]),
        ("voedsel", ["5", "0–2"]),
    ]


def test_bare_numbers_are_never_published() -> None:
    with pytest.raises(ValueError, match="masked"):
        summary_face(facts(Count("onderdak", Quarter(2026, 3), 9, 9), masked=False), "Kort.")


# --- Publishing -----------------------------------------------------------------------------------------------------


@pytest.fixture
def meeting(db: Session, amsterdam: Region) -> Meeting:
    made = factories.meeting(db, amsterdam, on=date(2026, 11, 19))
    db.commit()
    return made


@pytest.fixture
def minutes(db: Session, people: People, meeting: Meeting) -> Minutes:
    """Minutes with a line of each level at one public agenda item."""
    made = minutes_actions.start_minutes(db, people.amsterdam, meeting)
    item = AgendaItem(
        region_id=meeting.region_id, meeting_id=meeting.id, title="Nachtopvang", level=TextLevel.PUBLIC, minutes=20
    )
    db.add(item)
    db.flush()
    for level in TextLevel:
        minutes_actions.add_block(
            db,
            people.amsterdam,
            made,
            Typed(f"Dit is de regel {level}.", level=level),
            client_key=str(level),
            agenda_item_id=item.id,
        )
    db.commit()
    return made


def publish(
    db: Session, actor: Actor, region: Region, meeting: Meeting, audience: Audience = Audience.PUBLIC, **more: object
) -> Publication:
    return actions.publish_minutes(db, actor, region, meeting, audience, **more)  # type: ignore[arg-type] # passed on


def add_line(db: Session, actor: Actor, minutes: Minutes, text: str, level: TextLevel = TextLevel.PUBLIC) -> None:
    minutes_actions.add_block(db, actor, minutes, Typed(text, level=level), client_key=text[:60])


def test_a_publication_is_frozen_with_its_digest_and_its_file(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    made = publish(db, people.amsterdam, amsterdam, meeting)
    add_line(db, people.amsterdam, minutes, "Later geschreven.")

    assert made.version == 1
    assert made.digest == digest(made.content)
    assert "Later geschreven." not in json.dumps(made.content)
    assert db.exec(select(PublicationFile.content)).one().startswith(b"%PDF-")
    assert minutes.state is MinutesState.PUBLISHED


def test_a_correction_is_a_new_version_and_stands_beside_the_old_one(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    first = publish(db, people.amsterdam, amsterdam, meeting)
    add_line(db, people.amsterdam, minutes, "Vergeten regel.")

    second = publish(db, people.amsterdam, amsterdam, meeting, erratum="Een regel was vergeten.")

    assert (second.version, first.digest != second.digest) == (2, True)
    assert [one.text for one in queries.errata(db, PUBLIC, first)] == ["Een regel was vergeten."]
    assert [one.version for one in queries.versions(db, PUBLIC, first)] == [2, 1]


def test_a_second_version_says_what_it_corrects(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    publish(db, people.amsterdam, amsterdam, meeting)
    add_line(db, people.amsterdam, minutes, "Vergeten regel.")

    with pytest.raises(Refused) as refused:
        publish(db, people.amsterdam, amsterdam, meeting)

    assert list(refused.value.errors) == ["erratum"]


def test_pressing_twice_makes_no_second_version(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    publish(db, people.amsterdam, amsterdam, meeting)

    with pytest.raises(Refused):
        publish(db, people.amsterdam, amsterdam, meeting, erratum="Niets.")


def test_nothing_is_published_that_points_at_a_person_and_the_place_is_named(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    """Such a text can only come in by the back door, for writing it is refused too."""
    minutes.summary = "Bel mevrouw op 06 12345678."
    db.add(minutes)

    with pytest.raises(Refused) as refused:
        publish(db, people.amsterdam, amsterdam, meeting)

    assert "In het kort: “06 12345678”" in str(refused.value)
    assert db.exec(select(Publication.id)).all() == []


def test_the_public_face_stops_on_the_name_of_a_contact_and_the_network_face_does_not(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    factories.contact(db, amsterdam, "Bram Akker")
    add_line(db, people.amsterdam, minutes, "Bram Akker vertelt over de opvang.")

    with pytest.raises(Refused) as refused:
        publish(db, people.amsterdam, amsterdam, meeting)

    assert "Bram Akker" in str(refused.value)
    assert publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK).version == 1


def test_minutes_without_a_line_for_an_audience_are_not_published(
    db: Session, people: People, amsterdam: Region, meeting: Meeting
) -> None:
    made = minutes_actions.start_minutes(db, people.amsterdam, meeting)
    add_line(db, people.amsterdam, made, "Alleen voor ons.", TextLevel.INTERNAL)

    with pytest.raises(Refused):
        publish(db, people.amsterdam, amsterdam, meeting)


@pytest.mark.parametrize("who", ["reader", "almere"])
def test_who_may_not_publish_publishes_nothing(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes, who: str
) -> None:
    with pytest.raises(NotAllowed):
        publish(db, getattr(people, who), amsterdam, meeting)


# --- Letters --------------------------------------------------------------------------------------------------------


def test_those_who_were_there_get_a_letter_with_a_link_of_their_own(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    there = factories.contact(db, amsterdam, "Bram Akker")
    factories.contact(db, amsterdam, "Carlijn Boer")
    db.add(Attendance(meeting_id=meeting.id, contact_id=there.id, presence=Presence.PRESENT))

    made = publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK, to=Readers.PRESENT)

    letter, payload = db.exec(select(Letter, LetterPayload).join(LetterPayload)).one()
    token = links.token_for(db, Purpose.OWN_PAGE, there.id, there.id)
    assert letter.contact_id == there.id
    assert payload.context["page"] == f"/mijn/{token}/verslag/{made.id}"


def test_the_whole_network_means_who_is_invited_and_did_not_stop(
    db: Session, people: People, amsterdam: Region, almere: Region, meeting: Meeting, minutes: Minutes
) -> None:
    wanted = factories.contact(db, amsterdam, "Bram Akker")
    factories.contact(db, amsterdam, "Carlijn Boer", invited=False)
    factories.contact(db, almere, "Dirk Elders")

    publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK, to=Readers.NETWORK)

    assert db.exec(select(Letter.contact_id)).all() == [wanted.id]


def test_letters_and_feeds_carry_no_line_of_the_minutes(
    db: Session, client: TestClient, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    """They say that there is something to read, and where; so a correction or withdrawal reaches every reader."""
    factories.contact(db, amsterdam)
    publish(db, people.amsterdam, amsterdam, meeting)
    publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK, to=Readers.NETWORK)
    db.commit()

    letter = json.dumps(db.exec(select(LetterPayload.context)).one())
    feed = client.get("/publicaties.atom").text

    assert "Overleg Amsterdam, 19 november 2026" in feed
    assert ("Dit is de regel" in letter, "Dit is de regel" in feed) == (False, False)


def test_publishing_for_everybody_writes_nobody(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    factories.contact(db, amsterdam)

    publish(db, people.amsterdam, amsterdam, meeting, to=Readers.NETWORK)

    assert db.exec(select(Letter.id)).all() == []


# --- Who reads what -------------------------------------------------------------------------------------------------


def partner_of(db: Session, region: Region) -> Actor:
    contact = factories.contact(db, region, f"Bram van {region.name}")
    return Actor(ActorKind.CONTACT, id=contact.id, region_ids=frozenset({region.id}))


def test_the_version_for_the_network_is_for_its_own_region_only(
    db: Session, people: People, amsterdam: Region, almere: Region, meeting: Meeting, minutes: Minutes
) -> None:
    made = publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK)

    assert queries.publication_by_id(db, partner_of(db, amsterdam), made.id).id == made.id
    for actor in (PUBLIC, partner_of(db, almere), people.almere):
        with pytest.raises(NotFound):
            queries.publication_by_id(db, actor, made.id)


def test_a_partner_is_shown_the_fuller_of_two_versions(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    publish(db, people.amsterdam, amsterdam, meeting)
    fuller = publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK)

    assert [one.id for one in queries.published_for(db, partner_of(db, amsterdam))] == [fuller.id]


def test_staff_find_the_two_versions_of_a_publication_together_by_year(
    db: Session, people: People, amsterdam: Region, almere: Region, meeting: Meeting, minutes: Minutes
) -> None:
    for_all = publish(db, people.amsterdam, amsterdam, meeting)
    fuller = publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK)
    ids = [amsterdam.id, almere.id]

    (together,) = queries.shelf(db, people.amsterdam, ids, meeting.year)

    assert {one.id for one in together} == {for_all.id, fuller.id}
    assert queries.years_published(db, people.amsterdam, ids) == [meeting.year]
    assert queries.shelf(db, people.amsterdam, ids, meeting.year - 1) == []
    assert queries.shelf(db, people.almere, ids, meeting.year) == []
    assert queries.regions_summarised(db, people.amsterdam, ids, meeting.year, meeting.quarter) == set()


def test_a_withdrawn_version_leaves_the_list_and_comes_back(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    made = publish(db, people.amsterdam, amsterdam, meeting)

    actions.withdraw(db, people.amsterdam, made)
    without = queries.published(db, PUBLIC)
    actions.restore(db, people.amsterdam, made)

    assert without == []
    assert [one.id for one in queries.published(db, PUBLIC)] == [made.id]


# --- On the page ----------------------------------------------------------------------------------------------------

PREVIEW = "/overleggen/amsterdam/2026-4/verslag/publiceren"
PUBLISHED = "/publicaties/amsterdam/2026-4/verslag"


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
