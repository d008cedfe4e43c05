"""Answers and bounces are read from a real IMAP server: nothing is deleted, and two readers at once do it once."""

import logging
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from bsoo import clock, regions, tables
from bsoo.access.actor import SYSTEM
from bsoo.db import Database
from bsoo.mail.checkup.senders import look_into_mailbox
from bsoo.mail.mailbox import Mailbox, Unreadable, check_mark
from bsoo.mail.models import Incoming
from bsoo.meetings.fetching import fetch, sorted_by
from bsoo.meetings.receiving import receive
from bsoo.settings import Settings
from tests import dovecot
from tests.commands import call
from tests.dovecot import Server

pytestmark = [pytest.mark.once, pytest.mark.skipif(not dovecot.is_here(), reason=dovecot.MISSING)]

FOLDER = Path(__file__).parent / "data" / "incoming"


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    # Not in pytest's own folder, which only its owner may enter: Dovecot drops to another user.
    with tempfile.TemporaryDirectory(prefix="bsoo-dovecot-") as folder, dovecot.dovecot(Path(folder)) as found:
        yield found


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """The one server of these tests, whose mailbox each test finds empty."""
    yield running
    running.clear()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Database]:
    """A database that several threads can write to, unlike that of the other tests."""
    database = Database(f"sqlite:///{tmp_path / 'mail.sqlite3'}")
    tables.metadata.create_all(database.engine)
    with database.transaction() as db:
        regions.make_first_regions(db)
    yield database
    database.engine.dispose()


def read_by(server: Server, scheme: str = "imap", **more: object) -> Settings:
    return Settings(_env_file=None, **{"imap_url": server.url(scheme), **more})  # type: ignore[arg-type] # a few settings


def kept(database: Database) -> list[str]:
    with database.reading() as db:
        return sorted(str(kind) for kind in db.exec(select(Incoming.kind)))


def test_what_is_handled_moves_and_what_is_of_strangers_stays(server: Server, own: Database) -> None:
    server.put(raw("postfix-dead-dead"), raw("oof-nl"), raw("itip-google-accept"), raw("reply-postmaster-person"))

    number = fetch(own, read_by(server))

    assert number == 4
    assert server.numbers() == {"BSOO": 3, "INBOX": 1}
    assert kept(own) == ["auto-reply", "bounce", "calendar-reply", "reply"]
    assert "Seen" not in server.flags().replace("BsooSeen", "")


def test_reading_again_finds_nothing_new(server: Server, own: Database) -> None:
    server.put(raw("postfix-dead-dead"), raw("reply-postmaster-person"))
    fetch(own, read_by(server))

    again = fetch(own, read_by(server))

    assert (again, server.numbers(), len(kept(own))) == (0, {"BSOO": 1, "INBOX": 1}, 2)


def test_two_readers_at_once_take_everything_in_once(server: Server, own: Database) -> None:
    names = sorted(file.stem for file in FOLDER.glob("postfix-*.eml"))
    server.put(*(raw(name) for name in names))
    found: list[int] = []
    readers = [threading.Thread(target=lambda: found.append(fetch(own, read_by(server)))) for _ in range(3)]

    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert sum(found) == len(names)
    assert server.numbers() == {"BSOO": len(names), "INBOX": 0}
    assert len(kept(own)) == len(names) + 1  # one report speaks of two addresses


