"""The personal links of a contact: send them again, or close and replace them."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.registry import own_link, queries
from bsoo.registry.models import Contact
from bsoo.routes.edge import Staff, Tried, Typed, WriteDB, attempt, done, identifier, path_to

router = APIRouter()


@router.post("/netwerk/contacten/{contact_id}/link")
def contact_link_sent(request: Request, db: WriteDB, actor: Staff, contact_id: str) -> Response:
    """Mail the own page once more; the links of before keep working."""
    return _mailed(request, db, actor, contact_id, own_link.send, N_("The link goes to %(address)s."))


@router.post("/netwerk/contacten/{contact_id}/link/vervangen")
def contact_links_replaced(request: Request, db: WriteDB, actor: Staff, contact_id: str) -> Response:
    """Close what was passed on, and mail a new link."""
    said = N_("The old links are closed. A new one goes to %(address)s.")
    return _mailed(request, db, actor, contact_id, own_link.replace, said)


def _mailed(
    request: Request,
    db: Session,
    actor: Actor,
    contact_id: str,
    act: Callable[[Session, Actor, Contact], str],
    said: str,
) -> Response:
    found = queries.contact(db, actor, identifier(contact_id))
    address = ""
    with Tried(Typed()) as tried, attempt(db):
        address = act(db, actor, found)
    toast = str(tried.refusal) if tried.refusal else _(said, address=address)
    return done(request, path_to(request, "contact", contact_id=contact_id), toast=toast)
