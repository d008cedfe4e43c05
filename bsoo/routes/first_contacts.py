"""Whom one turns to first at an organisation: chosen on its page, per region."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.registry import first_contacts, organisation_queries, queries
from bsoo.routes.edge import Staff, TypedForm, WriteDB, done, identifier, path_to, safe_path
from bsoo.routes.editing import region_id_of

router = APIRouter()

NOBODY = "niemand"


@router.post("/netwerk/organisaties/{organisation_id}/eerste-contact/{region}")
def first_contact(
    request: Request, db: WriteDB, actor: Staff, organisation_id: str, region: str, typed: TypedForm, terug: str = ""
) -> Response:
    """Choose; with `terug` in the address whoever it was before."""
    house = organisation_queries.organisation(db, actor, identifier(organisation_id))
    region_id = region_id_of(request, region)
    require(actor, Permission.EDIT_REGISTRY, region_id)
    chosen = _chosen(terug or typed.get("contact", ""))
    if chosen is not None:
        queries.contact(db, actor, chosen)
    back = safe_path(typed.get("terug", "")) or path_to(request, "organisation", organisation_id=house.id)
    if terug:
        first_contacts.put_back(db, actor, house, region_id, chosen)
        return done(request, back, toast=_("Put back."))
    is_lost = first_contacts.is_lost(db, actor, house.id, region_id)
    before = first_contacts.choose(db, actor, house, region_id, chosen)
    told = _("First contact chosen.") if chosen else _("No first contact.")
    if before == chosen or is_lost:
        return done(request, back, toast=told)
    undo = path_to(request, "first_contact", organisation_id=house.id, region=region, terug=str(before or NOBODY))
    return done(request, back, toast=told, undo=undo)


def _chosen(typed: str) -> UUID | None:
    if typed == NOBODY:
        return None
    try:
        return identifier(typed)
    except NotFound:
        raise Refused(_("Choose one of the options."), "contact") from None
