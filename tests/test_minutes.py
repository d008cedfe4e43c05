"""Minutes: lines that are saved once and never lost, and actions that stay open until somebody says otherwise."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bsoo.access.actor import Actor, ActorKind
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.meetings.models import Meeting, TextLevel
from bsoo.minutes import actions, days, queries, schedule
from bsoo.minutes.actions import Typed
from bsoo.minutes.models import BlockKind, Minutes
from bsoo.minutes.shorthand import kind_and_text
from bsoo.regions import Region
from tests import factories
from tests.conftest import People
from tests.minuting import item, meeting, minutes, note

FIXTURES = (
    meeting,
    minutes,
)
"""pytest finds them here by their names."""


MONDAY = date(2026, 11, 23)


# --- Days as people say them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("18 december", date(2026, 12, 18)),
        ("vóór vrijdag 18 december", date(2026, 12, 18)),
        ("15 januari", date(2027, 1, 15)),
        ("23 november", MONDAY),
        ("1-2", date(2027, 2, 1)),
        ("01-02-2028", date(2028, 2, 1)),
        ("2026-12-18", date(2026, 12, 18)),
        ("December 18", date(2026, 12, 18)),
        ("5th of May", date(2027, 5, 5)),
        ("vrijdag", date(2026, 11, 27)),
        ("maandag", date(2026, 11, 30)),
        ("morgen", date(2026, 11, 24)),
        ("over twee weken", date(2026, 12, 7)),
        ("in two weeks", date(2026, 12, 7)),
        ("over een maand", date(2026, 12, 23)),
        ("volgende week", date(2026, 12, 4)),
        ("volgende week dinsdag", date(2026, 12, 1)),
        ("eind januari", date(2027, 1, 31)),
        ("half december", date(2026, 12, 15)),
        ("eind van de maand", date(2026, 11, 30)),
        ("29 feb", date(2028, 2, 29)),
    ],
)
def test_a_day_is_understood_as_people_say_it(said: str, meant: date) -> None:
    assert days.understood(said, MONDAY) == meant


@pytest.mark.parametrize("said", ["", "binnenkort", "31 februari", "2026-13-01", "99-99", "over 0x3 weken", "18"])
def test_a_day_that_is_not_clear_is_not_guessed(said: str) -> None:
    assert days.understood(said, MONDAY) is None


def test_a_month_after_the_31st_of_january_is_the_last_of_february() -> None:
    assert days.understood("over een maand", date(2027, 1, 31)) == date(2027, 2, 28)


# --- Writing lines --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("! maakt een lijst", BlockKind.ACTION, "maakt een lijst"),
        ("=wij delen plekken", BlockKind.DECISION, "wij delen plekken"),
        ("De Kade ziet meer.", BlockKind.INFORMATION, "De Kade ziet meer."),
    ],
)
def test_the_first_sign_of_a_line_says_what_it_is(typed: str, kind: BlockKind, text: str) -> None:
    assert kind_and_text(typed, BlockKind.INFORMATION) == (kind, text)


def test_minutes_are_begun_once(db: Session, people: People, meeting: Meeting) -> None:
    first = actions.start_minutes(db, people.amsterdam, meeting)
    second = actions.start_minutes(db, people.amsterdam, meeting)

    assert first.id == second.id


def test_a_line_that_is_sent_twice_is_written_once(db: Session, people: People, minutes: Minutes) -> None:
    first = note(db, people.amsterdam, minutes, key="tablet-1")
    second = note(db, people.amsterdam, minutes, key="tablet-1")

    assert first.id == second.id
    assert len(queries.lines(db, people.amsterdam, minutes)) == 1


def test_lines_keep_the_order_in_which_they_were_typed(db: Session, people: People, minutes: Minutes) -> None:
    for text in ("Eerst dit.", "Dan dat.", "Tot slot."):
        note(db, people.amsterdam, minutes, text)

    assert [line.text for line in queries.lines(db, people.amsterdam, minutes)] == [
        "Eerst dit.",
        "Dan dat.",
        "Tot slot.",
    ]


def test_a_line_cannot_be_put_at_the_item_of_another_meeting(
    db: Session, people: People, minutes: Minutes, amsterdam: Region
) -> None:
    elsewhere = item(db, factories.meeting(db, amsterdam, on=date(2026, 9, 10)))

    with pytest.raises(NotFound):
        actions.add_block(db, people.amsterdam, minutes, Typed("Tekst."), client_key="a", agenda_item_id=elsewhere.id)


def test_a_reader_writes_nothing(db: Session, people: People, minutes: Minutes) -> None:
    with pytest.raises(NotAllowed):
        note(db, people.reader, minutes)


def test_a_coordinator_of_elsewhere_writes_nothing_here(db: Session, people: People, minutes: Minutes) -> None:
    with pytest.raises(NotAllowed):
        note(db, people.almere, minutes)


@pytest.mark.parametrize("level", [TextLevel.PARTICIPANTS, TextLevel.PUBLIC])
def test_personal_data_stops_a_line_that_goes_out_and_says_which_words(
    db: Session, people: People, minutes: Minutes, level: TextLevel
) -> None:
    with pytest.raises(Refused) as refused:
        note(db, people.amsterdam, minutes, "Mevrouw is te bereiken op 06 12345678.", level=level)

    assert list(refused.value.errors) == ["text"]
    assert "06 12345678" in refused.value.errors["text"]


def test_an_internal_line_may_hold_a_telephone_number(db: Session, people: People, minutes: Minutes) -> None:
    note(db, people.amsterdam, minutes, "De wethouder belt: 020 5551234.", level=TextLevel.INTERNAL)

    assert len(queries.lines(db, people.amsterdam, minutes)) == 1


def test_two_writers_never_overwrite_each_other(db: Session, people: People, minutes: Minutes) -> None:
    block = note(db, people.amsterdam, minutes, "Eerste tekst.")
    seen = block.revision
    actions.change_block(db, people.amsterdam, block, Typed("Tekst van Samira."), revision=seen)

    with pytest.raises(Conflict):
        actions.change_block(db, people.administrator, block, Typed("Tekst van Noor."), revision=seen)

    assert block.text == "Tekst van Samira."


def test_a_removed_line_is_gone_and_comes_back_in_its_place(db: Session, people: People, minutes: Minutes) -> None:
    first = note(db, people.amsterdam, minutes, "Eerst dit.")
    note(db, people.amsterdam, minutes, "Dan dat.")

    actions.remove_block(db, people.amsterdam, first)
    without = [line.text for line in queries.lines(db, people.amsterdam, minutes)]
    actions.restore_block(db, people.amsterdam, first)

    assert without == ["Dan dat."]
    assert [line.text for line in queries.lines(db, people.amsterdam, minutes)] == ["Eerst dit.", "Dan dat."]


def test_the_summary_is_not_overwritten_in_silence(db: Session, people: People, minutes: Minutes) -> None:
    actions.change_summary(db, people.amsterdam, minutes, text="Wij delen plekken.", revision=1)

    with pytest.raises(Conflict):
        actions.change_summary(db, people.administrator, minutes, text="Anders.", revision=1)

    assert minutes.summary == "Wij delen plekken."


def test_minutes_that_nobody_could_read_cannot_be_approved(db: Session, people: People, minutes: Minutes) -> None:
    with pytest.raises(Refused):
        actions.adopt(db, people.amsterdam, minutes, on=MONDAY)


# --- Who reads what -------------------------------------------------------------------------------------------------


def test_a_partner_reads_no_internal_line_and_no_draft(
    db: Session, people: People, minutes: Minutes, amsterdam: Region, meeting: Meeting
) -> None:
    note(db, people.amsterdam, minutes, "Alleen voor ons.", level=TextLevel.INTERNAL)
    note(db, people.amsterdam, minutes, "Voor wie er was.")
    partner = Actor(ActorKind.CONTACT, id=factories.contact(db, amsterdam).id, region_ids=frozenset({amsterdam.id}))

    assert queries.minutes_of(db, partner, meeting) is None
    assert [line.text for line in queries.lines(db, partner, minutes)] == ["Voor wie er was."]


def test_a_partner_of_another_region_reads_nothing(
    db: Session, people: People, minutes: Minutes, almere: Region
) -> None:
    note(db, people.amsterdam, minutes)
    partner = Actor(ActorKind.CONTACT, id=factories.contact(db, almere).id, region_ids=frozenset({almere.id}))

    with pytest.raises(NotFound):
        queries.lines(db, partner, minutes)


# --- On the clock ---------------------------------------------------------------------------------------------------


def test_the_running_item_says_how_long_it_still_has(db: Session, meeting: Meeting) -> None:
    agenda = [item(db, meeting, "Welkom", 0), item(db, meeting, "Gezinnen", 1)]
    now = datetime(2026, 12, 10, 13, 32, tzinfo=ZoneInfo("Europe/Amsterdam"))

    stops = schedule.stops(meeting, agenda, now)

    assert [(stop.number, stop.starts, stop.is_past, stop.left) for stop in stops] == [
        (1, time(13, 0), True, None),
        (2, time(13, 25), False, 18),
    ]


def test_a_break_has_no_number(db: Session, meeting: Meeting) -> None:
    pause = item(db, meeting, "Pauze", 0)
    pause.standing_key = "break"
    agenda = [pause, item(db, meeting, "Gezinnen", 1)]

    stops = schedule.stops(meeting, agenda, datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Amsterdam")))

    assert [stop.number for stop in stops] == [0, 1]
