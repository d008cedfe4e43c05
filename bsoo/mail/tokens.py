"""Access tokens for mail servers that take no password (OAuth 2.0 client credentials, RFC 6749, 4.4; XOAUTH2)."""

import json
from collections.abc import Mapping
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from bsoo.errors import DomainError
from bsoo.settings import Settings

SECONDS = 10
LONGEST = 10_000


class NoToken(DomainError):
    """The token service gave none; says what it said."""

    def __init__(self, service: str, words: str) -> None:
        super().__init__(f"No access token from {service}: {words}")
        self.words = words


def access_token(settings: Settings) -> str:
    """A fresh token. Readers of a mailbox open it once in a while, so none is kept."""
    form = {
        "grant_type": "client_credentials",
        "client_id": settings.oauth_client_id,
        "client_secret": settings.oauth_client_secret.get_secret_value(),
        "scope": settings.oauth_scope,
    }
    request = Request(settings.oauth_token_url, urlencode(form).encode())  # noqa: S310 -- settings allow https only
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 -- as above
            said = json.loads(answer.read(LONGEST))
    except HTTPError as refusal:
        with refusal:
            raise NoToken(settings.oauth_token_url, f"{refusal.code} {_said(refusal, settings)}") from refusal
    except (URLError, HTTPException, OSError, ValueError, RecursionError) as mistake:
        reason = getattr(mistake, "reason", mistake)
        raise NoToken(settings.oauth_token_url, str(getattr(reason, "strerror", "") or reason)) from mistake
    token = said.get("access_token") if isinstance(said, Mapping) else None
    if not isinstance(token, str):
        raise NoToken(settings.oauth_token_url, "there is none in its answer")
    return token


def _said(refusal: HTTPError, settings: Settings) -> str:
    """Why the service gives none (RFC 6749, 5.2), without the secret, should it say that back."""
    try:
        told = json.loads(refusal.read(LONGEST))
        words = str(told.get("error_description") or told["error"])
    except (HTTPException, OSError, ValueError, RecursionError, AttributeError, KeyError):
        words = str(refusal.reason)
    secret = settings.oauth_client_secret.get_secret_value()
    return words.replace(secret, "…") if secret else words


def xoauth2(user: str, token: str) -> bytes:
    """The first and only message of the XOAUTH2 mechanism."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
