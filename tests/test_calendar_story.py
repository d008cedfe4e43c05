"""Everything that one meeting sends to calendars, from the first invitation to the end, by the rules of RFC 5546."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import icalendar
import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.mail.models import Letter, LetterPayload, LetterState
from bsoo.mail.purposes import Purpose
from bsoo.meetings import answering, choices, inviting, planning
from bsoo.meetings.answering import Colleague
from bsoo.meetings.models import Answer, Invitation, Meeting, Via
from bsoo.meetings.planning import Plan
from bsoo.regions import Region
from bsoo.registry.models import Address
from bsoo.registry.queries import contact_as_actor
from tests.conftest import People
from tests.factories import contact, meeting, organisation

At = Callable[[datetime], AbstractContextManager[None]]
Entry = Any  # the library's component types are not typed


@pytest.fixture
def planned(db: Session, amsterdam: Region) -> Meeting:
    planned = meeting(db, amsterdam)
    planned.address = "Kadeplein 3, 1011 AB Amsterdam"
    for name in ("Ann Bos", "Bram Cool", "Cas Dijk"):
        contact(db, amsterdam, name, at=organisation(db, amsterdam, f"Huis {name}"), email=mailbox(name))
    db.flush()
    return planned


def mailbox(name: str) -> str:
    return f"{name.split(maxsplit=1)[0].lower()}@example.org"


def sent_to(db: Session, name: str) -> list[tuple[str, Entry]]:
    """The method and the event of each calendar message to somebody, in the order in which they were queued."""
    query = select(LetterPayload.calendar).join(Letter).where(Letter.to_address == mailbox(name))
    rows = db.exec(query.where(LetterPayload.calendar != "").order_by(col(Letter.id))).all()
    parsed = [icalendar.Calendar.from_ical(row) for row in rows]
    return [(str(one["METHOD"]), one.walk("VEVENT")[0]) for one in parsed]


def shown(db: Session, name: str) -> list[tuple[str, int, str | None]]:
    """Method, SEQUENCE and PARTSTAT of each."""
    return [
        (method, int(event["SEQUENCE"]), event["ATTENDEE"].params.get("PARTSTAT"))
        for method, event in sent_to(db, name)
    ]


def invitation_of(db: Session, name: str) -> Invitation:
    query = select(Invitation).join(Address, col(Address.contact_id) == Invitation.contact_id)
    return db.exec(query.where(Address.email == mailbox(name))).one()


def acting(db: Session, name: str) -> Actor:
    actor = contact_as_actor(db, invitation_of(db, name).contact_id)
    assert actor is not None
    return actor


def say(db: Session, name: str, answer: Answer, *, via: Via = Via.PAGE, colleague: Colleague | None = None) -> None:
    answering.answer(db, acting(db, name), invitation_of(db, name), answer=answer, via=via, colleague=colleague)


def deliver(db: Session) -> None:
    """What waits is sent: only then does it stand in somebody's calendar."""
    waiting = update(Letter).where(col(Letter.state) == LetterState.QUEUED)
    db.execute(waiting.values(state=LetterState.ACCEPTED, accepted_at=clock.now()))


def move(db: Session, people: People, region: Region, planned: Meeting, **change: object) -> None:
    plan = Plan(**{**{name: getattr(planned, name) for name in Plan.__slots__}, **change})
    planning.change_meeting(db, people.amsterdam, region, planned, plan, revision=planned.revision)


def tell_all(db: Session, people: People, region: Region, planned: Meeting, frozen: At) -> None:
    """Ann says yes, then no, then yes in her calendar; Bram lets a colleague come, comes himself, and does not after
    all; Cas is un-invited; the meeting moves, gets another room, and is called off. An hour lies between two steps."""
    dora = Colleague("Dora Ent", "dora@example.org")
    steps: list[Callable[[], object]] = [
        lambda: inviting.invite(db, people.amsterdam, region, planned),
        lambda: say(db, "Ann Bos", Answer.ON_SITE),
        lambda: say(db, "Ann Bos", Answer.NO),
        lambda: say(db, "Bram Cool", Answer.COLLEAGUE, colleague=dora),
        lambda: say(db, "Bram Cool", Answer.ON_SITE),
        lambda: say(db, "Bram Cool", Answer.COLLEAGUE, colleague=dora),
        lambda: inviting.uninvite(db, people.amsterdam, region, planned, invitation_of(db, "Cas Dijk")),
        lambda: move(db, people, region, planned, on=date(2026, 12, 17)),
        lambda: move(db, people, region, planned, venue="De andere zaal"),
        lambda: say(db, "Ann Bos", Answer.ON_SITE, via=Via.CALENDAR),
        lambda: planning.cancel_meeting(db, people.amsterdam, region, planned),
    ]
    begin = clock.now()
    for hours, step in enumerate(steps):
        with frozen(begin + timedelta(hours=hours)):
            step()
            deliver(db)


