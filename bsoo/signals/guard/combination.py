"""Indirect identification: an exact age together with origin or neighbourhood, of one person."""

import re
from collections.abc import Iterator

from bsoo.signals.guard.kinds import SOFT, Finding, What
from bsoo.signals.guard.vocabulary import EVERYBODY, PEOPLES, PERSONS, PLACES

_PERSON = "|".join(sorted(PERSONS))
_AGE = re.compile(
    rf"\b(?:\d{{1,2}}[- ]?jarige?\b|\d{{1,2}}[- ]years?[- ]old\b"
    rf"|(?:{_PERSON})\W{{1,2}}(?:van |\()?\d{{1,2}}\b(?! (?:keer|maanden|weken|dagen))(?: jaar)?"
    rf"|(?:{_PERSON}), \d{{1,2}} jaar|(?:is|was|aged|age|leeftijd) \d{{1,2}} (?:jaar|years))",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]{1,600}")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ATTRIBUTES = PEOPLES | PLACES


def combinations(text: str) -> Iterator[Finding]:
    """One question for each sentence that puts an age and an origin or place side by side."""
    for sentence in _SENTENCE.finditer(text):
        age = _AGE.search(text, sentence.start(), sentence.end())
        if not age:
            continue
        for word in _WORD.finditer(text, sentence.start(), sentence.end()):
            low = word.group().lower()
            if word.group()[0].isupper() and low in _ATTRIBUTES and low not in EVERYBODY:
                yield Finding(min(age.start(), word.start()), max(age.end(), word.end()), What.COMBINATION, SOFT)
                break
