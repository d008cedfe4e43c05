"""Signs letters with DKIM (RFC 6376), where whoever runs bsoo gave a key; else the mail server does it, or nobody.

A letter is signed where its bytes are made, so every later try is the same bytes. The key stays in its file.
Only RSA: much that receives our mail takes a letter with nothing but Ed25519 (RFC 8463) for one that is not signed.
"""

import base64
import hashlib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

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

_LINE = 72


class NoKey(Exception):
    """Letters must be signed, and there is no key that can: its file cannot be read, or holds none."""

    def __init__(self, file: Path, words: str = "") -> None:
        super().__init__(f"{file} cannot be read: {words}" if words else f"{file} holds no RSA key as PEM")
        self.file, self.words = file, words


class Signer(NamedTuple):
    """A key, and where its public half is published: SELECTOR._domainkey.DOMAIN."""

    selector: str
    domain: str
    key: RSAPrivateKey

    @property
    def published_at(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def public(self) -> str:
        """The public half as DNS holds it (RFC 6376, 3.6.1): a SubjectPublicKeyInfo in base64."""
        half = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(half).decode("ascii")

    @property
    def record(self) -> str:
        """The line to publish there."""
        return f"v=DKIM1; k=rsa; p={self.public}"

    def sign(self, message: bytes) -> bytes:
        """A message of CRLF lines, with its signature in front (RFC 6376, 3.7)."""
        head, _blank, body = message.partition(b"\r\n\r\n")
        tags = b"v=1; a=rsa-sha256; c=relaxed/relaxed; d=%b; s=%b;\r\n h=%b;\r\n bh=%b;\r\n b=" % (
            self.domain.encode("ascii"),
            self.selector.encode("ascii"),
            b":".join(SIGNED),
            base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()),
        )
        fields = [*_chosen(head), _relaxed_field(b"dkim-signature", tags)]
        seal = base64.b64encode(self.key.sign(b"\r\n".join(fields), PKCS1v15(), SHA256()))
        lines = [seal[at : at + _LINE] for at in range(0, len(seal), _LINE)]
        return b"DKIM-Signature: " + tags + b"\r\n ".join(lines) + b"\r\n" + message


def signer(settings: Settings) -> Signer | None:
    """None when letters are not signed here."""
    if settings.dkim_key is None:
        return None
    return Signer(settings.dkim_selector, settings.dkim_domain, key_in(settings.dkim_key))


def usable(settings: Settings) -> Signer | None:
    """The same for who only looks: a key that cannot sign is none."""
    try:
        return signer(settings)
    except NoKey:
        return None


def key_in(path: Path) -> RSAPrivateKey:
    try:
        return _rsa_key(path.read_bytes())
    except OSError as error:
        raise NoKey(path, error.strerror or type(error).__name__) from error
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise NoKey(path) from error


@cache
def _rsa_key(pem: bytes) -> RSAPrivateKey:
    """Kept: to see whether its numbers belong together takes as long as a hundred letters."""
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("another kind of key")
    return key


def _chosen(head: bytes) -> list[bytes]:
    """The fields that are signed, of each name the lowest first; one that is not there stays away (RFC 6376, 5.4.2)."""
    values: dict[bytes, list[bytes]] = defaultdict(list)
    for field in _unfolded(head).split(b"\r\n"):
        name, _colon, value = field.partition(b":")
        values[name.strip().lower()].append(value)
    return [_relaxed_field(name, values[name].pop()) for name in SIGNED if values[name]]


def _relaxed_field(name: bytes, value: bytes) -> bytes:
    """On one line, in which blanks stand alone and at neither end (RFC 6376, 3.4.2)."""
    return name + b":" + _single_blanks(_unfolded(value)).strip(b" ")


def _relaxed_body(body: bytes) -> bytes:
    """Lines in which blanks stand alone and not at the end, and no empty ones after the last (RFC 6376, 3.4.4)."""
    lines = _single_blanks(body).replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return lines + b"\r\n" if lines else b""


def _unfolded(field: bytes) -> bytes:
    return field.replace(b"\r\n ", b" ").replace(b"\r\n\t", b"\t")


def _single_blanks(text: bytes) -> bytes:
    text = text.replace(b"\t", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text
