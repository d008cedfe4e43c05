"""The letters about minutes: to those who were there, or to the whole network, each with a link of their own."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, or_, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.links import Purpose, tokens_for
from bsoo.mail import outbox
from bsoo.mail.models import Letter, LetterState
from bsoo.mail.outbox import Draft, Recipient
from bsoo.meetings.entries import facts_of
from bsoo.meetings.models import Attendance, Meeting, Presence
from bsoo.minutes.queries import WAS_THERE
from bsoo.publications.faces import MinutesFace
from bsoo.publications.models import Publication
from bsoo.regions import Region
from bsoo.registry.conditions import is_member
from bsoo.registry.models import Address, Contact, Membership, MemberStatus


class Readers(StrEnum):
    """Who gets a letter about the minutes."""

    NOBODY = "nobody"
    PRESENT = "present"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Reader:
    contact_id: UUID
    name: str
    called: str
    language: str
    address: str


def readers(db: Session, actor: Actor, meeting: Meeting, who: Readers) -> list[Reader]:
    """Who can be written to: invited members of the region with a living address, or those of them who were there."""
    require(actor, Permission.VIEW_MINUTES, meeting.region_id)
    if who is Readers.NOBODY:
        return []
    query = (
        columns(
            col(Contact.id),
            col(Contact.display_name),
            col(Contact.given_name),
            col(Contact.language),
            col(Address.email),
        )
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .join(Address, col(Address.contact_id) == Contact.id)
        .where(
            col(Membership.region_id) == meeting.region_id,
            col(Contact.archived_at).is_(None),
            col(Address.is_used).is_(True),
            col(Address.bounced_at).is_(None),
        )
        .order_by(col(Contact.sort_name))
    )
    if who is Readers.PRESENT:
        query = query.join(Attendance, col(Attendance.contact_id) == Contact.id).where(
            col(Attendance.meeting_id) == meeting.id, col(Attendance.presence).in_(WAS_THERE)
        )
    else:
        awake = or_(col(Membership.paused_until).is_(None), col(Membership.paused_until) < clock.today())
        query = query.where(is_member(), col(Membership.invited).is_(True), awake)
    return [Reader(*row) for row in db.execute(query)]


def counts(db: Session, actor: Actor, meeting: Meeting) -> dict[Readers, int]:
    """How many letters each choice means."""
    return {who: len(readers(db, actor, meeting, who)) for who in Readers}


def told(db: Session, actor: Actor, publication: Publication) -> int:
    """How many letters a version caused, without those that stayed at home."""
    require(actor, Permission.VIEW_MINUTES, publication.region_id)
    key = f"minutes_published:{publication.id}:"
    went = (col(Letter.key).startswith(key), col(Letter.state) != LetterState.CANCELLED)
    return db.exec(select(func.count()).select_from(Letter).where(*went)).one()


def tell(
    db: Session,
    actor: Actor,
    region: Region,
    meeting: Meeting,
    publication: Publication,
    content: MinutesFace,
    *,
    who: Readers,
    erratum: str,
    begins_at: datetime | None = None,
) -> int:
    """Queue the letters of a version; a version is told to nobody twice."""
    require(actor, Permission.PUBLISH, region.id)
    to = readers(db, actor, meeting, who)
    if not to:
        return 0
    there = {reader.contact_id for reader in to}
    mailing = outbox.start_mailing(
        *(db, actor.id, "minutes_published", region.id, meeting.id, len(to)),
        begins_at=begins_at,
        left_out={one: why for one, why in _others(db, meeting, who).items() if one not in there},
    )
    own = tokens_for(db, Purpose.OWN_PAGE, {reader.contact_id: reader.contact_id for reader in to})
    kinds = [block["kind"] for item in content["items"] for block in item["blocks"]]
    facts = {
        "meeting": facts_of(region, meeting),
        "signed_by": actor.name if actor.is_staff else "",
        "version": publication.version,
        "decisions": kinds.count("decision"),
        "actions": kinds.count("action"),
        "erratum": erratum,
    }
    return outbox.queue_many(
        db,
        [
            Draft(
                "minutes_published",
                Recipient(reader.address, reader.name, reader.language, reader.contact_id),
                key=f"minutes_published:{publication.id}:{reader.contact_id}",
                context={**facts, **_own(reader, own[reader.contact_id], publication)},
                region_id=region.id,
                meeting_id=meeting.id,
                mailing_id=mailing.id,
                why="was-there" if who is Readers.PRESENT else "network",
            )
            for reader in to
        ],
    )


def _others(db: Session, meeting: Meeting, who: Readers) -> dict[UUID, str]:
    """Everybody else of the region, with the reason; the last of them that holds counts."""
    rows = db.execute(
        columns(
            col(Contact.id),
            col(Contact.archived_at),
            col(Membership.status),
            col(Membership.invited),
            col(Membership.paused_until),
            col(Address.id),
            col(Attendance.presence),
        )
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .outerjoin(Address, _usable(Contact.id))
        .outerjoin(Attendance, (col(Attendance.contact_id) == Contact.id) & (col(Attendance.meeting_id) == meeting.id))
        .where(col(Membership.region_id) == meeting.region_id)
    )
    return {row[0]: _why_not(who, *row[1:]) for row in rows}


def _usable(contact_id: UUID) -> ColumnElement[bool]:
    used = (col(Address.contact_id) == contact_id) & col(Address.is_used).is_(True)
    return used & col(Address.bounced_at).is_(None)


def _why_not(
    who: Readers,
    archived_at: datetime | None,
    status: MemberStatus,
    invited: bool,
    paused_until: date | None,
    address_id: UUID | None,
    presence: Presence | None,
) -> str:
    if archived_at is not None:
        return "left"
    if who is Readers.PRESENT and presence not in WAS_THERE:
        return "was-not-there"
    if who is Readers.NETWORK and status is not MemberStatus.MEMBER:
        return str(status)
    if who is Readers.NETWORK and not invited:
        return "not-wanted"
    if who is Readers.NETWORK and paused_until is not None and paused_until >= clock.today():
        return "paused"
    return "no-address"


def _own(reader: Reader, token: str, publication: Publication) -> dict[str, object]:
    return {
        "called": reader.called,
        "page": f"/mijn/{token}/verslag/{publication.id}",
        "own_page": f"/mijn/{token}",
        "stop": f"/u/afmelden/{token}",
    }
