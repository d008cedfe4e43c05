"""The page of one contact behind their own link: the next meeting, their signals, details and publications."""

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.links import Purpose
from bsoo.mail import purpose_words
from bsoo.mail.purposes import WORD_OF
from bsoo.mail.purposes import Purpose as MailPurpose
from bsoo.meetings import choices, personal
from bsoo.minutes import promised
from bsoo.publications import queries as publications
from bsoo.registry import consents
from bsoo.routes import own_details
from bsoo.routes.edge import (
    PRIVATE,
    UNTRIED,
    LinkedContact,
    Partner,
    ReadDB,
    Tried,
    TypedForm,
    WriteDB,
    done,
    path_to,
    render,
)
from bsoo.signals import own as own_signals
from bsoo.signals import words as signal_words

router = APIRouter()
router.include_router(own_details.router)

SHOWN_PUBLICATIONS = 6


@router.get("/mijn/{token}")
def own_page(request: Request, db: ReadDB, linked: Partner) -> Response:
    return page(request, db, linked)


def page(request: Request, db: Session, linked: LinkedContact, *, tried: Tried = UNTRIED) -> Response:
    """The own page; with the switches as they were chosen, when that was refused."""
    if linked.purpose is not Purpose.OWN_PAGE:
        raise NotFound
    actor = linked.actor
    stopped = choices.stopped(db, actor)
    ahead = personal.ahead(db, actor)
    return render(
        request,
        "personal/own_page.html",
        actor=actor,
        headers=PRIVATE,
        token=linked.token,
        ahead=ahead,
        agenda=personal.agenda(db, actor, ahead[0][0]) if ahead else [],
        details=personal.details(db, actor),
        published=publications.published_for(db, actor, SHOWN_PUBLICATIONS),
        promised=promised.actions_of(db, actor, linked.subject_id),
        my_signals=own_signals.signals_of(db, actor, linked.subject_id),
        my_regions=own_signals.own_regions(db, actor),
        quiet_regions=own_signals.said_nothing_new(db, actor),
        signal_words=signal_words,
        mail_kinds=[(WORD_OF[one], *map(_, words)) for one, words in purpose_words.NAMES.items()],
        consent=consents.current(db, actor),
        mail_wanted=[WORD_OF[one] for one in MailPurpose if one not in stopped],
        tried=tried,
    )


@router.post("/mijn/{token}/klopt")
def details_confirmed(request: Request, db: WriteDB, linked: Partner, token: str) -> Response:
    choices.confirm_details(db, linked.actor)
    return done(request, path_to(request, "own_page", token=token), toast=_("Thank you. Your details are confirmed."))


@router.post("/mijn/{token}/taal")
def language_chosen(request: Request, db: WriteDB, linked: Partner, token: str, typed: TypedForm) -> Response:
    choices.choose_language(db, linked.actor, typed.get("taal", ""))
    return done(request, path_to(request, "own_page", token=token), toast=_("Saved."))
