"""What just happened, for the home page: the newest lines of the logbook with the names that belong to them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.db import among, prepared
from bsoo.i18n import N_
from bsoo.logbook import Fact, LogEntry
from bsoo.meetings.models import Invitation
from bsoo.registry.models import Contact, Organisation
from bsoo.registry.rows import Columns, columns
from bsoo.signals.models import Signal

WORDS = {
    "invitation.answered": (N_("%(who)s answered the invitation"), "check"),
    "signal.submitted": (N_("New signal from %(organisation)s"), "message-square"),
    "signal.noted": (N_("Signal from %(organisation)s written down"), "message-square"),
    "signal.put_on_agenda": (N_("Signal from %(organisation)s put on the agenda"), "check"),
    "signal.accepted": (N_("Signal from %(organisation)s accepted"), "check"),
    "signal.declined": (N_("Signal from %(organisation)s not used"), "x"),
    "meeting.planned": (N_("Meeting planned"), "calendar"),
    "meeting.invited": (N_("Invitations sent"), "send"),
    "meeting.reminded": (N_("Reminders sent"), "send"),
    "meeting.agenda_sent": (N_("Agenda sent"), "send"),
    "contacts.imported": (N_("Contact list imported"), "upload"),
    "contact.added": (N_("%(who)s added"), "user-plus"),
    "minutes.published": (N_("Minutes published"), "file-text"),
    "publication.published": (N_("Published: %(title)s"), "file-text"),
    "joinrequest.asked": (N_("Somebody asked to join"), "user-plus"),
}
"""The verbs worth showing, with their words and icon."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: its words are translated by the template, with these facts filled in."""

    at: datetime
    words: str
    icon: str
    facts: dict[str, Fact]
    contact_id: UUID | None


def happenings(db: Session, actor: Actor, region_ids: list[UUID], most: int = 6) -> list[Happening]:
    """The newest happenings in these regions; one statement."""
    return [
        Happening(
            at,
            WORDS[verb][0],
            WORDS[verb][1],
            {"who": who or "", "organisation": organisation or "", "title": "", **facts},
            contact_id,
        )
        for at, verb, facts, contact_id, who, organisation in db.execute(_newest(actor, tuple(region_ids), most))
    ]


@prepared
def _newest(actor: Actor, region_ids: tuple[UUID, ...], most: int) -> Columns:
    contact_of = or_(
        col(Contact.id) == Invitation.contact_id,
        and_(col(LogEntry.subject_kind) == "contact", col(Contact.id) == LogEntry.subject_id),
    )
    organisation_of = or_(
        col(Organisation.id) == Signal.organisation_id, col(Organisation.id) == Invitation.organisation_id
    )
    return (
        columns(LogEntry.at, LogEntry.verb, LogEntry.facts, Contact.id, Contact.display_name, Organisation.name)
        .outerjoin(
            Invitation, and_(col(LogEntry.subject_kind) == "invitation", col(Invitation.id) == LogEntry.subject_id)
        )
        .outerjoin(Signal, and_(col(LogEntry.subject_kind) == "signal", col(Signal.id) == LogEntry.subject_id))
        .outerjoin(Contact, contact_of)
        .outerjoin(Organisation, organisation_of)
        .where(
            among(col(LogEntry.verb), WORDS),
            among(col(LogEntry.region_id), region_ids),
            regions_where(actor, Permission.VIEW_MEETINGS, LogEntry.region_id),
        )
        .order_by(col(LogEntry.at).desc(), col(LogEntry.id).desc())
        .limit(most)
    )
