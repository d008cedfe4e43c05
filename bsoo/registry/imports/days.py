"""Dates as they stand in contact lists. Pure."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from bsoo.registry.values import Cell, text

_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})\b")
_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b")
_WRITTEN_DATE = re.compile(r"(?:(\d{1,2})(?:e|st|nd|rd|th)?[\s.-]+)?([a-z]{3,})\.?[\s.'-]+(\d{4}|\d{2})\b")
_DAY_AND_MONTH = re.compile(r"\b(\d{1,2})\s*[-/]\s*(\d{1,2})\b(?![-/\d])|\b(\d{1,2})\s+([a-z]{3,})\b")
_MONTHS = ("jan", "feb", "mrt|maa|mar", "apr", "mei|may", "jun", "jul", "aug", "sep", "okt|oct", "nov", "dec")
_MONTH_NUMBERS = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split("|")}
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # 1954 to 2119: other numbers are no dates
_SERIAL_DIGITS, _CENTURY = 5, 100
_EXCEL_EPOCH = date(1899, 12, 30)
_LONGEST = 200  # a cell with more holds a story; searching a page of letters for a month takes minutes


def day(cell: Cell) -> date | None:
    """A date as people and spreadsheets write it: day before month, 26 is 2026, Excel's day numbers."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | time | timedelta) or cell is None:
        return None
    if isinstance(cell, float | int):
        return _from_serial(cell)
    return _written_day(text(cell)[:_LONGEST].casefold())


def _from_serial(number: float) -> date | None:
    return _EXCEL_EPOCH + timedelta(days=int(number)) if _FIRST_SERIAL <= number <= _LAST_SERIAL else None


@lru_cache(maxsize=10_000)
def _written_day(typed: str) -> date | None:
    if match := _ISO_DATE.search(typed):
        return _date(match[1], match[2], match[3])
    if match := _NUMERIC_DATE.search(typed):
        return _date(match[3], match[2], match[1])
    if (match := _WRITTEN_DATE.search(typed)) and (month := _MONTH_NUMBERS.get(match[2][:3])):
        return _date(match[3], month, match[1] or 1)
    return _from_serial(int(typed)) if typed.isdecimal() and len(typed) == _SERIAL_DIGITS else None


def past_day(cell: Cell, today: date) -> date | None:
    """A date that may lack its year ("uit dienst per 1-9"): then the last such day that is not after today."""
    if found := day(cell):
        return found
    match = _DAY_AND_MONTH.search(text(cell)[:_LONGEST].casefold())
    if match is None:
        return None
    month = match[2] or _MONTH_NUMBERS.get((match[4] or "")[:3], 0)
    this_year = _date(today.year, month, match[1] or match[3])
    return this_year if this_year is None or this_year <= today else _date(today.year - 1, month, match[1] or match[3])


def _date(year: str | int, month: str | int, of_month: str | int) -> date | None:
    years = int(year)
    try:
        return date(years + 2000 if years < _CENTURY else years, int(month), int(of_month))
    except ValueError:
        return None
