"""What becomes of a bulk mail: it waits, runs, pauses, stops; people are taken out of it and put back.

This package is lower than access: the caller has asked whether somebody may (meetings/mailings.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Update, delete, exists, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select, update

from bsoo import clock
from bsoo.errors import Conflict, Refused
from bsoo.i18n import gettext as _
from bsoo.mail import kept_back
from bsoo.mail.models import Because, Letter, LetterEvent, LetterState, Mailing, MailingState

LATE = timedelta(hours=2)
"""A mailing that could not begin for so long asks first: who chose its time did not choose this one."""
REGRET = timedelta(hours=1)
"""How long a stop can be undone. After that the world has gone on, and a new mailing is more honest."""

AT_HOME = (LetterState.QUEUED, LetterState.CLAIMED)
"""Certainly not sent, and not on its way."""


LEFT = (LetterState.IN_FLIGHT, LetterState.ACCEPTED, LetterState.BOUNCED, LetterState.UNKNOWN)
"""Gone, or perhaps gone."""


class Kept(NamedTuple):
    """Letters that stay at home: at which moment, how many, and whose."""

    at: datetime
    letters: int
    contacts: list[UUID]


def is_due(db: Session, now: datetime) -> bool:
    """Whether the time of any mailing has come."""
    return db.exec(select(Mailing.id).where(*_is_due(now)).limit(1)).first() is not None


def due(db: Session, now: datetime) -> Sequence[Mailing]:
    """Mailings whose time has come, each for one process alone."""
    return db.exec(select(Mailing).where(*_is_due(now)).with_for_update(skip_locked=True)).all()


def begin(mailing: Mailing, now: datetime, *, has_no_use: bool = False) -> None:
    """Let it run; one that comes hours late, or when it has no use any more, is paused and asks."""
    is_late = has_no_use or (mailing.begins_at is not None and now - mailing.begins_at > LATE)
    mailing.state = MailingState.PAUSED if is_late else MailingState.RUNNING
    mailing.paused_because = Because.LATE if is_late else None


def begin_now(db: Session, mailing: Mailing) -> None:
    """Do not wait any longer."""
    if mailing.state is not MailingState.SCHEDULED:
        raise Refused(_("This mailing does not wait for a moment, so it cannot begin earlier."))
    _become(db, mailing, MailingState.RUNNING, begins_at=clock.now())


def plan(db: Session, mailing: Mailing, begins_at: datetime) -> None:
    """Let a mailing of which nothing was handed over yet begin at another moment."""
    if mailing.state is MailingState.STOPPED:
        raise Refused(_("This mailing was stopped before."))
    if not waits(db, mailing) or has_left(db, mailing):
        raise Refused(_("Letters of this mailing went out already. Pause it when the rest must wait."))
    _become(db, mailing, MailingState.SCHEDULED, begins_at=begins_at, paused_because=None)


def pause(db: Session, mailing: Mailing) -> None:
    """Send nothing more of a mailing until somebody lets it go on; a letter that is under way still goes."""
    if mailing.state is not MailingState.RUNNING:
        raise Refused(_("This mailing does not run, so it cannot be paused."))
    if not waits(db, mailing):
        raise Refused(_("Everything of this mailing went already, so nothing can be held back."))
    _become(db, mailing, MailingState.PAUSED, paused_because=Because.BY_HAND)


def resume(db: Session, mailing: Mailing) -> None:
    """Go on. What was refused until now is known, and does not pause it again."""
    if mailing.state is not MailingState.PAUSED:
        raise Refused(_("This mailing is not paused, so it cannot go on."))
    known = _number(db, mailing, col(Letter.state) == LetterState.REFUSED)
    _become(db, mailing, MailingState.RUNNING, paused_because=None, tolerated=known)


def stop(db: Session, mailing: Mailing) -> Kept:
    """Send nothing more of a mailing."""
    if mailing.state is MailingState.STOPPED:
        raise Refused(_("This mailing was stopped before."))
    kept = _keep(db, mailing, col(Letter.state).in_(AT_HOME), "")
    _become(db, mailing, MailingState.STOPPED, stopped_at=kept.at)
    return kept


def undo_stop(db: Session, mailing: Mailing, state: MailingState, *, since: datetime | None = None) -> Kept:
    """As if it had not been stopped: its letters wait again."""
    if mailing.state is not MailingState.STOPPED or mailing.stopped_at is None:
        raise Refused(_("This mailing is not stopped."))
    if clock.now() - mailing.stopped_at > REGRET:
        raise Refused(_("This mailing was stopped more than an hour ago. Make a new one."))
    back = _let_wait(db, mailing, mailing.stopped_at, since)
    by_hand = Because.BY_HAND if state is MailingState.PAUSED else None
    _become(db, mailing, state, stopped_at=None, paused_because=mailing.paused_because or by_hand)
    return back


def take_out(db: Session, mailing: Mailing, letters: Sequence[UUID]) -> Kept:
    """Keep these letters at home, as far as they did not leave."""
    return _keep(db, mailing, col(Letter.id).in_(letters) & col(Letter.state).in_(AT_HOME), _("Taken out by hand."))


def put_back(db: Session, mailing: Mailing, moment: datetime, *, since: datetime | None = None) -> Kept:
    """Let those wait again who were kept at home at this moment."""
    if mailing.state is MailingState.STOPPED:
        raise Refused(_("This mailing was stopped before."))
    return _let_wait(db, mailing, moment, since)


def withdraw(db: Session, mailing: Mailing) -> list[UUID]:
    """Unwrite what did not leave, so that it can be written anew; gives whose letters these were."""
    gone = delete(Letter).where(col(Letter.mailing_id) == mailing.id, col(Letter.state).in_(AT_HOME))
    contacts = db.exec(gone.returning(col(Letter.contact_id))).scalars().all()
    return [contact_id for contact_id in contacts if contact_id is not None]


def waits(db: Session, mailing: Mailing) -> bool:
    """Whether anything did not leave yet."""
    return _number(db, mailing, col(Letter.state).in_(AT_HOME)) > 0


def has_left(db: Session, mailing: Mailing) -> bool:
    """Whether any letter went, or may have gone."""
    return _number(db, mailing, col(Letter.state).in_(LEFT)) > 0


def _let_wait(db: Session, mailing: Mailing, moment: datetime, since: datetime | None) -> Kept:
    """As far as their letter could be written so now.

    Not what was written before `since`, nor who was written to anew in between, or may not be written to any more.
    """
    kept = select(LetterEvent.letter_id).where(
        LetterEvent.at == moment, LetterEvent.state == LetterState.CANCELLED, LetterEvent.letter_id == Letter.id
    )
    at_home = (col(Letter.mailing_id) == mailing.id) & (col(Letter.state) == LetterState.CANCELLED) & kept.exists()
    current = at_home & ~_written_anew() & (col(Letter.queued_at) >= since if since else true())
    stay = [letter.id for letter, _why in kept_back.refused_now(db, current)]
    statement = update(Letter).where(current, col(Letter.id).not_in(stay))
    back = _changed(
        db, statement.values(state=LetterState.QUEUED, due_at=clock.now()), LetterState.QUEUED, _("Put back.")
    )
    if not back.letters and _number(db, mailing, at_home):
        raise Refused(
            _("None of these can go any more: what they tell has changed, or the reader got a newer one or wants none.")
        )
    return back


def _written_anew() -> ColumnElement[bool]:
    """Whether the same reader got, or gets, a later letter of the same name about the same meeting."""
    later = aliased(Letter)
    same = (later.meeting_id, later.contact_id, later.name)
    mine = (Letter.meeting_id, Letter.contact_id, Letter.name)
    is_later = (col(later.id) > col(Letter.id), col(later.state) != LetterState.CANCELLED)
    return exists().where(*(col(one) == col(other) for one, other in zip(same, mine, strict=True)), *is_later)


def _become(db: Session, mailing: Mailing, state: MailingState, **values: Any) -> None:
    """Change a mailing that is as it was read. Last of all: the postman too writes letters before their mailing.

    Any: what a database driver takes.
    """
    as_read = (col(Mailing.id) == mailing.id, col(Mailing.state) == mailing.state)
    changed = db.exec(update(Mailing).where(*as_read).values(state=state, **values).returning(col(Mailing.id)))
    if changed.scalars().first() is None:
        raise Conflict(_("Somebody else changed this mailing in the meantime. Look at it again."))


def _keep(db: Session, mailing: Mailing, which: ColumnElement[bool], words: str) -> Kept:
    statement = update(Letter).where(col(Letter.mailing_id) == mailing.id, which)
    statement = statement.values(state=LetterState.CANCELLED, owner="", lease_until=None)
    return _changed(db, statement, LetterState.CANCELLED, words)


def _changed(db: Session, statement: Update, state: LetterState, words: str) -> Kept:
    changed = db.exec(statement.returning(col(Letter.id), col(Letter.contact_id))).all()
    moment = clock.now()
    db.add_all(LetterEvent(letter_id=one, at=moment, state=state, text=words) for one, _contact in changed)
    db.flush()
    return Kept(moment, len(changed), [contact_id for _letter, contact_id in changed if contact_id is not None])


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(Mailing.state) == MailingState.SCHEDULED, col(Mailing.begins_at) <= now


def _number(db: Session, mailing: Mailing, which: ColumnElement[bool]) -> int:
    return db.exec(select(func.count()).where(Letter.mailing_id == mailing.id, which)).one()
