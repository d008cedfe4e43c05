"""Until when somebody is away, out of a Dutch or English absence message."""

import re
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari february feb", "maart march mrt mar", "april apr", "mei may",
            "juni june jun", "juli july jul", "augustus august aug", "september sept sep", "oktober october okt oct",
            "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|e)?"
_WEEKDAY = r"(?:\b(?:maan|dins|woens|donder|vrij|zater|zon)dag,? |\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
_WORDED = rf"{_DAY}(?: of)? {_MONTH}(?:,? (?P<year>\d{{4}}))?"
_ENGLISH = rf"{_MONTH} {_DAY}(?:,? (?P<year>\d{{4}}))?"
_FIGURES = r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})(?:[-/.](?P<year>\d{4}|\d{2}))?(?!\d)"
_DATES = (_WORDED, _ENGLISH, _FIGURES)

_INCLUDED = r"(?:tot en met|t/m|t\.e\.m\.|tm|through|up to and including|until and including) (?:en met )?"
_EXCLUDED = (
    r"(?:\btot(?: aan)?|\buntil|\btill|\bterug(?: ben ik)?(?: op| vanaf| per)?|"
    r"\bback(?: in (?:the )?office)?(?: on| at work on)?|"
    r"\breturn(?:ing)?(?: to (?:the|my) office)?(?: on)?|"
    r"\bweer (?:aanwezig|bereikbaar|terug|op kantoor|aan het werk)(?: op| vanaf| per)?) (?:the )?"
)
_AGAIN = r"(?:\bvanaf|\bper|\bop|\bfrom|\bon) "
_BACK = r",? (?:ben ik|sta ik|kunt u|weer|zal ik|i will be|i am|i'll be)\b"

_AWAY = re.compile(
    r"afwezig|vakantie|verlof|vrij\b|niet (?:aanwezig|bereikbaar|op kantoor|werkzaam)|terug|buiten kantoor|ziek|"
    r"weer (?:aanwezig|bereikbaar|op kantoor)|away|out of|leave|holiday|vacation|back|return|absent"
)
LONGEST_ABSENCE = timedelta(days=400)


def away_until(text: str, written: date) -> date | None:
    """The first day that somebody is there again: "tot 3 december" gives the 3rd, "t/m 2 december" too."""
    said = " ".join(text.lower().split())[:4000]
    if not _AWAY.search(said):
        return None
    for before, after, more in ((_INCLUDED, "", 1), (_EXCLUDED, "", 0), (_AGAIN, _BACK, 0)):
        for shape in _DATES:
            for found in re.finditer(before + _WEEKDAY + shape + after, said):
                day = _day(found, written)
                if day is not None:
                    return day + timedelta(days=more)
    return None


def _day(found: re.Match[str], written: date) -> date | None:
    """The date meant; without a year the one that comes next."""
    parts = found.groupdict()
    month = _MONTHS.get(parts["month"]) or (int(parts["month"]) if parts["month"].isdigit() else 0)
    year = int(parts["year"]) if parts["year"] else 0
    years = [year + 2000 if year < 100 else year] if year else [written.year, written.year + 1]  # noqa: PLR2004 -- "26"
    for one in years:
        try:
            day = date(one, month, int(parts["day"]))
        except ValueError:
            return None
        if timedelta(days=-1) <= day - written <= LONGEST_ABSENCE:
            return day
    return None
