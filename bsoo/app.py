"""The composition root: settings, database, routes and jobs; the only module that knows everything."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from bsoo import __version__, i18n, jobs, tables
from bsoo.db import Database
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.installation import introduce
from bsoo.protection import Protection
from bsoo.routes import (
    account,
    administration,
    consents,
    contacts,
    doubles,
    edge,
    exports,
    feeds,
    held_mail,
    home,
    import_progress,
    import_rows,
    import_words,
    importing,
    incoming,
    invitations,
    letters,
    mail,
    mail_setup,
    many,
    meetings,
    merging,
    minutes,
    network,
    open_data,
    organisations,
    personal,
    privacy,
    public,
    public_meeting,
    publications,
    retention,
    saved_lists,
    service_form,
    services,
    sign_in,
    signals,
    timeline,
    trends,
    vocabularies,
)
from bsoo.routes.frame import nav_counts
from bsoo.settings import Settings
from bsoo.templating import STATIC, render

assert tables.metadata.tables

# Asked in this order, each address by a pattern: what staff open all day comes first.
ROUTERS = (
    home.router,
    network.router,
    saved_lists.router,
    many.router,
    meetings.router,
    signals.router,
    trends.router,
    sign_in.router,
    account.router,
    administration.router,
    mail_setup.router,
    vocabularies.router,
    held_mail.router,
    contacts.router,
    organisations.router,
    doubles.router,
    merging.router,
    services.router,
    service_form.router,
    exports.router,
    privacy.router,
    consents.router,
    retention.router,
    timeline.router,
    open_data.router,
    importing.router,
    import_rows.router,
    import_words.router,
    import_progress.router,
    invitations.router,
    personal.router,
    minutes.router,
    publications.router,
    mail.router,
    letters.router,
    incoming.router,
    feeds.router,
    public.router,
    public_meeting.router,
)


def make_app(
    settings: Settings, database: Database | None = None, extra: Callable[[FastAPI], None] | None = None
) -> FastAPI:
    """The application. `extra` adds what only the demo has; nothing else mounts it."""
    introduce(settings)
    app = FastAPI(
        title="bsoo",
        version=__version__,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.settings = settings
    app.state.database = database or Database(settings.database)
    app.state.nav_counts = nav_counts
    for router in ROUTERS:
        app.include_router(router)
    if extra is not None:
        extra(app)
    app.state.path_parameters = _path_parameters(app)
    # Only what holds no secret is compressed here: length would betray what a page hides (BREACH).
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC)), name="static")
    app.add_middleware(Protection, host=settings.host, session_cookie=edge.SESSION_COOKIE)
    app.add_exception_handler(edge.NotSignedIn, _to_sign_in)
    app.add_exception_handler(NotFound, _not_found)
    app.add_exception_handler(404, _not_found)
    app.add_exception_handler(405, _not_found)
    app.add_exception_handler(422, _not_found)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(500, _failed)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
    i18n.catalogue(i18n.DEFAULT)
    # Freezing what was made at the start keeps it out of every later collection: a third off a page of 400 rows.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    with jobs.running(app.state.database, settings):
        yield


def _path_parameters(app: FastAPI) -> Callable[[str], frozenset[str]]:
    @cache
    def of(name: str) -> frozenset[str]:
        for context in iter_route_contexts(app.routes):
            route = context.route
            if getattr(route, "name", None) == name:
                return frozenset(getattr(route, "param_convertors", {}))
        return frozenset()

    return of


async def _to_sign_in(request: Request, mistake: Exception) -> Response:
    await edge.visitor(request)
    if request.method == "GET" and request.headers.get("HX-Request") != "true":
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(edge.path_to(request, "sign_in", verder=path), status_code=303)
    return render(request, "errors/signed_out.html", status=401)


async def _not_found(request: Request, mistake: Exception) -> Response:
    if isinstance(mistake, edge.LinkClosed):
        return render(request, "errors/link_closed.html", status=410, headers=edge.PRIVATE)
    return render(request, "errors/not_found.html", actor=await edge.visitor(request), status=404)


async def _not_allowed(request: Request, mistake: Exception) -> Response:
    return render(request, "errors/not_allowed.html", actor=await edge.visitor(request), status=403)


async def _refused(request: Request, mistake: Exception) -> Response:
    actor = await edge.visitor(request)
    return render(request, "errors/refused.html", actor=actor, status=422, refusal=str(mistake))


async def _failed(request: Request, mistake: Exception) -> Response:
    return render(request, "errors/failed.html", status=500)


def from_environment() -> FastAPI:
    """The application as the environment says; what each server process calls."""
    return make_app(Settings())
