"""What happened since an import to what it wrote: as long as there is anything, it is not taken back."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, or_
from sqlmodel import Session, SQLModel, col, select

from bsoo.i18n import N_, ngettext
from bsoo.i18n import gettext as _
from bsoo.logbook import LogEntry
from bsoo.registry import snapshots
from bsoo.registry.imports.changes import COLUMNS
from bsoo.registry.models import Contact, ImportedChange, Organisation, Upload

_MOST_TOLD = 5

_WORDS = {
    "invitation": N_("invitations"),
    "letter": N_("mails"),
    "attendance": N_("attendance"),
    "signal": N_("signals"),
    "action": N_("actions"),
    "personal_link": N_("personal links"),
    "service": N_("services"),
    "affiliation": N_("other positions"),
    "membership": N_("other regions"),
    "purpose_basis": N_("bases of one kind of mail"),
    "contact_address": N_("other addresses"),
    "organisation_region": N_("first contacts"),
    "contact_import_change": N_("changes by a later list"),
}
_OTHER = N_("other things")


def on(db: Session, upload: Upload) -> list[str]:
    """All that stands on this import, in words; empty when it can be taken back."""
    edited = _edited(db, upload) | _logged(db, upload)
    told = [_("%(name)s was changed", name=name) for name in _names(db, edited)]
    if upload.first_id is None:
        return told
    for table in SQLModel.metadata.sorted_tables:
        if number := _pointing_at(db, table, upload):
            told.append(f"{_(_WORDS.get(table.name, _OTHER))} ({number})")
    return told


def in_short(told: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = len(told) - _MOST_TOLD
    shown = "; ".join(told[:_MOST_TOLD])
    return shown if more < 1 else shown + " " + ngettext("and %(num)s more", "and %(num)s more", more)


def changes_of(db: Session, upload: Upload) -> Sequence[ImportedChange]:
    return db.exec(select(ImportedChange).where(ImportedChange.upload_id == upload.id)).all()


def _edited(db: Session, upload: Upload) -> set[UUID]:
    """Whose rows the import changed, and somebody else after it."""
    wanted: dict[str, dict[UUID, ImportedChange]] = {}
    for change in changes_of(db, upload):
        wanted.setdefault(change.table_name, {})[change.row_id] = change
    edited: set[UUID] = set()
    for name, changes in wanted.items():
        now = snapshots.values(db, name, {row_id: set(change.after) for row_id, change in changes.items()})
        for row_id, change in changes.items():
            if now.get((name, row_id)) != change.after:
                edited.add(change.contact_id or row_id)
    return edited


def _logged(db: Session, upload: Upload) -> set[UUID]:
    """What the import made, and about which the logbook has newer lines; later lists have a memory of their own."""
    if upload.first_id is None or upload.applied_at is None:
        return set()
    made = col(LogEntry.subject_id).between(upload.first_id, upload.last_id)
    newer = select(LogEntry.subject_id).where(made, LogEntry.at > upload.applied_at)
    return set(db.exec(newer.where(LogEntry.verb != "contact.imported")))


def _names(db: Session, ids: Collection[UUID]) -> list[str]:
    if not ids:
        return []
    people = db.exec(select(Contact.display_name).where(col(Contact.id).in_(ids)).order_by(Contact.sort_name))
    houses = db.exec(select(Organisation.name).where(col(Organisation.id).in_(ids)).order_by(Organisation.name))
    named = [*people, *houses]
    return named if len(named) == len(ids) else [*named, _("something that is no longer there")]


def _pointing_at(db: Session, table: Table, upload: Upload) -> int:
    """How many rows of a table, made by others, point at what this import made."""
    own = ("contact", "organisation", "membership")
    pointing = [
        key.parent.between(upload.first_id, upload.last_id)
        for key in table.foreign_keys
        if key.column.table.name in own
    ]
    others: list[ColumnElement[bool]] = []
    if table.name in COLUMNS:
        others.append(~table.c.id.between(upload.first_id, upload.last_id))
    if table.name == ImportedChange.__tablename__:
        others.append(table.c.upload_id != upload.id)
        pointing.append(table.c.row_id.between(upload.first_id, upload.last_id))
    if not pointing:
        return 0
    return db.connection().execute(func.count().select().select_from(table).where(or_(*pointing), *others)).scalar_one()
