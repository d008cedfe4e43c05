"""What becomes of mail that waits when its meeting changes."""

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from bsoo.mail.models import LeftOut, Letter, LetterPayload, LetterState, Mailing, MailingState
from bsoo.meetings import planning
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.meetings.planning import Plan
from bsoo.regions import Region
from bsoo.registry.models import Membership
from tests.conftest import NOW, People
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

    about_it = planning.cancel_meeting(db, people.amsterdam, amsterdam, planned)
    db.expire_all()

    assert about_it is not None
    assert (about_it.total, mailing.state) == (1, MailingState.STOPPED)
    assert states(db, mailing) == [LetterState.ACCEPTED, LetterState.CANCELLED]
    cancelled = db.exec(select(Letter.contact_id).where(Letter.name == "meeting_cancelled")).all()
    assert cancelled == [had.contact_id]


def test_a_change_that_waits_tells_the_newest_date_beside_the_one_that_its_reader_knows(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    turn(db, invited(db, people.amsterdam, amsterdam, planned, 2), *[LetterState.ACCEPTED] * 2)
    known = planned.on.isoformat()

    first = change(db, people, amsterdam, planned, on=date(2026, 12, 15), note="Eerst dit.", begins_at=TOMORROW)
    second = change(db, people, amsterdam, planned, venue="Zaal 2", note="Dan dat.")

    said = db.exec(select(LetterPayload.context).join(Letter).where(Letter.name == "meeting_changed")).all()
    assert first is not None
    assert second is None
    assert {letter.mailing_id for letter in db.exec(select(Letter).where(Letter.name == "meeting_changed"))} == {
        first.id
    }
    assert [(one["before"]["on"], one["meeting"]["on"], one["meeting"]["venue"]) for one in said] == [
        (known, "2026-12-15", "Zaal 2")
    ] * 2
    assert [(one["asks_again"], one["note"]) for one in said] == [(True, "Eerst dit.\n\nDan dat.")] * 2


def test_who_said_yes_and_then_stopped_hears_of_another_date(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    turn(db, invited(db, people.amsterdam, amsterdam, planned, 3), *[LetterState.ACCEPTED] * 3)
    comes, silent, other = db.exec(select(Invitation).order_by(col(Invitation.contact_id))).all()
    comes.answer = Answer.ON_SITE
    for one in (comes, silent):
        db.exec(select(Membership).where(Membership.contact_id == one.contact_id)).one().stopped_at = NOW
    db.flush()

    told = change(db, people, amsterdam, planned, on=date(2026, 12, 15))

    assert told is not None
    assert {letter.contact_id for letter in letters(db, told)} == {comes.contact_id, other.contact_id}
    left_out = db.exec(select(LeftOut.contact_id, LeftOut.why).where(LeftOut.mailing_id == told.id)).all()
    assert left_out == [(silent.contact_id, "stopped")]


def change(
    db: Session,
    people: People,
    amsterdam: Region,
    planned: Meeting,
    *,
    on: date | None = None,
    venue: str = "",
    note: str = "",
    begins_at: datetime | None = None,
) -> Mailing | None:
    plan = replace(Plan.of(planned), on=on or planned.on, venue=venue or planned.venue)
    made = planning.change_meeting(
        db,
        people.amsterdam,
        amsterdam,
        planned,
        plan,
        revision=planned.revision,
        note_to_all=note,
        begins_at=begins_at,
    )
    db.expire_all()
    return made
