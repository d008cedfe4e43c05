"""What a postman or a database that died left behind: sent again, or never by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, text
from sqlmodel import Session, SQLModel, select

from bsoo import clock
from bsoo.db import Database
from bsoo.mail import claims, epochs, ledger
from bsoo.mail.models import Letter, LetterEvent, LetterState
from bsoo.settings import Settings
from tests.conftest import NOW
from tests.posting import letters, states


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
