"""Who comes to a meeting: the funnel's numbers, and the names behind each of them.

Lists read columns, and no page takes more statements for 431 invitations than for three.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Subquery, distinct, func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.models import User
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound
from bsoo.mail.models import Letter
from bsoo.mail.outbox import REFUSED
from bsoo.meetings.attendance import WAS_THERE
from bsoo.meetings.models import COMING, Answer, Attendance, Invitation, InvitationAnswer, Meeting, Via
from bsoo.registry.models import Affiliation, Contact, Organisation, Sector
from bsoo.registry.searching import terms

PAGE = 50
FEW = 3
"""A sector of fewer organisations says nothing about who is missing."""


@dataclass(frozen=True, slots=True)
class Seats:
    """How many organisations of a sector come, out of those invited; each organisation counts once."""

    sector: Sector
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
    seats: tuple[Seats, ...] = ()

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
    bounced = _bounced(meeting)
    silent = col(Invitation.answer) == Answer.SILENT
    came_back = bounced.c.contact_id.is_not(None) & silent
    seat = col(Invitation.answer).in_((*COMING, Answer.COLLEAGUE))
    rows = db.execute(
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
        )
        .select_from(Invitation)
        .outerjoin(Organisation, col(Organisation.id) == col(Invitation.organisation_id))
        .outerjoin(bounced, bounced.c.contact_id == col(Invitation.contact_id))
        .where(
            col(Invitation.meeting_id) == meeting.id,
            col(Invitation.uninvited_at).is_(None),
            col(Invitation.stands_in_for).is_(None),
        )
        .group_by(col(Organisation.sector))
    ).all()
    return _funnel(rows)


_IN_ORDER = (Answer.ON_SITE, Answer.ONLINE, Answer.COLLEAGUE, Answer.NO, Answer.SILENT)


def _funnel(rows: Sequence[Any]) -> Funnel:
    sums = [sum(row[place] for row in rows) for place in range(1, 10)]
    seats = [Seats(row[0], row[12], row[11]) for row in rows if row[0] is not None and row[11]]
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
        seats=tuple(sorted(seats, key=lambda one: (one.coming / one.invited, one.sector), reverse=True)),
    )


def _bounced(meeting: Meeting) -> Subquery:
    """The contacts whose invitation came back or was refused."""
    return (
        columns(col(Letter.contact_id))
        .where(col(Letter.meeting_id) == meeting.id, col(Letter.name) == "invitation", col(Letter.state).in_(REFUSED))
        .distinct()
        .subquery()
    )


class Shown(StrEnum):
    """Which invited people a list shows; the texts stand in addresses."""

    SILENT = "geen-antwoord"
    COMING = "komt"
    COLLEAGUE = "vervanger"
    NO = "afgemeld"
    BOUNCED = "onbestelbaar"
    ALL = "iedereen"


@dataclass(frozen=True, slots=True)
class Invitee:
    """One line of the list of invited people."""

    invitation_id: UUID
    contact_id: UUID
    name: str
    organisation_id: UUID | None
    organisation: str
    role: str
    answer: Answer
    colleague_name: str
    stands_in: bool
    viewed: bool
    reminded: int
    bounced: bool
    last_there: date | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list, and how long the whole list is."""

    lines: tuple[Invitee, ...]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1


