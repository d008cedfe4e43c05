"""The open actions of somebody who left: the successor takes them over, or else they stay with the organisation."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.logbook import note
from bsoo.minutes.models import Action, ActionState
from bsoo.registry.models import Contact, Organisation


def open_actions(db: Session, actor: Actor, contact_id: UUID, organisation_id: UUID) -> Sequence[Action]:
    """What they promised for the organisation, where the actor may write minutes."""
    return db.exec(
        select(Action).where(
            Action.owner_contact_id == contact_id,
            col(Action.owner_organisation_id).is_(None) | (col(Action.owner_organisation_id) == organisation_id),
            Action.state == ActionState.OPEN,
            regions_where(actor, Permission.WRITE_MINUTES, Action.region_id),
        )
    ).all()


def hand_over(
    db: Session, actor: Actor, contact_id: UUID, organisation_id: UUID, *, to: UUID | None
) -> dict[UUID, str]:
    """Give the open actions another owner; says which they are, and the owner's name before."""
    house = db.get_one(Organisation, organisation_id)
    name = house.name if to is None else db.get_one(Contact, to).display_name
    moved: dict[UUID, str] = {}
    for action in open_actions(db, actor, contact_id, organisation_id):
        moved[action.id] = action.owner_name
        action.owner_contact_id, action.owner_name = to, name[:200]
        action.owner_organisation_id = house.id
        db.add(action)
        note(db, actor, "action.handed-over", action, action.region_id)
    db.flush()
    return moved


def take_back(
    db: Session, actor: Actor, contact_id: UUID, moved: Mapping[UUID, str], *, since: UUID | None
) -> Collection[UUID]:
    """Give them back, as far as they are still open and still with whoever took them over."""
    held = col(Action.owner_contact_id).is_(None) if since is None else col(Action.owner_contact_id) == since
    found = db.exec(
        select(Action).where(
            col(Action.id).in_(list(moved)),
            held,
            Action.state == ActionState.OPEN,
            regions_where(actor, Permission.WRITE_MINUTES, Action.region_id),
        )
    ).all()
    for action in found:
        action.owner_contact_id, action.owner_name = contact_id, moved[action.id]
        db.add(action)
        note(db, actor, "action.handed-over", action, action.region_id)
    db.flush()
    return [action.id for action in found]
