"""Who has which letter in hand: claims of small batches with a lease, and what is left after a crash."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, and_, any_, case, literal, or_, select, update
from sqlmodel import Session

from bsoo.mail import epochs, ledger
from bsoo.mail.ledger import LETTER, MAILING, PAYLOAD, Outcome, running
from bsoo.mail.models import LetterState, MailingState
from bsoo.mail.outbox import WAITING

IN_HAND = (LetterState.CLAIMED, LetterState.IN_FLIGHT)
CLAIM_LEASE = timedelta(minutes=5)
_HOST = 25

_ORDER = (LETTER.c.due_at, LETTER.c.id)
"""The index of letters that have not ended, so that of whatever is due only the first hundred are read."""

_Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that is ours for now, with what it is made of."""

    id: UUID
    name: str
    to_address: str
    to_name: str
    language: str
    region_id: UUID | None
    mailing_id: UUID | None
    message_id: str
    return_token: str
    queued_at: datetime
    attempts: int
    context: dict[str, Any]
    calendar_method: str
    calendar: str
    raw: bytes | None
    """Once they are made; the three above are not read then."""


def is_waiting(db: Session, now: datetime) -> bool:
    """Whether there is anything to send or to recover."""
    runs = or_(LETTER.c.state.in_(IN_HAND), LETTER.c.mailing_id.is_(None), LETTER.c.mailing_id.in_(running()))
    query = select(LETTER.c.id).where(_listed(now, *WAITING), runs).limit(1)
    return db.connection().execute(query).first() is not None


def recover(db: Session, now: datetime, host: str) -> int:
    """Free what a postman left behind: claimed letters were certainly not sent, those in flight may have been.

    A postman is gone when its lease ran out, when it ran on this machine and its process is no more, or when the
    database crashed since; only then its claimed letters may have been sent too. Should that be wrong, nothing is sent
    twice: its claim no longer counts, and it may still say how a flight ended.
    """
    owners = db.connection().execute(select(LETTER.c.owner).where(_listed(now, *IN_HAND)).distinct()).scalars().all()
    if not owners:
        return 0
    epoch = epochs.current(db)
    crashed = [owner for owner in owners if _epoch_of(owner) not in ("", epoch)]
    dead = [owner for owner in owners if _is_dead(owner, host)]
    gone = or_(LETTER.c.lease_until < now, LETTER.c.owner.in_(dead))
    lost = _lose(db, LetterState.IN_FLIGHT, or_(gone, LETTER.c.owner.in_(crashed)), now)
    lost += _lose(db, LetterState.CLAIMED, LETTER.c.owner.in_(crashed), now)
    _give_back(db, gone, now)
    return lost


def claim(db: Session, owner: str, limit: int, now: datetime, held_before: datetime | None = None) -> list[Claimed]:
    """Take the letters that are due: those to one person first, so that none waits behind a mailing.

    While something is held (`restored`), only what is to one person and was queued later.
    """
    taken: list[_Place] = []
    to_one = LETTER.c.mailing_id.is_(None)
    kinds = [to_one, _in_running_mailing()]
    if held_before is not None:
        kinds = [and_(to_one, LETTER.c.queued_at > held_before)]
    for kind in kinds:
        if len(taken) < limit:
            taken += _claim(db, owner, limit - len(taken), now, kind)
    _put_away(db, now, taken[-1] if len(taken) == limit else None)
    return _with_payload(db, [letter_id for _due_at, letter_id in taken])


def release(db: Session, owner: str, now: datetime) -> None:
    """Give back what was claimed and not sent."""
    mine = LETTER.c.owner == owner
    if _epoch_of(owner) not in ("", epochs.current(db)):
        _lose(db, LetterState.CLAIMED, mine, now)
    _give_back(db, mine, now)


def owner_here(host: str, token: str, epoch: str) -> str:
    """The name of a postman: its machine, its process, chance, and the epoch of the database."""
    return f"{host[:_HOST]}|{os.getpid()}|{token[:12]}|{epoch}"


def _lose(db: Session, state: LetterState, whose: ColumnElement[bool], now: datetime) -> int:
    """Nobody knows whether these were sent; says how many."""
    letters = update(LETTER).where(_listed(now, state), whose)
    letters = letters.values(state=LetterState.UNKNOWN, lease_until=None, smtp_code=None, smtp_text="")
    ids = db.connection().execute(letters.returning(LETTER.c.id)).scalars()
    outcomes = [Outcome(letter_id, LetterState.UNKNOWN, None, "", now) for letter_id in ids]
    ledger.tell(db.connection(), outcomes)
    return len(outcomes)


