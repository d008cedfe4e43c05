"""A session per request, committed before the answer leaves."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from bsoo.db import Database
from bsoo.settings import Settings


def database(request: Request) -> Database:
    found: Database = request.app.state.database
    return found


def settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


async def read_session(request: Request) -> AsyncIterator[Session]:
    """Opening asks nothing of a database, and closing waits for a server only: a thread for each would cost more."""
    opened = ExitStack()
    session = opened.enter_context(database(request).reading())
    try:
        yield session
    finally:
        if database(request).is_sqlite:
            opened.close()
        else:
            await run_in_threadpool(opened.close)


def write_session(request: Request) -> Iterator[Session]:
    with database(request).transaction() as session:
        yield session


# With scope="function" the commit happens before the answer leaves; by default a failing commit looks like success.
ReadDB = Annotated[Session, Depends(read_session, scope="function")]
WriteDB = Annotated[Session, Depends(write_session, scope="function")]
