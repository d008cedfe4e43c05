"""Pages for everybody: dates, how to join, and how this site treats people."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.privacy import periods
from bsoo.publications import joining, queries, upcoming
from bsoo.quarters import Quarter
from bsoo.registry import consents
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    Visitor,
    WriteDB,
    attempt,
    chosen_region,
    done,
    identifier,
    my_regions,
    path_to,
    render,
    settings,
    slow_down,
)
from bsoo.routes.reading import SLUGS

router = APIRouter()

HONEYPOT = "website"
"""A field that people do not see; machines fill it in."""


class JoinForm(BaseModel):
    """Somebody who wants to take part."""

    region: Annotated[str, Field(max_length=40)]
    name: Annotated[str, Field(max_length=200)]
    organisation: Annotated[str, Field(max_length=200)]
    email: Annotated[str, Field(max_length=254)]
    role: Annotated[str, Field(max_length=120)] = ""
    message: Annotated[str, Field(max_length=2000)] = ""
    agreed: Annotated[int, Field(ge=0, le=consents.MOST)] = 0
    """The version of the text of consent that was ticked."""


@router.get("/")
def public_home(request: Request, db: ReadDB, actor: Visitor) -> Response:
    dates = upcoming.upcoming(db, actor)
    following = next((one for one in dates if not one.is_cancelled), None)
    return render(
        request,
        "public/home.html",
        actor=actor,
        section="public_home",
        dates=dates,
        following=following,
        days=(following.on - clock.today()).days if following else 0,
        current=Quarter.of(clock.today()),
        organisations=upcoming.organisations_taking_part(db, actor),
        hosting=upcoming.hosting_regions(db, actor),
        rows=queries.published(db, actor, most=4),
        slugs=SLUGS,
    )


# --- Joining --------------------------------------------------------------------------------------------------------


@router.get("/aanmelden")
def join(request: Request, db: ReadDB, actor: Visitor, regio: str = "", dank: str = "") -> Response:
    if dank:
        return render(request, "public/joined.html", actor=actor)
    return _join_page(request, db, actor, wanted=regio)


@router.post("/aanmelden")
def join_send(request: Request, db: WriteDB, actor: Visitor, typed: TypedForm) -> Response:
    thanks = path_to(request, "join", dank="ja")
    if typed.get(HONEYPOT):
        return done(request, thanks)
    with Tried(typed) as tried:
        form = typed.check(JoinForm)
        region = next((one for one in upcoming.hosting_regions(db, actor) if one.slug == form.region), None)
        if region is None:
            raise Refused(_("Choose one of the options."), field="region")
        asked = joining.Asked(**form.model_dump(exclude={"region"}))
        slow_down(request, db, "join", every=timedelta(minutes=2), burst=5)
        with attempt(db):
            joining.ask_to_join(db, actor, region, asked, mailbox=settings(request).mail_from)
    if tried.refusal:
        return _join_page(request, db, actor, tried=tried)
    return done(request, thanks)


def _join_page(
    request: Request,
    db: Session,
    actor: Actor,
    *,
    wanted: str = "",
    tried: Tried = UNTRIED,
) -> Response:
    return render(
        request,
        "public/join.html",
        actor=actor,
        section="join",
        hosting=upcoming.hosting_regions(db, actor),
        wanted=wanted,
        consent=consents.current(db, actor),
        honeypot=HONEYPOT,
        tried=tried,
    )


@router.get("/netwerk/verzoeken")
def join_requests(request: Request, db: ReadDB, actor: Staff) -> Response:
    require(actor, Permission.EDIT_REGISTRY)
    chosen = chosen_region(request)
    ids = [chosen.id] if chosen else _permitted(request, actor)
    waiting = joining.requests(db, actor, ids)
    return render(request, "public/requests.html", actor=actor, section="network", waiting=waiting)


@router.post("/netwerk/verzoeken/{request_id}/toegelaten")
def join_accept(request: Request, db: WriteDB, actor: Staff, request_id: str) -> Response:
    asked = joining.request_by_id(db, actor, identifier(request_id))
    contact = joining.accept(db, actor, asked)
    url = path_to(request, "contact", contact_id=contact.id)
    return done(request, url, toast=_("%(name)s is in the network.", name=contact.display_name))


@router.post("/netwerk/verzoeken/{request_id}/afgewezen")
def join_decline(request: Request, db: WriteDB, actor: Staff, request_id: str) -> Response:
    asked = joining.request_by_id(db, actor, identifier(request_id))
    joining.decline(db, actor, asked)
    undo = path_to(request, "join_reopen", request_id=asked.id)
    return done(request, path_to(request, "join_requests"), toast=_("Left aside. No mail was sent."), undo=undo)


@router.post("/netwerk/verzoeken/{request_id}/terug")
def join_reopen(request: Request, db: WriteDB, actor: Staff, request_id: str) -> Response:
    joining.reopen(db, actor, joining.request_by_id(db, actor, identifier(request_id)))
    return done(request, path_to(request, "join_requests"), toast=_("Put back"))


def _permitted(request: Request, actor: Actor) -> list[UUID] | None:
    if permitted_regions(actor, Permission.EDIT_REGISTRY) is None:
        return None
    return [region.id for region in my_regions(request)]


# --- Statements -----------------------------------------------------------------------------------------------------


@router.get("/privacy")
def privacy(request: Request, db: ReadDB, actor: Visitor) -> Response:
    kept = {code: periods.in_words(period) for code, period in periods.kept(db, actor).items()}
    return render(request, "public/privacy.html", actor=actor, mailbox=settings(request).mail_from, kept=kept)


@router.get("/toegankelijkheid")
def accessibility_statement(request: Request, actor: Visitor) -> Response:
    return render(request, "public/accessibility.html", actor=actor, mailbox=settings(request).mail_from)
