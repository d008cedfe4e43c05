"""When a bulk mail will be done, from the limits of the mail server and how fast it goes; and what that server says."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Subquery, func, literal, true
from sqlalchemy import select as rows_of
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from bsoo.mail import pace, setbacks
from bsoo.mail.bulk_views import MailingLine, Phase
from bsoo.mail.models import Letter, LetterState, Mailing, MailingState, MailMark, SendingPace
from bsoo.mail.outbox import REFUSED, WAITING
from bsoo.mail.pace import Limits

MEASURED = timedelta(minutes=10)
"""How far back it is measured how fast letters go."""
FEW = 5
"""Letters of which no speed can be told."""
MOST_WORDS = 3

_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>:;,]+")


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast it goes."""

    ends_at: datetime | None = None
    """When it will be done, from the limits and from what is measured; None when nobody can tell."""
    held_until: datetime | None = None
    """The mail server asked us to wait, or cannot be reached."""
    later: int = 0
    """Letters that the server could not take yet."""
    next_try: datetime | None = None
    slowly: int | None = None
    """Letters a minute, after the server said that we go too fast."""
    is_put_back: bool = False
    """A copy of the database was put back, and an administrator decides whether it goes."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the mail server said to several letters."""

    code: int | None
    text: str
    letters: int


def tempo(db: Session, line: MailingLine, sender: str, limits: Limits, now: datetime) -> tuple[Tempo, Sequence[Words]]:
    """When a mailing will be done and what the mail server said, in one statement.

    What waits in mailings that were made earlier goes first.
    """
    waits = line.is_open and line.waiting > 0
    if not waits and not line.refused:
        return Tempo(), ()
    names = pace.names(sender, limits)
    rows = db.connection().execute(_statement(line, sender, names, now)).all()
    course = _Course(*rows[0][:_COURSE])
    arrives = dict(zip(names, rows[0][_COURSE:-3], strict=True))
    said = _most_said(row[-3:] for row in rows if row[-1] is not None)
    return (_tempo(line, course, arrives, sender, limits, now) if waits else Tempo()), said


def _tempo(
    line: MailingLine,
    course: "_Course",
    arrives: dict[str, datetime | None],
    sender: str,
    limits: Limits,
    now: datetime,
) -> Tempo:
    held = course.held_until if course.held_until is not None and course.held_until > now else None
    if course.held_before is not None:
        return Tempo(None, held, course.later, course.next_try, is_put_back=True)
    slowly = setbacks.rate(course.rate, course.trouble_until, now)
    limits = setbacks.allowed(limits, slowly)
    slower = int(slowly) if slowly is not None and limits.per_minute == int(slowly) else None
    if line.phase is Phase.HALTED:
        return Tempo(None, held, course.later, course.next_try)
    begins = max(filter(None, (now, held, line.begins_at)))
    ahead = line.waiting + course.ahead
    guesses = [pace.ends_at(arrives, sender, limits, begins, ahead), course.measured_end(begins, ahead)]
    if course.later == line.waiting:  # nothing happens before the next try
        guesses.append(course.next_try)
    return Tempo(max(filter(None, guesses), default=None), held, course.later, course.next_try, slower)


class _Course(NamedTuple):
    later: int
    next_try: datetime | None
    ahead: int
    """Letters of mailings that were made earlier."""
    recent: int
    first: datetime | None
    last: datetime | None
    held_until: datetime | None
    rate: float | None
    trouble_until: datetime | None
    held_before: datetime | None

    def measured_end(self, begins: datetime, letters: int) -> datetime | None:
        """As fast as it went in the last ten minutes."""
        if self.recent < FEW or self.first is None or self.last is None or self.last <= self.first:
            return None
        return begins + (self.last - self.first) / (self.recent - 1) * letters


_COURSE = len(_Course._fields)


def _statement(line: MailingLine, sender: str, names: Sequence[str], now: datetime) -> Any:  # Any: many columns
    """One row, or one for each thing that the server said."""
    said, once = _said(line), rows_of(literal(1).label("one")).subquery()
    rows = once.outerjoin(said, true())
    return rows_of(*_course(line, sender, now), *map(_arrives, names), *said.c).select_from(rows)


def _course(line: MailingLine, sender: str, now: datetime) -> list[ColumnElement[Any]]:
    mine = col(Letter.mailing_id) == line.id
    later = (mine, col(Letter.state) == LetterState.QUEUED, col(Letter.attempts) > 0, col(Letter.due_at) > now)
    recent = (mine, col(Letter.accepted_at) > now - MEASURED)
    earlier = (col(Mailing.state) == MailingState.RUNNING, col(Mailing.started_at) < line.started_at)
    others = col(Letter.mailing_id).in_(rows_of(col(Mailing.id)).where(*earlier, col(Mailing.id) != line.id))
    accepted = col(Letter.accepted_at)
    return [
        rows_of(func.count()).where(*later).select_from(Letter).scalar_subquery(),
        rows_of(func.min(Letter.due_at)).where(*later).scalar_subquery(),
        rows_of(func.count()).where(col(Letter.state).in_(WAITING), others).select_from(Letter).scalar_subquery(),
        rows_of(func.count()).where(*recent).select_from(Letter).scalar_subquery(),
        rows_of(func.min(accepted)).where(*recent).scalar_subquery(),
        rows_of(func.max(accepted)).where(*recent).scalar_subquery(),
        _of_pace(col(SendingPace.held_until), sender),
        _of_pace(col(SendingPace.rate), setbacks.name_of(sender)),
        _of_pace(col(SendingPace.held_until), setbacks.name_of(sender)),
        rows_of(col(MailMark.held_before)).scalar_subquery(),
    ]


def _arrives(name: str) -> ColumnElement[Any]:
    return _of_pace(col(SendingPace.arrives_at), name)


def _of_pace(column: Mapped[Any], name: str) -> ColumnElement[Any]:
    return rows_of(column).where(col(SendingPace.sender) == name).scalar_subquery()


def _said(line: MailingLine) -> Subquery:
    said = (col(Letter.smtp_code), col(Letter.smtp_text))
    refused = (col(Letter.mailing_id) == line.id, col(Letter.state).in_(REFUSED))
    return rows_of(*said, func.count().label("letters")).where(*refused).group_by(*said).subquery()


def _most_said(rows: Iterable[Any]) -> list[Words]:
    """What was said most often to the letters that were refused, whomever it spoke of."""
    found: Counter[tuple[int | None, str]] = Counter()
    for code, text, number in rows:
        found[code, _ADDRESS.sub("…", text)] += number
    return [Words(*words, number) for words, number in found.most_common(MOST_WORDS)]
