"""The numbers of the home page over all domains, in one statement however large the network is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, literal, select
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, regions_where
from bsoo.db import among, prepared
from bsoo.mail import setbacks
from bsoo.mail.models import Incoming, Letter, LetterState, Mailing, MailingState, MailMark, SendingPace
from bsoo.mail.outbox import REFUSED, counts_as_mail
from bsoo.mail.returning.kinds import Cause
from bsoo.minutes.models import Action, ActionState, Block
from bsoo.minutes.queries import stands
from bsoo.publications.models import Publication
from bsoo.quarters import Quarter
from bsoo.registry import first_contacts
from bsoo.registry.conditions import has_left, is_invited, is_stale
from bsoo.registry.keeping import worklist
from bsoo.registry.models import JoinRequest, Membership, OrganisationRegion
from bsoo.registry.rows import Columns
from bsoo.signals.models import COUNTED, Signal, State

MISSED = timedelta(days=45)
"""How long an undeliverable letter stays something to do."""


LATELY = timedelta(days=7)
"""How long a refusal of how we send stays something to do."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What waits and how the quarter stands, in some regions."""

    new_signals: int
    oldest_signal: datetime | None
    open_actions: int
    overdue_actions: int
    unconfirmed: int
    to_check: int
    undeliverable: int
    uncertain: int
    paused_mailings: int
    our_fault: int
    held_mail: int
    """One when mail waits because a copy of the database was put back."""
    stuck_mail: int
    """One when the mail server has taken little or nothing for a while."""
    join_requests: int
    signals: int
    signalling: int
    organisations: int
    invited: int
    publications: int


def numbers(db: Session, actor: Actor, region_ids: list[UUID], today: date) -> Numbers:
    """One statement of scalar subqueries, each filtered by what the actor may see."""
    now = clock.now()
    moments = {"since": now - MISSED, "lately": now - LATELY}
    moments |= {"calm": now - setbacks.CALM, "lasting": now - setbacks.LASTING}
    row = db.execute(_counts(actor, tuple(region_ids), today), moments).one()
    return Numbers(*row)


@prepared
def _counts(actor: Actor, region_ids: tuple[UUID, ...], today: date) -> Columns:
    quarter = Quarter.of(today)
    here = _Here(actor, region_ids)
    now_signals = (
        here(Permission.VIEW_SIGNALS, Signal.region_id),
        col(Signal.year) == quarter.year,
        col(Signal.quarter) == quarter.number,
        among(col(Signal.state), COUNTED),
    )
    new_signals = (here(Permission.REVIEW_SIGNALS, Signal.region_id), col(Signal.state) == State.RECEIVED)
    open_actions = (here(Permission.VIEW_MINUTES, Action.region_id), col(Action.state) == ActionState.OPEN, stands())
    members = (
        here(Permission.VIEW_REGISTRY, Membership.region_id),
        is_invited(),
        ~has_left(col(Membership.contact_id)),
    )
    letters = (
        here(Permission.VIEW_MAIL, Letter.region_id),
        col(Letter.queued_at) >= bindparam("since"),
        counts_as_mail(),
    )
    return select(
        _count(Signal, *new_signals),
        select(func.min(Signal.submitted_at)).where(*new_signals).scalar_subquery(),
        _actions(*open_actions),
        _actions(*open_actions, col(Action.due_on) < today),
        _count(Membership, *members, is_stale(today)),
        worklist.count(actor, region_ids, today) + first_contacts.count(actor, region_ids),
        _count(Letter, *letters, among(col(Letter.state), REFUSED)),
        _count(Letter, *letters, col(Letter.state) == LetterState.UNKNOWN),
        _count(
            Mailing,
            regions_where(actor, Permission.VIEW_MAIL, Mailing.region_id),
            col(Mailing.state) == MailingState.PAUSED,
        ),
        _count(
            Incoming,
            regions_where(actor, Permission.ADMINISTER, Incoming.region_id),
            col(Incoming.cause) == Cause.OUR_FAULT,
            col(Incoming.handled_at).is_(None),
            col(Incoming.received_at) >= bindparam("lately"),
        ),
        _count(MailMark, col(MailMark.held_before).is_not(None), literal(may(actor, Permission.ADMINISTER))),
        _count(
            SendingPace,
            *setbacks.lasts(bindparam("calm"), bindparam("lasting")),
            literal(may(actor, Permission.ADMINISTER)),
        ),
        _count(
            JoinRequest,
            here(Permission.EDIT_REGISTRY, JoinRequest.region_id),
            col(JoinRequest.decided_at).is_(None),
        ),
        _count(Signal, *now_signals),
        select(func.count(func.distinct(Signal.organisation_id))).where(*now_signals).scalar_subquery(),
        _distinct(OrganisationRegion.organisation_id, here(Permission.VIEW_REGISTRY, OrganisationRegion.region_id)),
        _count(Membership, *members),
        _count(
            Publication,
            among(col(Publication.region_id), region_ids),
            col(Publication.year) == quarter.year,
            col(Publication.quarter) == quarter.number,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Here:
    """The filter "in these regions, as far as the actor has this permission"."""

    actor: Actor
    region_ids: tuple[UUID, ...]

    def __call__(self, permission: Permission, column: Any) -> ColumnElement[bool]:  # Any: a column of any table
        return regions_where(self.actor, permission, column) & among(col(column), self.region_ids)


def _count(table: type[Any], *where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*where).scalar_subquery()


def _actions(*where: ColumnElement[bool]) -> ScalarSelect[int]:
    statement = select(func.count()).select_from(Action).outerjoin(Block, col(Block.id) == Action.block_id)
    return statement.where(*where).scalar_subquery()


def _distinct(column: Any, where: ColumnElement[bool]) -> ScalarSelect[int]:  # Any: a column of any table
    return select(func.count(func.distinct(column))).where(where).scalar_subquery()
