"""In which version the network is: what was counted or read of it is remembered until that changes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.db import prepared
from bsoo.logbook import LogEntry
from bsoo.registry.conditions import is_invited
from bsoo.registry.models import Affiliation, Membership
from bsoo.registry.rows import Columns, columns


def place_of(db: Session, actor: Actor) -> object:
    """Whose network this is: the database, and the regions that the actor may see of it."""
    return str(db.get_bind().engine.url), permitted_regions(actor, Permission.VIEW_REGISTRY)


def of_now(db: Session) -> object:
    """Changes with whatever is done to the network: each action notes it in the logbook, imports add rows too."""
    if "network_version" not in db.info or not db.info.get("reads"):
        remember(db, db.execute(_query()).one())
    return db.info["network_version"]


def remember(db: Session, read: Sequence[object]) -> None:
    """Another statement brought the marks along."""
    db.info["network_version"] = (*read, clock.today())


def marks() -> list[Any]:  # Any: numbers and ids
    newest = columns(LogEntry.id).order_by(col(LogEntry.id).desc()).limit(1).scalar_subquery()
    youngest = columns(Membership.id).order_by(col(Membership.id).desc()).limit(1).scalar_subquery()
    counted = columns(sql.count()).select_from
    invited = counted(Membership).where(is_invited()).scalar_subquery()
    seated = counted(Affiliation).where(col(Affiliation.ended_on).is_(None)).scalar_subquery()
    return [newest, youngest, counted(Membership).scalar_subquery(), invited, seated]


@prepared
def _query() -> Columns:
    return columns(*marks())
