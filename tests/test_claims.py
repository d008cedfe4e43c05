"""What a claim reads and leaves behind: the letters that are due in their order, however many wait behind them."""

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select, update

from bsoo import clock
from bsoo.db import Database
from bsoo.mail import claims, desk, ledger
from bsoo.mail.models import Letter, LetterState
from tests.conftest import NOW
from tests.posting import a_mailing, letters


def plan_of_claim(database: Database, db: Session) -> str:
    """How SQLite does what a claim asks, up to where it fetches what it took by number."""
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_connection: object, _cursor: object, statement: str, facts: tuple[object, ...], *_more: object) -> None:
        if "due_at" in statement and "letter_payload" not in statement:
            asked.append((statement, facts))

    event.listen(database.engine, "before_cursor_execute", note)
    claims.claim(db, "one", 2, NOW)
    event.remove(database.engine, "before_cursor_execute", note)
    connection = db.connection()
    rows = [row for one in asked for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one[0]}", one[1])]
    return "\n".join(row[-1] for row in rows)


@pytest.mark.once
def test_what_is_written_between_two_letters_is_in_no_index() -> None:
    """Or PostgreSQL would write in each index of the table, twice for a letter."""
    written = {"state", "attempts", "owner", "lease_until", "accepted_at", "smtp_code", "smtp_text"}

    indexed = {column.name for index in ledger.LETTER.indexes for column in index.columns}

    assert (indexed & written, "due_at" in indexed) == (set(), True)


def test_a_claim_reads_letters_in_order_and_sorts_nothing(database: Database, db: Session) -> None:
    """With 20,000 letters due, to look at all of them for each hundred was most of the work of a claim."""
    if not database.is_sqlite:
        pytest.skip("with a handful of letters PostgreSQL rightly reads the whole table")
    a_mailing(db, 4)

    plan = plan_of_claim(database, db)

    assert plan.count("SEARCH letter USING INDEX") >= 4
    assert [line for line in plan.splitlines() if "TEMP B-TREE" in line or "SCAN letter" in line] == []
    assert {line.split("(")[1] for line in plan.splitlines() if "_due_at_id" in line} == {
        "mailing_id=? AND due_at<?)",
        "due_at<?)",
        "due_at=? AND id<?)",
    }


def test_what_has_ended_leaves_the_list_with_the_next_claim_until_it_is_sent_again(
    database: Database, db: Session
) -> None:
    letters(db, 3)
    [ended] = claims.claim(db, "one", 1, NOW)
    ledger.settle(db.connection(), "one", [ledger.Outcome(ended.id, LetterState.REFUSED, 550, "no", NOW)])
    claims.claim(db, "one", 1, NOW)

    listed = {state: due is not None for state, due in db.exec(select(Letter.state, Letter.due_at))}
    desk.send_again(db, [ended.id])
    again = claims.claim(db, "one", 2, NOW)

    assert listed == {LetterState.REFUSED: False, LetterState.CLAIMED: True, LetterState.QUEUED: True}
    assert ended.id in {letter.id for letter in again}


def test_what_ended_behind_the_last_that_was_taken_leaves_the_list_when_all_was_taken(
    database: Database, db: Session
) -> None:
    letters(db, 4)
    last = claims.claim(db, "one", 4, NOW)[-1].id
    claims.release(db, "one", NOW)
    db.exec(update(Letter).where(col(Letter.id) == last).values(state=LetterState.CANCELLED))

    claims.claim(db, "two", 1, NOW)
    before = db.exec(select(Letter.due_at).where(Letter.id == last)).one()
    claims.claim(db, "two", 9, NOW)

    assert before is not None
    assert db.exec(select(Letter.due_at).where(Letter.id == last)).one() is None


def test_a_claim_takes_no_more_than_it_asked_for_whatever_the_plan(database: Database, db: Session) -> None:
    """PostgreSQL may run a limited subquery again for each row, if it is part of the UPDATE itself."""
    letters(db, 40)
    if not database.is_sqlite:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"):
            db.connection().exec_driver_sql(f"SET LOCAL enable_{way} = off")

    taken = claims.claim(db, "quick", 5, clock.now())

    assert len(taken) == 5
    assert len(db.exec(select(Letter.id).where(Letter.owner == "quick")).all()) == 5
