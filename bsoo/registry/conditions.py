"""Conditions that the queries of the network share: who may be seen, who has left, whose details are old."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions, regions_where
from bsoo.db import unindexed
from bsoo.registry.models import Affiliation, Contact, Membership, MemberStatus, Organisation, OrganisationRegion

STALE_AFTER = timedelta(days=365)
"""Details that nobody confirmed for a year are to be looked at."""

_PAST, _PLACE = aliased(Membership), aliased(Membership)
_ENDED, _SEAT = aliased(Affiliation), aliased(Affiliation)
"""Made once: to make another name for a table costs more than all the rest of a condition."""


def visible(actor: Actor, region_id: UUID | None = None) -> ColumnElement[bool]:
    """Contacts in the regions that the actor may see, or in one; who sees all sees those without a region too."""
    if region_id is None and permitted_regions(actor, Permission.VIEW_REGISTRY) is None:
        return true()
    member = exists().where(
        col(Membership.contact_id) == Contact.id,
        regions_where(actor, Permission.VIEW_REGISTRY, Membership.region_id),
        col(Membership.region_id) == region_id if region_id is not None else true(),
    )
    return member.correlate_except(Membership)


def organisation_visible(actor: Actor) -> ColumnElement[bool]:
    """Organisations in the regions that the actor may see; who sees all sees those without a region too."""
    if permitted_regions(actor, Permission.VIEW_REGISTRY) is None:
        return true()
    here = exists().where(
        col(OrganisationRegion.organisation_id) == Organisation.id,
        regions_where(actor, Permission.VIEW_REGISTRY, OrganisationRegion.region_id),
    )
    return here.correlate_except(OrganisationRegion)


def is_member() -> ColumnElement[bool]:
    return col(Membership.status) == MemberStatus.MEMBER


def is_invited() -> ColumnElement[bool]:
    """Whether a place in a region brings an invitation to every meeting."""
    return and_(is_member(), col(Membership.invited), col(Membership.stopped_at).is_(None))


def took_part(actor: Actor, region_id: UUID | None) -> ColumnElement[bool]:
    """Contacts who were there before: of all their places in sight, none is of today. Few are, so it is a list too."""
    here = _of_regions(actor, region_id, unindexed(_PAST.region_id))
    still = exists().where(
        col(_PLACE.contact_id) == col(_PAST.contact_id),
        col(_PLACE.status) != MemberStatus.PAST,
        _of_regions(actor, region_id, col(_PLACE.region_id)),
    )
    were = select(col(_PAST.contact_id)).where(col(_PAST.status) == MemberStatus.PAST, here, ~still)
    return col(Contact.id).in_(were)


def of_regions(actor: Actor, region_id: UUID | None) -> ColumnElement[bool]:
    return _of_regions(actor, region_id, col(Membership.region_id))


def _of_regions(actor: Actor, region_id: UUID | None, place: Any) -> ColumnElement[bool]:  # Any: a column
    one = place == region_id if region_id is not None else true()
    return and_(regions_where(actor, Permission.VIEW_REGISTRY, place), one)


def has_role() -> ColumnElement[bool]:
    return and_(col(Affiliation.ended_on).is_(None), col(Affiliation.role) != "")


def is_stale(today: date) -> ColumnElement[bool]:
    confirmed = col(Membership.confirmed_on)
    return or_(confirmed.is_(None), confirmed < today - STALE_AFTER)


def has_left(contact_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Somebody whose every affiliation has ended.

    Asked as a list made once, because few have left: to look into the affiliations of each contact costs three times.
    """
    sits = exists().where(col(_SEAT.contact_id) == col(_ENDED.contact_id), col(_SEAT.ended_on).is_(None))
    return contact_id.in_(select(col(_ENDED.contact_id)).where(col(_ENDED.ended_on).is_not(None), ~sits))


def has_seat(contact_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    seat = exists().where(col(Affiliation.contact_id) == contact_id, col(Affiliation.ended_on).is_(None))
    return seat.correlate_except(Affiliation)


def has_any_role(contact_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """Somebody who has a role at one of their seats at least."""
    seat = exists().where(col(Affiliation.contact_id) == contact_id, has_role())
    return seat.correlate_except(Affiliation)
