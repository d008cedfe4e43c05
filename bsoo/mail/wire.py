"""SMTP over an open line: what is said, and the answers in their order (RFC 5321, 4.2)."""

import asyncio
from collections import deque
from dataclasses import dataclass

DONE, GO_ON, TRY_LATER = 2, 3, 4
"""First digits of a reply (RFC 5321, 4.2.1)."""
CLOSING = 421
LONGEST_REPLY = 32_768
"""Bytes: a server that says more than this without an end is no mail server."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said, in its own words."""

    code: int
    text: str

    @property
    def is_yes(self) -> bool:
        return self.code // 100 == DONE

    @property
    def is_go_on(self) -> bool:
        return self.code // 100 == GO_ON

    @property
    def is_temporary(self) -> bool:
        return self.code // 100 == TRY_LATER


class Broken(Exception):
    """The line is cut, or silent for too long, or what came over it is not SMTP."""


class Wire(asyncio.Protocol):
    """Takes over a line from whoever opened it. Several commands may be said at once; each has one answer."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._rest = b""
        self._lines: list[bytes] = []
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._until = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._end = ""
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        return not self._end and not self._transport.is_closing()

    def say(self, words: bytes) -> None:
        if not self.is_open:
            raise Broken(self._end or "the connection is closed")
        self._transport.write(words)

    async def answer(self, seconds: float) -> Reply:
        """The next reply that was not read yet."""
        if not self._replies:
            await self._more(seconds)
        if not self._replies:
            raise Broken(self._end)
        return self._replies.popleft()

    def close(self) -> None:
        self._quiet()
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line)
        if len(self._rest) + sum(len(line) + 1 for line in self._lines) > LONGEST_REPLY:
            self._fail("the server's answer has no end")
        if self._replies:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(str(exc or "") or "the server closed the connection")

    async def _more(self, seconds: float) -> None:
        if self._end:
            return
        self._waiter = self._loop.create_future()
        self._wait_until(self._loop.time() + seconds, seconds)
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wait_until(self, moment: float, seconds: float) -> None:
        """One alarm serves many waits, and is set anew when it rings: one for each would cost as much as a reply."""
        self._until = moment
        if self._alarm is None or self._alarm.when() > moment:
            self._quiet()
            self._alarm = self._loop.call_at(moment, self._ring, seconds)

    def _ring(self, seconds: float) -> None:
        self._alarm = None
        if self._waiter is not None and self._loop.time() >= self._until:
            self._fail(f"the server said nothing for {seconds:g} seconds")
        elif self._waiter is not None:
            self._wait_until(self._until, seconds)

    def _quiet(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _take(self, line: bytes) -> None:
        """A reply is lines of one code with a hyphen after it, and a last one without (RFC 5321, 4.2)."""
        self._lines.append(line[4:].strip())
        if line[3:4] == b"-":
            return
        if not line[:3].isdigit() or line[0] not in b"2345":
            self._fail("the server's answer is not SMTP")
            return
        words = b"\n".join(self._lines).decode("utf-8", "replace")
        shown = "".join(sign for sign in words if sign == "\n" or sign.isprintable())  # NUL is kept by no database
        self._replies.append(Reply(int(line[:3]), shown))
        self._lines.clear()

    def _fail(self, why: str) -> None:
        self._end = self._end or why
        self.close()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def as_lines(text: str) -> bytes:
    """ASCII in which CRLF alone ends a line: a bare CR or LF may end a letter on the way, and begin another one."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n", "\r\n").encode("ascii")


def as_data(message: bytes) -> bytes:
    """A message of CRLF lines as it goes over the wire: a dot that begins one is doubled (RFC 5321, 4.5.2)."""
    dotted = message.replace(b"\r\n.", b"\r\n..")
    return (b"." if dotted.startswith(b".") else b"") + dotted + b".\r\n"
