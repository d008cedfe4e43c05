"""The numbers behind the trends, counted by the database in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    SQLColumnExpression,
    and_,
    case,
    literal,
    true,
    union,
    union_all,
)
from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo import i18n
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.db import among, prepared
from bsoo.quarters import Quarter
from bsoo.registry.rows import Columns, columns
from bsoo.signals.inbox import Line, line_columns
from bsoo.signals.models import COUNTED, Level, NothingNew, Signal
from bsoo.signals.queries import as_key, in_quarter, visible
from bsoo.signals.trends import Count


def counts(db: Session, actor: Actor, region_ids: Sequence[UUID] | None, first: Quarter, last: Quarter) -> list[Count]:
    """Organisations by theme and quarter, and who took part at all (by a signal, or by saying "nothing new")."""
    rows = db.execute(_counts(actor, as_key(region_ids), first, last))
    return [
        Count(theme, Quarter(year, quarter), named, openly, signals)
        for theme, year, quarter, named, openly, signals in rows
    ]


@prepared
def _counts(
    actor: Actor, region_ids: tuple[UUID, ...] | None, first: Quarter, last: Quarter
) -> CompoundSelect[*tuple[Any, ...]]:
    organisation, year, quarter = col(Signal.organisation_id), col(Signal.year), col(Signal.quarter)
    openly = case((col(Signal.level) != Level.SENSITIVE, organisation))
    mine = and_(
        regions_where(actor, Permission.VIEW_TRENDS, Signal.region_id),
        among(col(Signal.region_id), region_ids) if region_ids is not None else true(),
        among(col(Signal.state), COUNTED),
        _between(year, quarter, first, last),
    )
    themes = columns(
        col(Signal.theme), year, quarter, sql.count(organisation.distinct()), sql.count(openly.distinct()), sql.count()
    ).where(mine)
    quiet = columns(col(NothingNew.year), col(NothingNew.quarter), col(NothingNew.organisation_id)).where(
        regions_where(actor, Permission.VIEW_TRENDS, NothingNew.region_id),
        among(col(NothingNew.region_id), region_ids) if region_ids is not None else true(),
        _between(col(NothingNew.year), col(NothingNew.quarter), first, last),
    )
    heard = columns(year.label("year"), quarter.label("quarter"), organisation.label("organisation_id"))
    voices = union(heard.where(mine, organisation.is_not(None)), quiet).subquery()
    everybody = columns(literal(""), voices.c.year, voices.c.quarter, sql.count(), sql.count(), literal(0))
    # Grouped in the order of the index, so that nothing is sorted.
    return union_all(
        themes.group_by(year, quarter, col(Signal.theme)), everybody.group_by(voices.c.year, voices.c.quarter)
    )


def _between(
    year: SQLColumnExpression[int], quarter: SQLColumnExpression[int], first: Quarter, last: Quarter
) -> ColumnElement[bool]:
    place = year * 4 + quarter
    return and_(
        year >= first.year,
        year <= last.year,
        place >= first.year * 4 + first.number,
        place <= last.year * 4 + last.number,
    )


BEHIND = 10
"""Signals on one page of the drill-down."""


@dataclass(frozen=True, slots=True)
class Behind:
    """The signals behind one cell, a page at a time."""

    lines: list[Line]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // BEHIND))


def behind(
    db: Session, actor: Actor, region_ids: Sequence[UUID] | None, theme: str, quarter: Quarter, page: int = 1
) -> Behind:
    """The drill-down: signals of a theme in a quarter, for readers who may see signals."""
    query = _behind(actor, as_key(region_ids), theme, quarter, i18n.language(), page)
    lines = [Line(*row) for row in db.execute(query)]
    return Behind(lines, lines[0].of if lines else 0, page)


@prepared
def _behind(
    actor: Actor, region_ids: tuple[UUID, ...] | None, theme: str, quarter: Quarter, language: str, page: int
) -> Columns:
    return line_columns(
        visible(actor, region_ids),
        col(Signal.theme) == theme,
        in_quarter(quarter),
        among(col(Signal.state), COUNTED),
        order=(col(Signal.submitted_at).desc(),),
        language=language,
        page=page,
        size=BEHIND,
    )
