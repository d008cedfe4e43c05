"""The postman against a real mail server that misbehaves."""

from base64 import b64decode
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bsoo.db import Database
from bsoo.mail import ledger, outbox, postman
from bsoo.mail.models import LetterPayload, LetterState
from bsoo.mail.outbox import Recipient
from bsoo.mail.postman import Delivered
from bsoo.settings import Settings
from tests.conftest import NOW
from tests.mailhost import DROP, mailhost
from tests.posting import At, found, letters, send_by, states


def test_a_letter_is_sent_once_and_the_servers_words_are_kept(
    database: Database, db: Session, settings: Settings
) -> None:
    letters(db, 1)

    with mailhost() as host:
        first = postman.deliver_due(database, send_by(host, settings))
        second = postman.deliver_due(database, send_by(host, settings))

    letter = found(db)
    assert (first, second) == (Delivered(accepted=1), Delivered())
    assert host.recipients == ["p0@example.org"]
    assert (letter.state, letter.smtp_code, letter.smtp_text) == (LetterState.ACCEPTED, 250, "2.0.0 queued as 1")
    assert (letter.attempts, letter.accepted_at, letter.owner) == (1, NOW, "")
    assert host.taken[0].message_id == letter.message_id


def test_connections_are_reused_and_no_more_are_open_than_allowed(
    database: Database, db: Session, settings: Settings
) -> None:
    letters(db, 60)

    with mailhost() as host:
        postman.deliver_due(database, send_by(host, settings, mail_connections=3))

    assert len(host.recipients) == len(set(host.recipients)) == 60
    assert (host.connections, host.most_open) == (3, 3)


def test_a_recipient_that_is_refused_for_good_is_never_tried_again(
    database: Database, db: Session, settings: Settings, frozen: At
) -> None:
    letters(db, 1)
    script = {"rcpt": "550 5.1.1 user unknown"}

    with mailhost(lambda stage, to: script.get(stage, "")) as host:
        refused = postman.deliver_due(database, send_by(host, settings))
        with frozen(NOW + timedelta(days=1)):
            again = postman.deliver_due(database, send_by(host, settings))

    letter = found(db)
    assert (refused, again) == (Delivered(refused=1), Delivered())
    assert (letter.state, letter.smtp_code, letter.smtp_text) == (LetterState.REFUSED, 550, "5.1.1 user unknown")


def test_a_letter_that_is_refused_after_data_was_not_sent(database: Database, db: Session, settings: Settings) -> None:
    letters(db, 2)

    with mailhost(
        lambda stage, to: "554 5.7.1 looks like spam" if (stage, to) == ("end", "p0@example.org") else ""
    ) as host:
        result = postman.deliver_due(database, send_by(host, settings, mail_connections=1))

    assert result == Delivered(accepted=1, refused=1)
    assert states(db) == [LetterState.REFUSED, LetterState.ACCEPTED]


@pytest.mark.parametrize("stage", ["rcpt", "data", "end"])
def test_a_temporary_refusal_is_tried_again_later_with_the_same_bytes(
    database: Database, db: Session, settings: Settings, frozen: At, stage: str
) -> None:
    letters(db, 1)
    script = {stage: "451 4.3.0 not now"}

    with mailhost(lambda stage, to: script.get(stage, "")) as host:
        first = postman.deliver_due(database, send_by(host, settings))
        too_soon = postman.deliver_due(database, send_by(host, settings))
        made = db.exec(select(LetterPayload.raw)).one()
        script.clear()
        with frozen(NOW + timedelta(minutes=1)):
            later = postman.deliver_due(database, send_by(host, settings))

    assert (first, too_soon, later) == (Delivered(deferred=1), Delivered(), Delivered(accepted=1))
    assert (found(db).attempts, len(host.taken)) == (2, 1)
    assert made == host.taken[0].raw, "a second try is the same bytes"


def test_tries_are_spread_over_two_days_and_then_given_up() -> None:
    moment, waits = NOW, []
    for attempt in range(1, 17):
        due = ledger.next_try(attempt, moment)
        if due is not None:
            waits.append(int((due - moment).total_seconds() / 60))
            moment = due

    assert waits == [1, 5, 15, 60] + [240] * 11
    assert timedelta(hours=44) < moment - NOW < timedelta(hours=48)
    assert ledger.next_try(16, moment) is None


def test_a_line_that_breaks_after_data_leaves_the_letter_unknown_and_unsent_by_itself(
    database: Database, db: Session, settings: Settings, frozen: At
) -> None:
    letters(db, 2)

    with mailhost(lambda stage, to: DROP if (stage, to) == ("end", "p0@example.org") else "") as host:
        result = postman.deliver_due(database, send_by(host, settings, mail_connections=1))
        with frozen(NOW + timedelta(days=1)):
            later = postman.deliver_due(database, send_by(host, settings))

    assert (result, later) == (Delivered(accepted=1, unknown=1), Delivered())
    assert states(db) == [LetterState.UNKNOWN, LetterState.ACCEPTED]
    assert host.recipients == ["p0@example.org", "p1@example.org"]


