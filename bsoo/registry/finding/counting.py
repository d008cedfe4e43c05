"""The numbers beside the filters of the list of people: counted when something changed, remembered in between."""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, String, and_, case, cast, literal, or_, union_all
from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.db import prepared
from bsoo.logbook import LogEntry
from bsoo.registry.conditions import has_role, is_invited, is_member, is_stale, of_regions
from bsoo.registry.finding.narrowing import LOOK, chosen, sits_there, works_on
from bsoo.registry.finding.searching import says, terms
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import Address, Affiliation, Contact, Membership, MemberStatus, Organisation
from bsoo.registry.rows import Columns, columns
from bsoo.registry.snapshots import table_of

_remembered: OrderedDict[object, tuple[object, Mapping[str, int]]] = OrderedDict()
_MOST = 100
_MOST_ROLES = 10


def counts(db: Session, actor: Actor, wanted: Wanted) -> Mapping[str, int]:
    """How many there would be per group, look, sector, theme, role and language: each beside what else is chosen.

    "here" is everybody, "sector:care" who would be left with that one; "organisations" is where they sit.
    """
    asked = replace(wanted, order="", page=1)
    place = (place_of(db, actor), asked)
    now = version(db)
    known, numbers = _remembered.get(place, (None, {}))
    if known != now:
        counted = db.execute(_counts(actor, asked, clock.today())).all()
        numbers = Counter({key: int(number or 0) for key, number in counted})
        _remembered[place] = now, numbers
        while len(_remembered) > _MOST:
            _remembered.popitem(last=False)
    return numbers


def place_of(db: Session, actor: Actor) -> object:
    """Whose network this is: the database, and the regions that the actor may see of it."""
    return str(db.get_bind().engine.url), permitted_regions(actor, Permission.VIEW_REGISTRY)


def version(db: Session) -> object:
    """Changes with whatever is done to the network: each action notes it in the logbook, imports add rows too."""
    if "network_version" not in db.info or not db.info.get("reads"):
        remember_version(db, db.execute(_version_query()).one())
    return db.info["network_version"]


def remember_version(db: Session, marks: Sequence[object]) -> None:
    """Another statement brought the marks along."""
    db.info["network_version"] = (*marks, clock.today())


def version_marks() -> list[Any]:  # Any: numbers and ids
    newest = columns(LogEntry.id).order_by(col(LogEntry.id).desc()).limit(1).scalar_subquery()
    youngest = columns(Membership.id).order_by(col(Membership.id).desc()).limit(1).scalar_subquery()
    counted = columns(sql.count()).select_from
    invited = counted(Membership).where(is_invited()).scalar_subquery()
    seated = counted(Affiliation).where(col(Affiliation.ended_on).is_(None)).scalar_subquery()
    return [newest, youngest, counted(Membership).scalar_subquery(), invited, seated]


@prepared
def _version_query() -> Columns:
    return columns(*version_marks())


@prepared
def _counts(actor: Actor, wanted: Wanted, today: date) -> Any:  # Any: a union has no type for its columns
    people = _population(actor, wanted, today)
    return union_all(*_of_groups(people, wanted), *_of_seats(people, wanted))


def _population(actor: Actor, wanted: Wanted, today: date) -> CTE:
    """One row per contact of the regions who has the words: its group, its looks, and which filters it passes."""
    open_seat = col(Affiliation.ended_on).is_(None)
    silent = [_most(LOOK["silent"](actor, wanted.region_id, today), "silent")]
    return (
        columns(
            col(Membership.contact_id),
            sql.max(Contact.language).label("language"),
            _most(is_invited(), "invited"),
            _most(and_(is_member(), ~is_invited()), "not_invited"),
            _most(col(Membership.status) == MemberStatus.GUEST, "guest"),
            _most(col(Membership.status) != MemberStatus.PAST, "takes_part"),
            sql.max(_one(is_stale(today))).label("stale"),
            _most(and_(col(Affiliation.id).is_not(None), open_seat), "seated"),
            _most(col(Affiliation.id).is_not(None), "known"),
            _most(has_role(), "has_role"),
            _most(col(Address.bounced_at).is_not(None), "bounced"),
            *silent,
            *(_most(part.holds, part.name) for part in chosen(wanted)),
        )
        .outerjoin(Affiliation, col(Affiliation.contact_id) == Membership.contact_id)
        .outerjoin(Address, and_(col(Address.contact_id) == Membership.contact_id, col(Address.is_used)))
        .join(Contact, and_(col(Contact.id) == Membership.contact_id, col(Contact.archived_at).is_(None)))
        .where(of_regions(actor, wanted.region_id), *(says(term) for term in terms(wanted.text)))
        .group_by(col(Membership.contact_id))
        .cte("people")
        .prefix_with("MATERIALIZED")  # counted many times, read once
    )


def _most(condition: ColumnElement[bool], name: str) -> Any:  # Any: a labelled number
    return sql.max(_one(condition)).label(name)


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _looks(people: Any) -> dict[str, ColumnElement[bool]]:
    return {
        "bounced": people.c.bounced == 1,
        "stale": people.c.stale == 1,
        "no-role": and_(people.c.seated == 1, people.c.has_role == 0),
        "silent": people.c.silent == 1,
    }


def _groups(people: Any) -> dict[str, ColumnElement[bool]]:
    there = or_(people.c.seated == 1, people.c.known == 0)
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
    flags = [people.c[part.name] == 1 for part in chosen(wanted) if part.name != but]
    looks = [_looks(people)[look] for look in wanted.look]
    group = [_groups(people)[wanted.group or "here"]] if but != "groups" else []
    return [*flags, *looks, *group]


def _of_groups(people: Any, wanted: Wanted) -> list[Columns]:
    """Groups, looks and languages: one row of the population each."""
    all_but_group, all_chosen = _passes(people, wanted, but="groups"), _passes(people, wanted)
    numbers = {key: and_(*all_but_group, group) for key, group in _groups(people).items()}
    numbers |= {key: and_(*all_chosen, look) for key, look in _looks(people).items()}
    some = [columns(literal(key), sql.sum(_one(condition))).select_from(people) for key, condition in numbers.items()]
    spoken = columns(literal("language:") + people.c.language, sql.count()).group_by(people.c.language)
    return [*some, spoken.where(*_passes(people, wanted, but="languages"))]


def _of_seats(people: Any, wanted: Wanted) -> list[Columns]:
    """Contacts per sector, theme and role, each once however many seats they have; and organisations."""
    contacts = sql.count(col(Affiliation.contact_id).distinct())
    theme = table_of("theme")
    code, role = theme.c.code, col(Affiliation.role)

    def seats(what: Any, number: Any, but: str = "") -> Columns:  # Any: columns
        return (
            columns(what, number)
            .select_from(people)
            .join(Affiliation, col(Affiliation.contact_id) == people.c.contact_id)
            .join(Organisation, col(Affiliation.organisation_id) == Organisation.id)
            .where(sits_there(wanted.group), *_passes(people, wanted, but=but))
        )

    sector = seats(literal("sector:") + cast(col(Organisation.sector), String), contacts, "sectors")
    themes = seats(literal("theme:") + code, contacts, "themes").join(theme, works_on(code))
    roles = seats(literal("role:") + role, contacts, "roles").where(role != "").group_by(role)
    roles = roles.order_by(contacts.desc(), role).limit(_MOST_ROLES)
    most_common = roles.subquery()
    return [
        sector.group_by(col(Organisation.sector)),
        themes.group_by(code),
        columns(*most_common.c),
        seats(literal("organisations"), sql.count(col(Organisation.id).distinct())),
    ]
