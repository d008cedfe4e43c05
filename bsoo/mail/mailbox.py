"""The mailbox in which answers and undeliverable mail come in, read over IMAP (RFC 3501, 6851).

Nothing is ever deleted, and reading marks nothing as read: what was handled moves to a folder of its own, and what we
do not recognise stays where it is, with a keyword that only we look at. A server without MOVE gets a copy.
"""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.parser import BytesHeaderParser
from enum import StrEnum
from hmac import compare_digest
from types import TracebackType
from urllib.parse import SplitResult, unquote, urlsplit

from bsoo.errors import DomainError
from bsoo.links import fingerprint
from bsoo.mail import imap, tokens
from bsoo.settings import Settings

PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}
CONNECT_SECONDS = 10
SECONDS = 30
LONGEST = 2_000_000
"""More bytes of one mail are not fetched: reports and answers say what they say at the top."""
MOST = 200
"""Mails in one run; the next run takes the next."""
SEEN = "BsooSeen"
"""The keyword on what stays in the mailbox."""
STUMBLED = "BsooStumbled"
"""The keyword on what could not be taken in; it is tried again after everything else."""
LONGEST_HEAD = 64_000
"""Bytes in which the head of a letter to ourselves ends."""
CHECK_HEADER = "X-BSOO-Check"
"""On a letter to ourselves, which the checks wait for: it is nobody's answer."""


class Step(StrEnum):
    """Of opening a mailbox."""

    LINE = "line"
    LOGIN = "login"
    FOLDER = "folder"


class Unreadable(DomainError):
    """The mailbox does not let itself be read; says what the server said, and at which step."""

    def __init__(self, message: str, step: Step = Step.LINE) -> None:
        super().__init__(message)
        self.step = step


@dataclass(frozen=True, slots=True)
class Found:
    """A mail in the mailbox; `uid` is its number there."""

    uid: str
    raw: bytes


class Mailbox:
    """One open mailbox. Two processes may read it at once; only who took a mail in moves it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._address = urlsplit(settings.imap_url)
        self._server: imaplib.IMAP4 | None = None
        self._moves = False

    def __enter__(self) -> "Mailbox":
        step = Step.LINE
        try:
            self._server = _connected(self._address)
            step = Step.LOGIN
            self._log_in(self._server)
            step = Step.FOLDER
            # Asked again, since a server says more to who is logged in.
            self._moves = b"MOVE" in self._server.capability()[1][0].upper().split()
            self._select(self._server)
        except tokens.NoToken:
            self.close()
            raise
        except imap.TROUBLE as mistake:
            self.close()
            raise Unreadable(f"The mailbox at {self._address.hostname} cannot be read: {mistake}", step) from mistake
        return self

    def __exit__(
        self, kind: type[BaseException] | None, mistake: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._server is not None:
            for goodbye in (self._server.logout, self._server.shutdown):  # the second also when the first is not heard
                with contextlib.suppress(*imap.TROUBLE):
                    goodbye()

    def found(self) -> Iterator[Found]:
        """What was not looked at before, oldest first."""
        for uid in self._uids():
            _state, answer = self._open.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LONGEST}>)")
            # Nothing when another process moved it a moment ago.
            raw = next((part[1] for part in answer if isinstance(part, tuple)), None)
            if raw is not None and _is_check(raw):
                self.leave(Found(uid, raw))
            elif raw is not None:
                yield Found(uid, raw)

    def find(self, message_id: str) -> Found | None:
        """One mail by its number, whether it was looked at before or not."""
        self._open.noop()  # or a server does not say what came in since
        uid = next(iter(self._search("HEADER", "Message-ID", f'"{message_id}"')), None)
        if uid is None:
            return None
        _state, answer = self._open.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LONGEST}>)")
        raw = next((part[1] for part in answer if isinstance(part, tuple)), None)
        return Found(uid, raw) if raw is not None else None

    def put_away(self, mail: Found) -> None:
        """Move a mail that was handled to its folder; two readers must not, or servers make two of it."""
        folder = f'"{self._settings.imap_handled}"'
        if self._moves:
            self._open.uid("MOVE", mail.uid, folder)
        elif self._open.uid("COPY", mail.uid, folder)[0] == "OK":
            self.leave(mail)

    def leave(self, mail: Found) -> None:
        """Leave a mail where it is, and do not look at it again."""
        self._open.uid("STORE", mail.uid, "+FLAGS.SILENT", f"({SEEN})")

    def set_back(self, mail: Found) -> None:
        """Look at other mail first: hundreds that cannot be read would otherwise keep all that comes after them out."""
        self._open.uid("STORE", mail.uid, "+FLAGS.SILENT", f"({STUMBLED})")

    @property
    def _open(self) -> imaplib.IMAP4:
        assert self._server is not None
        return self._server

    def _log_in(self, server: imaplib.IMAP4) -> None:
        user, password = unquote(self._address.username or ""), unquote(self._address.password or "")
        if not password:
            secret = tokens.xoauth2(user, tokens.access_token(self._settings))
            server.authenticate("XOAUTH2", lambda _challenge: secret)
        elif (user + password).isascii():
            server.login(user, password)
        else:  # LOGIN knows ASCII only
            server.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{password}".encode())

    def _select(self, server: imaplib.IMAP4) -> None:
        folder = unquote(self._address.path.strip("/")) or "INBOX"
        state, answer = server.select(f'"{folder}"')
        if state != "OK":
            raise imaplib.IMAP4.error(answer[0])
        server.create(f'"{self._settings.imap_handled}"')  # says NO when it is there already

    def _uids(self) -> list[str]:
        fresh, stumbled = (self._search("UNKEYWORD", SEEN, has, STUMBLED) for has in ("UNKEYWORD", "KEYWORD"))
        return [*fresh, *stumbled][:MOST]

    def _search(self, *criteria: str) -> list[str]:
        _state, answer = self._open.uid("SEARCH", *criteria)
        return [uid.decode() for part in answer if part for uid in re.findall(rb"\d+", part)]


def check_mark(message_id: str) -> str:
    """What a letter to ourselves carries; nobody else can make it, so no stranger's mail is passed over."""
    return fingerprint(f"check:{message_id}")


def _is_check(raw: bytes) -> bool:
    head = BytesHeaderParser(policy=policy.compat32).parsebytes(raw[:LONGEST_HEAD])
    mark, message_id = str(head[CHECK_HEADER] or "").strip(), str(head["Message-ID"] or "").strip()
    return bool(mark) and compare_digest(mark.encode(), check_mark(message_id).encode())


def _connected(address: SplitResult) -> imaplib.IMAP4:
    host, port, trusted = address.hostname or "", address.port or PORTS[address.scheme], ssl.create_default_context()
    if address.scheme == "imaps":
        server: imaplib.IMAP4 = imap.Secret(host, port, ssl_context=trusted, timeout=CONNECT_SECONDS)
    else:
        server = imap.Plain(host, port, timeout=CONNECT_SECONDS)
    if address.scheme == "imap+starttls":
        server.starttls(trusted)
    server.socket().settimeout(SECONDS)
    return server
