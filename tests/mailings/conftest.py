"""A bulk mail to a small crowd, and what its tests look at."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.jobs import job
from bsoo.mail.models import Letter, LetterState, Mailing
from bsoo.meetings import inviting
from bsoo.meetings.models import Meeting
from bsoo.regions import Region
from bsoo.registry.models import Contact
from bsoo.settings import Settings
from tests import factories
from tests.mailhost import MailHost

SignIn = Callable[[Actor], TestClient]
At = Callable[[datetime], AbstractContextManager[None]]
Deliver = Callable[[MailHost], int]
TOMORROW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HERE = "/overleggen/amsterdam/2026-4"


@pytest.fixture
def deliver(database: Database, settings: Settings) -> Deliver:
    """The job of the timetable that sends what waits, to a mail server of the test."""
    found = job("deliver-letters")
    assert found is not None
    usual = settings.model_copy(update={"mail_connections": 1})
    return lambda host: found.work(database, usual.model_copy(update={"smtp_url": host.url}))


@pytest.fixture
def planned(db: Session, amsterdam: Region) -> Meeting:
    return factories.meeting(db, amsterdam)


def crowd(db: Session, region: Region, number: int) -> list[Contact]:
    return [factories.contact(db, region, f"Mens {one:02}") for one in range(number)]


def invited(
    db: Session, actor: Actor, region: Region, meeting: Meeting, number: int = 4, begins_at: datetime | None = None
) -> Mailing:
    crowd(db, region, number)
    mailing = inviting.invite(db, actor, region, meeting, begins_at=begins_at)
    assert mailing is not None
    db.flush()
    return mailing


def letters(db: Session, mailing: Mailing) -> list[Letter]:
    db.expire_all()
    return list(db.exec(select(Letter).where(Letter.mailing_id == mailing.id).order_by(col(Letter.to_name))))


def states(db: Session, mailing: Mailing) -> list[LetterState]:
    return [letter.state for letter in letters(db, mailing)]


def turn(db: Session, mailing: Mailing, *became: LetterState) -> None:
    for letter, state in zip(letters(db, mailing), became, strict=False):
        letter.state = state
    db.flush()
