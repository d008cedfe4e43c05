"""Whom an invitation can go to, whom a coordinator chose of them, and why each other person does not get it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select as columns
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.meetings import unsent
from bsoo.meetings.models import Invitation, Meeting
from bsoo.registry.finding import listing
from bsoo.registry.finding.saved import SavedList
from bsoo.registry.finding.wanted_as_json import from_json
from bsoo.registry.models import Address, Affiliation, Contact, Membership, MemberStatus, Organisation, Sector


class Why(StrEnum):
    """Why somebody of the region is not in the audience."""

    INVITED = "invited"
    NOT_WANTED = "not-wanted"
    STOPPED = "stopped"
    PAUSED = "paused"
    PAST = "past"
    LEFT = "left"
    NO_ADDRESS = "no-address"
    GUEST = "guest"
    """A guest whom nobody picked for this meeting."""
    NOT_CHOSEN = "not-chosen"
    NOT_LISTED = "not-listed"


class WhyIn(StrEnum):
    """Why somebody gets the invitation."""

    REGULAR = "regular"
    LISTED = "listed"
    PICKED = "picked"


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a coordinator wants to invite: all members, some kinds of organisations, a saved list; and which guests."""

    sectors: frozenset[str] = frozenset()
    list_name: str = ""
    listed: frozenset[UUID] | None = None
    """Who stood in the saved list at this moment; None when no list was chosen."""
    guests: frozenset[UUID] = frozenset()
    """Guests are picked by hand, or by a list that asks for guests."""


EVERYBODY = Whom()
GUESTS = "guest"
"""The group of a list that asks for guests."""


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
    sector: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who gets the invitation and who does not, each with the reason."""

    people: tuple[Person, ...]
    why: Mapping[UUID, WhyIn]
    left_out: Mapping[UUID, Why]

    @property
    def numbers_out(self) -> Mapping[Why, int]:
        """How many do not get it, by reason; the most common first."""
        return dict(Counter(self.left_out.values()).most_common())


@dataclass(frozen=True, slots=True)
class Audience:
    """Members and guests who can be invited now, and who cannot and why."""

    people: tuple[Person, ...]
    guests: tuple[Person, ...]
    absent: Mapping[UUID, Why]

    @property
    def sectors(self) -> Mapping[str, int]:
        return Counter(person.sector for person in self.people)

    def choose(self, whom: Whom) -> Chosen:
        """Who of them was chosen; of who was not, the reason."""
        verdicts = {one.contact_id: _of_member(one, whom) for one in self.people}
        verdicts |= {one.contact_id: _of_guest(one, whom) for one in self.guests}
        why = {contact_id: verdict for contact_id, verdict in verdicts.items() if isinstance(verdict, WhyIn)}
        out = {contact_id: verdict for contact_id, verdict in verdicts.items() if isinstance(verdict, Why)}
        people = tuple(one for one in (*self.people, *self.guests) if one.contact_id in why)
        return Chosen(people, why, {**self.absent, **out})


def of_list(db: Session, actor: Actor, meeting: Meeting, kept: SavedList) -> Whom:
    """Who stands in a saved list now, as far as it is about the region of the meeting."""
    require(actor, Permission.INVITE, meeting.region_id)
    wanted = from_json(kept.asked, meeting.region_id)
    if wanted is None or kept.region_id not in (None, meeting.region_id):
        raise Refused(_("This list cannot be used here. Choose another."), "lijst")
    there = frozenset(listing.ids(db, actor, wanted))
    return Whom(list_name=kept.name, listed=there, guests=there if wanted.group == GUESTS else frozenset())


def audience(db: Session, actor: Actor, meeting: Meeting) -> Audience:
    """Everybody in the region, split into who can be invited now and who not."""
    require(actor, Permission.INVITE, meeting.region_id)
    found: dict[UUID, Person | Why] = {}
    guests: set[UUID] = set()
    for row in _everybody(db, meeting):
        if row.status is MemberStatus.GUEST:
            guests.add(row.contact_id)
        # One row for each affiliation: an open one decides.
        if not isinstance(found.get(row.contact_id), Person):
            found[row.contact_id] = _verdict(row, is_new=row.invitation_id is None or row.is_unwritten)
    people = [one for one in found.values() if isinstance(one, Person)]
    return Audience(
        tuple(one for one in people if one.contact_id not in guests),
        tuple(one for one in people if one.contact_id in guests),
        {contact_id: why for contact_id, why in found.items() if isinstance(why, Why)},
    )


def _of_member(person: Person, whom: Whom) -> WhyIn | Why:
    if whom.listed is not None and person.contact_id not in whom.listed:
        return Why.NOT_LISTED
    if whom.sectors and person.sector not in whom.sectors:
        return Why.NOT_CHOSEN
    return WhyIn.REGULAR if whom.listed is None else WhyIn.LISTED


def _of_guest(person: Person, whom: Whom) -> WhyIn | Why:
    return WhyIn.PICKED if person.contact_id in whom.guests else Why.GUEST


def _everybody(db: Session, meeting: Meeting) -> Iterable[Any]:  # Any: a row of more columns than the types can hold
    return db.execute(
        columns(
            col(Contact.id).label("contact_id"),
            col(Contact.display_name).label("name"),
            col(Contact.given_name).label("called"),
            col(Contact.language),
            col(Contact.archived_at).label("contact_archived_at"),
            col(Membership.status),
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
            col(Contact.id).in_(unsent.never_written(meeting.id)).label("is_unwritten"),
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
    if row.status is MemberStatus.PAST:
        return Why.PAST
    if row.stopped_at is not None:
        return Why.STOPPED
    if not is_new:
        return Why.INVITED
    if row.status is MemberStatus.MEMBER and not row.invited:
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
