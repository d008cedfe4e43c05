"""The mailbox of everybody in the demo: each message is a file in one folder, read when somebody opens it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from threading import Lock

from bsoo import clock


@dataclass(frozen=True)
class Received:
    """One message as it came."""

    number: int
    recipient: str
    """The address on the envelope."""
    raw: bytes = field(repr=False)
    at: datetime = field(default_factory=clock.now)

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def to(self) -> str:
        """The name of the addressee, else the address."""
        return parseaddr(str(self.message["To"] or ""))[0] or self.recipient

    @property
    def sent_at(self) -> datetime:
        """The date that the letter bears."""
        try:
            return parsedate_to_datetime(str(self.message["Date"])).astimezone(clock.ZONE)
        except ValueError:
            return self.at

    @property
    def text(self) -> str:
        return _content(self.message.get_body(("plain",)))

    @property
    def html(self) -> str:
        return _content(self.message.get_body(("html",)))

    @property
    def calendar(self) -> str:
        """The calendar part with its folded lines joined, as a reader wants it."""
        part = next((one for one in self.message.walk() if one.get_content_type() == "text/calendar"), None)
        return re.sub(r"\n[ \t]", "", _content(part)) if isinstance(part, MIMEPart) else ""

    @property
    def source(self) -> str:
        return self.raw.decode("utf-8", "replace")


def _content(part: MIMEPart | None) -> str:
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


class Mailbox:
    """All messages, newest first; also those of an earlier run over the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self._messages = [_read(file) for file in sorted(folder.glob("*.eml"))]

    def add(self, recipient: str, raw: bytes) -> None:
        """Keep a message: its file first, so that what was accepted is never lost."""
        with self._lock:
            received = Received(len(self._messages) + 1, recipient, raw)
            envelope = f"X-Envelope-To: {recipient}\r\n".encode()
            (self._folder / f"{received.number:06}.eml").write_bytes(envelope + raw)
            self._messages.append(received)

    def find(self, words: str = "") -> list[Received]:
        """Those whose recipient or subject holds the words, newest first."""
        wanted = words.casefold().strip()
        newest_first = self._messages[::-1]
        if not wanted:
            return newest_first
        return [one for one in newest_first if wanted in f"{one.recipient} {one.to} {one.subject}".casefold()]

    def one(self, number: int) -> Received | None:
        return self._messages[number - 1] if 0 < number <= len(self._messages) else None


def _read(file: Path) -> Received:
    envelope, _, raw = file.read_bytes().partition(b"\r\n")
    at = datetime.fromtimestamp(file.stat().st_mtime, clock.ZONE)
    return Received(int(file.stem), envelope.decode().partition(": ")[2], raw, at)
