"""The list of people: found by a part of a name, organisation, role, address or number; filtered, sorted, in pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    String,
    and_,
    cast,
    exists,
    or_,
    true,
)
from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.db import prepared
from bsoo.registry import counting
from bsoo.registry.conditions import has_left, has_role, has_seat, is_invited, is_stale, of_regions, visible
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, Sector
from bsoo.registry.rows import Columns, columns
from bsoo.registry.searching import terms

PAGE = 50
GROUPS = ("", "invited", "not-invited", "left")
LOOKS = ("bounced", "stale", "no-role")
ORDERS = ("name", "-name", "organisation", "-organisation", "confirmed", "-confirmed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for."""

    text: str = ""
    region_id: UUID | None = None
    group: str = ""
    """Empty for everybody who is there; invited, not-invited or left."""
    sectors: tuple[Sector, ...] = ()
    themes: tuple[str, ...] = ()
    look: tuple[str, ...] = ()
    """Details to look at: bounced, stale, no-role."""
    order: str = "name"
    page: int = 1

    @property
    def filters(self) -> int:
        return len(self.sectors) + len(self.themes) + len(self.look)


@dataclass(slots=True)
class Person:
    """A line of the list."""

    id: UUID
    name: str
    is_role_mailbox: bool
    role: str = ""
    organisation_id: UUID | None = None
    organisation: str = ""
    more_organisations: int = 0
    ended_on: date | None = None
    email: str = ""
    bounced_at: datetime | None = None
    region_ids: tuple[UUID, ...] = ()
    invited: bool | None = None
    stopped: bool = False
    confirmed_on: date | None = None


class People:
    """A page of the list. The numbers beside the filters are counted only when a template shows them."""

    def __init__(self, db: Session, actor: Actor, wanted: Wanted) -> None:
        self._db, self._actor, self.wanted = db, actor, wanted
        self.page = max(1, wanted.page)
        self.total, self.people = self._read()
        if not self.people and self.page > 1:
            self.page = 1
            self.total, self.people = self._read()
        self.pages = max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.total)

    def _read(self) -> tuple[int, list[Person]]:
        """The total, and the contacts of this page with their seats, address and memberships, in one statement."""
        lines: dict[UUID, list[Any]] = {}
        total = 0
        for row in self._db.execute(_page(self._actor, self.wanted, self.page, clock.today())):
            lines.setdefault(row[0], []).append(row)
            total = row[-1]
        return total, [_person(rows, self.wanted.region_id) for rows in lines.values()]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many per group, sector and look in the chosen regions, and how many organisations."""
        return counting.counts(self._db, self._actor, self.wanted.region_id)


@prepared
def _page(actor: Actor, wanted: Wanted, number: int, today: date) -> Columns:
    conditions = _conditions(actor, wanted, today)
    # A count of its own: counted over the page's rows, all of them would be sorted before the first fifty are taken.
    total = columns(sql.count()).select_from(Contact).where(*conditions).correlate(None).scalar_subquery()
    page = (
        columns(Contact.id, _order_key(wanted.order).label("key"), Contact.sort_name, total.label("total"))
        .where(*conditions)
        .order_by(*_ordering(wanted.order))
        .limit(PAGE)
        .offset((number - 1) * PAGE)
        .subquery()
    )
    return _lines(actor, page, wanted.order)


def matching(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What makes somebody stand in this list, for those who take the whole of it."""
    return _conditions(actor, wanted, clock.today())


