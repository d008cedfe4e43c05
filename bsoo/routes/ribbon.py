"""The ribbon of thirteen weeks on the home page: where the quarter is, and what happens when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bsoo.i18n import gettext as _
from bsoo.meetings.calendar import Step
from bsoo.meetings.upcoming import Ahead
from bsoo.quarters import Quarter
from bsoo.templating import short_day

WEEKS = 13
SOON = timedelta(days=14)
WIDEST = 3
"""Most weeks that a stop's words may take."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A milestone: in which week it stands, how wide its words may be, and whether it is done, near or the meeting."""

    at: int
    word: str
    date: str
    state: str
    span: int = WIDEST
    till: bool = False
    to: int = 0


def weeks(today: date) -> list[tuple[str, str]]:
    """The thirteen weeks of today's quarter, each with its number and whether it is past or now."""
    monday = Quarter.of(today).first_monday
    shown = []
    for index in range(WEEKS):
        start = monday + timedelta(weeks=index)
        number = str(start.isocalendar().week)
        if start <= today < start + timedelta(weeks=1):
            shown.append((_("today"), "now"))
        else:
            word = _("wk %(number)s", number=number) if index == 0 else number
            shown.append((word, "past" if start < today else ""))
    return shown


def week_of(today: date) -> int:
    """Which of the thirteen weeks today is in, from 1."""
    return _week(Quarter.of(today), today)


def stops(meetings: Sequence[Ahead], today: date) -> list[Stop]:
    """The milestones of this quarter: the first meeting's invitations and last day for signals, and each meeting."""
    quarter = Quarter.of(today)
    found: list[tuple[date, str, str, bool]] = []
    if meetings:
        steps = meetings[0].steps
        found += [
            (steps[Step.INVITE], _("Invitations out"), _done(steps[Step.INVITE], today), False),
            (steps[Step.SIGNALS_CLOSE], _("Signals until"), _done(steps[Step.SIGNALS_CLOSE], today), True),
        ]
    found += [(ahead.card.meeting.on, ahead.card.region.name, "key", False) for ahead in meetings]
    inside = sorted(each for each in found if quarter.first_day <= each[0] <= quarter.last_day)
    return _without_overlap([_stop(quarter, *each) for each in inside])


def _stop(quarter: Quarter, on: date, word: str, state: str, till: bool) -> Stop:
    at = _week(quarter, on)
    if till:
        return Stop(max(1, at - 1), word, short_day(on), state, till=True, to=at + 1)
    return Stop(at, word, short_day(on), state, span=min(WIDEST, WEEKS + 1 - at))


def _without_overlap(found: list[Stop]) -> list[Stop]:
    """Words end where the next begin; two meetings in one week share their place."""
    shown: list[Stop] = []
    for stop in found:
        before = shown[-1] if shown else None
        if before is None or before.till or stop.till:
            shown.append(stop)
        elif before.at == stop.at:
            shown[-1] = Stop(stop.at, f"{before.word}, {stop.word}", stop.date, stop.state, stop.span)
        else:
            shown[-1] = Stop(before.at, before.word, before.date, before.state, min(before.span, stop.at - before.at))
            shown.append(stop)
    return shown


def _done(on: date, today: date) -> str:
    if on < today:
        return "done"
    return "hot" if on - today <= SOON else ""


def _week(quarter: Quarter, on: date) -> int:
    return min(WEEKS, max(1, quarter.week_of(on)))
