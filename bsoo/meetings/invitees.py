"""The people behind the numbers of a meeting: the list of invited people, and everything that one of them answered."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Subquery, func
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.models import User
from bsoo.access.policy import Permission, require
from bsoo.db import among, prepared
from bsoo.errors import NotFound
from bsoo.meetings.attendance import WAS_THERE
from bsoo.meetings.models import COMING, Answer, Attendance, Invitation, InvitationAnswer, Meeting, Via
from bsoo.meetings.turnout import bounced_letters
from bsoo.registry.finding.searching import terms
from bsoo.registry.models import Affiliation, Contact, Organisation
from bsoo.registry.rows import Columns, columns

PAGE = 50


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
    reason: str
    """Why this person was invited, frozen at the time; a source string."""


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
    rows = db.execute(_page(meeting.id, meeting.region_id, meeting.on, shown, tuple(terms(words)), page)).all()
    return Page(tuple(Invitee(*row[:-1]) for row in rows), rows[0][-1] if rows else 0, page)


def invitee(db: Session, actor: Actor, meeting: Meeting, invitation_id: UUID) -> Invitee:
    """One line as in the list; of somebody whose invitation was taken back, too."""
    require(actor, Permission.VIEW_MEETINGS, meeting.region_id)
    lines = _lines(meeting.id, meeting.region_id, meeting.on, bounced_letters(meeting.id))
    row = db.execute(lines.where(col(Invitation.id) == invitation_id)).first()
    if row is None:
        raise NotFound
    return Invitee(*row[:-1])


@prepared
def _page(meeting_id: UUID, region_id: UUID, on: date, shown: Shown, words: tuple[str, ...], page: int) -> Columns:
    bounced = bounced_letters(meeting_id)
    return (
        _lines(meeting_id, region_id, on, bounced)
        .where(
            col(Invitation.uninvited_at).is_(None),
            *_only(shown, bounced),
            *(col(Contact.search).contains(term, autoescape=True) for term in words),
        )
        .order_by(col(Contact.sort_name), col(Contact.id))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )


def _lines(meeting_id: UUID, region_id: UUID, on: date, bounced: Subquery) -> Columns:
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
            _last_there(region_id, on),
            col(Invitation.reason),
            func.count().over(),
        )
        .join(Contact, col(Contact.id) == col(Invitation.contact_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Invitation.organisation_id))
        .outerjoin(bounced, bounced.c.contact_id == col(Contact.id))
        .where(col(Invitation.meeting_id) == meeting_id)
    )


def _only(shown: Shown, bounced: Subquery) -> list[ColumnElement[bool]]:
    """The lines behind a number. Stand-ins are no number of their own: they stand with who they come instead of."""
    answer, came_back = col(Invitation.answer), bounced.c.contact_id.is_not(None)
    stands_in = col(Invitation.stands_in_for).is_not(None)
    match shown:
        case Shown.SILENT:
            return [answer == Answer.SILENT, ~came_back, ~stands_in]
        case Shown.COMING:
            return [among(answer, COMING), ~stands_in]
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


def _last_there(region_id: UUID, before: date) -> ScalarSelect[date]:
    """The last meeting of this region at which somebody was seen."""
    return (
        columns(func.max(col(Meeting.on)))
        .join(Attendance, col(Attendance.meeting_id) == col(Meeting.id))
        .where(
            col(Attendance.contact_id) == col(Contact.id),
            among(col(Attendance.presence), WAS_THERE),
            col(Meeting.region_id) == region_id,
            col(Meeting.on) < before,
        )
        .correlate(Contact)
        .scalar_subquery()
    )


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
