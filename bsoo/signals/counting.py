"""The numbers behind the trends, counted by the database in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, literal, true, union, union_all
from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.registry.rows import columns
from bsoo.signals.inbox import Line, lines_where
from bsoo.signals.models import COUNTED, Level, NothingNew, Signal
from bsoo.signals.quarters import Quarter
from bsoo.signals.queries import visible
from bsoo.signals.trends import Count


def counts(db: Session, actor: Actor, region_ids: Sequence[UUID] | None, first: Quarter, last: Quarter) -> list[Count]:
    """Organisations by theme and quarter, and who took part at all (by a signal, or by saying "nothing new")."""
    organisation, year, quarter = col(Signal.organisation_id), col(Signal.year), col(Signal.quarter)
    openly = case((col(Signal.level) != Level.SENSITIVE, organisation))
    mine = and_(
        regions_where(actor, Permission.VIEW_TRENDS, Signal.region_id),
        col(Signal.region_id).in_(region_ids) if region_ids is not None else true(),
        col(Signal.state).in_(COUNTED),
        _between(year, quarter, first, last),
    )
    themes = (
        columns(
            col(Signal.theme),
            year,
            quarter,
            sql.count(organisation.distinct()),
            sql.count(openly.distinct()),
            sql.count(),
        )
        .where(mine)
        .group_by(col(Signal.theme), year, quarter)
    )
    quiet = and_(
        regions_where(actor, Permission.VIEW_TRENDS, NothingNew.region_id),
        col(NothingNew.region_id).in_(region_ids) if region_ids is not None else true(),
        _between(col(NothingNew.year), col(NothingNew.quarter), first, last),
    )
    voices = union(
        columns(year.label("year"), quarter.label("quarter"), organisation.label("organisation_id")).where(
            mine, organisation.is_not(None)
        ),
        columns(col(NothingNew.year), col(NothingNew.quarter), col(NothingNew.organisation_id)).where(quiet),
    ).subquery()
    everybody = columns(literal(""), voices.c.year, voices.c.quarter, sql.count(), sql.count(), literal(0)).group_by(
        voices.c.year, voices.c.quarter
    )
    rows = db.execute(union_all(themes, everybody)).all()
    return [
        Count(theme, (year, quarter), named, openly, signals) for theme, year, quarter, named, openly, signals in rows
    ]


def _between(
    year: SQLColumnExpression[int], quarter: SQLColumnExpression[int], first: Quarter, last: Quarter
) -> ColumnElement[bool]:
    place = year * 4 + quarter
    return and_(
        year >= first[0],
        year <= last[0],
        place >= first[0] * 4 + first[1],
        place <= last[0] * 4 + last[1],
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
    where = (
        visible(actor, region_ids),
        col(Signal.theme) == theme,
        col(Signal.year) == quarter[0],
        col(Signal.quarter) == quarter[1],
        col(Signal.state).in_(COUNTED),
    )
    lines = lines_where(db, *where, order=(col(Signal.submitted_at).desc(),), page=page, size=BEHIND)
    return Behind(lines, lines[0].of if lines else 0, page)
