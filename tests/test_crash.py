"""The sending process is killed at random moments; no letter goes twice and none is lost in silence."""

import os
import random  # noqa: TID251 -- seeded: the moments of the blows are the same at every run
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from bsoo import tables
from bsoo.db import Database
from bsoo.mail import outbox
from bsoo.mail.models import Letter, LetterState
from bsoo.mail.outbox import Draft, Recipient
from tests.mailhost import MailHost, mailhost

LETTERS = 400
KILLS = 10
CONNECTIONS = 3

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
At = Callable[[datetime], AbstractContextManager[None]]

SENDER = """
import os, sys
from bsoo import tables
from bsoo.db import Database
from bsoo.mail import postman
from bsoo.settings import Settings
url, smtp = sys.argv[1:]
settings = Settings(_env_file=None, smtp_url=smtp, mail_connections=3)
for _line in sys.stdin:  # imported once, since that takes longer than the letters
    child = os.fork()
    if child == 0:
        postman.deliver_due(Database(url), settings)
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.fixture
def crash_url(tmp_path: Path, database_url: str) -> Iterator[str]:
    """A database of its own, since what is rolled back cannot be seen by another process."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'crash.sqlite3'}"
        return
    server = Database(database_url).engine.execution_options(isolation_level="AUTOCOMMIT")
    name = f"bsoo_crash_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def test_killing_the_sender_ten_times_sends_nothing_twice_and_loses_none_in_silence(crash_url: str, frozen: At) -> None:
    database = Database(crash_url)
    tables.metadata.create_all(database.engine)
    with frozen(LONG_AGO):  # the sender is another process and has the real clock
        queue_letters(database)

    chance = random.Random(20261210)  # noqa: S311 -- no secret
    # The server takes its time, so that ten blows fall among the letters and not after them.
    with mailhost(pause=0.015) as host:
        command = [sys.executable, "-c", SENDER, crash_url, host.url]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sender:
            blows = [strike(sender, host, chance) for _ in range(KILLS)]
            the_rest = run_to_the_end(sender)

    states, message_ids = what_became(database)
    times_taken = Counter(one.message_id for one in host.taken)
    taken = set(times_taken)
    unknown = {message_id for message_id, state in message_ids.items() if state is LetterState.UNKNOWN}
    accepted = {message_id for message_id, state in message_ids.items() if state is LetterState.ACCEPTED}
    assert (blows, the_rest) == ([signal.SIGKILL] * KILLS, 0), "each blow must fall while letters go out"
    assert [message_id for message_id, times in times_taken.items() if times > 1] == []
    assert states[LetterState.ACCEPTED] + states[LetterState.UNKNOWN] == LETTERS
    assert accepted - taken == set(), "what is called accepted was taken by the server"
    assert set(message_ids) - taken <= unknown, "what the server never took is shown as uncertain"
    assert len(unknown) <= KILLS * CONNECTIONS
    database.engine.dispose()


def test_two_senders_at_once_send_each_letter_once(crash_url: str, frozen: At) -> None:
    database = Database(crash_url)
    tables.metadata.create_all(database.engine)
    with frozen(LONG_AGO):
        queue_letters(database)

    with mailhost(pause=0.005) as host:
        command = [sys.executable, "-c", SENDER, crash_url, host.url]
        senders = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in "ab"]
        children = {start(sender) for sender in senders}
        ends = [answer(sender) for sender in senders]
        for sender in senders:
            sender.communicate()

    states, message_ids = what_became(database)
    assert (len(children), ends) == (2, [0, 0])
    assert host.most_open > CONNECTIONS, "both must be at work at the same time"
    assert sorted(one.message_id for one in host.taken) == sorted(message_ids)
    assert states == {LetterState.ACCEPTED: LETTERS}
    database.engine.dispose()


def queue_letters(database: Database) -> None:
    drafts = [
        Draft("own_page", Recipient(f"p{n}@example.org", f"Persoon {n}"), f"crash:{n}", {"page": f"/mijn/{n}"})
        for n in range(LETTERS)
    ]
    with database.transaction() as db:
        assert outbox.queue_many(db, drafts) == LETTERS


def strike(sender: "subprocess.Popen[str]", host: MailHost, chance: random.Random) -> int:
    """Start, wait until a random number of letters more has come in, and kill; the status of the process."""
    enough = len(host.taken) + chance.randint(1, LETTERS // KILLS - 10)
    child = start(sender)
    while len(host.taken) < enough:
        time.sleep(chance.uniform(0.0, 0.003))
    os.kill(child, signal.SIGKILL)
    return answer(sender)


def run_to_the_end(sender: "subprocess.Popen[str]") -> int:
    start(sender)
    return answer(sender)


def start(sender: "subprocess.Popen[str]") -> int:
    assert sender.stdin is not None
    sender.stdin.write("go\n")
    sender.stdin.flush()
    return answer(sender)


def answer(sender: "subprocess.Popen[str]") -> int:
    assert sender.stdout is not None
    return int(sender.stdout.readline())


def what_became(database: Database) -> tuple[Counter[LetterState], dict[str, LetterState]]:
    with database.reading() as db:
        rows = {
            message_id: LetterState(state) for message_id, state in db.exec(select(Letter.message_id, Letter.state))
        }
    return Counter(rows.values()), rows
