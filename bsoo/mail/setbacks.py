"""What to do when the mail server cannot be reached, or says that we go too fast: wait ever longer, then begin gently.

A pause lasts as long as the trouble lasted already, so a short one costs little and a long one is not knocked at all
the time. After "too fast" letters go half as fast, and slowly faster again. Kept in the database, so that it holds over
all postmen and restarts.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from bsoo.mail import pace
from bsoo.mail.models import Letter, SendingPace
from bsoo.mail.pace import Limits

LONGEST = timedelta(minutes=30)
CALM = timedelta(minutes=5)
"""So long after a pause without a new setback the trouble is over; until then letters go over one connection."""
LASTING = timedelta(minutes=15)
"""So long is no hiccup any more."""

LEAST_RATE, FIRST_RATE, ENOUGH = 5.0, 60.0, 600.0
"""Letters a minute: never slower; what is halved when fewer went; and so fast that nothing is held back any more."""
DOUBLES = timedelta(minutes=20)
"""In so long without a new setback letters go twice as fast."""


def hold(db: Session, sender: str, least: timedelta, now: datetime, *, too_fast: bool = False) -> timedelta:
    """Send nothing for a while, at least so long; says how long. Several connections may have one setback."""
    trouble = pace.pace_of(db, name_of(sender), now)
    if trouble.held_until is not None and now < trouble.held_until:
        return trouble.held_until - now
    trouble.rate = rate(trouble.rate, trouble.held_until, now)
    if too_fast:
        trouble.rate = max(LEAST_RATE, (trouble.rate or _went(db, now)) / 2)
    if trouble.held_until is None or trouble.held_until + CALM < now:
        trouble.arrives_at = now
    span = pause(now - trouble.arrives_at, least)
    trouble.held_until = now + span
    db.add(trouble)
    pace.hold(db, sender, now + span, now)
    return span


def end(db: Session, sender: str, now: datetime) -> None:
    """The server was reached and let us in, so what waited for that may go. What it asked us stays: to go slower."""
    trouble = pace.pace_of(db, name_of(sender), now)
    if trouble.rate is not None or trouble.held_until is None or trouble.held_until <= now:
        return
    for held in (trouble, pace.pace_of(db, sender, now)):
        held.held_until = now
        db.add(held)
    db.flush()


def pause(lasted: timedelta, least: timedelta) -> timedelta:
    """As long again as the trouble lasted, within bounds: each pause is twice the one before."""
    return min(max(least, lasted), LONGEST)


def rate(lowered: float | None, since: datetime | None, now: datetime) -> float | None:
    """How many letters a minute may go now; None when they may go as fast as ever."""
    if lowered is None or since is None:
        return None
    grown = lowered * 2 ** max(0.0, min((now - since) / DOUBLES, ENOUGH))
    return grown if grown < ENOUGH else None


def allowed(limits: Limits, slowly: float | None) -> Limits:
    """The limits, or what the server lets us do when that is less."""
    if slowly is None or 0 < limits.per_minute <= slowly:
        return limits
    return limits._replace(per_minute=int(slowly))


def slowly(db: Session, sender: str, now: datetime) -> float | None:
    """Letters a minute while the server wants us to go slower."""
    found = db.exec(
        select(SendingPace.rate, SendingPace.held_until).where(SendingPace.sender == name_of(sender))
    ).first()
    return rate(found[0], found[1], now) if found else None


def is_near(db: Session, sender: str, now: datetime) -> bool:
    """Whether the last setback was so short ago that one connection is enough."""
    until = db.exec(select(SendingPace.held_until).where(SendingPace.sender == name_of(sender))).first()
    return until is not None and now <= until + CALM


def lasts(calm: ColumnElement[datetime], lasting: ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    """Rows of SendingPace that say: there was trouble before `lasting`, and it was not over at `calm`."""
    is_trouble = col(SendingPace.sender).endswith(name_of(""))
    return is_trouble, col(SendingPace.held_until) > calm, col(SendingPace.arrives_at) < lasting


def _went(db: Session, now: datetime) -> float:
    """How many letters went in the last minute, of all postmen."""
    lately = col(Letter.accepted_at) > now - timedelta(minutes=1)
    return max(FIRST_RATE, db.exec(select(func.count()).select_from(Letter).where(lately)).one())


def name_of(sender: str) -> str:
    return f"{sender} trouble"
