"""A load client: closed loop, kept connections, HTTP/1.1 over bare sockets."""

import asyncio
from dataclasses import dataclass, field
from time import perf_counter

HEAD_END = b"\r\n\r\n"


class WrongAnswer(RuntimeError):
    """A page that is not the page: its figures would mean nothing."""


@dataclass(slots=True)
class Load:
    """What a run of requests came to."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class _Visitor(asyncio.Protocol):
    """One kept connection that asks for the same page until the time is up."""

    def __init__(self, request: bytes, expected: bytes, load: Load, until: float, done: "asyncio.Future[None]") -> None:
        self._request = request
        self._expected = expected
        self._load = load
        self._until = until
        self._done = done
        self._buffer = bytearray()
        self._began = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(HEAD_END)
        if head_end < 0:
            return
        head = bytes(self._buffer[:head_end]).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if len(self._buffer) < head_end + len(HEAD_END) + length:
            return
        self._load.latencies.append(perf_counter() - self._began)
        if not head.startswith(b"http/1.1 200") or self._expected not in self._buffer:
            self._end(WrongAnswer(head.partition(b"\r\n")[0].decode()))
        elif perf_counter() >= self._until:
            self._end(None)
        else:
            self._buffer.clear()
            self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        self._end(WrongAnswer("the connection was lost"))

    def _ask(self) -> None:
        assert self._transport is not None
        self._began = perf_counter()
        self._transport.write(self._request)

    def _end(self, mistake: WrongAnswer | None) -> None:
        if self._done.done():
            return
        if mistake is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(mistake)
        if self._transport is not None:
            self._transport.close()


def load(port: int, path: str, cookie: str, expected: str, clients: int, seconds: float) -> Load:
    """Ask for a page during some seconds over so many connections; every answer must hold the expected text."""
    return asyncio.run(_load(port, path, cookie, expected, clients, seconds))


async def _load(port: int, path: str, cookie: str, expected: str, clients: int, seconds: float) -> Load:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    loop = asyncio.get_running_loop()
    measured = Load()
    began = perf_counter()
    ended: list[asyncio.Future[None]] = []
    for _ in range(clients):
        done: asyncio.Future[None] = loop.create_future()
        visitor = _Visitor(request, expected.encode(), measured, began + seconds, done)
        await loop.create_connection(lambda visitor=visitor: visitor, "127.0.0.1", port)  # type: ignore[misc] # bound now
        ended.append(done)
    await asyncio.gather(*ended)
    measured.seconds = perf_counter() - began
    return measured
