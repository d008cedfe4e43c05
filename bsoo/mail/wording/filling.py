"""Fills in a text: what of it is read, as plain text and as the blocks of which the page is made."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from markupsafe import Markup, escape

from bsoo.i18n import gettext as _
from bsoo.mail.wording.built_in import Wording
from bsoo.mail.wording.fields import Field, Shape, named
from bsoo.mail.wording.grammar import HEADING, ITEM, PLACEHOLDER, Paragraph, only_placeholder, paragraphs, plain
from bsoo.mail.wording.values import Block, Told, Value, values

LINK_STYLE = "font-weight:700;"
_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)’”]")


class Filled(NamedTuple):
    """A letter between its head and its foot."""

    subject: str
    text: str
    blocks: list[Block]
    summary: str
    """What mail programs show beside the subject."""


def fill(key: str, wording: Wording, told: Told) -> Filled:
    """The text of a letter with its facts in it."""
    return _Filling(key, values(key, told)).fill(wording)


class _Filling:
    def __init__(self, key: str, given: Mapping[str, Value]) -> None:
        self._named = named(key)
        self._given = given

    def fill(self, wording: Wording) -> Filled:
        read = [one for one in paragraphs(wording.text) if self._is_read(one)]
        has_button = any({"button", "answers"} & {self._field(name).en for name in one.names} for one in read)
        blocks = [list(self._blocks(one)) for one in read]
        text = "\n\n".join(self._text(one, with_address=not has_button) for one in read)
        return Filled(self._words(wording.subject), text, [one for some in blocks for one in some], _summary(blocks))

    def _field(self, name: str) -> Field:
        return self._named[name]

    def _value(self, name: str) -> Value:
        return self._given[self._field(name).en]

    def _is_read(self, paragraph: Paragraph) -> bool:
        if any(bool(self._value(one.name)) is not one.is_there for one in paragraph.conditions):
            return False
        return all(self._value(name) for name in paragraph.names)

    # --- as plain text

    def _text(self, paragraph: Paragraph, *, with_address: bool) -> str:
        lines = [self._plain_line(line) for line in paragraph.lines]
        if with_address:
            lines += [f"  {self._value(name)}" for name in paragraph.names if self._field(name).shape is Shape.LINK]
        return "\n".join(lines)

    def _plain_line(self, line: str) -> str:
        block = self._block(line)
        return block.text if block else self._words(line.removeprefix(HEADING))

    def _words(self, line: str) -> str:
        return PLACEHOLDER.sub(lambda found: self._as_words(plain(found[1])), line)

    def _as_words(self, name: str) -> str:
        if self._field(name).shape is Shape.LINK:
            return _("your own page")
        value = self._value(name)
        return value if isinstance(value, str) else ""

    # --- as a page

    def _blocks(self, paragraph: Paragraph) -> Iterator[Block]:
        waiting: list[str] = []
        items: list[str] = []
        for line in [*paragraph.lines, ""]:
            block = self._block(line)
            if items and not line.startswith(ITEM):
                yield Block("list", [self._html(item.removeprefix(ITEM)) for item in items], "")
                items = []
            if waiting and (block or line.startswith((HEADING, ITEM)) or not line):
                yield Block("p", Markup("<br>\n").join(map(self._html, waiting)), self._words(" ".join(waiting)))
                waiting = []
            if block:
                yield block
            elif line.startswith(HEADING):
                yield Block("head", self._html(line.removeprefix(HEADING)), "")
            elif line.startswith(ITEM):
                items.append(line)
            elif line:
                waiting.append(line)

    def _block(self, line: str) -> Block | None:
        name = only_placeholder(line)
        value = self._value(name) if name else None
        return value if isinstance(value, Block) else None

    def _html(self, line: str) -> Markup:
        pieces = PLACEHOLDER.split(line)  # text and names, in turns
        shown = (self._shown(plain(one)) if odd % 2 else _with_links(one) for odd, one in enumerate(pieces))
        return Markup().join(shown)

    def _shown(self, name: str) -> Markup:
        value = self._value(name)
        if self._field(name).shape is Shape.LINK:
            return Markup('<a href="{}" style="{}">{}</a>').format(value, LINK_STYLE, _("your own page"))
        return Markup("<br>\n").join(str(value).splitlines()) if isinstance(value, str) else Markup()


def _with_links(text: str) -> Markup:
    """Typed text; addresses in it become links."""
    shown, rest = Markup(), 0
    for found in _ADDRESS.finditer(text):
        shown += escape(text[rest : found.start()]) + Markup('<a href="{0}">{0}</a>').format(found[0])
        rest = found.end()
    return shown + escape(text[rest:])


def _summary(blocks: list[list[Block]]) -> str:
    """The first words after the greeting."""
    told = [one.text for some in blocks[1:] for one in some if one.kind in {"p", "said"}]
    return told[0].partition("\n")[0] if told else ""
