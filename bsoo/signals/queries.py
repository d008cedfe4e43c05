"""What readers see of signals. Sensitive ones exist only for the named role; drafts only for who writes them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_, true
from sqlalchemy import func as sql
from sqlmodel import Session, col, select

from bsoo import clock, i18n
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, regions_where
from bsoo.errors import NotFound
from bsoo.logbook import LogEntry
from bsoo.regions import Region
from bsoo.registry.models import Contact, Organisation
from bsoo.registry.rows import columns
from bsoo.signals import themes
from bsoo.signals.models import Level, NothingNew, Signal, State, Theme
from bsoo.signals.quarters import Quarter, quarter_of

PAGE = 50
MOST_HISTORY = 30

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
        _in_quarter(quarter_of(clock.today())) if tab in THIS_QUARTER else true(),
        order=(col(Signal.urgent).desc(), moment) if waits else (moment.desc(),),
        page=page,
    )
    return Inbox(tab, lines, counts, quarter_total, page)


def page_number(text: str) -> int:
    """A page out of an address; anything odd is the first."""
    return max(1, int(text)) if re.fullmatch(r"[0-9]{1,5}", text) else 1


def _counts(db: Session, actor: Actor, region_ids: Sequence[UUID] | None) -> tuple[dict[str, int], int]:
    now = quarter_of(clock.today())
    current = _in_quarter(now)
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


def _in_quarter(quarter: Quarter) -> ColumnElement[bool]:
    return and_(col(Signal.year) == quarter[0], col(Signal.quarter) == quarter[1])


def visible(actor: Actor, region_ids: Sequence[UUID] | None) -> ColumnElement[bool]:
    """Signals in regions that the actor may see; sensitive ones where they may see those."""
    return and_(
        regions_where(actor, Permission.VIEW_SIGNALS, Signal.region_id),
        col(Signal.region_id).in_(region_ids) if region_ids is not None else true(),
        or_(
            col(Signal.level) != Level.SENSITIVE,
            regions_where(actor, Permission.VIEW_SENSITIVE, Signal.region_id),
        ),
    )


# --- One signal -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """A signal with who brought it and what happened to it."""

    signal: Signal
    theme: str
    region: Region
    organisation: str
    organisation_id: UUID | None
    contact: str
    contact_id: UUID | None
    history: list[LogEntry]


def opened(db: Session, actor: Actor, signal_id: UUID) -> Opened:
    """One signal for staff, with what happened to it, in one statement; 404 for who may not know of it."""
    name = col(Theme.name_nl) if i18n.language() == "nl" else col(Theme.name_en)
    rows = db.execute(
        columns(Signal, name, Region, Organisation.name, Contact.display_name, LogEntry)
        .join(Theme, col(Theme.code) == Signal.theme)
        .join(Region, col(Region.id) == Signal.region_id)
        .outerjoin(Organisation, col(Organisation.id) == Signal.organisation_id)
        .outerjoin(Contact, col(Contact.id) == Signal.contact_id)
        .outerjoin(LogEntry, and_(col(LogEntry.subject_kind) == "signal", col(LogEntry.subject_id) == Signal.id))
        .where(col(Signal.id) == signal_id, col(Signal.state) != State.DRAFT, visible(actor, None))
        .order_by(col(LogEntry.at).desc(), col(LogEntry.id).desc())
        .limit(MOST_HISTORY)
    ).all()
    if not rows:
        raise NotFound
    signal, theme, region, organisation, contact, _entry = rows[0]
    return Opened(
        signal,
        theme,
        region,
        organisation or "",
        signal.organisation_id,
        contact or "",
        signal.contact_id,
        [row[5] for row in rows if row[5] is not None],
    )


def for_review(db: Session, actor: Actor, signal_id: UUID) -> Signal:
    """The signal as a row to be changed; 404 for who may not know of it."""
    found = db.exec(
        select(Signal).where(Signal.id == signal_id, Signal.state != State.DRAFT, visible(actor, None))
    ).first()
    if found is None:
        raise NotFound
    return found


def all_themes(db: Session, actor: Actor) -> list[themes.ThemeLine]:
    """The open themes in their order, in the reader's language; the list itself is public."""
    rows = db.exec(select(Theme).where(col(Theme.closed_on).is_(None)).order_by(col(Theme.position))).all()
    return themes.lines(list(rows))


