"""Opens a raw message as far as it can be opened: bad encodings and broken structure never stop it.

Anybody can write to us, so what is read has a measure: a mail that was made to be slow costs a second, not an hour.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from bsoo.mail.returning.pages import text_of_page

ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,128}@(?:[\w-]+\.)+[^\W\d_][\w-]*")
"""An address inside a text; a domain without a dot is no mailbox of ours."""

LONGEST_HEADER = 10_000
LONGEST_TEXT = 50_000
LONGEST_PAGE = 200_000
LONGEST_CONTENT = 400_000
MOST_PARTS = 300
MOST_MADE = 5000
"""Parts that the parser makes of a mail: each group of fields in a report is one, and an empty line begins the next."""
NEVER_DECODED = {"idna", "punycode"}
"""Python has them among the charsets, no mail is written in them, and they take time squared."""

_NO_SIGNS = re.compile("[\0\ud800-\udfff]")
"""What no database takes as text."""

if TYPE_CHECKING:  # the class takes no parameters when it runs
    Part: TypeAlias = Message[str, str]
else:
    Part = Message


class _Short(Compat32):
    """The usual policy, which leaves off a header what nobody could mean."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER].replace("\0", "")


_SHORT = _Short()


def open_mail(raw: bytes) -> Part:
    """The message; a calendar file by itself counts as a message that holds nothing else."""
    if raw.lstrip()[:15].upper() == b"BEGIN:VCALENDAR":
        raw = b"Content-Type: text/calendar; charset=UTF-8\n\n" + raw.lstrip()
    made = count()

    def part(policy: Compat32 = _SHORT) -> Part:
        if next(made) > MOST_MADE:
            raise ValueError("a mail of parts without end")
        return Message(policy)

    try:
        return message_from_bytes(raw.lstrip(b"\r\n"), part, policy=_SHORT)
    except (RecursionError, ValueError):  # parts without end, or parted by what cannot be read: the top says who wrote
        return BytesHeaderParser(policy=_SHORT).parsebytes(raw.lstrip(b"\r\n"))


def header(part: Part, name: str) -> str:
    """A header as people read it, on one line; empty when it is not there."""
    return _one_line(_decoded(str(part.get(name, ""))))


def sender(part: Part) -> tuple[str, str]:
    """Name and address of who wrote it. What is encoded is a name, even when it looks like an address (RFC 2047, 5)."""
    try:
        found = getaddresses([_one_line(str(part.get("From", "")))])
    except RecursionError:  # brackets in brackets
        found = []
    name, address = found[0] if found else ("", "")
    return _one_line(_decoded(name)), address.lower()


def sent_at(part: Part) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(part.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        return None


def parts(message: Part) -> Iterator[Part]:
    """The message and what is inside it, without what is inside a message that was given back."""
    waiting = [message]
    for _place in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        yield part
        if part.get_content_maintype() != "message":
            waiting += reversed(inside(part))


def inside(part: Part) -> list[Part]:
    """What is packed in a part: its own parts, or the groups of fields of a report."""
    packed = part.get_payload()
    return [one for one in packed if isinstance(one, Message)] if isinstance(packed, list) else []


def fields(part: Part) -> str:
    """The fields of a report, which the parser takes for a message whatever their encoding says."""
    found = []
    for one in inside(part):
        below = one.get_payload()
        above = "\n".join(f"{name}: {value}" for name, value in one.items())
        found.append(f"{above}\n\n{below}" if isinstance(below, str) else above)
    written = ("\n\n".join(found) or content(part))[:LONGEST_CONTENT]
    if part.get("Content-Transfer-Encoding", "").strip().lower() != "base64" or not found:
        return written
    try:
        return b64decode(written).decode(errors="replace")
    except ValueError:
        return written


def content(part: Part) -> str:
    """The text of a part, whatever its encoding says."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    payload, charset = payload[:LONGEST_CONTENT], part.get_content_charset() or "utf-8"
    for name in (charset, "utf-8"):
        try:
            return _NO_SIGNS.sub("", payload.decode("utf-8" if name in NEVER_DECODED else name))
        except (LookupError, ValueError):
            continue
    return _NO_SIGNS.sub("", payload.decode("latin-1"))


def file_name(part: Part) -> str:
    """Empty when it has none, or one in a charset that is none."""
    try:
        return part.get_filename() or ""
    except ValueError:
        return ""


def text(message: Part) -> str:
    """What there is to read: the plain text, or else the page as text."""
    found = [part for part in parts(message) if part.get_content_maintype() == "text" and not file_name(part)]
    plain = [content(part) for part in found if part.get_content_type() == "text/plain"]
    if any(one.strip() for one in plain):
        return "\n".join(plain).replace("\r\n", "\n")[:LONGEST_TEXT]
    pages = [text_of_page(content(part)[:LONGEST_PAGE]) for part in found if part.get_content_type() == "text/html"]
    return "\n".join(pages)[:LONGEST_TEXT]


def returned(message: Part) -> Part | None:
    """The message, or its headers, that a report gives back."""
    for part in parts(message):
        kind = part.get_content_type()
        if kind in {"message/rfc822", "message/global"}:
            return next(iter(inside(part)), None)
        if kind in {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}:
            payload = part.get_payload(decode=True)
            return message_from_bytes(payload, policy=_SHORT) if isinstance(payload, bytes) else None
    return None


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return value


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
