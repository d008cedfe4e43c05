"""Which mail a reader gets: the switches on their own page, and stopping one kind from a letter, in one click."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import PlainTextResponse, Response

from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.mail import purpose_words as words
from bsoo.mail.purposes import IN_ADDRESS, WORD_OF, Purpose
from bsoo.meetings import choices, personal
from bsoo.registry import consents, mail_stops, queries
from bsoo.routes import own_page
from bsoo.routes.edge import (
    PRIVATE,
    UNTRIED,
    LinkedContact,
    Partner,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    path_to,
    render,
)

router = APIRouter()

ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""What a mail program posts by itself (RFC 8058, 3.1)."""


class AgreedForm(BaseModel):
    """What mail is switched on with."""

    agreed: Annotated[int, Field(ge=0, le=consents.MOST)] = 0
    """The version of the text of consent that was on the page."""


@router.get("/u/afmelden/{token}")
def stop(request: Request, db: ReadDB, linked: Partner, token: str) -> Response:
    """Invitations: what letters of before had in their address, and what the foot of every page links to."""
    return _page(request, db, linked, Purpose.INVITATIONS)


@router.post("/u/afmelden/{token}")
def stopped(request: Request, db: WriteDB, linked: Partner, token: str, typed: TypedForm) -> Response:
    return _stop(request, db, linked, Purpose.INVITATIONS, typed)


@router.get("/u/afmelden/{token}/{doel}")
def stop_purpose(request: Request, db: ReadDB, linked: Partner, token: str, doel: str) -> Response:
    return _page(request, db, linked, _purpose(doel))


@router.post("/u/afmelden/{token}/{doel}")
def purpose_stopped(
    request: Request, db: WriteDB, linked: Partner, token: str, doel: str, typed: TypedForm
) -> Response:
    return _stop(request, db, linked, _purpose(doel), typed)


@router.post("/mijn/{token}/mail")
def mail_chosen(request: Request, db: WriteDB, linked: Partner, token: str, typed: TypedForm) -> Response:
    """All switches as they stand; what is not among them is off. A form without switches chooses nothing."""
    wanted = {IN_ADDRESS[word] for word in typed.all("mail") if word in IN_ADDRESS}
    with Tried(typed) as tried, attempt(db):
        if typed.get("gekozen", "") == "ja":
            choices.choose(db, linked.actor, wanted, agreed=typed.check(AgreedForm).agreed)
    if tried.refusal:
        return own_page.page(request, db, linked, tried=tried)
    return done(request, f"{path_to(request, 'own_page', token=token)}#welke-mail", toast=_("Saved."))


@router.post("/netwerk/contacten/{contact_id}/mail/{doel}/weer")
def contact_mail_again(request: Request, db: WriteDB, actor: Staff, contact_id: str, doel: str) -> Response:
    """Somebody asked by telephone to get this mail again."""
    contact = queries.contact(db, actor, identifier(contact_id))
    mail_stops.begin(db, actor, contact, _purpose(doel))
    undo = path_to(request, "contact_mail_stopped", contact_id=contact.id, doel=doel)
    return done(request, path_to(request, "contact", contact_id=contact.id), toast=_("They get it again."), undo=undo)


@router.post("/netwerk/contacten/{contact_id}/mail/{doel}/einde")
def contact_mail_stopped(request: Request, db: WriteDB, actor: Staff, contact_id: str, doel: str) -> Response:
    """Somebody said to staff that they do not want it, or withdrew their consent."""
    contact = queries.contact(db, actor, identifier(contact_id))
    mail_stops.end(db, actor, contact, _purpose(doel))
    undo = path_to(request, "contact_mail_again", contact_id=contact.id, doel=doel)
    toast = _("They get it no more.")
    return done(request, path_to(request, "contact", contact_id=contact.id), toast=toast, undo=undo)


def _stop(request: Request, db: Session, linked: LinkedContact, purpose: Purpose, typed: TypedForm) -> Response:
    """Stop, or begin again. A mail program posts here without a browser and wants no redirect."""
    with Tried(typed) as tried, attempt(db):
        if typed.get("weer", "") == "ja":
            choices.resume(db, linked.actor, purpose, agreed=typed.check(AgreedForm).agreed)
        else:
            choices.stop(db, linked.actor, purpose)
    if tried.refusal:
        return _page(request, db, linked, purpose, tried=tried)
    name, value = ONE_CLICK
    if typed.get(name, "") == value:
        return PlainTextResponse("OK\n", headers=PRIVATE)
    return done(request, path_to(request, "stop_purpose", token=linked.token, doel=WORD_OF[purpose]))


def _page(
    request: Request, db: Session, linked: LinkedContact, purpose: Purpose, *, tried: Tried = UNTRIED
) -> Response:
    stopped = choices.stopped(db, linked.actor)
    return render(
        request,
        "personal/stop.html",
        actor=linked.actor,
        headers=PRIVATE,
        token=linked.token,
        purpose=purpose,
        doel=WORD_OF[purpose],
        reminders=WORD_OF[Purpose.REMINDERS],
        stopped=stopped,
        words=words,
        consent=consents.current(db, linked.actor),
        own_page=personal.own_page_path(db, linked.actor),
        appointments=choices.appointments(db, linked.actor) if purpose is Purpose.INVITATIONS else [],
        tried=tried,
    )


def _purpose(word: str) -> Purpose:
    if word not in IN_ADDRESS:
        raise NotFound
    return IN_ADDRESS[word]
