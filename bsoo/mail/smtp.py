"""One connection to the mail server, in the three steps that the protocol of the postman needs."""

import ssl
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import errors

CONNECT_SECONDS = 20
COMMAND_SECONDS = 60
DATA_SECONDS = 300
CLOSING = 421
DONE, TRY_LATER = 2, 4
"""First digits of a reply (RFC 5321, 4.2.1)."""
LETTERS_PER_CONNECTION = 500
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said, in its own words."""

    code: int
    text: str

    @property
    def is_yes(self) -> bool:
        return self.code // 100 == DONE

    @property
    def is_temporary(self) -> bool:
        return self.code // 100 == TRY_LATER


class Unreachable(Exception):
    """No connection, no greeting or no login: nothing was sent."""


class Uncertain(Exception):
    """The connection ended after DATA had begun: the server may have taken the letter, or not."""


class Connection:
    """A connection that opens at first need and is kept; after 421 or a broken line the next letter opens a new one."""

    def __init__(self, smtp_url: str, host: str) -> None:
        self._url = urlsplit(smtp_url)
        self._host = host
        self._client: aiosmtplib.SMTP | None = None
        self._used = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.quit()

    async def envelope(self, sender: str, recipient: str) -> Reply:
        """MAIL and RCPT. A line that broke since the last letter is opened anew, once."""
        fresh = not self._is_open
        try:
            reply = await self._envelope(await self._opened(), sender, recipient)
        except (errors.SMTPServerDisconnected, errors.SMTPTimeoutError, OSError) as error:
            self._drop()
            if fresh:
                raise Unreachable(str(error) or type(error).__name__) from error
        else:
            if fresh or reply.code != CLOSING:
                return reply
        return await self.envelope(sender, recipient)

    async def data(self, message: bytes) -> Reply:
        """DATA. Uncertain when the line breaks, since what the server did with the letter is not known then."""
        assert self._client is not None
        self._used += 1
        try:
            response = await self._client.data(message, timeout=DATA_SECONDS)
        except errors.SMTPDataError as refusal:
            return await self._refused(Reply(refusal.code, refusal.message))
        except (errors.SMTPException, OSError) as error:
            self._drop()
            raise Uncertain(str(error) or type(error).__name__) from error
        return Reply(response.code, response.message)

    async def reset(self) -> None:
        """Forget the envelope; a server that cannot do so gets a new connection."""
        if self._client is None:
            return
        try:
            await self._client.rset(timeout=COMMAND_SECONDS)
        except (errors.SMTPException, OSError):
            self._drop()

    async def quit(self) -> None:
        if self._client is not None:
            with suppress(errors.SMTPException, OSError):
                await self._client.quit(timeout=COMMAND_SECONDS)
            self._drop()

    @property
    def _is_open(self) -> bool:
        return self._client is not None and self._client.is_connected

    async def _opened(self) -> aiosmtplib.SMTP:
        if self._used >= LETTERS_PER_CONNECTION:
            await self.quit()
        if self._client is None or not self._client.is_connected:
            self._client, self._used = await self._open(), 0
        return self._client

    async def _open(self) -> aiosmtplib.SMTP:
        url = self._url
        client = aiosmtplib.SMTP(
            hostname=url.hostname,
            port=url.port or PORTS[url.scheme],
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            local_hostname=self._host,
            timeout=CONNECT_SECONDS,
            use_tls=url.scheme == "smtps",
            start_tls=url.scheme == "smtp+starttls",
            tls_context=ssl.create_default_context() if url.scheme != "smtp" else None,
        )
        try:
            await client.connect()
            await _greet(client)
        except (errors.SMTPException, OSError) as error:
            client.close()
            raise Unreachable(str(error) or type(error).__name__) from error
        client.timeout = COMMAND_SECONDS
        return client

    async def _envelope(self, client: aiosmtplib.SMTP, sender: str, recipient: str) -> Reply:
        try:
            commands = (b"MAIL", b"FROM:" + _path(sender)), (b"RCPT", b"TO:" + _path(recipient))
        except UnicodeEncodeError:
            return Reply(553, "5.6.7 The address has letters that cannot be mailed to.")
        for verb, path in commands:
            response = await client.execute_command(verb, path)
            reply = Reply(response.code, response.message)
            if not reply.is_yes:
                return await self._refused(reply)
        return reply

    async def _refused(self, reply: Reply) -> Reply:
        if reply.code == CLOSING:
            self._drop()
        else:
            await self.reset()
        return reply

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


async def _greet(client: aiosmtplib.SMTP) -> None:
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except errors.SMTPHeloError:
            await client.helo()


def _path(address: str) -> bytes:
    return f"<{address}>".encode("ascii")
