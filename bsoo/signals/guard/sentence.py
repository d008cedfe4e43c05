"""A text as words, each with what the rules for names want to know of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bsoo.signals.guard.kinds import Known
from bsoo.signals.guard.vocabulary import (
    ABBREVIATIONS,
    ALLOWED,
    FIRST_NAMES,
    PARTICLES,
    PLACE_PHRASES,
    STREET_ENDINGS,
)

_WORD = re.compile(r"(?:[^\W\d_]{2,}|[A-Z]|[^\W\d_](?='))(?:['\-][^\W\d_]+)*")
"""A single small letter is no word here."""
_STOPS = frozenset('!?:;\n…"“”„«')
_BULLETS = ("-", "*", ">", "|")
_ENDINGS = ("se", "er", "ers", "s")
_SURNAME_WITH_CAPITALS = re.compile(r"(?:Mc|Mac|O'|D'|Di|De|El|Al|Van)[A-Z]")
LONGEST_PHRASE = 6
SHORTEST_PART = 4


@dataclass(slots=True)
class Word:
    """One word and its surroundings."""

    text: str
    low: str
    stem: str
    """In lower case, without a genitive s."""
    start: int
    end: int
    first: bool
    """Stands at the beginning of a sentence, a line or a quotation."""
    gap: str
    """What stands between it and the word before."""
    joined: bool
    """Only a space, or the stop of a title, parts it from the word before."""
    capital: bool
    familiar: bool = False
    """The network, the country or the trade knows it."""
    suspect: bool = False
    """It may be a person's name."""

    @property
    def is_abbreviation(self) -> bool:
        """All capitals ("GGD") or capitals inside ("WhatsApp"), but no surname such as McDonald."""
        if len(self.text) > 1 and self.text.isupper():
            return True
        inside = "-" not in self.text and not self.text[1:].islower() and len(self.text) > 1
        return inside and any(map(str.isupper, self.text[1:])) and not _SURNAME_WITH_CAPITALS.match(self.text)

    @property
    def in_a_name(self) -> bool:
        """May be part of a longer name: with a capital, or "van", "de", "el"."""
        return self.capital or self.low in PARTICLES


def read(text: str, known: Known) -> list[Word]:
    """The words of a text; those that somebody knows are marked."""
    words = list(_words(text))
    _mark_familiar(words, known)
    return words


def _words(text: str) -> Iterator[Word]:
    end, before = 0, ""
    for match in _WORD.finditer(text):
        gap, word = text[end : match.start()], match.group()
        low, first = word.lower(), _begins_sentence(text, end, gap)
        joined = bool(before) and (gap == " " or _joins(gap, before))
        stem = low.removesuffix("'s")
        yield Word(word, low, stem, match.start(), match.end(), first, gap, joined, word[0].isupper())
        end, before = match.end(), low


def _joins(gap: str, before: str) -> bool:
    if gap.startswith("."):
        return not gap[1:].strip(" ") and before in ABBREVIATIONS
    return gap.isspace() and "\n" not in gap


def _begins_sentence(text: str, end: int, gap: str) -> bool:
    """After a stop, colon, line end, bullet or opening quote; not after the stop of an abbreviation."""
    if gap == " ":
        return not end
    if not end or not _STOPS.isdisjoint(gap):
        return True
    if "'" in gap and not gap.endswith("' "):
        return True
    if "." not in gap:
        return gap.strip() in _BULLETS
    before = re.search(r"[\w.]+\Z", text[max(0, end - 12) : end])
    return not (before and before.group().lower() in ABBREVIATIONS)


def _mark_familiar(words: list[Word], known: Known) -> None:
    """Words and names of several words that are no person."""
    phrases = PLACE_PHRASES | known.phrases
    beginnings = {phrase[0] for phrase in phrases}
    # A word of an organisation's name stands for the organisation, unless it is a first name.
    parts = {part for phrase in known.phrases for part in phrase if len(part) >= SHORTEST_PART} - FIRST_NAMES
    more = known.words | parts
    for place, word in enumerate(words):
        word.familiar = word.familiar or _is_familiar(word, more)
        if word.stem in beginnings:
            for one in _phrase_at(words, place, phrases):
                one.familiar = True


def _phrase_at(words: list[Word], place: int, phrases: frozenset[tuple[str, ...]]) -> list[Word]:
    """The longest known name that begins at a word."""
    for length in range(LONGEST_PHRASE, 1, -1):
        piece = words[place : place + length]
        if (*(one.low for one in piece[:-1]), piece[-1].stem) in phrases:
            return piece
    return []


def _is_familiar(word: Word, more: frozenset[str]) -> bool:
    if word.text.islower():
        return False
    if _listed(word.low, more) or _listed(word.stem, more) or word.stem.endswith(STREET_ENDINGS):
        return True
    pieces = word.text.split("-")
    return len(pieces) > 1 and all(
        piece.islower() or piece.isupper() or _listed(piece.lower(), more) for piece in pieces
    )


def _listed(low: str, more: frozenset[str]) -> bool:
    if low in ALLOWED or low in more:
        return True
    return low.endswith(_ENDINGS) and any(low.removesuffix(ending) in more for ending in _ENDINGS)
