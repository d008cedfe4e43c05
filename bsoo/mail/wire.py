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
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line)
        if len(self._rest) + sum(map(len, self._lines)) > LONGEST_REPLY:
            self._fail("the server's answer has no end")
        if self._replies:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(str(exc or "") or "the server closed the connection")

    async def _more(self, seconds: float) -> None:
        if self._end:
            return
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._waiter
        except TimeoutError:
            self._fail(f"the server said nothing for {seconds:g} seconds")
        finally:
            self._waiter = None

    def _take(self, line: bytes) -> None:
        """A reply is lines of one code with a hyphen after it, and a last one without (RFC 5321, 4.2)."""
        self._lines.append(line[4:].strip())
        if line[3:4] == b"-":
            return
        if not line[:3].isdigit():
            self._fail("the server's answer is not SMTP")
            return
        words = b"\n".join(self._lines).replace(b"\0", b"")  # which PostgreSQL does not keep
        self._replies.append(Reply(int(line[:3]), words.decode("utf-8", "replace")))
        self._lines.clear()

    def _fail(self, why: str) -> None:
        self._end = self._end or why
        self._transport.close()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def as_data(message: bytes) -> bytes:
    """A message as it goes over the wire: CRLF alone ends a line, and a dot that begins one is doubled (4.5.2)."""
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").replace(b"\n", b"\r\n")
    dotted = lines.replace(b"\r\n.", b"\r\n..")
    return (b"." if dotted.startswith(b".") else b"") + dotted + b"\r\n.\r\n"
