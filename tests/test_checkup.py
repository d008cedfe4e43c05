"""Whether mail works from here: the server, the senders, the mailbox and a letter to ourselves, on real servers."""

import imaplib
import socket
import ssl
import tempfile
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import Message
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from sqlmodel import Session

from bsoo import clock, regions, tables
from bsoo.access.actor import SYSTEM
from bsoo.db import Database
from bsoo.mail import pace, setbacks
from bsoo.mail.checkup import published, round_trip, runs, senders, server
from bsoo.mail.checkup.findings import Finding
from bsoo.mail.checkup.lines import cause
from bsoo.mail.checkup.published import Signature
from bsoo.mail.checkup.senders import _why_not
from bsoo.mail.checkup.words import CHECKS, VERDICTS, advice, seen
from bsoo.mail.mailbox import Mailbox, Step
from bsoo.mail.tokens import _said
from bsoo.regions import Region
from bsoo.registry import reachability
from bsoo.routes.mail_setup import _configured
from bsoo.settings import Settings
from tests import dns_server, dovecot, factories
from tests.conftest import People
from tests.dovecot import USER, token_service
from tests.mailhost import MailHost, Script, mailhost

OURS = "bsoo@bsoo.example.org"
needs_dovecot = pytest.mark.skipif(not dovecot.is_here(), reason=dovecot.MISSING)
CERTIFICATES = Path(__file__).parent / "certificates"


def set_up(host: MailHost, **more: object) -> Settings:
    given = {"smtp_url": host.url, "mail_from": OURS, "base_url": "https://overleg.example.org", **more}
    return Settings(_env_file=None, **given)  # type: ignore[arg-type] # a few settings


def certified(name: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / name)
    return context


def verdicts(settings: Settings) -> list[str]:
    return [one.verdict for one in server.look(settings, [OURS])]


def said(**replies: str) -> Script:
    return lambda stage, _recipient: replies.get(stage, "")


# --- The mail server ------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_server_on_this_machine_is_well_and_no_letter_is_sent() -> None:
    with mailhost() as host:
        assert verdicts(set_up(host)) == ["connection.ok", "tls.here", "login.none", "sender.ok"]
        assert host.taken == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("stage", "reply", "last"),
    [
        ("connect", "421 4.3.2 too busy", "connection.broken"),
        ("connect", "DROP", "connection.mute"),
        ("mail", "550 5.7.60 not allowed to send as this sender", "sender.refused"),
        ("rcpt", "550 5.1.1 no such user", "recipient.refused"),
        ("rcpt", "553 5.7.1 Sender address rejected: not owned by user ann", "sender.refused"),
        ("mail", "DROP", "connection.broken"),
    ],
)
def test_what_the_server_says_is_told_in_its_own_words(stage: str, reply: str, last: str) -> None:
    with mailhost(said(**{stage: reply})) as host:
        findings = list(server.look(set_up(host), [OURS]))

    assert findings[-1].verdict == last
    assert reply == "DROP" or findings[-1].facts["words"] == reply


@pytest.mark.once
def test_a_login_is_tried_and_its_refusal_told() -> None:
    offers = "250-mailhost\r\n250 AUTH PLAIN"
    with mailhost(said(ehlo=offers, auth="235 2.7.0 welcome")) as host:
        url = f"smtp://ann:geheim@127.0.0.1:{host.port}"
        assert verdicts(set_up(host, smtp_url=url))[2] == "login.ok"
    with mailhost(said(ehlo=offers, auth="535 5.7.8 bad credentials")) as host:
        url = f"smtp://ann:geheim@127.0.0.1:{host.port}"
        findings = list(server.look(set_up(host, smtp_url=url), [OURS]))
        assert (findings[-1].verdict, findings[-1].facts["words"]) == ("login.refused", "535 5.7.8 bad credentials")
        assert "geheim" not in str(findings)


@pytest.mark.once
def test_a_login_by_token_asks_the_service_for_one() -> None:
    with token_service() as oauth, mailhost(said(ehlo="250-mailhost\r\n250 AUTH XOAUTH2", auth="235 ok")) as host:
        app = {"oauth_client_id": "app", "smtp_url": f"smtp://ann@127.0.0.1:{host.port}", "oauth_token_url": oauth}
        right = verdicts(set_up(host, **app, oauth_client_secret="app-secret"))
        wrong = verdicts(set_up(host, **app, oauth_client_secret="x"))

    assert (right[2], wrong[-1]) == ("login.ok", "login.no-token")


