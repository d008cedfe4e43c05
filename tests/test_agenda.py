"""The agenda in time boxes, and who was there."""

from datetime import time

import pytest
from sqlmodel import Session

from bsoo import clock
from bsoo.errors import NotFound, Refused
from bsoo.meetings import agenda, agenda_view, answering, attendance, planning, sending
from bsoo.meetings.agenda import Box
from bsoo.meetings.models import Answer, Origin, Presence, TextLevel
from bsoo.regions import Region
from bsoo.signals.models import State
from tests.conftest import NOW, People
from tests.factories import meeting, signal
from tests.invited import STANDING, invited_to, letters, payload, titles

# --- The agenda -------------------------------------------------------------------------------------------------------


def test_a_planned_meeting_begins_with_the_standing_items(db: Session, people: People, amsterdam: Region) -> None:
    planned = planning.plan_next_meeting(db, people.amsterdam, amsterdam)

    shown = agenda_view.agenda_of(db, people.amsterdam, planned)

    assert [line.title for line in shown.lines] == STANDING
    assert [line.box for line in shown.lines] == [
        Box(time(13, 0), 10),
        Box(time(13, 10), 15),
        Box(time(13, 25), 15),
        Box(time(13, 40), 10),
    ]
    assert (shown.used, shown.length, shown.left) == (50, 150, 100)


