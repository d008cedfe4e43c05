"""What the postman writes down: the two moments around DATA, and what a try came to.

A letter in flight may have been sent: it is never queued again by itself. States move only here, in claims and in desk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, func, insert, or_, select, update
from sqlmodel import SQLModel

from bsoo import clock
from bsoo.mail.models import Because, LetterState, MailingState
from bsoo.mail.prepared import Prepared

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


def running() -> Any:  # Any: a subquery of one column, for which SQLAlchemy has no narrower public type
    return select(MAILING.c.id).where(MAILING.c.state == MailingState.RUNNING).scalar_subquery()


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
    raw: bytes | None = None
    """Its bytes, where a server had them and did not say that it took them: every later try is the same."""


_STORE = Prepared(update(PAYLOAD).where(PAYLOAD.c.letter_id == bindparam("of")).values(raw=bindparam("bytes")))


def store_raw(connection: Connection, raws: Sequence[tuple[UUID, bytes]]) -> None:
    """Keep what letters were made into; what is accepted at once is not sent again and needs no bytes."""
    _STORE.run(connection, [{"of": letter_id, "bytes": raw} for letter_id, raw in raws])


_LET_FLY = Prepared(
    update(LETTER)
    .where(
        LETTER.c.id == bindparam("of"),
        LETTER.c.owner == bindparam("me"),
        LETTER.c.state == LetterState.CLAIMED,
        or_(LETTER.c.mailing_id.is_(None), LETTER.c.mailing_id.in_(running())),
    )
    .values(state=LetterState.IN_FLIGHT, lease_until=bindparam("until"))
)


def let_fly(connection: Connection, owner: str, ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """The moment before DATA. What is not among the answer is not ours any more, or its mailing was paused."""
    touched = _LET_FLY.run(connection, [{"of": one, "me": owner, "until": now + FLIGHT_LEASE} for one in ids])
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
    store_raw(connection, [(one.letter_id, one.raw) for one in outcomes if one.raw is not None])
    tell(connection, outcomes)
    hurt = {one.mailing_id for one in outcomes if one.state is LetterState.REFUSED and one.mailing_id}
    return {mailing_id for mailing_id in hurt if _paused_as_refused(connection, mailing_id)}


def tell(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Add to the history of letters."""
    rows = [
        {
            "id": clock.new_id(),
            "letter_id": outcome.letter_id,
            "at": outcome.at,
            "state": outcome.state,
            "smtp_code": outcome.code,
            "text": outcome.text[:LONGEST_WORDS],
        }
        for outcome in outcomes
    ]
    _TELL.run(connection, rows)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many tries: 1, 5, 15, 60 minutes, then every four hours, for two days in all."""
    if attempts >= MOST_TRIES:
        return None
    return now + timedelta(minutes=RETRY_MINUTES[min(attempts, len(RETRY_MINUTES)) - 1])


def too_many_refused(refused: int, handled: int) -> bool:
    """More than 10 % of the first twenty, or 5 % of all that were handled."""
    return refused > max(REFUSALS_ALLOWED, handled * 0.05)


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
    mailing = update(MAILING).where(MAILING.c.id == mailing_id, MAILING.c.state == MailingState.RUNNING)
    connection.execute(mailing.values(state=MailingState.PAUSED, paused_because=Because.REFUSED))
    return True
