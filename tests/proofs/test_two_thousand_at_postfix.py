"""A real Postfix that takes or refuses in each way: 2,000 letters each, every row right, in the server's words."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import pytest
from sqlmodel import select

from bsoo.db import Database
from bsoo.mail import outbox, postman
from bsoo.mail.models import Letter, LetterState
from bsoo.mail.outbox import Draft, Recipient
from bsoo.settings import Settings
from tests.conftest import NOW
from tests.own_database import SERVER, own_database
from tests.postfix import MISSING, Refusals, is_here, postfix, sink
from tests.test_real_postfix import CERTIFICATES, HERE

At = Callable[[datetime], AbstractContextManager[None]]
Ends = Counter[tuple[str, int | None, str, int]]
"""State, code, the server's words as far as they are alike, tries."""

LETTERS = 2_000
TO = "reader@example.org"

pytestmark = pytest.mark.skipif(not is_here(), reason=MISSING)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Database]:
    with own_database(tmp_path) as database:
        with database.transaction() as db:
            outbox.queue_many(
                db,
                [
                    Draft("own_page", Recipient(TO, f"P{n}"), f"proof:{n}", {"page": f"/mijn/{n}"})
                    for n in range(LETTERS)
                ],
            )
        yield database


def deliver(database: Database, settings: Settings, way: str, **changes: object) -> Ends:
    """As the timetable does, until nothing is due; says what states there are and how long it took."""
    began = perf_counter()
    setup = settings.model_copy(update=changes)
    while postman.deliver_due(database, setup) != postman.Delivered():
        pass
    ends = ends_of(database)
    engine = "PostgreSQL" if SERVER else "SQLite"
    print(f"\n{engine}, {way}: {perf_counter() - began:.1f} s {dict(ends)}")  # noqa: T201 -- what it is run for
    return ends


def ends_of(database: Database) -> Ends:
    with database.reading() as db:
        rows = db.exec(select(Letter.state, Letter.smtp_code, Letter.smtp_text, Letter.attempts))
        return Counter((str(state), code, words[:19], tries) for state, code, words, tries in rows)


@pytest.mark.parametrize(
    ("stage", "says", "state"),
    [
        ("rcpt", "450 4.7.1 Greylisted for now", LetterState.QUEUED),
        ("rcpt", "550 5.1.1 No such person", LetterState.REFUSED),
        ("data", "451 4.7.1 Ask me tonight", LetterState.QUEUED),
        ("data", "554 5.7.1 Not this one", LetterState.REFUSED),
        ("end", "452 4.2.2 Mailbox is full", LetterState.QUEUED),
        ("end", "554 5.7.1 Looks like spam", LetterState.REFUSED),
    ],
)
def test_each_refusal_is_kept_in_the_servers_words(
    own: Database, settings: Settings, stage: str, says: str, state: LetterState
) -> None:
    with postfix({stage: {TO: says}}, HERE, errors_allowed=10_000) as port:
        ends = deliver(own, settings, f"{says[:3]} at {stage}", smtp_url=f"smtp://127.0.0.1:{port}")

    with own.reading() as db:
        words = set(db.exec(select(Letter.smtp_text)))
    assert {end[:2] for end in ends} == {(state.value, int(says[:3]))}
    assert ends.total() == LETTERS
    assert all(says[10:] in one for one in words), words


def test_all_are_taken(own: Database, settings: Settings) -> None:
    with postfix({}, HERE) as port:
        ends = deliver(own, settings, "takes all", smtp_url=f"smtp://127.0.0.1:{port}")

    assert {end[:2] for end in ends} == {("accepted", 250)}


def test_a_line_that_drops_after_a_letter_leaves_all_uncertain_and_none_goes_again(
    own: Database, settings: Settings, frozen: At
) -> None:
    with sink("-q", ".") as port:
        ends = deliver(own, settings, "drops after a letter", smtp_url=f"smtp://127.0.0.1:{port}")
        with frozen(NOW + timedelta(days=3)):
            again = deliver(own, settings, "and three days later", smtp_url=f"smtp://127.0.0.1:{port}")

    assert ends == again == {("unknown", None, "the server closed t", 1): LETTERS}


def test_a_line_that_drops_at_data_sends_nothing_and_all_go_later(own: Database, settings: Settings) -> None:
    with sink("-q", "data") as port:
        ends = deliver(own, settings, "drops at DATA", smtp_url=f"smtp://127.0.0.1:{port}")

    assert ends == {("queued", None, "the server closed t", 1): LETTERS}


def test_a_tarpit_gets_its_time(own: Database, settings: Settings) -> None:
    with sink("-w", "1") as port:
        ends = deliver(own, settings, "tarpit", smtp_url=f"smtp://127.0.0.1:{port}", mail_connections=20)

    assert {end[:2] for end in ends} == {("accepted", 250)}


def test_421_in_the_middle_holds_the_sender_and_loses_nothing(own: Database, settings: Settings, frozen: At) -> None:
    with own.transaction() as db:
        for letter in db.exec(select(Letter).order_by(Letter.key).limit(20)):
            letter.to_address = "closing@example.org"
    closes: Refusals = {"rcpt": {"closing@example.org": "421 4.3.2 Closing for tonight"}}

    moment = NOW
    with postfix(closes, HERE) as port:
        while moment < NOW + timedelta(days=4):
            with frozen(moment):
                some = postman.deliver_due(own, settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{port}"}))
            moment += timedelta(seconds=10) if some.accepted else timedelta(minutes=15)
        with frozen(moment):
            ends = deliver(own, settings, "421 in the middle", smtp_url=f"smtp://127.0.0.1:{port}")

    by_state: Counter[tuple[str, int | None]] = Counter()
    for end, count in ends.items():
        by_state[end[:2]] += count
    assert by_state == {("accepted", 250): LETTERS - 20, ("refused", 421): 20}


@pytest.mark.parametrize("trusted", [False, True])
def test_a_line_that_cannot_be_secured_gets_nothing(
    own: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    """A certificate that nobody vouches for; and one of another machine."""
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))

    with postfix({}, CERTIFICATES / ("elsewhere.pem" if trusted else "here.pem")) as port:
        ends = deliver(own, settings, f"TLS broken ({trusted=})", smtp_url=f"smtp+starttls://127.0.0.1:{port}")

    assert ends == {("queued", None, "", 0): LETTERS}
