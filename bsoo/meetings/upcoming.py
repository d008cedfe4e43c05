"""What the home page tells of meetings: those ahead with their answers, and the steps of their run sheets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.db import among, prepared
from bsoo.mail.models import Letter
from bsoo.mail.outbox import REFUSED
from bsoo.meetings.calendar import Step, next_reminder, run_sheet
from bsoo.meetings.models import COMING, Answer, Invitation, Meeting, MeetingState
from bsoo.meetings.queries import Card, cards
from bsoo.meetings.reminding import Due, due, rested, waiting
from bsoo.regions import Region
from bsoo.registry.rows import Columns, columns


@dataclass(frozen=True, slots=True)
class Ahead:
    """A meeting that lies ahead, with its answers and what its run sheet says."""

    card: Card
    due: Due
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
    rows = db.execute(_cards_ahead(actor, tuple(region_ids), clock.today()), rested()).all()
    cards = [Card(*row[:-2]) for row in rows]
    to_remind = {card.meeting.id: due(card.meeting, *row[-2:]) for card, row in zip(cards, rows, strict=True)}
    first = {card.region.id: card for card in reversed(cards)}
    answers = db.execute(_answers(tuple(card.meeting.id for card in first.values())))
    numbers = {row[0]: tuple(row[1:]) for row in answers}
    none = (0, 0, 0, 0, 0)
    ahead = sorted(first.values(), key=lambda card: (card.meeting.on, card.region.position))
    return Home(
        ahead=tuple(Ahead(card, to_remind[card.meeting.id], *numbers.get(card.meeting.id, none)) for card in ahead),
        steps=tuple(sorted((step for card in ahead for step in _steps(card)), key=lambda step: step.on)),
        unplanned=tuple(region_id for region_id in region_ids if region_id not in first),
    )


@prepared
def _cards_ahead(actor: Actor, region_ids: tuple[UUID, ...], today: date) -> Columns:
    ahead = (col(Meeting.on) >= today, col(Meeting.state) == MeetingState.PLANNED)
    return (
        cards(actor)
        .add_columns(*waiting(col(Meeting.id), col(Meeting.region_id)))
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
