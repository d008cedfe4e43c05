"""Contact lists between the preview and the decision, and those that were imported."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where, require
from bsoo.errors import NotFound
from bsoo.regions import Region
from bsoo.registry.imports import importing
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.importing import Plan
from bsoo.registry.imports.outcome import Outcome
from bsoo.registry.imports.progress import Tell, quiet
from bsoo.registry.imports.reading import Decided
from bsoo.registry.models import Upload

_MOST_SHOWN = 20


def keep_upload(db: Session, actor: Actor, region: Region, data: bytes, file_name: str) -> Upload:
    """Hold a list until somebody decides; its columns mean what they meant in the last list with these headers."""
    planned = importing.plan(db, actor, region, data, file_name)
    upload = importing.new_upload(actor, region.id, file_name, planned.file_hash)
    upload.content = data
    is_read(db, actor, upload, planned)
    return upload


def is_read(db: Session, actor: Actor, upload: Upload, made: Outcome) -> None:
    """Remember what was found in a list that is held."""
    require(actor, Permission.IMPORT_CONTACTS, upload.region_id)
    upload.layout, upload.totals = importing.layout_hash(made.found), made.kept_totals
    upload.mapping, upload.words = _chosen_before(db, actor, upload.layout)
    db.add(upload)
    db.flush()


def _chosen_before(db: Session, actor: Actor, layout: str) -> tuple[dict[str, str], dict[str, str]]:
    """Which columns and words somebody chose for the last list of this layout, of those that the actor may see."""
    mine = regions_where(actor, Permission.IMPORT_CONTACTS, Upload.region_id)
    applied = col(Upload.applied_at).is_not(None)
    chosen = select(Upload.mapping, Upload.words).where(Upload.layout == layout, applied, mine)
    before = db.exec(chosen.order_by(col(Upload.applied_at).desc()).limit(_MOST_SHOWN)).all()
    mapping = next((dict(columns) for columns, _words in before if columns), {})
    return mapping, next((dict(words) for _columns, words in before if words), {})


def upload(db: Session, actor: Actor, upload_id: UUID, *, also_stopped: bool = False) -> Upload:
    """An upload in a region in which the actor may import."""
    found = db.exec(
        select(Upload).where(Upload.id == upload_id, regions_where(actor, Permission.IMPORT_CONTACTS, Upload.region_id))
    ).first()
    if found is None or (found.discarded_at is not None and not also_stopped):
        raise NotFound
    return found


def recent(db: Session, actor: Actor) -> Sequence[Upload]:
    """The last lists that were imported, or that still wait for a decision; newest first."""
    mine = regions_where(actor, Permission.IMPORT_CONTACTS, Upload.region_id)
    asked = select(Upload).where(mine, col(Upload.discarded_at).is_(None)).order_by(col(Upload.uploaded_at).desc())
    without_file = defer(Upload.content)  # type: ignore[arg-type] # SQLModel gives a column the type of its value
    return db.exec(asked.options(without_file).limit(_MOST_SHOWN)).all()


def planned_again(db: Session, actor: Actor, upload: Upload, tell: Tell = quiet) -> Plan:
    """The plan of a held list against the registry as it is now, with all that was decided about it."""
    if upload.content is None:
        raise NotFound
    region = db.get_one(Region, upload.region_id)
    return importing.plan(db, actor, region, upload.content, upload.file_name, _decided(upload), tell)


def discard(db: Session, actor: Actor, upload: Upload) -> None:
    """Stop: forget the file."""
    require(actor, Permission.IMPORT_CONTACTS, upload.region_id)
    upload.content = None
    upload.corrections = {}
    upload.words = {}
    upload.discarded_at = clock.now()
    db.add(upload)
    db.flush()


def _decided(upload: Upload) -> Decided:
    return Decided(
        columns=_chosen(upload.mapping),
        left_out=frozenset(upload.left_out),
        corrections=upload.corrections,
        words=upload.words,
        answers=upload.answers,
    )


def _chosen(mapping: Mapping[str, str]) -> dict[int, dict[int, Meaning]]:
    chosen: dict[int, dict[int, Meaning]] = {}
    for place, meaning in mapping.items():
        sheet, _dot, column = place.partition(".")
        chosen.setdefault(int(sheet), {})[int(column)] = Meaning(meaning)
    return chosen
