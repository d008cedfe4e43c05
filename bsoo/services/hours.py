"""Opening hours as people type them: "ma-vr 9-17", "za en zo 10.00-13.30, 14.30-17.00", "dagelijks 20-8". Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from bsoo import i18n
from bsoo.errors import Refused
from bsoo.i18n import N_
from bsoo.i18n import gettext as _

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
WEEKEND = frozenset({"sa", "su"})
SHORT: dict[str, str] = {
    "mo": N_("Mon"),
    "tu": N_("Tue"),
    "we": N_("Wed"),
    "th": N_("Thu"),
    "fr": N_("Fri"),
    "sa": N_("Sat"),
    "su": N_("Sun"),
}

_NAMES: dict[str, str] = {
    "mo": "ma maandag maandagen mo mon monday mondays",
    "tu": "di dinsdag dinsdagen tu tue tues tuesday tuesdays",
    "we": "wo woe woensdag woensdagen we wed wednesday wednesdays",
    "th": "do don donderdag donderdagen th thu thur thurs thursday thursdays",
    "fr": "vr vrij vrijdag vrijdagen fr fri friday fridays",
    "sa": "za zat zaterdag zaterdagen sa sat saturday saturdays",
    "su": "zo zon zondag zondagen su sun sunday sundays",
}
_DAY = {name: DAYS.index(day) for day, names in _NAMES.items() for name in names.split()}
_EVERY = frozenset({"dagelijks", "elke dag", "iedere dag", "alle dagen", "daily", "every day"})
_WORKDAYS = frozenset({"werkdagen", "op werkdagen", "weekdays", "doordeweeks"})
_WEEKEND = frozenset({"weekend", "in het weekend", "weekends"})

_LINE = re.compile(r"(?P<days>[^\d]*?[^\d\s:])\s*:?\s*(?P<times>\d.*)")
_FROM = re.compile(r"[\s,]+(?:van|vanaf|from|open)$")
_AND = re.compile(r"\s*(?:[,;&+]|\ben\b|\band\b)\s*")
_TO = re.compile(r"\s*(?:-|–|—|t/m|\btot en met\b|\btot\b|\bto\b|\bthrough\b)\s*")
_TIME = r"(\d{1,2})(?:[.:u](\d{2}))?(?:\s*(?:uur|u|h))?"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|–|—|\btot\b|\bto\b)\s*{_TIME}")
MOST = 40
"""Spans of one service; nobody opens more often in a week."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open on one weekday, from and to."""

    day: str
    opens: str
    closes: str


def parsed(typed: str, field: str = "hours") -> list[Span]:
    """One line for days with the same hours; Refused with the line that is not clear."""
    spans = {span for line in typed.splitlines() if line.strip() for span in _line(line.strip(), field)}
    if len(spans) > MOST:
        raise Refused(_("These are too many opening hours. Keep to what people need to know."), field)
    return sorted(spans, key=lambda span: (DAYS.index(span.day), span.opens, span.closes))


def _line(line: str, field: str) -> Iterator[Span]:
    match = _LINE.fullmatch(line.lower().rstrip(" ."))
    days = _days(match["days"]) if match else []
    times = [_times(part) for part in _AND.split(match["times"]) if part] if match else []
    if not days or not times or None in times:
        raise Refused(_("This line is not clear: ‘%(line)s’. Write it like: ma-vr 9.00-17.00", line=line[:60]), field)
    for day in days:
        yield from (Span(DAYS[day], *found) for found in times if found)


def _days(written: str) -> list[int]:
    """The weekdays that words mean; nothing when one of the words is no day."""
    said = _FROM.sub("", written.strip(" :"))
    for words, days in ((_EVERY, range(7)), (_WORKDAYS, range(5)), (_WEEKEND, range(5, 7))):
        if said in words:
            return list(days)
    found: list[int] = []
    for part in _AND.split(said):
        ends = [_DAY.get(word.strip(" .")) for word in _TO.split(part)]
        first, last = ends[0], ends[-1]
        if first is None or last is None or len(ends) > 2:  # noqa: PLR2004 -- from and to
            return []
        found += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return found


def _times(part: str) -> tuple[str, str] | None:
    match = _SPAN.fullmatch(part.strip())
    if match is None:
        return None
    opens, closes = _clock(match[1], match[2]), _clock(match[3], match[4])
    return (opens, closes) if opens and closes and opens not in (closes, "24:00") else None


def _clock(hour: str, minute: str | None) -> str:
    h, m = int(hour), int(minute or 0)
    return f"{h:02}:{m:02}" if (h < 24 and m < 60) or (h, m) == (24, 0) else ""  # noqa: PLR2004 -- a day has 24 hours


# --- shown ------------------------------------------------------------------------------------------------------------


def stored(spans: Iterable[Span]) -> list[list[str]]:
    return [[span.day, span.opens, span.closes] for span in spans]


def spans_of(rows: Iterable[Iterable[str]]) -> list[Span]:
    return [Span(*row) for row in rows]


def shown(spans: Iterable[Span]) -> list[str]:
    """Lines that a reader understands and that `parsed` reads back: days with the same hours together."""
    of_day = {day: ", ".join(map(_shown, found)) for day, found in groupby(spans, key=lambda span: span.day)}
    return [f"{days} {times}" for days, times in _together(of_day)]


def _together(of_day: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Days with the same hours in one line, runs of three or more as "ma-vr"."""
    for times in dict.fromkeys(of_day.values()):
        places = [DAYS.index(day) for day in of_day if of_day[day] == times]
        runs = groupby(enumerate(places), lambda one: one[1] - one[0])
        yield ", ".join(_run([place for _index, place in run]) for _key, run in runs), times


def _run(run: list[int]) -> str:
    words = [_(SHORT[DAYS[place]]) for place in run]
    return f"{words[0]}-{words[-1]}" if len(run) > 2 else ", ".join(words)  # noqa: PLR2004 -- two days are named


def _shown(span: Span) -> str:
    return f"{_read(span.opens)}-{_read(span.closes)}"


def _read(time: str) -> str:
    """13.30 in Dutch, 13:30 in English."""
    return time.removeprefix("0").replace(":", ".") if i18n.language() == "nl" else time