def test_a_server_that_closes_in_the_middle_gets_a_new_connection(
    database: Database, db: Session, settings: Settings
) -> None:
    letters(db, 4)
    seen: list[str] = []

    def closes_once(stage: str, to: str) -> str:
        seen.append(stage)
        return "421 4.3.2 shutting down" if stage == "rcpt" and seen.count("rcpt") == 3 else ""

    with mailhost(closes_once) as host:
        result = postman.deliver_due(database, send_by(host, settings, mail_connections=1))

    assert (result, host.connections) == (Delivered(accepted=4), 2)
    assert len(set(host.recipients)) == 4


def test_a_dropped_line_between_letters_is_opened_again(database: Database, db: Session, settings: Settings) -> None:
    letters(db, 3)
    seen: list[str] = []

    def drops_once(stage: str, to: str) -> str:
        seen.append(stage)
        return DROP if stage == "mail" and seen.count("mail") == 2 else ""

    with mailhost(drops_once) as host:
        result = postman.deliver_due(database, send_by(host, settings, mail_connections=1))

    assert (result, host.connections) == (Delivered(accepted=3), 2)


def test_a_letter_that_cannot_be_made_does_not_keep_back_the_others(
    database: Database, db: Session, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    letters(db, 3)
    broken = db.get(LetterPayload, found(db, 1).id)
    assert broken is not None
    broken.context = {}
    db.commit()

    with mailhost() as host:
        result = postman.deliver_due(database, send_by(host, settings))

    assert result == Delivered(accepted=2, refused=1)
    assert found(db, 1).smtp_text == "This letter could not be made."
    assert "could not be made" in caplog.text


def test_the_return_address_carries_the_token_when_there_is_a_mailbox_for_it(
    database: Database, db: Session, settings: Settings
) -> None:
    letters(db, 1)

    with mailhost() as host:
        postman.deliver_due(database, send_by(host, settings, mail_bounces="bounce@bsoo.example"))

    assert host.taken[0].sender == f"bounce+{found(db).return_token}@bsoo.example"


def test_an_address_that_no_server_understands_is_refused_and_not_tried(
    database: Database, db: Session, settings: Settings
) -> None:
    outbox.queue(db, "own_page", Recipient("zoë@voorbeeld.example", "Zoë"), "zoe", {"page": "/mijn/1"})
    db.commit()

    with mailhost() as host:
        result = postman.deliver_due(database, send_by(host, settings))

    assert (result, host.taken) == (Delivered(refused=1), [])


def test_a_server_that_wants_a_name_and_a_password_gets_them(
    database: Database, db: Session, settings: Settings
) -> None:
    letters(db, 1)
    script = {"ehlo": "250-mailhost\r\n250 AUTH PLAIN", "auth": "235 2.7.0 welcome"}

    with mailhost(lambda stage, to: script.get(stage, "")) as host:
        url = host.url.replace("//", "//bsoo:p%40ss%3Aword@")
        result = postman.deliver_due(database, settings.model_copy(update={"smtp_url": url}))

    [login] = [line.removeprefix("AUTH PLAIN ") for line in host.greetings if line.startswith("AUTH")]
    assert result == Delivered(accepted=1)
    assert b64decode(login) == b"\0bsoo\0p@ss:word"


def test_a_password_that_is_wrong_holds_the_sender_and_loses_nothing(
    database: Database, db: Session, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    letters(db, 2)
    script = {"ehlo": "250-mailhost\r\n250 AUTH PLAIN", "auth": "535 5.7.8 no such user"}

    with mailhost(lambda stage, to: script.get(stage, "")) as host:
        url = host.url.replace("//", "//bsoo:secret-word@")
        result = postman.deliver_due(database, settings.model_copy(update={"smtp_url": url}))

    assert (result, host.taken) == (Delivered(), [])
    assert states(db) == [LetterState.QUEUED, LetterState.QUEUED]
    assert "535" in caplog.text
    assert "secret-word" not in caplog.text


def test_an_old_server_is_greeted_in_the_old_way(database: Database, db: Session, settings: Settings) -> None:
    letters(db, 1)

    with mailhost(lambda stage, to: "502 what?" if stage == "ehlo" else "") as host:
        result = postman.deliver_due(database, send_by(host, settings))

    assert result == Delivered(accepted=1)
    assert [greeting.split()[0] for greeting in host.greetings] == ["EHLO", "HELO"]
