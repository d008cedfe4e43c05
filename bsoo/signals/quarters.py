"""Quarters as signals count them: the pair (year, number) that stands in every row."""

from datetime import date

Quarter = tuple[int, int]


def quarter_of(day: date) -> Quarter:
    return day.year, (day.month - 1) // 3 + 1


def shifted(quarter: Quarter, steps: int) -> Quarter:
    """The quarter that many later; earlier when negative."""
    number = quarter[0] * 4 + quarter[1] - 1 + steps
    return number // 4, number % 4 + 1


def up_to(quarter: Quarter, count: int) -> list[Quarter]:
    """The last so many quarters, this one included, oldest first."""
    return [shifted(quarter, step) for step in range(1 - count, 1)]


def slug(quarter: Quarter) -> str:
    return f"{quarter[0]}-{quarter[1]}"


def week_in_quarter(day: date) -> int:
    """The week of the quarter that a day is in: 1 to 14."""
    first = date(day.year, quarter_of(day)[1] * 3 - 2, 1)
    return ((day - first).days + first.weekday()) // 7 + 1
