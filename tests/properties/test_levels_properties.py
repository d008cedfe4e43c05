"""No export of a level ever holds a block of a higher level: in JSON, page, PDF, letter and feed."""

import json
from datetime import date, time

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from bsoo.i18n import LANGUAGES, speaking
from bsoo.meetings.models import TextLevel
from bsoo.minutes.levels import is_readable, readable_at
from bsoo.minutes.models import BlockKind
from bsoo.publications import pdf as maker
from bsoo.publications.document import document
from bsoo.publications.faces import Item, Line, Promise, Record, canonical, face
from bsoo.templating import environment

levels = st.sampled_from(list(TextLevel))


def mark(level: TextLevel, *place: int) -> str:
    """A text that can be found again, and by which one sees its level."""
    return f"zq{level}q{'x'.join(map(str, place))}q"


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Minutes in which each text says of which level it is."""
    items = []
    for number in range(draw(st.integers(0, 4))):
        level = draw(levels)
        lines = []
        for place in range(draw(st.integers(0, 5))):
            own = draw(levels)
            kind = draw(st.sampled_from(list(BlockKind)))
            promise = None
            if kind is BlockKind.ACTION:
                promise = Promise(
                    mark(own, 7, number, place), mark(TextLevel.PARTICIPANTS, 8), mark(own, 9), mark(own, 6, place)
                )
            lines.append(
                Line(kind, own, mark(own, number, place) + draw(st.sampled_from(["", "\n", " #x[", "<b>"])), promise)
            )
        items.append(Item(number, mark(level, 5, number), level, tuple(lines)))
    return Record(
        region="Amsterdam",
        slug="amsterdam",
        year=2026,
        quarter=4,
        on=date(2026, 12, 10),
        starts=time(13, 0),
        ends=time(15, 30),
        venue="Zaal",
        summary=draw(st.sampled_from(["", mark(TextLevel.PUBLIC, 1)])),
        items=tuple(items),
        organisations=("De Kade",),
        people=3,
        names=(mark(TextLevel.INTERNAL, 4),),
    )


def higher(level: TextLevel) -> list[str]:
    return [f"zq{one}q" for one in TextLevel if not is_readable(one, level)]


def leaks(text: str, level: TextLevel) -> list[str]:
    return [sign for sign in higher(level) if sign in text]


def as_page(record: Record, level: TextLevel) -> str:
    """The text of the page, made by the same template as the page itself."""
    template = environment().get_template("publications/_parts.html")
    request = Request({"type": "http", "headers": [], "app": None})
    module = template.make_module(
        {
            "language": "nl",
            "request": request,
            "ui": environment().get_template("_ui.html").make_module({"request": request}),
        }
    )
    return str(module.body(document(face(record, level))))  # type: ignore[attr-defined] # a macro of the template


@given(records(), levels)
@settings(max_examples=150, deadline=None)
def test_no_face_holds_a_block_of_a_higher_level(record: Record, level: TextLevel) -> None:
    content = face(record, level)

    assert leaks(canonical(content).decode(), level) == []


@given(records(), levels, st.sampled_from(LANGUAGES))
@settings(max_examples=100, deadline=None)
def test_no_pdf_is_given_a_text_of_a_higher_level(record: Record, level: TextLevel, language: str) -> None:
    """What typst gets is all that it can print: it sees no file and no network."""
    with speaking(language):
        given_to_typst = json.dumps(maker.sheet(document(face(record, level)), ()))

    assert leaks(given_to_typst, level) == []


@given(records(), levels)
@settings(max_examples=60, deadline=None)
def test_no_page_shows_a_block_of_a_higher_level(record: Record, level: TextLevel) -> None:
    assert leaks(as_page(record, level), level) == []


@given(records(), levels)
@settings(max_examples=100, deadline=None)
def test_every_block_that_may_be_read_is_there(record: Record, level: TextLevel) -> None:
    """Otherwise an export that is always empty would pass."""
    shown = canonical(face(record, level)).decode()
    readable = [line for item in record.items for line in item.lines if line.level in readable_at(level)]

    assert [line.text for line in readable if json.dumps(line.text, ensure_ascii=False)[1:-1] not in shown] == []
