"""Trends: how many different organisations named a theme, out of those that took part. Pure.

One busy partner cannot make a trend, because organisations are counted and not signals. A number under three
organisations would point at who spoke: it is shown as "0-2", zero included, for a visible zero beside a hidden number
and a total lets anybody calculate the hidden one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt

from bsoo.quarters import Quarter

SMALLEST_SHOWN = 3
"""Organisations: under this a number is hidden."""
HIDDEN = "0–2"
FEW_PARTICIPANTS = 8
"""With fewer organisations than this a quarter says little."""


@dataclass(frozen=True, slots=True)
class Count:
    """What the database counted for a theme and quarter; theme "" holds who took part at all."""

    theme: str
    quarter: Quarter
    organisations: int
    open_organisations: int
    """Without those that are only known by a sensitive signal."""
    signals: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A theme in a quarter: so many organisations out of so many that took part."""

    quarter: Quarter
    named: int
    took_part: int
    signals: int
    masked: bool
    """Small numbers are to be hidden."""

    @property
    def hidden(self) -> bool:
        return self.masked and self.named < SMALLEST_SHOWN

    @property
    def shown(self) -> str:
        return HIDDEN if self.hidden else str(self.named)

    @property
    def few(self) -> bool:
        return self.took_part < FEW_PARTICIPANTS


@dataclass(frozen=True, slots=True)
class Series:
    """A theme over the quarters, oldest first."""

    theme: str
    cells: list[Cell] = field(default_factory=list)

    @property
    def now(self) -> Cell:
        return self.cells[-1]

    @property
    def top(self) -> int:
        return max((cell.named for cell in self.cells if not cell.hidden), default=0)


def series(
    counts: Iterable[Count], quarters: Sequence[Quarter], themes: Sequence[str], *, masked: bool
) -> list[Series]:
    """Every theme with every quarter, in the order given; what was not counted is zero."""
    by_place = {(count.theme, count.quarter): count for count in counts}
    nobody = Count("", Quarter(0, 0), 0, 0)
    return [
        Series(
            theme,
            [
                _cell(quarter, by_place.get((theme, quarter), nobody), by_place.get(("", quarter), nobody), masked)
                for quarter in quarters
            ],
        )
        for theme in themes
    ]


def _cell(quarter: Quarter, count: Count, everybody: Count, masked: bool) -> Cell:
    """Sensitive signals count only where the cell would be shown without them."""
    alone = masked and count.open_organisations < SMALLEST_SHOWN
    named = count.open_organisations if alone else count.organisations
    return Cell(quarter, named, everybody.organisations, count.signals, masked)


def most_named_first(found: Iterable[Series]) -> list[Series]:
    """Themes by how many organisations name them now, then by how many did before; a stable order for equals."""
    return sorted(found, key=lambda one: (-_seen(one.now), -sum(_seen(cell) for cell in one.cells)))


def _seen(cell: Cell) -> int:
    """What the order may tell: hidden numbers are all alike."""
    return 0 if cell.hidden else cell.named


def wilson(named: int, took_part: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927): stays within 0 and 1, also for few."""
    if not took_part:
        return 0.0, 1.0
    z = 1.959964
    share = named / took_part
    spread = z * sqrt(share * (1 - share) / took_part + z * z / (4 * took_part * took_part))
    middle = share + z * z / (2 * took_part)
    whole = 1 + z * z / took_part
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)
