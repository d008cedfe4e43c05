"""Every template: a known frame, blocks that are their own element, words from the catalogue, nothing for a script."""

import re
from collections.abc import Iterator
from datetime import date, time
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from jinja2 import nodes

from bsoo.mail import letter_facts, letters, rendering
from bsoo.mail.outbox import Recipient
from bsoo.templating import FOLDER, environment

pytestmark = pytest.mark.once

FRAMES = {"_app.html", "_partner.html", "_public.html", "_live.html"}
FRAME_BLOCKS = set(
    re.findall(r"{% block (\w+)", "".join((FOLDER / name).read_text() for name in [*FRAMES, "_document.html"]))
)

ALL = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in {".html", ".txt"})
LETTERS = [name for name in ALL if name.startswith("mail/")]
PAGES = [name for name in ALL if name not in LETTERS and not Path(name).name.startswith("_")]
SITE = [name for name in ALL if name not in LETTERS]

SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription", "label", "content"}
"""Attributes that somebody reads or hears."""

UNTRANSLATED = {
    "BSOO": "the name of the product",
    "BSO": "the same, in the head of a letter, with its last letter in gold",
    "O": "that last letter",
    "Breed Stedelijk Overleg Ongedocumenteerden": "its full Dutch name, marked lang=nl",
    "Breed Stedelijk Overleg": "its first line",
    "Ongedocumenteerden": "its second line",
    "v": "the utility class v-37, where a macro makes it",
    "e-mail": "for a screen reader, the same word in both languages",
}


def source(name: str) -> str:
    return (FOLDER / name).read_text()


@cache
def parsed(name: str) -> nodes.Template:
    return environment().parse(source(name))


def test_the_walk_finds_templates_of_every_kind() -> None:
    assert "access/sign_in.html" in PAGES
    assert "mail/_letter.txt" in LETTERS
    assert {"_ui.html", "_fragment.html"} <= set(SITE)
    assert {"content", "title", "head"} <= FRAME_BLOCKS


# --- Frames and blocks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_begins_with_its_frame(name: str) -> None:
    first = source(name).partition("\n")[0]

    assert re.fullmatch(r'{% extends layout or "(\w+\.html)" %}', first), first
    assert first.split('"')[1] in FRAMES


def own_blocks(name: str) -> list[str]:
    return [block for block in re.findall(r"{%-? *block (\w+)", source(name)) if block not in FRAME_BLOCKS]


@pytest.mark.parametrize("name", [name for name in PAGES if own_blocks(name)])
def test_a_block_is_one_element_with_its_own_name(name: str) -> None:
    """Then block, id and hx-target are one word, and a fragment replaces exactly what it was."""
    for block in own_blocks(name):
        body = re.search(r"{%-? *block " + block + r" *-?%}(.*?){%-? *endblock", source(name), re.DOTALL)
        assert body, block
        elements = Outline(_without_jinja(body[1]))
        assert elements.top == [block], f"{name}: block {block} holds {elements.top}"


def _without_jinja(text: str) -> str:
    return re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", text, flags=re.DOTALL)


