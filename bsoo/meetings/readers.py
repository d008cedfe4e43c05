"""Who is written to about a meeting, with the paths of their personal pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, literal, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.links import Purpose, tokens_for
from bsoo.mail.outbox import Recipient
from bsoo.meetings import calendar
from bsoo.meetings.models import COMING, Answer, Invitation, Meeting
from bsoo.registry.models import Address, Contact, Membership, MemberStatus, Organisation
from bsoo.registry.rows import Columns, columns

LINK_LIVES = timedelta(days=120)
"""How long after the meeting its personal links stay open: until the minutes and the outcome have been read."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody invited, with what a letter needs to know of them."""

    invitation_id: UUID
    contact_id: UUID
    address: str
    name: str
    called: str
    language: str
    organisation: str
    answer: Answer
    colleague_name: str
    reminded: int
    sequence_ahead: int
    stands_in_for: str
    page: str
    own_page: str
    stop: str

    @property
    def recipient(self) -> Recipient:
        return Recipient(self.address, self.name, self.language, self.contact_id)

    @property
    def common(self) -> dict[str, object]:
        return {"called": self.called, "own_page": self.own_page, "stop": self.stop}


SAID_YES = col(Invitation.answer).in_(COMING)
EVERYBODY: ColumnElement[bool] = literal(True)
Id = SQLColumnExpression[UUID] | UUID


def readers(
    db: Session,
    actor: Actor,
    meeting: Meeting,
    *conditions: ColumnElement[bool],
    despite: ColumnElement[bool] = SAID_YES,
) -> list[Reader]:
    """Everybody invited to a meeting who can be written to: not un-invited, not stopped, with a living address.

    Who stopped, or takes no part in the region any more, but said yes to this meeting before still hears of it
    (`despite`), or would stand before a closed door. That it is off hears everybody, since it stands in their calendar
    (RFC 5546, 3.2.5).
    A contact finds nobody but those whom the own answer touches: the callers say who in `conditions`.
    """
    require(actor, Permission.ANSWER_INVITATION, meeting.region_id)
    original, principal = aliased(Invitation), aliased(Contact)
    found = reached(
        *(meeting.id, meeting.region_id),
        columns(
            col(Invitation.id),
            col(Invitation.contact_id),
            col(Invitation.answer),
            col(Invitation.colleague_name),
            col(Invitation.reminded),
            col(Invitation.sequence_ahead),
            col(Contact.display_name),
            col(Contact.given_name),
            col(Contact.language),
            col(Address.email),
            col(Organisation.name),
            col(principal.display_name),
        ),
        despite,
    )
    found = found.outerjoin(Organisation, col(Organisation.id) == Invitation.organisation_id)
    found = found.outerjoin(original, col(original.id) == Invitation.stands_in_for)
    found = found.outerjoin(principal, col(principal.id) == original.contact_id)
    rows = db.execute(found.where(*conditions).order_by(col(Contact.sort_name))).all()
    pages = tokens_for(db, Purpose.INVITATION, {row[0]: row[1] for row in rows}, link_until(meeting))
    own = tokens_for(db, Purpose.OWN_PAGE, {row[1]: row[1] for row in rows})
    return [
        Reader(
            invitation_id=row[0],
            contact_id=row[1],
            answer=row[2],
            colleague_name=row[3],
            reminded=row[4],
            sequence_ahead=row[5],
            name=row[6],
            called=row[7],
            language=row[8],
            address=row[9],
            organisation=row[10] or "",
            stands_in_for=row[11] or "",
            page=f"/u/{pages[row[0]]}",
            own_page=f"/mijn/{own[row[1]]}",
            stop=f"/u/afmelden/{own[row[1]]}",
        )
        for row in rows
    ]


def number(
    db: Session,
    actor: Actor,
    meeting: Meeting,
    *conditions: ColumnElement[bool],
    despite: ColumnElement[bool] = SAID_YES,
) -> int:
    """How many readers there are, to say so before anything is written."""
    require(actor, Permission.ANSWER_INVITATION, meeting.region_id)
    asked = columns(func.count()).select_from(Invitation)
    return db.scalar(reached(meeting.id, meeting.region_id, asked, despite).where(*conditions)) or 0


def reached(meeting_id: Id, region_id: Id, asked: Columns, despite: ColumnElement[bool] = SAID_YES) -> Columns:
    """Asked of invitations, each with its contact, the address that is used and the membership of the region."""
    mine = col(Membership.contact_id) == Invitation.contact_id, col(Membership.region_id) == region_id
    found = asked.join(Contact, col(Contact.id) == Invitation.contact_id)
    found = found.join(Address, col(Address.contact_id) == Invitation.contact_id).outerjoin(Membership, and_(*mine))
    return found.where(
        col(Invitation.meeting_id) == meeting_id,
        col(Invitation.uninvited_at).is_(None),
        col(Address.is_used).is_(True),
        col(Address.bounced_at).is_(None),
        or_(_still_asked(), despite),
    )


def _still_asked() -> ColumnElement[bool]:
    is_past = col(Membership.status).is_not_distinct_from(MemberStatus.PAST)
    return and_(col(Membership.stopped_at).is_(None), ~is_past)


def link_until(meeting: Meeting) -> datetime:
    return calendar.moment(meeting.on, meeting.ends, meeting.timezone) + LINK_LIVES
