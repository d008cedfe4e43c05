"""Building a meeting's agenda: by buttons, by dragging and by keyboard, and sending it to who comes."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.meetings import agenda, agenda_view, queries, sending, words
from bsoo.meetings.models import AgendaItem, TextLevel
from bsoo.meetings.queries import Card
from bsoo.publications import reach
from bsoo.routes import when
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    Typed,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    path_to,
    render,
)
from bsoo.templating import wall_clock

router = APIRouter()


class ItemForm(BaseModel):
    """An agenda item as typed."""

    title: Annotated[str, Field(max_length=200)] = ""
    minutes: int = 10
    question: Annotated[str, Field(max_length=1000)] = ""
    presenter: Annotated[str, Field(max_length=200)] = ""
    papers: Annotated[str, Field(max_length=1000)] = ""
    level: TextLevel = TextLevel.PARTICIPANTS


@router.get("/overleggen/{region}/{quarter}/agenda")
def meeting_agenda(
    request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, punt: str = "", thema: str = ""
) -> Response:
    return _page(request, db, actor, queries.meeting_at(db, actor, region, quarter), punt=punt, theme=thema)


@router.post("/overleggen/{region}/{quarter}/agenda")
def agenda_move(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm) -> Response:
    """Move one item: to a position (from 1, as a drop says it), or one up or down (as a button says it)."""
    card, item = _item(db, actor, region, quarter, typed.get("item", ""))
    place = agenda.move(db, actor, item, position=_wanted_place(item, typed))
    line = next(line for line in agenda_view.agenda_of(db, actor, card.meeting).lines if line.id == item.id)
    told = _(
        "%(title)s: now number %(place)s, %(time)s.",
        title=item.title,
        place=place + 1,
        time=wall_clock(line.box.starts),
    )
    return done(request, _url(request, card), toast=told)


@router.post("/overleggen/{region}/{quarter}/agenda/punten")
def agenda_add(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    require(actor, Permission.PLAN_MEETINGS, card.region.id)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ItemForm)
        item = agenda.add_item(
            db,
            actor,
            card.meeting,
            title=form.title,
            minutes=form.minutes,
            presenter=form.presenter,
            question=form.question,
            level=form.level,
        )
    if tried.refusal:
        return _page(request, db, actor, card, tried=tried)
    return _added(request, card, item)


@router.post("/overleggen/{region}/{quarter}/agenda/pauze")
def agenda_break(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    return _added(request, card, agenda.add_break(db, actor, card.meeting))


@router.post("/overleggen/{region}/{quarter}/agenda/signalen/{signal_id}")
def agenda_signal(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, signal_id: str) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    return _added(request, card, agenda.add_signal(db, actor, card.meeting, identifier(signal_id)))


@router.post("/overleggen/{region}/{quarter}/agenda/punten/{item_id}/terug")
def agenda_take_up(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, item_id: str) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    item = agenda_view.agenda_item(db, actor, identifier(item_id))
    return _added(request, card, agenda.take_up(db, actor, card.meeting, item))


@router.post("/overleggen/{region}/{quarter}/agenda/punten/{item_id}/weg")
def agenda_park(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, item_id: str) -> Response:
    card, item = _item(db, actor, region, quarter, item_id)
    agenda.park(db, actor, item)
    undo = path_to(request, "agenda_take_up", region=region, quarter=quarter, item_id=item.id)
    return done(request, _url(request, card), toast=_("%(title)s is off the agenda.", title=item.title), undo=undo)


@router.post("/overleggen/{region}/{quarter}/agenda/punten/{item_id}/minuten")
def agenda_minutes(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, item_id: str, typed: TypedForm
) -> Response:
    card, item = _item(db, actor, region, quarter, item_id)
    with Tried(typed) as tried, attempt(db):
        agenda.set_minutes(db, actor, item, minutes=_number(typed.get("minutes", "")))
    if tried.refusal:
        return _page(request, db, actor, card, tried=tried.at(f"minutes-{item.id}"))
    return done(request, _url(request, card))


@router.post("/overleggen/{region}/{quarter}/agenda/punten/{item_id}")
def agenda_change(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, item_id: str, typed: TypedForm
) -> Response:
    card, item = _item(db, actor, region, quarter, item_id)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ItemForm)
        agenda.change_item(db, actor, item, **form.model_dump())
    if tried.refusal:
        return _page(request, db, actor, card, punt=str(item.id), tried=tried)
    return done(request, _url(request, card), toast=_("Saved."))


@router.get("/overleggen/{region}/{quarter}/agenda/versturen")
def agenda_send(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str) -> Response:
    return _send_page(request, db, actor, queries.meeting_at(db, actor, region, quarter))


@router.post("/overleggen/{region}/{quarter}/agenda/versturen")
def agenda_sent(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    with Tried(typed) as tried, attempt(db):
        begins_at = when.chosen(request, typed)
        mailing = sending.send_agenda(db, actor, card.region, card.meeting, begins_at=begins_at)
    if tried.refusal:
        return _send_page(request, db, actor, card, tried=tried)
    url = path_to(request, "meeting_progress", region=region, quarter=quarter)
    said = _("The agenda goes to %(people)s people.", people=mailing.total)
    return done(request, url, toast=f"{said} {when.told(mailing)}".strip())


def _send_page(request: Request, db: Session, actor: Actor, card: Card, *, tried: Tried = UNTRIED) -> Response:
    return render(
        request,
        "meetings/agenda_send.html",
        actor=actor,
        section="meetings",
        card=card,
        agenda=agenda_view.agenda_of(db, actor, card.meeting),
        readers=sending.coming(db, actor, card.meeting),
        tried=tried,
        words=words,
    )


def _page(
    request: Request,
    db: Session,
    actor: Actor,
    card: Card,
    *,
    punt: str = "",
    theme: str = "",
    tried: Tried = UNTRIED,
) -> Response:
    built = agenda_view.building(db, actor, card.meeting)
    return render(
        request,
        "meetings/agenda.html",
        actor=actor,
        section="meetings",
        card=card,
        stand=reach.stand_of(db, actor, card.meeting),
        agenda=built.agenda,
        opened=punt,
        sources=built.sources,
        pool=[waiting for waiting in built.pool if not theme or theme in waiting.themes],
        themes=[(one, one) for one in sorted({one for waiting in built.pool for one in waiting.themes})],
        theme=theme,
        tried=tried,
        words=words,
    )


def _item(db: Session, actor: Actor, region: str, quarter: str, item_id: str) -> tuple[Card, AgendaItem]:
    card = queries.meeting_at(db, actor, region, quarter)
    require(actor, Permission.PLAN_MEETINGS, card.region.id)
    item = agenda_view.agenda_item(db, actor, identifier(item_id))
    if item.meeting_id != card.meeting.id:
        raise NotFound
    return card, item


def _wanted_place(item: AgendaItem, typed: Typed) -> int:
    step = {"omhoog": -1, "omlaag": 1}.get(typed.get("richting", ""))
    return item.position + step if step is not None else _number(typed.get("position", "")) - 1


def _number(text: str) -> int:
    """A small whole number; rubbish is nought, which the rules refuse or put in front."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0  # noqa: PLR2004


def _added(request: Request, card: Card, item: AgendaItem) -> Response:
    told = _("%(title)s is on the agenda, %(minutes)s minutes.", title=item.title, minutes=item.minutes)
    undo = path_to(request, "agenda_park", region=card.region.slug, quarter=card.meeting.slug, item_id=item.id)
    return done(request, _url(request, card), toast=told, undo=undo)


def _url(request: Request, card: Card) -> str:
    return path_to(request, "meeting_agenda", region=card.region.slug, quarter=card.meeting.slug)
