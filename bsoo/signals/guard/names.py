"""Names of persons, as a question: a word with a capital that the network does not know, or a first name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bsoo.signals.guard.kinds import SOFT, Finding, Known, What
from bsoo.signals.guard.vocabulary import (
    ABBREVIATIONS,
    ALLOWED,
    ALSO_WORDS,
    ARTICLES,
    CLEAR_NAMES,
    COMMON,
    CUES,
    FIRST_NAMES,
    HEADS,
    NOUN_ENDINGS,
    PARTICLES,
    PERSONS,
    PLACE_PHRASES,
    PLACE_WORDS,
    STREET_ENDINGS,
    TAILS,
    TITLES,
    VERBS,
)  # fmt: skip

_WORD = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*")
_INITIALS = re.compile(
    r"(?<!\w)(?:[A-Z]\.[ ]?){1,4}(?:(?:van|de|der|den|ten|ter|het|el|al|'t)\s){0,3}"
    r"(?P<family>[A-Z][^\W\d_]{2,}(?:-[A-Z][^\W\d_]+)?)"
)
_NEVER_AFTER = COMMON | TITLES
_NEVER_CALLED = _NEVER_AFTER | PARTICLES
_NEVER_FIRST = _NEVER_AFTER | HEADS | PERSONS
_NEVER_ALONE = _NEVER_FIRST | PARTICLES
_NEVER_BEFORE = COMMON | HEADS | VERBS | PARTICLES | CUES
_LEADS = CUES | TITLES
_OPENERS = TITLES | HEADS
_BEFORE_THINGS = ARTICLES | PLACE_WORDS
_LONGEST_PHRASE = 6
_LONGEST_NAME = 6


@dataclass(slots=True)
class Word:
    """A word with what the rules want to know of it."""

    text: str
    low: str
    stem: str
    """Without a genitive s."""
    start: int
    end: int
    first: bool
    """Stands at the beginning of a sentence, a line or a quotation."""
    gap: str
    """What stands between it and the word before."""
    capital: bool
    familiar: bool = False
    suspect: bool = False

    @property
    def shouted(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()


def names(text: str, known: Known) -> Iterator[Finding]:
    """Ask about every run of words that may be somebody's name."""
    for match in _INITIALS.finditer(text):
        if match["family"].lower() not in COMMON | ALLOWED:
            yield Finding(match.start(), match.end(), What.NAME, SOFT)
    words = list(_words(text))
    _mark_familiar(words, known)
    for place in range(len(words)):
        words[place].suspect = _suspect(words, place)
    yield from _runs(words)


def _words(text: str) -> Iterator[Word]:
    end = 0
    for match in _WORD.finditer(text):
        gap, word = text[end : match.start()], match.group()
        low, first = word.lower(), _begins_sentence(text, end, gap)
        yield Word(word, low, low.removesuffix("'s"), match.start(), match.end(), first, gap, word[0].isupper())
        end = match.end()


def _begins_sentence(text: str, end: int, gap: str) -> bool:
    """After a stop, colon, line end, bullet or opening quote; not after the stop of an abbreviation."""
    if gap == " ":
        return not end
    if not end or any(mark in gap for mark in '!?:;\n…"“”„«'):
        return True
    if "'" in gap and not gap.endswith("' "):
        return True
    if "." not in gap:
        return gap.strip() in ("-", "*", ">", "|")
    before = re.search(r"[\w.]+\Z", text[max(0, end - 12) : end])
    return not (before and before.group().lower() in ABBREVIATIONS)


def _mark_familiar(words: list[Word], known: Known) -> None:
    """Words and names of several words that belong to the network, the country or the trade."""
    phrases = PLACE_PHRASES | known.phrases
    beginnings = {phrase[0] for phrase in phrases}
    # A word of an organisation's name stands for the organisation, unless it is a first name.
    parts = {part for phrase in known.phrases for part in phrase if len(part) > 3} - FIRST_NAMES
    for place, word in enumerate(words):
        if _is_familiar(word, known.words | parts):
            word.familiar = True
        if word.stem in beginnings:
            for length in range(_LONGEST_PHRASE, 1, -1):
                piece = words[place : place + length]
                if tuple([one.low for one in piece[:-1]] + [one.stem for one in piece[-1:]]) in phrases:
                    for one in piece:
                        one.familiar = True
                    break


def _is_familiar(word: Word, more: frozenset[str]) -> bool:
    if word.text.islower():
        return False
    if _listed(word.low, more) or _listed(word.stem, more) or word.stem.endswith(STREET_ENDINGS):
        return True
    pieces = word.text.split("-")
    if len(pieces) > 1:
        return all(piece.islower() or piece.isupper() or _listed(piece.lower(), more) for piece in pieces)
    return False


def _listed(low: str, more: frozenset[str]) -> bool:
    if low in ALLOWED or low in more:
        return True
    return low.endswith(("se", "er", "ers", "s")) and any(
        low.removesuffix(end) in more for end in ("se", "er", "ers", "s")
    )


