"""The agenda: standing items, signals and own items in time boxes; what is taken off is parked, never lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import DEFAULT, N_, speaking
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.meetings.models import AgendaItem, Meeting, Origin, TextLevel
from bsoo.signals.models import Bundle, Signal

LONGEST_ITEM = 240
SIGNAL_MINUTES = 15
BREAK = "break"

STANDING: Sequence[tuple[str, str, int, Origin]] = (
    ("welcome", N_("Welcome and introductions"), 10, Origin.STANDING),
    ("previous", N_("Minutes and actions of the last meeting"), 15, Origin.PREVIOUS_MINUTES),
    (BREAK, N_("Break"), 15, Origin.STANDING),
    ("closing", N_("Agreements and closing"), 10, Origin.STANDING),
)
"""What every agenda begins with: key, title, minutes, origin. New items come before the closing."""


# --- Rules ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """When a time box begins, on the wall, and how long it takes."""

    starts: time
    minutes: int


def boxes(starts: time, lengths: Iterable[int]) -> list[Box]:
    """The clock times of time boxes that follow each other; they begin again at midnight if they must."""
    found, now = [], datetime.combine(date.min, starts)
    for minutes in lengths:
        found.append(Box(now.time(), minutes))
        now += timedelta(minutes=minutes)
    return found


def minutes_between(starts: time, ends: time) -> int:
    return (ends.hour - starts.hour) * 60 + ends.minute - starts.minute


# --- What people do -------------------------------------------------------------------------------------------------


def make_standing_items(db: Session, actor: Actor, meeting: Meeting) -> None:
    """Lay out the agenda that every meeting begins with, in the language of the meeting."""
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    with speaking(DEFAULT):
        for position, (key, title, minutes, origin) in enumerate(STANDING):
            db.add(
                AgendaItem(
                    region_id=meeting.region_id,
                    meeting_id=meeting.id,
                    position=position,
                    title=_(title),
                    minutes=minutes,
                    origin=origin,
                    standing_key=key,
                    level=TextLevel.PUBLIC,
                )
            )
    db.flush()


def add_item(
    db: Session,
    actor: Actor,
    meeting: Meeting,
    *,
    title: str,
    minutes: int = 10,
    presenter: str = "",
    question: str = "",
    level: TextLevel = TextLevel.PARTICIPANTS,
) -> AgendaItem:
    """Put an own item on the agenda, before the closing."""
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    item = AgendaItem(
        region_id=meeting.region_id,
        meeting_id=meeting.id,
        title=_checked_title(title),
        minutes=_checked_minutes(minutes),
        presenter=presenter.strip(),
        question=question.strip(),
        level=level,
    )
    return _placed(db, actor, meeting, item)


def add_break(db: Session, actor: Actor, meeting: Meeting) -> AgendaItem:
    """Put a break on the agenda, before the closing."""
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    with speaking(DEFAULT):
        title = _("Break")
    item = AgendaItem(
        region_id=meeting.region_id,
        meeting_id=meeting.id,
        title=title,
        minutes=10,
        origin=Origin.STANDING,
        standing_key=BREAK,
        level=TextLevel.PUBLIC,
    )
    return _placed(db, actor, meeting, item)


def add_signal(
    db: Session, actor: Actor, meeting: Meeting, signal_id: UUID, *, minutes: int = SIGNAL_MINUTES
) -> AgendaItem:
    """Put a signal, or the whole bundle it belongs to, on the agenda; what is already there stays where it is."""
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    signal = db.get(Signal, signal_id)
    if signal is None or signal.region_id != meeting.region_id:
        raise NotFound
    known = _item_of(db, signal)
    if known is not None:
        return known if known.meeting_id == meeting.id else take_up(db, actor, meeting, known)
    bundle = db.get(Bundle, signal.bundle_id) if signal.bundle_id is not None else None
    item = AgendaItem(
        region_id=meeting.region_id,
        meeting_id=meeting.id,
        title=(bundle.title if bundle is not None else signal.title)[:200] or _("Signal"),
        question=signal.ask,
        minutes=_checked_minutes(minutes),
        origin=Origin.SIGNAL,
        signal_id=None if bundle is not None else signal.id,
        bundle_id=signal.bundle_id,
    )
    return _placed(db, actor, meeting, item)


def take_up(db: Session, actor: Actor, meeting: Meeting, item: AgendaItem) -> AgendaItem:
    """Put a parked item back on the agenda."""
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    if item.region_id != meeting.region_id:
        raise NotFound
    if item.meeting_id is not None:
        raise Refused(_("This item is on another agenda. Take it off there first."))
    item.meeting_id = meeting.id
    return _placed(db, actor, meeting, item)


def park(db: Session, actor: Actor, item: AgendaItem) -> None:
    """Take an item off the agenda and keep it for later; standing items are simply put aside."""
    require(actor, Permission.PLAN_MEETINGS, item.region_id)
    if item.meeting_id is None:
        raise NotFound
    note(db, actor, "agenda_item.parked", item, item.region_id)
    meeting_id, item.meeting_id = item.meeting_id, None
    item.times_parked += 1
    db.flush()
    _renumber(_items(db, meeting_id))


def move(db: Session, actor: Actor, item: AgendaItem, *, position: int) -> int:
    """Put an item at a position (0 is first); positions outside the agenda mean its ends. Gives the new position."""
    require(actor, Permission.PLAN_MEETINGS, item.region_id)
    if item.meeting_id is None:
        raise NotFound
    others = [other for other in _items(db, item.meeting_id) if other.id != item.id]
    place = min(max(position, 0), len(others))
    others.insert(place, item)
    _renumber(others)
    return place


def change_item(
    db: Session,
    actor: Actor,
    item: AgendaItem,
    *,
    title: str,
    minutes: int,
    question: str = "",
    presenter: str = "",
    papers: str = "",
    level: TextLevel | None = None,
) -> None:
    """Change what an item says and how long it takes."""
    require(actor, Permission.PLAN_MEETINGS, item.region_id)
    item.title = _checked_title(title)
    item.minutes = _checked_minutes(minutes)
    item.question, item.presenter, item.papers = question.strip(), presenter.strip(), papers.strip()
    item.level = level or item.level
    note(db, actor, "agenda_item.changed", item, item.region_id)


def set_minutes(db: Session, actor: Actor, item: AgendaItem, *, minutes: int) -> None:
    """Give an item more or less time."""
    require(actor, Permission.PLAN_MEETINGS, item.region_id)
    item.minutes = _checked_minutes(minutes)


def _placed(db: Session, actor: Actor, meeting: Meeting, item: AgendaItem) -> AgendaItem:
    items = [other for other in _items(db, meeting.id) if other.id != item.id]
    closing = next((place for place, other in enumerate(items) if other.standing_key == "closing"), len(items))
    items.insert(closing, item)
    db.add(item)
    _renumber(items)
    note(db, actor, "agenda_item.added", item, item.region_id)
    db.flush()
    return item


def _items(db: Session, meeting_id: UUID) -> list[AgendaItem]:
    return list(
        db.exec(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting_id)
            .order_by(col(AgendaItem.position), col(AgendaItem.id))
        )
    )


def _renumber(items: Iterable[AgendaItem]) -> None:
    for position, item in enumerate(items):
        item.position = position


def _item_of(db: Session, signal: Signal) -> AgendaItem | None:
    """The item that a signal or its bundle has, on any agenda that is not behind us, or parked."""
    mine = col(AgendaItem.signal_id) == signal.id
    if signal.bundle_id is not None:
        mine = mine | (col(AgendaItem.bundle_id) == signal.bundle_id)
    return db.exec(
        select(AgendaItem)
        .outerjoin(Meeting, col(Meeting.id) == AgendaItem.meeting_id)
        .where(mine, col(Meeting.on).is_(None) | (col(Meeting.on) >= clock.today()))
    ).first()


def _checked_title(title: str) -> str:
    if not title.strip():
        raise Refused(_("Give the item a title."), field="title")
    return title.strip()


def _checked_minutes(minutes: int) -> int:
    if not 1 <= minutes <= LONGEST_ITEM:
        raise Refused(_("Choose between 1 and %(most)s minutes.", most=LONGEST_ITEM), field="minutes")
    return minutes
