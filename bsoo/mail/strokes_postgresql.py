"""A stroke of the clerk on PostgreSQL: one statement, one round trip, and the postman goes on while the server works.

With a statement for each thing, the two moments around DATA cost seven round trips, more than the letter itself. And
the way of the driver for such a statement (adapt, wait for the answer, adapt) costs as much again as the statement, so
the stroke goes straight to the driver's own libpq, whose line the event loop watches.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from bsoo import clock
from bsoo.mail.ledger import FLIGHT_LEASE, LONGEST_WORDS, Outcome
from bsoo.mail.models import LetterState, MailingState

if TYPE_CHECKING:
    import psycopg
    from psycopg import pq

_STROKE = f"""
WITH ended AS (
    UPDATE letter SET state = '{LetterState.ACCEPTED}', attempts = letter.attempts + 1, smtp_code = e.code,
        smtp_text = e.words, accepted_at = e.at, owner = '', lease_until = NULL
    FROM unnest($2::uuid[], $3::int[], $4::text[], $5::timestamptz[]) AS e (id, code, words, at)
    WHERE letter.id = e.id AND letter.owner = $1::text
), told AS (
    INSERT INTO letter_event (id, letter_id, state, smtp_code, text, at)
    SELECT e.event, e.id, '{LetterState.ACCEPTED}', e.code, e.words, e.at
    FROM unnest($6::uuid[], $2::uuid[], $3::int[], $4::text[], $5::timestamptz[]) AS e (event, id, code, words, at)
)
UPDATE letter SET state = '{LetterState.IN_FLIGHT}', lease_until = $7::timestamptz
WHERE letter.id = ANY ($8::uuid[]) AND letter.owner = $1::text AND letter.state = '{LetterState.CLAIMED}' AND (
    letter.mailing_id IS NULL
    OR (SELECT state FROM mailing WHERE mailing.id = letter.mailing_id) = '{MailingState.RUNNING}'
)
RETURNING letter.id
"""  # noqa: S608 -- our own words, no one else's
"""Nothing that it changes in a letter is in an index, so the letter stays where it is (HOT): half the work."""

_NAME = b"bsoo_stroke"
_BINARY = 1
"""How the numbers of letters come back."""


class Line:
    """The connection of one clerk, while the event loop runs."""

    def __init__(self, driver: "psycopg.Connection[tuple[object, ...]]") -> None:
        from psycopg import errors, pq  # noqa: PLC0415 -- only where PostgreSQL is used

        self._errors, self._fine = errors, (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)
        self._connection: pq.abc.PGconn = driver.pgconn
        self._checked(self._connection.prepare(_NAME, _STROKE.encode()))
        self._waiter: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._socket = self._connection.socket
        self._loop.add_reader(self._socket, self._wake)

    def close(self) -> None:
        self._loop.remove_reader(self._socket)

    async def write(
        self, owner: str, outcomes: Sequence[Outcome], departures: Sequence[UUID], now: datetime
    ) -> set[UUID]:
        """The letters that may go. All outcomes are of letters that were accepted."""
        ended = _array(one.letter_id for one in outcomes)
        facts = [
            owner.encode(),
            ended,
            _array(one.code for one in outcomes),
            _texts(one.text[:LONGEST_WORDS] for one in outcomes),
            _array(one.at for one in outcomes),
            _array(clock.new_id() for _outcome in outcomes),
            str(now + FLIGHT_LEASE).encode(),
            _array(departures),
        ]
        self._connection.send_query_prepared(_NAME, facts, None, _BINARY)
        result = await self._answer()
        return {UUID(bytes=result.get_value(row, 0)) for row in range(result.ntuples)}

    async def _answer(self) -> "pq.abc.PGresult":
        while self._connection.flush():
            await self._until(writable=True)
        results: list[pq.abc.PGresult] = []
        while True:
            while self._connection.is_busy():
                await self._until()
                self._connection.consume_input()
            if (result := self._connection.get_result()) is None:
                return self._checked(results[-1])
            results.append(result)

    async def _until(self, *, writable: bool = False) -> None:
        self._waiter = self._loop.create_future()
        if writable:
            self._loop.add_writer(self._socket, self._wake)
        try:
            await self._waiter
        finally:
            self._waiter = None
            if writable:
                self._loop.remove_writer(self._socket)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _checked(self, result: "pq.abc.PGresult") -> "pq.abc.PGresult":
        if result.status not in self._fine:
            raise self._errors.error_from_result(result)
        return result


def _array(values: Iterable[object]) -> bytes:
    """PostgreSQL's own way to write an array, of values without quotes; the driver's takes ten times as long."""
    return f"{{{','.join('NULL' if one is None else str(one) for one in values)}}}".encode()


def _texts(values: Iterable[str]) -> bytes:
    quoted = ('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in values)
    return f"{{{','.join(quoted)}}}".encode()