def _suspect(words: list[Word], place: int) -> bool:
    word = words[place]
    before = words[place - 1] if place and _joined(words, place) else None
    if word.familiar and not (before and before.low in _LEADS and word.stem in FIRST_NAMES):
        return False
    if before and before.low in TITLES and word.capital and word.low not in TITLES:
        return True
    if before and before.low in CUES and (word.capital or word.stem in FIRST_NAMES) and not word.first:
        return word.low not in _NEVER_CALLED
    if word.text.islower():
        return word.stem in CLEAR_NAMES and word.gap[-1:] not in ("@", "/", ".")
    if not word.capital:
        return False
    if word.stem in FIRST_NAMES and not (word.first and word.stem in ALSO_WORDS):
        return not _names_a_thing(words, place)
    if word.shouted or (
        any(map(str.isupper, word.text.replace("-", "")[1:])) and "-" not in word.text and not _mac(word.text)
    ):
        return False
    if word.first:
        return _acts_like_a_person(words, place)
    return not (
        len(word.text) < 3 or word.low in _NEVER_ALONE or _names_a_thing(words, place) or _headline(words, place)
    )


def _joined(words: list[Word], place: int) -> bool:
    """Belongs to the word before it: only a space, or the stop of a title, between them."""
    gap = words[place].gap
    if gap == " ":
        return True
    if gap.startswith("."):
        return not gap[1:].strip(" ") and words[place - 1].low in ABBREVIATIONS
    return gap.isspace() and "\n" not in gap


def _mac(text: str) -> bool:
    return bool(re.match(r"(?:Mc|Mac|O'|D'|Di|De|El|Al|Van)[A-Z]", text))


def _names_a_thing(words: list[Word], place: int) -> bool:
    """Part of a street or organisation: "Jan van Galenstraat", "stichting Amal", "Amal Foundation", "het Wereldhuis"."""
    first = place
    while (
        first
        and place - first < _LONGEST_NAME
        and _joined(words, first)
        and (words[first - 1].capital or words[first - 1].low in PARTICLES)
    ):
        if words[first - 1].low in _OPENERS:
            break
        first -= 1
    last = place
    while (
        last + 1 < len(words)
        and last - place < _LONGEST_NAME
        and _joined(words, last + 1)
        and "." not in words[last + 1].gap
    ):
        if not (words[last + 1].capital or words[last + 1].low in PARTICLES):
            break
        last += 1
    run = words[first : last + 1]
    if any(one.capital and one.low.endswith(STREET_ENDINGS) for one in run[place - first :]) or run[-1].low in TAILS:
        return True
    if run[0].low in HEADS:
        return True
    before = words[first - 1] if first and _joined(words, first) else None
    if before and before.low in HEADS and before.low not in TITLES:
        return True
    starts_with_article = run[0].low in ARTICLES and run[0] is not words[place]
    inside_a_name = any(one.stem in FIRST_NAMES for one in run if one.capital)
    if inside_a_name:
        return False
    return starts_with_article or bool(before and before.low in _BEFORE_THINGS)


def _acts_like_a_person(words: list[Word], place: int) -> bool:
    """At the beginning of a sentence: an unknown word that does something, or that another unknown word follows."""
    word = words[place]
    if word.low in _NEVER_FIRST or len(word.text) < 3 or place + 1 >= len(words):
        return False
    after = words[place + 1]
    if not _joined(words, place + 1) or "." in after.gap or _names_a_thing(words, place):
        return False
    return after.low in VERBS and not word.low.endswith(NOUN_ENDINGS)


def _headline(words: list[Word], place: int) -> bool:
    """In A Line Where Nearly Every Word Has One, a capital says nothing."""
    first = place
    while first and not words[first].first and place - first < 12:
        first -= 1
    last = place + 1
    while last < len(words) and not words[last].first and last - place < 12:
        last += 1
    line = [word for word in words[first:last] if len(word.text) > 3]
    return len(line) >= 4 and sum(word.capital for word in line) >= 0.75 * len(line)


def _runs(words: list[Word]) -> Iterator[Finding]:
    """Join neighbours into one name: title, first name, particles, family name."""
    place = 0
    while place < len(words):
        if not words[place].suspect:
            place += 1
            continue
        first, last = _widen_left(words, place), _widen_right(words, place)
        yield Finding(words[first].start, words[last].end, What.NAME, SOFT)
        place = last + 1


def _widen_left(words: list[Word], place: int) -> int:
    if place and _joined(words, place):
        before = words[place - 1]
        unknown = before.capital and not before.familiar and before.low not in _NEVER_BEFORE
        if before.low in TITLES or (unknown and "." not in words[place].gap):
            return place - 1
    return place


def _widen_right(words: list[Word], place: int) -> int:
    last = place
    while last + 1 < len(words):
        ahead = last + 1
        while ahead < len(words) - 1 and words[ahead].low in PARTICLES and words[ahead].gap == " " and ahead - last < 3:
            ahead += 1
        after = words[ahead]
        if after.gap != " " or not (after.suspect or (after.capital and not after.familiar and not after.shouted)):
            return last
        if after.low in _NEVER_AFTER:
            return last
        last = ahead
    return last
