"""Answers out of a calendar (iTIP REPLY, RFC 5546, 3.2.3) as mail programs really write them.

ORGANIZER may be missing (Outlook.com), METHOD may be missing or doubled, ATTENDEE may be missing (then the sender
answers), and a proposal for another time (COUNTER) says "maybe".
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from bsoo.mail.returning.kinds import About, CalendarAnswer, CalendarReply
from bsoo.mail.returning.opening import ADDRESS, Part, content, file_name, header, parts, sender

TO_US = {"REPLY", "COUNTER"}
FROM_AN_ORGANISER = {"REQUEST", "CANCEL", "PUBLISH", "ADD", "DECLINECOUNTER", "REFRESH"}
_KINDS = {"text/calendar", "application/ics", "text/x-vcalendar", "application/calendar"}

_SUBJECTS = (
    (CalendarAnswer.ACCEPTED, re.compile(r"^\W*(?:accepted|geaccepteerd|aanvaard|zugesagt|accepté)", re.IGNORECASE)),
    (CalendarAnswer.DECLINED, re.compile(r"^\W*(?:declined|geweigerd|afgewezen|abgelehnt|refusé)", re.IGNORECASE)),
    (
        CalendarAnswer.TENTATIVE,
        re.compile(
            r"^\W*(?:tentative|voorlopig|misschien|new time proposed|nieuw\w* tijd|mit vorbehalt)", re.IGNORECASE
        ),
    ),
)


def answered(message: Part) -> tuple[list[About], CalendarReply] | None:
    """Who answered what about which event, or None when there is no such answer."""
    for part in parts(message):
        if part.get_content_type() in _KINDS or file_name(part).lower().endswith(".ics"):
            for method, event in _events(part):
                found = _read(message, method, event)
                if found is not None:
                    return found
    return None


def _events(part: Part) -> Iterator[tuple[str, Any]]:  # Any: icalendar's components behave as dictionaries of anything
    from icalendar import Calendar  # noqa: PLC0415 -- only needed when a calendar came

    try:
        calendars = Calendar.from_ical(_unmarked(content(part)), multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return
    named = str(part.get_param("method") or "").upper()
    for calendar in calendars:
        inside = _first(calendar.get("METHOD")).upper()
        yield from ((_method(inside, named), event) for event in calendar.walk("VEVENT"))


def _unmarked(text: str) -> str:
    """Without the byte order mark of Windows programs; a lone CR, as of old Macs, ends a line too."""
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _method(inside: str, named: str) -> str:
    """The method in the file; the MIME part's when the file has none. One that says REPLY is believed."""
    return next((one for one in (inside, named) if one in TO_US), inside or named)


def _read(message: Part, method: str, event: Any) -> tuple[list[About], CalendarReply] | None:  # Any: as above
    uid = _first(event.get("UID"))
    attendees = _all(event.get("ATTENDEE"))
    if not uid or method in FROM_AN_ORGANISER:
        return None
    about = [one for attendee in attendees if (one := _about(attendee, event, method)) is not None]
    if not about:
        answer = _by_subject(message)
        name, address = sender(message)
        if answer is None or (attendees and method not in TO_US):
            return None
        about = [About(address, words=_comment(event), answer=answer, name=name)]
    return about, _reply(uid, event, attendees)


def _about(attendee: Any, event: Any, method: str) -> About | None:  # Any: as above
    parameters = getattr(attendee, "params", {})
    answer = _answer(str(parameters.get("PARTSTAT", "")), method)
    address = ADDRESS.search(str(attendee))
    if answer is None or address is None:
        return None
    name = str(parameters.get("CN", ""))
    return About(address.group().lower(), words=_comment(event), answer=answer, name="" if "@" in name else name)


def _answer(partstat: str, method: str) -> CalendarAnswer | None:
    """Whoever proposes another time accepts that one; a decline beside it still holds for ours."""
    try:
        answer = CalendarAnswer(partstat.strip('"').lower())
    except ValueError:
        answer = None
    return CalendarAnswer.TENTATIVE if method == "COUNTER" and answer is not CalendarAnswer.DECLINED else answer


def _reply(uid: str, event: Any, attendees: list[Any]) -> CalendarReply:  # Any: as above
    delegate = _address_in(attendees, "DELEGATED-TO")
    names = [one.params.get("CN", "") for one in attendees if delegate and delegate in str(one).lower()]
    sequence = _first(event.get("SEQUENCE"))
    return CalendarReply(
        uid=uid,
        sequence=int(sequence) if re.fullmatch("[0-9]{1,9}", sequence) else None,
        stamp=_stamp(event),
        delegate=delegate,
        delegate_name=str(names[0]) if names else "",
        delegator=_address_in(attendees, "DELEGATED-FROM"),
    )


def _address_in(attendees: list[Any], parameter: str) -> str:  # Any: as above
    given = [_first(getattr(one, "params", {}).get(parameter, "")) for one in attendees]
    return next((found.group().lower() for one in given if (found := ADDRESS.search(one))), "")


def _stamp(event: Any) -> datetime | None:  # Any: as above
    value = _all(event.get("DTSTAMP"))
    try:
        found = value[0].dt if value else None
    except (AttributeError, ValueError):  # no date at all
        return None
    if not isinstance(found, date):
        return None
    if not isinstance(found, datetime):
        return datetime(found.year, found.month, found.day, tzinfo=UTC)
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:  # before the year 1, or after 9999
        return None


def _comment(event: Any) -> str:  # Any: as above
    return "\n".join(str(one) for one in _all(event.get("COMMENT"))).strip()


def _by_subject(message: Part) -> CalendarAnswer | None:
    subject = header(message, "Subject")
    return next((answer for answer, words in _SUBJECTS if words.match(subject)), None)


def _all(value: Any) -> list[Any]:  # Any: as above
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(value: Any) -> str:  # Any: as above
    found = _all(value)
    return str(found[0]).strip() if found else ""
