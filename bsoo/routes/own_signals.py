"""A partner's own signals, by personal link: the form, its draft, the privacy check, and what became of each."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.links import Purpose
from bsoo.routes import signal_form
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
    identifier,
    path_to,
    render,
)
from bsoo.routes.signal_form import SignalForm
from bsoo.signals import actions, overdue, own, words
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known

router = APIRouter()


class AnswerForm(BaseModel):
    antwoord: Annotated[str, Field(max_length=2000)] = ""


class RegionForm(BaseModel):
    regio: Annotated[str, Field(max_length=40)] = ""


@router.get("/mijn/{token}/signaal")
def own_signal_new(request: Request, db: ReadDB, partner: Partner) -> Response:
    """The form; what was typed before on any device stands there again."""
    actor = _own(partner)
    regions = own.own_regions(db, actor)
    draft = actions.draft_of(db, actor)
    slugs = {region.id: region.slug for region in regions}
    typed = signal_form.as_typed(draft, slugs.get(draft.region_id, "")) if draft else {}
    return _form(request, db, partner, Tried(typed), draft_id=str(draft.id) if draft else "")


@router.post("/mijn/{token}/signaal")
def own_signal_submit(request: Request, db: WriteDB, partner: Partner, typed: TypedForm) -> Response:
    actor = _own(partner)
    with Tried(signal_form.shown(typed)) as tried, attempt(db):
        form = typed.check(SignalForm)
        region = signal_form.region_of(own.own_regions(db, actor), form.regio)
        signal = actions.submit(db, actor, region.id, form.told())
    if tried.refusal:
        return _form(request, db, partner, tried)
    return done(request, path_to(request, "own_signal", token=partner.token, signal_id=signal.id, verzonden=1))


@router.post("/mijn/{token}/signaal/concept")
def own_signal_draft(request: Request, db: WriteDB, partner: Partner, typed: TypedForm) -> Response:
    """Keep what was typed; what cannot be kept is left for the moment of sending."""
    actor = _own(partner)
    with Tried() as tried, attempt(db):
        form = typed.check(SignalForm)
        region = signal_form.region_of(own.own_regions(db, actor), form.regio)
        actions.save_draft(db, actor, region.id, form.told())
    if tried.refusal:
        return Response(status_code=422, headers=PRIVATE)
    return Response(status_code=204, headers=PRIVATE)


@router.post("/mijn/{token}/signaal/nagaan")
def own_signal_check(request: Request, db: WriteDB, partner: Partner, typed: TypedForm) -> Response:
    """What the guard asks of the text so far; also replaces a place, or hears that a word is no name."""
    actor = _own(partner)
    again = signal_form.replaced(signal_form.shown(typed), typed.get("vervang", ""))
    return _form(request, db, partner, Tried(again), actor=actor)


@router.get("/mijn/{token}/signaal/{signal_id}")
def own_signal(request: Request, db: ReadDB, partner: Partner, signal_id: str, verzonden: str = "") -> Response:
    return _page(request, db, partner, signal_id, just_sent=bool(verzonden))


@router.post("/mijn/{token}/signaal/{signal_id}/antwoord")
def own_signal_answer(request: Request, db: WriteDB, partner: Partner, signal_id: str, typed: TypedForm) -> Response:
    signal = own.own_signal(db, _own(partner), identifier(signal_id))
    with Tried(typed) as tried, attempt(db):
        form = typed.check(AnswerForm)
        actions.answer_back(db, partner.actor, signal, form.antwoord)
    if tried.refusal:
        return _page(request, db, partner, signal_id, tried=tried)
    return done(request, _path(request, partner, signal_id), toast=_("Thank you, we have your answer."))


@router.post("/mijn/{token}/signaal/{signal_id}/intrekken")
def own_signal_withdraw(request: Request, db: WriteDB, partner: Partner, signal_id: str) -> Response:
    signal = own.own_signal(db, _own(partner), identifier(signal_id))
    was_draft = signal.submitted_at is None
    with Tried() as tried, attempt(db):
        actions.withdraw(db, partner.actor, signal)
    if tried.refusal:
        return _page(request, db, partner, signal_id, tried=tried)
    if was_draft:
        address = path_to(request, "own_signal_new", token=partner.token)
        return done(request, address, toast=_("Your draft is thrown away."))
    return done(request, _path(request, partner, signal_id), toast=_("You took the signal back. It does not count."))


@router.post("/mijn/{token}/niets-nieuws")
def own_nothing_new(request: Request, db: WriteDB, partner: Partner, typed: TypedForm) -> Response:
    """ "Nothing new this quarter": one tap, and the organisation counts among those who took part."""
    actor = _own(partner)
    address = path_to(request, "own_page", token=partner.token)
    with Tried() as tried, attempt(db):
        form = typed.check(RegionForm)
        region = signal_form.region_of(own.own_regions(db, actor), form.regio)
        actions.report_nothing_new(db, actor, region.id)
    if tried.refusal:
        return _form(request, db, partner, tried)
    return done(request, address, toast=_("Noted: nothing new this quarter. Thank you, that counts too."))


def _own(partner: LinkedContact) -> Actor:
    """The contact, by the link of their own page: an invitation's link opens only the invitation."""
    if partner.purpose is not Purpose.OWN_PAGE:
        raise NotFound
    return partner.actor


def _path(request: Request, partner: LinkedContact, signal_id: str) -> str:
    return path_to(request, "own_signal", token=partner.token, signal_id=signal_id)


def _form(
    request: Request,
    db: Session,
    partner: LinkedContact,
    tried: Tried,
    *,
    actor: Actor | None = None,
    draft_id: str = "",
) -> Response:
    regions = own.own_regions(db, partner.actor)
    return render(
        request,
        "signals/form.html",
        actor=actor or partner.actor,
        headers=PRIVATE,
        token=partner.token,
        tried=tried,
        questions=signal_form.asked(db, partner.actor, tried.typed, [region.id for region in regions]),
        draft_id=draft_id,
        **signal_form.options(db, partner.actor, regions),
    )


def _page(
    request: Request,
    db: Session,
    partner: LinkedContact,
    signal_id: str,
    *,
    just_sent: bool = False,
    tried: Tried = UNTRIED,
) -> Response:
    signal = own.own_signal(db, _own(partner), identifier(signal_id))
    if signal.submitted_at is None:
        return done(request, path_to(request, "own_signal_new", token=partner.token))
    number, in_theme = own.number_in_quarter(db, partner.actor, signal) if just_sent else (0, 0)
    return render(
        request,
        "signals/own.html",
        actor=partner.actor,
        headers=PRIVATE,
        token=partner.token,
        signal=signal,
        just_sent=just_sent,
        number=number,
        in_theme=in_theme,
        state=words.STATES[signal.state],
        says=words.FOR_THE_REPORTER[signal.state],
        theme_name=known(db).name(Vocabulary.THEME, signal.theme),
        answer_by=overdue.due_on(signal.submitted_at.astimezone(clock.ZONE).date()),
        meeting_day=signal_form.next_meeting_day(db, [signal.region_id]),
        may_withdraw=signal.state in actions.OPEN_FOR_REPORTER,
        tried=tried,
    )
