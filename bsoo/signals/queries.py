"""What staff see of a signal. Sensitive ones exist only for the named role; drafts only for who writes them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, bindparam, or_, true
from sqlalchemy import func as sql
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bsoo import i18n
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, regions_where, require
from bsoo.db import among, prepared
from bsoo.errors import NotFound
from bsoo.logbook import LogEntry
from bsoo.quarters import Quarter
from bsoo.regions import Region
from bsoo.registry.models import Contact, Organisation
from bsoo.registry.rows import Columns, columns
from bsoo.signals import themes
from bsoo.signals.models import Level, Signal, State, Theme

MOST_HISTORY = 30


def visible(actor: Actor, region_ids: Sequence[UUID] | None) -> ColumnElement[bool]:
    """Signals in regions that the actor may see; sensitive ones where they may see those."""
    return and_(
        regions_where(actor, Permission.VIEW_SIGNALS, Signal.region_id),
        among(col(Signal.region_id), region_ids) if region_ids is not None else true(),
        or_(
            col(Signal.level) != Level.SENSITIVE,
            regions_where(actor, Permission.VIEW_SENSITIVE, Signal.region_id),
        ),
    )


def as_key(region_ids: Sequence[UUID] | None) -> tuple[UUID, ...] | None:
    """Regions as prepared queries take them."""
    return None if region_ids is None else tuple(region_ids)


def in_quarter(quarter: Quarter) -> ColumnElement[bool]:
    return and_(col(Signal.year) == quarter.year, col(Signal.quarter) == quarter.number)


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
    rows = db.execute(_opened(actor, i18n.language()), {"signal_id": signal_id}).all()
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


@prepared
def _opened(actor: Actor, language: str) -> Columns:
    return (
        columns(Signal, name_in(language), Region, Organisation.name, Contact.display_name, LogEntry)
        .join(Theme, col(Theme.code) == Signal.theme)
        .join(Region, col(Region.id) == Signal.region_id)
        .outerjoin(Organisation, col(Organisation.id) == Signal.organisation_id)
        .outerjoin(Contact, col(Contact.id) == Signal.contact_id)
        .outerjoin(LogEntry, and_(col(LogEntry.subject_kind) == "signal", col(LogEntry.subject_id) == Signal.id))
        .where(col(Signal.id) == bindparam("signal_id"), col(Signal.state) != State.DRAFT, visible(actor, None))
        .order_by(col(LogEntry.at).desc(), col(LogEntry.id).desc())
        .limit(MOST_HISTORY)
    )


def name_in(language: str) -> SQLColumnExpression[str]:
    """A theme's name in a language."""
    return col(Theme.name_nl) if language == "nl" else col(Theme.name_en)


def for_review(db: Session, actor: Actor, signal_id: UUID) -> Signal:
    """The signal as a row to be changed; 404 for who may not know of it."""
    found = db.exec(
        select(Signal).where(Signal.id == signal_id, Signal.state != State.DRAFT, visible(actor, None))
    ).first()
    if found is None:
        raise NotFound
    require(actor, Permission.REVIEW_SIGNALS, found.region_id)
    return found


def all_themes(db: Session, actor: Actor, also: Collection[str] = ()) -> list[themes.ThemeLine]:
    """The open themes in their order, in the reader's language, and closed ones that are used; the list is public."""
    rows = db.execute(_themes(i18n.language()))
    return [
        themes.ThemeLine(code, name, definition, themes.icon_of(code))
        for code, name, definition, closed_on in rows
        if closed_on is None or code in also
    ]


@prepared
def _themes(language: str) -> Columns:
    definition = col(Theme.definition_nl) if language == "nl" else col(Theme.definition_en)
    found = columns(col(Theme.code), name_in(language), definition, col(Theme.closed_on))
    return found.order_by(col(Theme.position), col(Theme.code))


def new_count(db: Session, actor: Actor, region_slug: str = "") -> int:
    """How many signals wait for a first look: the number in the menu."""
    return db.exec(_new_count(actor, region_slug)).one()


@prepared
def _new_count(actor: Actor, region_slug: str) -> SelectOfScalar[int]:
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
    return query


def may_review(actor: Actor, signal: Signal) -> bool:
    """Whether the buttons of judgement are for this reader."""
    return may(actor, Permission.REVIEW_SIGNALS, signal.region_id)
