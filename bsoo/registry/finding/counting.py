"""The numbers beside the filters of the list of people: counted when something changed, remembered in between."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, String, and_, case, cast, literal, or_, union_all
from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.db import among, prepared
from bsoo.registry.conditions import has_role, is_invited, is_member, is_stale, of_regions, organisation_visible
from bsoo.registry.finding import version
from bsoo.registry.finding.narrowing import FILTERS, LOOK, chosen, conditions, sits_there, works_on, works_on_all
from bsoo.registry.finding.searching import says, terms
from bsoo.registry.finding.trusting import everybody, is_seated, level, one, points
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.finding.within import wholes
from bsoo.registry.models import Address, Affiliation, Contact, Membership, MemberStatus, Organisation
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
    for key, number, name in db.execute(_counts(actor, wanted, clock.today())):
        told = _HOUSE + str(UUID(key.removeprefix(_HOUSE))) if key.startswith(_HOUSE) else key
        found[told] = int(number or 0)
        if name:
            names[told.removeprefix(_HOUSE)] = name
    found.names = names
    return found


@prepared
def _counts(actor: Actor, wanted: Wanted, today: date) -> Any:  # Any: a union has no type for its columns
    people = _population(actor, wanted, today)
    total = _row(literal("total"), sql.count()).select_from(Contact).where(*conditions(actor, wanted, today))
    return union_all(total, *_of_groups(people, wanted), *_of_seats(people, wanted), _of_houses(actor, people, wanted))


def _population(actor: Actor, wanted: Wanted, today: date) -> CTE:
    """One row per contact of the regions who has the words: its group, looks and trust, and which filters it passes."""
    asked = everybody(
        columns(
            col(Membership.contact_id),
            sql.max(Contact.language).label("language"),
            _most(is_invited(), "invited"),
            _most(and_(is_member(), ~is_invited()), "not_invited"),
            _most(col(Membership.status) == MemberStatus.GUEST, "guest"),
            _most(col(Membership.status) != MemberStatus.PAST, "takes_part"),
            sql.max(one(is_stale(today))).label("stale"),
            _most(is_seated(), "seated"),
            _most(col(Affiliation.id).is_not(None), "known"),
            _most(has_role(), "has_role"),
            _most(col(Address.bounced_at).is_not(None), "bounced"),
            _most(LOOK["silent"](actor, wanted.region_id, today), "silent"),
            _most(LOOK["no-show"](actor, wanted.region_id, today), "no_show"),
            points(actor, today).label("points"),
            *(_most(part.holds, part.name) for part in chosen(actor, wanted)),
        )
    )
    return (
        asked.where(
            of_regions(actor, wanted.region_id),
            col(Contact.archived_at).is_(None),
            *(says(term) for term in terms(wanted.text)),
        )
        .group_by(col(Membership.contact_id))
        .cte("people")
        .prefix_with("MATERIALIZED")  # counted many times, read once
    )


def _most(condition: ColumnElement[bool], name: str) -> Any:  # Any: a labelled number
    return sql.max(one(condition)).label(name)


def _looks(people: Any) -> dict[str, ColumnElement[bool]]:
    return {
        "bounced": people.c.bounced == 1,
        "stale": people.c.stale == 1,
        "no-role": and_(people.c.seated == 1, people.c.has_role == 0),
        "silent": people.c.silent == 1,
        "no-show": people.c.no_show == 1,
    }


def _is_there(people: Any) -> ColumnElement[bool]:
    return or_(people.c.seated == 1, people.c.known == 0)


def _groups(people: Any) -> dict[str, ColumnElement[bool]]:
    there = _is_there(people)
    return {
        "here": and_(there, people.c.takes_part == 1),
        "invited": and_(there, people.c.invited == 1),
        "not-invited": and_(there, people.c.not_invited == 1),
        "guest": and_(there, people.c.guest == 1),
        "past": and_(there, people.c.takes_part == 0),
        "left": ~there,
    }


def _passes(people: Any, wanted: Wanted, *, but: str = "") -> list[ColumnElement[bool]]:
    """All that was chosen, without one filter: within a filter one value is enough, so its others are counted too."""
    flags = [people.c[name] == 1 for name in FILTERS if name != but and getattr(wanted, name)]
    looks = [_looks(people)[look] for look in wanted.look]
    group = [_groups(people)[wanted.group or "here"]] if but != "groups" else []
    trusted = (
        [_is_there(people), among(level(people.c.points), wanted.trust)] if wanted.trust and but != "trust" else []
    )
    return [*flags, *looks, *group, *trusted]


def _of_groups(people: Any, wanted: Wanted) -> list[Columns]:
    """Groups, looks, languages and trust: one row of the population each."""
    all_but_group, all_chosen = _passes(people, wanted, but="groups"), _passes(people, wanted)
    numbers = {key: and_(*all_but_group, group) for key, group in _groups(people).items()}
    numbers |= {key: and_(*all_chosen, look) for key, look in _looks(people).items()}
    some = [_row(literal(key), sql.sum(one(condition))).select_from(people) for key, condition in numbers.items()]
    spoken = _row(literal("language:") + people.c.language, sql.count()).group_by(people.c.language)
    trust = level(people.c.points)
    trusted = _row(literal("trust:") + trust, sql.count()).group_by(trust)
    return [
        *some,
        spoken.where(*_passes(people, wanted, but="languages")),
        trusted.where(_is_there(people), *_passes(people, wanted, but="trust")),
    ]


def _of_seats(people: Any, wanted: Wanted) -> list[Columns]:
    """Contacts per sector, theme and role, each once however many seats they have; and organisations."""
    theme, role = table_of("theme"), col(Affiliation.role)
    worked = columns(people.c.contact_id, works_on_all().label("themes"))
    works = (
        _seats(people, wanted, worked, "themes").cte("works").prefix_with("MATERIALIZED")
    )  # found once, not per theme
    number = sql.count(works.c.contact_id.distinct())
    themes = _row(literal("theme:") + theme.c.code, number).join_from(
        works, theme, works_on(theme.c.code, works.c.themes)
    )

    def seats(what: Any, number: Any, but: str = "") -> Columns:  # Any: columns
        return _seats(people, wanted, _row(what, number), but)

    sector = seats(literal("sector:") + cast(col(Organisation.sector), String), _PEOPLE, "sectors")
    roles = seats(literal("role:") + role, _PEOPLE, "roles").where(role != "").group_by(role)
    return [
        sector.group_by(col(Organisation.sector)),
        themes.group_by(theme.c.code),
        _most_common(roles, role, wanted.roles, _PEOPLE),
        seats(literal("organisations"), sql.count(col(Organisation.id).distinct())),
    ]


def _of_houses(actor: Actor, people: Any, wanted: Wanted) -> Columns:
    """Contacts per organisation, those of its departments with it; of organisations that the actor may see."""
    tree, own = wholes(), columns(people.c.contact_id, Affiliation.organisation_id)
    seats = _seats(people, wanted, own, "houses")
    higher = _seats(people, wanted, own.with_only_columns(people.c.contact_id, tree.c.whole), "houses")
    sits = seats.union_all(higher.join(tree, tree.c.house == Affiliation.organisation_id)).subquery()
    contact_id, house_id = sits.c
    number = sql.count(contact_id.distinct())
    found = (
        _row(literal(_HOUSE) + cast(col(Organisation.id), String), number, col(Organisation.name))
        .join(sits, house_id == Organisation.id)
        .where(organisation_visible(actor))
        .group_by(col(Organisation.id), col(Organisation.name))
    )
    return _most_common(found, col(Organisation.id), wanted.houses, number)


def _seats(people: Any, wanted: Wanted, asked: Columns, but: str) -> Columns:
    return (
        asked.select_from(people)
        .join(Affiliation, col(Affiliation.contact_id) == people.c.contact_id)
        .join(Organisation, col(Affiliation.organisation_id) == Organisation.id)
        .where(sits_there(wanted.group), *_passes(people, wanted, but=but))
    )


def _most_common(asked: Columns, value: Any, chosen_ones: Collection[object], number: Any) -> Columns:  # Any: columns
    """The values that most people have; those that were chosen always."""
    first = [case((among(value, chosen_ones), 0), else_=1)] if chosen_ones else []
    most = asked.order_by(*first, number.desc(), value).limit(_MOST_SHOWN).subquery()
    return columns(*most.c)


def _row(key: Any, number: Any, name: Any = None) -> Columns:  # Any: columns
    return columns(key.label("key"), number.label("number"), (literal("") if name is None else name).label("name"))


_PEOPLE = sql.count(col(Affiliation.contact_id).distinct())
