"""The numbers beside the filters of the list of people: counted when something changed, remembered in between."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, String, and_, case, cast, exists, literal, union_all
from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.db import among, prepared
from bsoo.registry.conditions import organisation_visible
from bsoo.registry.finding import typed, version
from bsoo.registry.finding.narrowing import OF_SEATS, conditions, sits_there, works_on
from bsoo.registry.finding.population import groups, looks, passes, population
from bsoo.registry.finding.trusting import is_there, one
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.finding.within import wholes
from bsoo.registry.models import Affiliation, Contact, Membership, Organisation
from bsoo.registry.rows import Columns, columns
from bsoo.registry.snapshots import table_of

_HOUSE = "house:"
_MOST_SHOWN = 10
"""Of positions and organisations: those with the most people, after those that were chosen."""


class Counts(Counter[str]):
    """Numbers by key; `names` says what the organisations among the keys are called."""

    names: Mapping[str, str] = MappingProxyType({})


_remembered = version.Remembered[Counts](100)


def counts(db: Session, actor: Actor, wanted: Wanted) -> Counts:
    """How many there would be with each value of each filter, beside what else is chosen.

    "total" is all of the list, "here" everybody of the regions, "sector:care" who would be left with that one;
    "organisations" is where they sit.
    """
    asked = replace(wanted, order="", page=1)
    return _remembered.get(db, actor, asked, lambda: _read(db, actor, asked))


def _read(db: Session, actor: Actor, wanted: Wanted) -> Counts:
    """The databases write an id each in its own way; a key says it as Python does."""
    found, names = Counts(), dict[str, str]()
    asked = _counts(actor, replace(wanted, text=""), typed.shape(wanted.text), clock.today())
    for key, number, name in db.execute(asked, typed.values(wanted.text)):
        told = _HOUSE + str(UUID(key.removeprefix(_HOUSE))) if key.startswith(_HOUSE) else key
        found[told] += int(number or 0)
        if name:
            names[told.removeprefix(_HOUSE)] = name
    found.names = names
    return found


@prepared
def _counts(actor: Actor, wanted: Wanted, words: typed.Shape, today: date) -> Any:  # Any: a union has no column types
    people = population(actor, wanted, words, today)
    seats = _seats(people, wanted)
    return union_all(
        *_of_people(people, wanted),
        *_of_the_placeless(actor, wanted, words, today),
        *_of_seats(seats, wanted),
        _of_houses(actor, seats, wanted),
    )


def _of_people(people: Any, wanted: Wanted) -> list[Columns]:
    """The whole list, groups and looks in one reading of the population; languages and trust."""
    all_but_group, all_chosen = and_(*passes(people, wanted, but="groups")), and_(*passes(people, wanted))
    asked = {"total": all_chosen}
    asked |= {key: and_(all_but_group, group) for key, group in groups(people).items()}
    asked |= {key: and_(all_chosen, look) for key, look in looks(people).items()}
    read = columns(*(sql.sum(one(holds)).label(key) for key, holds in asked.items())).select_from(people)
    numbers = read.cte("numbers").prefix_with("MATERIALIZED")
    spoken = _row(literal("language:") + people.c.language, sql.count()).group_by(people.c.language)
    trusted = _row(literal("trust:") + people.c.trust, sql.count()).group_by(people.c.trust)
    return [
        *(_row(literal(key), numbers.c[key]) for key in asked),
        spoken.where(*passes(people, wanted, but="languages")),
        trusted.where(is_there(people), *passes(people, wanted, but="trust")),
    ]


def _of_the_placeless(actor: Actor, wanted: Wanted, words: typed.Shape, today: date) -> list[Columns]:
    """Who sees all regions has those without any in the list too; no other number is about them."""
    if wanted.region_id is not None or permitted_regions(actor, Permission.VIEW_REGISTRY) is not None:
        return []
    placed = exists().where(col(Membership.contact_id) == Contact.id).correlate_except(Membership)
    found = _row(literal("total"), sql.count()).select_from(Contact)
    return [found.where(~placed, *conditions(actor, wanted, today), *typed.says(words))]


def _seats(people: Any, wanted: Wanted) -> CTE:
    """Every seat of who passes the filters that are not about seats, with which of the others they pass."""
    ours = [people.c[name] for name in OF_SEATS if getattr(wanted, name)]
    own = (people.c.contact_id, Affiliation.organisation_id, Affiliation.role, Organisation.sector)
    return (
        columns(*own, *ours)
        .select_from(people)
        .join(Affiliation, col(Affiliation.contact_id) == people.c.contact_id)
        .join(Organisation, col(Affiliation.organisation_id) == Organisation.id)
        .where(sits_there(wanted.group), *passes(people, replace(wanted, sectors=(), themes=(), houses=(), roles=())))
        .cte("seats")
        .prefix_with("MATERIALIZED")
    )


def _of_seats(seats: Any, wanted: Wanted) -> list[Columns]:
    """Contacts per sector, theme and role, each once however many seats they have; and organisations."""
    theme, number, role = table_of("theme"), _number(seats), seats.c.role
    some = col(Organisation.id).in_(columns(seats.c.organisation_id))
    done = columns(theme.c.code, col(Organisation.id).label("house")).join(theme, works_on(theme.c.code))
    works = done.where(some).cte("works").prefix_with("MATERIALIZED")  # asked per organisation, not per seat
    sectors = _row(literal("sector:") + cast(seats.c.sector, String), number).group_by(seats.c.sector)
    themes = _row(literal("theme:") + works.c.code, number).group_by(works.c.code)
    roles = _row(literal("role:") + role, number).group_by(role)
    houses = _row(literal("organisations"), sql.count(seats.c.organisation_id.distinct()))
    return [
        sectors.where(*_sit(seats, wanted, "sectors")),
        themes.join_from(seats, works, works.c.house == seats.c.organisation_id).where(*_sit(seats, wanted, "themes")),
        _most_common(roles.where(role != "", *_sit(seats, wanted, "roles")), role, wanted.roles, number),
        houses.where(*_sit(seats, wanted)),
    ]


def _of_houses(actor: Actor, seats: Any, wanted: Wanted) -> Columns:
    """Contacts per organisation, those of its departments with it; of organisations that the actor may see."""
    tree = wholes()
    own = columns(seats.c.contact_id, seats.c.organisation_id).where(*_sit(seats, wanted, "houses"))
    higher = own.with_only_columns(seats.c.contact_id, tree.c.whole).join(tree, tree.c.house == seats.c.organisation_id)
    sits = own.union_all(higher).subquery()
    contact_id, house_id = sits.c
    number = sql.count(contact_id.distinct())
    found = (
        _row(literal(_HOUSE) + cast(col(Organisation.id), String), number, col(Organisation.name))
        .join(sits, house_id == Organisation.id)
        .where(organisation_visible(actor))
        .group_by(col(Organisation.id), col(Organisation.name))
    )
    return _most_common(found, col(Organisation.id), wanted.houses, number)


def _sit(seats: Any, wanted: Wanted, but: str = "") -> list[ColumnElement[bool]]:
    return [seats.c[name] == 1 for name in OF_SEATS if name != but and getattr(wanted, name)]


def _number(seats: Any) -> Any:  # Any: a number
    return sql.count(seats.c.contact_id.distinct())


def _most_common(asked: Columns, value: Any, chosen_ones: Collection[object], number: Any) -> Columns:  # Any: columns
    """The values that most people have; those that were chosen always."""
    first = [case((among(value, chosen_ones), 0), else_=1)] if chosen_ones else []
    most = asked.order_by(*first, number.desc(), value).limit(_MOST_SHOWN).subquery()
    return columns(*most.c)


def _row(key: Any, number: Any, name: Any = None) -> Columns:  # Any: columns
    return columns(key.label("key"), number.label("number"), (literal("") if name is None else name).label("name"))
