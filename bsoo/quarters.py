"""Quarters of a calendar year: the beat of everything here. Pure."""

import re
from datetime import date, timedelta
from typing import NamedTuple, Self

MONTHS = 3


class Quarter(NamedTuple):
    """A quarter, as the pair that stands in every row: 2026, 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, (day.month - 1) // MONTHS + 1)

    @classmethod
    def from_slug(cls, slug: str) -> Self:
        """The quarter of a readable address such as "2026-4"; ValueError for anything else."""
        if not re.fullmatch(r"[12][0-9]{3}-[1-4]", slug):
            raise ValueError("not a quarter")
        return cls(int(slug[:4]), int(slug[5]))

    @property
    def slug(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def months(self) -> tuple[int, int, int]:
        first = (self.number - 1) * MONTHS + 1
        return first, first + 1, first + 2

    @property
    def first_day(self) -> date:
        return date(self.year, self.months[0], 1)

    @property
    def last_day(self) -> date:
        return self.next().first_day - timedelta(days=1)

    @property
    def first_monday(self) -> date:
        """Of the week in which the quarter begins."""
        return self.first_day - timedelta(days=self.first_day.weekday())

    def week_of(self, day: date) -> int:
        """The week of this quarter that a day is in, from 1; a quarter touches 13 or 14."""
        return (day - self.first_monday).days // 7 + 1

    def next(self) -> Self:
        return self.plus(1)

    def previous(self) -> Self:
        return self.plus(-1)

    def plus(self, quarters: int) -> Self:
        year, index = divmod(self.year * 4 + self.number - 1 + quarters, 4)
        return type(self)(year, index + 1)

    def up_to_here(self, count: int) -> list[Self]:
        """The last so many quarters, this one included, oldest first."""
        return [self.plus(step) for step in range(1 - count, 1)]
