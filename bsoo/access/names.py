"""What members of staff are called: for who did what, and to choose colleagues of a region."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, or_, select

from bsoo.access.actor import Actor
from bsoo.access.models import Grant, User
from bsoo.access.policy import Permission, require
from bsoo.errors import NotAllowed


def staff_names(db: Session, actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names by id, for colleagues."""
    if not actor.is_staff:
        raise NotAllowed
    return dict(db.exec(select(User.id, User.name).where(col(User.id).in_(ids))).all()) if ids else {}


def colleagues(db: Session, actor: Actor, region_id: UUID | None) -> list[User]:
    """Others who work for a region, or for all of them, by name; without a region only those who work for all."""
    require(actor, Permission.MANAGE_MAIL, region_id)
    here = or_(col(Grant.region_id).is_(None), col(Grant.region_id) == region_id)
    theirs = select(Grant.user_id).where(here if region_id else col(Grant.region_id).is_(None))
    query = select(User).where(col(User.id).in_(theirs), col(User.is_active), col(User.id) != actor.id)
    return list(db.exec(query.order_by(col(User.name), col(User.id))))
