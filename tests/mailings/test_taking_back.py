"""Taking people out of a bulk mail, stopping it, and taking that back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select

from bsoo.access.actor import SYSTEM
from bsoo.errors import Conflict, Refused
from bsoo.mail import bulk
from bsoo.mail.models import LetterState, MailingState
from bsoo.mail.purposes import Purpose
from bsoo.meetings import answering, choices, inviting, mailings, planning, reminding, sending
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.meetings.planning import Plan
from bsoo.regions import Region
from bsoo.registry import reachability
from bsoo.registry.queries import contact_as_actor
from tests import factories
from tests.conftest import NOW, People
from tests.mailings.conftest import At, invited, letters, states, turn


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


def test_who_wants_none_by_now_is_not_put_back(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    one = letters(db, mailing)[0]
    kept = mailings.take_out(db, people.amsterdam, mailing, [one.id])
    assert one.contact_id is not None
    reader = contact_as_actor(db, one.contact_id)
    assert reader is not None
    choices.stop(db, reader, Purpose.INVITATIONS)

    with pytest.raises(Refused):
        mailings.put_back(db, people.amsterdam, mailing, kept.at)

    assert states(db, mailing) == [LetterState.CANCELLED, LetterState.QUEUED]


def test_who_was_invited_anew_is_not_put_back_as_well(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    kept = mailings.take_out(db, people.amsterdam, mailing, [letters(db, mailing)[0].id])
    with frozen(NOW + timedelta(minutes=5)):
        inviting.invite(db, people.amsterdam, amsterdam, planned)

        with pytest.raises(Refused):
            mailings.put_back(db, people.amsterdam, mailing, kept.at)

    assert states(db, mailing) == [LetterState.CANCELLED, LetterState.QUEUED]


def test_an_undone_stop_sends_nothing_to_an_address_that_was_closed_since(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    mailings.stop(db, people.amsterdam, mailing)
    reachability.mark_dead(db, SYSTEM, letters(db, mailing)[0].to_address, "550 5.1.1 no such user")

    mailings.undo_stop(db, people.amsterdam, mailing, MailingState.RUNNING)

    assert states(db, mailing) == [LetterState.CANCELLED, LetterState.QUEUED]


def test_what_tells_an_old_date_is_not_put_back(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 3)
    kept = mailings.take_out(db, people.amsterdam, mailing, [letters(db, mailing)[0].id])
    with frozen(NOW + timedelta(minutes=5)):
        plan = replace(Plan.of(planned), on=date(2026, 12, 15))
        planning.change_meeting(db, people.amsterdam, amsterdam, planned, plan, revision=planned.revision)

        with pytest.raises(Refused):
            mailings.put_back(db, people.amsterdam, mailing, kept.at)
        again = mailings.take_out(db, people.amsterdam, mailing, [letters(db, mailing)[1].id])
        back = mailings.put_back(db, people.amsterdam, mailing, again.at)

    assert back.letters == 1
    assert states(db, mailing) == [LetterState.CANCELLED, LetterState.QUEUED, LetterState.QUEUED]


def test_of_a_meeting_that_was_called_off_no_stop_is_undone(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    mailings.stop(db, people.amsterdam, mailing)
    with frozen(NOW + timedelta(minutes=5)):
        planning.cancel_meeting(db, people.amsterdam, amsterdam, planned)

        with pytest.raises(Refused):
            mailings.undo_stop(db, people.amsterdam, mailing, MailingState.RUNNING)

    assert set(states(db, mailing)) == {LetterState.CANCELLED}


def test_of_two_who_stop_a_mailing_at_once_the_second_hears_of_the_first_and_undoing_brings_all_back(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    mailings.stop(db, people.amsterdam, mailing)
    set_committed_value(mailing, "state", MailingState.RUNNING)  # as the second one read it, before the first was done

    with frozen(NOW + timedelta(minutes=1)), pytest.raises(Conflict):
        mailings.stop(db, people.amsterdam, mailing)
    db.refresh(mailing)
    back = mailings.undo_stop(db, people.amsterdam, mailing, MailingState.RUNNING)

    assert (back.letters, mailing.state) == (2, MailingState.RUNNING)


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


def test_what_is_all_gone_cannot_be_paused(db: Session, people: People, amsterdam: Region, planned: Meeting) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    turn(db, mailing, LetterState.ACCEPTED, LetterState.IN_FLIGHT)

    with pytest.raises(Refused):
        mailings.pause(db, people.amsterdam, mailing)

    assert mailing.state is MailingState.RUNNING
