"""Writes down what happens to letters: several connections in one commit.

It writes in the thread of the postman's own event loop, where nothing but the postman runs. A commit costs as much as
sending a letter, so the first connection waits a moment for the others; a slow disk makes the commits larger by itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Connection
from sqlmodel import Session

from bsoo import clock
from bsoo.db import Database, begun
from bsoo.mail import ledger
from bsoo.mail.ledger import Departure, Outcome

T = TypeVar("T")

PATIENCE = 0.002
"""Seconds that the first connection waits for the others."""


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
        self._connection = connection
        self.carriers = 1
        """Connections that are at work: when all of them wait there is nobody left to wait for."""
        self._entries: list[_Entry] = []
        self._alarm: asyncio.TimerHandle | None = None

    def run(self, work: Callable[[Session], T]) -> T:
        """One transaction of its own."""
        with self._database.transaction() as db:
            return work(db)

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
            self._alarm = loop.call_later(PATIENCE, self._commit)
        return await answer

    def _commit(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        entries, self._entries = self._entries, []
        try:
            flying = self._note(entries)
        except Exception as error:
            for entry in entries:
                entry.answer.set_exception(error)
        else:
            for entry in entries:
                entry.answer.set_result(entry.departure is not None and entry.departure.letter_id in flying)

    def _note(self, entries: Sequence[_Entry]) -> set[UUID]:
        outcomes = [outcome for entry in entries for outcome in entry.outcomes]
        departures = [entry.departure for entry in entries if entry.departure is not None]
        with begun(self._connection):
            self.paused |= ledger.settle(self._connection, self.owner, outcomes)
            return ledger.let_fly(self._connection, self.owner, departures, clock.now())
