"""Other mail servers refuse what we send because of how we send it: administrators hear it, and many halt mailings.

No address is closed for it, since the readers are not to blame; until it is mended every further letter makes it worse.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.models import Grant, Role, User
from bsoo.access.policy import Permission, require
from bsoo.logbook import LogEntry, note
from bsoo.mail import outbox
from bsoo.mail.models import Because, Incoming, Letter, Mailing, MailingState
from bsoo.mail.outbox import WAITING, Draft, Recipient
from bsoo.mail.returning.kinds import Cause, Kind

LATELY = timedelta(days=1)
MANY = 5
"""So many letters refused in a day halt the mailings that run."""
HELD = "mailing.held"


def tell(db: Session, actor: Actor) -> int:
    """Write to administrators, at most once a day each; says how many letters."""
    require(actor, Permission.MANAGE_MAIL)
    words = _refusals(db, clock.now() - LATELY)
    if not words:
        return 0
    _hold(db, actor)
    facts = {"count": len(words), "words": words[0], "page": "/beheer/mail"}
    return outbox.queue_many(
        db,
        [
            Draft(
                "mail_refused",
                Recipient(user.email, user.name, user.language),
                key=f"mail_refused:{clock.today()}:{user.id}",
                context=facts,
            )
            for user in _administrators(db)
        ],
    )


def _hold(db: Session, actor: Actor) -> None:
    """Pause what runs when there are many new refusals; whoever lets it go on knew of those before."""
    before = db.exec(select(func.max(LogEntry.at)).where(LogEntry.verb == HELD)).one()
    since = max(filter(None, (clock.now() - LATELY, before)))
    if len(_refusals(db, since)) < MANY:
        return
    under_way = select(Letter.mailing_id).where(col(Letter.state).in_(WAITING))
    running = select(Mailing).where(Mailing.state == MailingState.RUNNING, col(Mailing.id).in_(under_way))
    for mailing in db.exec(running.with_for_update()).all():
        mailing.state, mailing.paused_because = MailingState.PAUSED, Because.REFUSED
        db.add(mailing)
        note(db, actor, HELD, mailing, mailing.region_id)
    db.flush()


def _refusals(db: Session, since: datetime) -> Sequence[str]:
    """The servers' words, one for each letter, the newest first."""
    query = select(Incoming.words).where(
        Incoming.kind == Kind.BOUNCE, Incoming.cause == Cause.OUR_FAULT, Incoming.received_at > since
    )
    return db.exec(query.order_by(col(Incoming.received_at).desc(), col(Incoming.id).desc())).all()


def _administrators(db: Session) -> Sequence[User]:
    query = select(User).join(Grant, col(Grant.user_id) == User.id)
    return db.exec(query.where(Grant.role == Role.ADMINISTRATOR, col(User.is_active)).order_by(col(User.id))).all()
