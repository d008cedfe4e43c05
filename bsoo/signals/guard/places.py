"""Home addresses: street with house number, full postcode, post-office box. A street alone is no address."""

import re
from collections.abc import Iterator

from bsoo.signals.guard.kinds import HARD, Finding, What
from bsoo.signals.guard.vocabulary import NO_LETTERS, NO_STREET, STREETS

_SURE = "straat|straatweg|laan|gracht|plein|kade|dreef|singel|steeg|plantsoen|burgwal"
_ALSO = (
    "weg|hof|hoven|pad|dijk|markt|park|boulevard|allee|brink|haven|erf|meent|baan|kant|ring|wal|oord|horst|hoeve|veld|akker|poort"
    "|werf|kamp|stein|hoofd|dreven|vliet|vaart|donk|burg|heuvel|bos|eiland|terras|hage|hoek|weide|borg|steyn"
)
_HOUSE = r"\s?,?\s{1,2}(?:nr\.?|nummer|no\.?|number|huisnummer|#)?\s?(?P<number>[1-9]\d{0,4})(?![\d.,]?\d)"
_REST = re.compile(
    r"(?:\s?[-/]\s?(?:\d{1,4}|hs|huis|bis|[IVX]{1,4}|[A-Za-z]\d?)\b"
    r"|\s?(?:hs|bis|huis|[IVX]{1,4}|[A-Z])\b(?![ ][a-z])|[a-z]\b|\s?\d?(?:hoog|e etage|e verdieping))?"
)
_STREET = re.compile(rf"(?<=[^\W\d_])(?:(?P<sure>{_SURE})|(?P<also>{_ALSO})){_HOUSE}", re.IGNORECASE)
_ENGLISH = re.compile(
    r"\b[1-9]\d{0,4}[a-z]?,? (?:[A-Z][\w'.-]{1,30} ){1,3}"
    r"(?:Street|Road|Avenue|Lane|Drive|Court|Close|Square|Boulevard|St|Rd|Ave)\b"
)
_LIVES = re.compile(
    r"\b(?i:woont|wonen|woonde|woonachtig|adres|verblijft|logeert|slaapt|sliep|ingeschreven|lives|living|stays|staying|sleeps|address)\b"
    r"(?:\s?:|\s\w{1,8}){0,4}\s{1,2}(?P<address>(?:(?:de|den|het|van|the)\s)?[A-Z][\w'-]{2,30}(?:\s[A-Z][\w'-]{2,30}){0,2}"
    r"\s(?P<number>[1-9]\d{0,3})(?:\s?[-/]\s?\d{1,3}|[a-z]\b|-?(?:hs|[IVX]{1,4})\b)?)(?![\d.,]\d|\d)"
)
_NAMED = re.compile(rf"\b(?:{'|'.join(sorted(STREETS))}){_HOUSE}", re.IGNORECASE)
_UNIT = re.compile(
    r"\s?(?:keer|x\b|×|uur|u\b|mensen|man\b|personen|gezinnen|families|kinderen|jongeren|vrouwen|mannen|jaar|jr|dagen|dag\b|nachten|weken"
    r"|maanden|minuten|km|meter|m2|m²|bedden|plekken|plaatsen|slaapplekken|euro|eur\b|€|procent|%|keren|maal|huizen|woningen|people"
    r"|beds|nights|days|weeks|months|years|families|children|women|men\b|hours|minutes|times|o'clock|januari|februari|maart|april|mei"
    r"|juni|juli|augustus|september|oktober|november|december|tot en met|t/m)",
    re.IGNORECASE,
)
SHORTEST_STEM = 3
"""Letters before "straat": fewer is the bare word."""
_POSTCODE = re.compile(r"(?<![\w.])(?P<digits>[1-9]\d{3})(?P<gap> ?)(?!SA|SD|SS)(?P<letters>[A-Z]{2})(?!\w)")
_POSTCODE_SMALL = re.compile(r"(?<![\w.])[1-9]\d{3}(?!sa|sd|ss)[a-z]{2}(?!\w)")
_BOX = re.compile(r"\b(?:postbus|p\.?\s?o\.?\s?box)\s?\d{1,5}\b", re.IGNORECASE)


def addresses(text: str) -> Iterator[Finding]:
    """Every place where somebody could ring a bell or send a letter."""
    for match in _STREET.finditer(text):
        yield from _street(text, match)
    for match in _NAMED.finditer(text):
        yield from _house(text, match.start(), match)
    for match in _LIVES.finditer(text):
        if not _UNIT.match(text, match.end("address")):
            yield Finding(*match.span("address"), What.ADDRESS, HARD)
    for match in _ENGLISH.finditer(text):
        yield Finding(match.start(), match.end(), What.ADDRESS, HARD)
    for match in _BOX.finditer(text):
        yield Finding(match.start(), match.end(), What.ADDRESS, HARD)
    yield from _postcodes(text)


def _street(text: str, match: re.Match[str]) -> Iterator[Finding]:
    """At least three letters before the ending; endings that are also words count with a capital only."""
    begin = match.start()
    while begin and (text[begin - 1].isalpha() or text[begin - 1] in "'-"):
        begin -= 1
    word = text[begin : match.end("sure" if match["sure"] else "also")]
    capital = word[:1].isupper()
    if match.start() - begin < SHORTEST_STEM or not (capital or match["sure"]):
        return
    begins_sentence = text[max(0, begin - 2) : begin] in ("", ". ")
    if word.lower() in NO_STREET and (begins_sentence or not (capital and match["sure"])):
        return
    yield from _house(text, _with_first_words(text, begin) if capital else begin, match)


def _house(text: str, begin: int, match: re.Match[str]) -> Iterator[Finding]:
    end = match.end("number")
    if _UNIT.match(text, end):
        return
    rest = _REST.match(text, end)
    yield Finding(begin, rest.end() if rest else end, What.ADDRESS, HARD)


def _with_first_words(text: str, begin: int) -> int:
    """Take "Eerste Jan van der" before "Heijdenstraat" along."""
    before = re.search(
        r"(?:\b(?:[A-Z][\w'.-]{0,20}|\d{1,2}e|van|der|den|de|het|ten|ter|en|'t)\s){0,5}\Z",
        text[max(0, begin - 60) : begin],
    )
    taken = before.group() if before else ""
    while taken and not (taken[0].isupper() or taken[0].isdigit()):
        taken = taken.partition(" ")[2]
    return begin - len(taken)


def _postcodes(text: str) -> Iterator[Finding]:
    """Four digits and two letters; a year with a short word behind it is no postcode."""
    for match in _POSTCODE.finditer(text):
        year = match["gap"] and match["digits"][:2] in ("19", "20")
        if not (match["letters"] in NO_LETTERS and (year or match["gap"])):
            yield Finding(match.start(), match.end(), What.ADDRESS, HARD)
    for match in _POSTCODE_SMALL.finditer(text):
        if match.group()[4:].upper() not in NO_LETTERS:
            yield Finding(match.start(), match.end(), What.ADDRESS, HARD)
