"""One connection to the mail server, in the three steps that the protocol of the postman needs.

aiosmtplib connects, secures the line and logs in; the letters go over the bare wire, where commands travel in groups if
the server takes groups (RFC 2920). The end of a letter then goes together with the envelope of the next one: two round
trips for a letter rather than four.
"""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import errors

from bsoo.mail.tokens import NoToken, access_token
from bsoo.mail.wire import CLOSING, Broken, Reply, Wire, as_data
from bsoo.settings import Settings

CONNECT_SECONDS = 20
COMMAND_SECONDS = 60
DATA_SECONDS = 300
QUIT_SECONDS = 5
LETTERS_PER_CONNECTION = 500
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Envelope(NamedTuple):
    """The address where undeliverable mail goes, and the reader's."""

    sender: str
    recipient: str

    @property
    def commands(self) -> tuple[bytes, bytes]:
        return (
            b"MAIL FROM:<" + self.sender.encode("ascii") + b">\r\n",
            b"RCPT TO:<" + self.recipient.encode("ascii") + b">\r\n",
        )

    @property
    def can_be_said(self) -> bool:
        """In ASCII, without anything that ends a command."""
        return all(address.isascii() and address.isprintable() for address in self)


class Unreachable(Exception):
    """No connection, no greeting or no login: nothing was sent."""


class Unsent(Exception):
    """The connection ended after DATA and before the first byte of the letter: the server cannot have taken it."""


class Uncertain(Exception):
    """The connection ended after the letter had begun: the server may have taken it, or not."""


class Connection:
    """A connection that opens at first need and is kept; after 421 or a broken line the next letter opens a new one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._url = urlsplit(settings.smtp_url)
        self._wire: Wire | None = None
        self._takes_groups = False
        self._asked: Envelope | None = None
        """What was said together with the end of the letter before it; its answers were not read yet."""
        self._is_half_way = False
        """The server knows an envelope that came to nothing."""
        self._used = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """After an error the server may be waiting for a letter, which whatever is said then would be part of."""
        if error is None:
            await self.quit()
        else:
            self.hang_up()

    async def envelope(self, envelope: Envelope) -> Reply:
        """MAIL and RCPT. A line that broke since the last letter is opened anew, once."""
        if not envelope.can_be_said:
            return Reply(553, "5.6.7 The address has letters that cannot be mailed to.")
        if self._wire is not None and self._wire.is_open and self._used < LETTERS_PER_CONNECTION:
            with suppress(Broken):
                reply = await self._envelope(self._wire, envelope)
                if reply.code != CLOSING:
                    return reply
        await self.quit()
        try:
            return await self._envelope(await self._open(), envelope)
        except Broken as error:
            self.hang_up()
            raise Unreachable(str(error)) from error

    def begin(self) -> None:
        """DATA, whose answer `data` reads. Until then hanging up takes the letter back (RFC 5321, 4.1.1.10)."""
        assert self._wire is not None
        with suppress(Broken):  # which `data` will find
            self._wire.say(b"DATA\r\n")

    async def data(self, message: bytes, then: Envelope | None = None) -> Reply:
        """The letter, and the envelope after it where the server takes groups.

        When the line breaks it is Unsent as long as nothing of the letter was said; then Uncertain, since what the
        server did with it is not known.
        """
        assert self._wire is not None
        if_broken: type[Unsent | Uncertain] = Unsent
        try:
            reply = await self._wire.answer(COMMAND_SECONDS)
            if reply.is_yes:
                raise Broken(f"the server did not ask for the letter: {reply.code} {reply.text}")
            if reply.is_go_on:
                self._say_letter(self._wire, message, then)
                if_broken = Uncertain
                reply = await self._wire.answer(DATA_SECONDS)
                if reply.is_go_on:
                    raise Broken(f"the server did not say whether it took the letter: {reply.code} {reply.text}")
                # Postfix keeps the envelope of a letter that it refused at its end; what was said ahead then is void.
                self._is_half_way = not reply.is_yes
        except Broken as error:
            self.hang_up()
            raise if_broken(str(error)) from error
        if reply.code == CLOSING:
            self.hang_up()
        return reply

    async def quit(self) -> None:
        if self._wire is not None and self._wire.is_open:
            with suppress(Broken):
                self._wire.say(b"QUIT\r\n")
                for _answer in (*(self._asked.commands if self._asked else ()), "the answer to QUIT"):
                    await self._wire.answer(QUIT_SECONDS)
        self.hang_up()

    def hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire, self._asked, self._is_half_way = None, None, False

    async def _envelope(self, wire: Wire, envelope: Envelope) -> Reply:
        """The answer to RCPT, or the first refusal."""
        if self._asked is not None and (self._asked != envelope or self._is_half_way):
            await self._converse(wire, self._asked.commands, are_said=True)
            self._asked = None
        if self._asked is None and self._is_half_way:
            reply = await self._converse(wire, (b"RSET\r\n",))
            if not reply.is_yes:
                raise Broken(f"the server cannot forget an envelope: {reply.code} {reply.text}")
        are_said, self._asked, self._is_half_way = self._asked is not None, None, True
        return await self._converse(wire, envelope.commands, are_said=are_said)

    async def _converse(self, wire: Wire, commands: Sequence[bytes], *, are_said: bool = False) -> Reply:
        """The first refusal, or the last answer; in one group where the server takes groups."""
        if self._takes_groups and not are_said:
            wire.say(b"".join(commands))
        refusal: Reply | None = None
        for command in commands:
            if not self._takes_groups:
                wire.say(command)
            reply = await wire.answer(COMMAND_SECONDS)
            if reply.code == CLOSING:
                self.hang_up()
                return reply
            if reply.is_go_on:
                raise Broken(f"the server asks for a letter too early: {reply.code} {reply.text}")
            if not reply.is_yes:
                refusal = refusal or reply
                if not self._takes_groups:
                    break
        return refusal or reply

    def _say_letter(self, wire: Wire, message: bytes, then: Envelope | None) -> None:
        self._used += 1
        ahead = b""
        if self._takes_groups and self._used < LETTERS_PER_CONNECTION and then is not None and then.can_be_said:
            self._asked, ahead = then, b"".join(then.commands)
        wire.say(as_data(message) + ahead)

    async def _open(self) -> Wire:
        url = self._url
        # A name without a password asks for a token (XOAUTH2), where there is a service that gives them.
        with_token = bool(url.username and not url.password and self._settings.oauth_token_url)
        client = aiosmtplib.SMTP(
            hostname=url.hostname,
            port=url.port or PORTS[url.scheme],
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            oauth_token_generator=self._token if with_token else None,
            local_hostname=self._settings.host,
            timeout=CONNECT_SECONDS,
            use_tls=url.scheme == "smtps",
            start_tls=url.scheme == "smtp+starttls",
            tls_context=ssl.create_default_context() if url.scheme != "smtp" else None,
        )
        try:
            await client.connect()
            await _greet(client)
        except (errors.SMTPException, OSError, NoToken) as error:
            client.close()
            raise Unreachable(str(error) or type(error).__name__) from error
        assert isinstance(client.transport, asyncio.WriteTransport)
        self._wire, self._used = Wire(client.transport), 0
        self._takes_groups = client.supports_extension("pipelining")
        return self._wire

    async def _token(self) -> str:
        return await asyncio.to_thread(access_token, self._settings)


async def _greet(client: aiosmtplib.SMTP) -> None:
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except errors.SMTPHeloError:
            await client.helo()
