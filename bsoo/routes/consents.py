"""The text of consent: every version to read, and for administrators a new one."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.names import staff_names
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.registry import consents
from bsoo.routes.edge import UNTRIED, ReadDB, Staff, Tried, TypedForm, WriteDB, attempt, done, path_to, render

router = APIRouter()


class ConsentForm(BaseModel):
    """A new version; `after` is the one that its writer had before them."""

    text_nl: Annotated[str, Field(max_length=consents.LONGEST)] = ""
    text_en: Annotated[str, Field(max_length=consents.LONGEST)] = ""
    after: Annotated[int, Field(ge=0, le=consents.MOST)] = 0


@router.get("/netwerk/toestemming")
def consent_texts(request: Request, db: ReadDB, actor: Staff) -> Response:
    return _page(request, db, actor)


@router.post("/netwerk/toestemming")
def consent_text_write(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    """Who agrees from now on agrees to this."""
    require(actor, Permission.ADMINISTER)
    with Tried(typed) as tried, attempt(db):
        made = consents.write(db, actor, **typed.check(ConsentForm).model_dump())
    if tried.refusal:
        return _page(request, db, actor, tried=tried)
    toast = _("Version %(version)s holds from now on.", version=made.version)
    return done(request, path_to(request, "consent_texts"), toast=toast)


def _page(request: Request, db: Session, actor: Actor, *, tried: Tried = UNTRIED) -> Response:
    versions = consents.versions(db, actor)
    return render(
        request,
        "registry/consents.html",
        actor=actor,
        section="network",
        versions=versions,
        names=staff_names(db, actor, {one.made_by for one in versions if one.made_by}),
        longest=consents.LONGEST,
        tried=tried,
    )
