"""What becomes of mail that waits when its meeting changes."""

from dataclasses import replace
from datetime import date

from sqlmodel import Session, select

from bsoo.mail.models import Letter, LetterPayload, LetterState, MailingState
from bsoo.meetings import planning
from bsoo.meetings.models import Meeting
from bsoo.meetings.planning import Plan
from bsoo.regions import Region
from tests.conftest import People
from tests.mailings.conftest import TOMORROW, invited, letters, states, turn


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
