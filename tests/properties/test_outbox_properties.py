"""Any sequence of sending, refusing, losing the line, crashing and meddling sends no letter twice by itself."""

import sqlite3
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Connection
from sqlmodel import SQLModel, select

from bsoo.db import Database
from bsoo.mail import claims, desk, ledger, outbox
from bsoo.mail.claims import Claimed
from bsoo.mail.ledger import Outcome
from bsoo.mail.models import Letter, LetterState
from bsoo.mail.outbox import Draft, Recipient

START = datetime.fromisoformat("2026-11-23T08:00:00+00:00")
LETTERS = 2
POSTMEN = ("one", "two")


@cache
def tables() -> bytes:
    """A database with all tables: made once, for to make them takes longer than most stories."""
    database = Database("sqlite://")
    SQLModel.metadata.create_all(database.engine)
    with database.engine.connect() as connection:
        return driver(connection).serialize()


def driver(connection: Connection) -> sqlite3.Connection:
    held = connection.connection.driver_connection
    assert isinstance(held, sqlite3.Connection)
    return held


class Delivery(RuleBasedStateMachine):
    """Two postmen over one outbox, and a world that knows what the mail server really took."""

    def __init__(self) -> None:
        super().__init__()
        self.database = Database("sqlite://")
        with self.database.engine.connect() as connection:
            driver(connection).deserialize(tables())
        self.now = START
        self.hands: dict[str, list[Claimed]] = {name: [] for name in POSTMEN}
        self.keys: dict[UUID, str] = {}
        self.flying: dict[str, Claimed | None] = dict.fromkeys(POSTMEN)
        self.taken: Counter[UUID] = Counter()
        self.by_hand: Counter[UUID] = Counter()

    def teardown(self) -> None:
        self.database.engine.dispose()

    @initialize()
    def queue(self) -> None:
        drafts = [
            Draft("own_page", Recipient(f"p{n}@e.org", "x"), f"k:{n}", {"page": "/mijn/x"}) for n in range(LETTERS)
        ]
        with self.database.transaction() as db:
            assert outbox.queue_many(db, drafts) == LETTERS
            self.keys = dict(db.exec(select(Letter.id, Letter.key)).all())

    @rule(name=st.sampled_from(POSTMEN))
    def claims(self, name: str) -> None:
        with self.database.transaction() as db:
            found = claims.claim(db, name, LETTERS, self.due())
        # Letters of one moment have no order, and a story that is told again must go as it did.
        self.hands[name] += sorted(found, key=lambda one: self.keys[one.id])

    @precondition(lambda self: any(self.hands.values()))
    @rule(data=st.data())
    def takes_off(self, data: st.DataObject) -> None:
        """MAIL and RCPT went well; the commit before DATA decides whether the letter may go."""
        name = data.draw(st.sampled_from([name for name in POSTMEN if self.hands[name]]))
        if self.flying[name] is not None:
            return
        letter = self.hands[name].pop()
        with self.database.transaction() as db:
            if ledger.let_fly(db.connection(), name, [letter.id], self.now) == {letter.id}:
                self.flying[name] = letter

    @rule(
        name=st.sampled_from(POSTMEN),
        server_took_it=st.booleans(),
        heard=st.booleans(),
        code=st.sampled_from([451, 550]),
    )
    def lands(self, name: str, server_took_it: bool, heard: bool, code: int) -> None:
        """DATA: taken or refused, and the answer arrives or the line breaks."""
        letter = self.flying[name]
        if letter is None:
            return
        self.flying[name] = None
        self.taken[letter.id] += server_took_it
        if not heard:
            self.settle(name, letter, LetterState.UNKNOWN)
        elif server_took_it:
            self.settle(name, letter, LetterState.ACCEPTED)
        else:
            self.settle(name, letter, LetterState.QUEUED if code == 451 else LetterState.REFUSED)

    @rule(name=st.sampled_from(POSTMEN), server_took_it=st.booleans())
    def crashes(self, name: str, server_took_it: bool) -> None:
        """The process is gone: what it held in memory is lost, also what the server said."""
        letter, self.flying[name] = self.flying[name], None
        if letter is not None:
            self.taken[letter.id] += server_took_it
        self.hands[name] = []

    @precondition(lambda self: any(self.hands.values()))
    @rule(name=st.sampled_from(POSTMEN), code=st.sampled_from([450, 550]))
    def is_refused_at_the_recipient(self, name: str, code: int) -> None:
        if self.hands[name]:
            state = LetterState.QUEUED if code == 450 else LetterState.REFUSED
            self.settle(name, self.hands[name].pop(), state)

    @rule(minutes=st.sampled_from([6, 20]))
    def time_passes_and_a_postman_looks_for_the_dead(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        with self.database.transaction() as db:
            claims.recover(db, self.now, "here")

    @rule(number=st.integers(0, LETTERS - 1))
    def somebody_sends_again(self, number: int) -> None:
        with self.database.transaction() as db:
            letter = db.exec(select(Letter.id).where(Letter.key == f"k:{number}")).one()
            self.by_hand[letter] += len(desk.send_again(db, [letter]))

    @invariant()
    def no_letter_goes_twice_by_itself(self) -> None:
        assert all(times <= 1 + self.by_hand[letter] for letter, times in self.taken.items())

    @invariant()
    def the_book_agrees_with_the_server_and_nothing_is_lost(self) -> None:
        states = self.states()
        assert len(states) in (0, LETTERS)
        for letter_id, state in states.items():
            if state is LetterState.ACCEPTED:
                assert self.taken[letter_id] >= 1
            if self.taken[letter_id] > self.by_hand[letter_id]:
                assert state not in (LetterState.QUEUED, LetterState.CLAIMED)

    def settle(self, name: str, letter: Claimed, state: LetterState) -> None:
        with self.database.transaction() as db:
            ledger.settle(db.connection(), name, [Outcome(letter.id, state, 250, "words", self.now, self.now)])

    def states(self) -> dict[UUID, LetterState]:
        with self.database.reading() as db:
            return {letter_id: LetterState(state) for letter_id, state in db.exec(select(Letter.id, Letter.state))}

    def due(self) -> datetime:
        """Late enough for whatever waits for a later try or was sent again by hand."""
        return self.now + timedelta(days=1)


Delivery.TestCase.settings = settings(
    max_examples=80, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestDelivery = Delivery.TestCase
