"""What is wrong with a text, before anybody gets it: each mistake with its place and what would be right."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process

from bsoo.i18n import gettext as _
from bsoo.mail.wording.built_in import Wording
from bsoo.mail.wording.fields import DATED, FIELDS, LINKED, Shape, is_certain, known, named, required
from bsoo.mail.wording.grammar import PLACEHOLDER, condition_of, only_placeholder, paragraphs, plain

LONGEST = {"subject": 200, "text": 8000, "button": 60}
ALIKE = 60
"""Of a hundred: how much a name must look like one of ours to be suggested."""

_OPENING = re.compile(r"(?:\s*\{(?:als|if) [^{}\n]*\})+")


class Mistake(NamedTuple):
    """What is wrong in a field, and where: the number of the line, and the line around what is marked."""

    field: str
    sentence: str
    line: int = 0
    before: str = ""
    marked: str = ""
    after: str = ""


@lru_cache(200)
def fits(name: str, language: str, wording: Wording) -> bool:
    """Whether a text can still be sent: a placeholder may be gone in a later version of the product."""
    return not mistakes(name, language, wording)


def mistakes(name: str, language: str, wording: Wording) -> list[Mistake]:
    """Everything that keeps a text from being saved, in the order in which it is read."""
    found = [*_in_subject(name, language, wording.subject), *_in_text(name, language, wording.text)]
    found += _missing(name, language, wording.text)
    return found + list(_of_fields(name, wording))


def _in_subject(name: str, language: str, subject: str) -> Iterator[Mistake]:
    yield from _unknown(name, language, "subject", subject, 0)
    for found in PLACEHOLDER.finditer(subject):
        field = named(name).get(plain(found[1]))
        if (field and field.shape is not Shape.WORDS) or condition_of(found[1]):
            yield _at("subject", _("%(what)s cannot stand in a subject.", what=found[0]), subject, 0, found)


def _in_text(name: str, language: str, text: str) -> Iterator[Mistake]:
    for number, line in enumerate(text.split("\n"), 1):
        yield from _unknown(name, language, "text", line, number)
        for found in PLACEHOLDER.finditer(line):
            asked = plain(found[1])
            field = named(name).get(asked)
            if field and field.shape is Shape.BLOCK and only_placeholder(_OPENING.sub("", line)) != asked:
                yield _at("text", _("%(what)s needs a line of its own.", what=found[0]), line, number, found)
            if field and field.shape is Shape.FLAG:
                condition = f"{{{'als' if language == 'nl' else 'if'} {asked}}}"
                sentence = _(
                    "%(what)s prints nothing. Write %(condition)s before a paragraph.",
                    what=found[0],
                    condition=condition,
                )
                yield _at("text", sentence, line, number, found)


def _unknown(name: str, language: str, field: str, line: str, number: int) -> Iterator[Mistake]:
    for found in PLACEHOLDER.finditer(line):
        condition = condition_of(found[1])
        asked = condition.name if condition else plain(found[1])
        if asked not in named(name):
            yield _at(field, _suggestion(name, language, found[0], asked), line, number, found)
    rest = PLACEHOLDER.sub(lambda found: " " * len(found[0]), line)
    if brace := re.search(r"[{}]", rest):
        yield _at(field, _("A brace stands alone here. Write a placeholder between two of them."), line, number, brace)


def _suggestion(name: str, language: str, written: str, asked: str) -> str:
    if any(asked in {one.nl, one.en} for one in FIELDS):
        return _("%(what)s does not belong to this letter.", what=written)
    names = [one.named(language) for one in known(name).values()]
    nearest = process.extractOne(asked, names, score_cutoff=ALIKE)
    if nearest is None:
        return _("%(what)s is not a placeholder. Choose one from the list.", what=written)
    return _("%(what)s is not a placeholder. Did you mean %(nearest)s?", what=written, nearest=f"{{{nearest[0]}}}")


def _missing(name: str, language: str, text: str) -> Iterator[Mistake]:
    for group in required(name):
        there = {one.en for one in group}
        if not there & _said(name, text, always=bool(there & {*LINKED, *DATED})):
            names = " / ".join(f"{{{one.named(language)}}}" for one in group)
            yield Mistake("text", _("This must be in every letter, so not only in some: %(names)s.", names=names))


def _said(name: str, text: str, *, always: bool) -> set[str]:
    """The placeholders of a text; with `always` only those in paragraphs that are never left out."""
    said: set[str] = set()
    for paragraph in paragraphs(text):
        there = {named(name)[one] for one in paragraph.names if one in named(name)}
        if not always or (not paragraph.conditions and all(is_certain(name, one) for one in there)):
            said |= {one.en for one in there}
    return said


def _of_fields(name: str, wording: Wording) -> Iterator[Mistake]:
    for field, longest in LONGEST.items():
        if len(getattr(wording, field)) > longest:
            yield Mistake(field, _("This is too long. Use at most %(count)s characters.", count=longest))
    if not wording.subject.strip():
        yield Mistake("subject", _("Fill this in."))
    if "button" in _said(name, wording.text, always=False) and not wording.button.strip():
        yield Mistake("button", _("Write what the button says."))
    if found := re.search(r"[{}]", wording.button):
        yield _at("button", _("The word on a button is fixed: no placeholders here."), wording.button, 0, found)


def _at(field: str, sentence: str, line: str, number: int, found: re.Match[str]) -> Mistake:
    start, end = found.span()
    return Mistake(field, sentence, number, line[:start], line[start:end], line[end:])
