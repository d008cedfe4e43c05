"""When a bulk mail will be done: from the limits of the mail server, and from how fast it goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func
from sqlalchemy import select as rows_of
from sqlmodel import Session, col

from bsoo.mail import pace
from bsoo.mail.bulk_views import MailingLine, Phase
from bsoo.mail.models import Letter, LetterState, Mailing, MailingState
from bsoo.mail.outbox import WAITING
from bsoo.mail.pace import Limits

MEASURED = timedelta(minutes=10)
"""How far back it is measured how fast letters go."""
FEW = 5
"""Letters of which no speed can be told."""


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


def tempo(db: Session, line: MailingLine, sender: str, limits: Limits, now: datetime) -> Tempo:
    """When a mailing will be done, in two statements. What waits in mailings that were made earlier goes first."""
    if not line.is_open or not line.waiting:
        return Tempo()
    course = _course(db, line, now)
    paces = pace.paces(db, sender, limits)
    held = pace.held_until(paces, sender, now)
    if line.phase is Phase.HALTED:
        return Tempo(None, held, course.later, course.next_try)
    begins = max(filter(None, (now, held, line.begins_at)))
    ahead = line.waiting + course.ahead
    guesses = [pace.ends_at(paces, sender, limits, begins, ahead), course.measured_end(begins, ahead)]
    if course.later == line.waiting:  # nothing happens before the next try
        guesses.append(course.next_try)
    return Tempo(max(filter(None, guesses), default=None), held, course.later, course.next_try)


class _Course(NamedTuple):
    later: int
    next_try: datetime | None
    ahead: int
    """Letters of mailings that were made earlier."""
    recent: int
    first: datetime | None
    last: datetime | None

    def measured_end(self, begins: datetime, letters: int) -> datetime | None:
        """As fast as it went in the last ten minutes."""
        if self.recent < FEW or self.first is None or self.last is None or self.last <= self.first:
            return None
        return begins + (self.last - self.first) / (self.recent - 1) * letters


def _course(db: Session, line: MailingLine, now: datetime) -> _Course:
    mine = col(Letter.mailing_id) == line.id
    later = (mine, col(Letter.state) == LetterState.QUEUED, col(Letter.attempts) > 0, col(Letter.due_at) > now)
    recent = (mine, col(Letter.accepted_at) > now - MEASURED)
    earlier = (col(Mailing.state) == MailingState.RUNNING, col(Mailing.started_at) < line.started_at)
    others = col(Letter.mailing_id).in_(rows_of(col(Mailing.id)).where(*earlier, col(Mailing.id) != line.id))
    accepted = col(Letter.accepted_at)
    row = rows_of(
        rows_of(func.count()).where(*later).select_from(Letter).scalar_subquery(),
        rows_of(func.min(Letter.due_at)).where(*later).scalar_subquery(),
        rows_of(func.count()).where(col(Letter.state).in_(WAITING), others).select_from(Letter).scalar_subquery(),
        rows_of(func.count()).where(*recent).select_from(Letter).scalar_subquery(),
        rows_of(func.min(accepted)).where(*recent).scalar_subquery(),
        rows_of(func.max(accepted)).where(*recent).scalar_subquery(),
    )
    return _Course(*db.connection().execute(row).one())
