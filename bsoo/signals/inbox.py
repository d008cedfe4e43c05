"""Signals in lists: the inbox of staff, and the lines that other lists show too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, true
from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo import clock, i18n
from bsoo.access.actor import Actor
from bsoo.db import among, prepared
from bsoo.quarters import Quarter
from bsoo.regions import Region
from bsoo.registry.models import Organisation
from bsoo.registry.rows import Columns, columns
from bsoo.signals.models import Level, Signal, State, Theme
from bsoo.signals.queries import as_key, in_quarter, name_in, visible

PAGE = 50

TABS: dict[str, tuple[State, ...]] = {
    "nieuw": (State.RECEIVED,),
    "wacht": (State.ASKED_BACK,),
    "agenda": (State.ON_AGENDA,),
    "telt": (State.ACCEPTED, State.DISCUSSED, State.ACTION_RUNNING, State.CLOSED, State.REFERRED),
    "niet": (State.DECLINED, State.WITHDRAWN),
}
"""The lists of the inbox by their word in the address; the last two show the running quarter only."""
THIS_QUARTER = frozenset({"telt", "niet"})


@dataclass(frozen=True, slots=True)
class Line:
    """A signal in a list."""

    id: UUID
    title: str
    theme: str
    theme_code: str
    organisation: str
    region: str
    state: State
    urgent: bool
    level: Level
    submitted_at: datetime
    year: int
    quarter: int
    of: int
    """How many lines the whole list has."""

    @property
    def received_on(self) -> date:
        """The day on the wall."""
        return self.submitted_at.astimezone(clock.ZONE).date()


@dataclass(frozen=True, slots=True)
class Inbox:
    """One list of the inbox, with how many are in each."""

    tab: str
    lines: list[Line]
    counts: dict[str, int]
    quarter_total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.counts[self.tab] // PAGE))


def inbox(db: Session, actor: Actor, region_ids: Sequence[UUID] | None, tab: str = "nieuw", page: int = 1) -> Inbox:
    """A list of signals in its order (oldest first where something is asked of us), and the counts: two statements."""
    counts, quarter_total = _counts(db, actor, region_ids)
    page = min(max(page, 1), max(1, -(-counts[tab] // PAGE)))
    query = _tab_lines(actor, as_key(region_ids), tab, Quarter.of(clock.today()), i18n.language(), page)
    return Inbox(tab, [Line(*row) for row in db.execute(query)], counts, quarter_total, page)


@prepared
def _tab_lines(
    actor: Actor, region_ids: tuple[UUID, ...] | None, tab: str, now: Quarter, language: str, page: int
) -> Columns:
    moment = col(Signal.submitted_at)
    waits = tab in ("nieuw", "wacht")
    return line_columns(
        visible(actor, region_ids),
        among(col(Signal.state), TABS[tab]),
        in_quarter(now) if tab in THIS_QUARTER else true(),
        order=(col(Signal.urgent).desc(), moment) if waits else (moment.desc(),),
        language=language,
        page=page,
    )


def _counts(db: Session, actor: Actor, region_ids: Sequence[UUID] | None) -> tuple[dict[str, int], int]:
    *counts, this_quarter = db.execute(_tab_counts(actor, as_key(region_ids), Quarter.of(clock.today()))).one()
    return dict(zip(TABS, counts, strict=True)), this_quarter


@prepared
def _tab_counts(actor: Actor, region_ids: tuple[UUID, ...] | None, now: Quarter) -> Columns:
    """A number for each tab and one for the quarter; each reads its part of an index."""
    state, counted = col(Signal.state), columns(sql.count()).select_from(Signal).where(visible(actor, region_ids))
    tabs = [
        counted.where(among(state, states), in_quarter(now) if tab in THIS_QUARTER else true())
        for tab, states in TABS.items()
    ]
    here = counted.where(state != State.DRAFT, in_quarter(now))
    return columns(*(each.scalar_subquery() for each in (*tabs, here)))


def lines_where(db: Session, *where: ColumnElement[bool], order: Sequence[SQLColumnExpression[Any]]) -> list[Line]:
    """The first signals of which something is true, in an order."""
    return [Line(*row) for row in db.execute(line_columns(*where, order=order, language=i18n.language()))]


def line_columns(
    *where: ColumnElement[bool],
    order: Sequence[SQLColumnExpression[Any]],
    language: str,
    page: int = 1,
    size: int = PAGE,
) -> Columns:
    """A page of signals as the columns of a Line; each also knows how many there are in all."""
    return (
        columns(
            col(Signal.id),
            col(Signal.title),
            name_in(language),
            col(Signal.theme),
            sql.coalesce(Organisation.name, ""),
            col(Region.name),
            col(Signal.state),
            col(Signal.urgent),
            col(Signal.level),
            col(Signal.submitted_at),
            col(Signal.year),
            col(Signal.quarter),
            sql.count().over(),
        )
        .join(Theme, col(Theme.code) == Signal.theme)
        .join(Region, col(Region.id) == Signal.region_id)
        .outerjoin(Organisation, col(Organisation.id) == Signal.organisation_id)
        .where(col(Signal.submitted_at).is_not(None), *where)
        .order_by(*order, col(Signal.id))
        .limit(size)
        .offset((page - 1) * size)
    )
