"""The postman needs no more memory for 20,000 letters than for 2,000."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlmodel import func, select

from bsoo.db import Database
from bsoo.mail import outbox, postman
from bsoo.mail.models import Letter, LetterState
from bsoo.mail.outbox import Draft, Recipient
from bsoo.settings import Settings
from tests.own_database import SERVER, own_database
from tests.postfix import MISSING, is_here, sink

LETTERS, STEP, MOST_MORE = 20_000, 2_000, 8.0
"""Letters, how often it is looked at, and megabytes."""
STATUS = Path("/proc/self/status")

pytestmark = pytest.mark.skipif(not is_here() or not STATUS.exists(), reason=MISSING)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Database]:
    with own_database(tmp_path) as database:
        for first in range(0, LETTERS, STEP):
            with database.transaction() as db:
                outbox.queue_many(db, [draft(n) for n in range(first, first + STEP)])
        yield database


def draft(n: int) -> Draft:
    return Draft("own_page", Recipient(f"p{n}@example.org", f"P{n}"), f"memory:{n}", {"page": f"/mijn/{n}"})


def megabytes() -> float:
    """What this process holds in memory now."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@contextmanager
def looked_at(database: Database) -> Iterator[list[tuple[int, float]]]:
    """Letters that are accepted, and memory, at each step while the block runs."""
    looks: list[tuple[int, float]] = []
    over = Event()

    def look() -> None:
        while not over.wait(0.05):
            with database.reading() as db:
                accepted = db.exec(select(func.count()).where(Letter.state == LetterState.ACCEPTED)).one()
            if accepted >= (len(looks) + 1) * STEP:
                looks.append((accepted, megabytes()))

    watcher = Thread(target=look)
    watcher.start()
    try:
        yield looks
    finally:
        over.set()
        watcher.join()


def test_memory_stays_flat_over_twenty_thousand_letters(own: Database, settings: Settings) -> None:
    with sink() as port, looked_at(own) as looks:
        delivered = postman.deliver_due(own, settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{port}"}))
    looks.append((delivered.accepted, megabytes()))

    engine = "PostgreSQL" if SERVER else "SQLite"
    print(f"\n{engine}: " + ", ".join(f"{letters}: {memory:.1f} MB" for letters, memory in looks))  # noqa: T201 -- the figures
    assert delivered.accepted == LETTERS
    assert len(looks) >= LETTERS // STEP
    assert looks[-1][1] - looks[0][1] < MOST_MORE