def test_one_meeting_from_invitation_to_the_end(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    tell_all(db, people, amsterdam, planned, frozen)

    assert shown(db, "Ann Bos") == [
        ("REQUEST", 0, "NEEDS-ACTION"),
        ("REQUEST", 0, "ACCEPTED"),
        ("REQUEST", 0, "DECLINED"),
        ("REQUEST", 1, "NEEDS-ACTION"),
        ("CANCEL", 2, None),
    ]
    assert shown(db, "Dora Ent") == [
        ("REQUEST", 0, "NEEDS-ACTION"),
        ("CANCEL", 1, None),
        ("REQUEST", 2, "NEEDS-ACTION"),
        ("REQUEST", 3, "NEEDS-ACTION"),
        ("CANCEL", 4, None),
    ]
    assert shown(db, "Cas Dijk") == [("REQUEST", 0, "NEEDS-ACTION"), ("CANCEL", 1, None)]
    assert [status for _method, status in statuses(db, "Cas Dijk")] == ["CONFIRMED", None]
    assert [status for _method, status in statuses(db, "Ann Bos")][-1] == "CANCELLED"


def statuses(db: Session, name: str) -> list[tuple[str, str | None]]:
    return [(method, event.get("STATUS")) for method, event in sent_to(db, name)]


def test_every_message_keeps_the_rules(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    tell_all(db, people, amsterdam, planned, frozen)

    names = ("Ann Bos", "Bram Cool", "Cas Dijk", "Dora Ent")
    story = {name: sent_to(db, name) for name in names}
    events = [event for messages in story.values() for _method, event in messages]
    assert {str(event["UID"]) for event in events} == {planned.calendar_uid}
    assert {str(event["ORGANIZER"]) for event in events} == {str(events[0]["ORGANIZER"])}
    for name, messages in story.items():
        assert {str(event["ATTENDEE"]) for _method, event in messages} == {f"mailto:{mailbox(name)}"}
        steps = [(method, int(event["SEQUENCE"])) for method, event in messages]
        for (before, low), (after, high) in pairwise(steps):
            rises = after == "CANCEL" or before == "CANCEL"
            assert high > low if rises else high >= low, (name, steps)


def test_who_stopped_hears_that_it_is_off_since_it_stands_in_their_calendar(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    inviting.invite(db, people.amsterdam, amsterdam, planned)
    deliver(db)
    choices.stop(db, acting(db, "Ann Bos"), Purpose.INVITATIONS)
    with frozen(clock.now() + timedelta(hours=1)):
        move(db, people, amsterdam, planned, on=date(2026, 12, 17))
        deliver(db)
    with frozen(clock.now() + timedelta(hours=2)):
        planning.cancel_meeting(db, people.amsterdam, amsterdam, planned)

    assert [method for method, _sequence, _answer in shown(db, "Ann Bos")] == ["REQUEST", "CANCEL"]
    assert [method for method, _sequence, _answer in shown(db, "Bram Cool")] == ["REQUEST", "REQUEST", "CANCEL"]


def test_what_was_answered_in_a_calendar_is_not_sent_back_to_it(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    inviting.invite(db, people.amsterdam, amsterdam, planned)
    deliver(db)

    say(db, "Ann Bos", Answer.ON_SITE, via=Via.CALENDAR)

    assert shown(db, "Ann Bos") == [("REQUEST", 0, "NEEDS-ACTION")]
    assert db.exec(select(Letter.name).where(Letter.name == "answer_confirmed")).all() == ["answer_confirmed"]
