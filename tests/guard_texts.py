"""Reads the guard's test texts: marked words become spans with character offsets."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "guard"
MARK = re.compile(r"\{([a-z-]+)\|([^}]+)\}")


@dataclass(frozen=True)
class Span:
    """A place in a text that the guard should find."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Case:
    """A text with what is in it."""

    text: str
    language: str
    spans: list[Span]
    quasi: list[Span] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.spans and not self.quasi


def cases(name: str) -> list[Case]:
    rows = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))["text"]
    return [_case(row["text"], row["lang"], row.get("known", [])) for row in rows]


def _case(marked: str, language: str, known: list[str]) -> Case:
    plain, spans, end = "", [], 0
    for mark in MARK.finditer(marked):
        plain += marked[end : mark.start()]
        spans.append(Span(mark[1], len(plain), len(plain) + len(mark[2])))
        plain += mark[2]
        end = mark.end()
    plain += marked[end:]
    names = [span for span in spans if span.kind != "quasi"]
    return Case(plain, language, names, [span for span in spans if span.kind == "quasi"], known)
