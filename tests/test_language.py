"""Dutch is complete and right: every text of the code and the templates, and nothing that is no longer there."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bsoo import i18n

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}

Text = str | tuple[str, str]


@pytest.fixture(scope="module")
def sources() -> dict[Text, str]:
    """Every text to be translated, with a place where it stands."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    found: dict[Text, str] = {}
    for mapping in settings:
        options = {
            mapping["pattern"]: {key: str(value) for key, value in mapping.items() if key not in {"method", "pattern"}}
        }
        methods = [(mapping["pattern"], mapping["method"])]
        for file, line, message, *_rest in extract_from_dir(ROOT, methods, options, keywords=KEYWORDS):
            text = message if isinstance(message, str) else (str(message[0]), str(message[1]))
            found.setdefault(text, f"{file}:{line}")
    return found


def entries() -> Iterator[tuple[str, Message]]:
    """Every entry of every area's Dutch catalogue."""
    for file in sorted((i18n.FOLDER / "nl" / "LC_MESSAGES").glob("*.po")):
        with file.open("rb") as handle:
            yield from ((file.name, message) for message in read_po(handle, locale="nl") if message.id)


def id_of(message: Message) -> Text:
    return message.id if isinstance(message.id, str) else (str(message.id[0]), str(message.id[1]))


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def forms(text: Text) -> list[str]:
    """The text, or its singular and its plural."""
    return [text] if isinstance(text, str) else list(text)


def test_the_walk_finds_texts_of_code_and_of_templates(sources: dict[Text, str]) -> None:
    assert sources["This number does not fit here."].startswith("bsoo/routes/edge/forms.py")
    assert sources["Sign in"].startswith("bsoo/templates/")
    assert ("%(num)s minute ago", "%(num)s minutes ago") in sources


def test_every_text_has_its_dutch(sources: dict[Text, str]) -> None:
    known = {id_of(message) for _, message in entries() if all(texts(message)) and not message.fuzzy}

    assert {text: place for text, place in sources.items() if text not in known} == {}


def test_nothing_is_translated_that_nobody_says_any_more(sources: dict[Text, str]) -> None:
    assert [(file, id_of(message)) for file, message in entries() if id_of(message) not in sources] == []


def test_nothing_is_half_translated() -> None:
    assert [(file, message.id) for file, message in entries() if message.fuzzy or not all(texts(message))] == []


def test_one_text_has_one_translation_in_all_areas() -> None:
    said: dict[str, set[str]] = {}
    for _, message in entries():
        said.setdefault(forms(id_of(message))[0], set()).add(texts(message)[0])

    assert {text: dutch for text, dutch in said.items() if len(dutch) > 1} == {}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)[a-z]", text))


def test_a_translation_has_the_placeholders_of_its_source() -> None:
    """And fills them: a lone percent sign would fail on the page of whoever reads Dutch."""
    wrong = []
    for file, message in entries():
        asked = forms(id_of(message))
        wanted = set().union(*(placeholders(form) for form in asked))
        may_lack = {"num"} if len(asked) > 1 else set()  # "one person" may say its number in a word
        for text in texts(message):
            if not wanted - may_lack <= placeholders(text) <= wanted or not fills(text, wanted):
                wrong.append((file, message.id, text))

    assert wrong == []


def fills(text: str, names: set[str]) -> bool:
    try:
        return bool(text % dict.fromkeys(names, "x"))
    except (ValueError, TypeError, KeyError):
        return False


def test_every_source_text_fills_its_placeholders(sources: dict[Text, str]) -> None:
    said = [(form, place) for text, place in sources.items() for form in forms(text)]

    assert [(form, place) for form, place in said if not fills(form, placeholders(form))] == []


def test_dutch_addresses_a_reader_in_one_way() -> None:
    """Staff are *je*, partners and the public *u*; one sentence never mixes the two."""
    mixed = [
        (file, text)
        for file, message in entries()
        for text in texts(message)
        if re.search(r"\b(?:je|jij|jou|jouw)\b", text, re.IGNORECASE)
        and re.search(r"\b(?:u|uw)\b", text, re.IGNORECASE)
    ]

    assert mixed == []


@pytest.mark.parametrize("unwanted", ["illegalen", "oeps", "succesvol", "ongeldige", "!"])
def test_dutch_keeps_to_the_words_we_chose(unwanted: str) -> None:
    assert [(file, text) for file, message in entries() for text in texts(message) if unwanted in text.lower()] == []


def test_the_language_of_a_reader_rules_inside_its_block_only() -> None:
    with i18n.speaking("nl"):
        before = i18n.gettext("Sign in")
        with i18n.speaking("en"):
            inside = i18n.gettext("Sign in")
        after = i18n.gettext("Sign in")

    assert inside == "Sign in"
    assert before == after != inside


def test_a_language_that_we_do_not_speak_becomes_dutch() -> None:
    with i18n.speaking("tlh"):
        assert i18n.language() == "nl"
