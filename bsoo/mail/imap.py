"""IMAP connections that end. The limit of a socket is about silence, and a server may go on talking for ever."""

import imaplib
import socket
import threading
from contextlib import suppress

LONGEST_TALK = 600.0
"""Seconds for one visit: two hundred large mails over a slow line."""

PORT = 143

TROUBLE = (imaplib.IMAP4.error, OSError, ValueError, OverflowError, MemoryError)
"""What comes of a server that is gone, refuses, says what is no IMAP, or promises more bytes than there are."""


class Plain(imaplib.IMAP4):
    """Hangs up when the visit takes too long, whoever is speaking."""

    _end: threading.Timer | None = None

    def open(self, host: str = "", port: int | None = None, timeout: float | None = None) -> None:
        super().open(host, port or PORT, timeout)
        self._end = threading.Timer(LONGEST_TALK, self._hang_up)
        self._end.daemon = True
        self._end.start()

    def shutdown(self) -> None:
        if self._end is not None:
            self._end.cancel()
        super().shutdown()

    def _hang_up(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)


class Secret(Plain, imaplib.IMAP4_SSL):
    """The same over TLS from the first byte."""
