"""Signals that wait too long for a first answer: their coordinators are told, at most once a day for each region."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access import queries as access
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.mail import outbox
from bsoo.mail.outbox import Draft, Recipient
from bsoo.signals.models import Signal, State

WORKING_DAYS = 5
"""What we promise: a first answer within five working days."""
SATURDAY = 5


@lru_cache(400)
def due_on(day: date) -> date:
    """The last day on which a first answer to a signal of this day is in time: five working days later."""
    left = WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def is_overdue(submitted_at: datetime, today: date) -> bool:
    return today > due_on(submitted_at.astimezone(clock.ZONE).date())


def warn(db: Session, actor: Actor) -> int:
    """Write to the coordinators of each region in which a signal waits too long; says how many letters are new."""
    today = clock.today()
    late = _late(db, actor, today)
    letters = [
        Draft(
            "signals_overdue",
            Recipient(user.email, user.name, user.language),
            f"signals_overdue:{region_id}:{user.id}:{today}",
            {"count": len(late[region_id]), "oldest_days": (today - min(late[region_id])).days, "page": "/signalen"},
            region_id=region_id,
        )
        for region_id, user in access.coordinators(db, actor)
        if region_id in late
    ]
    return outbox.queue_many(db, letters) if letters else 0


def _late(db: Session, actor: Actor, today: date) -> dict[UUID, list[date]]:
    """The days on which the late signals came, by region."""
    rows = db.exec(
        select(Signal.region_id, Signal.submitted_at).where(
            Signal.state == State.RECEIVED,
            col(Signal.submitted_at).is_not(None),
            regions_where(actor, Permission.VIEW_SIGNALS, Signal.region_id),
        )
    )
    late: defaultdict[UUID, list[date]] = defaultdict(list)
    for region_id, moment in rows:
        if moment is not None and is_overdue(moment, today):
            late[region_id].append(moment.astimezone(clock.ZONE).date())
    return dict(late)
