"""What staff see of the outbox and do to it.

This package is lower than access: the caller says in which regions somebody may look (None is all of them, and only
then letters of no region are shown) and has asked whether they may act.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, true
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, select, update

from bsoo import clock
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.mail.models import Letter, LetterEvent, LetterPayload, LetterState, Mailing, MailingState
from bsoo.mail.outbox import REFUSED, TEST, counts_as_mail

ROWS = 50
MOST_AGAIN = 500
"""Letters that a person can send again, or take out, at once."""
Regions = Collection[UUID] | None
AGAIN = (LetterState.UNKNOWN, *REFUSED)
"""States from which a person may send a letter again."""

_TOKEN = re.compile(r"(/(?:u/afmelden|u|mijn|inloggen/met)/)[\w-]+")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for."""

    states: tuple[LetterState, ...] = ()
    mailing_id: UUID | None = None
    meeting_id: UUID | None = None
    text: str = ""
    page: int = 1
    ids: tuple[UUID, ...] | None = None
    """Only these; None is any."""
    tests: bool = False
    """Only the tests that staff sent themselves; they stand among no others, and are counted with none."""


@dataclass(frozen=True)
class Line:
    """A letter in the list."""

    id: UUID
    to_name: str
    to_address: str
    name: str
    state: LetterState
    smtp_code: int | None
    smtp_text: str
    queued_at: datetime
    accepted_at: datetime | None
    why: str
    due_at: datetime | None
    attempts: int
    key: str

    @property
    def is_test(self) -> bool:
        return self.key.startswith(TEST)


def letters(db: Session, regions: Regions, wanted: Wanted, *, most: int = ROWS) -> list[Line]:
    """A page of letters, newest first; those of one mailing by name."""
    return [Line(*row) for row in db.connection().execute(listing(regions, wanted, most=most))]


def listing(regions: Regions, wanted: Wanted, *more: ColumnElement[Any], most: int = ROWS) -> Select[Any]:
    """The statement of such a page, with more columns about each letter behind those of a line."""
    columns = [getattr(Letter, field) for field in Line.__dataclass_fields__]
    query = rows_of(*columns, *more).where(*_filters(regions, wanted))
    newest = (col(Letter.queued_at).desc(), col(Letter.id).desc())
    query = query.order_by(*((col(Letter.to_name), col(Letter.id)) if wanted.mailing_id else newest))
    return query.limit(most).offset((max(wanted.page, 1) - 1) * most)


def counts(db: Session, regions: Regions, wanted: Wanted) -> tuple[dict[LetterState, int], int]:
    """How many letters there are in each state, whatever state is looked at; and, apart from them, how many tests."""
    where = (_within(regions, Letter.region_id), *_about(wanted))
    real, tests = func.count().filter(counts_as_mail()), func.count().filter(~counts_as_mail())
    query = select(Letter.state, real, tests).where(*where).group_by(col(Letter.state))
    found = {LetterState(state): (number, trial) for state, number, trial in db.exec(query)}
    return {state: found.get(state, (0, 0))[0] for state in LetterState}, sum(trial for _n, trial in found.values())


def letter(db: Session, regions: Regions, letter_id: UUID) -> Letter:
    found = db.exec(select(Letter).where(Letter.id == letter_id, _within(regions, Letter.region_id))).first()
    if found is None:
        raise NotFound
    return found


def history(db: Session, letter_id: UUID) -> Sequence[LetterEvent]:
    """What happened to a letter, newest first."""
    query = select(LetterEvent).where(LetterEvent.letter_id == letter_id)
    return db.exec(query.order_by(col(LetterEvent.at).desc(), col(LetterEvent.id).desc())).all()


def contents(db: Session, letter_id: UUID) -> dict[str, Any] | None:
    """What a letter says, with personal links made useless: who reads along must not be able to answer for somebody.

    None when it was removed, 30 days after sending.
    """
    context = db.exec(select(LetterPayload.context).where(LetterPayload.letter_id == letter_id)).first()
    return None if context is None else {key: _masked(key, value) for key, value in context.items()}


def send_again(db: Session, ids: Sequence[UUID]) -> list[UUID]:
    """Queue these letters once more, as far as they are uncertain or came back and are kept; says which.

    With the same Message-ID and the same bytes, so that a double can be recognised.
    """
    statement = (
        update(Letter)
        .where(col(Letter.id).in_(ids), col(Letter.state).in_(AGAIN), _is_wanted(), is_kept())
        .values(state=LetterState.QUEUED, attempts=0, due_at=clock.now(), owner="", lease_until=None)
        .returning(col(Letter.id))
    )
    again = list(db.exec(statement).scalars())
    db.add_all(
        LetterEvent(letter_id=one, at=clock.now(), state=LetterState.QUEUED, text=_("Sent again by hand."))
        for one in again
    )
    db.flush()
    return again


def _is_wanted() -> ColumnElement[bool]:
    """Of a mailing that was stopped nothing goes any more."""
    stopped = select(Mailing.id).where(Mailing.state == MailingState.STOPPED)
    return col(Letter.mailing_id).is_(None) | col(Letter.mailing_id).not_in(stopped)


def is_kept() -> ColumnElement[bool]:
    """What it was made of is there still; else it would wait for ever."""
    return col(Letter.id).in_(select(LetterPayload.letter_id))


def _filters(regions: Regions, wanted: Wanted) -> list[ColumnElement[bool]]:
    filters = [_within(regions, Letter.region_id), *_about(wanted)]
    filters.append(~counts_as_mail() if wanted.tests else counts_as_mail())
    if wanted.states:
        filters.append(col(Letter.state).in_(wanted.states))
    return filters


def _about(wanted: Wanted) -> list[ColumnElement[bool]]:
    filters = []
    if wanted.mailing_id:
        filters.append(col(Letter.mailing_id) == wanted.mailing_id)
    if wanted.ids is not None:
        filters.append(col(Letter.id).in_(wanted.ids))
    if wanted.meeting_id:
        filters.append(col(Letter.meeting_id) == wanted.meeting_id)
    return filters + speaking_of(wanted.text)


def speaking_of(text: str) -> list[ColumnElement[bool]]:
    """Letters in which every word is found: in the name, the address or what the mail server said."""
    seen = (func.lower(Letter.to_name), func.lower(Letter.to_address), func.lower(Letter.smtp_text))
    words = text.lower().split()
    return [or_(*(column.contains(word, autoescape=True) for column in seen)) for word in words]


def _within(regions: Regions, column: Any) -> ColumnElement[bool]:  # Any: a column of either table
    return true() if regions is None else col(column).in_(regions)


def _masked(key: str, value: Any) -> Any:  # Any: whatever JSON holds
    if key == "token":
        return "…"
    if isinstance(value, str):
        return _TOKEN.sub(r"\1…", value)
    return {inner: _masked(inner, one) for inner, one in value.items()} if isinstance(value, Mapping) else value
