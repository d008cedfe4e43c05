"""Inviting a region's contacts: who, who not and why; each is invited once."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy import select as columns
from sqlmodel import Session, col

from bsoo import clock, links
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.links import Purpose
from bsoo.logbook import note
from bsoo.mail import outbox
from bsoo.mail.models import Mailing
from bsoo.meetings import mailings, standing_in, unsent
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Answer, Invitation, Meeting, MeetingState
from bsoo.meetings.phases import has_begun
from bsoo.meetings.readers import link_until, readers
from bsoo.regions import Region
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, Sector

REASON = N_("regular participant of the region")


class Why(StrEnum):
    """Why somebody of the region is not in the audience."""

    INVITED = "invited"
    NOT_WANTED = "not-wanted"
    STOPPED = "stopped"
    PAUSED = "paused"
    LEFT = "left"
    NO_ADDRESS = "no-address"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be invited."""

    contact_id: UUID
    name: str
    called: str
    language: str
    email: str
    role: str
    organisation_id: UUID | None
    organisation: str
    sector: Sector


@dataclass(frozen=True, slots=True)
class Audience:
    """Who can be invited now, and who cannot and why."""

    people: tuple[Person, ...]
    absent: Mapping[UUID, Why]

    @property
    def left_out(self) -> Mapping[Why, int]:
        """How many cannot be invited, by reason."""
        return Counter(self.absent.values())

    @property
    def sectors(self) -> Mapping[Sector, int]:
        return Counter(person.sector for person in self.people)

    def of(self, sectors: Collection[str]) -> tuple[Person, ...]:
        """Those of some sectors; of no sector in particular means all."""
        return tuple(person for person in self.people if not sectors or person.sector in sectors)


def audience(db: Session, actor: Actor, meeting: Meeting) -> Audience:
    """Everybody in the region, split into who can be invited now and who not."""
    require(actor, Permission.INVITE, meeting.region_id)
    again = unsent.never_written(db, actor, meeting)
    found: dict[UUID, Person | Why] = {}
    for row in _everybody(db, meeting):
        # One row for each affiliation: an open one decides.
        if not isinstance(found.get(row.contact_id), Person):
            found[row.contact_id] = _verdict(row, is_new=row.invitation_id is None or row.contact_id in again)
    people = tuple(person for person in found.values() if isinstance(person, Person))
    return Audience(people, {one: why for one, why in found.items() if isinstance(why, Why)})


def invite(
    db: Session,
    actor: Actor,
    region: Region,
    meeting: Meeting,
    *,
    sectors: Collection[str] = (),
    begins_at: datetime | None = None,
) -> Mailing | None:
    """Invite the audience: an invitation, two links and one letter each. Nobody new means that nothing happens."""
    require(actor, Permission.INVITE, region.id)
    # Two coordinators who press at once take turns here.
    db.refresh(meeting, with_for_update=True)
    _refuse_unready(region, meeting)
    mailings.refuse_after(meeting, begins_at)
    found = audience(db, actor, meeting)
    people = found.of(sectors)
    if not people:
        return None
    again = unsent.ask_again(db, actor, meeting, [one.contact_id for one in people])
    new = [one for one in people if one.contact_id not in again.values()]
    invited = [*again, *_make_invitations(db, meeting, new)]
    note(db, actor, "meeting.invited", meeting, region.id, people=len(invited))
    db.flush()
    to = readers(db, actor, meeting, col(Invitation.id).in_(invited))
    mailing = outbox.start_mailing(
        *(db, actor.id, "invitation", region.id, meeting.id, len(to)),
        begins_at=begins_at,
        left_out={**found.absent, **dict.fromkeys(_not_chosen(found, people), "not-chosen")},
    )
    post = Post(db, actor, region, meeting)
    post.invite([one for one in to if one.invitation_id not in again], mailing)
    post.invite([one for one in to if one.invitation_id in again], mailing, is_again=True)
    if begins_at is not None:
        unsent.waits(db, actor, mailing, begins_at)
    return mailing


def uninvite(
    db: Session, actor: Actor, region: Region, meeting: Meeting, invitation: Invitation, *, reason: str = ""
) -> None:
    """Take one person's invitation back, and tell them."""
    require(actor, Permission.INVITE, region.id)
    if invitation.uninvited_at is not None:
        raise Refused(_("This invitation was taken back."))
    standing_in.withdraw(Post(db, actor, region, meeting), invitation, reason)


