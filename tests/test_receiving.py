"""What a mail that came in does: to the letter, the address, the answer, the timeline and who must know."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bsoo import clock, house
from bsoo.access.actor import SYSTEM
from bsoo.errors import NotAllowed
from bsoo.logbook import LogEntry
from bsoo.mail import blocking, outbox
from bsoo.mail.models import Incoming, Letter, LetterPayload, LetterState, Outcome
from bsoo.mail.outbox import Recipient
from bsoo.mail.returning.kinds import Cause, Kind
from bsoo.mail.returning.sorting import sort
from bsoo.meetings import answering, calendar_answers, receiving, refusals, turnout
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Answer, Invitation, InvitationAnswer, Meeting
from bsoo.meetings.readers import readers
from bsoo.regions import Region
from bsoo.registry.models import Address, Contact
from bsoo.registry.queries import contact_as_actor
from tests import factories
from tests.conftest import People

FOLDER = Path(__file__).parent / "data" / "incoming"
TOKEN = "0123456789abcdef0123456789abcdef"
MESSAGE_ID = "<019ab000000070008000000000000001@bsoo.example>"
UID = "019ab000-0000-7000-8000-00000000aaaa@bsoo.example"
HOUSE = "bsoo@bsoo.example"


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()


@pytest.fixture
def jan(db: Session, amsterdam: Region) -> Contact:
    return factories.contact(db, amsterdam, name="Jan de Wit", email="jan@example.org")


@pytest.fixture
def meeting(db: Session, amsterdam: Region) -> Meeting:
    made = factories.meeting(db, amsterdam)
    made.calendar_uid = UID
    db.add(made)
    db.flush()
    return made


@pytest.fixture
def invited(db: Session, meeting: Meeting, jan: Contact) -> Invitation:
    return factories.invitation(db, meeting, jan)


def sent(db: Session, contact: Contact, to: str, meeting: Meeting, key: str = "k1", **facts: str) -> Letter:
    """A letter that was accepted, with the token and the number that the mails in the folder carry."""
    context = {"title": "t", "page": "/mijn/abc"}
    name = "signal_received"
    outbox.queue(
        db, name, Recipient(to, "Jan", contact_id=contact.id), key, context, region_id=meeting.region_id,
        meeting_id=meeting.id,
    )  # fmt: skip
    letter = db.exec(select(Letter).where(Letter.key == key)).one()
    letter.state, letter.name = LetterState.ACCEPTED, "invitation"
    letter.return_token, letter.message_id = facts.get("token", TOKEN), facts.get("number", MESSAGE_ID)
    db.add(letter)
    db.flush()
    return letter


def took_in(db: Session, message: bytes, believed: str = "") -> list[Incoming]:
    return receiving.receive(db, SYSTEM, message, sort(message, clock.today(), believed=believed), house=HOUSE)


def come_in(db: Session, name: str) -> list[Incoming]:
    return took_in(db, raw(name))


def address(db: Session, email: str) -> Address:
    return db.exec(select(Address).where(Address.email == email)).one()


def letters(db: Session, name: str) -> list[str]:
    return list(db.exec(select(Letter.to_address).where(Letter.name == name)))


def test_a_dead_address_is_shown_in_the_funnel_and_not_written_to_again(
    db: Session, people: People, meeting: Meeting, jan: Contact, invited: Invitation
) -> None:
    letter = sent(db, jan, "jan@example.org", meeting)

    (row,) = come_in(db, "sendmail-dead")

    again = outbox.queue(
        db, "own_page", Recipient("jan@example.org", "Jan"), "k2", {"page": "/mijn/abc"}, region_id=meeting.region_id
    )
    assert (row.kind, row.cause, row.outcome) == (Kind.BOUNCE, Cause.DEAD, Outcome.BLOCKED)
    assert (row.letter_id, row.contact_id, row.meeting_id) == (letter.id, jan.id, meeting.id)
    assert letter.state is LetterState.BOUNCED
    assert letter.smtp_text == "550 5.1.1 <jan@example.org>... User unknown"
    assert address(db, "jan@example.org").bounce_reason == "550 5.1.1 <jan@example.org>... User unknown"
    assert turnout.funnel(db, people.amsterdam, meeting).bounced == 1
    assert again
    assert db.exec(select(Letter.state).where(Letter.key == "k2")).one() is LetterState.SUPPRESSED


def test_the_same_mail_counts_once(db: Session, meeting: Meeting, jan: Contact) -> None:
    sent(db, jan, "jan@example.org", meeting)

    first, second = come_in(db, "sendmail-dead"), come_in(db, "sendmail-dead")

    assert (len(first), second) == (1, [])


def test_a_report_about_no_letter_of_ours_closes_no_address(db: Session, meeting: Meeting, jan: Contact) -> None:
    (row,) = come_in(db, "sendmail-dead")

    assert (row.cause, row.outcome, row.contact_id) == (Cause.DEAD, Outcome.SHOWN, jan.id)
    assert address(db, "jan@example.org").bounced_at is None
    assert blocking.blocked_among(db, {"jan@example.org"}) == {}


def test_a_forward_that_stops_elsewhere_closes_no_address(db: Session, meeting: Meeting, jan: Contact) -> None:
    raw_report = raw("forward-dead").replace(b"Original-Recipient: rfc822;jan@example.org\n", b"")
    sent(db, jan, "jan@example.org", meeting)

    (row,) = took_in(db, raw_report)

    assert (row.cause, row.outcome) == (Cause.OTHER, Outcome.SHOWN)
    assert address(db, "jan@example.org").bounced_at is None


@pytest.mark.parametrize("name", ["exchange-full", "m365-dmarc", "gmail-disabled", "m365-expired"])
def test_what_is_not_certain_is_shown_with_the_letter_and_closes_no_address(
    db: Session, meeting: Meeting, jan: Contact, name: str
) -> None:
    letter = sent(db, jan, "jan@example.org", meeting)

    (row,) = come_in(db, name)

    assert (row.outcome, row.handled_at, letter.state) == (Outcome.SHOWN, None, LetterState.BOUNCED)
    assert address(db, "jan@example.org").bounced_at is None


def test_a_delayed_letter_stays_sent(db: Session, meeting: Meeting, jan: Contact) -> None:
    letter = sent(db, jan, "jan@example.org", meeting)

    (row,) = come_in(db, "exchange-delayed")

    assert (row.cause, letter.state) == (Cause.DELAYED, LetterState.ACCEPTED)
    assert row.handled_at is not None


def test_a_mailbox_that_is_full_in_three_mailings_is_closed(db: Session, meeting: Meeting, jan: Contact) -> None:
    outcomes = []
    for number in range(3):
        token = f"{number}" * 32
        letter = sent(db, jan, "jan@example.org", meeting, f"k{number}", token=token, number=f"<{number}@x>")
        letter.mailing_id = outbox.start_mailing(db, None, "invitation", meeting.region_id, meeting.id, 1).id
        db.flush()
        (row,) = took_in(db, raw("exchange-full").replace(TOKEN.encode(), token.encode()))
        outcomes.append(row.outcome)

    assert outcomes == [Outcome.SHOWN, Outcome.SHOWN, Outcome.BLOCKED]
    assert address(db, "jan@example.org").bounced_at is not None


def test_not_a_bounce_takes_everything_back(
    db: Session, people: People, meeting: Meeting, jan: Contact, invited: Invitation
) -> None:
    letter = sent(db, jan, "jan@example.org", meeting)
    (row,) = come_in(db, "sendmail-dead")

    receiving.not_a_bounce(db, people.amsterdam, row)

    assert (letter.state, row.outcome) == (LetterState.ACCEPTED, Outcome.TAKEN_BACK)
    assert address(db, "jan@example.org").bounced_at is None
    assert blocking.blocked_among(db, {"jan@example.org"}) == {}
    assert turnout.funnel(db, people.amsterdam, meeting).bounced == 0
    verbs = db.exec(select(LogEntry.verb).where(LogEntry.subject_id == jan.id)).all()
    assert sorted(verbs) == ["contact.reachable", "contact.unreachable"]


def test_another_region_cannot_take_a_report_back(db: Session, people: People, meeting: Meeting, jan: Contact) -> None:
    sent(db, jan, "jan@example.org", meeting)
    (row,) = come_in(db, "sendmail-dead")

    with pytest.raises(NotAllowed):
        receiving.not_a_bounce(db, people.almere, row)


def test_who_complains_hears_of_no_more_meetings_and_the_coordinator_knows(
    db: Session, meeting: Meeting, jan: Contact
) -> None:
    sent(db, jan, "jan@example.org", meeting)

    (row,) = come_in(db, "arf-abuse")

    assert (row.kind, row.outcome) == (Kind.COMPLAINT, Outcome.BLOCKED)
    assert blocking.blocked_among(db, {"jan@example.org"}) == {"jan@example.org": {"meetings", "publications"}}
    assert letters(db, "mail_received") == [HOUSE]


def test_an_answer_by_mail_is_on_the_timeline_and_the_coordinator_is_told(
    db: Session, meeting: Meeting, jan: Contact
) -> None:
    sent(db, jan, "jan@example.org", meeting)

    (row,) = come_in(db, "reply-outlook")

    assert (row.kind, row.contact_id, row.meeting_id) == (Kind.REPLY, jan.id, meeting.id)
    assert row.words.startswith("Beste Noor,")
    assert row.handled_at is None
    assert letters(db, "mail_received") == [HOUSE]
    assert db.exec(select(LogEntry.verb).where(LogEntry.subject_id == jan.id)).all() == ["contact.wrote"]


def test_mail_of_a_stranger_is_shown_and_nobody_is_disturbed(db: Session, meeting: Meeting) -> None:
    (row,) = come_in(db, "reply-postmaster-person")

    assert (row.kind, row.contact_id, row.region_id) == (Kind.REPLY, None, None)
    assert letters(db, "mail_received") == []


def test_no_notice_of_a_notice(db: Session, meeting: Meeting, jan: Contact, amsterdam: Region) -> None:
    amsterdam.mail_address = "jan@example.org"
    db.add(amsterdam)
    sent(db, jan, "jan@example.org", meeting)

    come_in(db, "reply-outlook")

    assert letters(db, "mail_received") == []


def test_an_absence_is_shown_and_asks_nothing_of_anybody(db: Session, meeting: Meeting, jan: Contact) -> None:
    letter = sent(db, jan, "jan@example.org", meeting)

    (row,) = come_in(db, "oof-nl")

    assert (row.kind, str(row.away_until), letter.state) == (Kind.AUTO_REPLY, "2026-12-03", LetterState.ACCEPTED)
    assert row.handled_at is not None
    facts = db.exec(select(LogEntry.facts).where(LogEntry.verb == "contact.away")).one()
    assert facts == {"until": "03-12-2026"}


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


def test_every_mail_of_the_set_can_come_in(db: Session, meeting: Meeting, jan: Contact, invited: Invitation) -> None:
    letter = sent(db, jan, "jan@example.org", meeting)
    files = sorted(FOLDER.glob("*.eml"))

    for file in files:
        with db.begin_nested():
            took_in(db, file.read_bytes())

    assert len(db.exec(select(Incoming)).all()) == len(files) + 1
    assert letter.state is LetterState.BOUNCED


@pytest.mark.parametrize(
    ("code", "words", "closed", "told"),
    [
        (550, "5.1.1 <jan@example.org>: User unknown", True, 1),
        (552, "5.2.2 Mailbox full", False, 1),
        (554, "5.7.1 Message rejected as spam", False, 1),
        (450, "4.1.1 User unknown, try again later", False, 0),
    ],
)
def test_a_refusal_at_the_door_says_what_a_bounce_would(
    db: Session, meeting: Meeting, jan: Contact, code: int, words: str, closed: bool, told: int
) -> None:
    letter = sent(db, jan, "jan@example.org", meeting)
    letter.state, letter.smtp_code, letter.smtp_text = LetterState.REFUSED, code, words
    db.flush()

    numbers = [refusals.judge_refused(db, SYSTEM), refusals.judge_refused(db, SYSTEM)]

    assert numbers == [told, 0]
    assert (address(db, "jan@example.org").bounced_at is not None) is closed


def test_calendars_are_asked_to_answer_when_somebody_reads_it(
    db: Session, people: People, meeting: Meeting, invited: Invitation, amsterdam: Region
) -> None:
    before = house.house()
    house.use(replace(before, reads_answers=True))

    Post(db, people.amsterdam, amsterdam, meeting).invite(readers(db, people.amsterdam, meeting), None)
    answering.answer(db, people.amsterdam, invited, answer=Answer.ON_SITE)

    house.use(before)
    rows = db.exec(select(Letter.name, LetterPayload.calendar).join(LetterPayload)).all()
    asked = {name: "RSVP=TRUE" in calendar.replace("\r\n ", "") for name, calendar in rows}
    assert asked == {"invitation": True, "answer_confirmed": False}