def _give_back(db: Session, whose: ColumnElement[bool], now: datetime) -> None:
    letters = update(LETTER).where(_listed(now, LetterState.CLAIMED), whose)
    db.connection().execute(letters.values(state=LetterState.QUEUED, owner="", lease_until=None))


def _put_away(db: Session, now: datetime, last: _Place | None) -> None:
    """What has ended need not be looked for any more; what somebody else holds has time until the next claim.

    When more is due than what was taken, only what stands before the last of it: that is what the next claim would
    step over. To look at all of 20,000 letters for each hundred was most of the work of a claim.
    """
    ended = select(LETTER.c.id).where(_is_before(now, last), LETTER.c.state.not_in(WAITING))
    ended = ended.with_for_update(skip_locked=True)
    db.connection().execute(update(LETTER).where(LETTER.c.id.in_(ended)).values(due_at=None))


def _is_before(now: datetime, last: _Place | None) -> ColumnElement[bool]:
    if last is None:
        return LETTER.c.due_at <= now
    due_at, letter_id = last
    # Not as one row: PostgreSQL would guess how many stand before it by the time alone, which a whole mailing shares.
    return or_(LETTER.c.due_at < due_at, and_(LETTER.c.due_at == due_at, LETTER.c.id <= letter_id))


def _claim(db: Session, owner: str, limit: int, now: datetime, kind: ColumnElement[bool]) -> list[_Place]:
    # Two statements: inside the UPDATE, PostgreSQL may run the limited subquery again for each row and take them all.
    due = select(*_ORDER).where(_listed(now, LetterState.QUEUED), kind).order_by(*_ORDER).limit(limit)
    found = db.connection().execute(due.with_for_update(skip_locked=True))
    places = [(due_at, letter_id) for due_at, letter_id in found]
    taken = update(LETTER).where(_one_of(db, [letter_id for _due_at, letter_id in places]))
    taken = taken.values(state=LetterState.CLAIMED, owner=owner, lease_until=now + CLAIM_LEASE)
    if places:
        db.connection().execute(taken)
    return places


def _in_running_mailing() -> ColumnElement[bool]:
    """As what it is not: of few mailings that run, the databases would look up all letters and sort them."""
    halted = select(MAILING.c.id).where(MAILING.c.state != MailingState.RUNNING)
    return and_(LETTER.c.mailing_id.is_not(None), LETTER.c.mailing_id.not_in(halted))


def _with_payload(db: Session, ids: Sequence[UUID]) -> list[Claimed]:
    if not ids:
        return []
    query = select(*(_column(field) for field in Claimed.__slots__))
    query = query.join(PAYLOAD, PAYLOAD.c.letter_id == LETTER.c.id).where(_one_of(db, ids))
    query = query.order_by(LETTER.c.mailing_id.is_not(None), *_ORDER)
    return [Claimed(*row) for row in db.connection().execute(query, execution_options={"bsoo_binary": True})]


def _one_of(db: Session, ids: Sequence[UUID]) -> ColumnElement[bool]:
    """As one parameter where that can be: to hand over a hundred takes longer than to find a hundred letters."""
    if db.connection().dialect.name != "postgresql":
        return LETTER.c.id.in_(ids)
    return LETTER.c.id == any_(literal(ids, ARRAY(LETTER.c.id.type)))


def _column(field: str) -> ColumnElement[Any]:
    if field in LETTER.c:
        return LETTER.c[field]
    if field == "raw":
        return PAYLOAD.c.raw
    return case((PAYLOAD.c.raw.is_(None), PAYLOAD.c[field]))  # what is made already need not be read and parsed


def _listed(now: datetime, *states: LetterState) -> ColumnElement[bool]:
    """Found by its time, which is past for whatever is due or in hand: the state is in no index (`models.Letter`)."""
    return and_(LETTER.c.due_at <= now, LETTER.c.state.in_(states))


def _is_dead(owner: str, host: str) -> bool:
    machine, _sep, rest = owner.partition("|")
    if machine != host[:_HOST] or os.name != "posix":  # elsewhere signal 0 is no question but a blow
        return False
    try:
        os.kill(int(rest.partition("|")[0]), 0)
    except ProcessLookupError:
        return True
    except (ValueError, PermissionError):
        return False
    return False


def _epoch_of(owner: str) -> str:
    """Empty for a claim that was made where nothing tells of a crash."""
    return dict(enumerate(owner.split("|"))).get(3, "")
