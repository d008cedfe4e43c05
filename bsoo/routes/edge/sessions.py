"""A session per request, committed before the answer leaves."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from bsoo.db import Database
from bsoo.settings import Settings


def database(request: Request) -> Database:
    found: Database = request.app.state.database
    return found


def settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


def read_session(request: Request) -> Iterator[Session]:
    with database(request).reading() as session:
        yield session


def write_session(request: Request) -> Iterator[Session]:
    with database(request).transaction() as session:
        yield session


# With scope="function" the commit happens before the answer leaves; by default a failing commit looks like success.
ReadDB = Annotated[Session, Depends(read_session, scope="function")]
WriteDB = Annotated[Session, Depends(write_session, scope="function")]