def test_a_new_item_comes_before_the_closing_and_moves_where_it_is_put(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned = planning.plan_next_meeting(db, people.amsterdam, amsterdam)

    item = agenda.add_item(db, people.amsterdam, planned, title="Leefgeld", minutes=20)
    assert titles(db, people.amsterdam, planned) == [*STANDING[:3], "Leefgeld", STANDING[3]]
    places = [agenda.move(db, people.amsterdam, item, position=place) for place in (1, 99, -5)]

    assert places == [1, 4, 0]
    assert titles(db, people.amsterdam, planned) == ["Leefgeld", *STANDING]


def test_an_agenda_that_is_too_long_says_by_how_much(db: Session, people: People, amsterdam: Region) -> None:
    planned = planning.plan_next_meeting(db, people.amsterdam, amsterdam)

    agenda.add_item(db, people.amsterdam, planned, title="Alles", minutes=120)

    shown = agenda_view.agenda_of(db, people.amsterdam, planned)
    assert (shown.left, shown.bar[-1]) == (-20, ("over", 20))


def test_a_signal_goes_from_the_pool_to_the_agenda_once(db: Session, people: People, amsterdam: Region) -> None:
    planned = meeting(db, amsterdam)
    seen = signal(db, amsterdam, "Apotheken vragen contant geld", state=State.ON_AGENDA)
    signal(db, amsterdam, "Nog niet beoordeeld", state=State.RECEIVED)
    assert [one.title for one in agenda_view.building(db, people.amsterdam, planned).pool] == [seen.title]

    first = agenda.add_signal(db, people.amsterdam, planned, seen.id)
    second = agenda.add_signal(db, people.amsterdam, planned, seen.id)

    assert first.id == second.id
    assert (first.origin, first.signal_id, first.minutes) == (Origin.SIGNAL, seen.id, 15)
    assert agenda_view.building(db, people.amsterdam, planned).pool == []


def test_what_is_taken_off_is_parked_and_keeps_its_origin(db: Session, people: People, amsterdam: Region) -> None:
    planned = meeting(db, amsterdam)
    seen = signal(db, amsterdam, "Apotheken vragen contant geld", state=State.ON_AGENDA)
    item = agenda.add_signal(db, people.amsterdam, planned, seen.id)

    agenda.park(db, people.amsterdam, item)
    waiting = agenda_view.building(db, people.amsterdam, planned).pool
    back = agenda.add_signal(db, people.amsterdam, planned, seen.id)

    assert [(one.item_id, one.times_parked, one.signals) for one in waiting] == [(item.id, 1, 1)]
    assert (back.id, back.origin) == (item.id, Origin.SIGNAL)


def test_a_break_that_is_taken_off_does_not_wait_for_the_next_meeting(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned = meeting(db, amsterdam)
    item = agenda.add_break(db, people.amsterdam, planned)

    agenda.park(db, people.amsterdam, item)

    assert agenda_view.building(db, people.amsterdam, planned).pool == []


@pytest.mark.parametrize(
    ("title", "minutes", "field"), [("", 10, "title"), ("Punt", 0, "minutes"), ("Punt", 241, "minutes")]
)
def test_an_item_needs_a_title_and_a_sensible_length(
    db: Session, people: People, amsterdam: Region, title: str, minutes: int, field: str
) -> None:
    planned = meeting(db, amsterdam)

    with pytest.raises(Refused) as refusal:
        agenda.add_item(db, people.amsterdam, planned, title=title, minutes=minutes)

    assert list(refusal.value.errors) == [field]


def test_the_agenda_goes_to_who_said_yes_and_shows_nothing_internal(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned, (first, second, _third) = invited_to(db, people, amsterdam)
    answering.answer(db, people.amsterdam, first, answer=Answer.ON_SITE)
    answering.answer(db, people.amsterdam, second, answer=Answer.NO)
    agenda.add_item(db, people.amsterdam, planned, title="Leefgeld")
    agenda.add_item(db, people.amsterdam, planned, title="Onder ons", level=TextLevel.INTERNAL)

    mailing = sending.send_agenda(db, people.amsterdam, amsterdam, planned)

    sent = letters(db, "agenda")
    assert (mailing.total, [letter.contact_id for letter in sent]) == (1, [first.contact_id])
    assert [line["title"] for line in payload(db, sent[0]).context["agenda"]] == ["Leefgeld"]  # type: ignore[attr-defined] # a list in JSON
    assert planned.agenda_sent_at == NOW


def test_an_agenda_for_nobody_is_not_sent(db: Session, people: People, amsterdam: Region) -> None:
    planned, _rows = invited_to(db, people, amsterdam)

    with pytest.raises(Refused):
        sending.send_agenda(db, people.amsterdam, amsterdam, planned)


# --- At the door ------------------------------------------------------------------------------------------------------


def test_the_door_list_is_filled_from_the_answers(db: Session, people: People, amsterdam: Region) -> None:
    planned, (first, second, third) = invited_to(db, people, amsterdam)
    answering.answer(db, people.amsterdam, first, answer=Answer.ON_SITE)
    answering.answer(db, people.amsterdam, second, answer=Answer.NO)
    attendance.check_in(db, people.amsterdam, planned, third.contact_id, presence=Presence.PRESENT)
    attendance.add_walk_in(db, people.amsterdam, planned, name="Onverwacht", organisation="Nieuw Huis")

    lines = attendance.attendees(db, people.amsterdam, planned)

    assert [(line.name, line.presence) for line in lines] == [
        ("Mens 000", Presence.EXPECTED),
        ("Mens 001", Presence.EXCUSED),
        ("Mens 002", Presence.PRESENT),
        ("Onverwacht", Presence.WALK_IN),
    ]
    assert [line.name for line in attendance.looking_for(lines, "nieuw")] == ["Onverwacht"]


def test_a_tick_is_taken_back(db: Session, people: People, amsterdam: Region) -> None:
    planned, (first, *_others) = invited_to(db, people, amsterdam)
    attendance.check_in(db, people.amsterdam, planned, first.contact_id, presence=Presence.PRESENT)

    attendance.check_in(db, people.amsterdam, planned, first.contact_id, presence=Presence.EXPECTED)

    assert attendance.attendees(db, people.amsterdam, planned)[0].was_there is False


def test_only_invited_people_are_ticked(db: Session, people: People, amsterdam: Region) -> None:
    planned = meeting(db, amsterdam)

    with pytest.raises(NotFound):
        attendance.check_in(db, people.amsterdam, planned, clock.new_id(), presence=Presence.PRESENT)
