"""How fast an account may send: kept in the database, so that it holds over all postmen and restarts."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, select

from bsoo.mail.models import SendingPace

BURST = timedelta(seconds=10)
"""What may be saved up: with a tick every five seconds the whole rate is used, and a restart cannot double it."""

DAY = timedelta(days=1)

PACE: Table = SQLModel.metadata.tables["sending_pace"]

_THROTTLED = re.compile(
    r"rate.?limit|throttl|too many|too fast|exceed|too busy|server busy|concurrent|\b4\.3\.[12]\b|\b4\.7\.5\d\d\b",
    re.IGNORECASE,
)
"""In words, or as "system full" and "system not accepting messages" (RFC 3463), or as Microsoft's 4.7.5xx."""
SLOW_DOWN = (421, 432)
"""The server closes, or has too many connections of ours."""


class Limits(NamedTuple):
    """Most letters of one account; zero means no limit."""

    per_minute: int = 0
    per_day: int = 0


class _Bucket(NamedTuple):
    """A rate, and how far ahead of it one may be."""

    name: str
    interval: timedelta
    burst: timedelta


def sender_of(smtp_url: str) -> str:
    """The account at the mail server, without its password."""
    parts = urlsplit(smtp_url)
    return f"{parts.username or ''}@{parts.hostname}"


def room(db: Session, sender: str, limits: Limits, now: datetime, wanted: int) -> int:
    """How many of the wanted letters may be claimed now; zero while the sender is held."""
    pace = pace_of(db, sender, now)
    if pace.held_until is not None and now < pace.held_until:
        return 0
    rooms = [
        int((now + bucket.burst - max(pace_of(db, bucket.name, now).arrives_at, now)) / bucket.interval)
        for bucket in _buckets(sender, limits)
    ]
    return max(0, min([wanted, *rooms]))


def take(db: Session, sender: str, limits: Limits, now: datetime, letters: int) -> None:
    """Use up what was claimed."""
    for bucket in _buckets(sender, limits) if letters else ():
        pace = pace_of(db, bucket.name, now)
        pace.arrives_at = max(pace.arrives_at, now) + letters * bucket.interval
        db.add(pace)
    db.flush()


def hold(db: Session, sender: str, until: datetime, now: datetime) -> None:
    """Send nothing until then; a later moment wins."""
    pace = pace_of(db, sender, now)
    if pace.held_until is None or pace.held_until < until:
        pace.held_until = until
        db.add(pace)
        db.flush()


def names(sender: str, limits: Limits) -> list[str]:
    """The rows in which an account's limits are kept, each once."""
    return [bucket.name for bucket in _buckets(sender, limits)]


def ends_at(
    arrives: Mapping[str, datetime | None], sender: str, limits: Limits, begins: datetime, letters: int
) -> datetime | None:
    """When so many letters will have been let through, by the limits alone; None without any."""
    ends = []
    for bucket in _buckets(sender, limits):
        first = max(arrives.get(bucket.name) or begins, begins)
        ends.append(first + letters * bucket.interval - bucket.burst)
    return max([begins, *ends]) if ends else None


def is_throttled(code: int, text: str) -> bool:
    """Whether a temporary refusal says that we go too fast, rather than something about this one letter."""
    return code in SLOW_DOWN or bool(_THROTTLED.search(text))


def pace_of(db: Session, sender: str, now: datetime) -> SendingPace:
    query = select(SendingPace).where(SendingPace.sender == sender).with_for_update()
    if (pace := db.exec(query).first()) is not None:
        return pace
    # Two postmen may both be the first: the second one waits here, and finds what the first one wrote.
    insert = postgresql.insert if db.connection().dialect.name == "postgresql" else sqlite.insert
    db.connection().execute(insert(PACE).values(sender=sender, arrives_at=now).on_conflict_do_nothing())
    return db.exec(query).one()


def _buckets(sender: str, limits: Limits) -> Iterator[_Bucket]:
    if limits.per_minute:
        interval = timedelta(minutes=1) / limits.per_minute
        yield _Bucket(sender, interval, max(BURST, interval))
    if limits.per_day:
        # Half of them at once and the other half over the day: never more than all in any 24 hours.
        yield _Bucket(f"{sender} a day", 2 * DAY / limits.per_day, DAY)
