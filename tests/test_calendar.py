"""Quarters, meeting days and run sheets."""

from dataclasses import dataclass
from datetime import UTC, date, time

import pytest

from bsoo.meetings import calendar
from bsoo.meetings.calendar import Step
from bsoo.quarters import Quarter


@dataclass
class Rule:
    """The default: the second Thursday of the quarter's third month."""

    rule_month: int = 3
    rule_nth: int = 2
    rule_weekday: int = 3


def test_a_quarter_knows_its_neighbours_across_the_turn_of_the_year() -> None:
    assert Quarter(2026, 4).next() == Quarter(2027, 1)
    assert Quarter(2027, 1).previous() == Quarter(2026, 4)
    assert Quarter(2026, 4).plus(-9) == Quarter(2024, 3)


def test_a_quarter_has_three_months_and_a_first_and_last_day() -> None:
    quarter = Quarter(2028, 1)

    assert quarter.months == (1, 2, 3)
    assert (quarter.first_day, quarter.last_day) == (date(2028, 1, 1), date(2028, 3, 31))
    assert Quarter.of(date(2028, 2, 29)) == quarter


@pytest.mark.parametrize("slug", ["2026-5", "2026-0", "26-1", "2026-44", "2026", "", "2026-1\n", "٢٠٢٦-١"])
def test_an_address_that_is_no_quarter_is_refused(slug: str) -> None:
    with pytest.raises(ValueError, match="not a quarter"):
        Quarter.from_slug(slug)


def test_the_default_rule_is_the_second_thursday_of_the_third_month() -> None:
    days = [calendar.meeting_day(Rule(), Quarter(2026, 4).plus(ahead)) for ahead in range(5)]

    assert days == [date(2026, 12, 10), date(2027, 3, 11), date(2027, 6, 10), date(2027, 9, 9), date(2027, 12, 9)]


def test_the_last_weekday_of_a_month_is_found_in_december_and_in_a_leap_year() -> None:
    assert calendar.meeting_day(Rule(3, calendar.LAST, 3), Quarter(2026, 4)) == date(2026, 12, 31)
    assert calendar.meeting_day(Rule(3, calendar.LAST, 4), Quarter(2026, 4)) == date(2026, 12, 25)
    assert calendar.meeting_day(Rule(2, calendar.LAST, 1), Quarter(2028, 1)) == date(2028, 2, 29)


def test_a_quarter_whose_day_has_passed_plans_the_next_one() -> None:
    assert calendar.next_meeting_day(Rule(), date(2026, 12, 9)) == date(2026, 12, 10)
    assert calendar.next_meeting_day(Rule(), date(2026, 12, 10)) == date(2027, 3, 11)


def test_the_hour_on_the_wall_stays_when_the_clocks_change() -> None:
    winter = calendar.moment(date(2027, 3, 9), time(14, 0), "Europe/Amsterdam")
    summer = calendar.moment(date(2027, 6, 8), time(14, 0), "Europe/Amsterdam")

    assert (winter.astimezone(UTC).hour, summer.astimezone(UTC).hour) == (13, 12)


def test_the_run_sheet_counts_from_the_meeting_day() -> None:
    sheet = calendar.run_sheet(date(2026, 12, 10))

    assert sheet == {
        Step.PLAN: date(2026, 10, 15),
        Step.INVITE: date(2026, 10, 29),
        Step.CALL: date(2026, 10, 29),
        Step.REMIND_FIRST: date(2026, 11, 19),
        Step.SIGNALS_CLOSE: date(2026, 11, 26),
        Step.REMIND_SECOND: date(2026, 11, 30),
        Step.AGENDA: date(2026, 12, 3),
        Step.REMIND_LAST: date(2026, 12, 7),
        Step.MEET: date(2026, 12, 10),
        Step.MINUTES: date(2026, 12, 17),
        Step.SUMMARY: date(2026, 12, 24),
    }


def test_signals_for_a_weekend_meeting_close_on_the_friday_before() -> None:
    assert calendar.signals_close(date(2026, 12, 12)) == date(2026, 11, 27)
    assert calendar.signals_close(date(2026, 12, 13)) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 11, 18), 0),
        (date(2026, 11, 19), 1),
        (date(2026, 11, 29), 1),
        (date(2026, 11, 30), 2),
        (date(2026, 12, 7), 3),
        (date(2026, 12, 9), 3),
        (date(2026, 12, 10), 0),
    ],
)
def test_three_reminder_rounds_end_before_the_meeting_day(today: date, due: int) -> None:
    assert calendar.reminder_round(date(2026, 12, 10), today) == due


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2027, 1, 1), "New Year's Day"),
        (date(2027, 3, 26), "Good Friday"),
        (date(2027, 3, 29), "Easter Monday"),
        (date(2027, 4, 27), "King's Day"),
        (date(2025, 4, 26), "King's Day"),
        (date(2025, 4, 27), None),
        (date(2027, 5, 5), "Liberation Day"),
        (date(2027, 5, 6), "Ascension Day"),
        (date(2027, 5, 17), "Whit Monday"),
        (date(2027, 12, 26), "Boxing Day"),
        (date(2026, 12, 10), None),
    ],
)
def test_public_holidays_are_known(day: date, name: str | None) -> None:
    assert calendar.holiday_on(day) == name
