"""Names of persons, as a question: a word with a capital that the network does not know, or a first name."""

import re
from collections.abc import Iterator

from bsoo.signals.guard.kinds import SOFT, Finding, Known, What
from bsoo.signals.guard.sentence import Word, read
from bsoo.signals.guard.vocabulary import (
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
    PLACE_WORDS,
    STREET_ENDINGS,
    TAILS,
    TITLES,
    VERBS,
)

_INITIALS = re.compile(
    r"(?<!\w)(?:[A-Z]\.[ ]?){1,4}(?:(?:van|de|der|den|ten|ter|het|el|al|'t)\s){0,3}"
    r"(?P<family>[A-Z][^\W\d_]{2,}(?:-[A-Z][^\W\d_]+)?)"
)
_NO_FAMILY = COMMON | ALLOWED
_NEVER_AFTER = COMMON | TITLES
_NEVER_CALLED = _NEVER_AFTER | PARTICLES
_NEVER_FIRST = _NEVER_AFTER | HEADS | PERSONS
_NEVER_ALONE = _NEVER_FIRST | PARTICLES
_NEVER_BEFORE = COMMON | HEADS | VERBS | PARTICLES | CUES
_LEADS = CUES | TITLES
_OPENERS = TITLES | HEADS
_BEFORE_THINGS = ARTICLES | PLACE_WORDS
_SHORTEST = 3
_LONGEST_NAME = 6
_MOST_PARTICLES = 3
_LONGEST_LINE = 12
_LINE_WORDS = 4


def names(text: str, known: Known) -> Iterator[Finding]:
    """Ask about every run of words that may be somebody's name."""
    for match in _INITIALS.finditer(text):
        if match["family"].lower() not in _NO_FAMILY:
            yield Finding(match.start(), match.end(), What.NAME, SOFT)
    words = read(text, known)
    for place in range(len(words)):
        words[place].suspect = _suspect(words, place)
    yield from _runs(words)


def _suspect(words: list[Word], place: int) -> bool:
    """Announced by a title or "heet", a first name, or a capital that nothing else explains."""
    word = words[place]
    before = words[place - 1] if word.joined else None
    if before and before.low in _LEADS and _announced(word, before):
        return True
    if word.familiar or (before and before.low in CUES and word.capital and not word.first):
        return False
    if not word.capital:
        return word.stem in CLEAR_NAMES and word.gap[-1:] not in ("@", "/", ".")
    if word.stem in FIRST_NAMES and not (word.first and word.stem in ALSO_WORDS):
        return not _names_a_thing(words, place)
    if word.is_abbreviation or len(word.text) < _SHORTEST:
        return False
    return _acts_like_a_person(words, place) if word.first else _stands_out(words, place)


def _announced(word: Word, before: Word) -> bool:
    """A title before a capital, or "heet" before a capital or first name; a known word is what the network knows."""
    if word.familiar and word.stem not in FIRST_NAMES:
        return False
    if before.low in TITLES and word.capital:
        return word.low not in TITLES
    called = before.low in CUES and not word.first and (word.capital or word.stem in FIRST_NAMES)
    return called and word.low not in _NEVER_CALLED


def _stands_out(words: list[Word], place: int) -> bool:
    """Inside a sentence: a capital that is not explained by a thing, a place or a headline."""
    word = words[place]
    return not (word.low in _NEVER_ALONE or _names_a_thing(words, place) or _headline(words, place))


def _acts_like_a_person(words: list[Word], place: int) -> bool:
    """At the beginning of a sentence: an unknown word that does what one person does."""
    word, following = words[place], words[place + 1 : place + 2]
    if word.low in _NEVER_FIRST or not following or not following[0].joined:
        return False
    acts = following[0].low in VERBS and not word.low.endswith(NOUN_ENDINGS)
    return acts and not _names_a_thing(words, place)


def _names_a_thing(words: list[Word], place: int) -> bool:
    """Part of a street or organisation: "Jan van Galenstraat", "stichting Amal", "het Wereldhuis"."""
    first, last = _first_of_run(words, place), _last_of_run(words, place)
    run = words[first : last + 1]
    before = words[first - 1] if words[first].joined else None
    if run[0].low in HEADS or run[-1].low in TAILS or (before and before.low in HEADS - TITLES):
        return True
    if any(one.capital and one.low.endswith(STREET_ENDINGS) for one in run[place - first :]):
        return True
    if any(one.capital and one.stem in FIRST_NAMES for one in run):
        return False
    led_by_article = run[0].low in ARTICLES and first < place
    return led_by_article or bool(before and before.low in _BEFORE_THINGS)


def _first_of_run(words: list[Word], place: int) -> int:
    first = place
    while words[first].joined and place - first < _LONGEST_NAME and words[first - 1].in_a_name:
        if words[first - 1].low in _OPENERS:
            break
        first -= 1
    return first


def _last_of_run(words: list[Word], place: int) -> int:
    last = place
    while last + 1 < len(words) and last - place < _LONGEST_NAME:
        after = words[last + 1]
        if not (after.joined and after.in_a_name) or "." in after.gap:
            break
        last += 1
    return last


def _headline(words: list[Word], place: int) -> bool:
    """In A Line Where Nearly Every Word Has One, a capital says nothing."""
    first = place
    while first and not words[first].first and place - first < _LONGEST_LINE:
        first -= 1
    last = place + 1
    while last < len(words) and not words[last].first and last - place < _LONGEST_LINE:
        last += 1
    line = [word for word in words[first:last] if len(word.text) > _SHORTEST]
    return len(line) >= _LINE_WORDS and sum(word.capital for word in line) >= 0.75 * len(line)


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
    if not words[place].joined:
        return place
    before = words[place - 1]
    unknown = before.capital and not before.familiar and before.low not in _NEVER_BEFORE
    return place - 1 if before.low in TITLES or (unknown and "." not in words[place].gap) else place


def _widen_right(words: list[Word], place: int) -> int:
    last = place
    while (ahead := _after_particles(words, last)) is not None:
        after = words[ahead]
        more = after.suspect or (after.capital and not after.familiar and not after.is_abbreviation)
        if after.gap != " " or not more or after.low in _NEVER_AFTER:
            break
        last = ahead
    return last


def _after_particles(words: list[Word], last: int) -> int | None:
    """The next word that is no "van", "de" or "el"."""
    ahead = last + 1
    while ahead < len(words) and words[ahead].low in PARTICLES and words[ahead].gap == " ":
        if ahead - last > _MOST_PARTICLES:
            return None
        ahead += 1
    return ahead if ahead < len(words) else None
