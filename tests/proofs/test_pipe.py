"""A real Postfix makes a bounce and hands it through its pipe(8) to `receive-mail`: the letter came back."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import pytest
from sqlmodel import select

from bsoo import installation
from bsoo.db import Database
from bsoo.mail import outbox, postman
from bsoo.mail.models import Blocked, Letter, LetterState
from bsoo.mail.outbox import Recipient
from bsoo.mail.postman import Delivered
from bsoo.settings import Settings
from tests.mailhost import mailhost
from tests.postfix import MISSING, is_here, postfix
from tests.test_real_postfix import HERE

ROOT = Path(__file__).parent.parent.parent
NOBODY = "nobody"
LONGEST = 60.0
HOUSE = "bsoo.example"

pytestmark = [pytest.mark.once, pytest.mark.skipif(not is_here(), reason=MISSING)]

PIPE = """#!/bin/sh
export BSOO_DATA={data} PYTHONPATH={path} PYTHONDONTWRITEBYTECODE=1
cd {root} && exec {python} -m bsoo receive-mail
"""
MAIN = """
recipient_delimiter = +
relay_domains = {house}
transport_maps = inline:{{ {{ {house} = bsoo: }}, {{ gone.example = next:[127.0.0.1]:{port} }} }}
"""
MASTER = """
bsoo unix - n n - 1 pipe flags=Rq user={user} argv={script}
next unix - - n - - smtp
"""


def python_for(user: str) -> str:
    """An interpreter that this user may run: pipe(8) refuses to work as root."""
    may = "import os, sys; os.setgid(65534); os.setuid(int(sys.argv[1])); os.execv(sys.argv[2], [sys.argv[2], '-V'])"
    uid = str(pwd.getpwnam(user).pw_uid)
    for found in filter(None, (sys.executable, shutil.which(f"python3.{sys.version_info.minor}", path="/usr/bin"))):
        tried = subprocess.run([sys.executable, "-c", may, uid, found], capture_output=True, check=False)
        if tried.returncode == 0:
            return found
    pytest.skip(f"no Python that {user} may run")


@pytest.fixture
def house() -> Iterator[Path]:
    """A data folder that the pipe may write in."""
    with TemporaryDirectory(prefix="bsoo-pipe-") as name:
        yield Path(name)


def let_in(folder: Path, user: str) -> None:
    for one in (folder, *folder.iterdir()):
        shutil.chown(one, user)
    (folder / "pipe").chmod(0o755)


def wait_for(is_so: Callable[[], bool]) -> bool:
    until = monotonic() + LONGEST
    while not is_so() and monotonic() < until:
        sleep(0.2)
    return is_so()


def test_what_postfix_brings_back_through_its_pipe_closes_the_address_that_is_gone(house: Path) -> None:
    paths = [str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))]
    facts = {"data": house, "root": ROOT, "python": python_for(NOBODY), "path": os.pathsep.join(paths)}
    (house / "pipe").write_text(PIPE.format(**facts))
    refuses = "550 5.1.1 <kim@gone.example>: no such person here"
    given = Settings(_env_file=None, data=house, mail_bounces=f"bounce@{HOUSE}", mail_from=f"overleg@{HOUSE}")
    database = Database(given.database)
    installation.prepare(given, database)
    with database.transaction() as db:
        outbox.queue(db, "own_page", Recipient("kim@gone.example", "Kim"), "pipe:1", {"page": "/mijn/1"})
    let_in(house, NOBODY)

    def state() -> LetterState:
        with database.reading() as db:
            return LetterState(db.exec(select(Letter.state)).one())

    with mailhost(lambda stage, _to: refuses if stage == "rcpt" else "") as gone:
        main = MAIN.format(house=HOUSE, port=gone.port)
        with postfix({}, HERE, main=main, master=MASTER.format(user=NOBODY, script=house / "pipe")) as port:
            sent = given.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{port}"})
            delivered = postman.deliver_due(database, sent)
            came_back = wait_for(lambda: state() is LetterState.BOUNCED)

    with database.reading() as db:
        words = db.exec(select(Letter.smtp_text)).one()
        closed = len(db.exec(select(Blocked.id)).all())
    database.engine.dispose()
    assert (delivered, came_back) == (Delivered(accepted=1), True)
    assert "no such person here" in words
    assert closed == 1
