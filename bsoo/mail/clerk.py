"""Lets the event loop write to the database without waiting for it: one thread, several connections in one commit."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple, Self, TypeVar
from uuid import UUID

from sqlmodel import Session

from bsoo import clock
from bsoo.db import Database
from bsoo.mail import ledger
from bsoo.mail.ledger import Outcome

T = TypeVar("T")


class _Entry(NamedTuple):
    outcomes: Sequence[Outcome]
    wants_to_fly: UUID | None
    answer: "asyncio.Future[bool]"


class Clerk:
    """Writes for one postman. What arrives while a commit runs goes into the next one together."""

    def __init__(self, database: Database, owner: str) -> None:
        self.owner = owner
        self._database = database
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="postman")
        self._entries: list[_Entry] = []
        self._writing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True)

    async def run(self, work: Callable[[Session], T]) -> T:
        """One transaction of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._in_transaction, work)

    async def let_fly(self, letter_id: UUID, before: Sequence[Outcome] = ()) -> bool:
        """Write that this letter is about to go, and how those before it ended. False: it must not go."""
        return await self._write(_Entry(before, letter_id, asyncio.get_running_loop().create_future()))

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        if outcomes:
            await self._write(_Entry(outcomes, None, asyncio.get_running_loop().create_future()))

    async def _write(self, entry: _Entry) -> bool:
        self._entries.append(entry)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return await entry.answer

    async def _write_all(self) -> None:
        try:
            while self._entries:
                entries, self._entries = self._entries, []
                await self._write_together(entries)
        finally:
            self._writing = None

    async def _write_together(self, entries: Sequence[_Entry]) -> None:
        try:
            flying = await self.run(lambda db: self._note(db, entries))
        except Exception as error:
            for entry in entries:
                entry.answer.set_exception(error)
        else:
            for entry in entries:
                entry.answer.set_result(entry.wants_to_fly in flying)

    def _note(self, db: Session, entries: Sequence[_Entry]) -> set[UUID | None]:
        outcomes = [outcome for entry in entries for outcome in entry.outcomes]
        if outcomes:
            ledger.settle(db, self.owner, outcomes)
        wanted = [entry.wants_to_fly for entry in entries if entry.wants_to_fly is not None]
        return {*ledger.let_fly(db, self.owner, wanted, clock.now())} if wanted else set()

    def _in_transaction(self, work: Callable[[Session], T]) -> T:
        with self._database.transaction() as db:
            return work(db)
