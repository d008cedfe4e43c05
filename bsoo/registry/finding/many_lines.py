"""What can be done to many people at once, and which rows become different by it: only where the actor may edit."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.registry.conditions import is_invited, is_member
from bsoo.registry.models import Affiliation, Contact, Membership, MemberStatus, Organisation, OrganisationRegion
from bsoo.registry.rows import columns


class What(StrEnum):
    """What can be done to many; the words are in registry/finding/words_of_many.py."""

    INVITE = "invite"
    NOT_INVITE = "not-invite"
    CONFIRM = "confirm"
    LEFT = "left"
    STATUS = "status"
    LANGUAGE = "language"
    THEME = "theme"
    NO_THEME = "no-theme"
    SECTOR = "sector"


NEEDS_VALUE = frozenset({What.STATUS, What.LANGUAGE, What.THEME, What.NO_THEME, What.SECTOR})
OF_HOUSES = frozenset({What.THEME, What.NO_THEME, What.SECTOR})
"""These change the organisations where the people sit."""


@dataclass(slots=True)
class Line:
    """One row that would become different."""

    row_id: UUID
    owner_id: UUID
    """The contact, or of a change to organisations the organisation."""
    name: str
    region_id: UUID | None
    values: dict[str, object]


def lines(
    db: Session, actor: Actor, chosen: Sequence[UUID], what: What, value: str, region_id: UUID | None
) -> Iterator[Line]:
    """The rows that would become different."""
    return _READERS[table_of_change(what)](db, actor, chosen, what, value, region_id)


def table_of_change(what: What) -> str:
    return "organisation" if what in OF_HOUSES else _TABLES.get(what, "membership")


def _of(actor: Actor, column: Any) -> ColumnElement[bool]:  # Any: as above
    return regions_where(actor, Permission.EDIT_REGISTRY, column)


def _memberships(
    db: Session, actor: Actor, chosen: Sequence[UUID], what: What, value: str, region_id: UUID | None
) -> Iterator[Line]:
    """Places in a region; who said "no more" is not invited again by a change to many."""
    different: dict[What, tuple[ColumnElement[bool], dict[str, object]]] = {
        What.INVITE: (
            ~is_invited() & col(Membership.stopped_at).is_(None),
            {"invited": True, "status": MemberStatus.MEMBER},
        ),
        What.NOT_INVITE: (is_member() & col(Membership.invited), {"invited": False}),
        What.STATUS: (col(Membership.status) != value, {"status": value}),
        What.CONFIRM: (
            col(Membership.confirmed_on).is_distinct_from(clock.today()),
            {"confirmed_on": clock.today()},
        ),
    }
    condition, values = different[what]
    asked = (
        columns(Membership.id, Contact.id, Contact.display_name, Membership.region_id)
        .join(Contact, col(Contact.id) == Membership.contact_id)
        .where(_of(actor, Membership.region_id), col(Contact.id).in_(chosen), condition)
        .order_by(col(Contact.sort_name), col(Contact.id))
    )
    if region_id is not None:
        asked = asked.where(col(Membership.region_id) == region_id)
    for row_id, contact_id, name, region in db.execute(asked):
        yield Line(row_id, contact_id, name, region, values)


def _mine(actor: Actor, region_id: UUID | None) -> ColumnElement[bool]:
    """Contacts of a region where the actor may edit."""
    member = exists().where(col(Membership.contact_id) == Contact.id, _of(actor, Membership.region_id))
    if region_id is not None:
        member = member.where(col(Membership.region_id) == region_id)
    return member.correlate_except(Membership)


def _contacts(
    db: Session, actor: Actor, chosen: Sequence[UUID], what: What, value: str, region_id: UUID | None
) -> Iterator[Line]:
    asked = columns(Contact.id, Contact.display_name).where(
        _mine(actor, region_id), col(Contact.id).in_(chosen), col(Contact.language) != value
    )
    for contact_id, name in db.execute(asked.order_by(col(Contact.sort_name), col(Contact.id))):
        yield Line(contact_id, contact_id, name, region_id, {"language": value})


def _seats(
    db: Session, actor: Actor, chosen: Sequence[UUID], what: What, value: str, region_id: UUID | None
) -> Iterator[Line]:
    """Every seat that runs ends today."""
    asked = (
        columns(Affiliation.id, Contact.id, Contact.display_name)
        .join(Contact, col(Contact.id) == Affiliation.contact_id)
        .where(_mine(actor, region_id), col(Contact.id).in_(chosen), col(Affiliation.ended_on).is_(None))
        .order_by(col(Contact.sort_name), col(Contact.id))
    )
    for row_id, contact_id, name in db.execute(asked):
        yield Line(row_id, contact_id, name, region_id, {"ended_on": clock.today()})


def _houses(
    db: Session, actor: Actor, chosen: Sequence[UUID], what: What, value: str, region_id: UUID | None
) -> Iterator[Line]:
    """The organisations where they sit now, of regions where the actor may edit."""
    here = exists().where(
        col(OrganisationRegion.organisation_id) == Organisation.id, _of(actor, OrganisationRegion.region_id)
    )
    asked = (
        columns(Organisation.id, Organisation.name, Organisation.sector, Organisation.themes)
        .where(
            here.correlate_except(OrganisationRegion),
            col(Organisation.id).in_(
                select(Affiliation.organisation_id).where(
                    col(Affiliation.contact_id).in_(chosen), col(Affiliation.ended_on).is_(None)
                )
            ),
        )
        .order_by(col(Organisation.name), col(Organisation.id))
    )
    for house_id, name, sector, themes in db.execute(asked):
        values = _of_house(what, value, sector, list(themes))
        if values:
            yield Line(house_id, house_id, name, region_id, values)


def _of_house(what: What, value: str, sector: str, themes: list[str]) -> dict[str, object]:
    if what is What.SECTOR:
        return {"sector": value} if sector != value else {}
    if what is What.THEME:
        return {"themes": [*themes, value]} if value not in themes else {}
    return {"themes": [code for code in themes if code != value]} if value in themes else {}


_TABLES = {What.LEFT: "affiliation", What.LANGUAGE: "contact"}
_Reader = Callable[[Session, Actor, Sequence[UUID], What, str, UUID | None], Iterator[Line]]
_READERS: dict[str, _Reader] = {
    "membership": _memberships,
    "contact": _contacts,
    "affiliation": _seats,
    "organisation": _houses,
}
