"""Who comes to a meeting: the funnel's numbers, and the names behind each of them.

Lists read columns, and no page takes more statements for 431 invitations than for three.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery, distinct, func
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.db import among, prepared
from bsoo.i18n import language
from bsoo.mail.models import Letter
from bsoo.mail.outbox import REFUSED
from bsoo.meetings.models import COMING, Answer, Invitation, Meeting
from bsoo.meetings.reminding import NOBODY, Due, due, rested, waiting
from bsoo.registry.models import Organisation
from bsoo.registry.rows import Columns, columns
from bsoo.terms.models import Term, Vocabulary

PAGE = 50
FEW = 3
"""A sector of fewer organisations says nothing about who is missing."""


@dataclass(frozen=True, slots=True)
class Seats:
    """How many organisations of a sector come, out of those invited; each organisation counts once."""

    sector: str
    name: str
    coming: int
    invited: int

    @property
    def is_low(self) -> bool:
        """Less than a fifth of a sector of at least three organisations."""
        return self.invited >= FEW and self.coming * 5 < self.invited


@dataclass(frozen=True, slots=True)
class Funnel:
    """The numbers behind a meeting's invitations; the parts add up to those invited."""

    invited: int = 0
    bounced: int = 0
    viewed: int = 0
    viewed_silent: int = 0
    on_site: int = 0
    online: int = 0
    colleague: int = 0
    no: int = 0
    silent: int = 0
    first_at: datetime | None = None
    due: Due = NOBODY
    seats: tuple[Seats, ...] = ()
    """The sector of which most come first; alike ones in the order of the managed list."""

    @property
    def coming(self) -> int:
        return self.on_site + self.online

    @property
    def answered(self) -> int:
        return self.coming + self.colleague + self.no

    @property
    def arrived(self) -> int:
        return self.invited - self.bounced


def funnel(db: Session, actor: Actor, meeting: Meeting) -> Funnel:
    """All numbers of a meeting's invitations in one statement, grouped by sector; stand-ins are no extra seats."""
    require(actor, Permission.VIEW_MEETINGS, meeting.region_id)
    rows = db.execute(_by_sector(meeting.id, meeting.region_id, language()), rested()).all()
    return _funnel(rows, due(meeting, *rows[0][-2:]) if rows else NOBODY)


@prepared
def _by_sector(meeting_id: UUID, region_id: UUID, spoken: str) -> Columns:
    bounced = bounced_letters(meeting_id)
    silent = col(Invitation.answer) == Answer.SILENT
    came_back = bounced.c.contact_id.is_not(None) & silent
    name = col(Term.name_nl) if spoken == "nl" else col(Term.name_en)
    seat = among(col(Invitation.answer), (*COMING, Answer.COLLEAGUE))
    return (
        columns(
            col(Organisation.sector),
            func.count(),
            func.count().filter(came_back),
            func.count().filter(col(Invitation.viewed_at).is_not(None)),
            func.count().filter(col(Invitation.viewed_at).is_not(None) & silent),
            *(func.count().filter(col(Invitation.answer) == answer) for answer in _IN_ORDER),
            func.min(col(Invitation.invited_at)),
            func.count(distinct(col(Invitation.organisation_id))),
            func.count(distinct(col(Invitation.organisation_id))).filter(seat),
            name,
            col(Term.position),
            *waiting(meeting_id, region_id),
        )
        .select_from(Invitation)
        .outerjoin(Organisation, col(Organisation.id) == col(Invitation.organisation_id))
        .outerjoin(Term, (col(Term.kind) == Vocabulary.SECTOR) & (col(Term.code) == col(Organisation.sector)))
        .outerjoin(bounced, bounced.c.contact_id == col(Invitation.contact_id))
        .where(
            col(Invitation.meeting_id) == meeting_id,
            col(Invitation.uninvited_at).is_(None),
            col(Invitation.stands_in_for).is_(None),
        )
        .group_by(col(Organisation.sector), name, col(Term.position))
    )


_IN_ORDER = (Answer.ON_SITE, Answer.ONLINE, Answer.COLLEAGUE, Answer.NO, Answer.SILENT)


def _funnel(rows: Sequence[Any], to_remind: Due) -> Funnel:
    sums = [sum(row[place] for row in rows) for place in range(1, 10)]
    listed = sorted((row for row in rows if row[0] is not None and row[11]), key=lambda row: (row[14] or 0, row[0]))
    seats = [Seats(row[0], row[13] or row[0], row[12], row[11]) for row in listed]
    return Funnel(
        invited=sums[0],
        bounced=sums[1],
        viewed=sums[2],
        viewed_silent=sums[3],
        on_site=sums[4],
        online=sums[5],
        colleague=sums[6],
        no=sums[7],
        silent=sums[8] - sums[1],
        first_at=min((_aware(row[10]) for row in rows), default=None),
        due=to_remind,
        seats=tuple(sorted(seats, key=lambda one: one.coming / one.invited, reverse=True)),
    )


def _aware(value: datetime | str | None) -> datetime:
    """SQLite loses the type of a column inside min()."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert found is not None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def bounced_letters(meeting_id: UUID) -> Subquery:
    """The contacts whose invitation came back or was refused."""
    return (
        columns(col(Letter.contact_id))
        .where(
            col(Letter.meeting_id) == meeting_id, col(Letter.name) == "invitation", among(col(Letter.state), REFUSED)
        )
        .distinct()
        .subquery()
    )
