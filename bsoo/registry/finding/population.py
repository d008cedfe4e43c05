"""Everybody whom the numbers beside the filters are counted of: one row each, read once."""

from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, true
from sqlalchemy import func as sql
from sqlmodel import col

from bsoo.access.actor import Actor
from bsoo.db import among
from bsoo.registry.conditions import is_invited, is_member, is_stale, of_regions
from bsoo.registry.finding import typed
from bsoo.registry.finding.narrowing import FILTERS, LOOK, chosen
from bsoo.registry.finding.trusting import everybody, is_there, level, one, told
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import Contact, Membership, MemberStatus
from bsoo.registry.rows import columns


def population(actor: Actor, wanted: Wanted, words: typed.Shape, today: date) -> CTE:
    """One row per contact of the regions who has the words: its group, looks and trust, and which filters it passes."""
    asked = everybody(
        columns(
            col(Membership.contact_id),
            sql.max(Contact.language).label("language"),
            _most(is_invited(), "invited"),
            _most(and_(is_member(), ~is_invited()), "not_invited"),
            _most(col(Membership.status) == MemberStatus.GUEST, "guest"),
            _most(col(Membership.status) != MemberStatus.PAST, "takes_part"),
            _most(is_stale(today), "stale"),
            _most(LOOK["silent"](actor, wanted.region_id, today), "silent"),
            *told(actor, today),
            *(_most(part.holds, part.name) for part in chosen(actor, wanted)),
        )
    )
    here = [of_regions(actor, wanted.region_id), col(Contact.archived_at).is_(None)]
    if words:
        said = columns(Contact.id).where(*typed.says(words)).cte("said").prefix_with("MATERIALIZED")
        here.append(col(Membership.contact_id).in_(columns(said.c.id)))  # looked through once, then its places
    people = asked.where(*here).group_by(col(Membership.contact_id)).subquery()
    trust = level(people, today).label("trust")
    return columns(people, trust).cte("people").prefix_with("MATERIALIZED")  # counted many times, read once


def _most(condition: ColumnElement[bool], name: str) -> Any:  # Any: a labelled number
    return sql.max(one(condition)).label(name)


def looks(people: Any) -> dict[str, ColumnElement[bool]]:
    return {
        "bounced": people.c.has_bounced == 1,
        "stale": people.c.stale == 1,
        "no-role": and_(people.c.has_organisation == 1, people.c.has_role == 0),
        "silent": people.c.silent == 1,
        "no-show": people.c.is_no_show == 1,
    }


def groups(people: Any) -> dict[str, ColumnElement[bool]]:
    there = is_there(people)
    return {
        "here": and_(there, people.c.takes_part == 1),
        "invited": and_(there, people.c.invited == 1),
        "not-invited": and_(there, people.c.not_invited == 1),
        "guest": and_(there, people.c.guest == 1),
        "past": and_(there, people.c.takes_part == 0),
        "left": ~there,
    }


def passes(people: Any, wanted: Wanted, *, but: str = "") -> list[ColumnElement[bool]]:
    """All that was chosen, without one filter: within a filter one value is enough, so its others are counted too."""
    flags = [people.c[name] == 1 for name in FILTERS if name != but and getattr(wanted, name)]
    looked_at = [looks(people)[look] for look in wanted.look]
    group = [groups(people)[wanted.group or "here"]] if but != "groups" else []
    trusted = [is_there(people), among(people.c.trust, wanted.trust)] if wanted.trust and but != "trust" else []
    return [true(), *flags, *looked_at, *group, *trusted]
