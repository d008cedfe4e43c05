"""Planning a meeting, inviting to it, and who comes."""

from datetime import UTC, date, datetime, time

import icalendar
import pytest
from sqlmodel import Session, select

from bsoo import clock
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.mail.models import Letter, LetterState, Mailing
from bsoo.meetings import answering, invitees, inviting, planning, queries, turnout, upcoming
from bsoo.meetings.answering import Colleague
from bsoo.meetings.audience import EVERYBODY, Whom, Why, audience
from bsoo.meetings.invitees import Shown
from bsoo.meetings.models import Answer, InvitationAnswer, Meeting, MeetingState
from bsoo.meetings.phases import Phase, phase
from bsoo.meetings.planning import Plan
from bsoo.regions import Region
from bsoo.registry.models import Address, Sector
from tests.conftest import People
from tests.factories import contact, invitation, meeting, organisation
from tests.invited import At, as_contact, invited_to, letters, membership, network, payload

# --- Planning ---------------------------------------------------------------------------------------------------------


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


def test_a_meeting_was_held_when_its_end_has_passed(db: Session, amsterdam: Region, frozen: At) -> None:
    planned = meeting(db, amsterdam, on=date(2026, 12, 10))
    called_off = meeting(db, amsterdam, on=date(2027, 3, 11), state=MeetingState.CANCELLED)

    found = []
    for moment in (datetime(2026, 12, 10, 14, 29, tzinfo=UTC), datetime(2026, 12, 10, 14, 30, tzinfo=UTC)):
        with frozen(moment):
            found.append(phase(planned))

    assert found == [Phase.AHEAD, Phase.HELD]
    assert phase(called_off) is Phase.CANCELLED


def test_nobody_moves_or_calls_off_what_was_held(db: Session, people: People, amsterdam: Region) -> None:
    held = meeting(db, amsterdam, on=date(2026, 9, 10))

    with pytest.raises(Refused, match="al geweest"):
        planning.cancel_meeting(db, people.amsterdam, amsterdam, held)
    with pytest.raises(Refused, match="al geweest"):
        planning.change_meeting(db, people.amsterdam, amsterdam, held, changed(held), revision=held.revision)


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

    plan = changed(planned, on=date(2026, 12, 17))
    coming = planning.consequences(db, people.amsterdam, amsterdam, planned, plan)

    mailing = planning.change_meeting(db, people.amsterdam, amsterdam, planned, plan, revision=1)

    assert (coming.asks_again, coming.tells, coming.answers) == (True, 3, 2)
    assert mailing is not None
    assert (mailing.letter, mailing.total) == ("meeting_changed", 3)
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

    mailing = planning.cancel_meeting(db, people.amsterdam, amsterdam, planned, reason="De zaal is gesloten.")

    assert mailing is not None
    assert (mailing.total, planned.state, planned.sequence) == (2, MeetingState.CANCELLED, 1)
    parts = [payload(db, letter) for letter in letters(db, "meeting_cancelled")]
    events = [icalendar.Calendar.from_ical(part.calendar).walk("VEVENT")[0] for part in parts]
    assert [str(one["STATUS"]) for one in events] == ["CANCELLED", "CANCELLED"]
    assert {str(one["SUMMARY"]) for one in events} == {"Afgelast: overleg in Amsterdam"}
    with pytest.raises(Refused):
        planning.cancel_meeting(db, people.amsterdam, amsterdam, planned)


def test_own_words_on_an_invitation_are_in_the_language_of_its_reader(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned = meeting(db, amsterdam)
    planned.introduction = "We beginnen aan kleine tafels."
    network(db, amsterdam, 2)[1].language = "en"
    db.flush()

    inviting.invite(db, people.amsterdam, amsterdam, planned)
    words = [payload(db, letter).context["introduction"] for letter in letters(db, "invitation")]

    assert words == ["We beginnen aan kleine tafels.", ""]


# --- Inviting ---------------------------------------------------------------------------------------------------------


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

    found = audience(db, people.amsterdam, planned)

    assert [person.name for person in found.people] == ["Anna Aanwezig"]
    assert dict(found.choose(EVERYBODY).numbers_out) == {
        Why.NOT_WANTED: 1,
        Why.LEFT: 1,
        Why.STOPPED: 1,
        Why.PAUSED: 1,
        Why.NO_ADDRESS: 1,
        Why.INVITED: 1,
    }


def test_the_audience_can_be_one_kind_of_organisation(db: Session, people: People, amsterdam: Region) -> None:
    contact(db, amsterdam, "Anna Zorg", at=organisation(db, amsterdam, "Huisarts", sector=Sector.CARE))
    contact(db, amsterdam, "Ben Bed", at=organisation(db, amsterdam, "Opvang", sector=Sector.SHELTER))
    planned = meeting(db, amsterdam)

    inviting.invite(db, people.amsterdam, amsterdam, planned, whom=Whom(frozenset({Sector.CARE})))

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


# --- Who comes --------------------------------------------------------------------------------------------------------


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

    facts = upcoming.home(db, people.administrator, [amsterdam.id, almere.id])

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
