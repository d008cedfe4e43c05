"""The limit: the rows of each page read as columns by one statement and put into a bare Jinja loop. Nothing else.

Same server, same number of processes and threads, same tuning of the garbage collector as the product.
"""

import gc
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import anyio.to_thread
import uvicorn
from fastapi import FastAPI
from starlette.responses import HTMLResponse

from bsoo import tables
from bsoo.bench.shown import ROUTES, Route
from bsoo.db import Database

DATABASE, THREADS, PROCESSES = "BSOO_DATABASE_URL", 2, 2

STARTS_WITHIN = 60
"""Seconds. By default a process that is still importing after five, on a busy machine, is killed and begins again."""


def make_app() -> FastAPI:
    """One route for each page."""
    assert tables.metadata.tables
    app = FastAPI(lifespan=_tuned, docs_url=None, redoc_url=None, openapi_url=None)
    database = Database(os.environ[DATABASE])
    for path, route in ROUTES.items():
        app.add_api_route(path, _endpoint(database, route), response_class=HTMLResponse)
    return app


def _endpoint(database: Database, route: Route) -> Callable[[], HTMLResponse]:
    def page() -> HTMLResponse:
        with database.engine.connect() as connection:
            return HTMLResponse(route.page.render(rows=connection.execute(route.statement()).all()))

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
