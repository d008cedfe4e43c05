"""Sending letters again: only what can arrive, to the address that its reader has now.

A mailbox that is not there does not appear by trying, and each try costs us our good name. What was refused goes to a
corrected address as another mail; what may have arrived keeps its address, its number and its bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select, update

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import desk
from bsoo.mail.desk import Line, Regions, Wanted
from bsoo.mail.marks import new_marks
from bsoo.mail.models import Letter, LetterPayload
from bsoo.mail.outbox import REFUSED, TEST, Draft, Recipient, Refusals
from bsoo.meetings import ical
from bsoo.meetings.unsent import TELL_WHEN
from bsoo.registry.models import Address

CHANGES = ("meeting_changed", "meeting_cancelled")


@dataclass(frozen=True, slots=True)
class Chance:
    """A letter that did not arrive, or perhaps not, and what would become of it."""

    letter: Line
    contact_id: UUID | None
    address: str
    """Where it would go now."""
    why_not: str
    """Why it cannot arrive, and what helps; empty when it can."""

    @property
    def is_corrected(self) -> bool:
        return self.address != self.letter.to_address


def chances(db: Session, actor: Actor, wanted: Wanted, regions: Regions = None) -> list[Chance]:
    """The letters that are looked for, those that can go first."""
    mine = regions_where(actor, Permission.MANAGE_MAIL, Letter.region_id)
    more: list[Any] = [col(Letter.contact_id), col(Letter.language), _used(), can_go(), desk.is_kept(), _is_outdated()]
    query = desk.listing(regions, wanted, *more, most=desk.MOST_AGAIN).where(mine, col(Letter.state).in_(desk.AGAIN))
    query = query.order_by(None).order_by(can_go().desc(), col(Letter.to_name), col(Letter.id))
    own = len(Line.__dataclass_fields__)
    rows = [(Line(*row[:own]), *row[own:]) for row in db.connection().execute(query)]
    drafts = [_draft(line, contact_id, language, used) for line, contact_id, language, used, *_rest in rows]
    refusals = Refusals.of(db, drafts)
    return [
        Chance(line, contact_id, draft.to.address, _closed(draft, *why) if not may_go else refusals.why(draft))
        for (line, contact_id, _language, _used_one, may_go, *why), draft in zip(rows, drafts, strict=True)
    ]


def chance(db: Session, actor: Actor, letter: Letter) -> Chance | None:
    """Of one letter; None when there is nothing to send again."""
    return next(iter(chances(db, actor, _only(letter))), None)


def number(db: Session, actor: Actor, wanted: Wanted, regions: Regions = None) -> int:
    """How many of those that are looked for can go at once."""
    mine = regions_where(actor, Permission.MANAGE_MAIL, Letter.region_id)
    found = desk.listing(regions, wanted, most=desk.MOST_AGAIN).where(mine, can_go()).order_by(None).subquery()
    return db.connection().execute(columns(func.count()).select_from(found)).scalar_one()


def send(db: Session, actor: Actor, wanted: Wanted, regions: Regions = None) -> int:
    """Queue once more what can arrive; says how many."""
    going = {one.letter.id: one for one in chances(db, actor, wanted, regions) if not one.why_not}
    queued = desk.send_again(db, list(going))
    _readdress(db, {letter_id: going[letter_id].address for letter_id in queued if going[letter_id].is_corrected})
    return len(queued)


def send_one(db: Session, actor: Actor, letter: Letter) -> None:
    require(actor, Permission.MANAGE_MAIL, letter.region_id)
    found = chance(db, actor, letter)
    if found is not None and found.why_not:
        raise Refused(found.why_not)
    if not send(db, actor, _only(letter)):
        raise Refused(
            _("This letter waits, was sent or was stopped. Only what is uncertain or came back can go again.")
        )
    note(db, actor, "letter.sent-again", letter, letter.region_id, letter=letter.name)


def can_go() -> ColumnElement[bool]:
    """Letters of which the text is kept, to an address that works: the one that is written to now, if none had it."""
    theirs = (col(Address.contact_id) == col(Letter.contact_id), col(Address.is_used))
    works = exists().where(*theirs, col(Address.bounced_at).is_(None))
    itself = col(Address.email) == func.lower(col(Letter.to_address))
    closed = exists().where(itself, col(Address.bounced_at).is_not(None))
    is_sure = col(Letter.state).in_(REFUSED) & col(Letter.contact_id).is_not(None)
    return and_(
        col(Letter.state).in_(desk.AGAIN),
        desk.is_kept(),
        col(Letter.to_address) != "",
        ~_is_outdated(),
        case((is_sure, works.correlate(Letter)), else_=~closed.correlate(Letter)),
    )


def _is_outdated() -> ColumnElement[bool]:
    """Letters that tell when a meeting is, written before others were told that it changed or is off."""
    told = aliased(Letter)
    same = (col(told.meeting_id) == col(Letter.meeting_id), col(told.name).in_(CHANGES))
    return col(Letter.name).in_(TELL_WHEN) & exists().where(*same, col(told.queued_at) > col(Letter.queued_at))


def _used() -> Any:  # Any: a subquery of one column, for which SQLAlchemy has no narrower public type
    query = columns(col(Address.email)).where(col(Address.contact_id) == col(Letter.contact_id), col(Address.is_used))
    return query.correlate(Letter).limit(1).scalar_subquery()


def _only(letter: Letter) -> Wanted:
    return Wanted(ids=(letter.id,), tests=letter.key.startswith(TEST))


def _draft(line: Line, contact_id: UUID | None, language: str, used: str | None) -> Draft:
    address = used if used and line.state in REFUSED else line.to_address
    return Draft(line.name, Recipient(address, line.to_name, language, contact_id), line.key)


def _closed(draft: Draft, is_kept: bool, is_outdated: bool) -> str:
    if is_outdated:
        return _("The meeting changed after this was written. Write to them anew.")
    if not is_kept:
        return _("What it said is not kept any longer. Write to them anew.")
    if not draft.to.address:
        return _("There is no address any more.")
    return _("This address is closed. Correct it with the contact, or open it when you know that it works.")


def _readdress(db: Session, to: Mapping[UUID, str]) -> None:
    """Nobody had these: what may still come back about the first address says nothing of the new one."""
    calendars: Sequence[tuple[UUID, str]] = db.exec(
        select(LetterPayload.letter_id, LetterPayload.calendar).where(col(LetterPayload.letter_id).in_(to))
    ).all()
    for letter_id, entry in calendars:
        address = to[letter_id]
        anew = {"raw": None, "calendar": ical.readdressed(entry, address)}
        db.exec(update(Letter).where(col(Letter.id) == letter_id).values(to_address=address, **new_marks()))
        db.exec(update(LetterPayload).where(col(LetterPayload.letter_id) == letter_id).values(**anew))
