"""The list of people: found by a part of a name, organisation, role, address or number; filtered, sorted, in pages."""

from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, case, literal, or_
from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.db import prepared
from bsoo.registry.conditions import visible
from bsoo.registry.finding import counting, typed, version
from bsoo.registry.finding.forgiving import Forgiven, forgive
from bsoo.registry.finding.heard import last_heard
from bsoo.registry.finding.lines import Person, Row, lines, person
from bsoo.registry.finding.narrowing import conditions
from bsoo.registry.finding.searching import ESCAPE
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import Affiliation, Contact, Membership, Organisation
from bsoo.registry.rows import Columns, columns

PAGE = 50
_WIDTH = len(Row._fields)


class People:
    """A page of the list. The numbers beside the filters are counted only when a template shows them."""

    def __init__(self, db: Session, actor: Actor, wanted: Wanted) -> None:
        self._db, self._actor, self.wanted = db, actor, wanted
        self.page = max(1, wanted.page)
        self.forgiven: Forgiven | None = None
        self.total, self.people = self._read()
        if not self.people and self.page > 1:
            self.page = 1
            self.total, self.people = self._read()
        if not self.people and wanted.text:
            self._forgive()
        self.pages = max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.total)

    def _read(self) -> tuple[int, list[Person]]:
        """The total, and the contacts of this page with their seats, address and memberships, in one statement.

        Only behind a full page are more people than were seen; they are counted with the numbers beside the filters.
        """
        found: dict[UUID, list[Row]] = {}
        text, wanted = self.wanted.text, replace(self.wanted, text="")
        page = _page(self._actor, wanted, typed.shape(text), self.page, clock.today())
        for read in self._db.execute(page, typed.values(text)):
            found.setdefault(read[0], []).append(Row._make(read[:_WIDTH]))
        if not found:
            return 0, []
        version.remember(self._db, read[_WIDTH:])
        here = [person(rows, self.wanted.region_id, clock.today()) for rows in found.values()]
        if len(here) < PAGE:
            return (self.page - 1) * PAGE + len(here), here
        return self.counts["total"], here

    def _forgive(self) -> None:
        """Look again with the words that were probably meant; from here on those are what is wanted."""
        if (found := forgive(self._db, self._actor, self.wanted)) is None:
            return
        typed, self.wanted = self.wanted, found.wanted
        self.total, self.people = self._read()
        if self.people:
            self.forgiven = found
        else:
            self.wanted = typed

    @cached_property
    def counts(self) -> counting.Counts:
        """How many there would be with each value of each filter."""
        return counting.counts(self._db, self._actor, self.wanted)

    @cached_property
    def all_counts(self) -> counting.Counts:
        """The same numbers when nothing is chosen."""
        return counting.counts(self._db, self._actor, Wanted(region_id=self.wanted.region_id))


def matching(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What makes somebody stand in this list, for those who take the whole of it."""
    return conditions(actor, wanted, clock.today())


def ids(db: Session, actor: Actor, wanted: Wanted, *, among_these: set[UUID] | None = None) -> list[UUID]:
    """Everybody whom the filters leave; or of some contacts those whom the actor may see, whatever the filters say."""
    if among_these is None:
        return list(db.scalars(columns(Contact.id).where(*matching(actor, wanted))))
    here = [col(Contact.archived_at).is_(None), visible(actor, wanted.region_id), col(Contact.id).in_(among_these)]
    return list(db.scalars(columns(Contact.id).where(*here)))


@prepared
def _page(actor: Actor, wanted: Wanted, words: typed.Shape, number: int, today: date) -> Columns:
    asked = [*conditions(actor, wanted, today), *typed.says(words)]
    heard = last_heard(actor) if wanted.order.endswith("heard") else None
    key = sql.coalesce(heard.c.on, date.min) if heard is not None else _order_key(wanted, words)
    found = columns(Contact.id, key.label("key"), Contact.sort_name).where(*asked)
    if heard is not None:
        found = found.select_from(Contact).outerjoin(heard, heard.c.contact_id == Contact.id)
    page = (
        found.order_by(_turned(wanted, key), col(Contact.sort_name), col(Contact.id))
        .limit(PAGE)
        .offset((number - 1) * PAGE)
        .cte("page")
        .prefix_with("MATERIALIZED")  # each table that the lines read asks it for whom
    )
    return lines(actor, page, _turned(wanted, page.c.key), today)


# --- order --------------------------------------------------------------------------------------------------


def _order_key(wanted: Wanted, words: typed.Shape) -> SQLColumnExpression[Any]:  # Any: a name, a date or a number
    order = wanted.order.removeprefix("-")
    if order == "organisation":
        first_name = columns(sql.min(Organisation.name)).where(
            col(Affiliation.contact_id) == Contact.id, col(Organisation.id) == Affiliation.organisation_id
        )
        return sql.lower(sql.coalesce(first_name.correlate(Contact).scalar_subquery(), ""))
    if order == "confirmed":
        newest = columns(sql.max(Membership.confirmed_on)).where(col(Membership.contact_id) == Contact.id)
        return sql.coalesce(newest.correlate(Contact).scalar_subquery(), date.min)
    if order == "changed":
        return col(Contact.updated_at)
    return col(Contact.sort_name) if order or not words else sum(map(_misfit, typed.as_typed(words)), literal(0))


def _misfit(word: list[ColumnElement[str]]) -> SQLColumnExpression[int]:
    """How far a word is from what somebody is called: their very name, its beginning, another word of theirs, less."""
    name, called = literal(" ") + col(Contact.sort_name) + " ", literal(" ") + col(Contact.search)
    begins = [literal(" ") + one for one in word]
    return case(
        (or_(*(name.contains(one + " ", escape=ESCAPE) for one in begins)), 0),
        (or_(*(name.contains(one, escape=ESCAPE) for one in begins)), 1),
        (or_(*(called.contains(one, escape=ESCAPE) for one in begins)), 2),
        else_=3,
    )


def _turned(wanted: Wanted, key: Any) -> Any:  # Any: a column as it is sorted
    return key.desc() if wanted.order.startswith("-") else key
