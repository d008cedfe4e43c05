"""Letters that a mail server refused at the door: the same classifier, since a refusal says what a bounce would.

Only what closes an address, says that a mailbox is full, or blames how we send comes among the mail that came in; the
rest stands in the outbox with the server's words already.
"""

import hashlib
from datetime import timedelta

from sqlalchemy import exists
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.mail.models import Incoming, Letter, LetterState, Outcome
from bsoo.mail.returning.causes import judge
from bsoo.mail.returning.kinds import Cause, Kind
from bsoo.meetings import receiving

LOOKED_BACK = timedelta(days=45)
PERMANENT = 500


def judge_refused(db: Session, actor: Actor) -> int:
    """Close the addresses that were refused as not there; says how many letters told something of an address."""
    require(actor, Permission.MANAGE_MAIL)
    known = exists().where(col(Incoming.letter_id) == col(Letter.id))
    refused = select(Letter).where(
        Letter.state == LetterState.REFUSED,
        col(Letter.smtp_code) >= PERMANENT,
        col(Letter.queued_at) > clock.now() - LOOKED_BACK,
        ~known,
    )
    return sum(_judge(db, actor, letter) for letter in db.exec(refused).all())


def _judge(db: Session, actor: Actor, letter: Letter) -> bool:
    words = f"{letter.smtp_code} {letter.smtp_text}"
    cause = judge("", words)
    if cause not in {Cause.DEAD, Cause.FULL, Cause.OUR_FAULT}:
        return False
    row = Incoming(
        digest=hashlib.sha256(f"refused:{letter.id}".encode()).hexdigest(),
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
