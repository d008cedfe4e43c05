"""How a contact takes part in a region: as a member, a guest or no longer, invited or not."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.registry import memberships, queries
from bsoo.registry.models import MemberStatus
from bsoo.registry.words import STATUSES
from bsoo.routes.edge import Staff, TypedForm, WriteDB, done, identifier, path_to
from bsoo.routes.editing import region_id_of

router = APIRouter()


@router.post("/netwerk/contacten/{contact_id}/uitnodigen/{region}")
def contact_invited(
    request: Request, db: WriteDB, actor: Staff, contact_id: str, region: str, typed: TypedForm
) -> Response:
    """Invite a member to the meetings of a region, or no longer."""
    place = queries.membership(db, actor, identifier(contact_id), region_id_of(request, region))
    invited = typed.get("invited", "") == "yes"
    memberships.set_invited(db, actor, place, invited=invited)
    back = path_to(request, "contact", contact_id=contact_id)
    toast = _("Will be invited.") if invited else _("Will not be invited any more.")
    return done(request, back, toast=toast)


@router.post("/netwerk/contacten/{contact_id}/deelname/{region}")
def contact_takes_part(
    request: Request, db: WriteDB, actor: Staff, contact_id: str, region: str, typed: TypedForm, terug: str = ""
) -> Response:
    """Make a contact a member, a guest or a past member; with `terug` in the address what they were before."""
    place = queries.membership(db, actor, identifier(contact_id), region_id_of(request, region))
    require(actor, Permission.EDIT_REGISTRY, place.region_id)
    wanted = next((status for status in MemberStatus if status == (terug or typed.get("status", ""))), None)
    if wanted is None:
        raise Refused(_("Choose one of the options."), "status")
    before = memberships.set_status(db, actor, place, wanted)
    back = path_to(request, "contact", contact_id=contact_id)
    if terug or before is wanted:
        return done(request, back, toast=_("Put back.") if terug else "")
    undo = path_to(request, "contact_takes_part", contact_id=contact_id, region=region, terug=str(before))
    return done(request, back, toast=_("Takes part as: %(status)s.", status=_(STATUSES[wanted])), undo=undo)
