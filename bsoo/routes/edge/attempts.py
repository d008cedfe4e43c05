"""Trying what may be refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from fastapi import Request
from sqlmodel import Session

from bsoo.access.actions import allow


@contextmanager
def attempt(db: Session) -> Iterator[None]:
    """Run an action so that a refusal leaves nothing of it behind."""
    with db.begin_nested():
        yield


def slow_down(request: Request, db: Session, kind: str, *, every: timedelta, burst: int) -> None:
    """Refuse a source that asks the same thing too fast (sign-in, joining, links)."""
    source = request.client.host if request.client else "unknown"
    allow(db, f"{kind}:{source}", every=every, burst=burst)
