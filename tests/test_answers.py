"""Answers to an invitation: the last one counts, all are kept, and an organisation counts once."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from sqlmodel import Session, col, select

from bsoo.errors import NotAllowed, Refused
from bsoo.mail.models import LetterState
from bsoo.meetings import answering, queries, turnout
from bsoo.meetings.answering import Colleague
from bsoo.meetings.models import Answer, Invitation, InvitationAnswer, Via
from bsoo.regions import Region
from bsoo.registry.models import Contact, MemberStatus
from tests.conftest import NOW, People
from tests.invited import At, as_contact, invited_to, letters, membership, payload


def test_the_last_answer_counts_and_all_are_kept(db: Session, people: People, amsterdam: Region, frozen: At) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    me = as_contact(first, amsterdam)

    answering.answer(db, me, first, answer=Answer.ON_SITE)
    with frozen(NOW + timedelta(minutes=1)):
        answering.answer(db, me, first, answer=Answer.ONLINE, remark="Toch thuis")

    kept = db.exec(select(InvitationAnswer).order_by(col(InvitationAnswer.at))).all()
    assert first.answer is Answer.ONLINE
    assert [(one.answer, one.via, one.note) for one in kept] == [
        (Answer.ON_SITE, Via.PAGE, ""),
        (Answer.ONLINE, Via.PAGE, "Toch thuis"),
    ]


def test_an_answer_is_confirmed_with_a_calendar_entry_that_says_so(
    db: Session, people: People, amsterdam: Region
) -> None:
    _planned, (first, second, _third) = invited_to(db, people, amsterdam)

    answering.answer(db, as_contact(first, amsterdam), first, answer=Answer.ON_SITE)
    answering.answer(db, as_contact(second, amsterdam), second, answer=Answer.NO)

    yes, no = (payload(db, letter) for letter in letters(db, "answer_confirmed"))
    entries = [icalendar.Calendar.from_ical(one.calendar).walk("VEVENT")[0] for one in (yes, no)]
    assert [(one["ATTENDEE"].params["PARTSTAT"], one["SEQUENCE"]) for one in entries] == [
        ("ACCEPTED", 0),
        ("DECLINED", 0),
    ]
    assert [one["ATTENDEE"].params["RSVP"] for one in entries] == ["FALSE", "FALSE"]


def test_the_online_link_is_only_for_who_comes_online(db: Session, people: People, amsterdam: Region) -> None:
    planned, (first, second, _third) = invited_to(db, people, amsterdam)
    planned.online_link = "https://meet.example.org/geheim"

    answering.answer(db, as_contact(first, amsterdam), first, answer=Answer.ON_SITE)
    answering.answer(db, as_contact(second, amsterdam), second, answer=Answer.ONLINE)

    facts = [payload(db, letter).context["online_link"] for letter in letters(db, "answer_confirmed")]
    assert facts == ["", "https://meet.example.org/geheim"]


def test_a_contact_answers_only_the_own_invitation(db: Session, people: People, amsterdam: Region) -> None:
    _planned, (first, second, _third) = invited_to(db, people, amsterdam)

    with pytest.raises(NotAllowed):
        answering.answer(db, as_contact(first, amsterdam), second, answer=Answer.NO)


def test_staff_note_an_answer_for_somebody_and_can_put_it_back(
    db: Session, people: People, amsterdam: Region, frozen: At
) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    answering.answer(db, as_contact(first, amsterdam), first, answer=Answer.NO)

    with frozen(NOW + timedelta(minutes=1)):
        answering.answer(db, people.amsterdam, first, answer=Answer.ON_SITE, remark="Belde")
        noted = db.exec(select(InvitationAnswer).where(InvitationAnswer.via == Via.STAFF)).one()
        answering.put_back(db, people.amsterdam, first)

    assert (noted.entered_by, noted.note) == (people.amsterdam.id, "Belde")
    assert first.answer is Answer.NO


def test_answers_close_when_the_meeting_begins(db: Session, people: People, amsterdam: Region, frozen: At) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    me = as_contact(first, amsterdam)

    with frozen(datetime(2026, 12, 10, 11, 59, tzinfo=UTC)):
        answering.answer(db, me, first, answer=Answer.ON_SITE)
    with frozen(datetime(2026, 12, 10, 12, 0, tzinfo=UTC)), pytest.raises(Refused):
        answering.answer(db, me, first, answer=Answer.NO)

    assert first.answer is Answer.ON_SITE


def test_a_colleague_gets_an_own_invitation_and_the_organisation_counts_once(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned, (first, *_others) = invited_to(db, people, amsterdam)
    colleague = Colleague("Lisa van den Tang", "Lisa@Example.org")

    answering.answer(db, as_contact(first, amsterdam), first, answer=Answer.COLLEAGUE, colleague=colleague)

    own = db.exec(select(Invitation).where(Invitation.stands_in_for == first.id)).one()
    named = db.get(Contact, own.contact_id)
    assert named is not None
    assert (named.display_name, named.infix) == ("Lisa van den Tang", "van den")
    assert own.organisation_id == first.organisation_id
    assert membership(db, named).status is MemberStatus.GUEST
    assert letters(db, "invitation")[0].to_address == "lisa@example.org"
    answering.answer(db, as_contact(own, amsterdam), own, answer=Answer.ON_SITE)
    numbers = turnout.funnel(db, people.amsterdam, planned)
    assert (numbers.invited, numbers.colleague, numbers.coming, numbers.answered) == (3, 1, 0, 1)
    assert sum(seat.coming for seat in numbers.seats) == 1
    assert queries.meeting_at(db, people.amsterdam, "amsterdam", "2026-4").expected == 1


def test_who_comes_after_all_releases_the_colleague(db: Session, people: People, amsterdam: Region) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    me = as_contact(first, amsterdam)
    answering.answer(db, me, first, answer=Answer.COLLEAGUE, colleague=Colleague("Lisa Tang", "lisa@example.org"))
    letters(db, "invitation")[0].state = LetterState.ACCEPTED

    answering.answer(db, me, first, answer=Answer.ON_SITE)

    own = db.exec(select(Invitation).where(Invitation.stands_in_for == first.id)).one()
    assert own.uninvited_at == NOW
    assert [letter.to_address for letter in letters(db, "uninvited")] == ["lisa@example.org"]


def test_a_colleague_who_was_not_written_to_yet_hears_nothing_at_all(
    db: Session, people: People, amsterdam: Region
) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    me = as_contact(first, amsterdam)
    answering.answer(db, me, first, answer=Answer.COLLEAGUE, colleague=Colleague("Lisa Tang", "lisa@example.org"))

    answering.answer(db, me, first, answer=Answer.ON_SITE)

    db.expire_all()
    assert letters(db, "uninvited") == []
    assert letters(db, "invitation")[0].state is LetterState.CANCELLED


def test_a_colleague_who_is_invited_already_keeps_that_invitation(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned, (first, second, _third) = invited_to(db, people, amsterdam)

    answering.answer(
        db,
        as_contact(first, amsterdam),
        first,
        answer=Answer.COLLEAGUE,
        colleague=Colleague("Mens 001", "mens001@example.org"),
    )

    assert second.stands_in_for is None
    assert len(db.exec(select(Invitation).where(Invitation.meeting_id == planned.id)).all()) == 3
    assert len(letters(db, "invitation")) == 3


@pytest.mark.parametrize(
    ("name", "email", "fields"),
    [
        ("", "lisa@example.org", ["naam"]),
        ("Lisa", "geen adres", ["email"]),
        ("", "", ["naam", "email"]),
        ("Ikzelf", "mens000@example.org", ["email"]),
    ],
)
def test_a_colleague_needs_a_name_and_an_own_address(
    db: Session, people: People, amsterdam: Region, name: str, email: str, fields: list[str]
) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)

    with pytest.raises(Refused) as refusal:
        answering.answer(
            db, as_contact(first, amsterdam), first, answer=Answer.COLLEAGUE, colleague=Colleague(name, email)
        )

    assert list(refusal.value.errors) == fields
    assert first.answer is Answer.SILENT


def test_an_invitation_is_not_passed_on_without_end(db: Session, people: People, amsterdam: Region) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    me = as_contact(first, amsterdam)
    for number in range(answering.MOST_COLLEAGUES):
        somebody = Colleague(f"Collega {number}", f"collega{number}@example.org")
        answering.answer(db, me, first, answer=Answer.COLLEAGUE, colleague=somebody)

    with pytest.raises(Refused):
        answering.answer(db, me, first, answer=Answer.COLLEAGUE, colleague=Colleague("Nog een", "nog@example.org"))
