"""Planning, inviting, reminding, answering, the agenda and the door."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import SYSTEM, Actor
from bsoo.db import Database
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.mail.models import Letter, LetterPayload, LetterState, Mailing
from bsoo.meetings import (
    agenda,
    agenda_view,
    answering,
    attendance,
    invitees,
    inviting,
    planning,
    queries,
    reminding,
    sending,
    turnout,
)
from bsoo.meetings.agenda import Box
from bsoo.meetings.answering import Colleague
from bsoo.meetings.invitees import Shown
from bsoo.meetings.inviting import Why
from bsoo.meetings.models import (
    AgendaItem,
    Answer,
    Invitation,
    InvitationAnswer,
    Meeting,
    MeetingState,
    Origin,
    Presence,
    TextLevel,
    Via,
)
from bsoo.meetings.planning import Plan
from bsoo.regions import Region
from bsoo.registry.models import Address, Contact, Membership, Sector
from bsoo.signals.models import State
from tests.conftest import NOW, People
from tests.factories import contact, invitation, meeting, organisation, signal

At = Callable[[datetime], AbstractContextManager[None]]


def letters(db: Session, name: str) -> list[Letter]:
    return list(db.exec(select(Letter).where(Letter.name == name).order_by(col(Letter.to_name))))


def payload(db: Session, letter: Letter) -> LetterPayload:
    found = db.get(LetterPayload, letter.id)
    assert found is not None
    return found


def network(db: Session, region: Region, people: int = 3) -> list[Contact]:
    """People at as many organisations, named so that they stand in order."""
    return [
        contact(
            db,
            region,
            f"Mens {number:03}",
            at=organisation(db, region, f"Huis {number:03}"),
            email=f"mens{number:03}@example.org",
        )
        for number in range(people)
    ]


def invited_to(db: Session, people: People, region: Region, number: int = 3) -> tuple[Meeting, list[Invitation]]:
    """A meeting to which everybody of a small network was invited three days ago."""
    network(db, region, number)
    made = meeting(db, region)
    inviting.invite(db, people.amsterdam, region, made)
    rows = list(
        db.exec(
            select(Invitation)
            .join(Contact, col(Contact.id) == Invitation.contact_id)
            .where(Invitation.meeting_id == made.id)
            .order_by(col(Contact.sort_name))
        )
    )
    for row in rows:
        row.invited_at = clock.now() - timedelta(days=3)
    db.flush()
    return made, rows


# --- Planning -------------------------------------------------------------------------------------------------------


def test_one_click_plans_the_next_meeting_by_the_rule(db: Session, people: People, amsterdam: Region) -> None:
    planned = planning.plan_next_meeting(db, people.amsterdam, amsterdam)

    assert (planned.on, planned.starts, planned.ends) == (date(2026, 12, 10), time(13, 0), time(15, 30))
    assert (planned.slug, planned.sequence, planned.timezone) == ("2026-4", 0, "Europe/Amsterdam")
    assert planned.calendar_uid.endswith("@bsoo.example")


def test_a_second_click_plans_the_quarter_after_in_the_same_place(
    db: Session, people: People, amsterdam: Region
) -> None:
    meeting(db, amsterdam, on=date(2026, 12, 10), venue="Buurthuis De Ankerplaats")

    planned = planning.plan_next_meeting(db, people.amsterdam, amsterdam)

    assert (planned.on, planned.venue) == (date(2027, 3, 11), "Buurthuis De Ankerplaats")


def test_a_year_ahead_is_enough(db: Session, people: People, amsterdam: Region) -> None:
    for _quarter in range(5):
        planning.plan_next_meeting(db, people.amsterdam, amsterdam)

    with pytest.raises(Refused, match="komende jaar"):
        planning.plan_next_meeting(db, people.amsterdam, amsterdam)


def test_a_coordinator_plans_in_the_own_region_only(db: Session, people: People, almere: Region) -> None:
    for actor in (people.amsterdam, people.reader, people.advocacy):
        with pytest.raises(NotAllowed):
            planning.plan_next_meeting(db, actor, almere)


def changed(plan: Meeting, **values: object) -> Plan:
    return Plan(**{**{name: getattr(plan, name) for name in Plan.__slots__}, **values})


@pytest.mark.parametrize(
    ("values", "sequence"),
    [
        ({"on": date(2026, 12, 17)}, 1),
        ({"starts": time(13, 30)}, 1),
        ({"ends": time(16, 0)}, 1),
        ({"address": "Stadhuisplein 1, Almere"}, 1),
        ({"address": "Andere straat 5, 1011 AB Amsterdam"}, 0),
        ({"venue": "Zaal 2"}, 0),
        ({"online_link": "https://meet.example.org/x"}, 0),
        ({"introduction": "Fijn dat u komt."}, 0),
    ],
)
def test_only_what_can_make_answers_stale_raises_the_sequence(
    db: Session, people: People, amsterdam: Region, values: dict[str, object], sequence: int
) -> None:
    planned = meeting(db, amsterdam)
    planned.address = "Kadeplein 3, Amsterdam"

    planning.change_meeting(db, people.amsterdam, amsterdam, planned, changed(planned, **values), revision=1)

    assert planned.sequence == sequence


def test_rescheduling_keeps_old_answers_as_history_and_asks_again(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned, (first, second, _third) = invited_to(db, people, amsterdam)
    answering.answer(db, people.amsterdam, first, answer=Answer.ON_SITE)
    answering.answer(db, people.amsterdam, second, answer=Answer.NO)
    planned.reminders_sent = 2

    done = planning.change_meeting(
        db, people.amsterdam, amsterdam, planned, changed(planned, on=date(2026, 12, 17)), revision=1
    )

    assert (done.asks_again, done.tells, done.answers) == (True, 3, 2)
    assert [one.answer for one in (first, second)] == [Answer.SILENT, Answer.SILENT]
    assert sorted(db.exec(select(InvitationAnswer.answer))) == [Answer.NO, Answer.ON_SITE]
    assert planned.reminders_sent == 0
    told = letters(db, "meeting_changed")
    assert len(told) == 3
    update = icalendar.Calendar.from_ical(payload(db, told[0]).calendar).walk("VEVENT")[0]
    assert (update["SEQUENCE"], str(update["UID"])) == (1, planned.calendar_uid)
    assert update["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"


def test_another_room_tells_only_who_comes_and_keeps_the_answers(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned, (first, _second, _third) = invited_to(db, people, amsterdam)
    answering.answer(db, people.amsterdam, first, answer=Answer.ON_SITE)

    planning.change_meeting(db, people.amsterdam, amsterdam, planned, changed(planned, venue="Zaal 2"), revision=1)

    assert first.answer is Answer.ON_SITE
    assert [letter.contact_id for letter in letters(db, "meeting_changed")] == [first.contact_id]


def test_a_change_that_nobody_needs_to_know_mails_nobody(db: Session, people: People, amsterdam: Region) -> None:
    planned, _invitations = invited_to(db, people, amsterdam)

    planning.change_meeting(
        db, people.amsterdam, amsterdam, planned, changed(planned, introduction="Welkom."), revision=1
    )

    assert letters(db, "meeting_changed") == []


def test_two_coordinators_never_overwrite_each_other(db: Session, people: People, amsterdam: Region) -> None:
    planned = meeting(db, amsterdam)
    planning.change_meeting(db, people.amsterdam, amsterdam, planned, changed(planned, venue="Zaal 1"), revision=1)

    with pytest.raises(Conflict):
        planning.change_meeting(db, people.amsterdam, amsterdam, planned, changed(planned, venue="Zaal 2"), revision=1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends": time(12, 0)}, "ends"),
        ({"on": date(2027, 6, 1)}, "on"),
        ({"on": date(2026, 11, 20)}, "on"),
    ],
)
def test_a_date_that_cannot_be_is_refused(
    db: Session, people: People, amsterdam: Region, values: dict[str, object], field: str
) -> None:
    planned = meeting(db, amsterdam)

    with pytest.raises(Refused) as refusal:
        planning.change_meeting(db, people.amsterdam, amsterdam, planned, changed(planned, **values), revision=1)

    assert list(refusal.value.errors) == [field]


def test_calling_off_tells_everybody_also_those_who_declined(db: Session, people: People, amsterdam: Region) -> None:
    planned, (first, second, _third) = invited_to(db, people, amsterdam)
    answering.answer(db, people.amsterdam, first, answer=Answer.NO)
    inviting.uninvite(db, people.amsterdam, amsterdam, planned, second)

    told = planning.cancel_meeting(db, people.amsterdam, amsterdam, planned, reason="De zaal is gesloten.")

    assert (told, planned.state, planned.sequence) == (2, MeetingState.CANCELLED, 1)
    parts = [payload(db, letter) for letter in letters(db, "meeting_cancelled")]
    events = [icalendar.Calendar.from_ical(part.calendar).walk("VEVENT")[0] for part in parts]
    assert [str(one["STATUS"]) for one in events] == ["CANCELLED", "CANCELLED"]
    assert {str(one["SUMMARY"]) for one in events} == {"Afgelast: overleg in Amsterdam"}
    with pytest.raises(Refused):
        planning.cancel_meeting(db, people.amsterdam, amsterdam, planned)


# --- Inviting -------------------------------------------------------------------------------------------------------


def test_everybody_of_the_region_gets_one_invitation_with_a_link_and_a_letter(
    db: Session, people: People, amsterdam: Region
) -> None:
    network(db, amsterdam, 3)
    planned = meeting(db, amsterdam)

    mailing = inviting.invite(db, people.amsterdam, amsterdam, planned)

    assert mailing is not None
    assert (mailing.total, mailing.letter, mailing.started_by) == (3, "invitation", people.amsterdam.id)
    sent = letters(db, "invitation")
    assert [letter.to_address for letter in sent] == [f"mens{number:03}@example.org" for number in range(3)]
    assert {letter.mailing_id for letter in sent} == {mailing.id}
    part = payload(db, sent[0])
    request = icalendar.Calendar.from_ical(part.calendar)
    entry = request.walk("VEVENT")[0]
    assert (part.calendar_method, str(request["METHOD"])) == ("REQUEST", "REQUEST")
    assert str(entry["ATTENDEE"]) == "mailto:mens000@example.org"
    assert part.calendar.count("ATTENDEE") == 1
    assert "/u/" not in part.calendar
    assert part.context["yes"] == f"{part.context['page']}?antwoord=ja"


def test_pressing_send_twice_mails_nobody_twice(db: Session, people: People, amsterdam: Region) -> None:
    network(db, amsterdam, 3)
    planned = meeting(db, amsterdam)

    first = inviting.invite(db, people.amsterdam, amsterdam, planned)
    second = inviting.invite(db, people.amsterdam, amsterdam, planned)

    assert first is not None
    assert second is None
    assert len(letters(db, "invitation")) == 3
    assert len(db.exec(select(Mailing)).all()) == 1


def test_somebody_new_is_invited_later_and_the_others_hear_nothing(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned, _invitations = invited_to(db, people, amsterdam)
    contact(db, amsterdam, "Zoë Nieuw", at=organisation(db, amsterdam, "Nieuw Huis"))

    mailing = inviting.invite(db, people.amsterdam, amsterdam, planned)

    assert mailing is not None
    assert [one.to_name for one in letters(db, "invitation") if one.mailing_id == mailing.id] == ["Zoë Nieuw"]


def test_the_audience_says_who_is_left_out_and_why(
    db: Session, people: People, amsterdam: Region, almere: Region
) -> None:
    house = organisation(db, amsterdam)
    contact(db, amsterdam, "Anna Aanwezig", at=house)
    contact(db, amsterdam, "Ben Beleid", at=house, invited=False)
    contact(db, amsterdam, "Cor Weg", at=house, ended_on=date(2026, 6, 30))
    stopped = contact(db, amsterdam, "Dora Stop", at=house)
    paused = contact(db, amsterdam, "Ed Pauze", at=house)
    bounced = contact(db, amsterdam, "Fien Terug", at=house)
    contact(db, almere, "Gijs Elders", at=organisation(db, almere, "Almere Huis"))
    planned = meeting(db, amsterdam)
    invitation(db, planned, contact(db, amsterdam, "Hans Al", at=house))
    membership(db, stopped).stopped_at = clock.now()
    membership(db, paused).paused_until = date(2027, 1, 1)
    db.exec(select(Address).where(Address.contact_id == bounced.id)).one().bounced_at = clock.now()
    db.flush()

    found = inviting.audience(db, people.amsterdam, planned)

    assert [person.name for person in found.people] == ["Anna Aanwezig"]
    assert dict(found.left_out) == {
        Why.NOT_WANTED: 1,
        Why.LEFT: 1,
        Why.STOPPED: 1,
        Why.PAUSED: 1,
        Why.NO_ADDRESS: 1,
        Why.INVITED: 1,
    }


def membership(db: Session, of: Contact) -> Membership:
    return db.exec(select(Membership).where(Membership.contact_id == of.id)).one()


def test_the_audience_can_be_one_kind_of_organisation(db: Session, people: People, amsterdam: Region) -> None:
    contact(db, amsterdam, "Anna Zorg", at=organisation(db, amsterdam, "Huisarts", sector=Sector.CARE))
    contact(db, amsterdam, "Ben Bed", at=organisation(db, amsterdam, "Opvang", sector=Sector.SHELTER))
    planned = meeting(db, amsterdam)

    inviting.invite(db, people.amsterdam, amsterdam, planned, sectors=[Sector.CARE])

    assert [letter.to_name for letter in letters(db, "invitation")] == ["Anna Zorg"]


def test_nobody_is_invited_to_nowhere_nor_by_a_reader(db: Session, people: People, amsterdam: Region) -> None:
    network(db, amsterdam, 1)
    nowhere = meeting(db, amsterdam, venue="")

    with pytest.raises(Refused) as refusal:
        inviting.invite(db, people.amsterdam, amsterdam, nowhere)
    with pytest.raises(NotAllowed):
        inviting.invite(db, people.reader, amsterdam, nowhere)

    assert list(refusal.value.errors) == ["venue"]
    assert letters(db, "invitation") == []


def test_the_letter_speaks_the_readers_language(db: Session, people: People, amsterdam: Region) -> None:
    contact(db, amsterdam, "Amy English", at=organisation(db, amsterdam), language="en")
    planned = meeting(db, amsterdam)

    inviting.invite(db, people.amsterdam, amsterdam, planned)

    letter = letters(db, "invitation")[0]
    assert letter.language == "en"
    assert "SUMMARY:BSOO meeting in Amsterdam" in payload(db, letter).calendar


def test_taking_an_invitation_back_strikes_it_out_of_that_calendar_only(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned, (first, _second, _third) = invited_to(db, people, amsterdam)

    inviting.uninvite(db, people.amsterdam, amsterdam, planned, first, reason="Dubbel uitgenodigd.")

    told = letters(db, "uninvited")
    assert [letter.contact_id for letter in told] == [first.contact_id]
    entry = icalendar.Calendar.from_ical(payload(db, told[0]).calendar).walk("VEVENT")[0]
    assert entry.get("STATUS") is None
    assert turnout.funnel(db, people.amsterdam, planned).invited == 2


# --- Reminding ------------------------------------------------------------------------------------------------------


def test_a_reminder_goes_only_to_the_silent(db: Session, people: People, amsterdam: Region) -> None:
    planned, (first, second, third) = invited_to(db, people, amsterdam)
    answering.answer(db, people.amsterdam, first, answer=Answer.ON_SITE)
    answering.answer(db, people.amsterdam, second, answer=Answer.NO)

    mailing = reminding.remind_silent(db, people.amsterdam, amsterdam, planned, number=1)

    assert mailing is not None
    assert [letter.contact_id for letter in letters(db, "reminder")] == [third.contact_id]
    assert (third.reminded, first.reminded) == (1, 0)


def test_each_reminder_round_goes_out_once(db: Session, people: People, amsterdam: Region) -> None:
    planned, _invitations = invited_to(db, people, amsterdam)

    reminding.remind_silent(db, people.amsterdam, amsterdam, planned, number=1)
    again = reminding.remind_silent(db, people.amsterdam, amsterdam, planned, number=1)

    assert again is None
    assert len(letters(db, "reminder")) == 3


def test_nobody_is_reminded_more_than_three_times(db: Session, people: People, amsterdam: Region) -> None:
    planned, _invitations = invited_to(db, people, amsterdam)
    planned.reminders_sent = 3

    with pytest.raises(Refused):
        reminding.remind_silent(db, people.amsterdam, amsterdam, planned, number=4)


def test_who_was_only_just_invited_or_stopped_is_not_reminded(db: Session, people: People, amsterdam: Region) -> None:
    planned, (first, second, third) = invited_to(db, people, amsterdam)
    first.invited_at = clock.now() - timedelta(hours=3)
    db.exec(select(Membership).where(Membership.contact_id == second.contact_id)).one().stopped_at = clock.now()
    db.flush()

    to = reminding.silent(db, people.amsterdam, planned)

    assert [one.contact_id for one in to] == [third.contact_id]


def test_the_run_sheet_reminds_by_itself_once_a_round(
    db: Session, people: People, amsterdam: Region, frozen: At
) -> None:
    planned, _invitations = invited_to(db, people, amsterdam)

    counts = []
    for day in (18, 19, 20, 30, 30):
        with frozen(datetime(2026, 11, day, 8, 0, tzinfo=UTC)):
            for row in db.exec(select(Invitation)):
                row.invited_at = clock.now() - timedelta(days=5)
            db.flush()
            counts.append(reminding.remind_silent_due(db, SYSTEM))

    assert counts == [0, 3, 0, 3, 0]
    assert planned.reminders_sent == 2


def test_reminders_that_were_switched_off_stay_off(db: Session, people: People, amsterdam: Region) -> None:
    planned, _invitations = invited_to(db, people, amsterdam)
    reminding.let_run(db, people.amsterdam, planned, automatic=False)

    assert reminding.remind_silent_due(db, SYSTEM) == 0


# --- Answering ------------------------------------------------------------------------------------------------------


def as_contact(row: Invitation, region: Region) -> Actor:
    from bsoo.access.actor import ActorKind  # noqa: PLC0415 -- kept beside its one use

    return Actor(ActorKind.CONTACT, id=row.contact_id, name="Mens", region_ids=frozenset({region.id}))


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
    entry = icalendar.Calendar.from_ical(yes.calendar).walk("VEVENT")[0]
    assert (entry["ATTENDEE"].params["PARTSTAT"], entry["SEQUENCE"]) == ("ACCEPTED", 0)
    assert (no.context["answer"], no.calendar) == ("no", "")


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
    assert membership(db, named).invited is False
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

    answering.answer(db, me, first, answer=Answer.ON_SITE)

    own = db.exec(select(Invitation).where(Invitation.stands_in_for == first.id)).one()
    assert own.uninvited_at == NOW
    assert [letter.to_address for letter in letters(db, "uninvited")] == ["lisa@example.org"]


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


# --- Who comes ------------------------------------------------------------------------------------------------------


def test_the_funnel_adds_up_and_has_the_names_behind_each_number(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned, rows = invited_to(db, people, amsterdam, 6)
    for row, given in zip(rows, (Answer.ON_SITE, Answer.ONLINE, Answer.NO), strict=False):
        answering.answer(db, as_contact(row, amsterdam), row, answer=given)
    colleague = Colleague("Lisa Tang", "lisa@example.org")
    answering.answer(db, as_contact(rows[3], amsterdam), rows[3], answer=Answer.COLLEAGUE, colleague=colleague)
    letter = db.exec(select(Letter).where(Letter.contact_id == rows[4].contact_id)).one()
    letter.state = LetterState.BOUNCED
    db.flush()

    numbers = turnout.funnel(db, people.amsterdam, planned)
    listed = {
        shown: invitees.invitees(db, people.amsterdam, planned, shown=shown).total
        for shown in Shown
        if shown != Shown.ALL
    }

    assert (numbers.invited, numbers.answered, numbers.silent, numbers.bounced) == (6, 4, 1, 1)
    assert numbers.answered + numbers.silent + numbers.bounced == numbers.invited
    assert (numbers.on_site, numbers.online, numbers.colleague, numbers.no) == (1, 1, 1, 1)
    # The stand-in is no number of its own but stands beside the colleague.
    assert listed == {Shown.SILENT: 1, Shown.COMING: 2, Shown.COLLEAGUE: 2, Shown.NO: 1, Shown.BOUNCED: 1}


def test_the_list_of_invited_people_can_be_searched_and_paged(db: Session, people: People, amsterdam: Region) -> None:
    planned, _rows = invited_to(db, people, amsterdam, 53)

    first = invitees.invitees(db, people.amsterdam, planned, page=1)
    second = invitees.invitees(db, people.amsterdam, planned, page=2)
    found = invitees.invitees(db, people.amsterdam, planned, words="Mens 007")

    assert (len(first.lines), first.total, first.pages) == (50, 53, 2)
    assert [line.name for line in second.lines] == ["Mens 050", "Mens 051", "Mens 052"]
    assert [line.name for line in found.lines] == ["Mens 007"]


def test_another_region_sees_no_meeting_of_ours(db: Session, people: People, amsterdam: Region, almere: Region) -> None:
    planned, _rows = invited_to(db, people, amsterdam)

    with pytest.raises(NotFound):
        queries.meeting_at(db, people.almere, "amsterdam", "2026-4")
    with pytest.raises(NotAllowed):
        turnout.funnel(db, people.almere, planned)
    with pytest.raises(NotAllowed):
        invitees.invitees(db, people.almere, planned)
    assert queries.meetings(db, people.almere, [amsterdam.id, almere.id]) == []


@pytest.mark.parametrize("slug", ["2026-9", "straks", "2026-4x", "1999-1"])
def test_an_address_without_a_meeting_is_not_found(db: Session, people: People, amsterdam: Region, slug: str) -> None:
    meeting(db, amsterdam)

    with pytest.raises(NotFound):
        queries.meeting_at(db, people.amsterdam, "amsterdam", slug)


def test_the_home_page_knows_the_next_meeting_its_answers_and_the_next_step(
    db: Session, people: People, amsterdam: Region, almere: Region
) -> None:
    planned, (first, *_others) = invited_to(db, people, amsterdam)
    answering.answer(db, people.amsterdam, first, answer=Answer.ON_SITE)

    facts = queries.home(db, people.administrator, [amsterdam.id, almere.id])

    ahead = facts.ahead[0]
    assert ahead.card.meeting.id == planned.id
    assert (ahead.coming, ahead.silent, ahead.bounced, ahead.days) == (1, 2, 0, 17)
    assert ahead.next_reminder == date(2026, 11, 30)
    assert [(str(step.step), step.on) for step in facts.steps] == [
        ("signals-close", date(2026, 11, 26)),
        ("agenda", date(2026, 12, 3)),
        ("meet", date(2026, 12, 10)),
    ]
    assert facts.unplanned == (almere.id,)


# --- The agenda -----------------------------------------------------------------------------------------------------


def titles(db: Session, actor: Actor, of: Meeting) -> list[str]:
    return [line.title for line in agenda_view.agenda_of(db, actor, of).lines]


STANDING = ["Welkom en kennismaking", "Verslag en acties van de vorige keer", "Pauze", "Afspraken en afsluiting"]


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


# --- At the door ----------------------------------------------------------------------------------------------------


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


# --- Pages ----------------------------------------------------------------------------------------------------------

SignIn = Callable[[Actor], TestClient]
HERE = "/overleggen/amsterdam/2026-4"


def statements(database: Database, act: Callable[[], object]) -> int:
    """How many SQL statements something takes; savepoints of the test itself do not count."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0] in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("page", ["", "/agenda", "/aanwezig", "/voortgang", "?toon=iedereen"])
