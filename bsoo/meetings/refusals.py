"""Letters that a mail server refused at the door: the same classifier, since a refusal says what a bounce would.

Only what closes an address, says that a mailbox is full, or blames how we send comes among the mail that came in; the
rest stands in the outbox with the server's words already.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.mail.models import Incoming, Letter, LetterEvent, LetterState, Outcome
from bsoo.mail.returning.causes import judge
from bsoo.mail.returning.kinds import Cause, Kind
from bsoo.meetings import receiving

LOOKED_BACK = timedelta(days=45)
PERMANENT = 500


def judge_refused(db: Session, actor: Actor) -> int:
    """Close the addresses that were refused as not there; says how many letters told something of an address."""
    require(actor, Permission.MANAGE_MAIL)
    known = exists().where(col(Incoming.letter_id) == col(Letter.id), col(Incoming.received_at) >= _refused_at())
    refused = select(Letter, _refused_at()).where(
        Letter.state == LetterState.REFUSED,
        col(Letter.smtp_code) >= PERMANENT,
        col(Letter.queued_at) > clock.now() - LOOKED_BACK,
        ~known,
    )
    return sum(_judge(db, actor, letter, at) for letter, at in db.exec(refused).all())


def _refused_at() -> ColumnElement[datetime]:
    """The last time; a letter that went again may be refused anew, at another address."""
    last = select(func.max(LetterEvent.at)).where(
        col(LetterEvent.letter_id) == col(Letter.id), LetterEvent.state == LetterState.REFUSED
    )
    return func.coalesce(last.correlate(Letter).scalar_subquery(), col(Letter.queued_at))


def _judge(db: Session, actor: Actor, letter: Letter, at: datetime) -> bool:
    words = f"{letter.smtp_code} {letter.smtp_text}"
    cause = judge("", words)
    if cause not in {Cause.DEAD, Cause.FULL, Cause.OUR_FAULT}:
        return False
    row = Incoming(
        digest=hashlib.sha256(f"refused:{letter.id}:{at.isoformat()}".encode()).hexdigest(),
        kind=Kind.BOUNCE,
        cause=cause,
        outcome=Outcome.SHOWN,
        address=letter.to_address,
        words=words,
        letter_id=letter.id,
        contact_id=letter.contact_id,
        meeting_id=letter.meeting_id,
        region_id=letter.region_id,
    )
    db.add(row)
    db.flush()
    receiving.close_if_hopeless(db, actor, row, letter.to_address)
    db.flush()
    return True
