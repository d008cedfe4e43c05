"""The lines of the list of people: what one page shows of each, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.registry.conditions import is_invited, of_regions
from bsoo.registry.finding import trusting, version
from bsoo.registry.finding.heard import last_heard
from bsoo.registry.keeping.trust import Known, Reason, reasons
from bsoo.registry.models import (
    Address,
    Affiliation,
    Contact,
    Membership,
    MemberStatus,
    Organisation,
    OrganisationRegion,
)
from bsoo.registry.rows import Columns, columns


@dataclass(slots=True)
class Person:
    """A line of the list."""

    id: UUID
    name: str
    is_role_mailbox: bool
    changed_at: datetime
    role: str = ""
    organisation_id: UUID | None = None
    organisation: str = ""
    more_organisations: int = 0
    ended_on: date | None = None
    email: str = ""
    bounced_at: datetime | None = None
    region_ids: tuple[UUID, ...] = ()
    invited: bool | None = None
    status: MemberStatus | None = None
    """What they are most, of the regions that are shown."""
    is_first_contact: bool = False
    """Of the organisation that is shown."""
    stopped: bool = False
    confirmed_on: date | None = None
    heard_on: date | None = None
    reasons: tuple[Reason, ...] | None = None
    """What speaks against the record; None of who has left or is in no region."""


Seat: TypeAlias = tuple[UUID | None, str, str, date | None]
"""Organisation, role there, its name, and when it ended."""


class Row(NamedTuple):
    """What is read of a contact with each of their seats and memberships, in this order."""

    id: UUID
    name: str
    is_role_mailbox: bool
    house_id: UUID | None
    role: str
    house: str
    ended_on: date | None
    email: str | None
    bounced_at: datetime | None
    region_id: UUID | None
    invited: bool
    stopped_at: datetime | None
    confirmed_on: date | None
    changed_at: datetime
    phone: str
    status: MemberStatus
    is_first: bool
    says_left: bool
    is_proposed: bool
    is_silent: bool
    is_no_show: bool
    heard_on: date | None

    @property
    def seat(self) -> Seat:
        return self[3:7]


def lines(actor: Actor, page: Any, order: Any, today: date) -> Columns:  # Any: a subquery, and one of its columns
    """Rows for the contacts of the page, and behind each of them the marks of the network."""
    heard = last_heard(actor, columns(page.c.id))
    said = trusting.of_themselves(actor, today, columns(page.c.id))
    return (
        columns(
            Contact.id,
            Contact.display_name,
            Contact.is_role_mailbox,
            Affiliation.organisation_id,
            Affiliation.role,
            Organisation.name,
            Affiliation.ended_on,
            Address.email,
            Address.bounced_at,
            Membership.region_id,
            is_invited(),
            Membership.stopped_at,
            Membership.confirmed_on,
            Contact.updated_at,
            Contact.phone,
            Membership.status,
            _is_first_contact(actor),
            *(said[name] for name in ("says_left", "is_proposed", "is_silent", "is_no_show")),
            heard.c.on,
            *version.marks(),  # the numbers beside the filters need them, and so no statement of their own
        )
        .join(page, page.c.id == Contact.id)
        .outerjoin(Affiliation, col(Affiliation.contact_id) == Contact.id)
        .outerjoin(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .outerjoin(Address, and_(col(Address.contact_id) == Contact.id, col(Address.is_used)))
        .outerjoin(heard, heard.c.contact_id == Contact.id)
        .outerjoin(Membership, and_(col(Membership.contact_id) == Contact.id, of_regions(actor, None)))
        .order_by(order, page.c.sort_name, page.c.id)
    )


def person(rows: Sequence[Row], region_id: UUID | None, today: date) -> Person:
    """One line out of the rows of a contact: the seat that runs goes first, the chosen region's membership counts."""
    row = rows[0]
    seats = sorted({one.seat for one in rows if one.house_id is not None}, key=_ended_last)
    places = {one.region_id: one for one in rows if one.region_id is not None}
    chosen = [places[region_id]] if region_id in places else list(places.values())
    house_id, role, house, ended_on = seats[0] if seats else (None, "", "", None)
    confirmed_on = max((one.confirmed_on for one in chosen if one.confirmed_on is not None), default=None)
    return Person(
        id=row.id,
        name=row.name,
        is_role_mailbox=row.is_role_mailbox,
        changed_at=row.changed_at,
        role=role,
        organisation_id=house_id,
        organisation=house,
        more_organisations=len({seat[0] for seat in seats if seat[3] is None} - {house_id}),
        ended_on=ended_on,
        email=row.email or "",
        bounced_at=row.bounced_at,
        region_ids=tuple(places),
        invited=any(one.invited for one in chosen) if chosen else None,
        status=min((one.status for one in chosen), key=_STATUSES.index, default=None),
        is_first_contact=ended_on is None and any(one.is_first for one in rows if one.house_id == house_id),
        stopped=any(one.stopped_at is not None for one in chosen),
        confirmed_on=confirmed_on,
        heard_on=row.heard_on,
        reasons=reasons(_known(row, seats, confirmed_on), today) if places and ended_on is None else None,
    )


_STATUSES = tuple(MemberStatus)


def _is_first_contact(actor: Actor) -> ColumnElement[bool]:
    place = exists().where(
        col(OrganisationRegion.first_contact_id) == Contact.id,
        col(OrganisationRegion.organisation_id) == Organisation.id,
        regions_where(actor, Permission.VIEW_REGISTRY, OrganisationRegion.region_id),
    )
    return place.correlate_except(OrganisationRegion)


def _known(row: Row, seats: Sequence[Seat], confirmed_on: date | None) -> Known:
    return Known(
        confirmed_on=confirmed_on,
        has_address=row.email is not None,
        has_bounced=row.bounced_at is not None,
        says_left=row.says_left,
        is_proposed=row.is_proposed,
        is_silent=row.is_silent,
        is_no_show=row.is_no_show,
        has_organisation=bool(seats),
        has_role=any(role for _house_id, role, _house, ended_on in seats if ended_on is None),
        has_phone=bool(row.phone),
        is_shared=row.is_role_mailbox,
    )


def _ended_last(seat: Seat) -> tuple[bool, str]:
    return seat[3] is not None, seat[2]
