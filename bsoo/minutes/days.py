"""Days as people say them in minutes, Dutch or English: "18 december", "vrijdag", "over twee weken". Pure."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

_MONTHS = {
    "jan": 1, "feb": 2, "mrt": 3, "maa": 3, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_WEEKDAYS = {
    "maandag": 0, "ma": 0, "monday": 0, "dinsdag": 1, "di": 1, "tuesday": 1, "woensdag": 2, "wo": 2, "wednesday": 2,
    "donderdag": 3, "do": 3, "thursday": 3, "vrijdag": 4, "vr": 4, "friday": 4, "zaterdag": 5, "za": 5, "saturday": 5,
    "zondag": 6, "zo": 6, "sunday": 6,
}  # fmt: skip
_NUMBERS = {
    "een": 1, "één": 1, "a": 1, "one": 1, "twee": 2, "two": 2, "drie": 3, "three": 3, "vier": 4, "four": 4,
    "vijf": 5, "five": 5, "zes": 6, "six": 6, "zeven": 7, "seven": 7, "acht": 8, "eight": 8, "tien": 10, "ten": 10,
}  # fmt: skip
_NEAR = {"vandaag": 0, "today": 0, "morgen": 1, "tomorrow": 1, "overmorgen": 2}
_MONTH = r"(jan|feb|mrt|maa|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_COUNT = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})"
_UNIT = r"(dag|dagen|days?|week|weken|weeks|maand|maanden|months?)"
_WHICH = r"(?:van de|van deze|deze|volgende|this|the|next)"
_LEAD = re.compile(r"^(?:uiterlijk|vóór|voor|op|tot|before|by|on|until)\s+")
_FRIDAY = 4
_SHORT_YEAR = 100

ONGOING = frozenset({"doorlopend", "geen", "open", "ongoing", "none", "-"})
"""What people write when there is no day."""


def understood(said: str, today: date) -> date | None:
    """The day that somebody means, seen from `today`; None when it is not clear.

    A day without a year is the first such day that is not past. A weekday is the next one after today. "Next week" is
    its Friday; "begin", "half" and "eind" of a month are its 1st, 15th and last day.
    """
    words = " ".join(said.casefold().replace(",", " ").split())
    words = _LEAD.sub("", words)
    if words in _NEAR:
        return today + timedelta(days=_NEAR[words])
    for pattern, rule in _RULES:
        if match := pattern.fullmatch(words):
            try:
                return rule(match, today)
            except (ValueError, OverflowError):
                return None
    return None


def _iso(match: re.Match[str], today: date) -> date:
    return date(int(match[1]), int(match[2]), int(match[3]))


def _numeric(match: re.Match[str], today: date) -> date:
    return _day_of(int(match[1]), int(match[2]), match[3], today)


def _day_month(match: re.Match[str], today: date) -> date:
    return _day_of(int(match[1]), _MONTHS[match[2]], match[3], today)


def _month_day(match: re.Match[str], today: date) -> date:
    return _day_of(int(match[2]), _MONTHS[match[1]], match[3], today)


def _day_of(number: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if int(year) < _SHORT_YEAR else 0), month, number)
    for candidate in range(today.year, today.year + 9):
        if number <= monthrange(candidate, month)[1]:
            day = date(candidate, month, number)
            if day >= today:
                return day
    raise ValueError("no such day")


def _in_a_while(match: re.Match[str], today: date) -> date:
    count = int(match[1]) if match[1].isdigit() else _NUMBERS[match[1]]
    unit = match[2]
    if unit.startswith("d"):
        return today + timedelta(days=count)
    if unit.startswith("w"):
        return today + timedelta(weeks=count)
    year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _weekday(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=(_WEEKDAYS[match[1]] - today.weekday() - 1) % 7 + 1)


def _next_week(match: re.Match[str], today: date) -> date:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
    return monday + timedelta(days=_WEEKDAYS[match[1]] if match[1] else _FRIDAY)


def _this_week(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=max(0, _FRIDAY - today.weekday()))


def _part_of_month(match: re.Match[str], today: date) -> date:
    month = _MONTHS[match[2]]
    year = today.year + (month < today.month)
    last = monthrange(year, month)[1]
    return date(year, month, {"b": 1, "h": 15, "m": 15}.get(match[1][0], last))


def _end_of_month(match: re.Match[str], today: date) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + ("volgende" in match[0] or "next" in match[0]), 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date]], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"(\d{4})-(\d{1,2})-(\d{1,2})", _iso),
        (r"(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{4}|\d{2}))?", _numeric),
        (rf"(?:(?:{_WEEKDAY})\s+)?(\d{{1,2}})(?:e|st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:\s+(\d{{4}}))?", _day_month),
        (rf"{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+(\d{{4}}))?", _month_day),
        (rf"(?:over|in|binnen|within)\s+{_COUNT}\s+{_UNIT}", _in_a_while),
        (rf"(?:aanstaande\s+|komende\s+|this\s+|coming\s+)?({_WEEKDAY})", _weekday),
        (rf"(?:volgende|next)\s+week(?:\s+({_WEEKDAY}))?", _next_week),
        (r"(?:eind\s+)?(?:deze|van de|van deze|this|end of this|end of the)\s+week", _this_week),
        (rf"(begin|half|medio|mid|eind|einde|end of|beginning of)\s+{_MONTH}", _part_of_month),
        (rf"(?:eind\s+|einde\s+|end of\s+)?{_WHICH}\s+(?:maand|month)", _end_of_month),
    )
)
