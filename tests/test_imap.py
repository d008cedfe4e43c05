"""A mailbox whose server lies: it promises more than there is, says what is no IMAP, or never stops talking."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

import pytest

from bsoo.db import Database
from bsoo.mail import imap
from bsoo.meetings.fetching import fetch
from bsoo.settings import Settings

pytestmark = pytest.mark.once

CAPABLE = b"* CAPABILITY IMAP4rev1 MOVE\r\n"
FOUND = b"* SEARCH 1\r\n"
FOR_EVER = b"* OK wait\r\n"
LIES = {
    "no end": {"SEARCH": FOR_EVER},
    "no end to the first line": {"GREETING": b"*"},
    "more than there is": {"FETCH": b"* 1 FETCH (UID 1 BODY[] {99999999999999}\r\n"},
    "more than can be counted": {"FETCH": b"* 1 FETCH (UID 1 BODY[] {99999999999999999999999}\r\n"},
    "no text": {"CAPABILITY": b"* CAPABILITY \xff\r\n"},
}


class Liar(socketserver.StreamRequestHandler):
    """Speaks IMAP but for one answer; an answer without end is said again and again."""

    lie: dict[str, bytes]

    def handle(self) -> None:
        with suppress(OSError):  # whoever was lied to hung up
            self._talk()

    def _talk(self) -> None:
        usual = {"GREETING": b"* OK hello\r\n", "CAPABILITY": CAPABLE, "SELECT": b"* 1 EXISTS\r\n", "SEARCH": FOUND}
        said = {**usual, **self.lie}
        self._say(said["GREETING"])
        for line in self.rfile:
            tag, command, *rest = line.decode().split()
            self._say(said.get(rest[0] if command == "UID" else command, b""))
            self.wfile.write(f"{tag} OK done\r\n".encode())

    def _say(self, words: bytes) -> None:
        self.wfile.write(words)
        while words in (FOR_EVER, b"*"):
            sleep(0.02)
            self.wfile.write(words)


@contextmanager
def liar(lie: dict[str, bytes]) -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("OneLie", (Liar,), {"lie": lie})) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"imap://bsoo:geheim@127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_server_that_lies_is_left_within_its_time_and_told_of(
    lie: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(imap, "LONGEST_TALK", 0.2)

    with liar(lie) as address:
        found = fetch(Database(f"sqlite:///{tmp_path / 'mail.sqlite3'}"), Settings(imap_url=address))

    assert (found, len(caplog.records)) == (0, 1)
    assert "geheim" not in caplog.text