@pytest.mark.once
def test_a_token_that_is_not_taken_is_told_in_words_and_not_in_code() -> None:
    replies = said(ehlo="250-mailhost\r\n250 AUTH XOAUTH2", auth="334 eyJzdGF0dXMiOiI0MDEifQ==")
    with token_service() as oauth, mailhost(replies) as host:
        app = {"oauth_client_id": "app", "oauth_client_secret": "app-secret", "oauth_token_url": oauth}
        findings = list(server.look(set_up(host, **app, smtp_url=f"smtp://ann@127.0.0.1:{host.port}"), [OURS]))

    assert (findings[-1].verdict, findings[-1].facts["words"]) == ("login.token-refused", "500 what?")


@pytest.mark.once
def test_a_password_may_have_any_letter_and_a_port_without_login_is_named() -> None:
    with mailhost(said(ehlo="250-mailhost\r\n250 AUTH PLAIN", auth="235 welcome")) as host:
        url = f"smtp://ann:caf%C3%A9@127.0.0.1:{host.port}"
        assert verdicts(set_up(host, smtp_url=url))[2] == "login.ok"
        assert b64decode(host.greetings[-1].rpartition(" ")[2]).decode() == "\0ann\0café"
    with mailhost() as host:
        assert verdicts(set_up(host, smtp_url=f"smtp://ann:x@127.0.0.1:{host.port}"))[-1] == "login.not-offered"


@pytest.mark.once
def test_why_a_service_gives_no_token_is_told_without_the_secret() -> None:
    settings = Settings(_env_file=None, oauth_client_secret="hush-hush")
    told = BytesIO(b'{"error": "invalid_client", "error_description": "hush-hush has expired."}')

    assert _said(HTTPError("", 401, "Unauthorized", Message(), told), settings) == "… has expired."
    assert _said(HTTPError("", 502, "Bad Gateway", Message(), BytesIO(b"<html>")), settings) == "Bad Gateway"


@pytest.mark.once
@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_secret_line_is_told_with_the_end_of_its_certificate(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))
    offers = said(ehlo="250-mailhost\r\n250 STARTTLS")
    with mailhost(offers, security=certified("here.pem"), at_once=scheme == "smtps") as host:
        findings = list(server.look(set_up(host, smtp_url=f"{scheme}://127.0.0.1:{host.port}"), [OURS]))

    assert [one.verdict for one in findings] == ["connection.ok", "tls.ok", "login.none", "sender.ok"]
    assert findings[1].facts["day"].endswith("2126")
    assert findings[1].facts["version"] == "TLSv1.3"


@pytest.mark.once
@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_certificate_that_nobody_knows_is_wrong(scheme: str) -> None:
    offers = said(ehlo="250-mailhost\r\n250 STARTTLS")
    with mailhost(offers, security=certified("here.pem"), at_once=scheme == "smtps") as host:
        assert verdicts(set_up(host, smtp_url=f"{scheme}://127.0.0.1:{host.port}"))[-1] == "tls.wrong"


@pytest.mark.once
def test_what_is_wrong_with_a_line_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))
    expired = ssl.SSLCertVerificationError()
    expired.verify_code = 10

    with mailhost(security=certified("elsewhere.pem"), at_once=True) as host:
        elsewhere = verdicts(set_up(host, smtp_url=f"smtps://127.0.0.1:{host.port}"))
    with mailhost() as host:
        open_line = verdicts(set_up(host, smtp_url=f"smtps://127.0.0.1:{host.port}"))

    assert (elsewhere, open_line) == (["tls.other-name"], ["tls.unspoken"])
    assert [cause(one) for one in (expired, socket.gaierror(), TimeoutError())] == ["expired", "unknown", "silent"]


@pytest.mark.once
def test_a_server_without_a_secret_line_is_named_when_one_was_asked_for() -> None:
    with mailhost() as host:
        assert verdicts(set_up(host, smtp_url=f"smtp+starttls://127.0.0.1:{host.port}"))[-1] == "tls.not-offered"


# --- Senders and mailbox --------------------------------------------------------------------------------------------


def test_a_sender_with_a_name_is_no_organizer() -> None:
    found = [one.verdict for one in senders.look([OURS, "BSOO <bsoo@example.org>", ""])]

    assert found == ["organizer.ok", "organizer.not-bare", "organizer.not-bare"]


def test_the_address_of_a_person_is_no_good_organizer(db: Session, people: People, amsterdam: Region) -> None:
    factories.contact(db, amsterdam, "Bo Bakker", email="bo@kade.example.org")
    asked = [OURS, people.amsterdam.email.upper(), "bo@kade.example.org"]

    personal = reachability.of_people(db, SYSTEM, asked)

    assert [one.verdict for one in senders.look(asked, personal)] == [
        "organizer.ok",
        "organizer.personal",
        "organizer.personal",
    ]


