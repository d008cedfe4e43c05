"""The signal summary of a quarter as the public gets it: fixed tables, small numbers hidden. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from bsoo.quarters import Quarter
from bsoo.signals.trends import Series, most_named_first


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
    took_part: list[int]
    themes: list[ThemeFace]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a quarter and those before it, oldest first; the series hide small numbers already."""

    region: str
    slug: str
    quarters: Sequence[Quarter]
    took_part: Sequence[int]
    series: Sequence[Series]
    names: Mapping[str, tuple[str, str]]
    """Dutch and English name of each theme."""


def summary_face(facts: Facts, introduction: str) -> SummaryFace:
    """The summary without a number under three organisations; themes named by most come first.

    A theme that never reached a number that may be shown is left out: its row would say nothing.
    """
    year, quarter = facts.quarters[-1]
    return {
        "kind": "summary",
        "level": "public",
        "region": facts.region,
        "slug": facts.slug,
        "year": year,
        "quarter": quarter,
        "introduction": " ".join(introduction.split()),
        "quarters": [one.slug for one in facts.quarters],
        "took_part": list(facts.took_part),
        "themes": [_theme(one, facts) for one in most_named_first(facts.series) if _says_something(one)],
    }


def _theme(series: Series, facts: Facts) -> ThemeFace:
    dutch, english = facts.names[series.theme]
    return {
        "code": series.theme,
        "name_nl": dutch,
        "name_en": english,
        "shown": [cell.shown for cell in series.cells],
    }


def _says_something(series: Series) -> bool:
    if not all(cell.masked for cell in series.cells):
        raise ValueError("a published number must be masked")
    return any(not cell.hidden for cell in series.cells)
