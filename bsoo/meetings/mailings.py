"""How far the mail of a meeting is, and which letters did not arrive."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.mail import outbox
from bsoo.mail.models import Letter, LetterState, Mailing
from bsoo.mail.outbox import REFUSED, WAITING, Progress
from bsoo.meetings.models import Meeting

MOST = 50
"""Letters on the page that did not arrive; more of them is another problem."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A letter that did not arrive, with the server's own words."""

    contact_id: UUID | None
    name: str
    address: str
    state: LetterState
    words: str


def last_mailing(db: Session, actor: Actor, meeting: Meeting) -> Mailing | None:
    """The newest bulk mail of a meeting."""
    require(actor, Permission.VIEW_MEETINGS, meeting.region_id)
    newest = select(Mailing).where(Mailing.meeting_id == meeting.id).order_by(col(Mailing.id).desc())
    return db.exec(newest).first()


def progress_of(db: Session, actor: Actor, mailing: Mailing) -> Progress:
    """How far a mailing is, in one statement."""
    require(actor, Permission.VIEW_MEETINGS, mailing.region_id)
    counts = outbox.counts_by_state(db, mailing_id=mailing.id)
    return Progress(
        total=sum(counts.values()),
        waiting=sum(counts[state] for state in WAITING),
        sent=counts[LetterState.ACCEPTED],
        refused=sum(counts[state] for state in REFUSED),
        unknown=counts[LetterState.UNKNOWN],
        suppressed=counts[LetterState.SUPPRESSED],
        cancelled=counts[LetterState.CANCELLED],
        state=mailing.state,
    )


def failed_letters(db: Session, actor: Actor, mailing: Mailing) -> list[Failed]:
    """The letters of a mailing that came back, were refused, may have been sent or may not be sent; 50 at most."""
    require(actor, Permission.VIEW_MEETINGS, mailing.region_id)
    wanted = (*REFUSED, LetterState.UNKNOWN, LetterState.SUPPRESSED)
    rows = db.execute(
        columns(
            col(Letter.contact_id),
            col(Letter.to_name),
            col(Letter.to_address),
            col(Letter.state),
            col(Letter.smtp_text),
        )
        .where(col(Letter.mailing_id) == mailing.id, col(Letter.state).in_(wanted))
        .order_by(col(Letter.to_name))
        .limit(MOST)
    ).all()
    return [Failed(*row) for row in rows]