def test_all_senders_and_their_domains_are_looked_at_once(db: Session) -> None:
    first = regions.all_regions(db)[0]
    first.mail_address = "amsterdam@region.example.org"
    db.flush()
    settings = Settings(_env_file=None, mail_from=OURS, mail_bounces="bounce@bsoo.example.org")

    addresses = senders.senders_of(db, settings)

    assert addresses == [OURS, "amsterdam@region.example.org"]
    assert senders.domains_of(addresses, settings) == ["bsoo.example.org", "region.example.org"]


def test_a_mailbox_that_is_not_set_or_not_there_is_told() -> None:
    verdict = [
        senders.look_into_mailbox(Settings(_env_file=None, **one)).verdict
        for one in ({}, {"mail_piped": True}, {"imap_url": "imap://x:y@127.0.0.1:1/INBOX"})
    ]

    assert verdict == ["mailbox.none", "mailbox.piped", "mailbox.silent"]


@pytest.mark.once
def test_who_is_not_let_in_is_told_whether_it_was_the_password_or_the_token() -> None:
    mistake = imaplib.IMAP4.error(b"[AUTHENTICATIONFAILED] no")
    addresses = [urlsplit(f"imaps://{who}@mail.example.org") for who in ("ann:x", "ann")]

    assert [_why_not(Step.LOGIN, mistake, one) for one in addresses] == ["refused", "token-refused"]
    assert _why_not(Step.LOGIN, TimeoutError(), addresses[0]) == "silent"


@pytest.mark.once
def test_a_key_that_cannot_sign_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("no key")
    files = [tmp_path / "gone.pem", tmp_path / "key.pem", CERTIFICATES / "dkim.pem"]

    found = [
        list(published.key(Settings(_env_file=None, dkim_key=file, dkim_selector="s", dkim_domain="example.org")))
        for file in files
    ]

    assert [[one.verdict for one in some] for some in found] == [["dkim.unreadable"], ["dkim.no-key"], []]
    assert found[0][0].facts["words"] == "No such file or directory"


@pytest.mark.once
def test_the_page_says_which_servers_and_ports_are_set_and_no_password() -> None:
    at = "ann:geheim@mail.example.org"
    rows = _configured(Settings(_env_file=None, smtp_url=f"smtps://{at}", imap_url=f"imap+starttls://{at}"))

    assert [rows[row][1] for row in (0, 1, -1)] == [
        "smtps://mail.example.org:465",
        "ann",
        "imap+starttls://mail.example.org:143",
    ]


# --- A letter to ourselves ------------------------------------------------------------------------------------------


@pytest.fixture
def box() -> Iterator[dovecot.Server]:
    # Not in pytest's own folder, which only its owner may enter: Dovecot drops to another user.
    with tempfile.TemporaryDirectory(prefix="bsoo-dovecot-") as folder, dovecot.dovecot(Path(folder)) as found:
        yield found


@contextmanager
def carried(host: MailHost, box: dovecot.Server, *, head: bytes = b"", but: str = "") -> Iterator[None]:
    """Puts what the mail server takes into the mailbox, as a real one would; not what goes to `but`."""
    is_over = threading.Event()

    def carry() -> None:
        done = 0
        while not is_over.is_set():
            for taken in host.taken[done:]:
                done += 1
                if taken.recipient != but:
                    box.put(head + taken.raw)
            time.sleep(0.02)

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@pytest.mark.once
@needs_dovecot
def test_a_letter_to_ourselves_comes_back_and_says_who_signed(box: dovecot.Server) -> None:
    head = (
        b"Authentication-Results: mx.bsoo.example; spf=pass smtp.mailfrom=bsoo.example; dkim=pass; dmarc=pass\r\n"
        b"DKIM-Signature: v=1; a=rsa-sha256; d=bsoo.example; s=Key1; h=from:to;\r\n bh=x; b=y\r\n"
    )
    with mailhost() as host, carried(host, box, head=head):
        settings = set_up(host, mail_from=USER, imap_url=box.url(), mail_bounces="terug@bsoo.example")
        result = round_trip.travel(settings, patience=20, pause=0.05)

    assert sorted(one.verdict for one in result.findings) == ["judged.ok", "returns.ok", "roundtrip.ok"]
    assert result.signature == Signature("bsoo.example", "key1")
    assert [taken.recipient.partition("+")[0] for taken in host.taken] == [USER, "terug"]
    assert box.numbers() == {"INBOX": 0, "BSOO": 2}


