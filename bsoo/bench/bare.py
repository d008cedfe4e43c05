"""The limit: the rows of each page read as columns by one statement and put into a bare Jinja loop. Nothing else.

Same server, same number of processes and threads, same tuning of the garbage collector as the product.
"""

import gc
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import anyio.to_thread
import uvicorn
from fastapi import FastAPI
from jinja2 import Template
from sqlalchemy import Select, func, select
from sqlmodel import col
from starlette.responses import HTMLResponse

from bsoo import clock, tables
from bsoo.db import Database
from bsoo.logbook import LogEntry
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.regions import Region
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation
from bsoo.signals.models import COUNTED, Signal, State, Theme

DATABASE, THREADS, PROCESSES = "BSOO_DATABASE_URL", 2, 2

STARTS_WITHIN = 60
"""Seconds. By default a process that is still importing after five, on a busy machine, is killed and begins again."""

Rows = Select[*tuple[Any, ...]]  # Any: columns of many kinds, only to be printed

LOOP = Template(
    "<!doctype html><title>bare</title><table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell|e }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


def network() -> Rows:
    """Fifty people with what the list says of them."""
    return (
        select(
            col(Contact.id),
            col(Contact.display_name),
            col(Affiliation.role),
            col(Organisation.name),
            col(Organisation.place),
            col(Address.email),
            col(Address.bounced_at),
            col(Membership.invited),
            col(Membership.confirmed_on),
        )
        .join(Membership, col(Membership.contact_id) == col(Contact.id))
        .outerjoin(Address, col(Address.contact_id) == col(Contact.id))
        .outerjoin(Affiliation, col(Affiliation.contact_id) == col(Contact.id))
        .outerjoin(Organisation, col(Organisation.id) == col(Affiliation.organisation_id))
        .order_by(col(Contact.sort_name))
        .limit(50)
    )


def meeting() -> Rows:
    """The first fifty of those who did not answer."""
    return (
        select(
            col(Invitation.id),
            col(Contact.display_name),
            col(Organisation.name),
            col(Invitation.answer),
            col(Invitation.answered_at),
            col(Invitation.viewed_at),
            col(Meeting.on),
            col(Meeting.venue),
        )
        .join(Contact, col(Contact.id) == col(Invitation.contact_id))
        .join(Meeting, col(Meeting.id) == col(Invitation.meeting_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Invitation.organisation_id))
        .where(col(Invitation.answer) == Answer.SILENT)
        .order_by(col(Contact.sort_name))
        .limit(50)
    )


def signals() -> Rows:
    """The fifty signals that wait longest."""
    return (
        select(
            col(Signal.id),
            col(Signal.title),
            col(Theme.name_nl),
            col(Organisation.name),
            col(Region.name),
            col(Signal.state),
            col(Signal.submitted_at),
        )
        .join(Theme, col(Theme.code) == col(Signal.theme))
        .join(Region, col(Region.id) == col(Signal.region_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Signal.organisation_id))
        .where(col(Signal.state) == State.RECEIVED)
        .order_by(col(Signal.submitted_at))
        .limit(50)
    )


def trends() -> Rows:
    """Organisations and signals by theme and quarter, over two years and a quarter."""
    first = clock.today() - timedelta(days=9 * 92)
    return (
        select(
            col(Signal.theme),
            col(Signal.year),
            col(Signal.quarter),
            func.count(col(Signal.organisation_id).distinct()),
            func.count(),
        )
        .where(col(Signal.state).in_(COUNTED), col(Signal.year) >= first.year)
        .group_by(col(Signal.theme), col(Signal.year), col(Signal.quarter))
    )


def home() -> Rows:
    """What happened last, and the numbers beside it."""
    invited = select(func.count()).select_from(Invitation).scalar_subquery()
    answered = select(func.count()).where(col(Invitation.answer) != Answer.SILENT).scalar_subquery()
    waiting = select(func.count()).where(col(Signal.state) == State.RECEIVED).scalar_subquery()
    stale = select(func.count()).where(col(Membership.confirmed_on) < clock.today() - timedelta(days=365))
    return (
        select(
            col(LogEntry.at),
            col(LogEntry.verb),
            col(Contact.display_name),
            invited,
            answered,
            waiting,
            stale.scalar_subquery(),
        )
        .outerjoin(Contact, col(Contact.id) == col(LogEntry.subject_id))
        .order_by(col(LogEntry.at).desc())
        .limit(6)
    )


ROUTES: dict[str, Callable[[], Rows]] = {
    "/home": home,
    "/network": network,
    "/meeting": meeting,
    "/signals": signals,
    "/trends": trends,
}


def make_app() -> FastAPI:
    """One route for each page."""
    assert tables.metadata.tables
    app = FastAPI(lifespan=_tuned, docs_url=None, redoc_url=None, openapi_url=None)
    database = Database(os.environ[DATABASE])
    for path, statement in ROUTES.items():
        app.add_api_route(path, _route(database, statement), response_class=HTMLResponse)
    return app


def _route(database: Database, statement: Callable[[], Rows]) -> Callable[[], HTMLResponse]:
    def page() -> HTMLResponse:
        with database.engine.connect() as connection:
            return HTMLResponse(LOOP.render(rows=connection.execute(statement()).all()))

    return page


@asynccontextmanager
async def _tuned(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    yield


if __name__ == "__main__":
    uvicorn.run(
        "bsoo.bench.bare:make_app",
        factory=True,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        workers=PROCESSES,
        timeout_worker_healthcheck=STARTS_WITHIN,
        access_log=False,
        server_header=False,
        log_level="warning",
    )
