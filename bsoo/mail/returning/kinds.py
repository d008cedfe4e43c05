"""What a mail can be, and what is found in it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What came in."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto-reply"
    CALENDAR_REPLY = "calendar-reply"
    REPLY = "reply"
    RECEIPT = "receipt"


class Cause(StrEnum):
    """Why a letter did not arrive. Only DEAD says anything of the address itself."""

    DEAD = "dead"
    FULL = "full"
    DELAYED = "delayed"
    OUR_FAULT = "our-fault"
    OTHER = "other"


class CalendarAnswer(StrEnum):
    """What somebody pressed in a calendar (PARTSTAT, RFC 5545, 3.2.12)."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    DELEGATED = "delegated"


@dataclass(frozen=True, slots=True)
class About:
    """One address that a mail speaks of."""

    address: str
    cause: Cause | None = None
    words: str = ""
    """The server's own words, or a comment beside a calendar answer."""
    original: str = ""
    """The address as it was written to, when the report says so."""
    answer: CalendarAnswer | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """Which event was answered. `stamp` and `sequence` put answers in order (RFC 5546, 2.1.5)."""

    uid: str
    sequence: int | None = None
    stamp: datetime | None = None
    delegate: str = ""
    """The address that the answer was handed on to."""
    delegate_name: str = ""
    delegator: str = ""
    """The address that handed it on to who answers now."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that came in, sorted."""

    kind: Kind
    about: tuple[About, ...]
    sender: str
    sender_name: str
    subject: str
    text: str
    """What a person wrote, without what they quoted."""
    sent_at: datetime | None
    tokens: tuple[str, ...]
    """Return tokens among the addresses that it was sent to."""
    message_ids: tuple[str, ...]
    """The messages that it answers or gives back."""
    calendar: CalendarReply | None = None
    away_until: date | None = None
    passed: bool | None = None
    """What our own mail server said of DMARC; None when it said nothing."""
