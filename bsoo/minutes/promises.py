"""Actions after the meeting: open until done, dropped with a reason, or moved to somebody else."""

from uuid import UUID

from sqlmodel import Session

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.minutes import days
from bsoo.minutes.models import Action, ActionState

LONGEST_PROGRESS = 1000


def code(region_slug: str, year: int, quarter: int, number: int) -> str:
    """The stable number of an action: AMS-2027-2-A3."""
    return f"{region_slug[:3].upper()}-{year}-{quarter}-A{number}"


def close_action(db: Session, actor: Actor, action: Action, *, state: ActionState, progress: str = "") -> None:
    """An action ends with a word: what was done may be told, why it was dropped or where it went must be."""
    require(actor, Permission.WRITE_MINUTES, action.region_id)
    if state is ActionState.OPEN:
        raise Refused(_("Choose one of the options."), field="state")
    if state is ActionState.DROPPED and not progress.strip():
        raise Refused(_("Say why this action is dropped. The next meeting wants to know."), field="progress")
    if state is ActionState.MOVED and not progress.strip():
        raise Refused(_("Say who or what takes this action over."), field="progress")
    if len(progress) > LONGEST_PROGRESS:
        raise Refused(
            _("This is too long. Use at most %(count)s characters.", count=LONGEST_PROGRESS), field="progress"
        )
    action.state = state
    action.progress = progress.strip()
    action.closed_at = clock.now()
    db.add(action)
    note(db, actor, "action.closed", action, action.region_id, state=str(state))
    db.flush()


def reopen_action(db: Session, actor: Actor, action: Action) -> None:
    """Take a closing back; what was said stays."""
    require(actor, Permission.WRITE_MINUTES, action.region_id)
    if action.state is not ActionState.OPEN:
        action.state = ActionState.OPEN
        action.closed_at = None
        db.add(action)
        note(db, actor, "action.reopened", action, action.region_id)
        db.flush()


def give_until(db: Session, actor: Actor, action: Action, *, before: str) -> None:
    """Carry an open action over to another day."""
    require(actor, Permission.WRITE_MINUTES, action.region_id)
    day = days.understood(before, clock.today())
    if day is None:
        raise Refused(_("This day is not clear. Write it like 18 December, Friday or in two weeks."), field="before")
    action.due_on = day
    db.add(action)
    note(db, actor, "action.moved_to", action, action.region_id, day=day.isoformat())
    db.flush()


def is_mine(actor: Actor, contact_id: UUID | None) -> bool:
    """Whether an action is that of the contact who came by a personal link."""
    return actor.is_contact and actor.contact_id == contact_id
