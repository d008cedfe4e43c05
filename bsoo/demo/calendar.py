"""When the demo's meetings were and will be, counted from today."""

from dataclasses import dataclass
from datetime import date, timedelta

from bsoo.meetings.calendar import meeting_day
from bsoo.quarters import Quarter
from bsoo.regions import Region

CLOSED = 9
"""How many quarters lie behind."""

AHEAD = {"amsterdam": 18, "almere": 30, "rotterdam": 24, "groningen": 33}
"""About how many days ahead the next meeting of a region is."""

LEAST_AGO = timedelta(days=12)
"""The last closed meeting has its minutes out."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A quarter that is over."""

    quarter: Quarter
    on: date
    ago: int
    """How many quarters before the running one: 1 is the last."""


def next_meeting(region: Region, today: date) -> date:
    """The first day on the region's weekday that lies far enough ahead."""
    earliest = today + timedelta(days=AHEAD.get(region.slug, 20))
    return earliest + timedelta(days=(region.rule_weekday - earliest.weekday()) % 7)


def closed_quarters(region: Region, today: date) -> list[Closed]:
    """The quarters before that of the next meeting, oldest first; all their meetings lie behind."""
    running = Quarter.of(next_meeting(region, today))
    return [
        Closed(quarter, min(meeting_day(region, quarter), today - LEAST_AGO), ago)
        for ago in range(CLOSED, 0, -1)
        for quarter in [running.plus(-ago)]
    ]
