"""Letters that wait for the postman, and what became of them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlmodel import Session, select

from bsoo.mail import outbox
from bsoo.mail.models import Letter, LetterState, Mailing
from bsoo.mail.outbox import Draft, Recipient
from bsoo.settings import Settings
from tests.mailhost import MailHost

At = Callable[[datetime], AbstractContextManager[None]]


def letters(db: Session, count: int, mailing: Mailing | None = None) -> None:
    """Letters to p0@example.org, p1@example.org, …, committed."""
    mailing_id = mailing.id if mailing else None
    outbox.queue_many(
        db,
        [
            Draft(
                "own_page",
                Recipient(f"p{n}@example.org", f"Persoon {n}"),
                f"test:{n}",
                {"page": f"/mijn/{n}"},
                mailing_id=mailing_id,
            )
            for n in range(count)
        ],
    )
    db.commit()


def a_mailing(db: Session, count: int) -> Mailing:
    mailing = outbox.start_mailing(db, None, "own_page", None, None, count)
    letters(db, count, mailing)
    return mailing


def send_by(host: MailHost, settings: Settings, **changes: object) -> Settings:
    return settings.model_copy(update={"smtp_url": host.url, **changes})


def found(db: Session, number: int = 0) -> Letter:
    db.expire_all()
    return db.exec(select(Letter).where(Letter.to_address == f"p{number}@example.org")).one()


def states(db: Session) -> list[LetterState]:
    db.expire_all()
    return [LetterState(state) for state in db.exec(select(Letter.state).order_by(Letter.to_address))]
