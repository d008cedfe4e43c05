"""The privacy guard: finds what points at one person, before it is saved, sent on or published.

Two levels. A hard finding is checked by form, checksum or a word beside it and blocks; a soft one is a question to the
writer ("is this the name of a person?"), remembered per word. Nothing leaves the process and no value is ever logged:
kind and count only. No place to hide: digits of any script, invisible signs and wide letters are read as plain ones.
"""

from collections.abc import Iterable, Iterator
from typing import TypedDict

from bsoo.i18n import N_
from bsoo.signals.guard import combination, mail, names, numbers, papers, places
from bsoo.signals.guard.folding import Folded
from bsoo.signals.guard.kinds import HARD, SOFT, Certainty, Finding, Known, What

__all__ = ["HARD", "NOBODY", "SOFT", "Certainty", "Finding", "Known", "What", "findings", "guard_report", "replacement"]

NOBODY = Known()


def findings(text: str, known: Known = NOBODY) -> list[Finding]:
    """What points at a person, in reading order, without overlap; the certain finding wins from the question."""
    folded = Folded(text)
    accepted: list[Finding] = []
    taken = bytearray(len(folded.text))
    for found in _all(folded.text, known):
        if not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"\1" * (found.end - found.start)
            accepted.append(found)
    return sorted(Finding(*folded.original(one.start, one.end), one.kind, one.level) for one in accepted)


def _all(text: str, known: Known) -> Iterator[Finding]:
    """From the surest to the least sure, so that a number is called by its best name."""
    yield from mail.addresses(text, known)
    yield from numbers.accounts(text)
    soft = []
    for found in numbers.alien_numbers(text):
        if found.level is HARD:
            yield found
        else:
            soft.append(found)
    yield from papers.birth_dates(text)
    yield from numbers.phones(text, known)
    yield from numbers.citizen_numbers(text)
    yield from papers.paper_numbers(text)
    yield from places.addresses(text)
    yield from soft
    yield from names.names(text, known)
    yield from combination.combinations(text)


_REPLACEMENTS = {
    What.NAME: N_("[name]"),
    What.E_MAIL: N_("[e-mail address]"),
    What.PHONE: N_("[phone number]"),
    What.BSN: N_("[number]"),
    What.IBAN: N_("[account number]"),
    What.V_NUMBER: N_("[number]"),
    What.BIRTH_DATE: N_("[age band]"),
    What.ADDRESS: N_("[neighbourhood]"),
    What.DOCUMENT: N_("[number]"),
    What.COMBINATION: N_("[somebody]"),
}
_BY_TITLE = {
    N_("a woman"): ("mevrouw", "mevr", "mw", "mrs", "ms", "miss", "madam", "madame", "zuster", "tante"),
    N_("a man"): ("meneer", "mijnheer", "dhr", "heer", "mr", "mister", "oom", "broeder"),
    N_("a family"): ("familie", "fam", "family"),
}


def replacement(found: Finding, text: str) -> str:
    """Words to put instead, to be translated: "a woman" for "mevrouw Jansen", else the kind in brackets."""
    if found.kind is What.NAME:
        first_word = found.of(text).partition(" ")[0].strip(".").lower()
        for words, titles in _BY_TITLE.items():
            if first_word in titles:
                return words
    return _REPLACEMENTS[found.kind]


class Place(TypedDict):
    """A finding as the command line gives it."""

    level: str
    kind: str
    start: int
    end: int


class Report(TypedDict):
    """What was found in one file."""

    file: str
    findings: list[Place]


def guard_report(name: str, text: str, known: Known = NOBODY) -> Report:
    """The findings of one file as the command line gives them: kinds and places, never the words."""
    return {"file": name, "findings": [_plain(found) for found in findings(text, known)]}


def _plain(found: Finding) -> Place:
    return {"level": found.level.value, "kind": found.kind.value, "start": found.start, "end": found.end}


def hard(found: Iterable[Finding]) -> list[Finding]:
    """Those that block."""
    return [one for one in found if one.level is HARD]


def soft(found: Iterable[Finding]) -> list[Finding]:
    """Those that ask."""
    return [one for one in found if one.level is SOFT]
