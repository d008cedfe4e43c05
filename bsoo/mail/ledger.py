"""What the postman writes down: claims, the two moments around DATA, and what is left after a crash.

States move only here and in desk.py. A letter in flight may have been sent: it is never queued again by itself.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, func, insert, or_, select, update
from sqlmodel import Session, SQLModel

from bsoo import clock
from bsoo.mail.models import LetterState, MailingState
from bsoo.mail.prepared import Prepared

CLAIM_LEASE = timedelta(minutes=5)
FLIGHT_LEASE = timedelta(minutes=15)
"""Longer than the longest wait for an answer to DATA and to the envelope of the letter after it."""

RETRY_MINUTES = (1, 5, 15, 60, 240)
MOST_TRIES = 16
"""The last one falls 45 hours after the first."""

LONGEST_WORDS = 500
REFUSALS_ALLOWED = 2
"""Of the first twenty letters of a mailing (10 %); later 5 % of what was handled."""

LETTER: Table = SQLModel.metadata.tables["letter"]
PAYLOAD: Table = SQLModel.metadata.tables["letter_payload"]
EVENT: Table = SQLModel.metadata.tables["letter_event"]
MAILING: Table = SQLModel.metadata.tables["mailing"]


def _running() -> Any:  # Any: a subquery of one column, for which SQLAlchemy has no narrower public type
    return select(MAILING.c.id).where(MAILING.c.state == MailingState.RUNNING).scalar_subquery()


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


@dataclass(frozen=True, slots=True)
class Departure:
    """A letter whose recipient was taken; `raw` when its bytes were made just now."""

    letter_id: UUID
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try ended: accepted, refused, queued (again, later) or unknown."""

    letter_id: UUID
    state: LetterState
    code: int | None
    text: str
    at: datetime
    due_at: datetime | None = None
    mailing_id: UUID | None = None


def is_waiting(db: Session, now: datetime) -> bool:
    """Whether there is anything to send or to recover."""
    query = select(LETTER.c.id).where(or_(_is_due(now), _in_hand()), _mailing_runs_or_in_hand()).limit(1)
    return db.connection().execute(query).first() is not None


def recover(db: Session, now: datetime, host: str) -> int:
    """Free what a postman left behind: claimed letters were certainly not sent, those in flight may have been.

    A postman is gone when its lease ran out, or when it ran on this machine and its process is no more. Should that be
    wrong, nothing is sent twice: its claim no longer counts, and it may still say how a flight ended.
    """
    hands = db.connection().execute(select(LETTER.c.owner).where(_in_hand()).distinct()).scalars().all()
    dead = [owner for owner in hands if _is_dead(owner, host)]
    gone = or_(LETTER.c.lease_until < now, LETTER.c.owner.in_(dead))
    db.connection().execute(
        update(LETTER)
        .where(LETTER.c.state == LetterState.CLAIMED, gone)
        .values(state=LetterState.QUEUED, owner="", lease_until=None)
    )
    lost = (
        db.connection()
        .execute(
            update(LETTER)
            .where(LETTER.c.state == LetterState.IN_FLIGHT, gone)
            .values(state=LetterState.UNKNOWN, lease_until=None, smtp_code=None, smtp_text="")
            .returning(LETTER.c.id)
        )
        .scalars()
    )
    events = [_event(letter_id, LetterState.UNKNOWN, None, "", now) for letter_id in lost]
    _TELL.run(db.connection(), events)
    return len(events)


def claim(db: Session, owner: str, limit: int, now: datetime) -> list[Claimed]:
    """Take the letters that are due: those to one person first, so that none waits behind a mailing."""
    ids: list[UUID] = []
    for kind in (LETTER.c.mailing_id.is_(None), LETTER.c.mailing_id.in_(_running())):
        if len(ids) < limit:
            ids += _claim(db, owner, limit - len(ids), now, kind)
    return _with_payload(db, ids)


