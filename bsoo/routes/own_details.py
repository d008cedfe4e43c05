"""The details of one contact behind their own link: right, different, or "I have left". Looking changes nothing."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.links import Purpose
from bsoo.meetings import choices, personal
from bsoo.registry.imports.days import day as day_of
from bsoo.registry.keeping import confirming
from bsoo.registry.keeping.confirmations import Detail
from bsoo.registry.keeping.confirming import Said
from bsoo.routes.edge import (
    PRIVATE,
    UNTRIED,
    LinkedContact,
    Partner,
    ReadDB,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    done,
    path_to,
    render,
)

router = APIRouter()

RIGHT, CHANGED, LEFT = "klopt", "gewijzigd", "weg"
"""What somebody just said, as it stands in the address."""


class DetailsForm(BaseModel):
    """What is right now; an empty address or number stays as it was."""

    naam: Annotated[str, Field(max_length=200)] = ""
    functie: Annotated[str, Field(max_length=120)] = ""
    afdeling: Annotated[str, Field(max_length=120)] = ""
    organisatie: Annotated[str, Field(max_length=200)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    telefoon: Annotated[str, Field(max_length=60)] = ""


class LeftForm(BaseModel):
    """Since when, and whom to ask instead."""

    sinds: Annotated[str, Field(max_length=20)] = ""
    opvolger: Annotated[str, Field(max_length=200)] = ""
    opvolger_email: Annotated[str, Field(max_length=254)] = ""
    opmerking: Annotated[str, Field(max_length=500)] = ""


@router.get("/mijn/{token}/gegevens")
def own_details(request: Request, db: ReadDB, linked: Partner, token: str, gezegd: str = "") -> Response:
    return _page(request, db, linked, said=gezegd if gezegd in (RIGHT, CHANGED, LEFT) else "")


@router.post("/mijn/{token}/gegevens/klopt")
def own_details_right(request: Request, db: WriteDB, linked: Partner, token: str) -> Response:
    """One tap: everything is right today."""
    _refuse_other_links(linked)
    choices.confirm_details(db, linked.actor)
    return done(request, path_to(request, "own_details", token=token, gezegd=RIGHT))


@router.post("/mijn/{token}/gegevens")
def own_details_changed(request: Request, db: WriteDB, linked: Partner, token: str, typed: TypedForm) -> Response:
    """What differs waits for the coordinator; the rest is confirmed."""
    _refuse_other_links(linked)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(DetailsForm)
        said = Said(
            name=form.naam,
            role=form.functie,
            department=form.afdeling,
            organisation=form.organisatie,
            email=form.email,
            phone=form.telefoon,
        )
        different = confirming.propose(db, linked.actor, said)
        choices.confirm_details(db, linked.actor)
    if tried.refusal:
        return _page(request, db, linked, tried=tried, opened=CHANGED)
    return done(request, path_to(request, "own_details", token=token, gezegd=CHANGED if different else RIGHT))


@router.post("/mijn/{token}/gegevens/weg")
def own_details_left(request: Request, db: WriteDB, linked: Partner, token: str, typed: TypedForm) -> Response:
    """They have left; the coordinator hears it, and whom to ask."""
    _refuse_other_links(linked)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(LeftForm)
        day = day_of(form.sinds) if form.sinds else clock.today()
        if day is None:
            raise Refused(_("This date is not clear. Write it like 10-12-2026."), "sinds")
        confirming.say_left(
            db,
            linked.actor,
            on=day,
            successor_name=form.opvolger,
            successor_email=form.opvolger_email,
            remark=form.opmerking,
        )
    if tried.refusal:
        return _page(request, db, linked, tried=tried, opened=LEFT)
    return done(request, path_to(request, "own_details", token=token, gezegd=LEFT))


def _refuse_other_links(linked: LinkedContact) -> None:
    if linked.purpose is not Purpose.OWN_PAGE:
        raise NotFound


def _page(
    request: Request, db: Session, linked: LinkedContact, *, said: str = "", opened: str = "", tried: Tried = UNTRIED
) -> Response:
    _refuse_other_links(linked)
    actor = linked.actor
    own = confirming.own_details(db, actor)
    return render(
        request,
        "personal/details.html",
        actor=actor,
        headers=PRIVATE,
        token=linked.token,
        details=personal.details(db, actor),
        own=own,
        shown={**own, **confirming.proposed(db, actor)},
        fields=Detail,
        number=_veiled(own[Detail.PHONE]),
        waits=bool(confirming.proposed(db, actor)),
        said=said,
        opened=opened,
        says_left=confirming.has_said_left(db, actor),
        today=clock.today(),
        tried=tried,
    )


def _veiled(number: str) -> str:
    """The end of a number: enough to recognise one's own, useless to anybody else."""
    return f"… {number[-3:]}" if number else ""
