"""What each audience gets of the minutes and of the signals, and PDFs that no text can break."""

import json

import pytest

from bsoo import i18n
from bsoo.meetings.models import TextLevel
from bsoo.minutes.models import BlockKind
from bsoo.publications.document import colophon, document
from bsoo.publications.faces import Item, Line, Promise, digest, face, persons_in
from bsoo.publications.pdf import pdf
from bsoo.publications.summary import Facts, summary_face
from bsoo.quarters import Quarter
from bsoo.signals.trends import Count, series
from tests.conftest import NOW
from tests.published import HOSTILE, inflated, record


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


def test_a_pdf_is_tagged_and_says_that_it_is_pdf_ua() -> None:
    made = pdf(document(face(record(), TextLevel.PUBLIC)), ("Versie 1",))

    assert made.startswith(b"%PDF-")
    assert b"/MarkInfo" in made
    assert b"/StructTreeRoot" in made
    assert b"pdfuaid:part" in made


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