@pytest.mark.once
@needs_dovecot
def test_a_letter_that_does_not_come_is_told_and_is_nobodys_answer_when_it_comes_later(box: dovecot.Server) -> None:
    with mailhost() as host, carried(host, box, but=USER):
        settings = set_up(host, mail_from=USER, imap_url=box.url())
        result = round_trip.travel(settings, patience=0.2, pause=0.05)
        box.put(host.taken[0].raw)

    with Mailbox(settings) as mailbox:
        found = list(mailbox.found())

    assert [one.verdict for one in result.findings] == ["roundtrip.lost"]
    assert found == []


@pytest.mark.once
def test_without_a_mailbox_nothing_is_sent_and_without_a_server_that_is_told() -> None:
    with mailhost() as host:
        none = round_trip.travel(set_up(host))
        assert host.taken == []
    gone = round_trip.travel(set_up(host, imap_url="imap://x:y@127.0.0.1:1/INBOX"))

    assert [one.findings[0].verdict for one in (none, gone)] == ["roundtrip.no-mailbox", "roundtrip.not-sent"]


@pytest.mark.once
def test_no_letter_is_sent_that_could_not_leave_or_not_come_in() -> None:
    well, silent = Finding("connection.ok"), Finding("connection.silent")
    box, no_box = Finding("mailbox.ok"), Finding("mailbox.refused")
    cases = [([well], box), ([well, silent], box), ([well, Finding("sender.refused")], no_box)]

    found = [round_trip.blocked(sending, reading) for sending, reading in cases]

    assert [one and one.verdict for one in found] == [None, "roundtrip.no-server", "roundtrip.no-mailbox"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("stage", "reply"), [("rcpt", "550 5.1.1 no such mailbox"), ("mail", "553 5.7.1 not you"), ("data", "554 5.7.1 no")]
)
def test_a_letter_that_did_not_leave_says_so_in_the_servers_words(stage: str, reply: str) -> None:
    with mailhost(said(**{stage: reply})) as host:
        [found] = round_trip.travel(set_up(host, imap_url="imap://x:y@127.0.0.1:1/INBOX")).findings

    assert (found.verdict, found.facts["words"]) == ("roundtrip.not-sent", reply)


@pytest.mark.once
def test_a_letter_to_ourselves_is_signed_as_all_others() -> None:
    key = {"dkim_key": CERTIFICATES / "dkim.pem", "dkim_selector": "s2026", "dkim_domain": "bsoo.example.org"}
    with mailhost() as host:
        round_trip.travel(set_up(host, imap_url="imap://x:y@127.0.0.1:1/INBOX", **key))

    assert b"d=bsoo.example.org" in host.taken[0].raw.partition(b"\r\nFrom:")[0]


# --- A run ----------------------------------------------------------------------------------------------------------


def test_a_check_is_asked_for_once_and_done_by_whoever_comes_first(db: Session, database: Database) -> None:
    asked = runs.ask(db, None)
    assert runs.ask(db, None).id == asked.id
    db.commit()

    with mailhost() as host, dns_server.published({"bsoo.example.org": {}}) as names:
        sender = pace.sender_of(host.url)
        setbacks.hold(db, sender, timedelta(minutes=9), clock.now())
        db.commit()
        done = [runs.run_due(database, set_up(host), names=names) for _again in range(2)]

    db.expire_all()
    found = runs.newest(db)
    assert found is not None
    assert (done, found.steps_done, found.is_busy) == ([1, 0], len(runs.STEPS), False)
    assert pace.room(db, sender, pace.Limits(), clock.now(), 5) == 5  # the server was reached: nobody waits for it
    checks = {one.check for one in found.found()}
    assert checks == {
        "connection",
        "tls",
        "login",
        "sender",
        "organizer",
        "mailbox",
        "roundtrip",
        "mx",
        "spf",
        "dkim",
        "dmarc",
    }


def test_a_check_that_nobody_finished_may_be_asked_for_again(db: Session) -> None:
    asked = runs.ask(db, None)
    asked.asked_at = clock.now() - timedelta(minutes=6)
    asked.started_at = asked.asked_at
    db.flush()

    assert runs.ask(db, None).id != asked.id


def test_each_verdict_has_words_and_a_name_and_what_is_wrong_has_advice() -> None:
    names = "file host port words user address domain hosts record number name sender policy version day folder seconds"
    facts = dict.fromkeys([*names.split(), "mechanism"], "x")
    findings = [Finding(verdict, facts) for verdict in VERDICTS]

    assert {one.check for one in findings} <= set(CHECKS)
    assert all(seen(one) for one in findings)
    assert [
        one.verdict for one in findings if VERDICTS[one.verdict].grade in {"wrong", "care"} and not advice(one)
    ] == []


def test_the_tables_know_the_check() -> None:
    assert "mail_check" in tables.metadata.tables
