"""Finding somebody in a text, whatever the accents, capitals and signs between; and taking them out. Pure."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from itertools import chain

from bsoo.text import fold

GONE = "[…]"
"""Stands where somebody was."""

_BETWEEN = r"[\s.,;_\-]"
_NO_DIGIT = re.compile(r"[^0-9]+")
_SHORTEST_ALONE = 4
_PHONE_TAIL = 9
"""Digits of a Dutch number without its 0 or +31."""


@dataclass(frozen=True)
class Needles:
    """What tells somebody in a text: sure (address, number, whole name), or perhaps (the family name alone)."""

    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    names: frozenset[tuple[str, str, str]] = field(default_factory=frozenset)
    """Given name, tussenvoegsel, family name."""

    @cached_property
    def sure(self) -> re.Pattern[str]:
        wanted = [rf"(?<![\w.+-]){re.escape(fold(email))}(?![\w-])" for email in self.emails if email]
        wanted += [_phone(phone) for phone in self.phones if sum(map(str.isdigit, phone)) >= _PHONE_TAIL]
        wanted += [rf"(?<!\w){order}(?!\w)" for name in self.names for order in _orders(*name)]
        return re.compile("|".join(wanted) or r"(?!)")

    @cached_property
    def perhaps(self) -> re.Pattern[str]:
        wanted = [
            rf"(?<!\w){rf'(?:{_words(infix)}{_BETWEEN}*)?' if infix else ''}{_words(family)}(?!\w)"
            for _given, infix, family in self.names
            if len(family) >= _SHORTEST_ALONE
        ]
        return re.compile("|".join(wanted) or r"(?!)")

    def is_in(self, value: object) -> bool:
        return any(self._may_be_in(said) and self.sure.search(said) for said in map(fold, texts(value)))

    def is_perhaps_in(self, value: object) -> bool:
        return any(self._may_be_in(said) and self.perhaps.search(said) for said in map(fold, texts(value)))

    def _may_be_in(self, folded: str) -> bool:
        """Whether it is worth a search: a list of 50,000 people takes seconds, and nearly always for nothing."""
        if any(sign in folded for sign in self._signs):
            return True
        digits = _NO_DIGIT.sub("", folded) if self._tails else ""
        return any(tail in digits for tail in self._tails)

    @cached_property
    def _signs(self) -> frozenset[str]:
        """What stands in every text that names somebody by address or name."""
        families = (re.split(r"[\s'’]+", fold(family).strip("'’ ")) for _given, _infix, family in self.names if family)
        return frozenset({fold(email) for email in self.emails if email} | {max(words, key=len) for words in families})

    @cached_property
    def _tails(self) -> frozenset[str]:
        return frozenset(map(_tail, self.phones))

    def without(self, value: object, *, also_perhaps: bool = False) -> object:
        """The value (a text, or JSON) with the person taken out of every text in it, also out of keys."""
        if isinstance(value, str):
            value = _cut(value, self.sure)
            return _cut(value, self.perhaps) if also_perhaps else value
        if isinstance(value, dict):
            return {
                self.without(key, also_perhaps=also_perhaps): self.without(one, also_perhaps=also_perhaps)
                for key, one in value.items()
            }
        if isinstance(value, list):
            return [self.without(one, also_perhaps=also_perhaps) for one in value]
        return value

    def around(self, value: object, width: int = 60) -> str:
        """The first place where the person is named, with some words on both sides."""
        for text in texts(value):
            folded, places = _folded(text)
            hit = self.sure.search(folded) or self.perhaps.search(folded)
            if hit:
                start, end = places[hit.start()], places[hit.end() - 1] + 1
                before = "…" if start > width else ""
                after = "…" if end + width < len(text) else ""
                return before + text[max(0, start - width) : end + width].strip() + after
        return ""


def texts(value: object) -> Iterator[str]:
    """Every text in a value of a column: a text, JSON, or the bytes of a file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield from _file_texts(value)
    elif isinstance(value, dict):
        yield from chain(*(texts(one) for pair in value.items() for one in pair))
    elif isinstance(value, list | tuple):
        yield from chain(*(texts(one) for one in value))


def _file_texts(content: bytes) -> Iterator[str]:
    """The texts of a list as it was uploaded: each part of a zip (XLSX, ODS), or the bytes in the usual encodings."""
    parts: Iterable[bytes] = (content,)
    if content.startswith(b"PK") and zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = [packed.read(name) for name in packed.namelist() if name.endswith(".xml")]
    for part in parts:
        yield part.decode("utf-8", "ignore")
        if not part.startswith(b"<?xml"):
            yield part.decode("latin-1")
            yield part.decode("utf-16-le", "ignore")


def _cut(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.search(fold(text)):
        return text
    folded, places = _folded(text)
    kept, end = [], 0
    for hit in pattern.finditer(folded):
        kept += [text[end : places[hit.start()]], GONE]
        end = places[hit.end() - 1] + 1
    return "".join(kept) + text[end:]


def _folded(text: str) -> tuple[str, list[int]]:
    """The folded text, and where each of its letters stood."""
    pairs = [(letter, place) for place, sign in enumerate(text) for letter in fold(sign)]
    return "".join(letter for letter, _place in pairs), [place for _letter, place in pairs]


def _orders(given: str, infix: str, family: str) -> list[str]:
    """ "Jan de Vries", "J. de Vries", "Vries, Jan de" and "de Vries, Jan"; a name of one word is too little."""
    if not given or not family:
        return []
    initial = rf"{re.escape(fold(given)[:1])}\.?"
    orders = [f"{given} {infix} {family}", f"{family} {given} {infix}", f"{infix} {family} {given}"]
    return [*map(_words, orders), rf"{initial}[\s.,]*{_words(f'{infix} {family}')}"]


def _words(name: str) -> str:
    """Its words, whatever stands between them; after an apostrophe (d'Hondt) nothing need to."""
    words = [re.escape(word).replace("'", "['’]") for word in fold(name).replace("’", "'").split()]
    return "".join(word + _BETWEEN + ("*" if word.endswith("]") else "+") for word in words[:-1]) + "".join(words[-1:])


def _tail(written: str) -> str:
    return _NO_DIGIT.sub("", written)[-_PHONE_TAIL:]


def _phone(written: str) -> str:
    digits = _tail(written)
    return r"(?<!\d)(?:(?:\+|00)?31[\s().\-]*0?|0)?[\s().\-]*" + r"[\s().\-/]*".join(digits) + r"(?!\d)"
