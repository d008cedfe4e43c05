"""Signs letters with DKIM (RFC 6376), where whoever runs bsoo gave a key; else the mail server does it, or nobody.

A letter is signed where its bytes are made, so every later try is the same bytes. The key stays in its file.
"""

import base64
from pathlib import Path
from typing import NamedTuple

import dkim
from dkim.asn1 import BIT_STRING, INTEGER, SEQUENCE
from dkim.crypto import parse_pem_private_key

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

RSA = bytes.fromhex("300d06092a864886f70d0101010500")
"""The name of the kind of key, as it stands in front of one (RFC 8017, A.1)."""


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

    @property
    def public(self) -> str:
        """The public half as DNS holds it (RFC 6376, 3.6.1): a SubjectPublicKeyInfo in base64."""
        key = parse_pem_private_key(self.key)
        numbers = _der(SEQUENCE, _number(key["modulus"]) + _number(key["publicExponent"]))
        return base64.b64encode(_der(SEQUENCE, RSA + _der(BIT_STRING, b"\0" + numbers))).decode("ascii")

    @property
    def record(self) -> str:
        """The line to publish there."""
        return f"v=DKIM1; k=rsa; p={self.public}"

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


def usable(settings: Settings) -> Signer | None:
    """The same for who only looks: a key that cannot sign is none."""
    try:
        return signer(settings)
    except NoKey:
        return None


def _number(value: int) -> bytes:
    return _der(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _der(kind: int, content: bytes) -> bytes:
    """One value as DER writes it: its kind, how long it is, and what it holds."""
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes([size]) if size < 0x80 else bytes([0x80 | len(octets)]) + octets  # noqa: PLR2004 -- X.690, 8.1.3
    return bytes([kind]) + length + content


def _key(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NoKey(f"{path} cannot be read: {error.strerror}") from error
