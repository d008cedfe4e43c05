"""`python3 -m bsoo receive-mail`: what a mail server's pipe calls, and what tells what a mail is."""

import json
import os
from io import BytesIO
from pathlib import Path

import pytest

from bsoo.cli.mail import top_of
from bsoo.mail.mailbox import LONGEST
from tests.commands import call, start

pytestmark = pytest.mark.once

FOLDER = Path(__file__).parent / "data" / "incoming"


def test_a_dry_run_says_a_line_for_each_address_and_needs_no_database(tmp_path: Path) -> None:
    files = [str(FOLDER / f"{name}.eml") for name in ("postfix-dead-two", "itip-delegated", "oof-nl")]

    done = call("receive-mail", "--dry-run", "--json", *files, data=tmp_path / "nowhere")

    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [(line["file"], line["kind"], line["class"], line["address"], line["answer"]) for line in said] == [
        (files[0], "bounce", "dead", "dead@example.org", None),
        (files[0], "bounce", "dead", "gone@example.org", None),
        (files[1], "calendar-reply", None, "jan@example.org", "delegated"),
        (files[2], "auto-reply", None, "jan@example.org", None),
    ]
    assert not (tmp_path / "nowhere").exists()


def test_a_message_on_standard_input_is_taken_in(tmp_path: Path) -> None:
    done = start("receive-mail", given=(FOLDER / "oof-nl.eml").read_bytes(), data=tmp_path)

    assert (done.returncode, done.stdout.split()[:3]) == (0, ["-", "auto-reply", "jan@example.org"])


def test_of_a_huge_mail_the_top_is_looked_at_and_all_of_it_is_read() -> None:
    pipe = BytesIO(b"x" * (2 * LONGEST + 1))

    assert (len(top_of(pipe)), pipe.read()) == (LONGEST, b"")


def test_a_mail_server_keeps_what_could_not_be_taken_in(tmp_path: Path) -> None:
    given = (FOLDER / "oof-nl.eml").read_bytes()

    without_database = start("receive-mail", given=given, data=tmp_path, BSOO_DATABASE_URL=f"sqlite:///{tmp_path}")
    with_a_wrong_setting = call("receive-mail", given=given, data=tmp_path, BSOO_THREADS="many")
    without_a_message = call("receive-mail", given=b"\n", data=tmp_path)

    codes = [without_database.returncode, with_a_wrong_setting.exit_code, without_a_message.exit_code]
    assert codes == [os.EX_TEMPFAIL, os.EX_TEMPFAIL, os.EX_DATAERR]
