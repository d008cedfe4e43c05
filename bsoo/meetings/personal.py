"""What a partner sees by a personal link: the own invitation and the own page, and nothing of anybody else."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import NotFound
from bsoo.links import Purpose, tokens_for
from bsoo.mail.letter_facts import AgendaLine
from bsoo.mail.models import Letter, LetterPayload
from bsoo.meetings import calendar
from bsoo.meetings.letters import agenda_lines
from bsoo.meetings.models import Invitation, Meeting, MeetingState
from bsoo.meetings.phases import has_begun
from bsoo.regions import Region
from bsoo.registry.models import Address, Affiliation, Contact, Organisation


class Stage(StrEnum):
    """What an invitation page can still do."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Asked:
    """An invitation with its meeting, as its reader sees it."""

    invitation: Invitation
    meeting: Meeting
    region: Region
    called: str
    organisation: str

    @property
    def stage(self) -> Stage:
        if self.invitation.uninvited_at is not None:
            return Stage.WITHDRAWN
        if self.meeting.state is MeetingState.CANCELLED:
            return Stage.CANCELLED
        return Stage.OVER if has_begun(self.meeting) else Stage.OPEN

    @property
    def is_ahead(self) -> bool:
        """Whether the meeting itself goes on, for this reader or without them."""
        return self.meeting.state is not MeetingState.CANCELLED and not has_begun(self.meeting)

    @property
    def signals_until(self) -> date | None:
        """The last day for signals for this meeting; None when it has passed."""
        until = calendar.signals_close(self.meeting.on)
        return until if until >= clock.today() else None


@dataclass(frozen=True, slots=True)
class Details:
    """What we know of the reader, as far as a page may show it that may have been forwarded."""

    called: str
    organisation: str
    role: str
    address: str
    """The first letter and the domain only."""
    language: str


def asked(db: Session, actor: Actor, invitation_id: UUID) -> Asked:
    """The reader's own invitation; NotFound for anybody else's."""
    row = db.execute(_asked().where(col(Invitation.id) == invitation_id, _is_own(actor))).first()
    if row is None:
        raise NotFound
    return Asked(*row)


def why_taken_back(db: Session, actor: Actor, of: Asked) -> str:
    """What the coordinator wrote in the letter that took the invitation back, as long as that letter is kept."""
    if actor.contact_id != of.invitation.contact_id or of.invitation.uninvited_at is None:
        return ""
    told = columns(col(LetterPayload.context)).join(Letter, col(Letter.id) == LetterPayload.letter_id)
    kept = told.where(
        col(Letter.contact_id) == actor.contact_id,
        col(Letter.meeting_id) == of.meeting.id,
        col(Letter.name) == "uninvited",
        col(Letter.queued_at) >= of.invitation.uninvited_at,
    )
    found = db.execute(kept.order_by(col(Letter.id).desc()).limit(1)).scalar()
    return str(found.get("note") or "") if found else ""


def topics(db: Session, actor: Actor, of: Asked) -> list[AgendaLine]:
    """What is on the agenda besides what is always on it, as participants read it."""
    return agenda_lines(db, actor, of.meeting, topics=True)


def agenda(db: Session, actor: Actor, of: Asked) -> list[AgendaLine]:
    """The whole agenda as participants read it."""
    return agenda_lines(db, actor, of.meeting)


def ahead(db: Session, actor: Actor) -> list[tuple[Asked, str]]:
    """The reader's own invitations that lie ahead, soonest first, each with the path of its page."""
    statement = _asked().where(_is_own(actor), col(Meeting.on) >= clock.today(), col(Invitation.uninvited_at).is_(None))
    found = [Asked(*row) for row in db.execute(statement.order_by(col(Meeting.on)))]
    tokens = tokens_for(db, Purpose.INVITATION, {one.invitation.id: one.invitation.contact_id for one in found})
    return [(one, f"/u/{tokens[one.invitation.id]}") for one in found]


def own_page_path(db: Session, actor: Actor) -> str:
    """The reader's own page, whose link was made with the first invitation."""
    if actor.contact_id is None:
        raise NotFound
    return f"/mijn/{tokens_for(db, Purpose.OWN_PAGE, {actor.contact_id: actor.contact_id})[actor.contact_id]}"


def details(db: Session, actor: Actor) -> Details:
    """The reader's own name, organisation and role."""
    row = db.execute(
        columns(
            col(Contact.given_name),
            col(Contact.display_name),
            col(Contact.language),
            col(Organisation.name),
            col(Affiliation.role),
            col(Address.email),
        )
        .outerjoin(Affiliation, (col(Affiliation.contact_id) == col(Contact.id)) & col(Affiliation.ended_on).is_(None))
        .outerjoin(Organisation, col(Organisation.id) == col(Affiliation.organisation_id))
        .outerjoin(Address, (col(Address.contact_id) == col(Contact.id)) & col(Address.is_used).is_(True))
        .where(col(Contact.id) == actor.contact_id)
        .order_by(col(Organisation.name))
    ).first()
    if row is None:
        raise NotFound
    given, shown, language, organisation, role, email = row
    return Details(
        called=given or shown,
        organisation=organisation or "",
        role=role or "",
        address=_veiled(email or ""),
        language=language,
    )


def _asked() -> Select[Invitation, Meeting, Region, str, str]:
    return (
        columns(Invitation, Meeting, Region, col(Contact.given_name), func.coalesce(col(Organisation.name), ""))
        .join(Meeting, col(Meeting.id) == col(Invitation.meeting_id))
        .join(Region, col(Region.id) == col(Meeting.region_id))
        .join(Contact, col(Contact.id) == col(Invitation.contact_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Invitation.organisation_id))
    )


def _is_own(actor: Actor) -> ColumnElement[bool]:
    return col(Invitation.contact_id) == actor.contact_id


def _veiled(address: str) -> str:
    """s…@dekade.example: enough to recognise one's own address, useless to anybody else."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…{at}{domain}" if at else ""
