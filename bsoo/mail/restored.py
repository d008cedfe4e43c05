"""A copy of the database that was put back must not send again what went out since it was made.

Whenever letters are taken, and after the last of them, the database counts one further, and so does a small file beside
it. A database that is behind its file was put back; one that knows another site was copied from there. Then what waits
asks first: a person sees how much it is, and sends it or keeps it at home. Letters to one person that are written later
go out, since nobody could sign in otherwise; bulk mail waits, since the timetable may write again what it wrote before.
"""

import logging
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, func, or_, select

from bsoo import clock
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.mail.models import HeldBecause, Letter, LetterState, MailMark
from bsoo.settings import Settings

log = logging.getLogger(__name__)

FILE = "mail.mark"
_LENGTH = 12
_MARK: Table = SQLModel.metadata.tables[str(MailMark.__tablename__)]


class _Kept(NamedTuple):
    """The file beside the database."""

    name: str
    number: int
    at: datetime


class Held(NamedTuple):
    """What waits for a decision."""

    before: datetime
    because: HeldBecause
    letters: int
    mailings: int


def begin(db: Session, settings: Settings) -> None:
    """Give a new database its name, before anything can be sent; two processes may do so at once."""
    if db.exec(select(MailMark.id)).first() is not None:
        return
    insert = postgresql.insert if db.connection().dialect.name == "postgresql" else sqlite.insert
    new = insert(_MARK).values(id=UUID(int=1), name=clock.new_token()[:_LENGTH], site=settings.host, number=0)
    db.connection().execute(new.on_conflict_do_nothing())


def forward(db: Session, settings: Settings, now: datetime) -> MailMark:
    """One further; where this shows that the database was put back or copied, what waits is held from now on."""
    begin(db, settings)
    mark = db.exec(select(MailMark).with_for_update()).one()
    _judge(mark, settings, now)
    mark.number += 1
    db.add(mark)
    db.flush()
    return mark


def remember(settings: Settings, mark: MailMark, now: datetime) -> None:
    """Beside the database, after the transaction: a file that is ahead of a transaction that failed would be wrong."""
    kept = _kept(settings.data)
    if kept is not None and kept.name == mark.name and kept.number > mark.number:
        return  # another postman was faster
    draft = settings.data / f".{clock.new_id()}"
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        draft.write_text(f"{mark.name} {mark.number} {now.isoformat()}\n")
        draft.replace(settings.data / FILE)
    except OSError as error:  # letters go out all the same
        log.warning("a copy of the database that is put back would not be noticed: %s", error)


def put_back(settings: Settings) -> None:
    """Whoever puts a copy back says so, also when the database was that far in the midst of sending."""
    if (kept := _kept(settings.data)) is not None:
        remember(settings, MailMark(name=kept.name, site="", number=kept.number + 1), clock.now())


def held(db: Session, settings: Settings) -> Held | None:
    """What waits for a decision, also when nobody tried to send since the database was put back."""
    found = db.exec(select(MailMark)).first()
    if found is None:
        return None
    mark = MailMark(**found.model_dump())
    _judge(mark, settings, clock.now())
    if mark.held_before is None or mark.held_because is None:
        return None
    counts = select(func.count(), func.count(func.distinct(col(Letter.mailing_id))))
    letters, mailings = db.exec(counts.where(is_held(mark.held_before))).one()
    return Held(mark.held_before, mark.held_because, letters, mailings)


def is_held(before: datetime) -> ColumnElement[bool]:
    waits = col(Letter.state) == LetterState.QUEUED
    return waits & or_(col(Letter.mailing_id).is_not(None), col(Letter.queued_at) <= before)


def let_go(db: Session, settings: Settings) -> None:
    """Somebody decided: from here on it goes as always."""
    mark = forward(db, settings, clock.now())
    if mark.held_before is None:
        raise Refused(_("Somebody has decided this already. Nothing is held any more."))
    mark.held_before, mark.held_because = None, None
    db.add(mark)
    db.flush()


def _judge(mark: MailMark, settings: Settings, now: datetime) -> None:
    kept = _kept(settings.data)
    if kept is not None and kept.name == mark.name and kept.number > mark.number:
        mark.held_before = max(filter(None, (mark.held_before, kept.at)))
        mark.held_because, mark.number = HeldBecause.PUT_BACK, kept.number
    if mark.site != settings.host:
        mark.held_before, mark.held_because, mark.site = now, HeldBecause.MOVED, settings.host


def _kept(folder: Path) -> _Kept | None:
    try:
        name, number, at = (folder / FILE).read_text().split()
        return _Kept(name, int(number), datetime.fromisoformat(at))
    except (OSError, ValueError):  # none yet, or not one of ours
        return None
