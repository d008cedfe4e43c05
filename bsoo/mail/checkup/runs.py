"""A check that somebody asked for: a row, done by the timetable step by step, so that no page waits for a server."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import JSON, update
from sqlmodel import Field, Session, SQLModel, col, select

from bsoo import clock
from bsoo.db import Database, UTCDateTime
from bsoo.i18n import N_
from bsoo.mail import setbacks, signing
from bsoo.mail.checkup import published, round_trip, senders, server
from bsoo.mail.checkup.findings import Finding, Kept
from bsoo.mail.checkup.names import Names
from bsoo.mail.pace import sender_of
from bsoo.settings import Settings

STEPS = (
    N_("the mail server"),
    N_("our senders"),
    N_("the mailbox"),
    N_("a letter to ourselves"),
    N_("what is published in DNS"),
)
"""What is looked at, in this order: the letter that comes back shows which key signs, which DNS is then asked for."""

GIVEN_UP = timedelta(minutes=5)
"""Whoever was at it so long is gone, and somebody may ask again."""
KEPT = timedelta(days=90)


class MailCheck(SQLModel, table=True):
    """One look at the mail set-up; findings are added as they come."""

    __tablename__ = "mail_check"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    asked_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    asked_by: UUID | None = Field(default=None, foreign_key="staff_user.id")
    started_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    steps_done: int = 0
    findings: list[Kept] = Field(default_factory=list, sa_type=JSON)

    @property
    def is_busy(self) -> bool:
        return self.finished_at is None and clock.now() - self.asked_at < GIVEN_UP

    def found(self) -> list[Finding]:
        return [Finding.of(one) for one in self.findings]


def newest(db: Session) -> MailCheck | None:
    return db.exec(select(MailCheck).order_by(col(MailCheck.asked_at).desc()).limit(1)).first()


def ask(db: Session, user_id: UUID | None) -> MailCheck:
    """Ask for a look; who asks while one is under way gets that one. Old ones are forgotten."""
    last = newest(db)
    if last is not None and last.is_busy:
        return last
    for old in db.exec(select(MailCheck).where(MailCheck.asked_at < clock.now() - KEPT)):
        db.delete(old)
    run = MailCheck(asked_by=user_id)
    db.add(run)
    db.flush()
    return run


def run_due(
    database: Database,
    settings: Settings,
    people: Callable[[Session, Collection[str]], Collection[str]] = lambda _db, _addresses: (),
    *,
    names: Names | None = None,
    patience: float = 90,
) -> int:
    """Do what was asked for; safe to run twice at once, since one takes it.

    `people` says which addresses belong to a person.
    """
    with database.reading() as db:
        asked = newest(db)
        if asked is None or asked.started_at is not None or not asked.is_busy:
            return 0
        addresses = senders.senders_of(db, settings)
        personal = people(db, addresses)
    with database.transaction() as db:
        mine = update(MailCheck).where(col(MailCheck.id) == asked.id, col(MailCheck.started_at).is_(None))
        if not db.exec(mine.values(started_at=clock.now()).returning(col(MailCheck.id))).scalars().all():
            return 0
    found: list[Kept] = []
    looks = steps(settings, addresses, names or Names(), personal, patience=patience)
    for done, findings in enumerate(looks, start=1):
        found += [one.kept() for one in findings]
        finished = clock.now() if done == len(STEPS) else None
        with database.transaction() as db:
            run = db.get_one(MailCheck, asked.id)
            run.findings, run.steps_done, run.finished_at = list(found), done, finished
            db.add(run)
            if done == 1 and server.lets_us_in(findings):
                setbacks.end(db, sender_of(settings.smtp_url), clock.now())
    return 1


def steps(
    settings: Settings,
    addresses: Sequence[str],
    names: Names,
    personal: Collection[str] = (),
    *,
    patience: float | None = round_trip.PATIENCE,
) -> Iterator[list[Finding]]:
    """Each step's findings; without patience no letter is sent, and neither where it could not leave or come in."""
    sending = list(server.look(settings, addresses))
    yield sending
    yield list(senders.look(addresses, personal))
    reading = senders.look_into_mailbox(settings)
    yield [reading]
    trip = round_trip.Result([])
    if patience is not None:
        blocked = round_trip.blocked(sending, reading)
        trip = round_trip.Result([blocked]) if blocked else round_trip.travel(settings, patience=patience)
    yield trip.findings
    host = urlsplit(settings.smtp_url).hostname or ""
    domains = senders.domains_of(addresses, settings)
    own = signing.usable(settings)
    looks = (published.look(names, domain, host, settings.host, trip.signature, own) for domain in domains)
    yield [*published.key(settings), *(finding for look in looks for finding in look)]
