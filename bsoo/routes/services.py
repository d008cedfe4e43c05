"""Services: the list with its work list, one service, and what is done to it."""

from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from bsoo import clock
from bsoo.access.policy import Permission, may
from bsoo.i18n import gettext as _
from bsoo.registry.values import shown_phone
from bsoo.routes.edge import (
    ReadDB,
    Staff,
    TypedForm,
    WriteDB,
    chosen_region,
    clean,
    done,
    identifier,
    page_number,
    path_to,
    render,
)
from bsoo.routes.editing import regions_to_edit
from bsoo.services import actions, hours, queries, words
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known

router = APIRouter()


# --- the list ---------------------------------------------------------------------------------------------------------


@router.get("/netwerk/diensten")
def services(
    request: Request, db: ReadDB, actor: Staff, q: str = "", thema: str = "", kijk: str = "", bladzijde: str = "1"
) -> Response:
    region, listed = chosen_region(request), known(db)
    wanted = queries.Wanted(
        text=clean(q)[:200],
        region_id=region.id if region else None,
        theme=listed.living(Vocabulary.THEME, clean(thema)[:40]),
        look=kijk if kijk in queries.LOOKS else "",
        page=page_number(bladzijde),
    )
    return render(
        request,
        "services/list.html",
        actor=actor,
        section="network",
        region=region,
        wanted=wanted,
        found=queries.lines(db, actor, wanted),
        to_check=queries.to_check(db, actor, [region.id] if region else None),
        themes=list(listed.offered(Vocabulary.THEME, [wanted.theme]).items()),
        editable=regions_to_edit(request, actor),
    )


# --- one service ------------------------------------------------------------------------------------------------------


@router.get("/netwerk/diensten/{service_id}")
def service(request: Request, db: ReadDB, actor: Staff, service_id: str) -> Response:
    page = queries.page(db, actor, identifier(service_id))
    listed = known(db)
    return render(
        request,
        "services/service.html",
        actor=actor,
        section="network",
        page=page,
        service=page.service,
        is_due=page.service.checked_on is None or page.service.checked_on < clock.today() - queries.CHECK_AFTER,
        hours=hours.shown(hours.spans_of(page.service.hours)),
        groups=words.for_whom(listed, page.service.groups),
        languages=listed.names(Vocabulary.LANGUAGE, page.service.languages),
        where=words.WHERE,
        shown_phone=shown_phone,
        may_edit=may(actor, Permission.EDIT_REGISTRY, page.service.region_id),
    )


@router.post("/netwerk/diensten/{service_id}/nagekeken")
def service_checked(request: Request, db: WriteDB, actor: Staff, service_id: str, typed: TypedForm) -> Response:
    """Staff looked today; the button also stands in the work list, where its line then disappears."""
    found = queries.service(db, actor, identifier(service_id))
    before = found.checked_on.isoformat() if found.checked_on else ""
    actions.check(db, actor, found)
    undo = path_to(request, "service_unchecked", service_id=service_id, eerder=before)
    back = "services" if typed.get("terug") == "lijst" else "service"
    values = {"kijk": "to-check"} if back == "services" else {"service_id": service_id}
    toast = _("%(name)s: checked today.", name=found.name_nl)
    return done(request, path_to(request, back, **values), toast=toast, undo=undo)


@router.post("/netwerk/diensten/{service_id}/niet-nagekeken")
def service_unchecked(request: Request, db: WriteDB, actor: Staff, service_id: str, eerder: str = "") -> Response:
    """The undo of a check."""
    found = queries.service(db, actor, identifier(service_id))
    actions.take_back_check(db, actor, found, _day(eerder))
    return done(request, path_to(request, "service", service_id=service_id), toast=_("Put back."))


@router.post("/netwerk/diensten/{service_id}/einde")
def service_ended(request: Request, db: WriteDB, actor: Staff, service_id: str) -> Response:
    found = queries.service(db, actor, identifier(service_id))
    actions.end(db, actor, found)
    undo = path_to(request, "service_back", service_id=service_id)
    page = path_to(request, "organisation", organisation_id=found.organisation_id)
    return done(request, page, toast=_("%(name)s has ended.", name=found.name_nl), undo=undo)


@router.post("/netwerk/diensten/{service_id}/terug")
def service_back(request: Request, db: WriteDB, actor: Staff, service_id: str) -> Response:
    actions.put_back(db, actor, queries.service(db, actor, identifier(service_id)))
    return done(request, path_to(request, "service", service_id=service_id), toast=_("Put back."))


def _day(written: str) -> date | None:
    """A day as our own address writes it; anything else is none, which makes the service wait for a look."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
