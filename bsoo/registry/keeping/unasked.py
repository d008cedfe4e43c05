"""Who is not asked whether their details are right, and why: frozen with the mailing."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.mail.purposes import MailStop, Purpose
from bsoo.registry.conditions import STALE_AFTER, has_left, is_stale
from bsoo.registry.keeping.confirmations import Confirmation
from bsoo.registry.models import Address, Contact, Membership, MemberStatus
from bsoo.registry.rows import Columns, columns

NOT_THEIR_TURN = {"confirmed", "asked-before", "later"}
"""Reasons that pass by themselves."""


class _Row(NamedTuple):
    contact_id: UUID
    status: MemberStatus
    archived_at: datetime | None
    has_left: bool
    stopped_at: datetime | None
    wants_none: bool
    address_id: UUID | None
    is_stale: bool
    was_asked: bool


def of_region(
    db: Session, actor: Actor, region_id: UUID, asked: Collection[UUID], *, whole: bool = True
) -> dict[UUID, str]:
    """Everybody else of the region. The few of one working day leave out only who cannot be asked at all."""
    require(actor, Permission.INVITE, region_id)
    rows = [_Row(*row) for row in db.execute(_people(region_id))]
    found = {row.contact_id: _why_not(row) for row in rows if row.contact_id not in asked}
    return {one: why for one, why in found.items() if whole or why not in NOT_THEIR_TURN}


def of_open(db: Session, actor: Actor, region_id: UUID, contact_ids: Collection[UUID]) -> dict[UUID, str]:
    """Of those who were asked before: who confirmed since, or cannot be written to any more."""
    require(actor, Permission.INVITE, region_id)
    rows = db.execute(_people(region_id).where(col(Contact.id).in_(contact_ids))) if contact_ids else ()
    return {row[0]: _why_not(_Row(*row)) for row in rows}


def _people(region_id: UUID) -> Columns:
    asked = (col(Confirmation.contact_id) == Contact.id, col(Confirmation.asked_at) > clock.now() - STALE_AFTER)
    stopped = (col(MailStop.contact_id) == Contact.id, col(MailStop.purpose) == Purpose.CONFIRMATIONS)
    usable = and_(col(Address.contact_id) == Contact.id, col(Address.is_used), col(Address.bounced_at).is_(None))
    return (
        columns(
            Contact.id,
            Membership.status,
            Contact.archived_at,
            has_left(col(Contact.id)),
            Membership.stopped_at,
            _is_there(*stopped),
            Address.id,
            is_stale(clock.today()),
            _is_there(*asked),
        )
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .outerjoin(Address, usable)
        .where(col(Membership.region_id) == region_id)
    )


def _is_there(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(*conditions).correlate(Contact)


def _why_not(row: _Row) -> str:
    """The first reason that holds, from what lasts to what passes."""
    reasons = (
        ("left", row.archived_at is not None or row.has_left),
        (str(row.status), row.status is not MemberStatus.MEMBER),
        ("asks-not", row.stopped_at is not None or row.wants_none),
        ("no-address", row.address_id is None),
        ("confirmed", not row.is_stale),
        ("asked-before", row.was_asked),
    )
    return next((why for why, holds in reasons if holds), "later")
