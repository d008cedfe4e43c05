"""Organisations with what they are a part of and with their departments, however deep, as lists to look into.

Both lists join what they find with what they have until nothing is new, so that a circle, should one ever stand in the
database, ends as well.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, and_, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.db import among
from bsoo.registry.conditions import organisation_visible
from bsoo.registry.doubles.merges import Merging
from bsoo.registry.models import Organisation
from bsoo.registry.rows import Columns, columns

_PART, _ABOVE = aliased(Organisation), aliased(Organisation)


def parts_of(actor: Actor, chosen: Collection[UUID]) -> Columns:
    """The ids of these organisations and of all their departments; of what the actor may see.

    What was merged into another one since is that other one.
    """
    merged = columns(Merging.organisation_id).where(
        among(col(Merging.lost_id), chosen), col(Merging.undone_at).is_(None), col(Merging.organisation_id).is_not(None)
    )
    named = or_(among(col(Organisation.id), chosen), col(Organisation.id).in_(merged))
    return below(columns(col(Organisation.id).label("id")).where(named, organisation_visible(actor)))


def named(db: Session, actor: Actor, chosen: Collection[UUID]) -> dict[UUID, tuple[UUID, str]]:
    """What these ids stand for today, with its name; of what the actor may see."""
    if not chosen:
        return {}
    lost = and_(among(col(Merging.lost_id), chosen), col(Merging.undone_at).is_(None))
    asked = (
        columns(Organisation.id, Organisation.name, Merging.lost_id)
        .outerjoin(Merging, and_(col(Merging.organisation_id) == Organisation.id, lost))
        .where(or_(among(col(Organisation.id), chosen), col(Merging.id).is_not(None)), organisation_visible(actor))
    )
    found = [(one, house, name) for house, name, gone in db.execute(asked) for one in (house, gone)]
    return {one: (house, name) for one, house, name in found if one in chosen}


def below(roots: Any) -> Columns:  # Any: a query for ids
    """The ids of these organisations and of all that is a part of them."""
    found = roots.cte(recursive=True)
    return columns(found.union(columns(_PART.id).join(found, col(_PART.parent_id) == found.c.id)).c.id)


def wholes(houses: Collection[UUID] | None = None) -> CTE:
    """Each organisation that is a part of others with each of those: `house` and `whole`."""
    here = col(Organisation.id).in_(houses) if houses is not None else true()
    start = columns(col(Organisation.id).label("house"), col(Organisation.parent_id).label("whole"))
    found = start.where(here, col(Organisation.parent_id).is_not(None)).cte(recursive=True)
    return found.union(
        columns(found.c.house, _ABOVE.parent_id)
        .join(_ABOVE, col(_ABOVE.id) == found.c.whole)
        .where(col(_ABOVE.parent_id).is_not(None))
    )
