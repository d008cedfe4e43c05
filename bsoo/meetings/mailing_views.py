"""What staff see of one bulk mail: how it stands, what became of each letter, and who was left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.models import User
from bsoo.access.policy import Permission, regions_where, require
from bsoo.errors import NotFound
from bsoo.mail import bulk_views, desk
from bsoo.mail.bulk_views import MailingLine, Parts
from bsoo.mail.desk import Line, Wanted
from bsoo.mail.models import Incoming, LeftOut, Letter, LetterState, Mailing
from bsoo.mail.outbox import REFUSED
from bsoo.mail.returning.kinds import Cause, Kind
from bsoo.meetings import again
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.registry.models import Contact

MOST_LEFT_OUT = 500
"""People on the page who were left out; a region of which more are is looked at in the network."""


@dataclass(frozen=True, slots=True)
class About:
    """One bulk mail, who made it, and the quarter of the meeting that it is about."""

    line: MailingLine
    found: Parts
    """Its letters that speak of what is looked for."""
    maker: str
    quarter: str
    refused_again: int
    unsure_again: int
    """How many of its letters that were refused, or that may have gone, can go once more."""

    @property
    def stuck(self) -> int:
        """Letters that cannot arrive, however often they go."""
        return self.line.refused + self.line.unknown - self.refused_again - self.unsure_again


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter of a bulk mail, and what its reader let us know since."""

    letter: Line
    answer: Answer | None
    is_answered_by_mail: bool
    is_delayed: bool
    away_until: date | None


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who was left out; without a name when they were erased since."""

    contact_id: UUID | None
    name: str
    why: str


def about(db: Session, actor: Actor, mailing_id: UUID, text: str = "") -> About:
    """One bulk mail of a region in which this person may see mail, in one statement."""
    mine = regions_where(actor, Permission.VIEW_MAIL, Mailing.region_id)
    maker = columns(col(User.name)).where(col(User.id) == col(Mailing.started_by))
    of_meeting = col(Meeting.id) == col(Mailing.meeting_id)
    asked = (maker, *_quarter(of_meeting), _going_again(REFUSED), _going_again((LetterState.UNKNOWN,)))
    more = [one.correlate(Mailing).scalar_subquery() for one in asked]
    found = bulk_views.line_and(db, (col(Mailing.id) == mailing_id) & mine, text, *more)
    if found is None:
        raise NotFound
    line, parts, (name, year, quarter, *going_again) = found
    return About(line, parts, name or "", f"{year}-{quarter}" if year else "", *going_again)


def letters(db: Session, actor: Actor, line: MailingLine, wanted: Wanted) -> list[Sent]:
    """A page of its letters by name, with what came of each, in one statement."""
    require(actor, Permission.VIEW_MAIL, line.region_id)
    query = desk.listing(None, wanted, *_came_of_it())
    rows = db.connection().execute(query)
    own = len(Line.__dataclass_fields__)
    return [Sent(Line(*row[:own]), Answer(row[own]) if row[own] else None, *row[own + 1 :]) for row in rows]


def left_out(db: Session, actor: Actor, line: MailingLine | Mailing) -> list[Absent]:
    """Who did not get it and why, as it was when the mailing was made."""
    require(actor, Permission.VIEW_MAIL, line.region_id)
    rows = db.execute(
        columns(col(LeftOut.contact_id), func.coalesce(col(Contact.display_name), ""), col(LeftOut.why))
        .outerjoin(Contact, col(Contact.id) == col(LeftOut.contact_id))
        .where(col(LeftOut.mailing_id) == line.id)
        .order_by(col(LeftOut.why), col(Contact.sort_name), col(LeftOut.id))
        .limit(MOST_LEFT_OUT)
    )
    return [Absent(*row) for row in rows]


def _quarter(of_meeting: ColumnElement[bool]) -> list[Any]:  # Any: a statement of one column of either type
    return [columns(col(Meeting.year)).where(of_meeting), columns(col(Meeting.quarter)).where(of_meeting)]


def _going_again(states: Sequence[LetterState]) -> Any:  # Any: as above
    its = (col(Letter.mailing_id) == col(Mailing.id), col(Letter.state).in_(states))
    return columns(func.count()).select_from(Letter).where(*its, again.can_go())


def _came_of_it() -> list[ColumnElement[Any]]:
    answer = columns(col(Invitation.answer)).where(
        col(Invitation.meeting_id) == col(Letter.meeting_id),
        col(Invitation.contact_id) == col(Letter.contact_id),
        col(Letter.name).in_(ASKING),
        col(Invitation.answer) != Answer.SILENT,
    )
    mine = col(Incoming.letter_id) == col(Letter.id)
    away = columns(func.max(Incoming.away_until)).where(mine)
    return [
        answer.correlate(Letter).scalar_subquery(),
        exists().where(mine, col(Incoming.kind) == Kind.REPLY).correlate(Letter),
        exists().where(mine, col(Incoming.cause) == Cause.DELAYED).correlate(Letter),
        away.correlate(Letter).scalar_subquery(),
    ]


ASKING = ("invitation", "reminder", "meeting_changed")
"""Letters that ask for an answer to an invitation."""
