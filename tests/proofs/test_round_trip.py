"""The look of the set-up page with a real Postfix that delivers into the mailbox of a real Dovecot, and what it says
when a link of that chain is broken."""

import pwd
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bsoo.mail.checkup import round_trip
from bsoo.settings import Settings
from tests import dovecot
from tests.dovecot import USER
from tests.postfix import MISSING, is_here, postfix

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not is_here(), reason=MISSING),
    pytest.mark.skipif(not dovecot.is_here(), reason=dovecot.MISSING),
]

CERTIFICATE = Path(__file__).parent.parent / "certificates" / "here.pem"
DELIVERS = """
virtual_mailbox_domains = bsoo.example
virtual_mailbox_base = {folder}
virtual_mailbox_maps = static:mail/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
recipient_delimiter = +
"""


@pytest.fixture
def box() -> Iterator[tuple[dovecot.Server, str]]:
    """The mailbox, and the lines with which Postfix delivers into it."""
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory(prefix="bsoo-dovecot-") as folder, dovecot.dovecot(Path(folder)) as found:
        yield found, DELIVERS.format(folder=folder, uid=nobody.pw_uid, gid=nobody.pw_gid)


def looked(box: dovecot.Server, port: int, patience: float) -> list[tuple[str, str]]:
    settings = Settings(
        _env_file=None,
        smtp_url=f"smtp://127.0.0.1:{port}",
        imap_url=box.url(),
        mail_from=USER,
        mail_bounces=USER,
    )
    found = round_trip.travel(settings, patience=patience, pause=0.1).findings
    return sorted((one.verdict, one.facts.get("words", "")) for one in found)


def test_a_letter_comes_back_through_postfix_and_dovecot(box: tuple[dovecot.Server, str]) -> None:
    with postfix({}, CERTIFICATE, main=box[1], master="virtual unix - n n - - virtual\n") as port:
        found = looked(box[0], port, 30)

    assert [verdict for verdict, _words in found] == ["judged.silent", "returns.ok", "roundtrip.ok"]


def test_a_mailbox_that_is_not_there_is_told_in_postfix_own_words(box: tuple[dovecot.Server, str]) -> None:
    with postfix({"rcpt": {USER: "550 5.1.1 no such mailbox here"}}, CERTIFICATE) as port:
        [(verdict, words)] = looked(box[0], port, 30)

    assert verdict == "roundtrip.not-sent"
    assert words == f"550 5.1.1 <{USER}>: Recipient address rejected: no such mailbox here"


def test_a_letter_that_is_thrown_away_on_the_way_is_missed(box: tuple[dovecot.Server, str]) -> None:
    with postfix({}, CERTIFICATE) as port:
        found = looked(box[0], port, 3)

    assert [verdict for verdict, _words in found] == ["returns.lost", "roundtrip.lost"]
