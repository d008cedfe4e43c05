"""Bulk mail: who is in it and who not and why, when it begins, and what can be taken back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.errors import NotFound, Refused
from bsoo.jobs import job
from bsoo.logbook import LogEntry
from bsoo.mail import bulk, bulk_views, pace, schedule, tempo
from bsoo.mail.bulk_views import Phase
from bsoo.mail.desk import Wanted
from bsoo.mail.models import Because, Incoming, LeftOut, Letter, LetterPayload, LetterState, Mailing, MailingState
from bsoo.mail.pace import Limits
from bsoo.mail.returning.kinds import Cause, Kind
from bsoo.meetings import answering, inviting, mailing_views, mailings, planning, reminding, sending
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.meetings.planning import Plan
from bsoo.regions import Region
from bsoo.registry.models import Address, Contact, Membership
from bsoo.settings import Settings
from tests import factories
from tests.conftest import NOW, People
from tests.mailhost import MailHost, mailhost
from tests.statements import how_many

SignIn = Callable[[Actor], TestClient]
At = Callable[[datetime], AbstractContextManager[None]]
Deliver = Callable[[MailHost], int]
TOMORROW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HERE = "/overleggen/amsterdam/2026-4"


@pytest.fixture
def deliver(database: Database, settings: Settings) -> Deliver:
    """The job of the timetable that sends what waits, to a mail server of the test."""
    found = job("deliver-letters")
    assert found is not None
    usual = settings.model_copy(update={"mail_connections": 1})
    return lambda host: found.work(database, usual.model_copy(update={"smtp_url": host.url}))


@pytest.fixture
def planned(db: Session, amsterdam: Region) -> Meeting:
    return factories.meeting(db, amsterdam)


def crowd(db: Session, region: Region, number: int) -> list[Contact]:
    return [factories.contact(db, region, f"Mens {one:02}") for one in range(number)]


def invited(
    db: Session, actor: Actor, region: Region, meeting: Meeting, number: int = 4, begins_at: datetime | None = None
) -> Mailing:
    crowd(db, region, number)
    mailing = inviting.invite(db, actor, region, meeting, begins_at=begins_at)
    assert mailing is not None
    db.flush()
    return mailing


def letters(db: Session, mailing: Mailing) -> list[Letter]:
    db.expire_all()
    return list(db.exec(select(Letter).where(Letter.mailing_id == mailing.id).order_by(col(Letter.to_name))))


def states(db: Session, mailing: Mailing) -> list[LetterState]:
    return [letter.state for letter in letters(db, mailing)]


def turn(db: Session, mailing: Mailing, *became: LetterState) -> None:
    for letter, state in zip(letters(db, mailing), became, strict=False):
        letter.state = state
    db.flush()


# --- Who is in it, and who not ----------------------------------------------------------------------------------------


def test_a_mailing_keeps_who_was_left_out_with_the_reason_of_that_moment(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    dead, stopped, quiet = (
        factories.contact(db, amsterdam, name) for name in ("Dood Adres", "Gestopt Nu", "Niet Hier")
    )
    db.exec(select(Address).where(Address.contact_id == dead.id)).one().bounced_at = NOW
    membership = db.exec(select(Membership).where(Membership.contact_id == stopped.id)).one()
    membership.stopped_at = NOW
    db.exec(select(Membership).where(Membership.contact_id == quiet.id)).one().invited = False
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    membership.stopped_at = None
    db.flush()

    absent = mailing_views.left_out(db, people.amsterdam, mailing)

    assert [(one.name, one.why) for one in absent] == [
        ("Dood Adres", "no-address"),
        ("Niet Hier", "not-wanted"),
        ("Gestopt Nu", "stopped"),
    ]
    assert [letter.why for letter in letters(db, mailing)] == ["regular", "regular"]


def test_a_reminder_leaves_out_who_answered_and_who_was_invited_just_now(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    invited(db, people.amsterdam, amsterdam, planned, 2)
    first, _second = db.exec(select(Invitation).order_by(col(Invitation.id))).all()
    with frozen(NOW + timedelta(days=3)):
        answering.answer(db, people.amsterdam, first, answer=Answer.NO)
        late = factories.contact(db, amsterdam, "Laat Erbij")
        inviting.invite(db, people.amsterdam, amsterdam, planned)
        mailing = reminding.remind_silent(db, people.amsterdam, amsterdam, planned, number=1)

    assert mailing is not None
    left_out = dict(db.exec(select(LeftOut.contact_id, LeftOut.why).where(LeftOut.mailing_id == mailing.id)).all())
    assert left_out == {first.contact_id: "answered", late.id: "just-invited"}
    assert [letter.why for letter in letters(db, mailing)] == ["silent"]


def test_the_agenda_leaves_out_who_did_not_say_yes(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    invited(db, people.amsterdam, amsterdam, planned, 2)
    comes, silent = db.exec(select(Invitation).order_by(col(Invitation.id))).all()
    answering.answer(db, people.amsterdam, comes, answer=Answer.ON_SITE)

    mailing = sending.send_agenda(db, people.amsterdam, amsterdam, planned)

    left_out = db.exec(select(LeftOut.contact_id, LeftOut.why).where(LeftOut.mailing_id == mailing.id)).all()
    assert (left_out, letters(db, mailing)[0].why) == ([(silent.contact_id, "not-coming")], "coming")


def test_a_mailing_of_another_region_is_not_there(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned)

    with pytest.raises(NotFound):
        mailings.mailing(db, people.almere, mailing.id)


# --- When it begins ---------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        (date(2026, 12, 1), time(9, 0), datetime(2026, 12, 1, 8, 0, tzinfo=UTC)),
        (date(2027, 3, 28), time(1, 59), datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        (date(2027, 3, 28), time(3, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (date(2027, 5, 3), time(9, 0), datetime(2027, 5, 3, 7, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_what_the_wall_clock_shows(day: date, at: time, moment: datetime) -> None:
    assert schedule.moment_of(day, at, NOW) == moment


@pytest.mark.once
def test_of_an_hour_that_comes_twice_the_first_one_counts() -> None:
    now = datetime(2026, 10, 1, tzinfo=UTC)

    assert schedule.moment_of(date(2026, 10, 25), time(2, 30), now) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.once
@pytest.mark.parametrize(
    ("day", "at", "field"),
    [
        (None, time(9, 0), "dag"),
        (date(2026, 12, 1), None, "tijd"),
        (date(2027, 3, 28), time(2, 30), "tijd"),
        (date(2026, 11, 23), time(9, 0), "dag"),
        (date(2027, 11, 23), time(9, 0), "dag"),
    ],
)
def test_a_moment_that_does_not_come_is_refused_with_words(day: date | None, at: time | None, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        schedule.moment_of(day, at, NOW)

    assert list(refusal.value.errors) == [field]


def test_a_mailing_waits_for_its_moment_and_then_goes(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At, deliver: Deliver
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2, TOMORROW)
    db.commit()

    with mailhost() as host:
        before = deliver(host)
        with frozen(TOMORROW + timedelta(seconds=4)):
            after = (deliver(host), deliver(host))

    db.expire_all()
    assert (before, after, len(host.taken)) == (0, (2, 0), 2)
    assert mailing.state is MailingState.RUNNING
    assert {one.invited_at for one in db.exec(select(Invitation))} == {TOMORROW + timedelta(seconds=4)}


def test_a_mailing_that_is_hours_late_asks_first(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At, deliver: Deliver
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2, TOMORROW)
    db.commit()

    with mailhost() as host, frozen(TOMORROW + bulk.LATE + timedelta(minutes=1)):
        unasked = deliver(host)
        db.expire_all()
        asking = (mailing.state, mailing.paused_because)
        halted = bulk_views.halted(db, {amsterdam.id})
        mailings.resume(db, people.amsterdam, mailing)
        db.commit()
        asked = deliver(host)

    assert (unasked, asking, asked) == (0, (MailingState.PAUSED, Because.LATE), 2)
    assert [line.id for line in halted] == [mailing.id]
    assert db.exec(select(LogEntry.verb).where(LogEntry.subject_id == mailing.id)).all() == [
        "mailing.late",
        "mailing.running",
    ]


def test_another_moment_can_be_chosen_until_something_went(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2, TOMORROW)
    later = TOMORROW + timedelta(days=1)

    mailings.plan(db, people.amsterdam, mailing, later)
    db.flush()
    assert (mailing.begins_at, {one.invited_at for one in db.exec(select(Invitation))}) == (later, {later})
    mailings.begin_now(db, people.amsterdam, mailing)
    turn(db, mailing, LetterState.ACCEPTED)

    with pytest.raises(Refused):
        mailings.plan(db, people.amsterdam, mailing, later)


def test_no_mail_about_a_meeting_waits_until_it_is_over(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    crowd(db, amsterdam, 1)

    with pytest.raises(Refused):
        inviting.invite(db, people.amsterdam, amsterdam, planned, begins_at=datetime(2026, 12, 10, 12, 0, tzinfo=UTC))


# --- Taking people out, stopping, and taking that back ----------------------------------------------------------------


def test_who_is_taken_out_was_not_invited_and_can_be_invited_later(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 3)
    one = letters(db, mailing)[0]

    kept = mailings.take_out(db, people.amsterdam, mailing, [one.id])
    waiting = states(db, mailing)
    with frozen(NOW + timedelta(minutes=5)):
        again = inviting.invite(db, people.amsterdam, amsterdam, planned)

    assert (kept.letters, kept.contacts) == (1, [one.contact_id])
    assert waiting == [LetterState.CANCELLED, LetterState.QUEUED, LetterState.QUEUED]
    assert again is not None
    assert [letter.contact_id for letter in letters(db, again)] == [one.contact_id]
    live = db.exec(select(Invitation).where(col(Invitation.uninvited_at).is_(None))).all()
    assert len(live) == len(db.exec(select(Invitation)).all()) == 3


def test_taking_out_can_be_undone(db: Session, people: People, amsterdam: Region, planned: Meeting) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    one = letters(db, mailing)[0]
    kept = mailings.take_out(db, people.amsterdam, mailing, [one.id])

    back = mailings.put_back(db, people.amsterdam, mailing, kept.at)

    assert (back.letters, states(db, mailing)) == (1, [LetterState.QUEUED, LetterState.QUEUED])
    assert {one.uninvited_at for one in db.exec(select(Invitation))} == {None}


def test_what_went_out_cannot_be_taken_out(db: Session, people: People, amsterdam: Region, planned: Meeting) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    turn(db, mailing, LetterState.ACCEPTED, LetterState.IN_FLIGHT)

    with pytest.raises(Refused):
        mailings.take_out(db, people.amsterdam, mailing, [letter.id for letter in letters(db, mailing)])

    assert states(db, mailing) == [LetterState.ACCEPTED, LetterState.IN_FLIGHT]


@pytest.mark.parametrize("was", [MailingState.SCHEDULED, MailingState.RUNNING, MailingState.PAUSED])
def test_a_stop_can_be_undone_as_if_it_never_was(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At, was: MailingState
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 3)
    mailings.take_out(db, people.amsterdam, mailing, [letters(db, mailing)[0].id])
    mailing.state = was
    db.flush()
    before = states(db, mailing)

    def uninvited() -> int:
        return sum(one.uninvited_at is not None for one in db.exec(select(Invitation)))

    with frozen(NOW + timedelta(minutes=1)):
        mailings.stop(db, people.amsterdam, mailing)
        stopped = (states(db, mailing), uninvited())
        mailings.undo_stop(db, people.amsterdam, mailing, was)

    assert stopped == ([LetterState.CANCELLED] * 3, 3)
    assert (states(db, mailing), mailing.state, uninvited()) == (before, was, 1)


def test_a_stop_of_yesterday_cannot_be_undone(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned)
    mailings.stop(db, people.amsterdam, mailing)

    with frozen(NOW + bulk.REGRET + timedelta(minutes=1)), pytest.raises(Refused):
        mailings.undo_stop(db, people.amsterdam, mailing, MailingState.RUNNING)

    assert set(states(db, mailing)) == {LetterState.CANCELLED}


def test_a_stopped_reminder_was_no_reminder(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    invited(db, people.amsterdam, amsterdam, planned, 2)
    with frozen(NOW + timedelta(days=3)):
        mailing = reminding.remind_silent(db, people.amsterdam, amsterdam, planned, number=1)
        assert mailing is not None
        mailings.stop(db, people.amsterdam, mailing)

    db.expire_all()
    assert {one.reminded for one in db.exec(select(Invitation))} == {0}


def test_an_agenda_that_stayed_at_home_was_not_sent(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    factories.invitation(db, planned, factories.contact(db, amsterdam), answer=Answer.ON_SITE)
    mailing = sending.send_agenda(db, people.amsterdam, amsterdam, planned)

    mailings.stop(db, people.amsterdam, mailing)
    db.expire_all()
    stopped = planned.agenda_sent_at
    mailings.undo_stop(db, people.amsterdam, mailing, MailingState.RUNNING)
    db.expire_all()

    assert (stopped, planned.agenda_sent_at) == (None, NOW)


def test_whoever_answers_while_a_reminder_waits_is_not_reminded(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    invited(db, people.amsterdam, amsterdam, planned, 2)
    first = db.exec(select(Invitation).order_by(col(Invitation.id))).first()
    assert first is not None
    with frozen(NOW + timedelta(days=3)):
        mailing = reminding.remind_silent(
            db, people.amsterdam, amsterdam, planned, number=1, begins_at=NOW + timedelta(days=4)
        )
        assert mailing is not None
        answering.answer(db, people.amsterdam, first, answer=Answer.ON_SITE)

    became = {letter.contact_id: letter.state for letter in letters(db, mailing)}
    assert became.pop(first.contact_id) is LetterState.CANCELLED
    assert list(became.values()) == [LetterState.QUEUED]


# --- When the meeting changes ----------------------------------------------------------------------------------------


def test_an_invitation_that_waits_tells_the_new_date_and_nothing_of_the_old_one(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2, TOMORROW)
    plan = replace(Plan.of(planned), on=date(2026, 12, 15))

    planning.change_meeting(db, people.amsterdam, amsterdam, planned, plan, revision=planned.revision)
    db.flush()

    said = db.exec(select(LetterPayload.context, LetterPayload.calendar)).all()
    assert [letter.state for letter in db.exec(select(Letter))] == [LetterState.QUEUED] * 2
    assert {letter.mailing_id for letter in db.exec(select(Letter))} == {mailing.id}
    assert {context["meeting"]["on"] for context, _calendar in said} == {"2026-12-15"}
    assert all("20261215T130000" in calendar for _context, calendar in said)


def test_who_had_the_invitation_hears_of_the_change_and_who_waits_gets_the_new_one(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    turn(db, mailing, LetterState.ACCEPTED)
    had, waits = letters(db, mailing)
    plan = replace(Plan.of(planned), on=date(2026, 12, 15))

    planning.change_meeting(db, people.amsterdam, amsterdam, planned, plan, revision=planned.revision)
    db.expire_all()

    named = {(letter.contact_id, letter.name) for letter in db.exec(select(Letter))}
    assert named == {
        (had.contact_id, "invitation"),
        (had.contact_id, "meeting_changed"),
        (waits.contact_id, "invitation"),
    }


def test_of_a_meeting_that_is_off_nothing_more_goes_and_only_who_knew_of_it_hears_so(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    turn(db, mailing, LetterState.ACCEPTED)
    had, _waits = letters(db, mailing)

    told = planning.cancel_meeting(db, people.amsterdam, amsterdam, planned)
    db.expire_all()

    assert (told, mailing.state) == (1, MailingState.STOPPED)
    assert states(db, mailing) == [LetterState.ACCEPTED, LetterState.CANCELLED]
    cancelled = db.exec(select(Letter.contact_id).where(Letter.name == "meeting_cancelled")).all()
    assert cancelled == [had.contact_id]


# --- Sending again ----------------------------------------------------------------------------------------------------


def test_the_chosen_letters_go_again_and_no_others(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 4)
    turn(db, mailing, LetterState.REFUSED, LetterState.UNKNOWN, LetterState.REFUSED, LetterState.ACCEPTED)
    refused, unsure, other, sent = letters(db, mailing)

    number = mailings.retry(db, people.amsterdam, mailing, [refused.id, unsure.id, sent.id])

    assert number == 2
    assert states(db, mailing) == [
        LetterState.QUEUED,
        LetterState.QUEUED,
        LetterState.REFUSED,
        LetterState.ACCEPTED,
    ]
    assert other.id not in {refused.id, unsure.id}


def test_of_a_stopped_mailing_nothing_goes_again(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    turn(db, mailing, LetterState.UNKNOWN)
    mailings.stop(db, people.amsterdam, mailing)

    with pytest.raises(Refused):
        mailings.retry(db, people.amsterdam, mailing, [letters(db, mailing)[0].id])


# --- How it stands ----------------------------------------------------------------------------------------------------


def test_the_list_counts_mailings_by_how_they_stand(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    running = invited(db, people.amsterdam, amsterdam, planned, 2)

    def stands() -> Phase:
        db.flush()
        return bulk_views.line_of(db, running.id).phase

    seen = [stands()]
    mailings.pause(db, people.amsterdam, running)
    seen.append(stands())
    mailings.plan(db, people.amsterdam, running, TOMORROW)
    seen.append(stands())
    turn(db, running, LetterState.ACCEPTED, LetterState.ACCEPTED)
    seen.append(stands())

    assert seen == [Phase.RUNNING, Phase.HALTED, Phase.SCHEDULED, Phase.OVER]
    assert bulk_views.counts(db, {amsterdam.id}) == {one: int(one is Phase.OVER) for one in Phase}


def test_the_limit_of_the_mail_server_says_when_a_mailing_is_done(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 20)
    line, sender = bulk_views.line_of(db, mailing.id), "post@mail.example.org"

    free, _said = tempo.tempo(db, line, sender, Limits(), NOW)
    limited, _said = tempo.tempo(db, line, sender, Limits(per_minute=2), NOW)
    pace.hold(db, sender, NOW + timedelta(minutes=5), NOW)
    held, _said = tempo.tempo(db, line, sender, Limits(per_minute=2), NOW)

    assert (free.ends_at, limited.ends_at) == (None, NOW + timedelta(minutes=9, seconds=30))
    assert (held.held_until, held.ends_at) == (NOW + timedelta(minutes=5), NOW + timedelta(minutes=14, seconds=30))


def test_what_is_measured_says_it_where_there_is_no_limit(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 20)
    for number, letter in enumerate(letters(db, mailing)[:11]):
        letter.state, letter.accepted_at = LetterState.ACCEPTED, NOW - timedelta(seconds=10 - number)
    db.flush()

    found, _said = tempo.tempo(db, bulk_views.line_of(db, mailing.id), "post@mail.example.org", Limits(), NOW)

    assert found.ends_at == NOW + timedelta(seconds=9)


def test_the_same_words_about_different_addresses_are_counted_together(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 3)
    for letter in letters(db, mailing):
        letter.state, letter.smtp_code = LetterState.REFUSED, 550
        letter.smtp_text = f"5.1.1 <{letter.to_address}>: user unknown"
    db.flush()

    _pace, [words] = tempo.tempo(db, bulk_views.line_of(db, mailing.id), "post@mail.example.org", Limits(), NOW)

    assert (words.code, words.text, words.letters) == (550, "5.1.1 <…>: user unknown", 3)


# --- The pages --------------------------------------------------------------------------------------------------------


def test_a_coordinator_schedules_trims_and_stops_from_the_pages(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    crowd(db, amsterdam, 3)
    db.commit()
    browser = signed_in(people.amsterdam)
    later = {"wanneer": "later", "dag": "2026-11-24", "tijd": "09:00"}

    wrong = browser.post(f"{HERE}/uitnodigen", data={"wanneer": "later", "dag": "2026-11-01", "tijd": "09:00"})
    right = browser.post(f"{HERE}/uitnodigen", data=later)
    [mailing] = db.exec(select(Mailing)).all()
    page = f"/postvak/zendingen/{mailing.id}"
    listed = browser.get("/postvak/zendingen?stand=wacht")
    one = letters(db, mailing)[0]
    trimmed = browser.post(f"{page}/eruit", data={"brief": str(one.id)})
    toast = browser.get(page)
    undone = browser.post(_undo(toast.text))
    moved = browser.post(f"{page}/moment", data={"dag": "2026-11-25", "tijd": "10:30"})
    stopped = browser.post(f"{page}/stand", data={"stand": "stop"})
    put_back = browser.post(_undo(browser.get(page).text))

    assert (wrong.status_code, right.status_code, listed.status_code) == (422, 303, 200)
    assert "Dat moment is voorbij" in wrong.text
    assert [trimmed.status_code, undone.status_code, moved.status_code] == [303, 303, 303]
    assert [stopped.status_code, put_back.status_code] == [303, 303]
    db.expire_all()
    assert (mailing.state, mailing.begins_at) == (MailingState.SCHEDULED, datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
    assert states(db, mailing) == [LetterState.QUEUED] * 3


def _undo(page: str) -> str:
    """The address behind "Ongedaan maken" in the toast."""
    before = page.index("data-undo")
    start = page.rindex('action="', 0, before) + len('action="')
    return page[start : page.index('"', start)].replace("&amp;", "&")


def test_the_risk_of_a_double_is_said_before_uncertain_letters_go_again(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    turn(db, mailing, LetterState.UNKNOWN, LetterState.REFUSED)
    db.commit()
    browser = signed_in(people.amsterdam)
    page = f"/postvak/zendingen/{mailing.id}/opnieuw"

    sure = browser.get(f"{page}?toestand=onbestelbaar")
    unsure = browser.get(f"{page}?toestand=onzeker")
    nothing = browser.post(page, data={})
    sent = browser.post(page, data={"brief": [str(letter.id) for letter in letters(db, mailing)]})

    assert ("krijgt hem misschien dubbel" in sure.text, "krijgt hem misschien dubbel" in unsure.text) == (False, True)
    assert (nothing.status_code, sent.status_code) == (422, 303)
    assert states(db, mailing) == [LetterState.QUEUED, LetterState.QUEUED]


def test_today_says_loudly_that_a_mailing_stands_still(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 4)
    turn(db, mailing, LetterState.REFUSED, LetterState.REFUSED, LetterState.REFUSED)
    mailing.state, mailing.paused_because = MailingState.PAUSED, Because.REFUSED
    db.commit()

    mine, others = (signed_in(one).get("/vandaag").text for one in (people.amsterdam, people.almere))

    assert "Verzending staat stil: Uitnodiging" in mine
    assert "De mailserver weigerde 3 mails. 1 mail wacht op jouw besluit." in mine
    assert "Verzending staat stil" not in others


def test_a_mailing_is_paused_by_itself_with_the_reason(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn, deliver: Deliver
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 8)
    db.commit()

    with mailhost(lambda stage, _to: "550 5.7.1 not from you" if stage == "rcpt" else "") as host:
        deliver(host)
    db.expire_all()
    page = signed_in(people.amsterdam).get(f"/postvak/zendingen/{mailing.id}")

    assert (mailing.state, mailing.paused_because) == (MailingState.PAUSED, Because.REFUSED)
    assert "Staat stil: de mailserver weigert te veel (3 mails)" in page.text
    assert "5.7.1 not from you" in page.text


def test_whoever_may_not_manage_mail_changes_nothing(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned)
    db.commit()
    page = f"/postvak/zendingen/{mailing.id}"

    answers = [
        signed_in(person).post(f"{page}/{what}", data={"stand": "stop"}).status_code
        for person in (people.almere, people.reader)
        for what in ("stand", "eruit", "moment", "opnieuw", "verder", "terug")
    ]

    assert set(answers) == {404}
    assert set(states(db, mailing)) == {LetterState.QUEUED}


def test_a_mailing_takes_six_statements_and_each_refreshing_part_fewer(
    database: Database, db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 6)
    turn(db, mailing, LetterState.REFUSED, LetterState.ACCEPTED)
    db.commit()
    browser, page = signed_in(people.amsterdam), f"/postvak/zendingen/{mailing.id}"

    def asked(path: str, part: str = "") -> int:
        headers = {"HX-Request": "true", "HX-Target": f"section#{part}"} if part else {}
        return how_many(database, lambda: browser.get(path, headers=headers))

    frame = asked("/postvak/zendingen") - 2  # who it is, and the number in the menu
    whole = (asked(page), asked(f"{page}?q=mens&toestand=wacht"))

    assert whole == (frame + 4, frame + 4)
    assert [asked(page, part) - frame for part in ("stand", "keuze", "lijst")] == [2, 1, 2]
    assert frame == 2


def test_a_mailing_shows_what_each_reader_let_us_know(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 4)
    turn(db, mailing, *[LetterState.ACCEPTED] * 4)
    came, wrote, away, held = letters(db, mailing)
    invitation = db.exec(select(Invitation).where(Invitation.contact_id == came.contact_id)).one()
    answering.answer(db, people.amsterdam, invitation, answer=Answer.ON_SITE)
    for letter, kind, more in (
        (wrote, Kind.REPLY, {}),
        (away, Kind.AUTO_REPLY, {"away_until": date(2026, 12, 1)}),
        (held, Kind.BOUNCE, {"cause": Cause.DELAYED}),
    ):
        db.add(Incoming(digest=str(letter.id), kind=kind, letter_id=letter.id, **more))
    db.commit()

    line = mailing_views.about(db, people.amsterdam, mailing.id).line
    seen = mailing_views.letters(db, people.amsterdam, line, Wanted(mailing_id=mailing.id))
    page = signed_in(people.amsterdam).get(f"/postvak/zendingen/{mailing.id}").text

    assert [(one.answer, one.is_answered_by_mail, one.away_until, one.is_delayed) for one in seen] == [
        (Answer.ON_SITE, False, None, False),
        (None, True, None, False),
        (None, False, date(2026, 12, 1), False),
        (None, False, None, True),
    ]
    assert [words in page for words in ("Antwoord: komt", "schreef terug", "afwezig tot 1 december")] == [True] * 3


def test_a_mailing_that_begins_soon_counts_down_and_can_be_held(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2, NOW + timedelta(seconds=40))
    db.commit()

    page = signed_in(people.amsterdam).get(f"{HERE}/voortgang")

    assert "Begint over 40 seconden. Tot dan kun je de mail tegenhouden." in page.text
    assert "Houd tegen" in page.text
    assert bulk_views.line_of(db, mailing.id).phase is Phase.SCHEDULED
