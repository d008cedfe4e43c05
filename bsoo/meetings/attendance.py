"""Who was there: ticked from the answers, with walk-ins who were not invited."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.meetings.models import COMING, Answer, Attendance, Invitation, Meeting, Presence
from bsoo.registry.models import Contact, Organisation
from bsoo.text import fold

WAS_THERE = (Presence.PRESENT, Presence.LEFT_EARLY, Presence.WALK_IN)


@dataclass(frozen=True, slots=True)
class Attendee:
    """A line of the list. `presence` is what was noted, or what the answer leads us to expect; None means nothing."""

    contact_id: UUID | None
    walk_in_id: UUID | None
    name: str
    organisation: str
    answer: Answer
    presence: Presence | None
    stands_in: bool = False

    @property
    def was_there(self) -> bool:
        return self.presence in WAS_THERE

    @property
    def is_expected(self) -> bool:
        return self.answer in COMING or (self.stands_in and self.answer is Answer.SILENT)


def attendees(db: Session, actor: Actor, meeting: Meeting) -> list[Attendee]:
    """Everybody invited and every walk-in, by name; two statements."""
    require(actor, Permission.VIEW_MEETINGS, meeting.region_id)
    return [*_invited(db, meeting), *_walk_ins(db, meeting)]


def looking_for(lines: Iterable[Attendee], words: str) -> list[Attendee]:
    """The lines whose name or organisation holds the words; no words leave all."""
    wanted = fold(words).split()
    return [line for line in lines if all(word in fold(f"{line.name} {line.organisation}") for word in wanted)]


def check_in(db: Session, actor: Actor, meeting: Meeting, contact_id: UUID, *, presence: Presence) -> None:
    """Note how somebody was there, or (EXPECTED) take back what was noted."""
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    invited = db.exec(
        select(Invitation).where(Invitation.meeting_id == meeting.id, Invitation.contact_id == contact_id)
    ).first()
    if invited is None:
        raise NotFound
    line = db.exec(
        select(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.contact_id == contact_id)
    ).first()
    if line is None:
        line = Attendance(meeting_id=meeting.id, contact_id=contact_id, organisation_id=invited.organisation_id)
        db.add(line)
    line.presence, line.noted_at = presence, clock.now()
    line.online = invited.answer is Answer.ONLINE
    note(db, actor, "attendance.noted", line, meeting.region_id, presence=str(presence))
    db.flush()


def add_walk_in(db: Session, actor: Actor, meeting: Meeting, *, name: str, organisation: str = "") -> Attendance:
    """Write down somebody who came without an invitation; they do not enter the network by it."""
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    if not name.strip():
        raise Refused(_("Fill in a name."), field="naam")
    line = Attendance(
        meeting_id=meeting.id,
        name=name.strip()[:200],
        organisation_name=organisation.strip()[:200],
        presence=Presence.WALK_IN,
    )
    db.add(line)
    note(db, actor, "attendance.walk_in", line, meeting.region_id)
    db.flush()
    return line


def remove_walk_in(db: Session, actor: Actor, meeting: Meeting, attendance_id: UUID) -> None:
    """Take a walk-in off the list again."""
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    line = db.get(Attendance, attendance_id)
    if line is None or line.meeting_id != meeting.id or line.contact_id is not None:
        raise NotFound
    note(db, actor, "attendance.removed", line, meeting.region_id)
    db.delete(line)
    db.flush()


def _invited(db: Session, meeting: Meeting) -> list[Attendee]:
    rows = db.execute(
        columns(
            col(Contact.id),
            col(Contact.display_name),
            col(Organisation.name),
            col(Invitation.answer),
            col(Invitation.stands_in_for),
            col(Attendance.presence),
        )
        .join(Contact, col(Contact.id) == col(Invitation.contact_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Invitation.organisation_id))
        .outerjoin(
            Attendance,
            (col(Attendance.contact_id) == col(Invitation.contact_id)) & (col(Attendance.meeting_id) == meeting.id),
        )
        .where(col(Invitation.meeting_id) == meeting.id, col(Invitation.uninvited_at).is_(None))
        .order_by(col(Contact.sort_name))
    ).all()
    return [_line(*row) for row in rows]


def _line(
    contact_id: UUID,
    name: str,
    organisation: str | None,
    answer: Answer,
    stands_in_for: UUID | None,
    noted: Presence | None,
) -> Attendee:
    stands_in = stands_in_for is not None
    presence = noted or _from_answer(answer, stands_in)
    return Attendee(contact_id, None, name, organisation or "", answer, presence, stands_in)


def _walk_ins(db: Session, meeting: Meeting) -> list[Attendee]:
    rows = db.exec(
        select(Attendance)
        .where(Attendance.meeting_id == meeting.id, col(Attendance.contact_id).is_(None))
        .order_by(col(Attendance.name))
    )
    return [Attendee(None, line.id, line.name, line.organisation_name, Answer.SILENT, line.presence) for line in rows]


def _from_answer(answer: Answer, stands_in: bool) -> Presence | None:
    if answer in COMING or (stands_in and answer is Answer.SILENT):
        return Presence.EXPECTED
    return None if answer is Answer.SILENT else Presence.EXCUSED
