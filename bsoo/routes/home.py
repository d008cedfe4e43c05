"""Vandaag: the next meeting, what waits, and what the run sheet says comes next; and the doors for machines."""

from fastapi import APIRouter, Request
from sqlalchemy import text
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bsoo import installation
from bsoo.mail import outbox
from bsoo.meetings import queries as meetings
from bsoo.minutes import queries as minutes
from bsoo.registry import queries as registry
from bsoo.routes import recent
from bsoo.routes.edge import ReadDB, Staff, Visitor, chosen_region, database, my_regions, render
from bsoo.signals import queries as signals

router = APIRouter()


@router.get("/vandaag")
def home(request: Request, db: ReadDB, actor: Staff) -> Response:
    chosen = chosen_region(request)
    regions = [chosen] if chosen is not None else my_regions(request)
    ids = [region.id for region in regions]
    return render(
        request,
        "home/today.html",
        actor=actor,
        section="home",
        shown_regions=regions,
        facts=meetings.home(db, actor, ids),
        waiting=signals.waiting(db, actor, ids),
        open_actions=minutes.open_actions(db, actor, ids),
        unconfirmed=registry.unconfirmed(db, actor, ids),
        undeliverable=outbox.undeliverable(db, ids),
        recent=recent.happenings(db, actor, ids),
    )


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
