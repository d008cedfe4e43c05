"""What readers see of an agenda: its items with clock times, the signals behind them, and what waits for a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound
from bsoo.i18n import language
from bsoo.meetings.agenda import BREAK, Box, boxes, minutes_between
from bsoo.meetings.models import AgendaItem, Meeting, Origin, TextLevel
from bsoo.registry.models import Organisation
from bsoo.signals.models import Bundle, Signal, Theme
from bsoo.signals.models import State as SignalState


@dataclass(frozen=True, slots=True)
class Line:
    """An agenda item with its computed clock time."""

    id: UUID
    title: str
    question: str
    presenter: str
    papers: str
    minutes: int
    origin: Origin
    standing_key: str
    level: TextLevel
    signal_id: UUID | None
    bundle_id: UUID | None
    box: Box

    @property
    def kind(self) -> str:
        """How the time bar draws it: b standing, s content, p a break."""
        if self.standing_key == BREAK:
            return "p"
        return "b" if self.origin in {Origin.STANDING, Origin.PREVIOUS_MINUTES} else "s"


@dataclass(frozen=True, slots=True)
class Agenda:
    """A meeting's agenda in order, and how it fits between start and end."""

    lines: tuple[Line, ...]
    length: int

    @property
    def used(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def left(self) -> int:
        """Minutes that are not yet given away; below nought the agenda is too long."""
        return self.length - self.used

    @property
    def bar(self) -> list[tuple[str, int]]:
        rest = ("free", self.left) if self.left >= 0 else ("over", -self.left)
        return [*((line.kind, line.minutes) for line in self.lines), rest]


def agenda_of(db: Session, actor: Actor, meeting: Meeting) -> Agenda:
    """The agenda with clock times; internal items are for staff."""
    require(actor, Permission.VIEW_MEETINGS if actor.is_staff else Permission.VIEW_NETWORK_TEXTS, meeting.region_id)
    agenda = _timed(meeting, _items(db, col(AgendaItem.meeting_id) == meeting.id))
    shown = (
        agenda.lines if actor.is_staff else tuple(one for one in agenda.lines if one.level is not TextLevel.INTERNAL)
    )
    return replace(agenda, lines=shown)


def agenda_item(db: Session, actor: Actor, item_id: UUID) -> AgendaItem:
    """One item, for somebody who may plan meetings in its region."""
    item = db.get(AgendaItem, item_id)
    if item is None:
        raise NotFound
    require(actor, Permission.VIEW_MEETINGS, item.region_id)
    return item


@dataclass(frozen=True, slots=True)
class Source:
    """A signal as it stands under an agenda item, or in the pool."""

    signal_id: UUID
    title: str
    theme: str
    organisation: str
    urgent: bool
    bundle_id: UUID | None
    bundle: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that is ready for the agenda: a signal or bundle, or an item that was parked before."""

    title: str
    themes: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    signals: int = 0
    urgent: bool = False
    signal_id: UUID | None = None
    item_id: UUID | None = None
    minutes: int = 15
    times_parked: int = 0


@dataclass(frozen=True, slots=True)
class Building:
    """Everything on the page where an agenda is built."""

    agenda: Agenda
    sources: Mapping[UUID, Sequence[Source]]
    """The signals behind each item."""
    pool: Sequence[Waiting]


def building(db: Session, actor: Actor, meeting: Meeting) -> Building:
    """The agenda, the signals behind it and what is ready for it, in two statements."""
    require(actor, Permission.VIEW_MEETINGS, meeting.region_id)
    require(actor, Permission.VIEW_SIGNALS, meeting.region_id)
    parked = (
        (col(AgendaItem.region_id) == meeting.region_id)
        & col(AgendaItem.meeting_id).is_(None)
        & (col(AgendaItem.standing_key) == "")
    )
    rows = _items(db, (col(AgendaItem.meeting_id) == meeting.id) | parked)
    behind, ready = _signals(db, meeting.region_id, rows)
    waiting = sorted((row for row in rows if row.meeting_id is None), key=lambda row: -row.times_parked)
    return Building(
        agenda=_timed(meeting, [row for row in rows if row.meeting_id is not None]),
        sources=behind,
        pool=[*(_parked(row, behind.get(row.id, ())) for row in waiting), *_grouped(ready)],
    )


def _items(db: Session, condition: ColumnElement[bool]) -> Sequence[Any]:  # Any: rows of more columns than types hold
    return db.execute(
        columns(
            col(AgendaItem.id),
            col(AgendaItem.title),
            col(AgendaItem.question),
            col(AgendaItem.presenter),
            col(AgendaItem.papers),
            col(AgendaItem.minutes),
            col(AgendaItem.origin),
            col(AgendaItem.standing_key),
            col(AgendaItem.level),
            col(AgendaItem.signal_id),
            col(AgendaItem.bundle_id),
            col(AgendaItem.meeting_id),
            col(AgendaItem.times_parked),
        )
        .where(condition)
        .order_by(col(AgendaItem.position), col(AgendaItem.id))
    ).all()


def _timed(meeting: Meeting, rows: Sequence[Any]) -> Agenda:
    timed = boxes(meeting.starts, [row.minutes for row in rows])
    lines = tuple(_line(row, box) for row, box in zip(rows, timed, strict=True))
    return Agenda(lines, minutes_between(meeting.starts, meeting.ends))


def _line(row: Any, box: Box) -> Line:
    known = {name: value for name, value in row._mapping.items() if name in Line.__slots__}
    return Line(box=box, **known)


def _signals(db: Session, region_id: UUID, items: Sequence[Any]) -> tuple[dict[UUID, list[Source]], list[Source]]:
    """The signals behind these items, by item, and those that were sent to the agenda and have no item anywhere."""
    by_signal = {row.signal_id: row.id for row in items if row.signal_id is not None}
    by_bundle = {row.bundle_id: row.id for row in items if row.bundle_id is not None}
    has_item = (
        columns(col(AgendaItem.id))
        .where(
            (col(AgendaItem.signal_id) == col(Signal.id))
            | (col(AgendaItem.bundle_id).is_not(None) & (col(AgendaItem.bundle_id) == col(Signal.bundle_id)))
        )
        .correlate(Signal)
        .exists()
    )
    is_ready = (col(Signal.state) == SignalState.ON_AGENDA) & ~has_item
    wanted = col(Signal.id).in_(list(by_signal)) | col(Signal.bundle_id).in_(list(by_bundle)) | is_ready
    behind: dict[UUID, list[Source]] = {}
    ready: list[Source] = []
    for source in _sources(db, col(Signal.region_id) == region_id, wanted):
        item_id = by_signal.get(source.signal_id) or (by_bundle.get(source.bundle_id) if source.bundle_id else None)
        (behind.setdefault(item_id, []) if item_id is not None else ready).append(source)
    return behind, ready


def _parked(item: Any, sources: Sequence[Source]) -> Waiting:
    return Waiting(
        item.title,
        themes=tuple(dict.fromkeys(source.theme for source in sources)),
        organisations=tuple(dict.fromkeys(source.organisation for source in sources if source.organisation)),
        signals=len(sources),
        urgent=any(source.urgent for source in sources),
        item_id=item.id,
        minutes=item.minutes,
        times_parked=item.times_parked,
    )


def _sources(db: Session, *conditions: ColumnElement[bool]) -> list[Source]:
    rows = db.execute(
        columns(
            col(Signal.id),
            col(Signal.title),
            col(Theme.name_nl if language() == "nl" else Theme.name_en),
            func.coalesce(col(Organisation.name), ""),
            col(Signal.urgent),
            col(Signal.bundle_id),
            func.coalesce(col(Bundle.title), ""),
        )
        .join(Theme, col(Theme.code) == col(Signal.theme))
        .outerjoin(Organisation, col(Organisation.id) == col(Signal.organisation_id))
        .outerjoin(Bundle, col(Bundle.id) == col(Signal.bundle_id))
        .where(*conditions)
        .order_by(col(Signal.urgent).desc(), col(Signal.submitted_at), col(Signal.id))
    ).all()
    return [Source(*row) for row in rows]


def _grouped(sources: Sequence[Source]) -> list[Waiting]:
    """One line for each bundle, and one for each signal that is in none."""
    groups: dict[UUID, list[Source]] = {}
    for source in sources:
        groups.setdefault(source.bundle_id or source.signal_id, []).append(source)
    return [
        Waiting(
            title=group[0].bundle or group[0].title,
            themes=tuple(dict.fromkeys(source.theme for source in group)),
            organisations=tuple(dict.fromkeys(source.organisation for source in group if source.organisation)),
            signals=len(group),
            urgent=any(source.urgent for source in group),
            signal_id=group[0].signal_id,
        )
        for group in groups.values()
    ]
