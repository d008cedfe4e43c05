"""The work list of records that may be one, the look while somebody types, and what was said to be two."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.registry import organisation_queries, queries
from bsoo.registry.doubles import both, merge_queries, merging
from bsoo.registry.doubles import candidates as doubles
from bsoo.registry.doubles.words_of_likeness import in_words
from bsoo.registry.models import Contact, Organisation
from bsoo.routes.edge import (
    ReadDB,
    Staff,
    WriteDB,
    chosen_region,
    clean,
    done,
    identifier,
    page_number,
    path_to,
    render,
)

router = APIRouter()

PAGE = 25
KINDS = ("contacten", "organisaties", "samengevoegd")
AT_ONCE = 1_500
"""With more contacts than this the page comes first, and says that it is looking."""


@router.get("/netwerk/dubbel")
def doubles_list(
    request: Request, db: ReadDB, actor: Staff, soort: str = "", bladzijde: str = "1", nu: str = ""
) -> Response:
    require(actor, Permission.EDIT_REGISTRY)
    kind = soort if soort in KINDS else KINDS[0]
    region = chosen_region(request)
    waits = not nu and kind != KINDS[2] and doubles.number_of_contacts(db, actor) > AT_ONCE
    found = [] if waits else _found(db, actor, kind, region.id if region else None)
    pages = max(1, -(-len(found) // PAGE))
    page = min(page_number(bladzijde), pages)
    return render(
        request,
        "registry/doubles.html",
        actor=actor,
        section="network",
        kind=kind,
        waits=waits,
        found=found[(page - 1) * PAGE : page * PAGE],
        total=len(found),
        page=page,
        pages=pages,
        first=(page - 1) * PAGE + 1,
        in_words=in_words,
        undo_until=clock.now() - merging.UNDO_WITHIN,
    )


@router.get("/netwerk/contacten/{contact_id}/samenvoegen")
def contact_doubles(request: Request, db: ReadDB, actor: Staff, contact_id: str, q: str = "") -> Response:
    """With whom this contact may be merged: who looks like it, or whom somebody looks up."""
    found = queries.contact(db, actor, identifier(contact_id))
    return _others(request, db, actor, Contact, found.id, found.display_name, clean(q)[:100])


@router.get("/netwerk/organisaties/{organisation_id}/samenvoegen")
def organisation_doubles(request: Request, db: ReadDB, actor: Staff, organisation_id: str, q: str = "") -> Response:
    """With which this organisation may be merged."""
    found = organisation_queries.organisation(db, actor, identifier(organisation_id))
    return _others(request, db, actor, Organisation, found.id, found.name, clean(q)[:100])


@router.post("/netwerk/dubbel/contacten/{contact_id}/{other_contact_id}/apart")
def contacts_apart(request: Request, db: WriteDB, actor: Staff, contact_id: str, other_contact_id: str) -> Response:
    """These are two people."""
    pair = identifier(contact_id), identifier(other_contact_id)
    both.keep_apart(db, actor, Contact, pair)
    undo = path_to(request, "contacts_not_apart", contact_id=contact_id, other_contact_id=other_contact_id)
    return _kept_apart(request, "contacten", undo)


@router.post("/netwerk/dubbel/contacten/{contact_id}/{other_contact_id}/apart/terug")
def contacts_not_apart(request: Request, db: WriteDB, actor: Staff, contact_id: str, other_contact_id: str) -> Response:
    """They may be one after all."""
    both.forget_apart(db, actor, Contact, (identifier(contact_id), identifier(other_contact_id)))
    return done(request, path_to(request, "doubles_list"), toast=_("Put back."))


@router.post("/netwerk/dubbel/organisaties/{organisation_id}/{other_organisation_id}/apart")
def organisations_apart(
    request: Request, db: WriteDB, actor: Staff, organisation_id: str, other_organisation_id: str
) -> Response:
    """These are two organisations."""
    both.keep_apart(db, actor, Organisation, (identifier(organisation_id), identifier(other_organisation_id)))
    undo = path_to(
        request,
        "organisations_not_apart",
        organisation_id=organisation_id,
        other_organisation_id=other_organisation_id,
    )
    return _kept_apart(request, "organisaties", undo)


@router.post("/netwerk/dubbel/organisaties/{organisation_id}/{other_organisation_id}/apart/terug")
def organisations_not_apart(
    request: Request, db: WriteDB, actor: Staff, organisation_id: str, other_organisation_id: str
) -> Response:
    """They may be one after all."""
    both.forget_apart(db, actor, Organisation, (identifier(organisation_id), identifier(other_organisation_id)))
    return done(request, path_to(request, "doubles_list", soort="organisaties"), toast=_("Put back."))


def _others(
    request: Request, db: Session, actor: Actor, kind: merge_queries.Kind, record_id: UUID, name: str, text: str
) -> Response:
    require(actor, Permission.EDIT_REGISTRY)
    return render(
        request,
        "registry/merge_with.html",
        actor=actor,
        section="network",
        is_contact=kind is Contact,
        record_id=record_id,
        name=name,
        text=text,
        found=doubles.others(db, actor, kind, record_id, text),
        in_words=in_words,
    )


def _kept_apart(request: Request, kind: str, undo: str) -> Response:
    url = path_to(request, "doubles_list", soort=kind if kind != KINDS[0] else "")
    return done(request, url, toast=_("Remembered: these are two."), undo=undo)


def _found(db: Session, actor: Actor, kind: str, region_id: UUID | None) -> Sequence[object]:
    if kind == "samengevoegd":
        since: datetime = clock.now() - merging.UNDO_WITHIN
        return merge_queries.recent(db, actor, since)
    if kind == "organisaties":
        return doubles.organisations(db, actor, region_id)
    return doubles.contacts(db, actor, region_id)
