"""Contacts leave as a file or on paper: what the list shows, for staff who may, and with a line in the logbook."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from bsoo import clock
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.exports import taking_out
from bsoo.exports.files import File
from bsoo.exports.taking_out import Form
from bsoo.i18n import gettext as _
from bsoo.registry.values import shown_phones
from bsoo.routes.asking import wanted_of
from bsoo.routes.edge import Staff, TypedForm, WriteDB, render
from bsoo.routes.saved_lists import kept_list, region_of

router = APIRouter()


@router.post("/netwerk/uitvoer")
def contacts_taken_out(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    """A POST, because it is noted who took what; the filters of the list come along as fields."""
    region = region_of(request, kept_list(request, db, actor, typed))
    require(actor, Permission.EXPORT_CONTACTS, region.id if region else None)
    form = next((one for one in Form if one.value == typed.get("vorm", "")), None)
    if form is None:
        raise Refused(_("Choose one of the options."))
    wanted = wanted_of(db, region, typed)
    people = taking_out.take_out(db, actor, wanted, form)
    if form is Form.PRINT:
        return render(
            request,
            "exports/print.html",
            actor=actor,
            section="network",
            region=region,
            people=people,
            shown_phones=shown_phones,
            today=clock.today(),
            headers={"Cache-Control": "no-store"},
        )
    return attachment(taking_out.as_file(people, form, region.slug if region else ""))


def attachment(file: File) -> Response:
    """A file to save; nobody keeps a copy on the way."""
    name = f"attachment; filename=\"{file.name}\"; filename*=UTF-8''{quote(file.name)}"
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(file.content, media_type=file.media_type, headers=headers)
