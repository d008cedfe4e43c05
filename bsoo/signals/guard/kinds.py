"""What the guard can say: a finding, how sure it is, and what it was told not to mind."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Certainty(StrEnum):
    """A hard finding blocks saving; a soft one is a question to the writer."""

    HARD = "hard"
    SOFT = "soft"


HARD = Certainty.HARD
SOFT = Certainty.SOFT


class What(StrEnum):
    """The kinds of personal data that the guard knows."""

    NAME = "name"
    E_MAIL = "e-mail"
    PHONE = "phone"
    BSN = "bsn"
    IBAN = "iban"
    V_NUMBER = "v-number"
    BIRTH_DATE = "birth-date"
    ADDRESS = "address"
    DOCUMENT = "document"
    COMBINATION = "combination"


@dataclass(frozen=True, order=True)
class Finding:
    """One place in a text, as character offsets of the text that was given."""

    start: int
    end: int
    kind: What
    level: Certainty

    def of(self, text: str) -> str:
        """The words themselves: for the writer's own screen only, never for a log."""
        return text[self.start : self.end]


@dataclass(frozen=True)
class Known:
    """What the network itself is made of, so no hint: organisations, places, role addresses, own phone numbers."""

    words: frozenset[str] = field(default_factory=frozenset)
    """Single words in lower case."""
    phrases: frozenset[tuple[str, ...]] = field(default_factory=frozenset)
    """Names of several words, in lower case."""
    emails: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)
    """National digits, see `national_digits`."""

    @classmethod
    def of(cls, names: Iterable[str] = (), emails: Iterable[str] = (), phones: Iterable[str] = ()) -> "Known":
        """Gather names, addresses and numbers as people write them."""
        split = [tuple(words_of(name)) for name in names]
        return cls(
            words=frozenset(parts[0] for parts in split if len(parts) == 1),
            phrases=frozenset(parts for parts in split if len(parts) > 1),
            emails=frozenset(address.strip().lower() for address in emails),
            phones=frozenset(filter(None, map(national_digits, phones))),
        )

    def with_words(self, words: Iterable[str]) -> "Known":
        """The same, and words of which the writer said that they are no name."""
        more = frozenset(part for word in words for part in words_of(word))
        return Known(self.words | more, self.phrases, self.emails, self.phones)


def words_of(text: str) -> list[str]:
    """The words of a name in lower case, joined by hyphen or apostrophe as written."""
    return [match.lower() for match in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)]


def national_digits(number: str) -> str:
    """A phone number as digits, +31 and 0031 written as 0, so that every spelling compares equal."""
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    if number.lstrip(" (").startswith("+31"):
        return "0" + digits[2:].lstrip("0")
    if digits.startswith("0031"):
        return "0" + digits[4:].lstrip("0")
    return digits


class Cues:
    """Where the words stand that make a number telling: "V-nummer", "geboren"."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        spans = [match.span() for match in pattern.finditer(text)]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def near(self, start: int, end: int, *, before: int, after: int) -> bool:
        """A cue ends at most `before` characters ahead of the stretch, or begins at most `after` behind it."""
        place = bisect_right(self.ends, start)
        if place and start - self.ends[place - 1] <= before:
            return True
        place = bisect_left(self.starts, end)
        return place < len(self.starts) and self.starts[place] - end <= after