def _everybody(db: Session, meeting: Meeting) -> Iterable[Any]:  # Any: a row of more columns than the types can hold
    return db.execute(
        columns(
            col(Contact.id).label("contact_id"),
            col(Contact.display_name).label("name"),
            col(Contact.given_name).label("called"),
            col(Contact.language),
            col(Contact.archived_at).label("contact_archived_at"),
            col(Membership.invited),
            col(Membership.paused_until),
            col(Membership.stopped_at),
            col(Address.email),
            col(Address.bounced_at),
            col(Affiliation.role),
            col(Affiliation.id).label("affiliation_id"),
            col(Affiliation.ended_on),
            col(Organisation.id).label("organisation_id"),
            col(Organisation.name).label("organisation"),
            col(Organisation.sector),
            col(Organisation.archived_at).label("organisation_archived_at"),
            col(Invitation.id).label("invitation_id"),
        )
        .join(Membership, col(Membership.contact_id) == col(Contact.id))
        .outerjoin(Address, (col(Address.contact_id) == col(Contact.id)) & col(Address.is_used).is_(True))
        .outerjoin(Affiliation, col(Affiliation.contact_id) == col(Contact.id))
        .outerjoin(Organisation, col(Organisation.id) == col(Affiliation.organisation_id))
        .outerjoin(
            Invitation,
            (col(Invitation.contact_id) == col(Contact.id)) & (col(Invitation.meeting_id) == meeting.id),
        )
        .where(col(Membership.region_id) == meeting.region_id)
        .order_by(col(Contact.sort_name), col(Contact.id), col(Organisation.name))
    ).all()


def _verdict(row: Any, *, is_new: bool) -> Person | Why:  # noqa: PLR0911 -- one line for each reason, in the order in which they weigh
    if row.contact_archived_at is not None:
        return Why.LEFT
    if row.stopped_at is not None:
        return Why.STOPPED
    if not is_new:
        return Why.INVITED
    if not row.invited:
        return Why.NOT_WANTED
    if row.paused_until is not None and row.paused_until > clock.today():
        return Why.PAUSED
    if row.affiliation_id is not None and (
        row.organisation_archived_at is not None or (row.ended_on is not None and row.ended_on <= clock.today())
    ):
        return Why.LEFT
    if row.email is None or row.bounced_at is not None:
        return Why.NO_ADDRESS
    return Person(
        row.contact_id,
        row.name,
        row.called,
        row.language,
        row.email,
        row.role or "",
        row.organisation_id,
        row.organisation or "",
        row.sector or Sector.OTHER,
    )


def _refuse_unready(region: Region, meeting: Meeting) -> None:
    if not region.hosts:
        raise Refused(_("Somebody else organises this meeting and invites to it."))
    if meeting.state is MeetingState.CANCELLED:
        raise Refused(_("This meeting was called off."))
    if has_begun(meeting):
        raise Refused(_("This meeting is over."))
    if not (meeting.venue or meeting.online_link):
        raise Refused(_("Fill in a place or an online link first, then people know where to go."), field="venue")


def _not_chosen(found: Audience, people: Collection[Person]) -> set[UUID]:
    return {one.contact_id for one in found.people} - {one.contact_id for one in people}


def _make_invitations(db: Session, meeting: Meeting, people: Iterable[Person]) -> list[UUID]:
    """An invitation and both links for each, written as rows: 400 at once."""
    now = clock.now()
    rows: list[dict[str, Any]] = [  # Any: what a database driver takes
        {
            "id": clock.new_id(),
            "meeting_id": meeting.id,
            "contact_id": person.contact_id,
            "organisation_id": person.organisation_id,
            "reason": REASON,
            "answer": Answer.SILENT,
            "answer_sequence": meeting.sequence,
            "colleague_name": "",
            "colleague_email": "",
            "invited_at": now,
            "reminded": 0,
        }
        for person in people
    ]
    if not rows:
        return []
    db.execute(insert(Invitation), rows)
    contacts = {row["contact_id"]: row["contact_id"] for row in rows}
    links.make_missing(db, Purpose.INVITATION, {row["id"]: row["contact_id"] for row in rows}, link_until(meeting))
    links.make_missing(db, Purpose.OWN_PAGE, contacts)
    return [row["id"] for row in rows]