def _conditions(actor: Actor, wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    contact_id: SQLColumnExpression[UUID] = col(Contact.id)
    asked = [col(Contact.archived_at).is_(None), visible(actor, wanted.region_id)]
    asked += [col(Contact.search).contains(term, autoescape=True) for term in terms(wanted.text)]
    asked.append(has_left(contact_id) if wanted.group == "left" else ~has_left(contact_id))
    if wanted.group in ("invited", "not-invited"):
        asked.append(_member(actor, wanted, is_invited() if wanted.group == "invited" else ~is_invited()))
    if wanted.sectors or wanted.themes:
        asked.append(_seated(wanted))
    asked += [_looks(actor, wanted, today)[look] for look in wanted.look]
    return asked


def _member(actor: Actor, wanted: Wanted, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    member = exists().where(col(Membership.contact_id) == Contact.id, of_regions(actor, wanted.region_id), condition)
    return member.correlate_except(Membership)


def _seated(wanted: Wanted) -> ColumnElement[bool]:
    """At an organisation of one of these sectors that works on one of these themes."""
    themes = [cast(col(Organisation.themes), String).contains(f'"{code}"', autoescape=True) for code in wanted.themes]
    seat = exists().where(
        col(Affiliation.contact_id) == Contact.id,
        col(Organisation.id) == Affiliation.organisation_id,
        col(Organisation.sector).in_(wanted.sectors) if wanted.sectors else true(),
        or_(*themes) if themes else true(),
    )
    return seat.correlate_except(Affiliation, Organisation)


def _looks(actor: Actor, wanted: Wanted, today: date) -> dict[str, ColumnElement[bool]]:
    contact_id: SQLColumnExpression[UUID] = col(Contact.id)
    used = and_(col(Address.contact_id) == contact_id, col(Address.is_used))
    with_role = exists().where(col(Affiliation.contact_id) == contact_id, has_role())
    return {
        "bounced": exists().where(used, col(Address.bounced_at).is_not(None)).correlate_except(Address),
        "stale": _member(actor, wanted, is_stale(today)),
        "no-role": and_(has_seat(contact_id), ~with_role.correlate_except(Affiliation)),
    }


# --- order and lines --------------------------------------------------------------------------------------------------


def _order_key(order: str) -> SQLColumnExpression[Any]:  # Any: a name or a date
    if order.endswith("organisation"):
        first_name = columns(sql.min(Organisation.name)).where(
            col(Affiliation.contact_id) == Contact.id, col(Organisation.id) == Affiliation.organisation_id
        )
        return sql.lower(sql.coalesce(first_name.correlate(Contact).scalar_subquery(), ""))
    if order.endswith("confirmed"):
        newest = columns(sql.max(Membership.confirmed_on)).where(col(Membership.contact_id) == Contact.id)
        return sql.coalesce(newest.correlate(Contact).scalar_subquery(), date.min)
    return col(Contact.sort_name)


def _ordering(order: str) -> list[SQLColumnExpression[Any]]:  # Any: as above
    key = _order_key(order)
    turned = key.desc() if order.startswith("-") else key
    return [turned, *([] if order.endswith("name") else [col(Contact.sort_name)]), col(Contact.id)]


def _lines(actor: Actor, page: Any, order: str) -> Columns:  # Any: a subquery has no type for its columns
    """Contact, seat, address and membership for each contact of the page; open seats first."""
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
            page.c.total,
        )
        .join(page, page.c.id == Contact.id)
        .outerjoin(Affiliation, col(Affiliation.contact_id) == Contact.id)
        .outerjoin(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .outerjoin(Address, and_(col(Address.contact_id) == Contact.id, col(Address.is_used)))
        .outerjoin(Membership, and_(col(Membership.contact_id) == Contact.id, of_regions(actor, None)))
        .order_by(page.c.key.desc() if order.startswith("-") else page.c.key, page.c.sort_name, page.c.id)
    )


def _person(rows: Sequence[Any], region_id: UUID | None) -> Person:
    """One line out of the rows of a contact: the seat that runs goes first, the chosen region's membership counts."""
    seats = sorted({row[3]: row[4:8] for row in rows if row[3] is not None}.values(), key=_ended_last)
    memberships = {row[10]: row[11:14] for row in rows if row[10] is not None}
    chosen = [memberships[region_id]] if region_id in memberships else list(memberships.values())
    contact_id, name, is_role_mailbox = rows[0][:3]
    role, house_id, house, ended_on = seats[0] if seats else ("", None, "", None)
    return Person(
        id=contact_id,
        name=name,
        is_role_mailbox=is_role_mailbox,
        role=role,
        organisation_id=house_id,
        organisation=house,
        more_organisations=len({seat[1] for seat in seats if seat[3] is None} - {house_id}),
        ended_on=ended_on,
        email=rows[0][8] or "",
        bounced_at=rows[0][9],
        region_ids=tuple(memberships),
        invited=any(invited for invited, _, _ in chosen) if chosen else None,
        stopped=any(stopped_at is not None for _, stopped_at, _ in chosen),
        confirmed_on=max((confirmed for _, _, confirmed in chosen if confirmed is not None), default=None),
    )


def _ended_last(seat: Any) -> tuple[bool, str]:
    return seat[3] is not None, seat[2]
