"""A mail server that takes everything and keeps nothing, as fast as one Python process can."""

import asyncio
import sys

_ANSWERS = {
    b"EHLO": b"250-bench\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"HELO": b"250 bench\r\n",
    b"QUIT": b"221 bye\r\n",
    b"DATA": b"354 go on\r\n",
}
_END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One connection: commands by the line, a message up to its dot."""

    def __init__(self) -> None:
        self._buffer = b""
        self._in_message = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 bench\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._step():
            pass

    def _step(self) -> bool:
        end = _END if self._in_message else b"\r\n"
        line, found, rest = self._buffer.partition(end)
        if not found or self._transport is None:
            return False
        self._buffer = rest
        if self._in_message:
            self._in_message = False
            self._transport.write(b"250 ok\r\n")
            return True
        verb = line[:4].upper()
        self._in_message = verb == b"DATA"
        self._transport.write(_ANSWERS.get(verb, b"250 ok\r\n"))
        if verb == b"QUIT":
            self._transport.close()
        return True


async def _listen(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_listen(int(sys.argv[1])))
