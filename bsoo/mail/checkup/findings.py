"""What a check found: a verdict by its code, with facts; words.py says it in a language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Grade(StrEnum):
    """How it is: well, could be better, wrong, or not to be known from here."""

    WELL = "well"
    CARE = "care"
    WRONG = "wrong"
    UNKNOWN = "unknown"


Kept = dict[str, dict[str, str]]
"""A finding as the database keeps it: its verdict, facts and record."""


@dataclass(frozen=True, slots=True)
class Record:
    """A line to publish in DNS, exactly so."""

    name: str
    value: str
    kind: str = "TXT"


@dataclass(frozen=True, slots=True)
class Finding:
    """`verdict` is "check.what": "spf.none"."""

    verdict: str
    facts: Mapping[str, str] = field(default_factory=dict)
    record: Record | None = None

    @property
    def check(self) -> str:
        return self.verdict.partition(".")[0]

    def kept(self) -> Kept:
        record = self.record
        shown = {"name": record.name, "value": record.value, "kind": record.kind} if record else {}
        return {"verdict": {"code": self.verdict}, "facts": dict(self.facts), "record": shown}

    @classmethod
    def of(cls, kept: Kept) -> "Finding":
        return cls(kept["verdict"]["code"], kept["facts"], Record(**kept["record"]) if kept["record"] else None)


def short(words: str) -> str:
    """A server's words on one line."""
    return " ".join(words.split())[:200]
