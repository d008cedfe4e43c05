"""What can still be done to a version that was published: a correction beside it, or withdrawing it."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.publications import actions, queries
from bsoo.publications.models import Audience, Publication
from bsoo.routes.edge import (
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    path_to,
)
from bsoo.routes.reading import SLUGS, reading_page

router = APIRouter()


class ErratumForm(BaseModel):
    """What is corrected beside a version."""

    erratum: Annotated[str, Field(max_length=actions.LONGEST_ERRATUM)] = ""


@router.post("/publicaties/versies/{publication_id}/verbetering")
def erratum_add(request: Request, db: WriteDB, actor: Staff, publication_id: str, typed: TypedForm) -> Response:
    found = queries.publication_by_id(db, actor, identifier(publication_id))
    require(actor, Permission.PUBLISH, found.region_id)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ErratumForm)
        actions.add_erratum(db, actor, found, text=form.erratum)
    if tried.refusal:
        kind = SLUGS[found.kind]
        return reading_page(request, db, actor, found, kind, "#pdf", tried=tried)
    return done(request, _own_path(request, db, actor, found), toast=_("The correction stands beside the text."))


@router.post("/publicaties/versies/{publication_id}/ingetrokken")
def publication_withdraw(request: Request, db: WriteDB, actor: Staff, publication_id: str) -> Response:
    found = queries.publication_by_id(db, actor, identifier(publication_id))
    actions.withdraw(db, actor, found)
    undo = path_to(request, "publication_restore", publication_id=found.id)
    return done(request, _own_path(request, db, actor, found), toast=_("This version is withdrawn."), undo=undo)


@router.post("/publicaties/versies/{publication_id}/terug")
def publication_restore(request: Request, db: WriteDB, actor: Staff, publication_id: str) -> Response:
    found = queries.publication_by_id(db, actor, identifier(publication_id))
    actions.restore(db, actor, found)
    return done(request, _own_path(request, db, actor, found), toast=_("Put back"))


def _own_path(request: Request, db: Session, actor: Actor, found: Publication) -> str:
    region = queries.versions(db, actor, found)[0].region_slug
    name = "network_version" if found.audience is Audience.NETWORK else "publication_version"
    return path_to(
        request,
        name,
        region=region,
        quarter=f"{found.year}-{found.quarter}",
        kind=SLUGS[found.kind],
        version=found.version,
    )
