"""Taking back a change to many: each row as it was, except those that somebody changed since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, true
from sqlalchemy import func as sql
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions, regions_where, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import entry
from bsoo.registry import snapshots
from bsoo.registry.finding.many import UNDO_WITHIN, follow_up, write
from bsoo.registry.finding.saved import ManyChange, ManyChangeRow
from bsoo.registry.models import JsonValue
from bsoo.registry.rows import columns
from bsoo.registry.snapshots import table_of


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many rows are as they were, and whose were changed since and stay as they are."""

    number: int
    stayed: tuple[str, ...]


def recent(db: Session, actor: Actor) -> Sequence[ManyChange]:
    """The changes of the last seven days in regions where the actor may edit; the newest first."""
    since = clock.now() - UNDO_WITHIN
    here = _editable(actor, col(ManyChange.region_id)) | (col(ManyChange.made_by) == actor.id)
    asked = select(ManyChange).where(ManyChange.made_at > since, here)
    return db.exec(asked.order_by(col(ManyChange.made_at).desc(), col(ManyChange.id).desc())).all()


def many_change(db: Session, actor: Actor, change_id: UUID) -> ManyChange:
    """A change that the actor may take back."""
    found = next((one for one in recent(db, actor) if one.id == change_id), None)
    if found is None:
        raise NotFound
    return found


def undo(db: Session, actor: Actor, change: ManyChange) -> TakenBack:
    """Give each row what it had; one that somebody changed since keeps what it says now, and is named."""
    require(actor, Permission.EDIT_REGISTRY, change.region_id)
    if change.undone_at is not None or change.made_at <= clock.now() - UNDO_WITHIN:
        raise Refused(_("This change can no longer be undone: that goes for seven days, and once."))
    owner = sql.coalesce(ManyChangeRow.contact_id, ManyChangeRow.organisation_id)
    asked = columns(ManyChangeRow.table_name, ManyChangeRow.row_id, owner, ManyChangeRow.before, ManyChangeRow.after)
    rows = db.execute(asked.where(col(ManyChangeRow.change_id) == change.id)).all()
    table = rows[0][0] if rows else "membership"
    now = snapshots.values(db, table, {row_id: set(after) for _name, row_id, _owner, _before, after in rows})
    back, owners, stayed = dict[UUID, dict[str, object]](), set[UUID](), set[UUID]()
    for _name, row_id, owner_id, before, after in rows:
        if now.get((table, row_id)) != after:
            stayed.add(owner_id)
            continue
        back[row_id] = _typed(table, before)
        owners.add(owner_id)
    write(db, table, back)
    kind = "organisation" if table == "organisation" else "contact"
    fields = ", ".join(sorted(next(iter(back.values()), ())))
    db.add_all(entry(actor, f"{kind}.changed", kind, one, change.region_id, fields=fields) for one in owners)
    change.undone_at = clock.now()
    db.add(change)
    follow_up(db, table, owners)
    return TakenBack(len(owners), tuple(_names(db, kind, stayed)))


def _names(db: Session, kind: str, ids: set[UUID]) -> Iterator[str]:
    table = table_of(kind)
    name = table.c.name if kind == "organisation" else table.c.display_name
    yield from db.connection().scalars(columns(name).where(table.c.id.in_(ids)).order_by(name))


def _typed(table: str, was: Mapping[str, JsonValue]) -> dict[str, object]:
    return {name: snapshots.typed(table_of(table), name, value) for name, value in was.items()}


def _editable(actor: Actor, column: Any) -> ColumnElement[bool]:  # Any: a column that holds a region, or none
    """Where the actor may edit; what is of no region is for who may edit everywhere."""
    return (
        true()
        if permitted_regions(actor, Permission.EDIT_REGISTRY) is None
        else regions_where(actor, Permission.EDIT_REGISTRY, column)
    )