def test_no_page_takes_more_statements_for_more_people(
    db: Session, database: Database, people: People, amsterdam: Region, signed_in: SignIn, page: str
) -> None:
    planned, rows = invited_to(db, people, amsterdam, 3)
    answering.answer(db, people.amsterdam, rows[0], answer=Answer.ON_SITE)
    for number in range(3):
        seen = signal(db, amsterdam, f"Signaal {number}", state=State.ON_AGENDA)
        if number:
            item = agenda.add_signal(db, people.amsterdam, planned, seen.id)
    agenda.park(db, people.amsterdam, item)
    browser = signed_in(people.amsterdam)
    browser.get(HERE + page)
    few = statements(database, lambda: browser.get(HERE + page))

    for number in range(10, 50):
        one = contact(db, amsterdam, f"Mens {number:03}", at=organisation(db, amsterdam, f"Huis {number:03}"))
        invitation(db, planned, one, answer=Answer.ON_SITE)
    db.commit()
    many = statements(database, lambda: browser.get(HERE + page))

    assert few == many
    assert many <= 6


def test_a_coordinator_plans_looks_and_invites_through_the_pages(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    network(db, amsterdam, 3)
    browser = signed_in(people.amsterdam)

    planned = browser.post("/overleggen/amsterdam")
    assert (planned.status_code, planned.headers["location"]) == (303, HERE)
    changed_to = {"on": "2026-12-10", "starts": "13:00", "ends": "15:30", "venue": "Buurthuis", "revision": "1"}
    assert browser.post(f"{HERE}/datum", data=changed_to).status_code == 303
    preview = browser.get(f"{HERE}/uitnodigen")
    # Not checked as a page of ours: a letter has inline styles, as mail must.
    letter = browser.get(
        f"{HERE}/uitnodigen/brief", params={"contact": str(network_id(db))}, headers={"HX-Request": "true"}
    )
    sent = browser.post(f"{HERE}/uitnodigen")

    assert "Verstuur 3 uitnodigingen" in preview.text
    assert letter.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{HERE}/voortgang")
    assert "0 van de 3" in browser.get(f"{HERE}/voortgang").text
    assert len(letters(db, "invitation")) == 3
    assert browser.get("/overleggen").status_code == 200
    for page in ("", "/agenda", "/aanwezig", "/herinnering", "/datum", "/afgelasten"):
        assert browser.get(HERE + page).status_code == 200, page


def network_id(db: Session) -> object:
    return db.exec(select(Contact.id).order_by(col(Contact.sort_name))).first()


def test_a_change_that_mails_people_is_asked_about_first(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    planned, _rows = invited_to(db, people, amsterdam)
    db.commit()
    browser = signed_in(people.amsterdam)
    moved = {"on": "2026-12-17", "starts": "13:00", "ends": "15:30", "venue": planned.venue, "revision": "1"}

    asked = browser.post(f"{HERE}/datum", data=moved)
    before = letters(db, "meeting_changed")
    confirmed = browser.post(f"{HERE}/datum", data={**moved, "confirmed": "1"})

    assert (asked.status_code, before) == (200, [])
    assert "3 mensen krijgen een mail over deze wijziging" in asked.text
    assert confirmed.status_code == 303
    assert len(letters(db, "meeting_changed")) == 3


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"on": "gisteren", "starts": "13:00", "ends": "15:30"}, "gisteren"),
        ({"on": "2026-12-10", "starts": "9999", "ends": "15:30"}, "9999"),
        ({"on": "2026-12-10", "starts": "13:00", "ends": "15:30", "venue": "x" * 500}, "x" * 500),
        (
            {"on": "2026-12-10", "starts": "13:00", "ends": "15:30", "online_link": "javascript:alert(1)"},
            "javascript:alert(1)",
        ),
    ],
)
def test_a_wrong_date_form_comes_back_with_what_was_typed(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn, typed: dict[str, str], kept: str
) -> None:
    meeting(db, amsterdam)
    db.commit()

    answer = signed_in(people.amsterdam).post(f"{HERE}/datum", data=typed)

    assert answer.status_code == 422
    assert kept in answer.text


