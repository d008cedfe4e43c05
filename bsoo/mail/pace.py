"""How fast an account may send: kept in the database, so that it holds over all postmen and restarts."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import Session, select

from bsoo.mail.models import SendingPace

BURST = timedelta(seconds=10)
"""What may be saved up: with a tick every five seconds the whole rate is used, and a restart cannot double it."""

_THROTTLED = re.compile(r"rate.?limit|throttl|too many|too fast|exceed", re.IGNORECASE)


def sender_of(smtp_url: str) -> str:
    """The account at the mail server, without its password."""
    parts = urlsplit(smtp_url)
    return f"{parts.username or ''}@{parts.hostname}"


def room(db: Session, sender: str, per_minute: int, now: datetime, wanted: int) -> int:
    """How many of the wanted letters may be claimed now; zero while the sender is held."""
    pace = _pace(db, sender, now)
    if pace.held_until is not None and now < pace.held_until:
        return 0
    if not per_minute:
        return wanted
    return max(0, min(wanted, int((now + _burst(per_minute) - max(pace.arrives_at, now)) / _interval(per_minute))))


def take(db: Session, sender: str, per_minute: int, now: datetime, letters: int) -> None:
    """Use up what was claimed."""
    if per_minute and letters:
        pace = _pace(db, sender, now)
        pace.arrives_at = max(pace.arrives_at, now) + letters * _interval(per_minute)
        db.add(pace)
        db.flush()


def hold(db: Session, sender: str, until: datetime, now: datetime) -> None:
    """Send nothing until then; a later moment wins."""
    pace = _pace(db, sender, now)
    if pace.held_until is None or pace.held_until < until:
        pace.held_until = until
        db.add(pace)
        db.flush()


def is_throttled(text: str) -> bool:
    """Whether a temporary refusal says that we go too fast, rather than something about this one letter."""
    return bool(_THROTTLED.search(text))


def _pace(db: Session, sender: str, now: datetime) -> SendingPace:
    pace = db.exec(select(SendingPace).where(SendingPace.sender == sender).with_for_update()).first()
    if pace is None:
        pace = SendingPace(sender=sender, arrives_at=now)
        db.add(pace)
        db.flush()
    return pace


def _interval(per_minute: int) -> timedelta:
    return timedelta(minutes=1) / per_minute


def _burst(per_minute: int) -> timedelta:
    return max(BURST, _interval(per_minute))
