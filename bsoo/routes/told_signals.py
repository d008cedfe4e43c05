"""Staff note a signal that somebody told them."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.registry.organisation_queries import organisations_by_name
from bsoo.routes import signal_form
from bsoo.routes.edge import (
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    chosen_region,
    done,
    identifier,
    path_to,
    render,
)
from bsoo.routes.signal_form import SignalForm
from bsoo.signals import actions, own

router = APIRouter()


@router.get("/signalen/nieuw")
def signal_new(request: Request, db: ReadDB, actor: Staff) -> Response:
    require(actor, Permission.SUBMIT_SIGNAL)
    region = chosen_region(request)
    return _note_form(request, db, actor, Tried({"regio": region.slug} if region else {}))


@router.post("/signalen/nieuw")
def signal_note(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    require(actor, Permission.SUBMIT_SIGNAL)
    with Tried(signal_form.shown(typed)) as tried, attempt(db):
        form = typed.check(SignalForm)
        region = signal_form.region_of(own.own_regions(db, actor), form.regio)
        signal = actions.submit(db, actor, region.id, form.told(), organisation_id=_organisation(form.organisatie))
    if tried.refusal:
        return _note_form(request, db, actor, tried)
    return done(request, path_to(request, "signal", signal_id=signal.id), toast=_("The signal is noted."))


@router.post("/signalen/nieuw/nagaan")
def signal_check(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    """What the guard asks of the text so far. Stores nothing."""
    require(actor, Permission.SUBMIT_SIGNAL)
    again = signal_form.replaced(signal_form.shown(typed), typed.get("vervang", ""))
    return _note_form(request, db, actor, Tried(again))


def _note_form(
    request: Request,
    db: Session,
    actor: Actor,
    tried: Tried,
) -> Response:
    regions = own.own_regions(db, actor)
    return render(
        request,
        "signals/note.html",
        actor=actor,
        section="signals",
        tried=tried,
        questions=signal_form.asked(db, actor, tried.typed, [region.id for region in regions]),
        organisations=[(str(key), name) for key, name in organisations_by_name(db, actor)],
        **signal_form.options(db, actor, regions),
    )


def _organisation(text: str) -> UUID | None:
    try:
        return identifier(text)
    except NotFound:
        return None
