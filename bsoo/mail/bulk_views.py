"""How bulk mails stand: a page of them, and one of them.

The caller says in which regions somebody may look; None is all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, true
from sqlalchemy import select as rows_of
from sqlmodel import Session, col

from bsoo import clock
from bsoo.mail.desk import ROWS, Regions, speaking_of
from bsoo.mail.models import Because, Letter, LetterState, Mailing, MailingState
from bsoo.mail.outbox import REFUSED, WAITING

FEW = 5
"""Mailings that ask at once; more of them is another problem."""


class Phase(StrEnum):
    """What a reader of the list wants to know."""

    HALTED = "halted"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    OVER = "over"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class MailingLine:
    """A bulk mail with how far it is; its parts add up to its letters."""

    id: UUID
    letter: str
    region_id: UUID | None
    meeting_id: UUID | None
    state: MailingState
    paused_because: Because | None
    begins_at: datetime | None
    started_at: datetime
    started_by: UUID | None
    stopped_at: datetime | None
    phase: Phase
    total: int
    waiting: int
    sent: int
    refused: int
    unknown: int
    suppressed: int
    cancelled: int

    @property
    def handled(self) -> int:
        return self.total - self.waiting

    @property
    def begins_on_the_wall(self) -> datetime | None:
        return self.begins_at.astimezone(clock.ZONE) if self.begins_at else None

    @property
    def is_open(self) -> bool:
        """Whether anything of it may still go."""
        return self.phase in {Phase.HALTED, Phase.SCHEDULED, Phase.RUNNING}

    @property
    def has_left(self) -> bool:
        """Whether a letter went, or may have gone."""
        return self.sent + self.unknown + self.refused > 0


class Parts(NamedTuple):
    """Letters by what became of them; together they are all."""

    waiting: int
    sent: int
    refused: int
    unknown: int
    suppressed: int
    cancelled: int


def mailings(
    db: Session,
    regions: Regions,
    *,
    phase: Phase | None = None,
    meeting_id: UUID | None = None,
    page: int = 1,
    rows: int = ROWS,
) -> list[MailingLine]:
    """A page of bulk mails, newest first, in one statement."""
    query = _lines().where(_within(regions)).order_by(col(Mailing.started_at).desc(), col(Mailing.id).desc())
    if phase is not None:
        query = query.where(_phase() == phase)
    if meeting_id is not None:
        query = query.where(col(Mailing.meeting_id) == meeting_id)
    found = db.connection().execute(query.limit(rows).offset((max(page, 1) - 1) * rows))
    return [_line(row) for row in found]


def counts(db: Session, regions: Regions) -> dict[Phase, int]:
    """How many bulk mails there are in each phase."""
    phased = rows_of(_phase().label("phase")).select_from(Mailing).where(_within(regions)).subquery()
    query = rows_of(phased.c.phase, func.count()).group_by(phased.c.phase)
    found = {Phase(phase): number for phase, number in db.connection().execute(query)}
    return {phase: found.get(phase, 0) for phase in Phase}


def halted(db: Session, regions: Regions) -> list[MailingLine]:
    """Those that wait for a decision: paused by themselves, or too late to begin unasked."""
    by_itself = col(Mailing.paused_because).in_((Because.REFUSED, Because.LATE))
    query = _lines().where(_within(regions), col(Mailing.state) == MailingState.PAUSED, by_itself)
    query = query.where(_has_waiting()).order_by(col(Mailing.started_at)).limit(FEW)
    return [_line(row) for row in db.connection().execute(query)]


def line_of(db: Session, mailing_id: UUID) -> MailingLine:
    return _line(db.connection().execute(_lines().where(col(Mailing.id) == mailing_id)).one())


def line_and(
    db: Session, which: ColumnElement[bool], text: str, *more: ColumnElement[Any]
) -> tuple[MailingLine, Parts, tuple[Any, ...]] | None:
    """One bulk mail, how many of its letters speak of `text`, and more columns about it, in one statement."""
    row = db.connection().execute(_lines(*(_parts(speaking_of(text)) if text else ()), *more).where(which)).first()
    if row is None:
        return None
    own, rest = row[: len(MailingLine.__slots__)], row[len(MailingLine.__slots__) :]
    line = _line(own)
    found = Parts(*rest[: len(Parts._fields)]) if text else Parts(*(getattr(line, one) for one in Parts._fields))
    return line, found, tuple(rest[len(Parts._fields) if text else 0 :])


_STATES: tuple[tuple[LetterState, ...], ...] = (
    WAITING,
    (LetterState.ACCEPTED,),
    REFUSED,
    (LetterState.UNKNOWN,),
    (LetterState.SUPPRESSED,),
    (LetterState.CANCELLED,),
)
"""Of each part, in their order."""


def _lines(*more: ColumnElement[Any]) -> Select[Any]:
    own = [getattr(Mailing, name) for name in list(MailingLine.__slots__)[:10]]
    return (
        rows_of(*own, _phase(), func.count(col(Letter.id)), *_parts(), *more)
        .select_from(Mailing)
        .outerjoin(Letter, col(Letter.mailing_id) == col(Mailing.id))
        .group_by(*own)
    )


def _parts(also: Sequence[ColumnElement[bool]] = ()) -> list[ColumnElement[int]]:
    return [func.count().filter(col(Letter.state).in_(states), *also) for states in _STATES]


def _line(row: Any) -> MailingLine:  # Any: a row of more columns than the types can hold
    values = dict(zip(MailingLine.__slots__, row, strict=True))
    return MailingLine(**{**values, "phase": Phase(values["phase"])})


def _phase() -> ColumnElement[str]:
    state = col(Mailing.state)
    return case(
        (state == MailingState.STOPPED, Phase.STOPPED),
        (~_has_waiting(), Phase.OVER),
        (state == MailingState.SCHEDULED, Phase.SCHEDULED),
        (state == MailingState.PAUSED, Phase.HALTED),
        else_=Phase.RUNNING,
    )


def _has_waiting() -> ColumnElement[bool]:
    waiting = rows_of(col(Letter.id)).where(col(Letter.mailing_id) == col(Mailing.id), col(Letter.state).in_(WAITING))
    return waiting.correlate(Mailing).exists()


def _within(regions: Regions) -> ColumnElement[bool]:
    return true() if regions is None else col(Mailing.region_id).in_(regions)
