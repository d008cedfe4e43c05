"""The postman against a real mail server that misbehaves."""

from base64 import b64decode
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, text
from sqlmodel import Session, SQLModel, select

from bsoo import clock
from bsoo.db import Database
from bsoo.mail import claims, epochs, ledger, outbox, postman
from bsoo.mail.models import Letter, LetterEvent, LetterPayload, LetterState, Mailing, MailingState
from bsoo.mail.outbox import Draft, Recipient
from bsoo.mail.postman import Delivered
from bsoo.settings import Settings
from tests.conftest import NOW
from tests.mailhost import DROP, MailHost, mailhost

At = Callable[[datetime], AbstractContextManager[None]]


def letters(db: Session, count: int, mailing: Mailing | None = None) -> None:
    """Letters to p0@example.org, p1@example.org, …, committed."""
    mailing_id = mailing.id if mailing else None
    outbox.queue_many(
        db,
        [
            Draft(
                "own_page",
                Recipient(f"p{n}@example.org", f"Persoon {n}"),
                f"test:{n}",
                {"page": f"/mijn/{n}"},
                mailing_id=mailing_id,
            )
            for n in range(count)
        ],
    )
    db.commit()


def a_mailing(db: Session, count: int) -> Mailing:
    mailing = outbox.start_mailing(db, None, "own_page", None, None, count)
    letters(db, count, mailing)
    return mailing


def send_by(host: MailHost, settings: Settings, **changes: object) -> Settings:
    return settings.model_copy(update={"smtp_url": host.url, **changes})


def found(db: Session, number: int = 0) -> Letter:
    db.expire_all()
    return db.exec(select(Letter).where(Letter.to_address == f"p{number}@example.org")).one()


def states(db: Session) -> list[LetterState]:
    db.expire_all()
    return [LetterState(state) for state in db.exec(select(Letter.state).order_by(Letter.to_address))]


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


def test_a_server_in_a_hurry_holds_the_whole_sender(
    database: Database, db: Session, settings: Settings, frozen: At
) -> None:
    letters(db, 5)
    script = {"rcpt": "450 4.7.0 rate limit exceeded"}

    with mailhost(lambda stage, to: script.get(stage, "")) as host:
        hurried = postman.deliver_due(database, send_by(host, settings, mail_connections=1))
        script.clear()
        held = postman.deliver_due(database, send_by(host, settings))
        with frozen(NOW + timedelta(minutes=1)):
            later = postman.deliver_due(database, send_by(host, settings))

    assert (hurried, held, later) == (Delivered(deferred=1), Delivered(), Delivered(accepted=5))


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


def test_what_a_dead_postman_left_is_queued_or_unknown(database: Database, db: Session, settings: Settings) -> None:
    letters(db, 2)
    gone = "elsewhere|1|gone"
    claimed = claims.claim(db, gone, 2, clock.now())
    ledger.let_fly(db.connection(), gone, [claimed[0].id], clock.now())

    lost = claims.recover(db, NOW + ledger.FLIGHT_LEASE + timedelta(seconds=1), "here")

    events = [event.state for event in db.exec(select(LetterEvent))]
    assert (lost, sorted(states(db)), events) == (1, [LetterState.QUEUED, LetterState.UNKNOWN], [LetterState.UNKNOWN])


def test_a_postman_on_this_machine_whose_process_is_gone_need_not_be_waited_for(
    database: Database, db: Session
) -> None:
    letters(db, 2)
    dead, alive = "here|999999999|x|", claims.owner_here("here", "y", epochs.current(db))
    claims.claim(db, dead, 1, clock.now())
    claims.claim(db, alive, 1, clock.now())

    claims.recover(db, NOW, "here")

    owners = sorted(db.exec(select(Letter.owner)))
    assert owners == ["", alive]


def test_what_was_claimed_before_the_database_crashed_may_have_been_sent(database: Database, db: Session) -> None:
    letters(db, 2)
    before, after = claims.owner_here("here", "x", "before"), claims.owner_here("here", "y", epochs.current(db))
    claims.claim(db, before, 1, clock.now())
    claims.claim(db, after, 1, clock.now())

    lost = claims.recover(db, NOW, "here")

    claimed = db.exec(select(Letter.owner).where(Letter.state == LetterState.CLAIMED)).all()
    assert (lost, sorted(states(db)), claimed) == (1, [LetterState.CLAIMED, LetterState.UNKNOWN], [after])


def test_a_postman_that_outlives_a_crash_of_the_database_does_not_give_back_what_it_held(
    database: Database, db: Session
) -> None:
    letters(db, 1)
    before = claims.owner_here("here", "x", "before")
    claims.claim(db, before, 1, clock.now())

    claims.release(db, before, NOW)

    assert states(db) == [LetterState.UNKNOWN]


def test_an_epoch_lasts_until_a_crash_empties_its_table(database: Database, db: Session) -> None:
    first, again = epochs.current(db), epochs.current(db)
    db.connection().execute(delete(SQLModel.metadata.tables["mail_epoch"]))
    after = epochs.current(db)

    is_emptied = db.connection().dialect.name == "postgresql"
    assert first == again
    assert (after != first) == is_emptied


def test_a_crash_empties_that_table(db: Session) -> None:
    if db.connection().dialect.name != "postgresql":
        pytest.skip("SQLite has the boot id of the machine for that")

    kind = (
        db.connection().execute(text("SELECT relpersistence FROM pg_class WHERE relname = 'mail_epoch'")).scalar_one()
    )

    assert kind == "u"  # unlogged


def test_a_claim_that_was_taken_away_no_longer_counts(database: Database, db: Session) -> None:
    letters(db, 1)
    [letter] = claims.claim(db, "slow", 1, clock.now())
    claims.recover(db, NOW + claims.CLAIM_LEASE + timedelta(seconds=1), "here")
    claims.claim(db, "quick", 1, clock.now())

    assert ledger.let_fly(db.connection(), "slow", [letter.id], clock.now()) == set()
    assert ledger.let_fly(db.connection(), "quick", [letter.id], clock.now()) == {letter.id}


def test_a_flight_that_seemed_lost_may_still_be_reported_by_its_own_postman(database: Database, db: Session) -> None:
    letters(db, 1)
    [letter] = claims.claim(db, "slow", 1, clock.now())
    ledger.let_fly(db.connection(), "slow", [letter.id], clock.now())
    claims.recover(db, NOW + ledger.FLIGHT_LEASE + timedelta(seconds=1), "here")

    ledger.settle(db.connection(), "slow", [ledger.Outcome(letter.id, LetterState.ACCEPTED, 250, "ok", NOW)])

    assert states(db) == [LetterState.ACCEPTED]


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
