"""Lists that take long: the answer comes first, and a page says how far reading or importing them is."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import Response

from bsoo import clock, i18n
from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.registry.imports import background, progress, undoing, uploads
from bsoo.registry.imports.progress import Progress, Teller
from bsoo.registry.models import Upload
from bsoo.routes.edge import ReadDB, Staff, WriteDB, database, done, identifier, path_to, render, settings

router = APIRouter()

Work = Callable[[Database, Actor, UUID, Teller], None]


def begin(request: Request, actor: Actor, upload: Upload, work: Work, page: str) -> Response:
    """Answer first, then do the work; a second press while it runs shows the same page."""
    answer = done(request, path_to(request, page, upload_id=upload.id))
    if _stopped(_going(request, upload.id)):
        where = database(request)
        teller = Teller(settings(request).data, upload.id, lambda: background.is_wanted(where, actor, upload.id))
        answer.background = BackgroundTask(_in_language, i18n.language(), work, where, actor, upload.id, teller)
    return answer


def begin_reading(request: Request, actor: Actor, upload: Upload) -> Response:
    return begin(request, actor, upload, background.read_whole, "import_reading")


@router.get("/netwerk/import/{upload_id}/lezen")
def import_reading(request: Request, db: ReadDB, actor: Staff, upload_id: str) -> Response:
    """How far reading a big list is, and whether it could be read."""
    upload = uploads.upload(db, actor, identifier(upload_id), also_stopped=True)
    going = _going(request, upload.id)
    refused = going.failed if going and upload.content is None else ""
    return render(
        request,
        "registry/import_reading.html",
        actor=actor,
        section="network",
        upload=upload,
        going=going,
        refused=refused,
        given_up=upload.content is None and not refused,
        is_read=bool(upload.layout),
        stopped=_stopped(going),
        stages=(progress.OPENING, progress.READING, progress.COMPARING),
    )


@router.post("/netwerk/import/{upload_id}/lezen")
def import_read_again(request: Request, db: WriteDB, actor: Staff, upload_id: str) -> Response:
    """Read it after all, when the reading stopped halfway."""
    return begin_reading(request, actor, uploads.upload(db, actor, identifier(upload_id)))


@router.get("/netwerk/import/{upload_id}/voortgang")
def import_progress(request: Request, db: ReadDB, actor: Staff, upload_id: str) -> Response:
    """How far a big import is, and what came of it."""
    upload = uploads.upload(db, actor, identifier(upload_id))
    going = _going(request, upload.id)
    return render(
        request,
        "registry/import_progress.html",
        actor=actor,
        section="network",
        upload=upload,
        going=going,
        stopped=upload.applied_at is None and _stopped(going),
        can_undo=undoing.can_undo(upload),
        stages=progress.STAGES,
    )


def _going(request: Request, upload_id: UUID) -> Progress | None:
    return progress.progress_of(settings(request).data, upload_id)


def _stopped(going: Progress | None) -> bool:
    """Whether nobody works on it: it was never begun, it failed, or its process is gone."""
    return going is None or bool(going.failed) or going.is_gone(clock.now())


def _in_language(language: str, work: Work, where: Database, actor: Actor, upload_id: UUID, teller: Teller) -> None:
    with i18n.speaking(language):
        work(where, actor, upload_id, teller)
