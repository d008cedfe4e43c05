"""A contact list comes in: the file, what its columns mean, and then all of it at once, which can be taken back."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may
from bsoo.errors import NotAllowed, Refused
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.privacy import periods
from bsoo.regions import Region
from bsoo.registry import words
from bsoo.registry.imports import background, deciding, importing, kept, spreadsheets, undoing, uploads
from bsoo.registry.imports.changes import Verdict
from bsoo.registry.imports.columns import Certainty
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.outcome import Outcome
from bsoo.registry.models import Upload
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    Typed,
    TypedForm,
    WriteDB,
    attempt,
    chosen_region,
    done,
    identifier,
    my_regions,
    path_to,
    render,
    settings,
)
from bsoo.routes.import_progress import begin, begin_reading

router = APIRouter()


_BIG = 2_000
"""Rows from which an import shows how far it is; a smaller list is there in a second."""


class UploadForm(BaseModel):
    """The region that the list is for; the file comes beside it."""

    region: Annotated[str, Field(max_length=40)]


@router.get("/netwerk/import")
def import_upload(request: Request, db: ReadDB, actor: Staff) -> Response:
    return _upload_page(request, db, actor)


@router.post("/netwerk/import")
def import_uploaded(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    with Tried(typed) as tried, attempt(db):
        region = _region(request, actor, typed.check(UploadForm).region)
        name, data = _sent(typed)
        is_long = len(data) > background.LONG
        upload = (background.hold if is_long else uploads.keep_upload)(db, actor, region, data, name)
    if tried.refusal:
        return _upload_page(request, db, actor, tried=tried)
    if is_long:
        return begin_reading(request, actor, upload)
    planned = kept.outcome(db, actor, upload, settings(request).data)
    page = "import_mapping" if _unsure(planned) else _after_columns(planned)
    return done(request, path_to(request, page, upload_id=upload.id))


@router.get("/netwerk/import/{upload_id}/kolommen")
def import_mapping(request: Request, db: ReadDB, actor: Staff, upload_id: str) -> Response:
    upload = uploads.upload(db, actor, identifier(upload_id))
    if not upload.layout:
        return done(request, path_to(request, "import_reading", upload_id=upload.id))
    return _mapping_page(request, db, actor, upload)


@router.post("/netwerk/import/{upload_id}/kolommen")
def import_mapped(request: Request, db: WriteDB, actor: Staff, upload_id: str, typed: TypedForm) -> Response:
    upload = uploads.upload(db, actor, identifier(upload_id))
    known = {meaning.value for meaning in Meaning}
    mapping = {name[1:]: typed[name] for name in typed if name.startswith("k") and typed[name] in known}
    with Tried(typed) as tried, attempt(db):
        deciding.choose_columns(db, actor, upload, mapping)
    if tried.refusal:
        db.expire_all()
        return _mapping_page(request, db, actor, upload, tried=tried)
    planned = kept.outcome(db, actor, upload, settings(request).data)
    return done(request, path_to(request, _after_columns(planned), upload_id=upload.id))


@router.post("/netwerk/import/{upload_id}/doorvoeren")
def import_apply(request: Request, db: WriteDB, actor: Staff, upload_id: str) -> Response:
    upload = uploads.upload(db, actor, identifier(upload_id))
    if upload.applied_at is not None:
        return done(request, path_to(request, "network"), toast=_("This list has already been imported."))
    kept.forget(settings(request).data, upload.id)
    if upload.totals.get("rows", 0) > _BIG:
        return begin(request, actor, upload, background.import_whole, "import_progress")
    planned = uploads.planned_again(db, actor, upload)
    importing.apply(db, actor, planned, upload)
    new = planned.verdicts[Verdict.NEW]
    toast = ngettext(
        "%(num)s contact added, %(changed)s changed.",
        "%(num)s contacts added, %(changed)s changed.",
        new,
        changed=planned.would_write - new,
    )
    undo = path_to(request, "import_undo", upload_id=upload.id) if planned.would_write else ""
    return done(request, path_to(request, "network"), toast=toast, undo=undo)


@router.post("/netwerk/import/{upload_id}/terug")
def import_undo(request: Request, db: WriteDB, actor: Staff, upload_id: str) -> Response:
    upload = uploads.upload(db, actor, identifier(upload_id))
    with Tried() as tried, attempt(db):
        undoing.undo(db, actor, upload)
    if tried.refusal:
        db.expire_all()
        return _upload_page(request, db, actor, tried=tried)
    return done(request, path_to(request, "network"), toast=_("%(file)s is taken back.", file=upload.file_name))


@router.post("/netwerk/import/{upload_id}/weg")
def import_discard(request: Request, db: WriteDB, actor: Staff, upload_id: str) -> Response:
    upload = uploads.upload(db, actor, identifier(upload_id))
    uploads.discard(db, actor, upload)
    kept.forget(settings(request).data, upload.id)
    return done(
        request, path_to(request, "network"), toast=_("Stopped. The file has been deleted, nothing was imported.")
    )


def _sent(typed: Typed) -> tuple[str, bytes]:
    """The name and the bytes of the file that was chosen."""
    sent = typed.files.get("file")
    if sent is None or not sent.filename:
        raise Refused(_("Choose a file."), "file")
    with sent.file as file:
        return sent.filename, file.read(spreadsheets.MAX_BYTES + 1)


# --- pages ------------------------------------------------------------------------------------------------------------


def _upload_page(request: Request, db: Session, actor: Actor, *, tried: Tried = UNTRIED) -> Response:
    regions = _regions(request, actor)
    if not regions:
        raise NotAllowed
    chosen = chosen_region(request)
    return render(
        request,
        "registry/import_upload.html",
        actor=actor,
        section="network",
        region_options=[(region.slug, region.name) for region in regions],
        region=chosen.slug if chosen in regions and chosen is not None else "",
        recent=uploads.recent(db, actor),
        names={region.id: region.name for region in regions},
        can_undo=undoing.can_undo,
        kept=periods.in_words(periods.kept(db, actor)["uploads"]),
        tried=tried,
    )


def _mapping_page(request: Request, db: Session, actor: Actor, upload: Upload, *, tried: Tried = UNTRIED) -> Response:
    planned = kept.outcome(db, actor, upload, settings(request).data)
    columns = [column for table in planned.found.tables for column in table.layout.columns]
    return render(
        request,
        "registry/import_mapping.html",
        actor=actor,
        section="network",
        upload=upload,
        tables=planned.found.tables,
        known=sum(1 for column in columns if column.certainty is not Certainty.UNKNOWN),
        total=len(columns),
        options=[(meaning.value, _(words.MEANINGS[meaning])) for meaning in Meaning],
        tried=tried,
        errors={name if name.startswith("k") else f"k{name}": sentence for name, sentence in tried.errors.items()},
    )


def _regions(request: Request, actor: Actor) -> list[Region]:
    return [region for region in my_regions(request) if may(actor, Permission.IMPORT_CONTACTS, region.id)]


def _region(request: Request, actor: Actor, slug: str) -> Region:
    found = next((region for region in _regions(request, actor) if region.slug == slug), None)
    if found is None:
        raise Refused(_("Choose one of the options."), "region")
    return found


def _after_columns(planned: Outcome) -> str:
    """Words that nobody knows are asked about before the rows are looked at."""
    return "import_words" if planned.has_unknown_words else "import_review"


def _unsure(planned: Outcome) -> bool:
    """Whether somebody should look at the columns first: one was guessed by its content, or not recognised at all."""
    sure = (Certainty.HEADER, Certainty.TYPO, Certainty.CHOSEN)
    return any(column.certainty not in sure for table in planned.found.tables for column in table.layout.columns)
