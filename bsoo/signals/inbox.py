"""Signals in lists: the inbox of staff, and the lines that other lists show too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, true
from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo import clock, i18n
from bsoo.access.actor import Actor
from bsoo.regions import Region
from bsoo.registry.models import Organisation
from bsoo.registry.rows import columns
from bsoo.signals.models import Level, Signal, State, Theme
from bsoo.signals.quarters import quarter_of
from bsoo.signals.queries import in_quarter, visible

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
    def age(self) -> int:
        """In days on the wall."""
        return (clock.today() - self.submitted_at.astimezone(clock.ZONE).date()).days


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
    moment = col(Signal.submitted_at)
    waits = tab in ("nieuw", "wacht")
    lines = lines_where(
        db,
        visible(actor, region_ids),
        col(Signal.state).in_(TABS[tab]),
        in_quarter(quarter_of(clock.today())) if tab in THIS_QUARTER else true(),
        order=(col(Signal.urgent).desc(), moment) if waits else (moment.desc(),),
        page=page,
    )
    return Inbox(tab, lines, counts, quarter_total, page)


def _counts(db: Session, actor: Actor, region_ids: Sequence[UUID] | None) -> tuple[dict[str, int], int]:
    now = quarter_of(clock.today())
    current = in_quarter(now)
    rows = db.execute(
        columns(col(Signal.state), sql.count(), sql.count().filter(current))
        .where(visible(actor, region_ids), col(Signal.state) != State.DRAFT)
        .group_by(col(Signal.state))
    ).all()
    total = {state: (count, here) for state, count, here in rows}
    counts = {
        tab: sum(total.get(state, (0, 0))[tab in THIS_QUARTER] for state in states) for tab, states in TABS.items()
    }
    return counts, sum(here for _count, here in total.values())


def lines_where(
    db: Session,
    *where: ColumnElement[bool],
    order: Sequence[SQLColumnExpression[Any]],
    page: int = 1,
    size: int = PAGE,
) -> list[Line]:
    """A page of signals as columns; each line also knows how many there are in all."""
    name = col(Theme.name_nl) if i18n.language() == "nl" else col(Theme.name_en)
    rows = db.execute(
        columns(
            col(Signal.id),
            col(Signal.title),
            name,
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
    ).all()
    return [Line(*row) for row in rows]
