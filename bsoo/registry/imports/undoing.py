"""Taking an import back as a whole: what it made goes, what it changed becomes what it was.

Only while nothing newer stands on it: nobody edited what it wrote, and nothing else points at what it made.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry import snapshots
from bsoo.registry.imports import standing
from bsoo.registry.imports.changes import COLUMNS, Changes
from bsoo.registry.models import ImportedChange, Upload
from bsoo.registry.rows import columns
from bsoo.registry.snapshots import Was, in_parts, table_of

UNDO_WITHIN = timedelta(days=7)

_ALSO = {"contact": {"search", "search_more", "revision"}, "organisation": {"revision"}}
"""Columns that change along."""


def as_it_is(db: Session, changes: Changes) -> Was:
    """The rows that an import changes, in the columns that it changes."""
    found: Was = {}
    updates = {name: dict(rows) for name, rows in changes.updates.items()}
    for contact_id in changes.touched:
        updates.setdefault("contact", {}).setdefault(contact_id, {})
    for name, rows in updates.items():
        found |= snapshots.values(
            db, name, {row_id: {*values, *_ALSO.get(name, ())} for row_id, values in rows.items()}
        )
    return found


def remember(db: Session, upload: Upload, before: Was, after: Was) -> None:
    """Keep what changed, per row, for as long as the import can be taken back."""
    owners = _owners(db, [key for key in before if before[key] != after[key]])
    db.add_all(
        ImportedChange(
            upload_id=upload.id,
            contact_id=owners.get(key),
            table_name=key[0],
            row_id=key[1],
            before=before[key],
            after=after[key],
        )
        for key in before
        if before[key] != after[key]
    )
    db.flush()


def _owners(db: Session, changed: Sequence[tuple[str, UUID]]) -> dict[tuple[str, UUID], UUID]:
    """Whose rows these are; organisations are nobody's."""
    owners = {key: key[1] for key in changed if key[0] == "contact"}
    for name in ("affiliation", "membership"):
        table = table_of(name)
        for some in in_parts([row_id for where, row_id in changed if where == name]):
            asked = columns(table.c.id, table.c.contact_id).where(table.c.id.in_(some))
            owners |= {(name, row_id): contact_id for row_id, contact_id in db.connection().execute(asked)}
    return owners


def can_undo(upload: Upload) -> bool:
    return upload.applied_at is not None and upload.undone_at is None and upload.applied_at > clock.now() - UNDO_WITHIN


def undo(db: Session, actor: Actor, upload: Upload) -> None:
    """Take an import back, all of it."""
    require(actor, Permission.IMPORT_CONTACTS, upload.region_id)
    if not can_undo(upload):
        raise Refused(_("This import can no longer be undone: that goes for seven days, and once."))
    if newer := standing.on(db, upload):
        what = standing.in_short(newer)
        raise Refused(
            _("This import can no longer be undone, because something newer stands on it: %(what)s.", what=what)
        )
    for change in standing.changes_of(db, upload):
        snapshots.put_back(db, change.table_name, change.row_id, change.before)
        db.delete(change)
    db.flush()
    for name in reversed(COLUMNS):
        if upload.first_id:
            made = table_of(name).c.id.between(upload.first_id, upload.last_id)
            db.connection().execute(delete(table_of(name)).where(made))
    upload.undone_at = clock.now()
    db.add(upload)
    note(db, actor, "contacts.import-undone", upload, upload.region_id, file=upload.file_name[:120])
    db.flush()
    db.expire_all()
