"""All that happened with a contact or an organisation, out of every domain: one statement for a page, one to count."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.logbook import LogEntry
from bsoo.mail.models import Letter
from bsoo.meetings.models import Attendance, Invitation, InvitationAnswer, Meeting, Presence
from bsoo.minutes.models import Action
from bsoo.registry.conditions import organisation_visible
from bsoo.registry.conditions import visible as may_see
from bsoo.registry.models import Contact, Membership, Organisation
from bsoo.registry.queries import about
from bsoo.registry.rows import Columns, columns
from bsoo.registry.timeline import BIRTHS, VERBS
from bsoo.signals.models import Signal, State
from bsoo.signals.queries import visible

PAGE = 50
_LOGGED = ("gegevens", "lijsten", "samenvoegen")
BEGUN = "begun"
"""The code of the line that tells how it began, when the logbook does not."""
KINDS = (*_LOGGED, "brieven", "antwoorden", "aanwezig", "signalen", "acties")
"""As they stand in the address."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: a code (verb, letter, answer, state) and the words that go with it."""

    kind: str
    at: datetime
    id: UUID
    code: str
    said: str
    meeting_id: UUID | None
    who: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One page of a timeline, newest first."""

    lines: list[Happening]
    entries: dict[UUID, LogEntry]
    meetings: dict[UUID, Meeting]
    counts: dict[str, int]
    number: int
    page: int


def happened(
    db: Session, actor: Actor, about: type[Contact] | type[Organisation], subject_id: UUID, kind: str, page: int
) -> Happened:
    """What the actor may know of it; four statements, however much there is."""
    everything = union_all(*_sources(actor, about is Contact, subject_id)).subquery("happened")
    found: dict[str, int] = dict(db.execute(columns(everything.c.kind, func.count()).group_by(everything.c.kind)).all())
    counts = {each: found[each] for each in KINDS if each in found}
    number = counts.get(kind, 0) if kind else sum(counts.values())
    page = max(1, min(page, -(-number // PAGE)))
    asked = select(everything).order_by(everything.c.at.desc(), everything.c.id.desc())
    asked = asked.where(everything.c.kind == kind) if kind else asked
    lines = [Happening(*row) for row in db.execute(asked.limit(PAGE).offset((page - 1) * PAGE))]
    logged = [line.id for line in lines if line.kind in _LOGGED]
    met = {line.meeting_id for line in lines if line.meeting_id}
    entries = db.execute(select(LogEntry).where(col(LogEntry.id).in_(logged))).scalars() if logged else ()
    meetings = db.execute(select(Meeting).where(col(Meeting.id).in_(met))).scalars() if met else ()
    return Happened(
        lines,
        {entry.id: entry for entry in entries},
        {meeting.id: meeting for meeting in meetings},
        counts,
        number,
        page,
    )


def _sources(actor: Actor, is_person: bool, subject_id: UUID) -> list[Columns]:
    """One statement per domain; each shows only what the actor may see there."""
    sources = [_logged(actor, is_person, subject_id), _answered(actor, is_person, subject_id)]
    sources += [_attended(actor, is_person, subject_id), _signalled(actor, is_person, subject_id)]
    sources += [_promised(actor, is_person, subject_id), _begun(actor, is_person, subject_id)]
    return [*sources, _written(actor, subject_id)] if is_person else sources


def _line(
    kind: ColumnElement[str], at: Any, row_id: Any, code: Any, said: Any = "", meeting_id: Any = None, who: Any = ""
) -> Columns:  # Any: a column of any model, or a plain value
    """All sources have the same columns."""
    meeting = cast(null(), Uuid) if meeting_id is None else meeting_id
    texts = [literal(each) if isinstance(each, str) else each for each in (said, who)]
    return select(
        kind.label("kind"),
        at.label("at"),
        row_id.label("id"),
        cast(code, String).label("code"),
        cast(texts[0], String).label("said"),
        meeting.label("meeting_id"),
        cast(texts[1], String).label("who"),
    )


def _logged(actor: Actor, is_person: bool, subject_id: UUID) -> Columns:
    verb = col(LogEntry.verb)
    of_lists, of_merges = verb.like("%.imported"), or_(verb.like("%.merged"), verb.like("%.parted"))
    kind = case((of_lists, "lijsten"), (of_merges, "samenvoegen"), else_="gegevens")
    in_sight = or_(
        col(LogEntry.region_id).is_(None), regions_where(actor, Permission.VIEW_REGISTRY, LogEntry.region_id)
    )
    subject = about("contact" if is_person else "organisation", subject_id)
    of_person = col(LogEntry.subject_kind) == "contact"
    name = literal("") if is_person else func.coalesce(col(Contact.display_name), "")
    line = _line(kind, col(LogEntry.at), col(LogEntry.id), verb, name, who=col(LogEntry.actor_name))
    person = and_(of_person, col(Contact.id) == LogEntry.subject_id, may_see(actor))
    known = or_(~of_person, col(Contact.id).is_not(None))
    return line.outerjoin(Contact, person).where(subject, verb.in_(VERBS), in_sight, known)


def _begun(actor: Actor, is_person: bool, subject_id: UUID) -> Columns:
    """The first line of all, when the logbook does not have it: by which list they came, if it was one."""
    one: Any = Contact if is_person else Organisation  # Any: either has an id and a birth
    source: ColumnElement[str] = literal("")
    if is_person:
        sources = columns(Membership.basis_source).order_by(col(Membership.id)).limit(1)
        mine = regions_where(actor, Permission.VIEW_REGISTRY, Membership.region_id)
        source = func.coalesce(sources.where(col(Membership.contact_id) == subject_id, mine).scalar_subquery(), "")
    told = exists().where(col(LogEntry.subject_id) == subject_id, col(LogEntry.verb).in_(BIRTHS))
    line = _line(case((source != "", "lijsten"), else_="gegevens"), one.created_at, one.id, literal(BEGUN), source)
    return line.where(one.id == subject_id, ~told, may_see(actor) if is_person else organisation_visible(actor))


def _written(actor: Actor, contact_id: UUID) -> Columns:
    at = func.coalesce(col(Letter.accepted_at), col(Letter.queued_at))
    line = _line(literal("brieven"), at, col(Letter.id), col(Letter.name), col(Letter.state), col(Letter.meeting_id))
    may_see = regions_where(actor, Permission.VIEW_MAIL, Letter.region_id)
    return line.where(col(Letter.contact_id) == contact_id, may_see)


def _answered(actor: Actor, is_person: bool, subject_id: UUID) -> Columns:
    via = cast(col(InvitationAnswer.via), String)
    who = literal("") if is_person else col(Contact.display_name)
    line = _line(
        literal("antwoorden"),
        col(InvitationAnswer.at),
        col(InvitationAnswer.id),
        col(InvitationAnswer.answer),
        via,
        col(Invitation.meeting_id),
        who,
    )
    mine = col(Invitation.contact_id if is_person else Invitation.organisation_id) == subject_id
    return (
        line.join(Invitation, col(Invitation.id) == InvitationAnswer.invitation_id)
        .join(Meeting, col(Meeting.id) == Invitation.meeting_id)
        .join(Contact, col(Contact.id) == Invitation.contact_id)
        .where(mine, regions_where(actor, Permission.VIEW_MEETINGS, Meeting.region_id))
    )


def _attended(actor: Actor, is_person: bool, subject_id: UUID) -> Columns:
    who = literal("") if is_person else func.coalesce(col(Contact.display_name), col(Attendance.name))
    line = _line(
        literal("aanwezig"),
        col(Attendance.noted_at),
        col(Attendance.id),
        col(Attendance.presence),
        "",
        col(Attendance.meeting_id),
        who,
    )
    mine = col(Attendance.contact_id if is_person else Attendance.organisation_id) == subject_id
    return (
        line.join(Meeting, col(Meeting.id) == Attendance.meeting_id)
        .outerjoin(Contact, col(Contact.id) == Attendance.contact_id)
        .where(mine, col(Attendance.presence) != Presence.EXPECTED)
        .where(regions_where(actor, Permission.VIEW_MEETINGS, Meeting.region_id))
    )


def _signalled(actor: Actor, is_person: bool, subject_id: UUID) -> Columns:
    at = func.coalesce(col(Signal.submitted_at), col(Signal.created_at))
    mine = col(Signal.contact_id if is_person else Signal.organisation_id) == subject_id
    line = _line(literal("signalen"), at, col(Signal.id), col(Signal.state), col(Signal.title))
    return line.where(mine, col(Signal.state) != State.DRAFT, visible(actor, None))


def _promised(actor: Actor, is_person: bool, subject_id: UUID) -> Columns:
    mine = col(Action.owner_contact_id if is_person else Action.owner_organisation_id) == subject_id
    line = _line(
        *(literal("acties"), col(Action.created_at), col(Action.id), col(Action.state)),
        *(col(Action.text), col(Action.meeting_id)),
    )
    return line.where(mine, regions_where(actor, Permission.VIEW_MINUTES, Action.region_id))
