"""Where a meeting is on its agenda: clock times of the items, and how long the running one still has. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from bsoo.meetings.agenda import BREAK, boxes
from bsoo.meetings.models import AgendaItem, Meeting


@dataclass(frozen=True, slots=True)
class Stop:
    """An agenda item on the clock; a break has no number."""

    id: UUID
    number: int
    title: str
    starts: time
    minutes: int
    presenter: str
    question: str
    is_past: bool
    left: int | None
    """Minutes that it still has by the agenda, when the meeting is going on at this item."""


def stops(meeting: Meeting, agenda: Sequence[AgendaItem], now: datetime) -> list[Stop]:
    """The agenda with its clock times; `now` is a moment on the wall in the zone of the meeting."""
    found, number = [], 0
    for item, box in zip(agenda, boxes(meeting.starts, [item.minutes for item in agenda]), strict=True):
        number += item.standing_key != BREAK
        begins = datetime.combine(meeting.on, box.starts, now.tzinfo)
        ends = begins + timedelta(minutes=box.minutes)
        left = -(-int((ends - now).total_seconds()) // 60) if begins <= now < ends else None
        found.append(
            Stop(
                id=item.id,
                number=number if item.standing_key != BREAK else 0,
                title=item.title,
                starts=box.starts,
                minutes=item.minutes,
                presenter=item.presenter,
                question=item.question,
                is_past=ends <= now,
                left=left,
            )
        )
    return found


def planned_end(meeting: Meeting, agenda: Sequence[AgendaItem]) -> time:
    """When the last time box ends."""
    start = datetime.combine(date.min, meeting.starts)
    return (start + timedelta(minutes=sum(item.minutes for item in agenda))).time()
