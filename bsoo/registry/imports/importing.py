"""Importing a contact list: a plan that says what each row would do, then all of it in one transaction, or nothing."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from bsoo import clock, logbook
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.regions import Region, all_regions
from bsoo.registry import bulk
from bsoo.registry.facts import at, was_and_now
from bsoo.registry.finding import searching
from bsoo.registry.imports import known, reading, spreadsheets, undoing, writing
from bsoo.registry.imports.changes import COLUMNS, Changes, Verdict
from bsoo.registry.imports.judging import Judge
from bsoo.registry.imports.outcome import Outcome
from bsoo.registry.imports.progress import Tell, quiet
from bsoo.registry.imports.reading import NOTHING, ContactList, Decided
from bsoo.registry.imports.vocabulary import Ours
from bsoo.registry.models import Upload
from bsoo.terms import words

_REPLACED = frozenset({"name", "title", "phone", "language", "role", "department"})
"""What a list says instead of what we had; all else it only adds to."""


@dataclass(slots=True)
class Plan(Outcome):
    """What an import would do, and the rows that it would write."""

    region_id: UUID
    file_name: str
    file_hash: str
    changes: Changes


def plan(
    db: Session,
    actor: Actor,
    region: Region,
    data: bytes,
    file_name: str,
    decided: Decided = NOTHING,
    tell: Tell = quiet,
) -> Plan:
    """Read a list and say what importing it into this region would do; writes nothing."""
    require(actor, Permission.IMPORT_CONTACTS, region.id)
    with bulk.without_collecting():
        return _plan(db, region, data, file_name, decided, tell)


def _plan(db: Session, region: Region, data: bytes, file_name: str, decided: Decided, tell: Tell) -> Plan:
    found = reading.contact_list(spreadsheets.read(data, tell), clock.today(), _ours(db, region), decided, tell)
    if not found.tables:
        raise Refused(
            _("We found no contacts in this file: no column with e-mail addresses. Is it the right file?"),
            "file",
        )
    judge = Judge(known.known(db, region.id, found.rows), region.id, region.name, file_name, decided.answers)
    judged = judge.judge(found.rows, tell)
    return Plan(found, judged, region.id, file_name, hash_of(data), judge.changes)


def _ours(db: Session, region: Region) -> Ours:
    return Ours(words.known(db), tuple(one.name for one in all_regions(db)), region.name)


def apply(db: Session, actor: Actor, plan: Plan, upload: Upload | None = None, tell: Tell = quiet) -> Upload:
    """Carry out a plan of the same transaction; a second import of the same list changes nothing."""
    require(actor, Permission.IMPORT_CONTACTS, plan.region_id)
    if upload is None:
        upload = new_upload(actor, plan.region_id, plan.file_name, plan.file_hash)
        upload.layout = layout_hash(plan.found)
    upload.first_id, upload.last_id = plan.changes.first_and_last()
    upload.content = None
    upload.corrections = {}
    upload.totals = plan.kept_totals
    db.add(upload)
    db.flush()
    with bulk.without_collecting():
        was = undoing.as_it_is(db, plan.changes)
        writing.write(db, plan.changes, plan.region_id, plan.file_name, tell)
        if sum(map(len, plan.changes.inserts.values())) > _GREW:
            bulk.look_again(db.connection(), COLUMNS)
        searching.refresh(db, plan.changes.touched)
        undoing.remember(db, upload, was, undoing.as_it_is(db, plan.changes))
    db.add_all(_entries(actor, plan))
    logbook.note(db, actor, "contacts.imported", upload, plan.region_id, file=plan.file_name[:120], **plan.verdicts)
    db.flush()
    upload.applied_at = clock.now()  # after its own lines in the logbook: what comes later stands on it
    db.flush()
    return upload


_GREW = 500
"""Rows that one import adds, from which plans made before may be of no use."""
_CHANGING = (Verdict.CHANGED, Verdict.CLASH)
_OF_SEAT = frozenset({"organisation", "role", "department", "left"})
"""These stand on the timeline of the organisation too."""


def _entries(actor: Actor, plan: Plan) -> list[logbook.LogEntry]:
    """A line on the timeline of each contact that was there already and is changed; it keeps what a list replaced."""
    touched = plan.changes.touched
    entries: list[logbook.LogEntry] = []
    for each in plan.judged:
        # Of a row with something to ask about, the rest goes in.
        if each.verdict in _CHANGING and each.differences and each.contact_id in touched:
            fields = list(dict.fromkeys(difference.field for difference in each.differences))
            replaced = [one for one in each.differences if one.field in _REPLACED and one.before]
            before, after = ({one.field: getattr(one, when) for one in replaced} for when in ("before", "after"))
            entries.append(
                logbook.entry(
                    actor,
                    "contact.imported",
                    "contact",
                    each.contact_id,
                    plan.region_id,
                    file=plan.file_name[:120],
                    row=each.row.number,
                    fields=", ".join(fields),
                    **was_and_now(before, after, list(before)),
                    **(at(each.house_id) if each.house_id and _OF_SEAT.intersection(fields) else {}),
                )
            )
    return entries


def new_upload(actor: Actor, region_id: UUID, file_name: str, file_hash: str) -> Upload:
    """The row that remembers a list, and holds it until somebody decides."""
    uploader = actor.id if actor.is_staff else None
    return Upload(
        region_id=region_id, file_name=file_name[:200] or _("list"), file_hash=file_hash, uploaded_by=uploader
    )


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def layout_hash(found: ContactList) -> str:
    """The same for lists with the same headers in the same places."""
    columns = [f"{table.place}.{each.place}:{each.header}" for table in found.tables for each in table.layout.columns]
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()