def unmade(db: Session, limit: int) -> list[Claimed]:
    """Letters that wait and have no bytes yet."""
    query = select(LETTER.c.id).join(PAYLOAD, PAYLOAD.c.letter_id == LETTER.c.id)
    waiting = query.where(LETTER.c.state == LetterState.QUEUED, PAYLOAD.c.raw.is_(None)).limit(limit)
    return _with_payload(db, list(db.connection().execute(waiting).scalars()))


_STORE = Prepared(update(PAYLOAD).where(PAYLOAD.c.letter_id == bindparam("of")).values(raw=bindparam("bytes")))


def store_raw(connection: Connection, raws: Sequence[tuple[UUID, bytes]]) -> None:
    """Keep the bytes before the first try, so that every later one is the same."""
    _STORE.run(connection, [{"of": letter_id, "bytes": raw} for letter_id, raw in raws])


_LET_FLY = Prepared(
    update(LETTER)
    .where(
        LETTER.c.id == bindparam("of"),
        LETTER.c.owner == bindparam("me"),
        LETTER.c.state == LetterState.CLAIMED,
        or_(LETTER.c.mailing_id.is_(None), LETTER.c.mailing_id.in_(_running())),
    )
    .values(state=LetterState.IN_FLIGHT, lease_until=bindparam("until"))
)


def let_fly(connection: Connection, owner: str, departures: Sequence[Departure], now: datetime) -> set[UUID]:
    """The moment before DATA. What is not among the answer is not ours any more, or its mailing was paused."""
    ids = [one.letter_id for one in departures]
    touched = _LET_FLY.run(connection, [{"of": one, "me": owner, "until": now + FLIGHT_LEASE} for one in ids])
    store_raw(connection, [(one.letter_id, one.raw) for one in departures if one.raw is not None])
    if touched == len(ids):
        return set(ids)
    flying = select(LETTER.c.id).where(
        LETTER.c.id.in_(ids), LETTER.c.owner == owner, LETTER.c.state == LetterState.IN_FLIGHT
    )
    return set(connection.execute(flying).scalars())


_SETTLE = Prepared(
    update(LETTER)
    # The owner is the claim: it stays when a flight becomes unknown, and goes with every other change of state.
    .where(LETTER.c.id == bindparam("of"), LETTER.c.owner == bindparam("me"))
    .values(
        state=bindparam("became"),
        attempts=LETTER.c.attempts + 1,
        smtp_code=bindparam("code"),
        smtp_text=bindparam("words"),
        accepted_at=bindparam("accepted"),
        due_at=func.coalesce(bindparam("due", type_=LETTER.c.due_at.type), LETTER.c.due_at),
        owner="",
        lease_until=None,
    )
)
_TELL = Prepared(insert(EVENT))


def settle(connection: Connection, owner: str, outcomes: Sequence[Outcome]) -> set[UUID]:
    """The moment after DATA, or after a refusal before it. Names the mailings that it paused: too much was refused."""
    _SETTLE.run(connection, [_settled(owner, outcome) for outcome in outcomes])
    _TELL.run(connection, [_event(one.letter_id, one.state, one.code, one.text, one.at) for one in outcomes])
    hurt = {one.mailing_id for one in outcomes if one.state is LetterState.REFUSED and one.mailing_id}
    return {mailing_id for mailing_id in hurt if _paused_as_refused(connection, mailing_id)}


