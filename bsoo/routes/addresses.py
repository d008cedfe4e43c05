"""Which address of a contact is written to, other addresses, and whether a desk reads it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from bsoo.i18n import gettext as _
from bsoo.registry import addresses, queries
from bsoo.routes.contact_page import contact_page
from bsoo.routes.edge import Staff, Tried, TypedForm, WriteDB, attempt, done, identifier, path_to

router = APIRouter()


@router.post("/netwerk/contacten/{contact_id}/adressen/{address_id}")
def address_used(request: Request, db: WriteDB, actor: Staff, contact_id: str, address_id: str) -> Response:
    """Write to this one; undo chooses the one before."""
    found = queries.contact(db, actor, identifier(contact_id))
    before = addresses.use(db, actor, found, identifier(address_id))
    undo = path_to(request, "address_used", contact_id=contact_id, address_id=before) if before else ""
    return done(
        request, path_to(request, "contact", contact_id=contact_id), toast=_("From now on we write here."), undo=undo
    )


@router.post("/netwerk/contacten/{contact_id}/adressen")
def address_added(request: Request, db: WriteDB, actor: Staff, contact_id: str, typed: TypedForm) -> Response:
    found = queries.contact(db, actor, identifier(contact_id))
    with Tried(typed) as tried, attempt(db):
        addresses.add(db, actor, found, typed.get("email", "")[:254])
    if tried.refusal:
        return contact_page(request, db, actor, contact_id, tried=tried)
    return done(request, path_to(request, "contact", contact_id=contact_id), toast=_("The address is known now."))


@router.post("/netwerk/contacten/{contact_id}/postbus")
def mailbox_shared(request: Request, db: WriteDB, actor: Staff, contact_id: str, typed: TypedForm) -> Response:
    """A desk reads it, or this one person."""
    found = queries.contact(db, actor, identifier(contact_id))
    with Tried(typed) as tried, attempt(db):
        addresses.set_shared(db, actor, found, is_shared=typed.get("gedeeld", "") == "ja")
    toast = str(tried.refusal) if tried.refusal else _("Saved.")
    return done(request, path_to(request, "contact", contact_id=contact_id), toast=toast)