def invitees(
    db: Session, actor: Actor, meeting: Meeting, *, shown: Shown = Shown.ALL, words: str = "", page: int = 1
) -> Page:
    """The invited people of one answer, by name, 50 a page, in one statement."""
    require(actor, Permission.VIEW_MEETINGS, meeting.region_id)
    bounced = _bounced(meeting)
    statement = (
        _lines(meeting, bounced)
        .where(
            *_only(shown, bounced),
            *(col(Contact.search).contains(term, autoescape=True) for term in terms(words)),
        )
        .order_by(col(Contact.sort_name), col(Contact.id))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    rows = db.execute(statement).all()
    return Page(tuple(Invitee(*row[:-1]) for row in rows), rows[0][-1] if rows else 0, page)


def invitee(db: Session, actor: Actor, meeting: Meeting, invitation_id: UUID) -> Invitee:
    """One line of the list."""
    require(actor, Permission.VIEW_MEETINGS, meeting.region_id)
    row = db.execute(_lines(meeting, _bounced(meeting)).where(col(Invitation.id) == invitation_id)).first()
    if row is None:
        raise NotFound
    return Invitee(*row[:-1])


def _lines(meeting: Meeting, bounced: Subquery) -> Any:  # Any: a statement of more columns than the types can hold
    return (
        columns(
            col(Invitation.id),
            col(Contact.id),
            col(Contact.display_name),
            col(Invitation.organisation_id),
            func.coalesce(col(Organisation.name), ""),
            func.coalesce(_role(), ""),
            col(Invitation.answer),
            col(Invitation.colleague_name),
            col(Invitation.stands_in_for).is_not(None),
            col(Invitation.viewed_at).is_not(None),
            col(Invitation.reminded),
            bounced.c.contact_id.is_not(None),
            _last_there(meeting),
            func.count().over(),
        )
        .join(Contact, col(Contact.id) == col(Invitation.contact_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Invitation.organisation_id))
        .outerjoin(bounced, bounced.c.contact_id == col(Contact.id))
        .where(
            col(Invitation.meeting_id) == meeting.id,
            col(Invitation.uninvited_at).is_(None),
        )
    )


def _only(shown: Shown, bounced: Subquery) -> list[ColumnElement[bool]]:
    """The lines behind a number. Stand-ins are no number of their own: they stand with who they come instead of."""
    answer, came_back = col(Invitation.answer), bounced.c.contact_id.is_not(None)
    stands_in = col(Invitation.stands_in_for).is_not(None)
    match shown:
        case Shown.SILENT:
            return [answer == Answer.SILENT, ~came_back, ~stands_in]
        case Shown.COMING:
            return [answer.in_(COMING), ~stands_in]
        case Shown.COLLEAGUE:
            return [(answer == Answer.COLLEAGUE) | stands_in]
        case Shown.NO:
            return [answer == Answer.NO, ~stands_in]
        case Shown.BOUNCED:
            return [answer == Answer.SILENT, came_back, ~stands_in]
        case Shown.ALL:
            return []


def _role() -> ScalarSelect[str]:
    """The role at the organisation that the invitation names."""
    return (
        columns(func.max(col(Affiliation.role)))
        .where(
            col(Affiliation.contact_id) == col(Invitation.contact_id),
            col(Affiliation.organisation_id) == col(Invitation.organisation_id),
        )
        .correlate(Invitation)
        .scalar_subquery()
    )


def _last_there(meeting: Meeting) -> ScalarSelect[date]:
    """The last meeting of this region at which somebody was seen."""
    return (
        columns(func.max(col(Meeting.on)))
        .join(Attendance, col(Attendance.meeting_id) == col(Meeting.id))
        .where(
            col(Attendance.contact_id) == col(Contact.id),
            col(Attendance.presence).in_(WAS_THERE),
            col(Meeting.region_id) == meeting.region_id,
            col(Meeting.on) < meeting.on,
        )
        .correlate(Contact)
        .scalar_subquery()
    )


def _aware(value: datetime | str | None) -> datetime:
    """SQLite loses the type of a column inside min()."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert found is not None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def invitation(db: Session, actor: Actor, meeting: Meeting, invitation_id: UUID) -> Invitation:
    """One invitation of a meeting."""
    require(actor, Permission.VIEW_MEETINGS, meeting.region_id)
    found = db.get(Invitation, invitation_id)
    if found is None or found.meeting_id != meeting.id:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it came, with who wrote it down."""

    answer: Answer
    via: Via
    at: datetime
    note: str
    colleague_name: str
    entered_by: str


def answers_of(db: Session, actor: Actor, meeting: Meeting, invitation_id: UUID) -> list[Kept]:
    """Every answer to an invitation, the newest first."""
    require(actor, Permission.VIEW_MEETINGS, meeting.region_id)
    rows = db.execute(
        columns(
            col(InvitationAnswer.answer),
            col(InvitationAnswer.via),
            col(InvitationAnswer.at),
            col(InvitationAnswer.note),
            col(InvitationAnswer.colleague_name),
            func.coalesce(col(User.name), ""),
        )
        .outerjoin(User, col(User.id) == col(InvitationAnswer.entered_by))
        .where(col(InvitationAnswer.invitation_id) == invitation_id)
        .order_by(col(InvitationAnswer.at).desc(), col(InvitationAnswer.id).desc())
    ).all()
    return [Kept(*row) for row in rows]
