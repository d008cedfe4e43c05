"""A mail server for tests that behaves as badly as it is told to, and remembers what it took."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser

DROP = "DROP"
"""Instead of a reply, or at its end: cut the line."""

Script = Callable[[str, str], str]
"""(stage, recipient) -> a reply, DROP, or "" to be kind. Stages: connect, ehlo, helo, auth, mail, rcpt, data, end."""


@dataclass(frozen=True)
class Taken:
    """A letter as it came over the wire."""

    sender: str
    recipient: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def message_id(self) -> str:
        """Read from the header alone: the tests ask it of thousands."""
        return str(BytesHeaderParser().parsebytes(self.raw)["Message-ID"])


def kind(stage: str, recipient: str) -> str:
    return ""


@dataclass
class MailHost:
    """Listens on a port of its own in a thread of its own."""

    script: Script = kind
    pause: float = 0.0
    """Seconds that it thinks before it says that it took a letter."""
    security: ssl.SSLContext | None = None
    """For STARTTLS, or from the first byte where the block below says so."""
    taken: list[Taken] = field(default_factory=list)
    torn: list[bytes] = field(default_factory=list)
    """What came of letters that were broken off; empty too when the line was cut with words on their way to us."""
    greetings: list[str] = field(default_factory=list)
    connections: int = 0
    secured: int = 0
    """Lines that were secured after they were opened."""
    open_now: int = 0
    most_open: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        return sorted(one.recipient for one in self.taken)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open_now -= 1
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = recipient = ""
        is_half_way = False
        if not self._say(writer, "connect", "", "220 mailhost ESMTP"):
            return
        while line := await reader.readline():
            if line.strip().upper() == b"STARTTLS" and self.security is not None:
                writer.write(b"220 2.0.0 go ahead\r\n")
                await writer.start_tls(self.security)
                self.secured += 1
                continue
            verb, rest = line[:4].upper(), line[5:].decode().strip()
            if verb == b"MAIL" and is_half_way:  # as Postfix, which keeps the envelope of a letter that it refused
                alive = self._write(writer, "503 5.5.1 nested MAIL command")
            elif verb == b"MAIL":
                is_half_way = True
                sender = rest.partition("<")[2].partition(">")[0]
                alive = self._say(writer, "mail", "", "250 2.1.0 ok")
            elif verb == b"RCPT":
                recipient = rest.partition("<")[2].partition(">")[0]
                alive = self._say(writer, "rcpt", recipient, "250 2.1.5 ok")
            elif verb == b"DATA":
                before = len(self.taken)
                alive = await self._take(reader, writer, sender, recipient)
                is_half_way = len(self.taken) == before
            elif verb in {b"EHLO", b"HELO", b"AUTH"}:
                self.greetings.append(line.decode().strip())
                alive = self._say(writer, verb.decode().lower(), "", "250 mailhost")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                is_half_way = is_half_way and verb != b"RSET"
                writer.write(b"250 ok\r\n" if verb in {b"RSET", b"NOOP"} else b"500 what?\r\n")
                alive = True
            if not alive:
                return

    async def _take(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sender: str, recipient: str
    ) -> bool:
        start = self.script("data", recipient)
        if start:
            return self._write(writer, start)
        writer.write(b"354 go on\r\n")
        try:
            raw = (await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
        except (asyncio.IncompleteReadError, ConnectionError) as end:
            self.torn.append(end.partial if isinstance(end, asyncio.IncompleteReadError) else b"")
            raise
        if self.pause:
            await asyncio.sleep(self.pause)
        reply = self.script("end", recipient)
        if not reply or reply == DROP or reply.startswith("2"):
            self.taken.append(Taken(sender, recipient, raw))
        return self._write(writer, reply or f"250 2.0.0 queued as {len(self.taken)}")

    def _say(self, writer: asyncio.StreamWriter, stage: str, recipient: str, usual: str) -> bool:
        return self._write(writer, self.script(stage, recipient) or usual)

    def _write(self, writer: asyncio.StreamWriter, reply: str) -> bool:
        if said := reply.removesuffix(DROP):
            writer.write(f"{said}\r\n".encode())
        return not reply.endswith(DROP) and not reply.startswith("421")


@contextmanager
def mailhost(
    script: Script = kind, pause: float = 0.0, security: ssl.SSLContext | None = None, *, at_once: bool = False
) -> Iterator[MailHost]:
    """A mail server while the block runs; with `security` after STARTTLS, or at once."""
    host = MailHost(script, pause, security)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        asyncio.start_server(host.serve, "127.0.0.1", 0, limit=2**20, ssl=security if at_once else None)
    )
    host.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()
