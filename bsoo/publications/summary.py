"""The signal summary of a quarter as the public gets it: fixed tables, small numbers hidden. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

SMALLEST_SHOWN = 3
HIDDEN = "0–2"
"""Zero is merged too: beside a visible zero a hidden number could be solved from a total."""


@dataclass(frozen=True, slots=True)
class ThemeCounts:
    """How many organisations mentioned a theme, quarter after quarter; the last one is the quarter of the summary."""

    code: str
    name_nl: str
    name_en: str
    counts: tuple[int, ...]


class ThemeFace(TypedDict):
    code: str
    name_nl: str
    name_en: str
    shown: list[str]


class SummaryFace(TypedDict):
    """What a page and a PDF of a summary are made of; plain JSON."""

    kind: Literal["summary"]
    level: Literal["public"]
    region: str
    slug: str
    year: int
    quarter: int
    introduction: str
    quarters: list[str]
    taking_part: int
    taking_part_before: list[int]
    themes: list[ThemeFace]


def shown(count: int) -> str:
    """A number of organisations as everybody may see it."""
    return str(count) if count >= SMALLEST_SHOWN else HIDDEN


def summary_face(
    *,
    region: str,
    slug: str,
    year: int,
    quarter: int,
    introduction: str,
    quarters: Sequence[str],
    taking_part: Sequence[int],
    themes: Sequence[ThemeCounts],
) -> SummaryFace:
    """The summary without one number from which a hidden one can be solved; themes mentioned most come first.

    Themes that never reached a number that may be shown are left out: their row would say nothing.
    """
    faces = [
        ThemeFace(code=each.code, name_nl=each.name_nl, name_en=each.name_en, shown=[shown(n) for n in each.counts])
        for each in sorted(themes, key=lambda each: (-_order(each), each.code))
        if any(count >= SMALLEST_SHOWN for count in each.counts)
    ]
    return {
        "kind": "summary",
        "level": "public",
        "region": region,
        "slug": slug,
        "year": year,
        "quarter": quarter,
        "introduction": " ".join(introduction.split()),
        "quarters": list(quarters),
        "taking_part": taking_part[-1],
        "taking_part_before": list(taking_part[:-1]),
        "themes": faces,
    }


def _order(theme: ThemeCounts) -> int:
    """Rows are sorted by what is shown, so that their order tells nothing about hidden numbers."""
    return theme.counts[-1] if theme.counts[-1] >= SMALLEST_SHOWN else 0
