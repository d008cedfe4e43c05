"""Writes down what happens to letters: several connections in one commit.

It writes in the thread of the postman's own event loop, where nothing but the postman runs. A commit costs as much as
sending a letter, so the first connection waits a moment for the others; a slow disk makes the commits larger by itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Connection
from sqlmodel import Session

from bsoo import clock
from bsoo.db import Database
from bsoo.mail import epochs, strokes
from bsoo.mail.ledger import Departure, Outcome

T = TypeVar("T")

LONGEST_PATIENCE = 0.01
"""Seconds."""


class _Entry(NamedTuple):
    outcomes: Sequence[Outcome]
    departure: Departure | None
    answer: "asyncio.Future[bool]"


class Clerk:
    """Writes for one postman, whose name is on its claims."""

    def __init__(self, database: Database, connection: Connection, owner: str) -> None:
        self.owner = owner
        self.paused: set[UUID] = set()
        """Mailings that were paused since too much was refused."""
        self._database = database
        self._connection = strokes.ready(connection)
        self.carriers = 1
        """Connections that are at work: when all of them wait there is nobody left to wait for."""
        self._entries: list[_Entry] = []
        self._alarm: asyncio.TimerHandle | None = None
        self._patience = 0.0
        """Seconds that the first connection waits for the others: about what a commit takes, never twice the best."""

    def run(self, work: Callable[[Session], T]) -> T:
        """One transaction of its own."""
        with self._database.transaction() as db:
            return work(db)

    def claim(self, work: Callable[[Session], T]) -> T:
        """One transaction that outlives a crash of the database, as the strokes after it need not."""
        claimed = self.run(work)
        epochs.make_sure(self._connection)
        return claimed

    async def let_fly(self, departure: Departure, before: Sequence[Outcome] = ()) -> bool:
        """Write that this letter is about to go, and how those before it ended. False: it must not go."""
        return await self._write(before, departure)

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        if outcomes:
            await self._write(outcomes, None)

    async def _write(self, outcomes: Sequence[Outcome], departure: Departure | None) -> bool:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bool] = loop.create_future()
        self._entries.append(_Entry(outcomes, departure, answer))
        if len(self._entries) >= self.carriers:
            self._commit()
        elif self._alarm is None:
            self._alarm = loop.call_later(self._patience, self._commit)
        return await answer

    def _commit(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        entries, self._entries = self._entries, []
        began = perf_counter()
        try:
            flying = self._note(entries)
        except Exception as error:
            for entry in entries:
                entry.answer.set_exception(error)
        else:
            self._patience = min(LONGEST_PATIENCE, (3 * self._patience + perf_counter() - began) / 4)
            for entry in entries:
                entry.answer.set_result(entry.departure is not None and entry.departure.letter_id in flying)

    def _note(self, entries: Sequence[_Entry]) -> set[UUID]:
        outcomes = [outcome for entry in entries for outcome in entry.outcomes]
        departures = [entry.departure for entry in entries if entry.departure is not None]
        paused, flying = strokes.write(self._connection, self.owner, outcomes, departures, clock.now())
        self.paused |= paused
        return flying
