"""Writes down what happens to letters: several connections in one commit.

While a stroke is being written whoever comes is put into the next one, so a slow disk makes them larger by itself.
SQLite is written to in the thread of the postman, where nothing but the postman runs; a commit costs as much as sending
a letter, so there the first connection waits a moment for the others.
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
from bsoo.mail.ledger import Outcome

T = TypeVar("T")

LONGEST_PATIENCE = 0.01
"""Seconds."""


class _Entry(NamedTuple):
    outcomes: Sequence[Outcome]
    departure: UUID | None
    answer: "asyncio.Future[bool]"


class Clerk:
    """Writes for one postman, whose name is on its claims."""

    def __init__(self, database: Database, connection: Connection, owner: str) -> None:
        self.owner = owner
        self.paused: set[UUID] = set()
        """Mailings of which no more letters go, since too much was refused or somebody stopped them."""
        self.carriers = 1
        """Connections that are at work: when all of them wait there is nobody left to wait for."""
        self._database = database
        self._connection = connection
        self._pen = strokes.pen(connection)
        self._entries: list[_Entry] = []
        self._stroke: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._patience = 0.0
        """Seconds that the first connection waits for the others: about what a commit takes, never twice the best."""

    def run(self, work: Callable[[Session], T]) -> T:
        """One transaction of its own."""
        with self._database.transaction() as db:
            return work(db)

    @property
    def lets_work_go_on(self) -> bool:
        """Whether letters travel while something is written."""
        return self._pen.lets_work_go_on

    async def claim(self, work: Callable[[Session], T]) -> T:
        """One transaction that outlives a crash of the database, as the strokes after it need not."""
        claimed = await asyncio.to_thread(self.run, work) if self.lets_work_go_on else self.run(work)
        epochs.make_sure(self._connection)
        return claimed

    def let_fly(self, departure: UUID, before: Sequence[Outcome] = ()) -> "asyncio.Future[bool]":
        """Begin to write that this letter is about to go, and how those before it ended. False: it must not go."""
        return self._write(before, departure)

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        if outcomes:
            await self._write(outcomes, None)

    def stop(self, mailing_id: UUID | None) -> None:
        """A letter of it must not go: leave the others for a next run, that asks again."""
        if mailing_id is not None:
            self.paused.add(mailing_id)

    def close(self) -> None:
        self._pen.close()

    def _write(self, outcomes: Sequence[Outcome], departure: UUID | None) -> "asyncio.Future[bool]":
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bool] = loop.create_future()
        self._entries.append(_Entry(outcomes, departure, answer))
        if self._stroke is None and (self.lets_work_go_on or len(self._entries) >= self.carriers):
            self._begin()
        elif self._stroke is None and self._alarm is None:
            self._alarm = loop.call_later(self._patience, self._begin)
        return answer

    def _begin(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self._stroke = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        """Until nobody waits any more."""
        while self._entries:
            entries, self._entries = self._entries, []
            began = perf_counter()
            try:
                flying = await self._note(entries)
            except Exception as error:
                for entry in entries:
                    entry.answer.set_exception(error)
            else:
                self._patience = min(LONGEST_PATIENCE, (3 * self._patience + perf_counter() - began) / 4)
                for entry in entries:
                    entry.answer.set_result(entry.departure in flying)
        self._stroke = None

    async def _note(self, entries: Sequence[_Entry]) -> set[UUID]:
        outcomes = [outcome for entry in entries for outcome in entry.outcomes]
        departures = [entry.departure for entry in entries if entry.departure is not None]
        paused, flying = await self._pen.write(self.owner, outcomes, departures, clock.now())
        self.paused |= paused
        return flying
