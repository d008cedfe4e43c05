"""The postman: takes what is due from the outbox and gives it to the mail server, at most once.

A letter moves queued, claimed, in flight, accepted. It is claimed in small batches; MAIL, RCPT and DATA come before
the commit "in flight" and the letter itself after it. So after a crash a claimed letter was certainly not sent, and one
in flight may have been: that is shown, and only a person sends it again. Only who saw the line break before the first
byte of the letter knows better, and queues it again. Several postmen may work at once; the claim decides.
"""

import asyncio
import logging
import socket
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bsoo import clock
from bsoo.db import Database
from bsoo.mail import claims, epochs, ledger, pace, restored, setbacks
from bsoo.mail.building import Builder, make_builder
from bsoo.mail.claims import Claimed
from bsoo.mail.clerk import Clerk
from bsoo.mail.ledger import Outcome
from bsoo.mail.message import return_path
from bsoo.mail.models import LetterState, MailMark
from bsoo.mail.pace import Limits
from bsoo.mail.signing import NoKey
from bsoo.mail.smtp import Connection, Envelope, Uncertain, Unreachable, Unsent
from bsoo.mail.wire import Reply
from bsoo.settings import Settings

log = logging.getLogger(__name__)

BATCH = 100
FEW = BATCH // 2
"""With so few left the next are claimed."""
HOLD_UNREACHABLE = timedelta(seconds=30)
HOLD_THROTTLED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run of the postman came to."""

    accepted: int = 0
    refused: int = 0
    deferred: int = 0
    unknown: int = 0


class Parcel(NamedTuple):
    """A letter that can go: its bytes, and the addresses outside."""

    letter: Claimed
    raw: bytes
    envelope: Envelope


def deliver_due(database: Database, settings: Settings) -> Delivered:
    """Send what is due; safe to run twice at once, in one process or in several."""
    with database.reading() as db:
        if not claims.is_waiting(db, clock.now()):
            return Delivered()
    return asyncio.run(_deliver(database, settings))


async def _deliver(database: Database, settings: Settings) -> Delivered:
    host = socket.gethostname()
    with database.connected() as connection:
        with database.transaction() as db:
            owner = claims.owner_here(host, clock.new_token(), epochs.current(db))
        clerk = Clerk(database, connection, owner)
        clerk.run(lambda db: claims.recover(db, clock.now(), host))
        try:
            return await Postman(clerk, settings, clerk.run(lambda db: make_builder(db, settings))).deliver()
        except NoKey as error:  # without a signature they would be refused for good
            log.error("letters wait, for they cannot be signed: %s", error)
            return Delivered()
        finally:
            clerk.close()
            clerk.run(lambda db: claims.release(db, clerk.owner, clock.now()))
            mark = clerk.run(lambda db: restored.forward(db, settings, clock.now()))
            restored.remember(settings, mark, clock.now())


class Postman:
    """One run: a supply of claimed letters, and connections that carry them off."""

    def __init__(self, clerk: Clerk, settings: Settings, builder: Builder) -> None:
        self._clerk = clerk
        self._settings = settings
        self._builder = builder
        self._sender = pace.sender_of(settings.smtp_url)
        self._ready: deque[Claimed] = deque()
        self._claiming: asyncio.Task[None] | None = None
        self._is_dry = False
        self._is_held = False
        self._ended: Counter[LetterState] = Counter()

    async def deliver(self) -> Delivered:
        await self._claim()
        self._clerk.carriers = min(self._connections(), len(self._ready))
        carriers = [self._carry() for _ in range(self._clerk.carriers)]
        results = await asyncio.gather(*carriers, return_exceptions=True)
        results += await asyncio.gather(*filter(None, [self._claiming]), return_exceptions=True)
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

    def _connections(self) -> int:
        """One for a while after a setback, then all again."""
        is_near = self._clerk.run(lambda db: setbacks.is_near(db, self._sender, clock.now()))
        return 1 if is_near else self._settings.mail_connections

    async def _carry(self) -> None:
        """Carry letters over one connection until there are no more.

        How a letter ended is committed together with the departure of the next one.
        """
        before: list[Outcome] = []
        async with Connection(self._settings) as connection:
            try:
                parcel = await self._next(before)
                while parcel is not None:
                    parcel = await self._send(connection, parcel, before)
            except Unreachable as error:
                self._hold(HOLD_UNREACHABLE, f"the mail server cannot be reached: {error}")
            finally:
                self._clerk.carriers -= 1
                await self._clerk.settle(before)

    async def _send(self, connection: Connection, parcel: Parcel, before: list[Outcome]) -> Parcel | None:
        """Send one; gives the next one, whose envelope may already be on its way.

        While the departure is written the server gets ready for the letter and the next one is made.
        """
        letter = parcel.letter
        reply = await connection.envelope(parcel.envelope)
        if not reply.is_yes:
            before.append(self._ended_as(parcel, reply))
            await self._clerk.settle(before)
            before.clear()
            return await self._next(before)
        connection.begin()
        departure = self._clerk.let_fly(letter.id, tuple(before))
        since: list[Outcome] = []
        after = await self._next(since)
        may_go = await departure
        before[:] = since  # now that those before are written; if they could not be, that is tried once more at the end
        if may_go:
            before.append(await self._sent(connection, parcel, after))
        else:
            connection.hang_up()
            self._clerk.stop(letter.mailing_id)  # or each letter of it would cost a connection
        return after if after is not None and self._is_wanted(after.letter) else await self._next(before)

    async def _sent(self, connection: Connection, parcel: Parcel, after: Parcel | None) -> Outcome:
        try:
            reply = await connection.data(parcel.raw, after.envelope if after else None)
        except Unsent as error:
            return self._put_off(parcel, Reply(0, str(error)))
        except Uncertain as error:
            return self._outcome(parcel.letter, LetterState.UNKNOWN, Reply(0, str(error)), raw=parcel.raw)
        return self._ended_as(parcel, reply)

    def _ended_as(self, parcel: Parcel, reply: Reply) -> Outcome:
        """What a clear answer means: taken, refused for good, or later. A server in a hurry holds the whole sender."""
        if reply.is_yes:
            return self._outcome(parcel.letter, LetterState.ACCEPTED, reply)
        if not reply.is_temporary:
            return self._outcome(parcel.letter, LetterState.REFUSED, reply, raw=parcel.raw)
        if pace.is_throttled(reply.code, reply.text):
            self._hold(HOLD_THROTTLED, reply.text, too_fast=True)
        return self._put_off(parcel, reply)

    def _put_off(self, parcel: Parcel, reply: Reply) -> Outcome:
        """Later, or no more."""
        due = ledger.next_try(parcel.letter.attempts + 1, clock.now())
        state = LetterState.REFUSED if due is None else LetterState.QUEUED
        return self._outcome(parcel.letter, state, reply, due, parcel.raw)

    def _outcome(
        self,
        letter: Claimed,
        state: LetterState,
        reply: Reply,
        due: datetime | None = None,
        raw: bytes | None = None,
    ) -> Outcome:
        self._ended[state] += 1
        return Outcome(letter.id, state, reply.code or None, reply.text, clock.now(), due, letter.mailing_id, raw)

    def _hold(self, least: timedelta, why: str, *, too_fast: bool = False) -> None:
        self._is_held = True
        span = self._clerk.run(lambda db: setbacks.hold(db, self._sender, least, clock.now(), too_fast=too_fast))
        log.warning("sending is held for %s seconds: %s", int(span.total_seconds()), " ".join(why.split()))

    async def _next(self, before: list[Outcome]) -> Parcel | None:
        """The next letter that can be made; one that cannot has ended."""
        while (letter := await self._next_letter()) is not None:
            raw = letter.raw or _built(self._builder, letter)
            if raw is not None:
                sender = self._builder.sender(letter).address
                bounces = return_path(self._settings.mail_bounces, sender, letter.return_token)
                return Parcel(letter, raw, Envelope(bounces, letter.to_address))
            before.append(self._outcome(letter, LetterState.REFUSED, Reply(0, "This letter could not be made.")))
        return None

    async def _next_letter(self) -> Claimed | None:
        while not self._is_held:
            if len(self._ready) <= (FEW if self._clerk.lets_work_go_on else 0) and not self._is_dry:
                self._claiming = self._claiming or asyncio.create_task(self._claim())
            if self._ready:
                letter = self._ready.popleft()
                if self._is_wanted(letter):
                    return letter
            elif self._claiming is not None and not self._claiming.done():
                await asyncio.wait([self._claiming])  # and look again: the other connections may have taken all of it
            else:
                return None
        return None

    def _is_wanted(self, letter: Claimed) -> bool:
        return not self._is_held and letter.mailing_id not in self._clerk.paused

    async def _claim(self) -> None:
        """When it fails there is no other: what was taken before goes out, and `deliver` fails at its end."""
        mark, letters = await self._clerk.claim(self._take)
        restored.remember(self._settings, mark, clock.now())
        self._is_dry = len(letters) < BATCH
        self._ready.extend(letters)
        self._claiming = None

    def _take(self, db: Session) -> tuple[MailMark, list[Claimed]]:
        now = clock.now()
        mark = restored.forward(db, self._settings, now)
        limits = Limits(self._settings.mail_per_minute, self._settings.mail_per_day)
        limits = setbacks.allowed(limits, setbacks.slowly(db, self._sender, now))
        room = pace.room(db, self._sender, limits, now, BATCH)
        letters = claims.claim(db, self._clerk.owner, room, now, mark.held_before) if room else []
        pace.take(db, self._sender, limits, now, len(letters))
        return mark, letters


def _built(builder: Builder, letter: Claimed) -> bytes | None:
    try:
        return builder.build(letter)
    except Exception:  # one letter that cannot be made must not keep back the others
        log.exception("letter %s (%s) could not be made", letter.id, letter.name)
        return None
