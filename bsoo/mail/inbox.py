"""What staff see of the mail that came in. As with the desk: the caller says in which regions somebody may look."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, true
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.errors import NotFound
from bsoo.mail.desk import ROWS, Regions
from bsoo.mail.models import Incoming, Outcome
from bsoo.mail.returning.kinds import CalendarAnswer, Cause, Kind

NEEDS_NOBODY = (Kind.AUTO_REPLY, Kind.RECEIPT)
"""Kinds that are only shown."""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for."""

    kind: Kind | None = None
    is_open: bool = False
    meeting_id: UUID | None = None
    contact_id: UUID | None = None
    text: str = ""
    page: int = 1


@dataclass(frozen=True)
class Line:
    """A mail in the list."""

    id: UUID
    kind: Kind
    cause: Cause | None
    outcome: Outcome
    sender: str
    sender_name: str
    subject: str
    address: str
    words: str
    answer: CalendarAnswer | None
    away_until: date | None
    region_id: UUID | None
    received_at: datetime
    handled_at: datetime | None


def lines(db: Session, regions: Regions, wanted: Wanted) -> list[Line]:
    """A page of mails, newest first."""
    columns = [getattr(Incoming, field) for field in Line.__dataclass_fields__]
    query = rows_of(*columns).where(*_filters(regions, wanted))
    query = query.order_by(col(Incoming.received_at).desc(), col(Incoming.id).desc())
    rows = db.connection().execute(query.limit(ROWS).offset((max(wanted.page, 1) - 1) * ROWS))
    return [Line(*row) for row in rows]


def counts(db: Session, regions: Regions, wanted: Wanted) -> tuple[dict[Kind, int], int]:
    """How many mails there are of each kind, and how many of all of them nobody has dealt with yet."""
    everything = Wanted(meeting_id=wanted.meeting_id, contact_id=wanted.contact_id, text=wanted.text)
    waiting = func.count().filter(col(Incoming.handled_at).is_(None))
    query = select(Incoming.kind, func.count(), waiting).where(*_filters(regions, everything))
    found = {Kind(kind): (number, left) for kind, number, left in db.exec(query.group_by(col(Incoming.kind)))}
    return {kind: found.get(kind, (0, 0))[0] for kind in Kind}, sum(left for _number, left in found.values())


def about_letter(db: Session, regions: Regions, letter_id: UUID) -> list[Line]:
    """What came back to one letter, newest first."""
    columns = [getattr(Incoming, field) for field in Line.__dataclass_fields__]
    query = rows_of(*columns).where(col(Incoming.letter_id) == letter_id, _within(regions))
    return [Line(*row) for row in db.connection().execute(query.order_by(col(Incoming.received_at).desc()))]


def waiting(db: Session, regions: Regions) -> int:
    """How many mails nobody has dealt with yet."""
    query = select(func.count()).select_from(Incoming).where(*_filters(regions, Wanted(is_open=True)))
    return db.exec(query).one()


def mail(db: Session, regions: Regions, mail_id: UUID) -> Incoming:
    found = db.exec(select(Incoming).where(Incoming.id == mail_id, _within(regions))).first()
    if found is None:
        raise NotFound
    return found


def handle(db: Session, mail: Incoming, user_id: UUID | None) -> None:
    """Somebody dealt with it."""
    mail.handled_at = clock.now()
    mail.handled_by = user_id
    db.add(mail)
    db.flush()


def reopen(db: Session, mail: Incoming) -> None:
    mail.handled_at = mail.handled_by = None
    db.add(mail)
    db.flush()


def _filters(regions: Regions, wanted: Wanted) -> list[ColumnElement[bool]]:
    filters = [_within(regions)]
    if wanted.kind is not None:
        filters.append(col(Incoming.kind) == wanted.kind)
    if wanted.is_open:
        filters.append(col(Incoming.handled_at).is_(None))
    if wanted.meeting_id is not None:
        filters.append(col(Incoming.meeting_id) == wanted.meeting_id)
    if wanted.contact_id is not None:
        filters.append(col(Incoming.contact_id) == wanted.contact_id)
    seen = (Incoming.sender_name, Incoming.sender, Incoming.address, Incoming.subject, Incoming.words)
    lowered = [func.lower(column) for column in seen]
    words = wanted.text.lower().split()
    return filters + [or_(*(one.contains(word, autoescape=True) for one in lowered)) for word in words]


def _within(regions: Regions) -> ColumnElement[bool]:
    return true() if regions is None else col(Incoming.region_id).in_(regions)
