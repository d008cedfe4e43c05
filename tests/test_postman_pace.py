"""How fast the postman goes: the pace, mailings that are paused, servers that ask for patience."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from bsoo.db import Database
from bsoo.mail import ledger, outbox, postman
from bsoo.mail.models import MailingState
from bsoo.mail.outbox import Recipient
from bsoo.mail.postman import Delivered
from bsoo.settings import Settings
from tests.conftest import NOW
from tests.mailhost import mailhost
from tests.posting import At, a_mailing, found, letters, send_by


def test_a_server_that_is_not_there_loses_nothing_and_is_left_alone_for_a_while(
    database: Database, db: Session, settings: Settings, frozen: At
) -> None:
    letters(db, 3)
    with mailhost() as gone:
        closed = send_by(gone, settings)

    nobody = postman.deliver_due(database, closed)
    with mailhost() as host:
        held = postman.deliver_due(database, send_by(host, settings))
        with frozen(NOW + postman.HOLD_UNREACHABLE):
            later = postman.deliver_due(database, send_by(host, settings))

    assert (nobody, held, later) == (Delivered(), Delivered(), Delivered(accepted=3))
    assert found(db).attempts == 1


def test_the_pace_holds_over_several_runs(database: Database, db: Session, settings: Settings, frozen: At) -> None:
    letters(db, 40)
    sent = []

    with mailhost() as host:
        for tick in range(13):
            with frozen(NOW + timedelta(seconds=5 * tick)):
                sent.append(postman.deliver_due(database, send_by(host, settings, mail_per_minute=30)).accepted)

    assert sent[:4] == [5, 2, 3, 2], "ten seconds' worth at once, then thirty a minute"
    assert sum(sent) == 35


def test_a_letter_to_one_person_does_not_wait_behind_a_mailing(
    database: Database, db: Session, settings: Settings
) -> None:
    a_mailing(db, 30)
    outbox.queue(db, "staff_sign_in", Recipient("noor@bsoo.example", "Noor"), "sign-in", {"token": "abc"})
    db.commit()

    with mailhost() as host:
        postman.deliver_due(database, send_by(host, settings, mail_connections=1))

    assert host.taken[0].recipient == "noor@bsoo.example"
    assert len(host.taken) == 31


def test_a_mailing_of_which_too_much_is_refused_is_paused(database: Database, db: Session, settings: Settings) -> None:
    mailing = a_mailing(db, 30)

    with mailhost(lambda stage, to: "550 5.1.1 unknown" if stage == "rcpt" else "") as host:
        result = postman.deliver_due(database, send_by(host, settings, mail_connections=1))

    db.refresh(mailing)
    assert mailing.state is MailingState.PAUSED
    assert result.refused <= ledger.REFUSALS_ALLOWED + 2
    assert outbox.progress(db, mailing.id).waiting == 30 - result.refused


@pytest.mark.parametrize(
    ("refused", "handled", "pauses"),
    [(2, 2, False), (3, 3, True), (2, 20, False), (3, 20, True), (5, 100, False), (6, 100, True)],
)
def test_ten_percent_of_the_first_twenty_and_five_of_all_is_too_much(refused: int, handled: int, pauses: bool) -> None:
    assert ledger.too_many_refused(refused, handled) is pauses


@pytest.mark.parametrize("state", [MailingState.PAUSED, MailingState.STOPPED])
def test_a_mailing_that_does_not_run_is_not_sent(
    database: Database, db: Session, settings: Settings, state: MailingState
) -> None:
    mailing = a_mailing(db, 5)
    mailing.state = state
    db.commit()

    with mailhost() as host:
        result = postman.deliver_due(database, send_by(host, settings))

    assert (result, host.taken) == (Delivered(), [])


def test_a_mailing_that_is_paused_in_the_middle_stops_before_the_next_letter(
    database: Database, db: Session, settings: Settings
) -> None:
    mailing = a_mailing(db, 5)

    def pauses(stage: str, to: str) -> str:
        if stage == "end":
            mailing.state = MailingState.PAUSED
            db.commit()
        return ""

    with mailhost(pauses) as host:
        postman.deliver_due(database, send_by(host, settings, mail_connections=1))

    assert len(host.taken) == 1
    assert outbox.progress(db, mailing.id).waiting == 4


def test_no_more_go_out_in_a_day_than_the_account_may_send(
    database: Database, db: Session, settings: Settings, frozen: At
) -> None:
    letters(db, 40)
    sent = []

    with mailhost() as host:
        for hour in range(25):
            with frozen(NOW + timedelta(hours=hour)):
                sent.append(postman.deliver_due(database, send_by(host, settings, mail_per_day=24)).accepted)

    assert sent[0] == 12, "half of them at once"
    assert sum(sent[:24]) <= 24
    assert sum(sent) == 24


@pytest.mark.parametrize(
    "words",
    [
        "421 4.7.0 come back later",
        "450 4.7.0 rate limit exceeded",
        "432 4.3.2 Concurrent connections limit exceeded",
        "451 4.7.500 Server busy",
        "452 4.3.1 Insufficient system storage",
    ],
)
def test_a_server_that_asks_for_patience_gets_it(
    database: Database, db: Session, settings: Settings, frozen: At, words: str
) -> None:
    letters(db, 5)
    script = {"rcpt": words}

    with mailhost(lambda stage, to: script.get(stage, "")) as host:
        hurried = postman.deliver_due(database, send_by(host, settings, mail_connections=1))
        script.clear()
        held = postman.deliver_due(database, send_by(host, settings))
        with frozen(NOW + timedelta(minutes=1)):
            later = postman.deliver_due(database, send_by(host, settings))

    assert (hurried, held, later) == (Delivered(deferred=1), Delivered(), Delivered(accepted=5))


def test_a_letter_that_is_greylisted_waits_alone(database: Database, db: Session, settings: Settings) -> None:
    letters(db, 3)

    with mailhost(lambda stage, to: "450 4.7.1 Greylisted" if to == "p0@example.org" else "") as host:
        result = postman.deliver_due(database, send_by(host, settings, mail_connections=1))

    assert result == Delivered(accepted=2, deferred=1)
