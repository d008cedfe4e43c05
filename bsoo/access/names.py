"""What members of staff are called, for who did what."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.models import User
from bsoo.errors import NotAllowed


def staff_names(db: Session, actor: Actor, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names by id, for colleagues."""
    if not actor.is_staff:
        raise NotAllowed
    return dict(db.exec(select(User.id, User.name).where(col(User.id).in_(ids))).all()) if ids else {}
