"""`python3 -m bsoo receive-mail`: what a mail server's pipe calls, and what tells what a mail is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "data" / "incoming"


def call(
    *arguments: str, given: bytes = b"", data: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    settings = {"PATH": os.environ["PATH"], "BSOO_DATA": str(data or "nowhere"), **more}
    done = subprocess.run(
        [sys.executable, "-m", "bsoo", "receive-mail", *arguments], cwd=ROOT, env=settings, input=given,
        capture_output=True, check=False,
    )  # fmt: skip
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_dry_run_says_a_line_for_each_address_and_needs_no_database() -> None:
    files = [str(FOLDER / f"{name}.eml") for name in ("postfix-dead-two", "itip-delegated", "oof-nl")]

    said = [json.loads(line) for line in call("--dry-run", "--json", *files).stdout.splitlines()]

    assert [(line["file"], line["kind"], line["class"], line["address"], line["answer"]) for line in said] == [
        (files[0], "bounce", "dead", "dead@example.org", None),
        (files[0], "bounce", "dead", "gone@example.org", None),
        (files[1], "calendar-reply", None, "jan@example.org", "delegated"),
        (files[2], "auto-reply", None, "jan@example.org", None),
    ]
    assert not (ROOT / "nowhere").exists()


def test_a_message_on_standard_input_is_taken_in(tmp_path: Path) -> None:
    done = call(given=(FOLDER / "oof-nl.eml").read_bytes(), data=tmp_path)

    assert (done.returncode, done.stdout.split()[:3]) == (0, ["-", "auto-reply", "jan@example.org"])


def test_a_mail_server_keeps_what_could_not_be_taken_in(tmp_path: Path) -> None:
    given = (FOLDER / "oof-nl.eml").read_bytes()

    without_database = call(given=given, data=tmp_path, BSOO_DATABASE_URL=f"sqlite:///{tmp_path}")
    with_a_wrong_setting = call(given=given, data=tmp_path, BSOO_THREADS="many")
    without_a_message = call(given=b"\n", data=tmp_path)

    codes = [done.returncode for done in (without_database, with_a_wrong_setting, without_a_message)]
    assert codes == [os.EX_TEMPFAIL, os.EX_TEMPFAIL, os.EX_DATAERR]
