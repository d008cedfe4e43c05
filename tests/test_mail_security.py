"""Letters only go to a server that proves who it is, and only under a login that it takes."""

import ssl
from pathlib import Path

import pytest
from sqlmodel import Session

from bsoo.db import Database
from bsoo.mail import postman
from bsoo.mail.models import LetterState
from bsoo.mail.postman import Delivered
from bsoo.settings import Settings
from tests.mailhost import MailHost, mailhost
from tests.test_postman import letters, states

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
