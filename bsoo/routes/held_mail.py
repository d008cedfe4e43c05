"""Mail that waits because a copy of the database was put back: an administrator sends it, or keeps it at home."""

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import ngettext
from bsoo.mail import restored
from bsoo.meetings import held_mail
from bsoo.routes.edge import UNTRIED, ReadDB, Staff, Tried, TypedForm, WriteDB, attempt, done, path_to, render, settings

router = APIRouter()


@router.get("/beheer/mail/tegengehouden")
def held_letters(request: Request, db: ReadDB, actor: Staff) -> Response:
    require(actor, Permission.ADMINISTER)
    return _page(request, db, actor)


@router.post("/beheer/mail/tegengehouden")
def held_letters_decided(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    is_sent = typed.get("besluit", "") == "versturen"
    with Tried(typed) as tried, attempt(db):
        found = (held_mail.send if is_sent else held_mail.keep_at_home)(db, actor, settings(request))
    if tried.refusal:
        return _page(request, db, actor, tried)
    sent = ngettext("%(num)s letter goes out.", "%(num)s letters go out.", found.letters)
    kept = ngettext("%(num)s letter stays at home.", "%(num)s letters stay at home.", found.letters)
    return done(request, path_to(request, "held_letters"), toast=sent if is_sent else kept)


def _page(request: Request, db: Session, actor: Actor, tried: Tried = UNTRIED) -> Response:
    return render(
        request,
        "access/held_letters.html",
        actor=actor,
        section="",
        held=restored.held(db, settings(request)),
        tried=tried,
    )
