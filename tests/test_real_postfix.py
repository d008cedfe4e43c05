"""A real mail server that refuses in each way: every letter ends in the right state, with the server's words."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bsoo.db import Database
from bsoo.mail import outbox, postman
from bsoo.mail.models import Letter, LetterState
from bsoo.mail.outbox import Draft, Recipient
from bsoo.mail.postman import Delivered
from bsoo.settings import Settings
from tests.conftest import NOW
from tests.postfix import MISSING, Refusals, is_here, postfix, sink

At = Callable[[datetime], AbstractContextManager[None]]

pytestmark = pytest.mark.skipif(not is_here(), reason=MISSING)

CERTIFICATES = Path(__file__).parent / "certificates"
HERE = CERTIFICATES / "here.pem"
EACH = 25

REFUSALS: Refusals = {
    "rcpt": {"gone@example.org": "550 5.1.1 No such person", "grey@example.org": "450 4.7.1 Greylisted for now"},
    "data": {"never@example.org": "554 5.7.1 Not this one", "tired@example.org": "451 4.7.1 Ask me tonight"},
    "end": {"spam@example.org": "554 5.7.1 Looks like spam", "full@example.org": "452 4.2.2 Mailbox full"},
}
ENDS = {
    "kind": (LetterState.ACCEPTED, 250, "2.0.0 Ok: queued as"),
    "gone": (LetterState.REFUSED, 550, "No such person"),
    "grey": (LetterState.QUEUED, 450, "Greylisted for now"),
    "never": (LetterState.REFUSED, 554, "Not this one"),
    "tired": (LetterState.QUEUED, 451, "Ask me tonight"),
    "spam": (LetterState.REFUSED, 554, "Looks like spam"),
    "full": (LetterState.QUEUED, 452, "Mailbox full"),
}


def letters(db: Session, names: list[str]) -> None:
    outbox.queue_many(
        db,
        [
            Draft("own_page", Recipient(f"{name}@example.org", name), f"postfix:{n}", {"page": f"/mijn/{n}"})
            for n, name in enumerate(names)
        ],
    )
    db.commit()


def send_to(port: int, settings: Settings, scheme: str = "smtp", **changes: object) -> Settings:
    return settings.model_copy(update={"smtp_url": f"{scheme}://127.0.0.1:{port}", **changes})


def rows(db: Session) -> list[Letter]:
    db.expire_all()
    return list(db.exec(select(Letter).order_by(Letter.to_address)))


def test_each_way_to_refuse_ends_in_the_right_state_with_the_servers_words(
    database: Database, db: Session, settings: Settings
) -> None:
    letters(db, list(ENDS) * EACH)

    with postfix(REFUSALS, HERE) as port:
        result = postman.deliver_due(database, send_to(port, settings))

    assert result == Delivered(accepted=EACH, refused=3 * EACH, deferred=3 * EACH)
    for letter in rows(db):
        state, code, words = ENDS[letter.to_name]
        assert (letter.state, letter.smtp_code, words in letter.smtp_text) == (state, code, True), letter.smtp_text
        assert letter.attempts == 1


def test_a_server_that_hangs_up_after_some_errors_keeps_back_nobody(
    database: Database, db: Session, settings: Settings
) -> None:
    letters(db, ["gone", "kind"] * 15)

    with postfix(REFUSALS, HERE, errors_allowed=3) as port:
        result = postman.deliver_due(database, send_to(port, settings))

    assert result == Delivered(accepted=15, refused=15)


def test_a_server_that_closes_down_is_left_alone_for_a_minute_and_then_gets_letters_slowly(
    database: Database, db: Session, settings: Settings, frozen: At
) -> None:
    letters(db, ["closing"] + ["kind"] * 9)
    closes: Refusals = {"rcpt": {"closing@example.org": "421 4.3.2 Closing for tonight"}}

    with postfix(closes, HERE) as port:
        first = postman.deliver_due(database, send_to(port, settings, mail_connections=1))
        held = postman.deliver_due(database, send_to(port, settings, mail_connections=1))
    accepted = [first.accepted]
    for minute in (1, 2, 3):
        with postfix({}, HERE) as port, frozen(NOW + timedelta(minutes=minute)):
            accepted.append(postman.deliver_due(database, send_to(port, settings)).accepted)

    assert (first.deferred, held, sum(accepted)) == (1, Delivered(), 10)
    assert max(accepted[1:]) <= 5


def test_letters_go_to_a_real_server_in_secret_and_to_no_other(
    database: Database, db: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch, frozen: At
) -> None:
    letters(db, ["kind"] * 10)

    with postfix({}, HERE) as port:
        unproven = postman.deliver_due(database, send_to(port, settings, "smtp+starttls"))
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))
        with frozen(NOW + postman.HOLD_UNREACHABLE):
            proven = postman.deliver_due(database, send_to(port, settings, "smtp+starttls"))

    assert (unproven, proven) == (Delivered(), Delivered(accepted=10))


def test_a_line_that_is_cut_after_the_message_leaves_each_letter_unknown(
    database: Database, db: Session, settings: Settings, frozen: At
) -> None:
    letters(db, ["kind"] * 12)

    with sink("-q", ".") as port:
        result = postman.deliver_due(database, send_to(port, settings))
        with frozen(NOW + timedelta(days=2)):
            again = postman.deliver_due(database, send_to(port, settings))

    assert (result, again) == (Delivered(unknown=12), Delivered())
    assert {letter.smtp_text for letter in rows(db)} == {"the server closed the connection"}


def test_a_server_that_closes_at_the_end_of_a_message_did_not_take_it(
    database: Database, db: Session, settings: Settings
) -> None:
    letters(db, ["kind"] * 12)

    with sink("-Q", ".") as port:
        result = postman.deliver_due(database, send_to(port, settings, mail_connections=1))

    assert result == Delivered(deferred=1), "and the others wait until it is in a better mood"
    assert {letter.state for letter in rows(db)} == {LetterState.QUEUED}


def test_a_slow_server_gets_its_time(database: Database, db: Session, settings: Settings) -> None:
    letters(db, ["kind"] * 6)

    with sink("-w", "1") as port:
        result = postman.deliver_due(database, send_to(port, settings))

    assert result == Delivered(accepted=6)
