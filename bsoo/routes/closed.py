"""Gesloten: who is not written to and why, and opening an address again with the proof that it works."""

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.mail.desk import ROWS
from bsoo.mail.purpose_words import NAMES
from bsoo.registry import closed as queries
from bsoo.registry import reachability
from bsoo.registry.closed import History
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    clean,
    done,
    identifier,
    page_number,
    path_to,
    render,
)
from bsoo.routes.looked_at import mail_regions
from bsoo.routes.span import Span

router = APIRouter()


@router.get("/postvak/gesloten")
def closed(request: Request, db: ReadDB, actor: Staff, q: str = "", bladzijde: str = "1") -> Response:
    mail_regions(actor)
    text, page = clean(q)[:100].lower(), page_number(bladzijde)
    found = [one for one in queries.closed(db, actor) if text in f"{one.name} {one.email} {one.reason}".lower()]
    return render(
        request,
        "outbox/closed.html",
        actor=actor,
        lines=found[(page - 1) * ROWS : page * ROWS],
        span=Span(len(found), page),
        q=q,
        purposes=NAMES,
    )


@router.get("/postvak/gesloten/{address_id}")
def closed_address(request: Request, db: ReadDB, actor: Staff, address_id: str) -> Response:
    return _page(request, db, actor, queries.history(db, actor, identifier(address_id)))


@router.post("/postvak/gesloten/{address_id}")
def closed_address_opened(request: Request, db: WriteDB, actor: Staff, address_id: str, typed: TypedForm) -> Response:
    """Write to it again; the proof is kept beside who opened it."""
    found = queries.history(db, actor, identifier(address_id))
    region_id = queries.region_of(db, actor, found.contact.id)
    require(actor, Permission.MANAGE_MAIL, region_id)
    with Tried(typed) as tried, attempt(db):
        reachability.release(db, actor, found.address.email, region_id, proof=typed.get("bewijs", ""))
    if tried.refusal:
        return _page(request, db, actor, found, tried=tried)
    said = _("We write to this address again.")
    return done(request, path_to(request, "closed_address", address_id=found.address.id), toast=said)


def _page(request: Request, db: Session, actor: Actor, found: History, *, tried: Tried = UNTRIED) -> Response:
    return render(
        request,
        "outbox/closed_address.html",
        actor=actor,
        tried=tried,
        found=found,
        may_open=found.is_closed and queries.region_of(db, actor, found.contact.id) is not None,
        purposes=NAMES,
    )
