"""A small SMTP server for the demo: on the loopback address, it takes every letter and delivers none.

RFC 5321 as far as a sender needs it: EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT; SIZE, 8BITMIME and PIPELINING.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

Keep = Callable[[str, bytes], None]
"""Takes the recipient on the envelope and the message."""

Refuses = Callable[[str], bool]
"""Whether nobody lives at an address."""

HOST = "127.0.0.1"
LARGEST = 25_000_000
_ADDRESS = re.compile(r"(?:FROM|TO):\s*<([^>]*)>", re.IGNORECASE)


class Conversation:
    """One connection of a sender."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, keep: Keep, refuses: Refuses
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._keep = keep
        self._refuses = refuses
        self._recipients: list[str] = []

    async def hold(self) -> None:
        """Answer until the sender leaves."""
        await self._say("220 demo.example.org ESMTP bsoo demo")
        while line := (await self._reader.readline()).decode("utf-8", "replace").strip():
            verb, _, rest = line.partition(" ")
            await self._say(await self._answer(verb.upper(), rest))
            if verb.upper() == "QUIT":
                return

    async def _answer(self, verb: str, rest: str) -> str:
        if verb in {"EHLO", "HELO"}:
            return f"250-demo.example.org\r\n250-SIZE {LARGEST}\r\n250-PIPELINING\r\n250 8BITMIME"
        if verb in {"MAIL", "RSET"}:
            self._recipients = []
        if verb == "RCPT":
            return self._recipient(rest)
        if verb == "DATA":
            return await self._data()
        return {"QUIT": "221 bye", "MAIL": "250 ok", "RSET": "250 ok", "NOOP": "250 ok"}.get(verb, "502 not here")

    def _recipient(self, rest: str) -> str:
        found = _ADDRESS.match(rest)
        if found is None:
            return "501 this is not an address"
        if self._refuses(found[1].lower()):
            return f"550 5.1.1 <{found[1]}>: user unknown"
        self._recipients.append(found[1])
        return "250 ok"

    async def _data(self) -> str:
        if not self._recipients:
            return "503 nobody to deliver to"
        await self._say("354 end with a dot on a line")
        lines: list[bytes] = []
        while (line := await self._reader.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
        for recipient in self._recipients:
            await asyncio.to_thread(self._keep, recipient, b"".join(lines))
        self._recipients = []
        return "250 2.0.0 kept"

    async def _say(self, line: str) -> None:
        self._writer.write(line.encode() + b"\r\n")
        await self._writer.drain()


@contextmanager
def receiving(keep: Keep, refuses: Refuses = lambda address: False, port: int = 0) -> Iterator[int]:
    """Receive letters in a thread while the block runs; gives the port."""
    loop = asyncio.new_event_loop()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, ValueError, asyncio.CancelledError):
            await Conversation(reader, writer, keep, refuses).hold()
        writer.close()

    server = loop.run_until_complete(asyncio.start_server(talk, HOST, port))
    thread = Thread(target=loop.run_forever, name="smtp-sink", daemon=True)
    thread.start()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