def test_the_agenda_is_built_by_buttons_and_by_dragging(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    planned = planning.plan_next_meeting(db, people.amsterdam, amsterdam)
    seen = signal(db, amsterdam, "Apotheken vragen contant geld", state=State.ON_AGENDA)
    db.commit()
    browser = signed_in(people.amsterdam)

    browser.post(f"{HERE}/agenda/signalen/{seen.id}")
    item = db.exec(select(AgendaItem).where(AgendaItem.signal_id == seen.id)).one()
    browser.post(f"{HERE}/agenda", data={"item": str(item.id), "richting": "omhoog"})
    browser.post(f"{HERE}/agenda", data={"item": str(item.id), "position": "1"})
    browser.post(f"{HERE}/agenda/punten/{item.id}/minuten", data={"minutes": "25"})
    wrong = browser.post(f"{HERE}/agenda/punten/{item.id}/minuten", data={"minutes": "veel"})
    opened = browser.get(f"{HERE}/agenda", params={"punt": str(item.id)})
    browser.post(
        f"{HERE}/agenda/punten/{item.id}", data={"title": "Apotheek", "minutes": "25", "question": "Wie belt?"}
    )

    db.expire_all()
    assert wrong.status_code == 422
    assert "Vraag aan de tafel" in opened.text
    assert titles(db, people.amsterdam, planned) == ["Apotheek", *STANDING]
    assert (item.minutes, item.question) == (25, "Wie belt?")


def test_htmx_gets_the_agenda_block_and_nothing_else(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    planning.plan_next_meeting(db, people.amsterdam, amsterdam)
    db.commit()
    browser = signed_in(people.amsterdam)

    page = browser.get(f"{HERE}/agenda")
    part = browser.get(f"{HERE}/agenda", headers={"HX-Request": "true", "HX-Target": "div#agenda"})

    assert part.text.lstrip().startswith('<div id="agenda"')
    assert part.text.split("<title>")[0].strip() in page.text


def test_a_reader_sees_the_meeting_and_changes_nothing(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    db.commit()
    browser = signed_in(people.reader)
    before = first.answer

    assert browser.get(HERE).status_code == 200
    assert browser.post("/overleggen/amsterdam").status_code == 404
    for path, data in (
        (f"{HERE}/uitnodigen", {}),
        (f"{HERE}/herinnering", {"ronde": "1"}),
        (f"{HERE}/afgelasten", {}),
        (f"{HERE}/agenda/pauze", {}),
        (f"{HERE}/aanwezig", {"naam": "X"}),
        (f"{HERE}/genodigden/{first.id}", {"antwoord": "no"}),
    ):
        assert browser.post(path, data=data).status_code == 403, path
    db.expire_all()
    assert first.answer == before


def test_pages_of_another_region_are_not_there(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    db.commit()
    browser = signed_in(people.almere)

    for path in ("", "/uitnodigen", "/voortgang", "/agenda", "/aanwezig", "/datum", f"/genodigden/{first.id}"):
        assert browser.get(HERE + path).status_code == 404, path


def test_an_answer_noted_by_staff_can_be_undone_from_the_toast(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    db.commit()
    browser = signed_in(people.amsterdam)

    browser.post(f"{HERE}/genodigden/{first.id}", data={"antwoord": "on-site", "toon": "geen-antwoord"})
    page = browser.get(HERE)
    assert stored_answer(db, first) is Answer.ON_SITE
    assert f'action="{HERE}/genodigden/{first.id}?terug=ja"' in page.text
    browser.post(f"{HERE}/genodigden/{first.id}?terug=ja")

    assert stored_answer(db, first) is Answer.SILENT


def stored_answer(db: Session, row: Invitation) -> Answer:
    db.expire_all()
    return Answer(db.exec(select(Invitation.answer).where(Invitation.id == row.id)).one())


def test_checking_in_at_the_door(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    planned, (first, *_others) = invited_to(db, people, amsterdam)
    answering.answer(db, people.amsterdam, first, answer=Answer.ON_SITE)
    db.commit()
    browser = signed_in(people.amsterdam)

    browser.post(f"{HERE}/aanwezig/{first.contact_id}", data={"aanwezig": "present"})
    browser.post(f"{HERE}/aanwezig", data={"naam": "Onverwacht", "organisatie": "Nieuw Huis"})
    nameless = browser.post(f"{HERE}/aanwezig", data={"organisatie": "Nieuw Huis"})
    page = browser.get(f"{HERE}/aanwezig")

    assert nameless.status_code == 422
    assert "1 van de 1 verwachte mensen" in page.text
    assert "en 1 zonder uitnodiging" in page.text
    assert [line.was_there for line in attendance.attendees(db, people.amsterdam, planned)] == [
        True,
        False,
        False,
        True,
    ]
