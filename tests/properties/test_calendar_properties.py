"""What holds for every rule, every day and every text."""

from datetime import UTC, date, datetime, timedelta

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from bsoo.meetings import calendar, ical
from bsoo.meetings.calendar import Step
from bsoo.quarters import Quarter
from tests.test_calendar import Rule

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
rules = st.builds(Rule, st.integers(1, 3), st.sampled_from([1, 2, 3, 4, calendar.LAST]), st.integers(0, 6))
texts = st.text(st.characters(categories=["L", "N", "P", "S"], include_characters=" \n"), max_size=200)
LINES = (
    *("BEGIN:VEVENT", "UID:", "SEQUENCE:", "DTSTAMP:", "LAST-MODIFIED:", "DTSTART;", "DTEND;", "SUMMARY:"),
    *("DESCRIPTION:", "ORGANIZER:", "STATUS:", "ATTENDEE;", "END:VEVENT", "END:VCALENDAR"),
)
"""How each line of an entry may begin."""


@given(days)
def test_a_day_lies_in_its_own_quarter_and_the_next_begins_within_92_days(day: date) -> None:
    quarter = Quarter.of(day)

    assert quarter.first_day <= day <= quarter.last_day
    assert timedelta(0) < quarter.next().first_day - day <= timedelta(days=92)
    assert Quarter.from_slug(quarter.slug) == quarter.next().previous() == quarter


@given(rules, days)
def test_the_meeting_day_is_the_wanted_weekday_of_the_wanted_month(rule: Rule, day: date) -> None:
    quarter = Quarter.of(day)

    meeting = calendar.meeting_day(rule, quarter)

    assert (meeting.year, meeting.month) == (quarter.year, quarter.months[rule.rule_month - 1])
    assert meeting.weekday() == rule.rule_weekday
    if rule.rule_nth == calendar.LAST:
        assert (meeting + timedelta(days=7)).month != meeting.month
    else:
        assert (meeting.day - 1) // 7 + 1 == rule.rule_nth


@given(rules, days)
def test_the_next_meeting_is_ahead_and_within_half_a_year(rule: Rule, day: date) -> None:
    assert timedelta(0) < calendar.next_meeting_day(rule, day) - day <= timedelta(days=184)


@given(days)
def test_deadlines_come_in_order_and_never_on_a_weekend(day: date) -> None:
    sheet = calendar.run_sheet(day)

    before = [sheet[step] for step in Step if calendar.DAYS_FROM_MEETING[step] < 0]
    assert before == sorted(before)
    assert all(date_due < day for date_due in before)
    assert [step for step, due in sheet.items() if step is not Step.MEET and due.weekday() > calendar.FRIDAY] == []


@given(days, days)
def test_reminder_rounds_only_ever_rise_until_the_meeting(day: date, today: date) -> None:
    now, tomorrow = (calendar.reminder_round(day, today + timedelta(days=ahead)) for ahead in (0, 1))

    assert 0 <= now <= len(calendar.REMINDERS)
    assert tomorrow >= now or today + timedelta(days=1) == day


@given(texts, texts, texts)
def test_any_text_comes_back_from_a_calendar_entry(title: str, place: str, name: str) -> None:
    at = datetime(2026, 12, 10, 13, 0)  # noqa: DTZ001 -- wall time, as the entry wants it
    moment = at.replace(tzinfo=UTC)
    entry = ical.Entry(
        "x@bsoo.example", 0, ical.Status.CONFIRMED, at, at, title, place, "", "", "bsoo@bsoo.example", moment
    )

    message = ical.request(entry, ical.Attendee(name, "who@example.org"), moment)

    assert [line for line in message.split(b"\r\n") if len(line) > ical.LINE_OCTETS or b"\n" in line] == []
    event = icalendar.Calendar.from_ical(message).walk("VEVENT")[0]
    assert str(event.get("SUMMARY", "")) == "\n".join(title.splitlines())
    assert str(event.get("LOCATION", "")) == "\n".join(place.splitlines())
    assert str(event["ATTENDEE"]) == "mailto:who@example.org"


@given(st.text())
def test_no_text_can_break_out_of_its_line(hostile: str) -> None:
    at = datetime(2026, 12, 10, 13, 0)  # noqa: DTZ001 -- wall time, as the entry wants it
    moment = at.replace(tzinfo=UTC)
    entry = ical.Entry(
        "x@bsoo.example", 0, ical.Status.CONFIRMED, at, at, hostile, "", hostile, "", "bsoo@bsoo.example", moment
    )

    message = ical.request(entry, ical.Attendee(hostile, "who@example.org"), moment).decode()

    unfolded = message.replace("\r\n ", "").split("\r\n")
    event = unfolded[unfolded.index("BEGIN:VEVENT") : -1]
    assert [line for line in event if not line.startswith(LINES)] == []
