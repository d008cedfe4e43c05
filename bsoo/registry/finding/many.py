"""One change for many people at once: what it would do, doing it, and taking it back for seven days."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import entry
from bsoo.registry import snapshots
from bsoo.registry.finding import searching
from bsoo.registry.finding.many_lines import NEEDS_VALUE, Line, What, lines, table_of_change
from bsoo.registry.finding.saved import ManyChange
from bsoo.registry.models import Affiliation
from bsoo.registry.snapshots import in_parts, table_of

UNDO_WITHIN = timedelta(days=7)


@dataclass(slots=True)
class Plan:
    """What a change would do: which rows it touches, and how many people it leaves as they are."""

    what: What
    value: str
    region_id: UUID | None
    table: str
    asked: int
    """How many contacts were chosen."""
    lines: list[Line] = field(default_factory=list)

    @property
    def owners(self) -> dict[UUID, str]:
        return {line.owner_id: line.name for line in self.lines}

    @property
    def number(self) -> int:
        return len(self.owners)


def plan(
    db: Session, actor: Actor, chosen: Collection[UUID], what: What, value: str, region_id: UUID | None = None
) -> Plan:
    """What would become different; only where the actor may edit, and only what is not so already."""
    require(actor, Permission.EDIT_REGISTRY, region_id)
    table = table_of_change(what)
    made = Plan(what, value, region_id, table, len(chosen))
    if what in NEEDS_VALUE and not value:
        return made
    for some in in_parts(sorted(chosen)):
        made.lines += lines(db, actor, some, what, value, region_id)
    if table == "organisation":
        made.lines = list({line.row_id: line for line in made.lines}.values())
    return made


def carry_out(db: Session, actor: Actor, made: Plan) -> ManyChange:
    """Do it, all of it, and remember how each row was."""
    require(actor, Permission.EDIT_REGISTRY, made.region_id)
    if not made.lines:
        raise Refused(_("Nothing would change: everybody is so already."))
    change = ManyChange(
        what=made.what, value=made.value, region_id=made.region_id, number=made.number, made_by=actor.id
    )
    db.add(change)
    db.flush()
    wanted = {line.row_id: set(line.values) for line in made.lines}
    was = snapshots.values(db, made.table, wanted)
    write(db, made.table, {line.row_id: line.values for line in made.lines})
    now = snapshots.values(db, made.table, wanted)
    houses = made.table == "organisation"
    owner = "organisation_id" if houses else "contact_id"
    rows = [
        {
            "id": clock.new_id(),
            "change_id": change.id,
            owner: line.owner_id,
            "table_name": made.table,
            "row_id": line.row_id,
            "before": was[made.table, line.row_id],
            "after": now[made.table, line.row_id],
        }
        for line in made.lines
    ]
    db.connection().execute(insert(table_of("many_change_row")), rows)
    verb, facts = _VERBS[made.what]
    kind = "organisation" if houses else "contact"
    db.add_all(entry(actor, verb, kind, line.owner_id, line.region_id, **facts) for line in made.lines)
    follow_up(db, made.table, set(made.owners))
    return change


# --- rows -------------------------------------------------------------------------------------------------------------


def write(db: Session, name: str, values: Mapping[UUID, Mapping[str, object]]) -> None:
    """Write rows; what has a revision gets the next one, so that an open form does not overwrite this in silence."""
    table = table_of(name)
    also: dict[str, Any] = {}
    if "revision" in table.c:
        also = {"revision": table.c.revision + 1, "updated_at": clock.now()}
    groups: dict[str, tuple[Mapping[str, object], list[UUID]]] = {}
    for row_id, row in values.items():
        groups.setdefault(repr(sorted(row.items())), (row, []))[1].append(row_id)
    for row, ids in groups.values():
        for some in in_parts(ids):
            db.connection().execute(update(table).where(table.c.id.in_(some)).values({**row, **also}))
    db.expire_all()


def follow_up(db: Session, table: str, owners: set[UUID]) -> None:
    db.flush()
    if table == "organisation":
        sits = select(Affiliation.contact_id).where(col(Affiliation.organisation_id).in_(owners)).distinct()
        searching.refresh(db, list(db.exec(sits)))
    elif table == "affiliation":
        searching.refresh(db, owners)


_VERBS: dict[What, tuple[str, dict[str, str]]] = {
    What.INVITE: ("contact.to-invite", {}),
    What.NOT_INVITE: ("contact.not-to-invite", {}),
    What.CONFIRM: ("contact.confirmed", {}),
    What.STATUS: ("contact.takes-part", {}),
    What.LEFT: ("contact.changed", {"fields": "ended_on"}),
    What.LANGUAGE: ("contact.changed", {"fields": "language"}),
    What.THEME: ("organisation.changed", {"fields": "themes"}),
    What.NO_THEME: ("organisation.changed", {"fields": "themes"}),
    What.SECTOR: ("organisation.changed", {"fields": "sector"}),
}
