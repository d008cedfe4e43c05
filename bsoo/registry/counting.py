"""The numbers beside the filters of the list of people: counted when something changed, remembered in between."""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, String, and_, case, cast, literal, or_, union_all
from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.db import prepared
from bsoo.logbook import LogEntry
from bsoo.registry.conditions import has_role, is_invited, is_stale, of_regions
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation
from bsoo.registry.rows import Columns, columns

_remembered: OrderedDict[object, tuple[object, Mapping[str, int]]] = OrderedDict()
_MOST = 100


def counts(db: Session, actor: Actor, region_id: UUID | None) -> Mapping[str, int]:
    """How many per group, sector and look in a region, or in all that the actor may see; at how many organisations."""
    place = (str(db.get_bind().engine.url), permitted_regions(actor, Permission.VIEW_REGISTRY), region_id)
    version = _version(db)
    known, numbers = _remembered.get(place, (None, {}))
    if known != version:
        numbers = _count(db, actor, region_id)
        _remembered[place] = version, numbers
        while len(_remembered) > _MOST:
            _remembered.popitem(last=False)
    return numbers


def _version(db: Session) -> object:
    """Changes with whatever is done to the network: each action notes it in the logbook, imports add rows too."""
    found = db.execute(_version_query()).one()
    return (*found, clock.today())


@prepared
def _version_query() -> Columns:
    newest = columns(LogEntry.id).order_by(col(LogEntry.id).desc()).limit(1).scalar_subquery()
    youngest = columns(Membership.id).order_by(col(Membership.id).desc()).limit(1).scalar_subquery()
    counted = columns(sql.count()).select_from
    invited = counted(Membership).where(is_invited()).scalar_subquery()
    seated = counted(Affiliation).where(col(Affiliation.ended_on).is_(None)).scalar_subquery()
    return columns(newest, youngest, counted(Membership).scalar_subquery(), invited, seated)


def _count(db: Session, actor: Actor, region_id: UUID | None) -> Mapping[str, int]:
    people = _population(actor, region_id, clock.today())
    counted = db.execute(union_all(*_group_counts(people), *_seats(actor, region_id))).all()
    return Counter({key: int(number or 0) for key, number in counted})


def _population(actor: Actor, region_id: UUID | None, today: date) -> CTE:
    """One row per contact of the regions with what the numbers need."""
    open_seat = col(Affiliation.ended_on).is_(None)
    return (
        columns(
            col(Membership.contact_id),
            sql.max(_one(is_invited())).label("invited"),
            sql.min(_one(is_stale(today))).label("stale"),
            sql.max(_one(and_(col(Affiliation.id).is_not(None), open_seat))).label("seated"),
            sql.max(_one(col(Affiliation.id).is_not(None))).label("known"),
            sql.max(_one(has_role())).label("has_role"),
            sql.max(_one(col(Address.bounced_at).is_not(None))).label("bounced"),
        )
        .outerjoin(Affiliation, col(Affiliation.contact_id) == Membership.contact_id)
        .outerjoin(Address, and_(col(Address.contact_id) == Membership.contact_id, col(Address.is_used)))
        .join(Contact, and_(col(Contact.id) == Membership.contact_id, col(Contact.archived_at).is_(None)))
        .where(of_regions(actor, region_id))
        .group_by(col(Membership.contact_id))
        .cte("people")
        .prefix_with("MATERIALIZED")  # counted seven times, read once
    )


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _group_counts(people: Any) -> list[Columns]:
    here = or_(people.c.seated == 1, people.c.known == 0)
    numbers = {
        "here": here,
        "invited": and_(here, people.c.invited == 1),
        "not-invited": and_(here, people.c.invited == 0),
        "left": ~here,
        "bounced": and_(here, people.c.bounced == 1),
        "stale": and_(here, people.c.stale == 1),
        "no-role": and_(people.c.seated == 1, people.c.has_role == 0),
    }
    return [columns(literal(key), sql.sum(_one(condition))).select_from(people) for key, condition in numbers.items()]


def _seats(actor: Actor, region_id: UUID | None) -> list[Columns]:
    """How many contacts sit there now per sector, as "sector:care", and at how many organisations."""
    contacts = sql.count(col(Affiliation.contact_id).distinct())
    per_sector = columns(literal("sector:") + cast(col(Organisation.sector), String), contacts)
    houses = columns(literal("organisations"), sql.count(col(Organisation.id).distinct()))
    return [
        query.join(Affiliation, col(Affiliation.organisation_id) == Organisation.id)
        .join(Membership, col(Membership.contact_id) == Affiliation.contact_id)
        .where(of_regions(actor, region_id), col(Affiliation.ended_on).is_(None))
        for query in (per_sector.group_by(col(Organisation.sector)), houses)
    ]
