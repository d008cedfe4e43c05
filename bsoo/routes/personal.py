"""Pages behind an invitation's link: the answer, naming a colleague, "not me". Looking changes nothing."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.links import Purpose
from bsoo.logbook import note
from bsoo.meetings import answering, choices, ical, personal
from bsoo.meetings.answering import Colleague
from bsoo.meetings.entries import entry_of
from bsoo.meetings.models import Answer
from bsoo.meetings.personal import Asked, Stage
from bsoo.routes import own_page, preferences
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
    settings,
)

router = APIRouter()
router.include_router(own_page.router)
router.include_router(preferences.router)

MAP = "https://www.openstreetmap.org/search"

WORDS = {
    "ja": Answer.ON_SITE,
    "online": Answer.ONLINE,
    "nee": Answer.NO,
    "vervanger": Answer.COLLEAGUE,
}
"""The answers as they stand in addresses and forms."""


class ColleagueForm(BaseModel):
    """Who comes instead."""

    naam: Annotated[str, Field(max_length=200)] = ""
    email: Annotated[str, Field(max_length=254)] = ""


# --- The invitation -------------------------------------------------------------------------------------------------


@router.get("/u/{token}")
def invitation(
    request: Request, db: ReadDB, linked: Partner, token: str, antwoord: str = "", wijzig: str = ""
) -> Response:
    """The question, with the answer from the mail in front; or the answer that was given."""
    asked = _asked(db, linked)
    chosen = WORDS.get(antwoord)
    is_answered = asked.invitation.answer is not Answer.SILENT
    if asked.stage is Stage.OPEN and is_answered and not wijzig and chosen in {None, asked.invitation.answer}:
        return _answered_page(request, db, linked, asked)
    return _question_page(request, db, linked, asked, chosen=antwoord if chosen is not None else "")


@router.post("/u/{token}")
def invitation_answer(request: Request, db: WriteDB, linked: Partner, token: str, typed: TypedForm) -> Response:
    asked = _asked(db, linked)
    chosen = WORDS.get(typed.get("antwoord", ""))
    answering.tap(db, linked.actor, asked.invitation)
    if chosen is Answer.COLLEAGUE:
        return done(request, path_to(request, "invitation_colleague", token=token))
    with Tried(typed) as tried, attempt(db):
        if chosen is None:
            raise Refused(_("Choose one of the answers."), field="antwoord")
        remark = typed.get("toelichting", "")[: answering.LONGEST_NOTE]
        answering.answer(db, linked.actor, asked.invitation, answer=chosen, remark=remark)
    if tried.refusal:
        return _question_page(request, db, linked, asked, tried=tried)
    return done(request, path_to(request, "invitation", token=token))


@router.get("/u/{token}/vervanger")
def invitation_colleague(request: Request, db: ReadDB, linked: Partner, token: str) -> Response:
    asked = _asked(db, linked)
    if asked.stage is not Stage.OPEN:
        return _question_page(request, db, linked, asked)
    return _page(request, "personal/colleague.html", linked, asked)


@router.post("/u/{token}/vervanger")
def invitation_passed_on(request: Request, db: WriteDB, linked: Partner, token: str, typed: TypedForm) -> Response:
    asked = _asked(db, linked)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ColleagueForm)
        answering.answer(
            db,
            linked.actor,
            asked.invitation,
            answer=Answer.COLLEAGUE,
            colleague=Colleague(form.naam, form.email),
        )
    if tried.refusal:
        if "" in tried.errors:
            return _question_page(request, db, linked, asked, tried=tried)
        return _page(request, "personal/colleague.html", linked, asked, tried=tried)
    return done(request, path_to(request, "invitation", token=token))


@router.get("/u/{token}/overleg.ics")
def invitation_calendar(request: Request, db: ReadDB, linked: Partner, token: str) -> Response:
    """The meeting for any calendar; without the reader, without the link."""
    asked = _asked(db, linked)
    if asked.stage is Stage.WITHDRAWN:
        return _taken_back_page(request, db, linked, asked)
    return Response(
        ical.publish(entry_of(asked.region, asked.meeting), clock.now()),
        media_type="text/calendar; charset=UTF-8; method=PUBLISH",
        headers={**PRIVATE, "Content-Disposition": f'attachment; filename="overleg-{asked.region.slug}.ics"'},
    )


@router.get("/u/{token}/niet-ik")
def not_me(request: Request, linked: Partner, token: str, gezegd: str = "") -> Response:
    """Shows nothing personal, and lets somebody say that the mail was not meant for them."""
    return render(request, "personal/not_me.html", headers=PRIVATE, token=token, said=bool(gezegd))


@router.post("/u/{token}/niet-ik")
def not_me_said(request: Request, db: WriteDB, linked: Partner, token: str) -> Response:
    note(db, linked.actor, "contact.not_me", choices.contact_of(db, linked.actor))
    return done(request, path_to(request, "not_me", token=token, gezegd="ja"))


def _asked(db: Session, linked: Partner) -> Asked:
    """The invitation behind the link; a link to somebody's own page opens no invitation."""
    if linked.purpose is not Purpose.INVITATION:
        raise NotFound
    return personal.asked(db, linked.actor, linked.subject_id)


def _question_page(
    request: Request,
    db: Session,
    linked: Partner,
    asked: Asked,
    *,
    chosen: str = "",
    tried: Tried = UNTRIED,
) -> Response:
    if asked.stage is Stage.WITHDRAWN:
        return _taken_back_page(request, db, linked, asked)
    return _page(
        request,
        "personal/invitation.html",
        linked,
        asked,
        tried=tried,
        chosen=chosen,
        topics=personal.topics(db, linked.actor, asked) if asked.stage is Stage.OPEN else [],
        own_page=personal.own_page_path(db, linked.actor),
    )


def _taken_back_page(request: Request, db: Session, linked: LinkedContact, asked: Asked) -> Response:
    """410: there is nothing here to answer any more, until somebody is invited again."""
    return _page(
        request,
        "personal/taken_back.html",
        linked,
        asked,
        status=HTTPStatus.GONE,
        why=personal.why_taken_back(db, linked.actor, asked),
        write_to=asked.region.mail_address or settings(request).mail_from,
        own_page=personal.own_page_path(db, linked.actor),
    )


def _answered_page(request: Request, db: Session, linked: Partner, asked: Asked) -> Response:
    return _page(
        request,
        "personal/answered.html",
        linked,
        asked,
        own_page=personal.own_page_path(db, linked.actor),
        map_url=_map_url(asked.meeting.address),
    )


def _map_url(address: str) -> str:
    """A map that the reader may open; nothing of it is loaded by our page."""
    return f"{MAP}?{urlencode({'query': address})}" if address else ""


def _page(
    request: Request,
    template: str,
    linked: Partner,
    asked: Asked,
    *,
    status: int = HTTPStatus.OK,
    tried: Tried = UNTRIED,
    **context: object,
) -> Response:
    return render(
        request,
        template,
        actor=linked.actor,
        status=status,
        headers=PRIVATE,
        asked=asked,
        token=linked.token,
        tried=tried,
        **context,
    )
