"""What readers see of meetings: the list, one meeting with the numbers on its tabs, the home page's facts."""

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
from bsoo.mail.outbox import REFUSED, WAITING
from bsoo.meetings.agenda import minutes_between
from bsoo.meetings.calendar import Step, next_reminder, run_sheet
from bsoo.meetings.models import COMING, AgendaItem, Answer, Invitation, Meeting, MeetingState
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
    statement = _cards(actor).where(col(Meeting.region_id).in_(region_ids))
    ordered = statement.order_by(col(Meeting.on).desc(), col(Region.position)).limit(PAGE + 1).offset((page - 1) * PAGE)
    return [Card(*row) for row in db.execute(ordered)]


@prepared
def _card_at(actor: Actor, region_slug: str, quarter: Quarter) -> Columns:
    return _cards(actor).where(col(Region.slug) == region_slug, _in_quarter(quarter))


@prepared
def _cards_since(actor: Actor, region_slug: str, quarter: Quarter, since: date) -> Columns:
    wanted = (col(Meeting.on) >= since) | _in_quarter(quarter)
    return _cards(actor).where(col(Region.slug) == region_slug, wanted).order_by(col(Meeting.on))


def _quarter(slug: str) -> Quarter:
    try:
        return Quarter.from_slug(slug)
    except ValueError:
        raise NotFound from None


def _in_quarter(quarter: Quarter) -> ColumnElement[bool]:
    return (col(Meeting.year) == quarter.year) & (col(Meeting.quarter) == quarter.number)


def _cards(actor: Actor) -> Columns:
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


# --- The home page --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ahead:
    """A meeting that lies ahead, with its answers and what its run sheet says."""

    card: Card
    coming: int
    colleague: int
    no: int
    silent: int
    bounced: int

    @property
    def days(self) -> int:
        return (self.card.meeting.on - clock.today()).days

    @property
    def steps(self) -> dict[Step, date]:
        return run_sheet(self.card.meeting.on)

    @property
    def next_reminder(self) -> date | None:
        """When the silent are reminded by themselves; None when all rounds are out or it is switched off."""
        meeting = self.card.meeting
        if not meeting.reminders_automatic:
            return None
        return next_reminder(meeting.on, meeting.reminders_sent, clock.today())


@dataclass(frozen=True, slots=True)
class StepAhead:
    """A step of a run sheet that is due or comes next."""

    step: Step
    on: date
    card: Card

    @property
    def is_due(self) -> bool:
        return self.on <= clock.today()


@dataclass(frozen=True, slots=True)
class Home:
    """What the home page tells of meetings: those ahead, the steps to take, the regions without a plan."""

    ahead: tuple[Ahead, ...]
    steps: tuple[StepAhead, ...]
    unplanned: tuple[UUID, ...]
    """Regions in which no meeting lies ahead."""


def home(db: Session, actor: Actor, region_ids: Collection[UUID]) -> Home:
    """The next meeting of each region with its answers, and the steps not yet taken; two statements."""
    cards = [Card(*row) for row in db.execute(_cards_ahead(actor, tuple(region_ids), clock.today()))]
    first = {card.region.id: card for card in reversed(cards)}
    answers = db.execute(_answers(tuple(card.meeting.id for card in first.values())))
    numbers = {row[0]: tuple(row[1:]) for row in answers}
    ahead = sorted(first.values(), key=lambda card: (card.meeting.on, card.region.position))
    return Home(
        ahead=tuple(Ahead(card, *numbers.get(card.meeting.id, (0, 0, 0, 0, 0))) for card in ahead),
        steps=tuple(sorted((step for card in ahead for step in _steps(card)), key=lambda step: step.on)),
        unplanned=tuple(region_id for region_id in region_ids if region_id not in first),
    )


@prepared
def _cards_ahead(actor: Actor, region_ids: tuple[UUID, ...], today: date) -> Columns:
    ahead = (col(Meeting.on) >= today, col(Meeting.state) == MeetingState.PLANNED)
    return (
        _cards(actor)
        .where(among(col(Meeting.region_id), region_ids), *ahead)
        .order_by(col(Meeting.on), col(Region.position))
    )


@prepared
def _answers(meeting_ids: tuple[UUID, ...]) -> Columns:
    """Coming, colleague, no, silent and bounced, by meeting."""
    answer = col(Invitation.answer)
    came_back = (
        columns(col(Letter.meeting_id), col(Letter.contact_id))
        .where(
            among(col(Letter.meeting_id), meeting_ids),
            col(Letter.name) == "invitation",
            among(col(Letter.state), REFUSED),
        )
        .distinct()
        .subquery()
    )
    is_bounced = came_back.c.contact_id.is_not(None) & (answer == Answer.SILENT)
    return (
        columns(
            col(Invitation.meeting_id),
            func.count().filter(among(answer, COMING)),
            func.count().filter(answer == Answer.COLLEAGUE),
            func.count().filter(answer == Answer.NO),
            func.count().filter((answer == Answer.SILENT) & came_back.c.contact_id.is_(None)),
            func.count().filter(is_bounced),
        )
        .outerjoin(
            came_back,
            (came_back.c.contact_id == col(Invitation.contact_id))
            & (came_back.c.meeting_id == col(Invitation.meeting_id)),
        )
        .where(
            among(col(Invitation.meeting_id), meeting_ids),
            col(Invitation.uninvited_at).is_(None),
            col(Invitation.stands_in_for).is_(None),
        )
        .group_by(col(Invitation.meeting_id))
    )


def _steps(card: Card) -> list[StepAhead]:
    """The steps of a coordinator that are not done yet: invite, close the signals, send the agenda, meet."""
    sheet = run_sheet(card.meeting.on)
    done = {
        Step.INVITE: card.invited > 0 or not card.region.hosts,
        Step.SIGNALS_CLOSE: sheet[Step.SIGNALS_CLOSE] < clock.today(),
        Step.AGENDA: card.meeting.agenda_sent_at is not None or not card.region.hosts,
        Step.MEET: False,
    }
    return [StepAhead(step, sheet[step], card) for step, is_done in done.items() if not is_done]
