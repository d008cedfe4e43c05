"""What readers see of meetings: the list, and one meeting with the numbers on its tabs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.db import among, prepared
from bsoo.errors import NotFound
from bsoo.mail.models import Letter
from bsoo.mail.outbox import WAITING
from bsoo.meetings.agenda import minutes_between
from bsoo.meetings.models import COMING, AgendaItem, Answer, Invitation, Meeting
from bsoo.meetings.phases import Phase, phase
from bsoo.quarters import Quarter
from bsoo.regions import Region
from bsoo.registry.rows import Columns, columns

PAGE = 50


@dataclass(frozen=True, slots=True)
class Card:
    """A meeting with the few numbers that stand on its tabs and in lists."""

    meeting: Meeting
    region: Region
    invited: int = 0
    answered: int = 0
    expected: int = 0
    agenda_minutes: int = 0
    waiting_letters: int = 0

    @property
    def quarter(self) -> Quarter:
        return Quarter(self.meeting.year, self.meeting.quarter)

    @property
    def length(self) -> int:
        return minutes_between(self.meeting.starts, self.meeting.ends)

    @property
    def is_planned(self) -> bool:
        return self.phase is Phase.AHEAD

    @property
    def phase(self) -> Phase:
        return phase(self.meeting)


def meeting_at(db: Session, actor: Actor, region_slug: str, quarter_slug: str) -> Card:
    """The meeting at an address, with its numbers, in one statement; NotFound for who may not see the region."""
    quarter = _quarter(quarter_slug)
    row = db.execute(_card_at(actor, region_slug, quarter)).first()
    if row is None:
        raise NotFound
    return Card(*row)


def meeting_and_dates(db: Session, actor: Actor, region_slug: str, quarter_slug: str) -> tuple[Card, list[Card]]:
    """The meeting at an address, and the region's other ones from the last quarter on; still one statement."""
    quarter = _quarter(quarter_slug)
    since = Quarter.of(clock.today()).previous().first_day
    cards = [Card(*row) for row in db.execute(_cards_since(actor, region_slug, quarter, since))]
    here = next((card for card in cards if card.quarter == quarter), None)
    if here is None:
        raise NotFound
    return here, cards


def meetings(db: Session, actor: Actor, region_ids: Collection[UUID], *, page: int = 1) -> list[Card]:
    """The meetings of some regions, the latest first; one more than a page holds tells that there is another page."""
    statement = cards(actor).where(col(Meeting.region_id).in_(region_ids))
    ordered = statement.order_by(col(Meeting.on).desc(), col(Region.position)).limit(PAGE + 1).offset((page - 1) * PAGE)
    return [Card(*row) for row in db.execute(ordered)]


@prepared
def _card_at(actor: Actor, region_slug: str, quarter: Quarter) -> Columns:
    return cards(actor).where(col(Region.slug) == region_slug, _in_quarter(quarter))


@prepared
def _cards_since(actor: Actor, region_slug: str, quarter: Quarter, since: date) -> Columns:
    wanted = (col(Meeting.on) >= since) | _in_quarter(quarter)
    return cards(actor).where(col(Region.slug) == region_slug, wanted).order_by(col(Meeting.on))


def _quarter(slug: str) -> Quarter:
    try:
        return Quarter.from_slug(slug)
    except ValueError:
        raise NotFound from None


def _in_quarter(quarter: Quarter) -> ColumnElement[bool]:
    return (col(Meeting.year) == quarter.year) & (col(Meeting.quarter) == quarter.number)


def cards(actor: Actor) -> Columns:
    """Meetings with their numbers; each number is a subquery, so one statement serves any number of rows."""
    live = (col(Invitation.meeting_id) == col(Meeting.id)) & col(Invitation.uninvited_at).is_(None)
    own = live & col(Invitation.stands_in_for).is_(None)
    comes = among(col(Invitation.answer), COMING)
    pending = col(Invitation.stands_in_for).is_not(None) & (col(Invitation.answer) == Answer.SILENT)
    letters = (col(Letter.meeting_id) == col(Meeting.id)) & among(col(Letter.state), WAITING)
    return (
        columns(
            Meeting,
            Region,
            _count(Invitation, own),
            _count(Invitation, own & (col(Invitation.answer) != Answer.SILENT)),
            _count(Invitation, live & (comes | pending)),
            columns(func.coalesce(func.sum(col(AgendaItem.minutes)), 0))
            .where(col(AgendaItem.meeting_id) == col(Meeting.id))
            .correlate(Meeting)
            .scalar_subquery(),
            _count(Letter, letters),
        )
        .join(Region, col(Region.id) == col(Meeting.region_id))
        .where(regions_where(actor, Permission.VIEW_MEETINGS, Meeting.region_id))
    )


def _count(of: type[Invitation] | type[Letter], condition: ColumnElement[bool]) -> ScalarSelect[int]:
    return columns(func.count()).select_from(of).where(condition).correlate(Meeting).scalar_subquery()