class Outline(HTMLParser):
    """The ids of the elements at the top, and the text between them."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "col", "use", "wbr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.top: list[str] = []
        self.depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.top.append(dict(attrs).get("id") or f"<{tag}>")
        self.depth += tag not in self.VOID

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in self.VOID

    def handle_data(self, data: str) -> None:
        if self.depth == 0 and data.strip():
            self.top.append(data.strip())


def test_every_target_is_a_block_of_some_page() -> None:
    blocks = {block for name in SITE for block in own_blocks(name)} | {"content"}
    wanted = {
        (name, target)
        for name in SITE
        for target in re.findall(r'(?:hx-target="#|\btarget=")([\w-]+)"', source(name))
        if target not in {"_blank", "_top"}
    }

    assert wanted, "the walk itself is broken"
    assert sorted((name, target) for name, target in wanted if target not in blocks | {"toasts"}) == []


# --- Words ----------------------------------------------------------------------------------------------------------


class Words(HTMLParser):
    """What a reader would read or hear in a piece of HTML; Jinja's own output stands in it as U+FFFC."""

    SILENT = frozenset({"style", "script", "kbd"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        readable = SPOKEN | ({"value"} if tag == "input" and ("type", "submit") in attrs else set())
        if tag != "meta" or ("name", "description") in attrs:
            self.found += [value for name, value in attrs if name in readable and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def words_of(name: str) -> list[str]:
    """The words that stand in a template itself, outside gettext."""
    html = "".join(_pieces(parsed(name)))
    texts = Words(html).found if name.endswith(".html") else [html]
    pieces = [piece.strip(" \n\t·–—-:;,.()/%+&\xa0") for text in texts for piece in re.split("\ufffc|\n", text)]
    return [
        piece
        for piece in pieces
        if re.search(r"[^\W\d_]", piece) and not is_markup(piece) and piece not in UNTRANSLATED
    ]


def is_markup(piece: str) -> bool:
    """What macros leave: name="value without its tag, or the #fragment of an address."""
    return re.fullmatch(r'#[\w-]+|"?\s*(?:[\w:-]+="[^"]*"?\s*)+', piece) is not None


def _pieces(node: nodes.Node) -> Iterator[str]:
    """The template's own text, with a mark where Jinja puts something."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Block) and node.name.endswith(("_class", "_attributes")):
        yield "\ufffc"  # a part of a tag
    elif isinstance(node, nodes.Output | nodes.Template) or any(True for _ in node.iter_child_nodes()):
        for child in node.iter_child_nodes():
            yield from _pieces(child)
        if isinstance(node, nodes.Call | nodes.CallBlock):
            yield "\ufffc"
    elif isinstance(node, nodes.Expr):
        yield "\ufffc"


@pytest.mark.parametrize("name", ALL)
def test_no_word_stands_outside_the_catalogue(name: str) -> None:
    assert words_of(name) == []


def test_a_word_outside_the_catalogue_would_be_found() -> None:
    planted = environment().parse('<p title="Uitleg">Hallo {{ _("Name") }}</p><b>{{ x }} mensen</b>')

    found = Words("".join(_pieces(planted))).found

    assert [re.sub("\ufffc", "", text).strip() for text in found] == ["Uitleg", "Hallo", "mensen"]


SAID = {"title", "lede", "text", "word", "label", "legend", "hint", "body", "button", "why", "sentence", "meta", "note"}
"""Parameters of the macros in _ui.html that somebody reads."""


@cache
def macros() -> dict[str, list[str]]:
    found = parsed("_ui.html").find_all(nodes.Macro)
    return {macro.name: [argument.name for argument in macro.args] for macro in found}


@pytest.mark.parametrize("name", PAGES)
def test_no_macro_is_given_words_outside_the_catalogue(name: str) -> None:
    known = macros()
    assert "page_head" in known, "the walk itself is broken"

    loose = []
    for call in parsed(name).find_all(nodes.Call):
        if not (isinstance(call.node, nodes.Getattr) and call.node.attr in known):
            continue
        given = list(zip(known[call.node.attr], call.args, strict=False)) + [
            (one.key, one.value) for one in call.kwargs
        ]
        for parameter, value in given:
            if parameter in SAID and isinstance(value, nodes.Const) and re.search(r"[^\W\d_]{2}", str(value.value)):
                loose.append(f"{call.node.attr}({parameter}={value.value!r})")

    assert loose == []


# --- What the security policy forbids -------------------------------------------------------------------------------

FORBIDDEN = {
    r"<script(?![^>]*\bsrc=)": "an inline script",
    r"<style": "an inline style sheet",
    r"<[^>]*\sstyle=": "an inline style",
    r"<[^>]*\son[a-z]+=": "an event handler",
    r"hx-on": "an event handler of htmx",
    r"hx-[\w:-]+=\"[^\"]*js:": "a script in an htmx value",
    r"hx-trigger=\"[^\"]*\[": "a filter in brackets, which is a script too",
    r"javascript:": "a script as an address",
    r"\|\s*safe\b": "text that is not escaped",
    r"\b(?:src|href)=\"(?:https?:)?//": "something of another host",
}


@pytest.mark.parametrize("name", SITE)
def test_a_template_keeps_to_the_security_policy(name: str) -> None:
    text = re.sub(r"{#.*?#}", "", source(name), flags=re.DOTALL)

    assert [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)] == []


# --- Letters --------------------------------------------------------------------------------------------------------

MEETING = {
    "on": date(2026, 12, 10),
    "starts": time(13, 0),
    "ends": time(15, 30),
    "venue": "Buurthuis De Ankerplaats",
    "address": "Kade 1, Amsterdam",
    "page": "/overleg/amsterdam/2026-4",
}


NAMED_BY_THEIR_SENDER = {"publication"}
"""Letters whose subject is the title of what they bring."""


def sample(hint: object, name: str) -> object:
    """A value of the kind that a letter asks for."""
    kinds = get_args(hint) or (hint,)
    if letter_facts.MeetingFacts in kinds:
        return MEETING
    if letter_facts.AgendaLine in kinds or any(letter_facts.AgendaLine in get_args(kind) for kind in kinds):
        return [{"at": time(13, 5), "title": "Nachtopvang", "minutes": 20, "presenter": "De Kade"}]
    if date in kinds:
        return date(2026, 11, 26)
    if bool in kinds:
        return True
    if int in kinds:
        return 2
    assert str in kinds, hint
    return {"answer": "on-site"}.get(name, f"/{name}")


def facts_of(letter: str) -> dict[str, Any]:  # Any: each letter has facts of its own
    hints = get_type_hints(letters.LETTERS[letter].facts)
    return {name: sample(hint, name) for name, hint in hints.items() if name not in {"wording", "is_test"}}


def rendered(letter: str, language: str) -> rendering.Rendered:
    reader = Recipient("samira@kade.example.org", "Samira El Idrissi", language)
    return rendering.preview(letter, reader, facts_of(letter), base_url="https://bsoo.example", region="Amsterdam")


def test_the_letters_that_we_know_are_walked() -> None:
    assert {"invitation", "reminder", "signal_declined", "staff_sign_in"} <= set(letters.known_letters())


@pytest.mark.parametrize("letter", letters.known_letters())
def test_a_letter_speaks_both_languages_in_subject_text_and_html(letter: str) -> None:
    dutch, english = rendered(letter, "nl"), rendered(letter, "en")

    for part in ("text", "html") if letter in NAMED_BY_THEIR_SENDER else ("subject", "text", "html"):
        nl, en = getattr(dutch, part), getattr(english, part)
        assert nl.strip(), f"{part} is empty"
        assert nl != en, f"{part} is the same in Dutch and English: {nl}"
    assert 'lang="nl"' in dutch.html
    assert 'lang="en"' in english.html


@pytest.mark.parametrize("letter", letters.known_letters())
def test_a_letter_fits_its_line_and_links_to_its_own_site_only(letter: str) -> None:
    made = rendered(letter, "nl")

    assert "\n" not in made.subject
    assert len(made.subject) < 120
    assert set(re.findall(r"https?://[^/\"\s]+", made.html + made.text)) <= {"https://bsoo.example"}
    assert "<img" not in made.html
