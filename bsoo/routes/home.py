"""Vandaag: the next meeting, what waits, and what the run sheet says comes next; and the doors for machines."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import text
from sqlmodel import Session
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bsoo import clock, installation
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.i18n import gettext as _
from bsoo.mail import bulk_views
from bsoo.mail.bulk_views import MailingLine
from bsoo.mail.words import LETTER_WORDS
from bsoo.meetings import upcoming
from bsoo.quarters import Quarter
from bsoo.routes import recent, ribbon
from bsoo.routes.edge import ReadDB, Staff, Visitor, chosen_region, database, my_regions, render
from bsoo.routes.numbers import Numbers, numbers
from bsoo.routes.todo import todo
from bsoo.templating import day

router = APIRouter()

NOON, EVENING = 12, 18


@router.get("/vandaag")
def home(request: Request, db: ReadDB, actor: Staff) -> Response:
    chosen = chosen_region(request)
    ids = [region.id for region in ([chosen] if chosen is not None else my_regions(request))]
    today = clock.today()
    facts = upcoming.home(db, actor, ids)
    counted = numbers(db, actor, ids, today)
    return render(
        request,
        "home/today.html",
        actor=actor,
        section="home",
        greeting=_greeting(clock.now().astimezone(clock.ZONE), actor.name.split(" ")[0]),
        today_words=_("%(day)s · week %(week)s", day=day(today).capitalize(), week=today.isocalendar().week),
        quarter_words=_quarter_words(today.year, Quarter.of(today).number),
        week=ribbon.week_of(today),
        weeks=ribbon.weeks(today),
        stops=ribbon.stops(facts.ahead, today),
        facts=facts,
        halted=_halted(db, actor, ids) if counted.paused_mailings else [],
        letter_words=LETTER_WORDS,
        region_names={region.id: region.name for region in my_regions(request)},
        todo=todo(request, actor, facts, counted),
        figures=_figures(counted),
        recent=recent.happenings(db, actor, ids),
    )


def _halted(db: Session, actor: Actor, ids: list[UUID]) -> list[MailingLine]:
    """Mailings that wait for a decision of this person."""
    mine = permitted_regions(actor, Permission.MANAGE_MAIL)
    return bulk_views.halted(db, [one for one in ids if mine is None or one in mine])


def _greeting(wall: datetime, name: str) -> str:
    if wall.hour < NOON:
        return _("Good morning, %(name)s", name=name)
    if wall.hour < EVENING:
        return _("Good afternoon, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)


def _quarter_words(year: int, number: int) -> str:
    words = (_("First quarter"), _("Second quarter"), _("Third quarter"), _("Fourth quarter"))
    return f"{words[number - 1]} {year}"


def _figures(counted: Numbers) -> list[tuple[str, str, str]]:
    """The four figures beside the page: a word, a number, and what the number is out of."""
    confirmed = counted.invited - counted.unconfirmed
    share = f"{round(100 * confirmed / counted.invited)}%" if counted.invited else "–"
    return [
        (_("Signals"), str(counted.signals), ""),
        (
            _("Organisations that signalled"),
            str(counted.signalling),
            _("of %(count)s in the network", count=counted.organisations),
        ),
        (
            _("Contacts up to date"),
            share,
            _("%(some)s of %(all)s confirmed in the last 12 months", some=confirmed, all=counted.invited),
        ),
        (_("Publications"), str(counted.publications), ""),
    ]


@router.get("/healthz")
def healthz(actor: Visitor) -> Response:
    """Alive: the process answers."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def readyz(request: Request, db: ReadDB, actor: Visitor) -> Response:
    """Ready: the database answers and has the newest tables."""
    db.execute(text("SELECT 1"))
    current = installation.is_current(database(request))
    return JSONResponse({"ready": current}, status_code=200 if current else 503)
