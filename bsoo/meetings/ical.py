"""iCalendar messages (RFC 5545, 5546): invitation, update, cancellation, and the feed of a region.

The writer is our own because the zone block must be: generated ones are an hour late in spring and are misread by
Outlook. Rules that hold for every message: one event per meeting and never a series; the recipient is the only
ATTENDEE, since who comes is nobody's business; no personal link inside, since calendars are shared; ORGANIZER is the
bare role mailbox that the letter comes from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

ZONE = "Europe/Amsterdam"
"""The only zone that the fixed block describes; every region lies in it."""

ZONE_BLOCK = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:DAYLIGHT",
    "DTSTART:19700329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:19701025T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "END:STANDARD",
    "END:VTIMEZONE",
)
LINE_OCTETS = 75


class Method(StrEnum):
    """What a message asks; the MIME part that carries it must name the same method."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class Status(StrEnum):
    """Whether the meeting is only a saved date, stands, or is off."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Partstat(StrEnum):
    """The recipient's answer as the calendar shows it."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


@dataclass(frozen=True)
class Entry:
    """A meeting as a calendar sees it; `starts` and `ends` are wall time in the zone, without an offset."""

    uid: str
    sequence: int
    status: Status
    starts: datetime
    ends: datetime
    title: str
    place: str
    text: str
    page: str
    """The plain public address of the meeting; never a personal link."""
    organizer: str
    changed_at: datetime
    town: str = ""
    """Not shown; a move to another town asks everybody again."""


@dataclass(frozen=True)
class Attendee:
    """The recipient. `asks_reply` only when somebody reads the replies."""

    name: str
    address: str
    partstat: Partstat = Partstat.NEEDS_ACTION
    asks_reply: bool = False


def next_sequence(before: Entry, after: Entry) -> int:
    """The SEQUENCE after a change: up by one when old answers may no longer hold (RFC 5546, 2.1.4), else the same.

    Date, times, status and town make an answer stale; the title, the text, the room and the online link do not.
    A reminder changes nothing and so never raises it.
    """
    old, new = ((e.starts, e.ends, e.status, e.town.casefold().strip()) for e in (before, after))
    return before.sequence + 1 if old != new else before.sequence


def request(entry: Entry, attendee: Attendee, now: datetime) -> bytes:
    """An invitation or an update for one recipient."""
    return _calendar(Method.REQUEST, [_event(entry, now, [f"STATUS:{entry.status}", _attendee(attendee)])])


def cancel(entry: Entry, attendee: Attendee, now: datetime) -> bytes:
    """The meeting is off: for everybody who ever got a REQUEST, with a risen SEQUENCE."""
    return _calendar(
        Method.CANCEL, [_event(entry, now, [f"STATUS:{Status.CANCELLED}", _attendee(attendee, asked=False)])]
    )


def uninvite(entry: Entry, attendee: Attendee, now: datetime) -> bytes:
    """One recipient is no longer invited: a CANCEL without STATUS, since the meeting goes on (RFC 5546, 3.2.5)."""
    return _calendar(Method.CANCEL, [_event(entry, now, [_attendee(attendee, asked=False)])])


def readdressed(calendar: str, address: str) -> str:
    """The same entry for another address of its recipient."""
    lines = calendar.replace("\r\n ", "").split("\r\n")[:-1]
    return b"".join(_folded(_addressed(line, address)) for line in lines).decode()


def publish(entry: Entry, now: datetime) -> bytes:
    """A file to put in any calendar: with ORGANIZER, without ATTENDEE (RFC 5546, 3.2.1)."""
    return _calendar(Method.PUBLISH, [_event(entry, now, [f"STATUS:{entry.status}"])])


def feed(name: str, entries: Iterable[Entry], now: datetime) -> bytes:
    """A region's meetings to subscribe to; holds no person and no token."""
    head = [
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        f"X-WR-TIMEZONE:{ZONE}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]
    return _calendar(Method.PUBLISH, [_event(entry, now, [f"STATUS:{entry.status}"]) for entry in entries], head)


def _calendar(method: Method, events: Iterable[list[str]], head: Iterable[str] = ()) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bsoo//Quarterly meetings//EN", "CALSCALE:GREGORIAN"]
    lines += [f"METHOD:{method}", *head, *ZONE_BLOCK]
    for event in events:
        lines += event
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(entry: Entry, now: datetime, extra: Iterable[str]) -> list[str]:
    wanted = {
        "SUMMARY": _text(entry.title),
        "LOCATION": _text(entry.place),
        "DESCRIPTION": _text(entry.text),
        "URL": entry.page,
    }
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_utc(now)}",
        f"LAST-MODIFIED:{_utc(entry.changed_at)}",
        f"DTSTART;TZID={ZONE}:{entry.starts:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={ZONE}:{entry.ends:%Y%m%dT%H%M%S}",
        *(f"{name}:{value}" for name, value in wanted.items() if value),
        f"ORGANIZER:mailto:{entry.organizer}",
        *extra,
        "END:VEVENT",
    ]


def _attendee(attendee: Attendee, asked: bool = True) -> str:
    answer = f";PARTSTAT={attendee.partstat};RSVP={'TRUE' if attendee.asks_reply else 'FALSE'}" if asked else ""
    name = f';CN="{_parameter(attendee.name)}"' if _parameter(attendee.name) else ""
    return f"ATTENDEE{name};ROLE=REQ-PARTICIPANT{answer}:mailto:{attendee.address}"


def _addressed(line: str, address: str) -> str:
    start, mailto, _before = line.rpartition(":mailto:")
    return start + mailto + address if line.startswith("ATTENDEE;") else line


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11): escaped, without control characters."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return _printable("\\n".join(escaped.splitlines()))


def _parameter(value: str) -> str:
    """A quoted parameter value: no double quote can stand in it, and carets are not understood everywhere."""
    return " ".join(_printable(value.replace('"', "").replace("^", "")).split())


def _printable(value: str) -> str:
    return "".join(sign if sign.isprintable() else " " * sign.isspace() for sign in value)


def _folded(line: str) -> bytes:
    """One content line, folded at 75 octets (RFC 5545, 3.1) and never inside a character."""
    whole = line.encode()
    if len(whole) <= LINE_OCTETS:
        return whole + b"\r\n"
    pieces, piece = [], b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
