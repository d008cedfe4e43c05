"""Signs letters with DKIM (RFC 6376), where whoever runs bsoo gave a key; else the mail server does it, or nobody.

A letter is signed where its bytes are made, so every later try is the same bytes. The key stays in its file.
"""

from pathlib import Path
from typing import NamedTuple

import dkim

from bsoo.settings import Settings

SIGNED = (
    b"from",
    b"from",  # twice: a second one that is added on the way breaks the signature (RFC 6376, 8.15)
    b"to",
    b"reply-to",
    b"subject",
    b"date",
    b"message-id",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"auto-submitted",
    b"mime-version",
    b"content-type",
)
"""Whoever takes the button to unsubscribe seriously wants it signed (RFC 8058, 4)."""


class NoKey(Exception):
    """Letters must be signed, and there is no key that can."""


class Signer(NamedTuple):
    """A key, and where its public half is published: SELECTOR._domainkey.DOMAIN."""

    selector: str
    domain: str
    key: bytes

    @property
    def published_at(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    def sign(self, message: bytes) -> bytes:
        signature = dkim.sign(
            message,
            self.selector.encode("ascii"),
            self.domain.encode("ascii"),
            self.key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(SIGNED),
        )
        return bytes(signature) + message


def signer(settings: Settings) -> Signer | None:
    """None when letters are not signed here."""
    if settings.dkim_key is None:
        return None
    signs = Signer(settings.dkim_selector, settings.dkim_domain, _key(settings.dkim_key))
    try:
        signs.sign(b"From: a@a.example\r\n\r\n")
    except (dkim.DKIMException, ValueError) as error:
        raise NoKey(f"{settings.dkim_key} holds no RSA key as PEM") from error
    return signs


def _key(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NoKey(f"{path} cannot be read: {error.strerror}") from error
