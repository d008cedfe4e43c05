"""A letter that was sent to an invited contact, and mail that comes in about it."""

from pathlib import Path

import pytest
from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.mail import outbox
from bsoo.mail.models import Incoming, Letter, LetterState
from bsoo.mail.outbox import Recipient
from bsoo.mail.returning.sorting import sort
from bsoo.meetings import receiving
from bsoo.meetings.models import Invitation, Meeting
from bsoo.regions import Region
from bsoo.registry.models import Contact
from tests import factories

FOLDER = Path(__file__).parent / "data" / "incoming"


TOKEN = "0123456789abcdef0123456789abcdef"
MESSAGE_ID = "<019ab000000070008000000000000001@bsoo.example>"
UID = "019ab000-0000-7000-8000-00000000aaaa@bsoo.example"
HOUSE = "bsoo@bsoo.example"


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()


@pytest.fixture
def jan(db: Session, amsterdam: Region) -> Contact:
    return factories.contact(db, amsterdam, name="Jan de Wit", email="jan@example.org")


@pytest.fixture
def meeting(db: Session, amsterdam: Region) -> Meeting:
    made = factories.meeting(db, amsterdam)
    made.calendar_uid = UID
    db.add(made)
    db.flush()
    return made


@pytest.fixture
def invited(db: Session, meeting: Meeting, jan: Contact) -> Invitation:
    return factories.invitation(db, meeting, jan)


def sent(db: Session, contact: Contact, to: str, meeting: Meeting, key: str = "k1", **facts: str) -> Letter:
    """A letter that was accepted, with the token and the number that the mails in the folder carry."""
    context = {"title": "t", "page": "/mijn/abc"}
    name = "signal_received"
    outbox.queue(
        db, name, Recipient(to, "Jan", contact_id=contact.id), key, context, region_id=meeting.region_id,
        meeting_id=meeting.id,
    )  # fmt: skip
    letter = db.exec(select(Letter).where(Letter.key == key)).one()
    letter.state, letter.name = LetterState.ACCEPTED, "invitation"
    letter.return_token, letter.message_id = facts.get("token", TOKEN), facts.get("number", MESSAGE_ID)
    db.add(letter)
    db.flush()
    return letter


def took_in(db: Session, message: bytes, believed: str = "") -> list[Incoming]:
    return receiving.receive(db, SYSTEM, message, sort(message, clock.today(), believed=believed), house=HOUSE)


def come_in(db: Session, name: str) -> list[Incoming]:
    return took_in(db, raw(name))


def letters(db: Session, name: str) -> list[str]:
    return list(db.exec(select(Letter.to_address).where(Letter.name == name)))
