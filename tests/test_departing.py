"""DATA is said while the departure of a letter is written: what becomes of the letter when either of them fails."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from bsoo.db import Database
from bsoo.mail import outbox, postman
from bsoo.mail.models import Letter, LetterEvent, LetterState, MailingState
from bsoo.mail.outbox import Recipient
from bsoo.mail.postman import Delivered
from bsoo.mail.smtp import Connection, Envelope, Uncertain, Unsent
from bsoo.settings import Settings
from tests.conftest import NOW
from tests.mailhost import DROP, MailHost, mailhost
from tests.own_database import own_database
from tests.posting import a_mailing, letters, send_by
from tests.test_clerk import queue

At = Callable[[datetime], AbstractContextManager[None]]
GROUPS = {"ehlo": "250-mailhost\r\n250 PIPELINING"}
ENVELOPE = Envelope("overleg@bsoo.example", "p1@example.org")

FULL_DISK = {
    "sqlite": "CREATE TRIGGER full_disk BEFORE UPDATE ON letter WHEN {when} "
    "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    "postgresql": "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$;"
    "CREATE TRIGGER full_disk BEFORE UPDATE ON letter FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION full_disk()",
}
SPACE_AGAIN = {"sqlite": "DROP TRIGGER full_disk", "postgresql": "DROP TRIGGER full_disk ON letter"}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Database]:
    with own_database(tmp_path) as database:
        yield database


def queue_in_order(database: Database, number: int) -> None:
    """To p0@example.org first, then to p1@example.org, and so on."""
    queue(database, number)
    with database.transaction() as db:
        for letter in db.exec(select(Letter)):
            letter.due_at = NOW - timedelta(minutes=10 - int(letter.to_address[1]))


@contextmanager
def full_disk(database: Database, becomes: LetterState, number: int) -> Iterator[None]:
    """Meanwhile the database refuses to write that this letter is in this state."""
    engine = database.engine.dialect.name
    when = f"NEW.state = '{becomes}' AND NEW.to_address = 'p{number}@example.org'"
    with database.transaction() as db:
        db.connection().execute(text(FULL_DISK[engine].format(when=when)))
    with pytest.raises(Exception, match="the disk is full"):
        yield
    with database.transaction() as db:
        db.connection().execute(text(SPACE_AGAIN[engine]))


def kept(database: Database) -> list[tuple[str, int | None, str]]:
    with database.reading() as db:
        query = select(Letter.state, Letter.smtp_code, Letter.smtp_text).order_by(Letter.to_address)
        return list(db.exec(query))


def test_a_mailing_that_is_paused_when_the_server_is_ready_for_a_letter_costs_one_connection_and_no_letter(
    database: Database, db: Session, settings: Settings, frozen: At
) -> None:
    with frozen(NOW - timedelta(minutes=1)):
        mailing = a_mailing(db, 5)
    other = outbox.start_mailing(db, None, "own_page", None, None, 1)
    outbox.queue(db, "own_page", Recipient("noor@example.org", "Noor"), "other", {"page": "/mijn/n"}, mailing=other)
    db.commit()
    asked: list[str] = []

    def pauses(stage: str, to: str) -> str:
        asked.append(stage)
        if stage == "rcpt" and to != "noor@example.org":
            mailing.state = MailingState.PAUSED
            db.commit()
        return ""

    with mailhost(pauses) as host:
        result = postman.deliver_due(database, send_by(host, settings, mail_connections=1))

    assert (result, host.recipients, host.connections) == (Delivered(accepted=1), ["noor@example.org"], 2)
    assert (asked.count("data"), host.torn) == (2, [b""]), "nothing was said to the server that waited for the letter"
    assert outbox.progress(db, mailing.id).waiting == 5


def test_a_letter_whose_departure_cannot_be_written_does_not_go_and_what_was_said_of_others_is_kept(
    own: Database, settings: Settings
) -> None:
    queue_in_order(own, 3)

    with mailhost(lambda stage, to: GROUPS.get(stage, "")) as host:
        sending = send_by(host, settings, mail_connections=1)
        with full_disk(own, LetterState.IN_FLIGHT, 1):
            postman.deliver_due(own, sending)
        then = kept(own)
        later = postman.deliver_due(own, sending)

    assert then == [("accepted", 250, "2.0.0 queued as 1"), ("queued", None, ""), ("queued", None, "")]
    assert (later, host.torn) == (Delivered(accepted=2), [b""]), "nothing was said to the server that waited"
    assert host.recipients == ["p0@example.org", "p1@example.org", "p2@example.org"]


def test_letters_that_were_taken_go_out_when_no_more_can_be_taken(
    own: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_in_order(own, 5)
    monkeypatch.setattr(postman, "BATCH", 4)

    with mailhost() as host, full_disk(own, LetterState.CLAIMED, 4):
        postman.deliver_due(own, send_by(host, settings, mail_connections=2))

    assert [state for state, _code, _words in kept(own)] == ["accepted"] * 4 + ["queued"]


@pytest.mark.parametrize(
    ("words", "code", "said", "sent", "connections"),
    [
        ("451 4.3.0 not now", 451, "4.3.0 not now", 2, 1),
        ("421 4.3.2 shutting down", 421, "4.3.2 shutting down", 1, 1),  # and asks for patience
        (DROP, None, "the server closed the connection", 2, 2),
        ("250 what?", None, "the server did not ask for the letter: 250 what?", 2, 2),
    ],
)
def test_a_letter_that_the_server_did_not_ask_for_goes_later(
    database: Database,
    db: Session,
    settings: Settings,
    frozen: At,
    words: str,
    code: int | None,
    said: str,
    sent: int,
    connections: int,
) -> None:
    letters(db, 3)
    asked: list[str] = []

    def second_is_not_asked_for(stage: str, to: str) -> str:
        asked.extend([to] if stage == "data" else [])
        return words if stage == "data" and len(asked) == 2 else GROUPS.get(stage, "")

    with mailhost(second_is_not_asked_for) as host:
        first = postman.deliver_due(database, send_by(host, settings, mail_connections=1))
        letter, used = db.exec(select(Letter).where(Letter.to_address == asked[1])).one(), host.connections
        then = (letter.state, letter.smtp_code, letter.smtp_text, letter.attempts, letter.due_at, letter.owner)
        told = db.exec(select(LetterEvent.smtp_code, LetterEvent.text).where(LetterEvent.letter_id == letter.id)).all()
        with frozen(NOW + timedelta(minutes=1)):
            later = postman.deliver_due(database, send_by(host, settings))

    assert (first, used) == (Delivered(accepted=sent, deferred=1), connections)
    assert then == (LetterState.QUEUED, code, said, 1, NOW + timedelta(minutes=1), "")
    assert told == [(code, said)]
    assert later == Delivered(accepted=3 - sent)
    assert host.recipients == ["p0@example.org", "p1@example.org", "p2@example.org"]


async def said_after(host: MailHost, settings: Settings, moment: float) -> None:
    """A letter, so long after the server was made ready for it."""
    async with Connection(send_by(host, settings)) as connection:
        await connection.envelope(ENVELOPE)
        connection.begin()
        await asyncio.sleep(moment)
        await connection.data(b"Subject: x\r\n\r\nHello\r\n")


@pytest.mark.parametrize(("stage", "reply", "error"), [("data", "354 go on" + DROP, Unsent), ("end", DROP, Uncertain)])
def test_a_letter_is_uncertain_from_its_first_byte(
    settings: Settings, stage: str, reply: str, error: type[Exception]
) -> None:
    with mailhost(lambda at, to: reply if at == stage else "") as host, pytest.raises(error):
        asyncio.run(said_after(host, settings, 0.05))

    assert len(host.taken) == (1 if error is Uncertain else 0)
