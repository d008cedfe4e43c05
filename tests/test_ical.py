"""Calendar messages: golden files, parsed back by another library, and the rules of RFC 5545 and 5546."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from bsoo.meetings import ical
from bsoo.meetings.ical import Attendee, Entry, Partstat, Status

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 10, 29, 8, 0, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

ENTRY = Entry(
    uid="019ab0de-0000-7000-8000-000000000001@bsoo.example",
    sequence=0,
    status=Status.CONFIRMED,
    starts=datetime(2026, 12, 10, 13, 0),  # noqa: DTZ001 -- wall time, as the entry wants it
    ends=datetime(2026, 12, 10, 15, 30),  # noqa: DTZ001
    title="Overleg Amsterdam",
    place="Buurthuis De Ankerplaats, Kadeplein 3, Amsterdam",
    text="Vier keer per jaar; wij zien u graag.\nInloop vanaf 12.45 uur.",
    page="https://bsoo.example/overleg/amsterdam/2026-4",
    organizer="amsterdam@bsoo.example",
    changed_at=datetime(2026, 10, 1, 9, 30, tzinfo=UTC),
    town="Amsterdam",
)
SAMIRA = Attendee("Samira “Sam” El Idrissi", "s.elidrissi@example.org", asks_reply=True)
MOVED = replace(
    ENTRY,
    sequence=1,
    starts=datetime(2026, 12, 17, 13, 0),  # noqa: DTZ001
    ends=datetime(2026, 12, 17, 15, 30),  # noqa: DTZ001
)
TENTATIVE = replace(ENTRY, status=Status.TENTATIVE)
CONFIRMED = replace(ENTRY, sequence=ical.next_sequence(TENTATIVE, ENTRY))
MESSAGES = {
    "save-the-date": ical.request(TENTATIVE, replace(SAMIRA, asks_reply=False), NOW),
    "confirmed": ical.request(CONFIRMED, SAMIRA, NOW),
    "request": ical.request(ENTRY, SAMIRA, NOW),
    "update": ical.request(MOVED, SAMIRA, NOW),
    "accepted": ical.request(ENTRY, replace(SAMIRA, partstat=Partstat.ACCEPTED, asks_reply=False), NOW),
    "declined": ical.request(ENTRY, replace(SAMIRA, partstat=Partstat.DECLINED, asks_reply=False), NOW),
    "again": ical.request(replace(ENTRY, sequence=2), SAMIRA, NOW),
    "cancel": ical.cancel(replace(MOVED, sequence=2, status=Status.CANCELLED), SAMIRA, NOW),
    "uninvite": ical.uninvite(replace(ENTRY, sequence=1), SAMIRA, NOW),
    "publish": ical.publish(ENTRY, NOW),
    "feed": ical.feed("BSOO Amsterdam", [ENTRY, replace(ENTRY, uid="2@bsoo.example", status=Status.CANCELLED)], NOW),
}


def event_of(name: str) -> Any:  # Any: the library's component types are not typed
    return icalendar.Calendar.from_ical(MESSAGES[name]).walk("VEVENT")[0]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_the_golden_file_byte_for_byte(name: str) -> None:
    assert MESSAGES[name] == (GOLDEN / f"{name}.ics").read_bytes()


@pytest.mark.parametrize(
    ("name", "method", "status", "attendees"),
    [
        ("save-the-date", "REQUEST", "TENTATIVE", 1),
        ("confirmed", "REQUEST", "CONFIRMED", 1),
        ("request", "REQUEST", "CONFIRMED", 1),
        ("update", "REQUEST", "CONFIRMED", 1),
        ("accepted", "REQUEST", "CONFIRMED", 1),
        ("declined", "REQUEST", "CONFIRMED", 1),
        ("again", "REQUEST", "CONFIRMED", 1),
        ("cancel", "CANCEL", "CANCELLED", 1),
        ("uninvite", "CANCEL", None, 1),
        ("publish", "PUBLISH", "CONFIRMED", 0),
        ("feed", "PUBLISH", "CONFIRMED", 0),
    ],
)
def test_a_message_says_what_its_method_demands(name: str, method: str, status: str | None, attendees: int) -> None:
    parsed = icalendar.Calendar.from_ical(MESSAGES[name])
    event = event_of(name)

    assert str(parsed["METHOD"]) == method
    assert event.get("STATUS") == status
    assert MESSAGES[name].count(b"ATTENDEE") == attendees
    assert str(event["ORGANIZER"]) == "mailto:amsterdam@bsoo.example"
    assert {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(event)
    assert [part.name for part in parsed.walk()][:2] == ["VCALENDAR", "VTIMEZONE"]


def test_an_invitation_parses_back_to_what_was_meant() -> None:
    event = event_of("request")

    assert event["DTSTART"].dt == datetime(2026, 12, 10, 13, 0, tzinfo=AMSTERDAM)
    assert event["DTEND"].dt == datetime(2026, 12, 10, 15, 30, tzinfo=AMSTERDAM)
    assert event["DTSTAMP"].dt == NOW
    assert str(event["SUMMARY"]) == "Overleg Amsterdam"
    assert str(event["LOCATION"]) == ENTRY.place
    assert str(event["DESCRIPTION"]) == ENTRY.text
    attendee = event["ATTENDEE"]
    assert str(attendee) == "mailto:s.elidrissi@example.org"
    assert attendee.params["CN"] == SAMIRA.name
    assert (attendee.params["PARTSTAT"], attendee.params["RSVP"]) == ("NEEDS-ACTION", "TRUE")


SHOWN_BY = {
    "REQUEST: one ATTENDEE, one ORGANIZER (5546, 3.2.2)": ("request", "again", "accepted", "declined"),
    "the same UID for ever, SEQUENCE from 0 and up with the date (5546, 2.1.4)": ("request", "update"),
    "a saved date is TENTATIVE, its confirmation rises by one": ("save-the-date", "confirmed"),
    "CANCEL of the whole: STATUS CANCELLED, risen SEQUENCE (3.2.5)": ("cancel",),
    "un-inviting one: CANCEL without STATUS (3.2.5)": ("uninvite",),
    "an answer of the page stands in the entry and asks no more": ("accepted", "declined"),
    "PUBLISH: ORGANIZER, no ATTENDEE (3.2.1)": ("publish", "feed"),
}
"""Which golden file shows which rule."""


def test_each_golden_file_shows_a_rule_and_no_other_file_lies_there() -> None:
    assert {name for names in SHOWN_BY.values() for name in names} == set(MESSAGES)
    assert {path.stem for path in GOLDEN.glob("*.ics")} == set(MESSAGES)


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_keeps_what_holds_for_all(name: str) -> None:
    raw = MESSAGES[name].decode()
    events = icalendar.Calendar.from_ical(raw).walk("VEVENT")

    assert raw.index("BEGIN:VTIMEZONE") < raw.index("BEGIN:VEVENT")
    assert [sign for sign in ("VALARM", "/u/", "/mijn/", "ORGANIZER;", "DTSTART:2", "EXDATE") if sign in raw] == []
    assert [event for event in events if "RRULE" in event] == []
    assert len({str(event["UID"]) for event in events}) == len(events)
    assert raw.count("DTSTAMP:20261029T080000Z") == len(events)
    assert {str(event["ORGANIZER"]) for event in events} == {"mailto:amsterdam@bsoo.example"}


def test_a_saved_date_becomes_certain_with_the_next_sequence() -> None:
    saved, certain = event_of("save-the-date"), event_of("confirmed")

    assert (saved["STATUS"], saved["SEQUENCE"], saved["ATTENDEE"].params["RSVP"]) == ("TENTATIVE", 0, "FALSE")
    assert (certain["STATUS"], certain["SEQUENCE"], certain["UID"]) == ("CONFIRMED", 1, saved["UID"])


def test_an_update_keeps_the_uid_and_raises_the_sequence() -> None:
    before, after = event_of("request"), event_of("update")

    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)


@pytest.mark.parametrize(
    ("change", "sequence"),
    [
        ({}, 3),
        ({"starts": ENTRY.starts + timedelta(days=7)}, 4),
        ({"starts": ENTRY.starts + timedelta(minutes=30)}, 4),
        ({"ends": ENTRY.ends + timedelta(minutes=30)}, 4),
        ({"status": Status.CANCELLED}, 4),
        ({"status": Status.TENTATIVE}, 4),
        ({"town": "Almere"}, 4),
        ({"town": " amsterdam "}, 3),
        ({"title": "Iets anders"}, 3),
        ({"text": "De agenda: een, twee"}, 3),
        ({"place": "Zaal 2, zelfde gebouw"}, 3),
        ({"page": "https://bsoo.example/anders"}, 3),
        ({"changed_at": NOW}, 3),
    ],
)
def test_the_sequence_rises_only_when_old_answers_may_no_longer_hold(change: dict[str, Any], sequence: int) -> None:
    before = replace(ENTRY, sequence=3)

    assert ical.next_sequence(before, replace(before, **change)) == sequence


def test_a_later_message_of_the_same_sequence_has_a_newer_stamp() -> None:
    later = ical.request(replace(ENTRY, place="Zaal 2"), SAMIRA, NOW + timedelta(days=1))

    event: Any = icalendar.Calendar.from_ical(later).walk("VEVENT")[0]

    assert (event["SEQUENCE"], event["DTSTAMP"].dt) == (0, NOW + timedelta(days=1))


def on_the_wall(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def test_the_zone_block_is_right_for_every_half_hour_of_four_years() -> None:
    # Under a name that no zone database knows, so that the library must read the block itself.
    unknown = MESSAGES["request"].replace(b"Europe/Amsterdam", b"Nowhere/Nowhere")
    block: Any = icalendar.Calendar.from_ical(unknown).walk("VTIMEZONE")[0]
    zone = block.to_tz()
    half_hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * step) for step in range(2 * 24 * 1461)]

    wrong = [at for at in half_hours if on_the_wall(at, zone) != on_the_wall(at, AMSTERDAM)]

    assert half_hours[-1].date() == date(2029, 12, 31)
    assert wrong == []


@pytest.mark.parametrize("name", MESSAGES)
def test_lines_are_short_and_end_with_crlf_and_never_cut_a_character(name: str) -> None:
    lines = MESSAGES[name].split(b"\r\n")

    assert lines[-1] == b""
    assert [line for line in lines if len(line) > 75 or b"\n" in line or b"\r" in line] == []
    assert [line.decode() for line in lines] != []


def test_a_long_text_of_wide_characters_folds_between_characters() -> None:
    message = ical.publish(replace(ENTRY, text="€" * 100), NOW)

    folded = [line for line in message.split(b"\r\n") if "€".encode() in line]
    assert [len(line.decode().count("€") * "€".encode()) // 3 for line in folded] == [21, 24, 24, 24, 7]


def test_a_name_cannot_carry_quotes_or_another_line() -> None:
    message = ical.request(ENTRY, Attendee('Jan "de\r\nATTENDEE:x" ^Wit', "j@example.org"), NOW)

    event: Any = icalendar.Calendar.from_ical(message).walk("VEVENT")[0]

    assert event["ATTENDEE"].params["CN"] == "Jan de ATTENDEE:x Wit"
