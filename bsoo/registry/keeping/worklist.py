"""The work list "is this still right?": whose record needs a look in a region, most urgent first; it gets shorter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.db import among
from bsoo.registry.conditions import has_any_role, has_left, is_invited, is_stale
from bsoo.registry.keeping.confirmations import Confirmation, is_proposed, says_left
from bsoo.registry.keeping.silence import no_shows, silent_contacts
from bsoo.registry.keeping.trust import Known, Reason, reasons
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation
from bsoo.registry.rows import Columns, columns

PAGE = 25
LOOKED_AT = timedelta(days=90)
"""Who was confirmed in this time is not asked about for being silent, or for not coming."""

_WHO = col(Membership.contact_id)
"""The contact as their membership names them: who needs no look is left out before anything is read of the contact."""


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody whose record needs a look, and why."""

    id: UUID
    name: str
    is_role_mailbox: bool
    region_id: UUID
    email: str
    seat_id: UUID | None
    role: str
    organisation_id: UUID | None
    organisation: str
    confirmed_on: date | None
    asked_at: datetime | None
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class Work:
    """A page of the list, and how much is left."""

    lines: Sequence[Line]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def work(db: Session, actor: Actor, region_ids: Sequence[UUID], *, page: int = 1) -> Work:
    """One statement for a page; a page beyond the end is the last."""
    total = db.execute(select(count(actor, region_ids, clock.today()))).scalar_one()
    page = min(page, max(1, -(-total // PAGE)))
    rows = db.execute(_page(actor, region_ids, page, clock.today())).all()
    return Work([_line(row, clock.today()) for row in rows], total, page)


def count(actor: Actor, region_ids: Sequence[UUID], today: date) -> ScalarSelect[int]:
    """How many lines the list has, as a part of another statement."""
    return (
        select(func.count())
        .select_from(Membership)
        .join(Contact, col(Contact.id) == Membership.contact_id)
        .where(*_conditions(actor, region_ids, today))
        .scalar_subquery()
    )


def _page(actor: Actor, region_ids: Sequence[UUID], page: int, today: date) -> Columns:
    asked_at = columns(func.max(Confirmation.asked_at)).where(col(Confirmation.contact_id) == Contact.id)
    first_seat = (
        columns(Affiliation.id)
        .where(col(Affiliation.contact_id) == Contact.id, col(Affiliation.ended_on).is_(None))
        .order_by(col(Affiliation.id))
        .limit(1)
    )
    return (
        columns(
            Contact.id,
            Contact.display_name,
            Contact.is_role_mailbox,
            Membership.region_id,
            func.coalesce(col(Address.email), ""),
            Affiliation.id,
            func.coalesce(col(Affiliation.role), ""),
            Organisation.id,
            func.coalesce(col(Organisation.name), ""),
            Membership.confirmed_on,
            asked_at.correlate(Contact).scalar_subquery(),
            Contact.phone,
            col(Address.bounced_at),
            says_left(_WHO).label("says_left"),
            is_proposed(_WHO).label("is_proposed"),
            _WHO.in_(silent_contacts(actor, today)).label("silent"),
            _WHO.in_(no_shows(actor, today)).label("no_show"),
            has_any_role(_WHO).label("has_role"),
        )
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .outerjoin(Address, and_(col(Address.contact_id) == Contact.id, col(Address.is_used)))
        .outerjoin(Affiliation, col(Affiliation.id) == first_seat.correlate(Contact).scalar_subquery())
        .outerjoin(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .where(*_conditions(actor, region_ids, today))
        .order_by(
            says_left(_WHO).desc(),
            is_proposed(_WHO).desc(),
            _is_unreachable().desc(),
            col(Membership.confirmed_on).is_not(None),
            col(Membership.confirmed_on),
            col(Contact.sort_name),
            col(Membership.id),
        )
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )


def _conditions(actor: Actor, region_ids: Sequence[UUID], today: date) -> list[ColumnElement[bool]]:
    confirmed = col(Membership.confirmed_on)
    is_away = or_(_WHO.in_(silent_contacts(actor, today)), _WHO.in_(no_shows(actor, today)))
    asks = and_(is_away, or_(confirmed.is_(None), confirmed < today - LOOKED_AT))
    wrong = or_(is_stale(today), _is_unreachable(), asks)
    return [
        regions_where(actor, Permission.VIEW_REGISTRY, Membership.region_id),
        among(col(Membership.region_id), region_ids),
        col(Contact.archived_at).is_(None),
        ~has_left(_WHO),
        or_(says_left(_WHO), is_proposed(_WHO), and_(is_invited(), wrong)),
    ]


def _is_unreachable() -> ColumnElement[bool]:
    living = exists().where(col(Address.contact_id) == _WHO, col(Address.is_used), col(Address.bounced_at).is_(None))
    return ~living.correlate_except(Address)


def _line(row: Any, today: date) -> Line:  # Any: a row of more columns than the types can hold
    known = Known(
        confirmed_on=row[9],
        has_address=bool(row[4]),
        has_bounced=row[12] is not None,
        says_left=row.says_left,
        is_proposed=row.is_proposed,
        is_silent=row.silent,
        is_no_show=row.no_show,
        has_organisation=row[7] is not None,
        has_role=row.has_role,
        has_phone=bool(row[11]),
        is_shared=row[2],
    )
    return Line(*(*row[:11], reasons(known, today)))
