"""DKIM: letters are signed where they are made, or wait until they can be."""

from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlmodel import Session, select

from bsoo import doctor
from bsoo.db import Database
from bsoo.mail import outbox, postman
from bsoo.mail.models import Letter, LetterState
from bsoo.mail.outbox import Recipient
from bsoo.mail.postman import Delivered
from bsoo.mail.signing import NoKey, Signer, key_in, signer
from bsoo.settings import Settings
from tests.mailhost import mailhost

CERTIFICATES = Path(__file__).parent / "certificates"
KEY = key_in(CERTIFICATES / "dkim.pem")
RECORD = (CERTIFICATES / "dkim.txt").read_bytes()

ODD_LINE = st.text(st.sampled_from(" \t.:=aé") | st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)
ODD_LINES = st.lists(ODD_LINE, max_size=6)
ODD_NAMES = st.sampled_from(["Subject", "TO", "X-Odd", "List-Unsubscribe"])
ODD_FIELDS = st.lists(st.builds("{}:{}\r\n {}".format, ODD_NAMES, ODD_LINE, ODD_LINE), max_size=6)


@pytest.fixture
def signing(settings: Settings) -> Settings:
    key = {"dkim_key": CERTIFICATES / "dkim.pem", "dkim_selector": "s2026", "dkim_domain": "bsoo.example"}
    return settings.model_copy(update=key)


def dns(name: bytes, timeout: float = 5) -> bytes:
    return RECORD if name == b"s2026._domainkey.bsoo.example." else b""


def queue(db: Session) -> None:
    outbox.queue(db, "own_page", Recipient("p@example.org", "Renée ’t Hart"), key="signed", context={"page": "/mijn/1"})
    db.commit()


def test_what_arrives_is_signed_by_the_key_that_is_published(
    database: Database, db: Session, signing: Settings
) -> None:
    queue(db)

    with mailhost() as host:
        delivered = postman.deliver_due(database, signing.model_copy(update={"smtp_url": host.url}))

    raw = host.taken[0].raw
    assert delivered == Delivered(accepted=1)
    assert dkim.verify(raw, dnsfunc=dns) is True
    assert dkim.verify(raw.replace(b"Subject: ", b"Subject: Not "), dnsfunc=dns) is False


def test_the_line_to_publish_is_the_public_half_of_the_key(signing: Settings) -> None:
    key = signer(signing)

    assert key is not None
    assert (key.published_at, key.record) == ("s2026._domainkey.bsoo.example", RECORD.decode().strip())


def test_the_button_to_unsubscribe_is_signed_and_none_can_be_added(signing: Settings) -> None:
    key = signer(signing)
    assert key is not None
    body = b"MIME-Version: 1.0\r\n\r\nHello\r\n"
    button = b"List-Unsubscribe: <https://bsoo.example/s>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    plain, with_button = (key.sign(b"From: a@bsoo.example\r\n" + more + body) for more in (b"", button))

    assert [dkim.verify(one, dnsfunc=dns) for one in (plain, with_button)] == [True, True]
    assert dkim.verify(with_button.replace(b"bsoo.example/s", b"evil.example/s"), dnsfunc=dns) is False
    assert dkim.verify(plain.replace(body, button + body), dnsfunc=dns) is False
    assert dkim.verify(plain.replace(body, b"From: b@evil.example\r\n" + body), dnsfunc=dns) is False


@given(ODD_FIELDS, ODD_LINES)
@example(["from:b@bsoo.example"], [])
@example(["subject:one", "Subject:\t two  \r\n\t \r\n three", "Subjects: x"], [" a  b\t", "", " ", ""])
def test_whatever_a_letter_says_another_reads_the_same_and_finds_it_signed(fields: list[str], lines: list[str]) -> None:
    letter = "".join(f"{line}\r\n" for line in ["From: a@bsoo.example", *fields, "", *lines]).encode()

    signed = Signer("s2026", "bsoo.example", KEY).sign(letter)

    assert signed.endswith(letter)
    assert dkim.verify(signed, dnsfunc=dns) is True


def test_letters_wait_for_a_key_that_is_not_there(
    database: Database, db: Session, signing: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    queue(db)
    missing = signing.model_copy(update={"dkim_key": tmp_path / "nowhere.pem"})

    with mailhost() as host:
        delivered = postman.deliver_due(database, missing.model_copy(update={"smtp_url": host.url}))

    db.expire_all()
    assert (delivered, host.connections) == (Delivered(), 0)
    assert db.exec(select(Letter.state)).one() == LetterState.QUEUED
    assert "cannot be signed" in caplog.text
    assert "nowhere.pem cannot be read: No such file or directory" in caplog.text


def test_the_doctor_says_where_the_key_is_looked_for(database: Database, signing: Settings, tmp_path: Path) -> None:
    missing = signing.model_copy(update={"dkim_key": tmp_path / "nowhere.pem"})

    seen = [*doctor.examine(signing, database), *doctor.examine(missing, database)]
    found = [finding for finding in seen if finding.name == "signing"]

    assert [finding.ok for finding in found] == [True, False]
    assert found[0].text == "Letters are signed; the public key must be at s2026._domainkey.bsoo.example."


def test_what_is_no_key_is_said_without_showing_it(signing: Settings, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    locked = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"a password"))
    other_kind = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    said = []

    for held in (b"a password that landed in the wrong file", locked, other_kind):
        file.write_bytes(held)
        with pytest.raises(NoKey) as error:
            signer(signing.model_copy(update={"dkim_key": file}))
        said.append(str(error.value))

    assert said == [f"{file} holds no RSA key as PEM"] * 3


def test_a_key_needs_to_know_where_it_is_published() -> None:
    with pytest.raises(ValidationError, match="BSOO_DKIM_KEY needs BSOO_DKIM_SELECTOR and BSOO_DKIM_DOMAIN"):
        Settings(_env_file=None, dkim_key=CERTIFICATES / "dkim.pem", dkim_selector="s2026")


def test_without_a_key_nothing_is_signed(settings: Settings) -> None:
    assert signer(settings) is None
