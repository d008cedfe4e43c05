"""Writes down what happens to letters: all connections that are ready at the same moment in one commit.

It writes in the thread of the postman's own event loop, where nothing but the postman runs. While one commit runs the
answers of the mail server pile up and go into the next commit together, so a slow disk makes larger commits.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlmodel import Session

from bsoo import clock
from bsoo.db import Database
from bsoo.mail import ledger
from bsoo.mail.ledger import Departure, Outcome

T = TypeVar("T")


class _Entry(NamedTuple):
    outcomes: Sequence[Outcome]
    departure: Departure | None
    answer: "asyncio.Future[bool]"


class Clerk:
    """Writes for one postman, whose name is on its claims."""

    def __init__(self, database: Database, owner: str) -> None:
        self.owner = owner
        self.paused: set[UUID] = set()
        """Mailings that were paused since too much was refused."""
        self._database = database
        self._entries: list[_Entry] = []
        self._writing: asyncio.Task[None] | None = None

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
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._entries.append(_Entry(outcomes, departure, answer))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await answer

    async def _write_all(self) -> None:
        await asyncio.sleep(0)  # whoever is ready in this round of the loop comes along
        entries, self._entries, self._writing = self._entries, [], None
        try:
            flying = self.run(lambda db: self._note(db, entries))
        except Exception as error:
            for entry in entries:
                entry.answer.set_exception(error)
        else:
            for entry in entries:
                entry.answer.set_result(entry.departure is not None and entry.departure.letter_id in flying)

    def _note(self, db: Session, entries: Sequence[_Entry]) -> set[object]:
        outcomes = [outcome for entry in entries for outcome in entry.outcomes]
        departures = [entry.departure for entry in entries if entry.departure is not None]
        self.paused |= ledger.settle(db, self.owner, outcomes)
        return {*ledger.let_fly(db, self.owner, departures, clock.now())}
