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
_WEEKDAY = (
    r"(?:\b(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"ma|di|wo|do|vr|za|zo|mon|tues?|wed|thu(?:rs)?|fri|sat|sun)\b\.?,? (?:de |the )?)?"
)
_WORDED = rf"{_DAY}(?: of)? {_MONTH}(?:,? (?P<year>\d{{4}}))?"
_ENGLISH = rf"{_MONTH} {_DAY}(?:,? (?P<year>\d{{4}}))?"
_FIGURES = r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})(?:[-/.](?P<year>\d{4}|\d{2}))?(?!\d|:| ?(?:uur|u|h|am|pm)\b)"
_ISO = r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"
_DATES = (_WORDED, _ENGLISH, _ISO, _FIGURES)

_INCLUDED = r"(?:tot en met|t/m|t\.e\.m\.|tm|through|up to and including|until and including) (?:en met )?(?:de |the )?"
_RANGE = r"(?<![-/.\d])\d{1,2}(?: [a-z]{3,9}\.?)?(?: \d{4})? ?[-–] ?"
"""The first day of "20 - 29 november"; the last one follows."""
_EXCLUDED = (
    r"(?:\btot(?: aan)?|\buntil|\btill|\bterug(?: ben ik)?(?: op| vanaf| per)?|"
    r"\bback(?: in (?:the )?office| at work)?(?: on| from| by)?|"
    r"\breturn(?:ing)?(?: to (?:the|my) office)?(?: on)?|"
    r"\bweer (?:aanwezig|bereikbaar|terug|op kantoor|aan het werk)(?: op| vanaf| per)?) "
    r"(?:(?:uiterlijk|ongeveer|de|the) ){0,2}"
)
_AGAIN = r"(?:\bvanaf|\bper|\bop|\bfrom|\bon) "
_BACK = r",? (?:ben ik|sta ik|kunt u|weer|zal ik|i will be|i am|i'll be|(?:\w+ ){1,4}weer)\b"
_THEN_BACK = r",? (?:ben ik |zijn wij |i am |i'm |i will be |i'll be )?(?:er )?(?:weer|terug|back)\b"

_AWAY = re.compile(
    r"afwezig|vakantie|verlof|vrij\b|niet (?:aanwezig|bereikbaar|op kantoor|werkzaam)|terug|buiten kantoor|ziek|"
    r"weer (?:aanwezig|bereikbaar|op kantoor)|away|out of|leave|holiday|vacation|back|return|absent"
)
LONGEST_ABSENCE = timedelta(days=400)
FAR = timedelta(days=300)
"""A day without a year that lies further ahead was that day of last year."""

_SHAPES = (
    *((_INCLUDED, shape, "", 1) for shape in _DATES),
    *((_EXCLUDED, shape, "", 0) for shape in _DATES),
    (_RANGE, _WORDED, "", 1),
    *((_AGAIN, shape, _BACK, 0) for shape in _DATES),
    *((r"\b", shape, _THEN_BACK, 0) for shape in (_WORDED, _ENGLISH)),
)
"""What stands before a day, the day, what stands behind it, and how many days later somebody is there again."""


def away_until(text: str, written: date) -> date | None:
    """The first day that somebody is there again: "tot 3 december" gives the 3rd, "t/m 2 december" too."""
    said = " ".join(text.lower().split())[:4000]
    if not _AWAY.search(said):
        return None
    for before, shape, after, more in _SHAPES:
        for found in re.finditer(before + _WEEKDAY + shape + after, said):
            day = _day(found, written)
            if day is not None:
                return day + timedelta(days=more)
    return None


def away(subject: str, words: str, written: date) -> date | None:
    """The same of a whole message. Behind the colon of its subject stands ours, with the day of the meeting in it."""
    own = re.sub(r"^\s*(?:re|antw|aw)\s*:", "", subject, flags=re.IGNORECASE).partition(":")[0]
    return away_until(f"{own} | {words}", written)


def _day(found: re.Match[str], written: date) -> date | None:
    """The date meant; without a year the one that comes next."""
    parts = found.groupdict()
    month = _MONTHS.get(parts["month"]) or (int(parts["month"]) if parts["month"].isdigit() else 0)
    year = int(parts["year"]) if parts["year"] else 0
    year = year + 2000 if 0 < year < 100 else year  # noqa: PLR2004 -- "26"
    years, longest = ([year], LONGEST_ABSENCE) if year else ([written.year - 1, written.year, written.year + 1], FAR)
    for one in years:
        try:
            day = date(one, month, int(parts["day"]))
        except ValueError:
            continue
        if timedelta(days=-1) <= day - written <= longest:
            return day
    return None