def test_mail_that_cannot_be_taken_in_is_tried_after_all_other_mail(
    server: Server, own: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of these, oldest first, would otherwise keep everything newer out."""
    server.put(raw("oof-nl"), raw("postfix-dead-dead"))
    with own.transaction() as db:
        db.connection().execute(text("ALTER TABLE incoming_mail RENAME TO elsewhere"))
    broken = fetch(own, read_by(server))
    with own.transaction() as db:
        db.connection().execute(text("ALTER TABLE elsewhere RENAME TO incoming_mail"))
    server.put(raw("itip-google-accept"))
    monkeypatch.setattr("bsoo.mail.mailbox.MOST", 1)

    fetch(own, read_by(server))
    first = kept(own)
    for _run in range(2):
        fetch(own, read_by(server))

    assert (broken, first) == (0, ["calendar-reply"])
    assert kept(own) == ["auto-reply", "bounce", "calendar-reply"]


def test_only_our_own_letter_to_ourselves_is_passed_over(server: Server, own: Database) -> None:
    forged = b"X-BSOO-Check: roundtrip\r\n" + raw("oof-nl")
    ours = b"X-BSOO-Check: " + check_mark("<1@bsoo.example>").encode() + b"\r\nMessage-ID: <1@bsoo.example>\r\n\r\nx"
    server.put(forged, ours)

    number = fetch(own, read_by(server))

    assert (number, kept(own), server.numbers()) == (1, ["auto-reply"], {"BSOO": 1, "INBOX": 1})


def test_what_a_reader_left_behind_is_moved_by_a_later_one(
    server: Server, own: Database, frozen: Callable[[datetime], AbstractContextManager[None]]
) -> None:
    server.put(raw("oof-nl"))
    with own.transaction() as db:
        message, settings = raw("oof-nl"), read_by(server)
        receive(db, SYSTEM, message, sorted_by(settings, message), house=settings.mail_from)

    soon = (fetch(own, read_by(server)), server.numbers())
    with frozen(clock.now() + timedelta(minutes=11)):
        later = (fetch(own, read_by(server)), server.numbers())

    assert (soon, later) == ((0, {"BSOO": 0, "INBOX": 1}), (0, {"BSOO": 1, "INBOX": 0}))


def test_a_server_without_move_keeps_both(own: Database) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="bsoo-dovecot-") as folder,
        dovecot.dovecot(Path(folder), without_move=True) as old,
    ):
        old.put(raw("postfix-dead-dead"))

        numbers = [fetch(own, read_by(old)), fetch(own, read_by(old))]

        assert (numbers, old.numbers()) == ([1, 0], {"BSOO": 1, "INBOX": 1})


def test_a_mail_that_cannot_be_taken_in_stays_and_holds_up_no_other(
    server: Server, own: Database, caplog: pytest.LogCaptureFixture
) -> None:
    server.put(raw("postfix-dead-dead"))
    with own.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE incoming_mail RENAME TO gone")

    first = fetch(own, read_by(server))
    with own.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO incoming_mail")
    second = fetch(own, read_by(server))

    assert (first, second) == (0, 1)
    assert "a mail in the mailbox could not be taken in" in caplog.text


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
def test_the_line_is_encrypted_when_the_server_is_who_it_says(
    server: Server, own: Database, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    server.put(raw("oof-nl"))

    assert fetch(own, read_by(server, scheme)) == 1


def test_a_server_that_nobody_vouches_for_is_not_given_the_password(server: Server) -> None:
    with pytest.raises(Unreadable, match="certificate verify failed"), Mailbox(read_by(server, "imaps")):
        pass


def test_a_wrong_password_is_said_in_the_servers_own_words(
    server: Server, own: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    number = fetch(own, Settings(_env_file=None, imap_url=server.url(password="fout")))

    assert number == 0
    assert "AUTHENTICATIONFAILED" in caplog.text


def test_a_mailbox_opens_with_any_password_and_says_which_folder_is_not_there(server: Server) -> None:
    right = f"imap://accent:caf%C3%A9@127.0.0.1:{server.port}"

    found = [look_into_mailbox(Settings(_env_file=None, imap_url=one)) for one in (right, f"{right}/niet")]

    assert [one.verdict for one in found] == ["mailbox.ok", "mailbox.no-folder"]
    assert found[1].facts["words"].startswith("Mailbox doesn't exist: niet")


def test_a_token_opens_the_mailbox(server: Server, own: Database) -> None:
    server.put(raw("oof-nl"))
    settings = read_by(
        server,
        imap_url=server.url(password=""),
        oauth_token_url=f"{server.oauth}/token",
        oauth_client_id="app",
        oauth_client_secret="app-secret",
    )

    assert fetch(own, settings) == 1


def test_no_token_is_said_too(server: Server, own: Database, caplog: pytest.LogCaptureFixture) -> None:
    settings = read_by(
        server,
        imap_url=server.url(password=""),
        oauth_token_url=f"{server.oauth}/token",
        oauth_client_id="app",
        oauth_client_secret="fout",
    )

    assert fetch(own, settings) == 0
    assert "No access token" in caplog.text


def test_the_job_reads_the_mailbox_by_hand(server: Server, tmp_path: Path) -> None:
    server.put(raw("oof-nl"))

    done = call("run", "fetch-mail", data=tmp_path, BSOO_IMAP_URL=server.url())

    assert (done.stdout, done.exit_code) == ("fetch-mail: 1\n", 0)
