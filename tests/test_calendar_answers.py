"""Answers from calendars: which count, whose they are, and which come too late."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from bsoo import clock
from bsoo.mail.models import Outcome
from bsoo.meetings import answering, calendar_answers
from bsoo.meetings.models import Answer, Invitation, InvitationAnswer, Meeting, MeetingState
from bsoo.registry.models import Contact, Membership
from bsoo.registry.queries import contact_as_actor
from tests.conftest import People
from tests.receiving import (
    MESSAGE_ID,
    come_in,
    invited,
    jan,
    letters,
    meeting,
    raw,
    sent,
    took_in,
)

FIXTURES = (
    jan,
    meeting,
    invited,
)
"""pytest finds them here by their names."""


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("itip-google-accept", Answer.ON_SITE),
        ("itip-outlook-decline", Answer.NO),
        ("itip-method-twice", Answer.ON_SITE),
        ("itip-no-attendee", Answer.ON_SITE),
        ("itip-attachment", Answer.ON_SITE),
        ("itip-tentative", Answer.SILENT),
    ],
)
def test_a_calendar_answer_updates_the_list(db: Session, invited: Invitation, name: str, answer: Answer) -> None:
    come_in(db, name)

    db.refresh(invited)
    assert invited.answer is answer


def test_a_comment_beside_a_calendar_answer_is_kept(db: Session, invited: Invitation) -> None:
    come_in(db, "itip-outlook-decline")

    kept = db.exec(select(InvitationAnswer).where(InvitationAnswer.invitation_id == invited.id)).one()
    assert (kept.note, str(kept.via)) == ("Die dag ben ik vrij.", "calendar")


def stamped(name: str, stamp: str, sequence: int = 0, written: str = "") -> bytes:
    """A calendar answer that was made at another moment."""
    made = raw(name).replace(b"DTSTAMP:20261123T090000Z", f"DTSTAMP:{stamp}".encode())
    made = made.replace(b"SEQUENCE:0", f"SEQUENCE:{sequence}".encode())
    return made.replace(b"Mon, 23 Nov 2026 09:05:00 +0000", (written or "Sun, 1 Nov 2026 08:00:00 +0000").encode())


def test_an_older_calendar_answer_that_arrives_late_does_not_win(db: Session, invited: Invitation) -> None:
    took_in(db, stamped("itip-outlook-decline", "20261122T100000Z"))

    (late,) = took_in(db, stamped("itip-google-accept", "20261122T090000Z"))

    db.refresh(invited)
    assert (late.outcome, invited.answer) == (Outcome.LATE, Answer.NO)


def test_a_newer_calendar_answer_wins(db: Session, invited: Invitation) -> None:
    took_in(db, stamped("itip-outlook-decline", "20261122T080000Z"))

    took_in(db, stamped("itip-google-accept", "20261122T090000Z"))

    db.refresh(invited)
    assert invited.answer is Answer.ON_SITE


def test_an_answer_on_the_page_is_not_undone_by_an_older_one_from_the_calendar(
    db: Session, invited: Invitation, jan: Contact, frozen: Callable[[datetime], AbstractContextManager[None]]
) -> None:
    himself = contact_as_actor(db, jan.id)
    assert himself is not None
    answering.answer(db, himself, invited, answer=Answer.NO)

    (late,) = took_in(db, stamped("itip-google-accept", "20261122T090000Z"))

    db.refresh(invited)
    assert (late.outcome, invited.answer) == (Outcome.LATE, Answer.NO)


def test_an_answer_to_a_date_that_was_changed_does_not_count(
    db: Session, meeting: Meeting, invited: Invitation
) -> None:
    meeting.sequence = 1
    db.add(meeting)

    (row,) = come_in(db, "itip-google-accept")

    db.refresh(invited)
    assert (row.outcome, invited.answer) == (Outcome.LATE, Answer.SILENT)


def test_an_answer_to_an_invitation_that_was_renewed_since_does_not_count(
    db: Session, meeting: Meeting, invited: Invitation
) -> None:
    meeting.sequence, invited.sequence_ahead = 1, 2
    db.add_all([meeting, invited])

    (before,) = took_in(db, stamped("itip-google-accept", "20261122T090000Z", sequence=2))
    (now,) = took_in(db, stamped("itip-google-accept", "20261122T090000Z", sequence=3))

    assert (before.outcome, now.outcome) == (Outcome.LATE, Outcome.ANSWERED)


@pytest.mark.parametrize("why", ["taken back", "called off"])
def test_a_yes_to_what_asks_for_none_is_shown_to_the_coordinator_though_they_said_yes_before(
    db: Session, meeting: Meeting, invited: Invitation, why: str
) -> None:
    invited.answer = Answer.ON_SITE
    if why == "taken back":
        invited.uninvited_at, invited.sequence_ahead = clock.now(), 1
    else:
        meeting.state = MeetingState.CANCELLED
    db.add_all([meeting, invited])

    (row,) = come_in(db, "itip-google-accept")

    assert (row.outcome, row.handled_at) == (Outcome.LATE, None)


def test_an_answer_of_somebody_without_a_region_is_shown_and_not_lost(
    db: Session, jan: Contact, invited: Invitation
) -> None:
    for membership in db.exec(select(Membership).where(Membership.contact_id == jan.id)).all():
        db.delete(membership)

    (row,) = come_in(db, "itip-google-accept")

    assert (row.outcome, row.handled_at) == (Outcome.LATE, None)


def test_who_was_delegated_to_is_known_to_come_instead_of_whom(
    db: Session, people: People, invited: Invitation
) -> None:
    answer = raw("itip-bare-file").replace(b"jan@example.org", b"piet@example.org")
    head = b"From: piet@example.org\nContent-Type: text/calendar; method=REPLY\n\n"
    (row,) = took_in(db, head + answer.replace(b"ATTENDEE;", b'ATTENDEE;DELEGATED-FROM="mailto:jan@example.org";'))

    calendar_answers.let_stand_in(db, people.amsterdam, row)

    db.refresh(invited)
    assert (invited.answer, invited.colleague_email) == (Answer.COLLEAGUE, "piet@example.org")


def test_the_same_calendar_answer_again_mails_nobody_so_that_no_two_machines_keep_answering(
    db: Session, invited: Invitation
) -> None:
    took_in(db, stamped("itip-google-accept", "20261122T080000Z"))
    took_in(db, stamped("itip-google-accept", "20261122T090000Z"))

    assert letters(db, "answer_confirmed") == ["jan@example.org"]


def test_who_comes_online_still_does_after_accept_in_a_calendar(db: Session, invited: Invitation) -> None:
    invited.answer = Answer.ONLINE
    db.add(invited)

    come_in(db, "itip-google-accept")

    db.refresh(invited)
    assert invited.answer is Answer.ONLINE


def test_an_answer_from_an_account_that_is_not_theirs_waits_for_a_coordinator(db: Session, invited: Invitation) -> None:
    (row,) = come_in(db, "itip-apple-other-account")

    db.refresh(invited)
    assert (row.outcome, row.invitation_id, invited.answer) == (Outcome.SOMEBODY_ELSE, invited.id, Answer.SILENT)
    assert row.handled_at is None


def test_a_forged_calendar_answer_does_not_count(db: Session, invited: Invitation) -> None:
    forged = b"Authentication-Results: mx.bsoo.example; dmarc=fail\n" + raw("itip-google-accept")

    (row,) = took_in(db, forged, believed="mx.bsoo.example")

    db.refresh(invited)
    assert (row.outcome, invited.answer) == (Outcome.SOMEBODY_ELSE, Answer.SILENT)


def test_an_answer_that_nobody_sent_waits_for_a_coordinator(db: Session, invited: Invitation) -> None:
    (row,) = took_in(db, raw("itip-google-accept").replace(b"From: Jan de Wit <jan@example.org>\n", b""))

    db.refresh(invited)
    assert (row.outcome, invited.answer) == (Outcome.SOMEBODY_ELSE, Answer.SILENT)


def test_a_colleague_who_answered_becomes_the_stand_in(
    db: Session, people: People, meeting: Meeting, jan: Contact, invited: Invitation
) -> None:
    sent(db, jan, "jan@example.org", meeting)
    other = (
        raw("itip-google-accept")
        .replace(b"jan@exa\n mple.org", b"piet@example.org")
        .replace(b"jan@example.org", b"piet@example.org")
    )
    answered = f"In-Reply-To: {MESSAGE_ID}\n".encode() + other
    (row,) = took_in(db, answered)
    assert (row.outcome, row.invitation_id) == (Outcome.SOMEBODY_ELSE, invited.id)

    calendar_answers.let_stand_in(db, people.amsterdam, row)

    db.refresh(invited)
    assert (invited.answer, invited.colleague_email) == (Answer.COLLEAGUE, "piet@example.org")
    assert letters(db, "invitation") == ["jan@example.org", "piet@example.org"]


def test_a_calendar_answer_to_no_meeting_of_ours_is_only_shown(db: Session, jan: Contact) -> None:
    (row,) = come_in(db, "itip-google-accept")

    assert (row.outcome, row.meeting_id, row.contact_id) == (Outcome.SHOWN, None, jan.id)


def test_an_answer_is_never_from_the_future(db: Session, invited: Invitation) -> None:
    (row,) = took_in(db, stamped("itip-google-accept", "20991122T090000Z"))

    assert row.stamp == clock.now()
    assert row.stamp < datetime(2099, 1, 1, tzinfo=UTC)
