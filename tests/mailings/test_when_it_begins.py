"""A bulk mail begins at once, at its moment, or not before somebody says so."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import Session, select

from bsoo.errors import Refused
from bsoo.logbook import LogEntry
from bsoo.mail import bulk, bulk_views, schedule
from bsoo.mail.models import Because, LetterState, MailingState
from bsoo.meetings import inviting, mailings
from bsoo.meetings.calendar import moment
from bsoo.meetings.models import Invitation, Meeting
from bsoo.regions import Region
from tests.conftest import NOW, People
from tests.mailhost import mailhost
from tests.mailings.conftest import TOMORROW, At, Deliver, crowd, invited, turn


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
        (date(1, 1, 1), time(0, 0), "dag"),
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
    assert mailing.begins_at == NOW
    turn(db, mailing, LetterState.ACCEPTED)

    with pytest.raises(Refused):
        mailings.plan(db, people.amsterdam, mailing, later)


def test_no_mail_about_a_meeting_waits_until_it_is_over(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    crowd(db, amsterdam, 1)

    with pytest.raises(Refused):
        inviting.invite(db, people.amsterdam, amsterdam, planned, begins_at=datetime(2026, 12, 10, 12, 0, tzinfo=UTC))


def test_an_invitation_to_a_meeting_that_has_begun_asks_and_can_only_be_stopped(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    begins = moment(planned.on, planned.starts, planned.timezone)
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2, begins - timedelta(minutes=10))

    with frozen(begins + timedelta(minutes=1)):
        began = mailings.start_due(db, people.amsterdam)
        with pytest.raises(Refused):
            mailings.resume(db, people.amsterdam, mailing)

    assert (began, mailing.state, mailing.paused_because) == (0, MailingState.PAUSED, Because.LATE)
