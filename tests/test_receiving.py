"""What a mail that came in does: to the letter, the address, the answer, the timeline and who must know."""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from bsoo import house
from bsoo.access.actor import SYSTEM
from bsoo.errors import NotAllowed
from bsoo.logbook import LogEntry
from bsoo.mail import blocking, outbox
from bsoo.mail.models import Incoming, Letter, LetterPayload, LetterState, Outcome
from bsoo.mail.outbox import Recipient
from bsoo.mail.returning.kinds import Cause, Kind
from bsoo.meetings import answering, receiving, refusals, turnout
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.meetings.readers import readers
from bsoo.regions import Region
from bsoo.registry.models import Address, Contact
from tests.conftest import People
from tests.receiving import FOLDER, HOUSE, TOKEN, come_in, invited, jan, letters, meeting, raw, sent, took_in

FIXTURES = (
    jan,
    meeting,
    invited,
)
"""pytest finds them here by their names."""


def address(db: Session, email: str) -> Address:
    return db.exec(select(Address).where(Address.email == email)).one()


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


@pytest.mark.parametrize("mail", ["sendmail-dead", "arf-abuse"])
def test_what_still_waits_for_a_closed_address_stays_at_home(
    db: Session, meeting: Meeting, jan: Contact, mail: str
) -> None:
    sent(db, jan, "jan@example.org", meeting)
    waits = sent(db, jan, "Jan@example.org", meeting, "k2", token="2" * 32, number="<2@bsoo.example>")
    waits.state = LetterState.QUEUED

    come_in(db, mail)

    assert (waits.state, waits.smtp_text) == (LetterState.SUPPRESSED, "Dit adres staat op de blokkeerlijst.")


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


@pytest.mark.parametrize(
    ("failed", "original", "closed"),
    [
        ("jan@example.org", "", True),
        ("jan@mail.example.org", "", True),
        ("piet@example.org", "", False),
        ("piet@example.org", "jan@example.org", False),
        ("jan@elsewhere.example", "jan@example.org", False),
    ],
)
def test_behind_a_group_or_a_forward_somebody_else_is_gone(
    db: Session, meeting: Meeting, jan: Contact, failed: str, original: str, closed: bool
) -> None:
    report = raw("forward-dead").replace(b"priv@example.com", failed.encode())
    report = report.replace(b"rfc822;jan@example.org", f"rfc822;{original}".encode())
    sent(db, jan, "jan@example.org", meeting)

    took_in(db, report)

    assert (address(db, "jan@example.org").bounced_at is not None) is closed


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
