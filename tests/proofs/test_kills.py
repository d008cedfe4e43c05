"""kill -9 at fifty random moments over 2,000 letters: none twice, none lost in silence, the uncertain shown."""

import random  # noqa: TID251 -- moments to kill at
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import update
from sqlmodel import col, func, select

from bsoo.db import Database
from bsoo.mail import outbox
from bsoo.mail.models import Letter, LetterState
from bsoo.mail.outbox import Draft, Recipient
from bsoo.settings import Settings
from tests.conftest import NOW
from tests.mailhost import mailhost
from tests.own_database import SERVER, own_database
from tests.proofs.postmen import postman_at_work

LETTERS, KILLS, CONNECTIONS = 2_000, 50, 3
POSTMEN = 3 if SERVER else 1
THINKS = 0.1 if POSTMEN == 1 else 0.25
"""Seconds that the server takes for a letter, so that there is work left for the last kill."""
LONGEST = 120.0

OVER = (LetterState.ACCEPTED, LetterState.UNKNOWN)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Database]:
    with own_database(tmp_path) as database:
        yield database


def number(database: Database, *states: LetterState) -> int:
    with database.reading() as db:
        return db.exec(select(func.count()).where(col(Letter.state).in_(states))).one()


def queue(database: Database) -> None:
    with database.transaction() as db:
        outbox.queue_many(
            db,
            [
                Draft("own_page", Recipient(f"p{n}@example.org", f"P{n}"), f"kill:{n}", {"page": f"/mijn/{n}"})
                for n in range(LETTERS)
            ],
        )
        db.connection().execute(update(Letter).values(due_at=NOW - timedelta(days=365)))  # the postmen's clock is real


def wait_for(is_so: Callable[[], bool]) -> None:
    until = monotonic() + LONGEST
    while not is_so() and monotonic() < until:
        sleep(0.01)


def end(process: BaseProcess) -> None:
    process.kill()
    process.join()


def test_fifty_kills_send_nothing_twice_and_lose_nothing_in_silence(own: Database, settings: Settings) -> None:
    queue(own)
    chance = random.Random(KILLS)  # noqa: S311 -- the same moments each time
    address = own.engine.url.render_as_string(hide_password=False)

    with mailhost(pause=THINKS) as host:

        def start() -> BaseProcess:
            return postman_at_work(address, host.url, CONNECTIONS)

        at_work = [start() for _n in range(POSTMEN)]
        in_the_midst = 0
        for _kill in range(KILLS):
            wait_for(lambda: host.open_now > 0)
            sleep(chance.uniform(0, 0.2))
            victim = at_work.pop(chance.randrange(POSTMEN))
            in_the_midst += number(own, *OVER) < LETTERS
            end(victim)
            at_work.append(start())
        wait_for(lambda: number(own, *OVER) == LETTERS)
        for process in at_work:
            end(process)
        sleep(2 * THINKS)
        taken = Counter(one.message_id for one in host.taken)

    with own.reading() as db:
        ended = {
            message_id: (state, owner)
            for message_id, state, owner in db.exec(select(Letter.message_id, Letter.state, Letter.owner))
        }
    unknown = {one for one, (state, _owner) in ended.items() if state is LetterState.UNKNOWN}
    by_postman = Counter(owner for state, owner in ended.values() if state is LetterState.UNKNOWN)
    print(  # noqa: T201 -- the figures are what it is run for
        f"\n{POSTMEN} postmen, {KILLS} kills ({in_the_midst} amid letters), {len(taken)} taken by the server, "
        f"{len(unknown)} uncertain of which {len(unknown - taken.keys())} were not taken, "
        f"at most {max(by_postman.values(), default=0)} of one postman"
    )
    assert {one for one, times in taken.items() if times > 1} == set(), "none twice"
    assert {state for state, _owner in ended.values()} <= set(OVER), "nothing is left halfway"
    assert ended.keys() - unknown - taken.keys() == set(), "what is said to be sent was taken"
    assert taken.keys() - {one for one, (state, _owner) in ended.items() if state in OVER} == set()
    assert max(by_postman.values(), default=0) <= CONNECTIONS
    assert in_the_midst == KILLS, "every kill fell while there was work"
