"""Letters only go to a server that proves who it is, and only under a login that it takes."""

import ssl
from base64 import b64decode
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import Session

from bsoo.db import Database
from bsoo.mail import postman
from bsoo.mail.models import LetterState
from bsoo.mail.postman import Delivered
from bsoo.settings import Settings
from tests.dovecot import TOKEN, token_service
from tests.mailhost import MailHost, mailhost
from tests.posting import letters, states

CERTIFICATES = Path(__file__).parent / "certificates"
"""Made for these tests by an authority whose key was thrown away; good until 2126."""

SECURE = {"ehlo": "250-mailhost\r\n250-PIPELINING\r\n250 STARTTLS"}


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))


def certified(name: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATES / name)
    return context


def send_by(host: MailHost, settings: Settings, scheme: str) -> Settings:
    return settings.model_copy(update={"smtp_url": f"{scheme}://127.0.0.1:{host.port}"})


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_server_that_proves_who_it_is_gets_the_letters_in_secret(
    database: Database, db: Session, settings: Settings, scheme: str
) -> None:
    letters(db, 5)

    at_once = scheme == "smtps"
    with mailhost(lambda stage, to: SECURE.get(stage, ""), security=certified("here.pem"), at_once=at_once) as host:
        result = postman.deliver_due(database, send_by(host, settings, scheme))

    assert (result, len(host.taken)) == (Delivered(accepted=5), 5)
    assert host.secured == (0 if at_once else host.connections)


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
@pytest.mark.parametrize("certificate", ["here.pem", "elsewhere.pem"])
def test_a_server_with_a_wrong_certificate_gets_nothing(
    database: Database,
    db: Session,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    scheme: str,
    certificate: str,
) -> None:
    """One by an authority that nobody knows, and one that is good but for another name."""
    letters(db, 2)
    if certificate == "elsewhere.pem":
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))

    at_once = scheme == "smtps"
    with mailhost(lambda stage, to: SECURE.get(stage, ""), security=certified(certificate), at_once=at_once) as host:
        result = postman.deliver_due(database, send_by(host, settings, scheme))

    assert (result, host.taken, states(db)) == (Delivered(), [], [LetterState.QUEUED] * 2)
    assert "certificate" in caplog.text.lower()


def test_a_server_that_offers_no_security_gets_nothing(
    database: Database, db: Session, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    letters(db, 2)

    with mailhost() as host:
        result = postman.deliver_due(database, send_by(host, settings, "smtp+starttls"))

    assert (result, host.taken, states(db)) == (Delivered(), [], [LetterState.QUEUED] * 2)
    assert "STARTTLS" in caplog.text


LOGIN = {"ehlo": "250-mailhost\r\n250 AUTH XOAUTH2", "auth": "235 2.7.0 welcome"}


def with_token(host: MailHost, settings: Settings, service: str, secret: str) -> Settings:
    return settings.model_copy(
        update={
            "smtp_url": f"smtp://bsoo%40example.org@127.0.0.1:{host.port}",
            "oauth_token_url": f"{service}/token",
            "oauth_client_id": "app",
            "oauth_client_secret": SecretStr(secret),
        }
    )


def test_a_server_that_takes_no_password_gets_a_token(database: Database, db: Session, settings: Settings) -> None:
    letters(db, 1)

    with token_service() as service, mailhost(lambda stage, to: LOGIN.get(stage, "")) as host:
        result = postman.deliver_due(database, with_token(host, settings, service, "app-secret"))

    [login] = [line.removeprefix("AUTH XOAUTH2 ") for line in host.greetings if line.startswith("AUTH")]
    assert result == Delivered(accepted=1)
    assert b64decode(login).decode() == f"user=bsoo@example.org\x01auth=Bearer {TOKEN}\x01\x01"


def test_without_a_token_nothing_is_sent_and_nothing_lost(
    database: Database, db: Session, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    letters(db, 2)

    with token_service() as service, mailhost(lambda stage, to: LOGIN.get(stage, "")) as host:
        result = postman.deliver_due(database, with_token(host, settings, service, "wrong-secret"))

    assert (result, host.taken, states(db)) == (Delivered(), [], [LetterState.QUEUED] * 2)
    assert "No access token" in caplog.text
    assert "wrong-secret" not in caplog.text


def test_a_token_that_is_not_taken_holds_the_sender(
    database: Database, db: Session, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    letters(db, 2)
    script = {**LOGIN, "auth": "535 5.7.3 Authentication unsuccessful"}

    with token_service() as service, mailhost(lambda stage, to: script.get(stage, "")) as host:
        result = postman.deliver_due(database, with_token(host, settings, service, "app-secret"))

    assert (result, host.taken, states(db)) == (Delivered(), [], [LetterState.QUEUED] * 2)
    assert "535" in caplog.text
    assert TOKEN not in caplog.text