# --- A partner's own ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mine:
    """A signal of a contact, as their own page shows it."""

    id: UUID
    title: str
    state: State
    submitted_at: datetime | None
    question: str
    reason: str
    outcome: str


def signals_of(db: Session, actor: Actor, contact_id: UUID, most: int = 20) -> list[Mine]:
    """What a contact has sent, newest first, the draft on top; for the contact and for staff who may see signals."""
    mine = actor.contact_id == contact_id
    rows = db.execute(
        columns(
            col(Signal.id),
            col(Signal.title),
            col(Signal.state),
            col(Signal.submitted_at),
            col(Signal.question),
            col(Signal.reason),
            col(Signal.outcome),
        )
        .where(
            col(Signal.contact_id) == contact_id,
            true() if mine else and_(visible(actor, None), col(Signal.state) != State.DRAFT),
        )
        .order_by(col(Signal.submitted_at).is_(None).desc(), col(Signal.submitted_at).desc())
        .limit(most)
    ).all()
    return [Mine(*row) for row in rows]


def own_signal(db: Session, actor: Actor, signal_id: UUID) -> Signal:
    """A signal of the contact who asks; others' do not exist for them."""
    found = db.exec(select(Signal).where(Signal.id == signal_id, Signal.contact_id == actor.contact_id)).first()
    if found is None or actor.contact_id is None:
        raise NotFound
    return found


def said_nothing_new(db: Session, actor: Actor) -> set[UUID]:
    """The regions in which this contact said "nothing new" in the running quarter."""
    year, quarter = quarter_of(clock.today())
    rows = db.exec(
        select(NothingNew.region_id).where(
            NothingNew.contact_id == actor.contact_id, NothingNew.year == year, NothingNew.quarter == quarter
        )
    )
    return set(rows)


def own_regions(db: Session, actor: Actor) -> list[Region]:
    """The regions in which this actor may bring signals, in their fixed order."""
    rows = db.exec(
        select(Region)
        .where(regions_where(actor, Permission.SUBMIT_SIGNAL, Region.id))
        .order_by(col(Region.position), col(Region.name))
    )
    return list(rows)


def number_in_quarter(db: Session, actor: Actor, signal: Signal) -> tuple[int, int]:
    """The how-manieth signal of its region and quarter this is, and of its theme; two counts, no texts of others."""
    if signal.contact_id != actor.contact_id:
        raise NotFound
    earlier = and_(
        col(Signal.region_id) == signal.region_id,
        _in_quarter((signal.year, signal.quarter)),
        col(Signal.submitted_at) <= signal.submitted_at,
    )
    row = db.execute(
        columns(sql.count(), sql.count().filter(col(Signal.theme) == signal.theme)).select_from(Signal).where(earlier)
    ).one()
    return row[0], row[1]


# --- Numbers for other pages ----------------------------------------------------------------------------------------


def new_count(db: Session, actor: Actor, region_slug: str = "") -> int:
    """How many signals wait for a first look: the number in the menu."""
    query = (
        select(sql.count())
        .select_from(Signal)
        .where(
            Signal.state == State.RECEIVED,
            regions_where(actor, Permission.REVIEW_SIGNALS, Signal.region_id),
            visible(actor, None),
        )
    )
    if region_slug:
        here = select(Region.id).where(Region.slug == region_slug).scalar_subquery()
        query = query.where(Signal.region_id == here)
    return db.exec(query).one()


def waiting(db: Session, actor: Actor, region_ids: Sequence[UUID] | None) -> tuple[int, datetime | None]:
    """How many signals wait for a first look, and since when the oldest does."""
    row = db.execute(
        columns(sql.count(), sql.min(Signal.submitted_at))
        .select_from(Signal)
        .where(col(Signal.state) == State.RECEIVED, visible(actor, region_ids))
    ).one()
    return row[0], row[1]


def may_review(actor: Actor, signal: Signal) -> bool:
    """Whether the buttons of judgement are for this reader."""
    return may(actor, Permission.REVIEW_SIGNALS, signal.region_id)
