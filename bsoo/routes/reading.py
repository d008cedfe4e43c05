"""The page and the file of one version of a publication, however the reader came to it."""

from datetime import timedelta
from http import HTTPStatus

from fastapi import Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may
from bsoo.i18n import DEFAULT, language
from bsoo.minutes import promised
from bsoo.publications import queries
from bsoo.publications.document import document
from bsoo.publications.faces import canonical
from bsoo.publications.models import Audience, Publication, PublicationKind
from bsoo.publications.pdf import translated
from bsoo.routes.edge import (
    UNTRIED,
    Tried,
    render,
)

KINDS = {"verslag": PublicationKind.MINUTES, "samenvatting": PublicationKind.SUMMARY}
SLUGS = {kind: slug for slug, kind in KINDS.items()}
SHORT_WHILE = timedelta(minutes=10)


def reading_page(
    request: Request,
    db: Session,
    actor: Actor,
    found: Publication,
    kind: str,
    pdf: str,
    *,
    headers: dict[str, str] | None = None,
    tried: Tried = UNTRIED,
) -> Response:
    """The page of a version; a withdrawn one keeps its address and says so, without its text."""
    gone = found.withdrawn_at is not None
    versions = queries.versions(db, actor, found)
    return render(
        request,
        "publications/document.html",
        actor=actor,
        status=HTTPStatus.GONE if gone else HTTPStatus.OK,
        headers=headers,
        section="publications",
        publication=found,
        kind=kind,
        region_slug=versions[0].region_slug,
        document=document(found.content),
        states=_states(db, actor, found),
        adopted_on=queries.adopted_on(db, actor, found) if found.meeting_id else None,
        versions=versions,
        errata=queries.errata(db, actor, found),
        pdf=pdf,
        kilobytes=max(1, queries.pdf_size(db, actor, found) // 1000),
        is_for_network=found.audience is Audience.NETWORK,
        may_publish=actor.is_staff and may(actor, Permission.PUBLISH, found.region_id),
        tried=tried,
    )


def _states(db: Session, actor: Actor, found: Publication) -> dict[str, promised.Progress]:
    """How far the actions in a version are today: the only thing on its page that is not frozen."""
    if found.meeting_id is None:
        return {}
    codes = {row[0] for part in document(found.content).parts if part.kind == "table" for row in part.rows}
    return promised.states_of(db, actor, found.meeting_id, codes)


def file_answer(
    request: Request,
    db: Session,
    actor: Actor,
    found: Publication,
    page: str,
    *,
    headers: dict[str, str] | None = None,
) -> Response:
    content = queries.stored_pdf(db, actor, found)
    if content is None or found.withdrawn_at is not None:
        return RedirectResponse(page, status_code=HTTPStatus.SEE_OTHER)
    if language() != DEFAULT:
        content = translated(canonical(found.content), found.version, found.published_at, language())
    name = f"bsoo-{found.year}-{found.quarter}-{SLUGS[found.kind]}-v{found.version}.pdf"
    kept = {"Cache-Control": f"public, max-age={int(SHORT_WHILE.total_seconds())}"} if headers is None else headers
    disposition = {"Vary": "Cookie", "Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers={**kept, **disposition})
