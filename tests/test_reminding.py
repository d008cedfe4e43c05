"""Reminding the silent: who is, how many, from when, and how often."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select, update

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.errors import Refused
from bsoo.meetings import answering, reminding, turnout, upcoming
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.meetings.reminding import Due
from bsoo.regions import Region
from bsoo.registry.models import Contact
from tests.conftest import People
from tests.invited import HERE, At, SignIn, invited_to, letters, membership


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


def test_who_was_only_just_invited_or_stopped_is_not_reminded_and_not_counted(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned, (first, second, third) = invited_to(db, people, amsterdam)
    first.invited_at = clock.now() - timedelta(hours=3)
    membership(db, db.get_one(Contact, second.contact_id)).stopped_at = clock.now()
    db.flush()

    to = reminding.silent(db, people.amsterdam, planned)

    assert [one.contact_id for one in to] == [third.contact_id]
    assert due_on_both_pages(db, people, planned) == (Due(1), Due(1))


def test_when_all_were_only_just_invited_the_pages_say_from_when_somebody_can_be_reminded(
    db: Session, people: People, amsterdam: Region, frozen: At
) -> None:
    planned, rows = invited_to(db, people, amsterdam)
    first_at = clock.now() - timedelta(hours=3)
    for hours, row in enumerate(rows):
        row.invited_at = first_at + timedelta(hours=hours)
    db.flush()

    now = due_on_both_pages(db, people, planned)
    with frozen(first_at + timedelta(days=2)):
        then = due_on_both_pages(db, people, planned)
    planned.on = clock.today() + timedelta(days=1)
    db.flush()
    too_late = due_on_both_pages(db, people, planned)

    assert now == (Due(0, first_at + timedelta(days=2)),) * 2
    assert then == (Due(1), Due(1))
    assert too_late == (Due(), Due())


def test_after_three_rounds_nobody_is_counted(db: Session, people: People, amsterdam: Region) -> None:
    planned, _invitations = invited_to(db, people, amsterdam)
    planned.reminders_sent = 3
    db.flush()

    assert due_on_both_pages(db, people, planned) == (Due(), Due())


def due_on_both_pages(db: Session, people: People, planned: Meeting) -> tuple[Due, Due]:
    home = upcoming.home(db, people.amsterdam, [planned.region_id])
    return home.ahead[0].due, turnout.funnel(db, people.amsterdam, planned).due


def test_the_button_and_the_page_behind_it_name_as_many(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    first.invited_at = clock.now()
    db.commit()
    browser = signed_in(people.amsterdam)

    buttons = [browser.get("/vandaag").text, browser.get(f"{HERE}/herinnering").text]
    db.exec(update(Invitation).values(invited_at=clock.now()))
    db.commit()
    without = [browser.get("/vandaag").text, browser.get(HERE).text]

    assert ["Herinner 2 mensen" in page for page in buttons] == [True, True]
    for page in without:
        assert "Herinneren kan vanaf woensdag 25 november 2026, 9.00." in page
        assert f'href="{HERE}/herinnering"' not in page


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
