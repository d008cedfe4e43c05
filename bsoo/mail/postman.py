"""The postman: takes what is due from the outbox and gives it to the mail server, at most once.

A letter moves queued, claimed, in flight, accepted. It is claimed in small batches; its bytes are stored before the
first try; MAIL and RCPT come before the commit "in flight" and DATA after it. So after a crash a claimed letter was
certainly not sent, and one in flight may have been: that is shown, and only a person sends it again. Several postmen
may work at once; the claim decides.
"""

import asyncio
import logging
import socket
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from bsoo import clock
from bsoo.db import Database
from bsoo.i18n import gettext as _
from bsoo.mail import ledger, pace
from bsoo.mail.building import Builder, make_builder
from bsoo.mail.clerk import Clerk
from bsoo.mail.ledger import Claimed, Outcome
from bsoo.mail.message import return_path
from bsoo.mail.models import LetterState
from bsoo.mail.smtp import Connection, Reply, Uncertain, Unreachable
from bsoo.settings import Settings

log = logging.getLogger(__name__)

BATCH = 40
HOLD_UNREACHABLE = timedelta(seconds=30)
HOLD_THROTTLED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run of the postman came to."""

    accepted: int = 0
    refused: int = 0
    deferred: int = 0
    unknown: int = 0


def deliver_due(database: Database, settings: Settings) -> Delivered:
    """Send what is due; safe to run twice at once, in one process or in several."""
    with database.reading() as db:
        if not ledger.is_waiting(db, clock.now()):
            return Delivered()
    return asyncio.run(_deliver(database, settings))


def prepare_due(database: Database, settings: Settings) -> int:
    """Make the bytes of letters that wait, ahead of sending them."""
    prepared = 0
    with database.reading() as db:
        builder = make_builder(db, settings)
    while True:
        with database.reading() as db:
            letters = ledger.unmade(db, BATCH)
        raws = [(letter.id, raw) for letter in letters if (raw := _built(builder, letter)) is not None]
        if not raws:
            return prepared
        with database.transaction() as db:
            ledger.store_raw(db, raws)
        prepared += len(raws)


async def _deliver(database: Database, settings: Settings) -> Delivered:
    host = socket.gethostname()
    async with Clerk(database, ledger.owner_here(host, clock.new_token())) as clerk:
        postman = Postman(clerk, settings, await clerk.run(lambda db: make_builder(db, settings)))
        await clerk.run(lambda db: ledger.recover(db, clock.now(), host))
        try:
            return await postman.deliver()
        finally:
            await clerk.run(lambda db: ledger.release(db, clerk.owner))


class Postman:
    """One run: a supply of claimed letters, and connections that carry them off."""

    def __init__(self, clerk: Clerk, settings: Settings, builder: Builder) -> None:
        self._clerk = clerk
        self._settings = settings
        self._builder = builder
        self._sender = pace.sender_of(settings.smtp_url)
        self._ready: deque[tuple[Claimed, bytes]] = deque()
        self._claiming: asyncio.Task[None] | None = None
        self._dry = False
        self._stopped = False
        self._ended: Counter[LetterState] = Counter()

    async def deliver(self) -> Delivered:
        await self._claim()
        carriers = min(self._settings.mail_connections, len(self._ready))
        results = await asyncio.gather(*(self._carry() for _ in range(carriers)), return_exceptions=True)
        if self._claiming is not None:
            await self._claiming
        for result in results:
            if isinstance(result, BaseException):
                raise result
        ended = self._ended
        return Delivered(
            accepted=ended[LetterState.ACCEPTED],
            refused=ended[LetterState.REFUSED],
            deferred=ended[LetterState.QUEUED],
            unknown=ended[LetterState.UNKNOWN],
        )

    # --- One connection ---------------------------------------------------------------------------------------------

    async def _carry(self) -> None:
        """Carry letters until there are no more. How one ended is committed with the departure of the next."""
        before: list[Outcome] = []
        async with Connection(self._settings.smtp_url, self._settings.host) as connection:
            try:
                while (letter := await self._next(before)) is not None:
                    await self._send(connection, *letter, before)
            except Unreachable as error:
                await self._hold(HOLD_UNREACHABLE, f"the mail server cannot be reached: {error}")
            finally:
                await self._clerk.settle(before)

    async def _send(self, connection: Connection, letter: Claimed, raw: bytes, before: list[Outcome]) -> None:
        _name, from_address = self._builder.sender(letter)
        path = return_path(self._settings.mail_bounces, from_address, letter.return_token)
        reply = await connection.envelope(path, letter.to_address)
        if not reply.is_yes:
            before.append(await self._ended_as(letter, reply))
            return
        if not await self._clerk.let_fly(letter.id, tuple(before)):
            before.clear()
            await connection.reset()
            return
        before.clear()
        try:
            reply = await connection.data(raw)
        except Uncertain as error:
            before.append(self._outcome(letter, LetterState.UNKNOWN, Reply(0, str(error))))
            return
        accepted = reply.is_yes
        before.append(
            self._outcome(letter, LetterState.ACCEPTED, reply) if accepted else await self._ended_as(letter, reply)
        )

    async def _ended_as(self, letter: Claimed, reply: Reply) -> Outcome:
        """What a clear answer means: taken, refused for good, or later. A server in a hurry holds the whole sender."""
        if reply.is_yes:
            return self._outcome(letter, LetterState.ACCEPTED, reply)
        if reply.is_temporary and pace.is_throttled(reply.text):
            await self._hold(HOLD_THROTTLED, reply.text)
        now = clock.now()
        due = ledger.next_try(letter.queued_at, letter.attempts + 1, now) if reply.is_temporary else None
        state = LetterState.REFUSED if due is None else LetterState.QUEUED
        return self._outcome(letter, state, reply, due)

    def _outcome(self, letter: Claimed, state: LetterState, reply: Reply, due: datetime | None = None) -> Outcome:
        self._ended[state] += 1
        return Outcome(letter.id, state, reply.code or None, reply.text, clock.now(), due, letter.mailing_id)

    async def _hold(self, span: timedelta, why: str) -> None:
        log.warning("sending is held for %s seconds: %s", int(span.total_seconds()), why)
        self._stopped = True
        now = clock.now()
        await self._clerk.run(lambda db: pace.hold(db, self._sender, now + span, now))

    # --- The supply -------------------------------------------------------------------------------------------------

    async def _next(self, before: list[Outcome]) -> tuple[Claimed, bytes] | None:
        """The next letter. While the next batch is fetched, what ended is written first."""
        while not self._stopped:
            if len(self._ready) < BATCH // 2 and self._claiming is None and not self._dry:
                self._claiming = asyncio.create_task(self._claim())
            if self._ready:
                return self._ready.popleft()
            if self._claiming is None:
                return None
            await self._clerk.settle(tuple(before))
            before.clear()
            await asyncio.shield(self._claiming)
        return None

    async def _claim(self) -> None:
        try:
            letters = await self._clerk.run(self._take)
            self._dry = len(letters) < BATCH
            made = await asyncio.to_thread(self._made, [letter for letter in letters if letter.raw is None])
            await self._clerk.run(lambda db: ledger.store_raw(db, made))
            raws = dict(made)
            for letter in letters:
                raw = letter.raw or raws.get(letter.id)
                if raw is not None:
                    self._ready.append((letter, raw))
            hopeless = [letter for letter in letters if letter.raw is None and letter.id not in raws]
            await self._clerk.settle([self._unmakable(letter) for letter in hopeless])
        finally:
            self._claiming = None

    def _take(self, db: Session) -> list[Claimed]:
        now = clock.now()
        per_minute = self._settings.mail_per_minute
        room = pace.room(db, self._sender, per_minute, now, BATCH)
        letters = ledger.claim(db, self._clerk.owner, room, now) if room else []
        pace.take(db, self._sender, per_minute, now, len(letters))
        return letters

    def _made(self, letters: Sequence[Claimed]) -> list[tuple[UUID, bytes]]:
        return [(letter.id, raw) for letter in letters if (raw := _built(self._builder, letter)) is not None]

    def _unmakable(self, letter: Claimed) -> Outcome:
        return self._outcome(letter, LetterState.REFUSED, Reply(0, _("This letter could not be made.")))


def _built(builder: Builder, letter: Claimed) -> bytes | None:
    try:
        return builder.build(letter)
    except Exception:  # one letter that cannot be made must not keep back the others
        log.exception("letter %s (%s) could not be made", letter.id, letter.name)
        return None
