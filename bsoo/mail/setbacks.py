"""What to do when the mail server cannot be reached, or says that we go too fast: wait ever longer, then begin gently.

A pause lasts as long as the trouble lasted already, so a short one costs little and a long one is not knocked at all
the time. Kept in the database, so that it holds over all postmen and restarts.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from bsoo.mail import pace
from bsoo.mail.models import SendingPace

LONGEST = timedelta(minutes=30)
CALM = timedelta(minutes=5)
"""So long after a pause without a new setback the trouble is over; until then letters go over one connection."""


def hold(db: Session, sender: str, least: timedelta, now: datetime) -> timedelta:
    """Send nothing for a while, at least so long; says how long. Several connections may have one setback."""
    trouble = pace.pace_of(db, _name(sender), now)
    if trouble.held_until is not None and now < trouble.held_until:
        return trouble.held_until - now
    if trouble.held_until is None or trouble.held_until + CALM < now:
        trouble.arrives_at = now
    span = pause(now - trouble.arrives_at, least)
    trouble.held_until = now + span
    db.add(trouble)
    pace.hold(db, sender, now + span, now)
    return span


def pause(lasted: timedelta, least: timedelta) -> timedelta:
    """As long again as the trouble lasted, within bounds: each pause is twice the one before."""
    return min(max(least, lasted), LONGEST)


def is_near(db: Session, sender: str, now: datetime) -> bool:
    """Whether the last setback was so short ago that one connection is enough."""
    until = db.exec(select(SendingPace.held_until).where(SendingPace.sender == _name(sender))).first()
    return until is not None and now <= until + CALM


def _name(sender: str) -> str:
    return f"{sender} trouble"