def release(db: Session, owner: str) -> None:
    """Give back what was claimed and not sent."""
    db.connection().execute(
        update(LETTER)
        .where(LETTER.c.owner == owner, LETTER.c.state == LetterState.CLAIMED)
        .values(state=LetterState.QUEUED, owner="", lease_until=None)
    )


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many tries: 1, 5, 15, 60 minutes, then every four hours, for two days in all."""
    if attempts >= MOST_TRIES:
        return None
    return now + timedelta(minutes=RETRY_MINUTES[min(attempts, len(RETRY_MINUTES)) - 1])


def too_many_refused(refused: int, handled: int) -> bool:
    """More than 10 % of the first twenty, or 5 % of all that were handled."""
    return refused > max(REFUSALS_ALLOWED, handled * 0.05)


def _claim(db: Session, owner: str, limit: int, now: datetime, kind: ColumnElement[bool]) -> list[UUID]:
    due = select(LETTER.c.id).where(_is_due(now), kind).order_by(LETTER.c.due_at, LETTER.c.id).limit(limit)
    statement = (
        update(LETTER)
        .where(LETTER.c.id.in_(due.with_for_update(skip_locked=True).scalar_subquery()))
        .values(state=LetterState.CLAIMED, owner=owner, lease_until=now + CLAIM_LEASE)
        .returning(LETTER.c.id)
    )
    return list(db.connection().execute(statement).scalars())


def _with_payload(db: Session, ids: Sequence[UUID]) -> list[Claimed]:
    if not ids:
        return []
    wanted = [LETTER.c[field] if field in LETTER.c else PAYLOAD.c[field] for field in Claimed.__slots__]
    query = select(*wanted).join(PAYLOAD, PAYLOAD.c.letter_id == LETTER.c.id).where(LETTER.c.id.in_(ids))
    return [
        Claimed(*row)
        for row in db.connection().execute(
            query.order_by(LETTER.c.mailing_id.is_not(None), LETTER.c.due_at, LETTER.c.id)
        )
    ]


def _settled(owner: str, outcome: Outcome) -> dict[str, object]:
    return {
        "of": outcome.letter_id,
        "me": owner,
        "became": outcome.state,
        "code": outcome.code,
        "words": outcome.text[:LONGEST_WORDS],
        "accepted": outcome.at if outcome.state is LetterState.ACCEPTED else None,
        "due": outcome.due_at,
    }


def _paused_as_refused(connection: Connection, mailing_id: UUID) -> bool:
    mine = LETTER.c.mailing_id == mailing_id
    refused, accepted = (
        connection.execute(select(func.count()).where(mine, LETTER.c.state == state)).scalar_one()
        for state in (LetterState.REFUSED, LetterState.ACCEPTED)
    )
    tolerated = connection.execute(select(MAILING.c.tolerated).where(MAILING.c.id == mailing_id)).scalar_one()
    if not too_many_refused(refused - tolerated, refused + accepted):
        return False
    running = update(MAILING).where(MAILING.c.id == mailing_id, MAILING.c.state == MailingState.RUNNING)
    connection.execute(running.values(state=MailingState.PAUSED))
    return True


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(LETTER.c.state == LetterState.QUEUED, LETTER.c.due_at <= now)


def _in_hand() -> ColumnElement[bool]:
    return LETTER.c.state.in_((LetterState.CLAIMED, LetterState.IN_FLIGHT))


def _mailing_runs_or_in_hand() -> ColumnElement[bool]:
    return or_(_in_hand(), LETTER.c.mailing_id.is_(None), LETTER.c.mailing_id.in_(_running()))


def _event(letter_id: UUID, state: LetterState, code: int | None, text: str, at: datetime) -> dict[str, Any]:
    return {
        "id": clock.new_id(),
        "letter_id": letter_id,
        "at": at,
        "state": state,
        "smtp_code": code,
        "text": text[:500],
    }


def owner_here(host: str, token: str) -> str:
    """The name of a postman: its machine, its process, and chance."""
    return f"{host[:30]}|{os.getpid()}|{token[:12]}"


def _is_dead(owner: str, host: str) -> bool:
    machine, _sep, rest = owner.partition("|")
    if machine != host[:30] or os.name != "posix":  # elsewhere signal 0 is no question but a blow
        return False
    try:
        os.kill(int(rest.partition("|")[0]), 0)
    except ProcessLookupError:
        return True
    except (ValueError, PermissionError):
        return False
    return False
