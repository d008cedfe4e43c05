"""Rows of higher packages, whose tables are known by their names (snapshots.table_of)."""

from typing import Any

from sqlalchemy import ColumnElement

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where


def in_sight(actor: Actor, region_id: Any) -> ColumnElement[bool]:  # Any: a column of any table
    """Of regions whose contacts the actor may see."""
    return regions_where(actor, Permission.VIEW_REGISTRY, region_id)
