"""Staff read and judge signals."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session, col, select
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.mail.letter_facts import MeetingFacts
from bsoo.meetings.entries import facts_of
from bsoo.meetings.models import Meeting, MeetingState
from bsoo.regions import Region
from bsoo.routes import own_signals, told_signals
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    Typed,
    TypedForm,
    WriteDB,
    attempt,
    chosen_region,
    done,
    identifier,
    page_number,
    path_to,
    render,
)
from bsoo.signals import deciding, overdue, queries, words
from bsoo.signals.inbox import TABS, inbox
from bsoo.signals.models import Signal
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known

router = APIRouter()
router.include_router(own_signals.router)
router.include_router(told_signals.router)


class VerdictForm(BaseModel):
    besluit: Literal["agenda", "telt", "niet"]
    reden: Annotated[str, Field(max_length=1000)] = ""


class QuestionForm(BaseModel):
    vraag: Annotated[str, Field(max_length=1000)] = ""


class ThemeForm(BaseModel):
    thema: Annotated[str, Field(max_length=40)] = ""


@router.get("/signalen")
def signals(request: Request, db: ReadDB, actor: Staff, lijst: str = "nieuw", bladzijde: str = "1") -> Response:
    """The inbox; the first signal of the list is open."""
    return _triage(request, db, actor, tab=lijst, page=bladzijde)


@router.get("/signalen/{signal_id}")
def signal(
    request: Request, db: ReadDB, actor: Staff, signal_id: str, lijst: str = "", bladzijde: str = "1"
) -> Response:
    return _triage(request, db, actor, tab=lijst, page=bladzijde, signal_id=identifier(signal_id))


@router.post("/signalen/{signal_id}/besluit")
def signal_verdict(request: Request, db: WriteDB, actor: Staff, signal_id: str, typed: TypedForm) -> Response:
    found = queries.for_review(db, actor, identifier(signal_id))
    tab, following = _where(db, actor, request, found, typed)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(VerdictForm)
        _judge(db, actor, found, form)
    if tried.refusal:
        return _triage(request, db, actor, tab=tab, signal_id=found.id, tried=tried, asks="niet")
    return _next(request, found, tab, following, form.besluit)


@router.post("/signalen/{signal_id}/vraag")
def signal_question(request: Request, db: WriteDB, actor: Staff, signal_id: str, typed: TypedForm) -> Response:
    found = queries.for_review(db, actor, identifier(signal_id))
    tab, following = _where(db, actor, request, found, typed)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(QuestionForm)
        deciding.ask_back(db, actor, found, question=form.vraag)
    if tried.refusal:
        return _triage(
            request,
            db,
            actor,
            tab=tab,
            signal_id=found.id,
            tried=tried,
            asks="vraag",
        )
    return _next(request, found, tab, following, _("Your question is on its way."))


@router.post("/signalen/{signal_id}/terug")
def signal_reopen(request: Request, db: WriteDB, actor: Staff, signal_id: str) -> Response:
    """Undo the last judgement."""
    found = queries.for_review(db, actor, identifier(signal_id))
    with Tried() as tried, attempt(db):
        deciding.reopen(db, actor, found)
    if tried.refusal:
        return _triage(request, db, actor, signal_id=found.id, tried=tried)
    return done(request, path_to(request, "signal", signal_id=found.id), toast=_("Put back among the new ones."))


@router.post("/signalen/{signal_id}/thema")
def signal_theme(request: Request, db: WriteDB, actor: Staff, signal_id: str, typed: TypedForm) -> Response:
    found = queries.for_review(db, actor, identifier(signal_id))
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ThemeForm)
        deciding.recode(db, actor, found, theme=form.thema)
    if tried.refusal:
        return _triage(request, db, actor, signal_id=found.id, tried=tried)
    return done(request, path_to(request, "signal", signal_id=found.id), toast=_("The theme is changed."))


# --- Judging --------------------------------------------------------------------------------------------------------


def _judge(db: Session, actor: Actor, found: Signal, form: VerdictForm) -> None:
    if form.besluit == "niet":
        deciding.decline(db, actor, found, reason=form.reden)
        return
    for_agenda = form.besluit == "agenda"
    meeting = _next_meeting(db, found.region_id) if for_agenda else None
    deciding.accept(db, actor, found, for_agenda=for_agenda, meeting=meeting)


def _next_meeting(db: Session, region_id: UUID) -> MeetingFacts | None:
    """The meeting at which an accepted signal will be talked about."""
    row = db.exec(
        select(Meeting, Region)
        .join(Region, col(Region.id) == Meeting.region_id)
        .where(Meeting.region_id == region_id, Meeting.state == MeetingState.PLANNED, Meeting.on >= clock.today())
        .order_by(col(Meeting.on))
        .limit(1)
    ).first()
    return facts_of(row[1], row[0]) if row else None


def _where(db: Session, actor: Actor, request: Request, found: Signal, typed: Typed) -> tuple[str, str]:
    """The list in which somebody judges, and the signal after this one there."""
    tab = _tab(typed.get("lijst", ""), found)
    lines = inbox(db, actor, _region_ids(request), tab).lines
    ids = [line.id for line in lines]
    place = ids.index(found.id) if found.id in ids else -1
    rest = ids[place + 1 :] + ids[: max(place, 0)]
    return tab, str(rest[0]) if rest else ""


def _next(request: Request, found: Signal, tab: str, following: str, said: str) -> Response:
    address = (
        path_to(request, "signal", signal_id=following, lijst=tab)
        if following
        else path_to(request, "signals", lijst=tab)
    )
    toasts = {
        "agenda": _("Sent to the agenda."),
        "telt": _("It counts along."),
        "niet": _("Not used. The reporter hears why."),
    }
    return done(
        request, address, toast=toasts.get(said, said), undo=path_to(request, "signal_reopen", signal_id=found.id)
    )


# --- Pages ----------------------------------------------------------------------------------------------------------


def _triage(
    request: Request,
    db: Session,
    actor: Actor,
    *,
    tab: str = "",
    page: str = "1",
    signal_id: UUID | None = None,
    tried: Tried = UNTRIED,
    asks: str = "",
) -> Response:
    """The list beside the opened signal."""
    require(actor, Permission.VIEW_SIGNALS)
    opened = queries.opened(db, actor, signal_id) if signal_id else None
    tab = _tab(tab, opened.signal if opened else None)
    listed = inbox(db, actor, _region_ids(request), tab, page_number(page))
    if opened is None and listed.lines:
        opened = queries.opened(db, actor, listed.lines[0].id)
    ids = [line.id for line in listed.lines]
    place = ids.index(opened.signal.id) if opened and opened.signal.id in ids else None
    return render(
        request,
        "signals/triage.html",
        actor=actor,
        section="signals",
        inbox=listed,
        opened=opened,
        chosen_by_reader=signal_id is not None,
        previous=ids[place - 1] if place else None,
        following=ids[place + 1] if place is not None and place + 1 < len(ids) else None,
        may_judge=bool(opened and queries.may_review(actor, opened.signal)),
        is_undecided=bool(opened and opened.signal.state in deciding.UNDECIDED),
        can_undo=bool(opened and opened.signal.state in deciding.CAN_BE_UNDONE),
        themes=queries.all_themes(db, actor, [opened.signal.theme] if opened else []),
        groups=known(db).names(Vocabulary.GROUP, opened.signal.groups) if opened and opened.signal.groups else [],
        words=words,
        due_on=overdue.due_on,
        today=clock.today(),
        several_regions=chosen_region(request) is None,
        tried=tried,
        asks=asks,
    )


def _tab(wanted: str, found: Signal | None) -> str:
    """The list that was asked for, else the one in which the signal stands."""
    if wanted in TABS:
        return wanted
    if found is None:
        return "nieuw"
    return next((tab for tab, states in TABS.items() if found.state in states), "nieuw")


def _region_ids(request: Request) -> list[UUID] | None:
    region = chosen_region(request)
    return [region.id] if region else None
