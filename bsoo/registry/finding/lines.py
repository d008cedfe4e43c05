"""The lines of the list of people: what one page shows of each, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.registry.conditions import is_invited, of_regions
from bsoo.registry.finding import trusting, version
from bsoo.registry.finding.heard import last_heard
from bsoo.registry.keeping.trust import Known, Reason, Trust, reasons, trust
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
    reasons: Sequence[Reason] | None = None
    """What speaks against the record; None of who has left or is in no region."""

    @property
    def trust(self) -> Trust | None:
        return None if self.reasons is None else trust(self.reasons)


MARKS = 23
"""Where the marks of the network begin in a row."""


def lines(actor: Actor, page: Any, order: Any, today: date) -> Columns:  # Any: a subquery, and one of its columns
    """Contact, seat, address and membership for each contact of the page."""
    heard = last_heard(actor, columns(page.c.id))
    said = trusting.of_themselves(actor, today, columns(page.c.id))
    return (
        columns(
            Contact.id,
            Contact.display_name,
            Contact.is_role_mailbox,
            Affiliation.id,
            Affiliation.role,
            Organisation.id,
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
            col(Membership.status).label("status"),
            _is_first_contact(actor).label("is_first"),
            *(condition.label(name) for name, condition in said.items()),
            heard.c.on.label("heard_on"),
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


def person(rows: Sequence[Any], region_id: UUID | None, today: date) -> Person:
    """One line out of the rows of a contact: the seat that runs goes first, the chosen region's membership counts."""
    seats = sorted({row[3]: row[4:8] for row in rows if row[3] is not None}.values(), key=_ended_last)
    memberships = {row[10]: row[11:14] for row in rows if row[10] is not None}
    statuses = {row[10]: row.status for row in rows if row[10] is not None}
    chosen = [memberships[region_id]] if region_id in memberships else list(memberships.values())
    contact_id, name, is_role_mailbox = rows[0][:3]
    role, house_id, house, ended_on = seats[0] if seats else ("", None, "", None)
    confirmed_on = max((confirmed for _, _, confirmed in chosen if confirmed is not None), default=None)
    return Person(
        id=contact_id,
        name=name,
        is_role_mailbox=is_role_mailbox,
        changed_at=rows[0][14],
        role=role,
        organisation_id=house_id,
        organisation=house,
        more_organisations=len({seat[1] for seat in seats if seat[3] is None} - {house_id}),
        ended_on=ended_on,
        email=rows[0][8] or "",
        bounced_at=rows[0][9],
        region_ids=tuple(memberships),
        invited=any(invited for invited, _, _ in chosen) if chosen else None,
        status=min(_of(region_id, statuses), key=_STATUSES.index, default=None),
        is_first_contact=bool(seats) and any(row.is_first for row in rows if row[5] == house_id and ended_on is None),
        stopped=any(stopped_at is not None for _, stopped_at, _ in chosen),
        confirmed_on=confirmed_on,
        heard_on=rows[0].heard_on,
        reasons=reasons(_known(rows[0], seats, confirmed_on), today) if memberships and ended_on is None else None,
    )


_STATUSES = tuple(MemberStatus)


def _of(region_id: UUID | None, statuses: Mapping[UUID, MemberStatus]) -> list[MemberStatus]:
    return [statuses[region_id]] if region_id is not None and region_id in statuses else list(statuses.values())


def _is_first_contact(actor: Actor) -> ColumnElement[bool]:
    place = exists().where(
        col(OrganisationRegion.first_contact_id) == Contact.id,
        col(OrganisationRegion.organisation_id) == Organisation.id,
        regions_where(actor, Permission.VIEW_REGISTRY, OrganisationRegion.region_id),
    )
    return place.correlate_except(OrganisationRegion)


def _known(row: Any, seats: Sequence[Any], confirmed_on: date | None) -> Known:
    return Known(
        confirmed_on=confirmed_on,
        has_address=row[8] is not None,
        has_bounced=row[9] is not None,
        says_left=row.says_left,
        is_proposed=row.is_proposed,
        is_silent=row.is_silent,
        is_no_show=row.is_no_show,
        has_organisation=bool(seats),
        has_role=any(role for role, _, _, ended_on in seats if ended_on is None),
        has_phone=bool(row.phone),
        is_shared=row[2],
    )


def _ended_last(seat: Any) -> tuple[bool, str]:
    return seat[3] is not None, seat[2]
