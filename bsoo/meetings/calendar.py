"""Meeting days and run sheets: pure rules about dates on the wall in the region.

A meeting is stored as wall time and zone, never as UTC and an interval: "13 weeks later" in UTC moves the hour when
the clocks change.
"""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

from bsoo.i18n import N_
from bsoo.quarters import Quarter

LAST = -1
"""As the number of the week: the last such weekday of the month."""
FRIDAY = 4
SUNDAY = 6


class HasRule(Protocol):
    """What a region says about its meeting day."""

    rule_month: int
    rule_nth: int
    rule_weekday: int


def meeting_day(rule: HasRule, quarter: Quarter) -> date:
    """The nth (or last) weekday of the chosen month of the quarter."""
    month = quarter.months[rule.rule_month - 1]
    if rule.rule_nth == LAST:
        following = date(quarter.year + month // 12, month % 12 + 1, 1)
        return following - timedelta(days=(following.weekday() - rule.rule_weekday - 1) % 7 + 1)
    first = date(quarter.year, month, 1)
    return first + timedelta(days=(rule.rule_weekday - first.weekday()) % 7 + 7 * (rule.rule_nth - 1))


def next_meeting_day(rule: HasRule, after: date) -> date:
    """The first day by the rule that lies after a date."""
    quarter = Quarter.of(after)
    day = meeting_day(rule, quarter)
    return day if day > after else meeting_day(rule, quarter.next())


def moment(day: date, clock_time: time, zone: str) -> datetime:
    """The instant at which a wall clock in the zone shows this date and time."""
    return datetime.combine(day, clock_time, ZoneInfo(zone))


class Step(StrEnum):
    """A dated step of a round; the order is the order of the quarter."""

    PLAN = "plan"
    INVITE = "invite"
    CALL = "call"
    REMIND_FIRST = "remind-1"
    SIGNALS_CLOSE = "signals-close"
    REMIND_SECOND = "remind-2"
    AGENDA = "agenda"
    REMIND_LAST = "remind-3"
    MEET = "meet"
    MINUTES = "minutes"
    SUMMARY = "summary"


DAYS_FROM_MEETING: dict[Step, int] = {
    Step.PLAN: -56,
    Step.INVITE: -42,
    Step.CALL: -42,
    Step.REMIND_FIRST: -21,
    Step.SIGNALS_CLOSE: -14,
    Step.REMIND_SECOND: -10,
    Step.AGENDA: -7,
    Step.REMIND_LAST: -3,
    Step.MEET: 0,
    Step.MINUTES: 7,
    Step.SUMMARY: 14,
}

REMINDERS = (Step.REMIND_FIRST, Step.REMIND_SECOND, Step.REMIND_LAST)
"""The rounds in which the silent are reminded; there are never more."""


def run_sheet(day: date) -> dict[Step, date]:
    """The dates of a round's steps, counted from the meeting day; a deadline on a weekend becomes the Friday before."""
    dates = {step: _before_weekend(day + timedelta(days=days)) for step, days in DAYS_FROM_MEETING.items()}
    return {**dates, Step.MEET: day}


def signals_close(day: date) -> date:
    """Signals close two weeks before the meeting, never on a weekend."""
    return run_sheet(day)[Step.SIGNALS_CLOSE]


def reminder_round(day: date, today: date) -> int:
    """The reminder round that today belongs to: 0 before the first, 1 to 3, and 0 again from the meeting day on."""
    dates = run_sheet(day)
    return sum(dates[step] <= today for step in REMINDERS) if today < day else 0


def next_reminder(day: date, rounds_sent: int, today: date) -> date | None:
    """The day of the next reminder round that is still ahead of today; None when there is none left."""
    dates = run_sheet(day)
    return next((dates[step] for step in REMINDERS[rounds_sent:] if dates[step] > today), None)


def _before_weekend(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


@cache
def public_holidays(year: int) -> dict[date, str]:
    """The days of the Dutch general terms act (Algemene termijnenwet, article 3) and both first feast days.

    King's Day is 27 April, or the 26th when that is a Sunday. The names are source strings for gettext.
    """
    easter = easter_sunday(year)
    birthday = date(year, 4, 27)
    if birthday.weekday() == SUNDAY:
        birthday -= timedelta(days=1)
    return {
        date(year, 1, 1): N_("New Year's Day"),
        easter - timedelta(days=2): N_("Good Friday"),
        easter: N_("Easter Sunday"),
        easter + timedelta(days=1): N_("Easter Monday"),
        date(year, 5, 5): N_("Liberation Day"),
        easter + timedelta(days=39): N_("Ascension Day"),
        easter + timedelta(days=49): N_("Whit Sunday"),
        easter + timedelta(days=50): N_("Whit Monday"),
        date(year, 12, 25): N_("Christmas Day"),
        date(year, 12, 26): N_("Boxing Day"),
        birthday: N_("King's Day"),
    }


def holiday_on(day: date) -> str | None:
    """The name of the public holiday on a day, as a source string; a hint, it never blocks a date."""
    return public_holidays(day.year).get(day)


def easter_sunday(year: int) -> date:
    """Easter in the Gregorian calendar, by the anonymous algorithm of 1876 (Meeus, Astronomical Algorithms, ch. 8)."""
    century, within = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (within // 4) - moon - within % 4) % 7
    shift = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)
