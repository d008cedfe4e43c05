"""Who did what, where and when: the audit trail, the activity page and the source of every timeline."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field, Session, SQLModel

from bsoo import clock
from bsoo.db import UTCDateTime

Fact = str | int | float | bool | None


class Doer(Protocol):
    """The part of an actor that the logbook needs."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> UUID | None: ...
    @property
    def name(self) -> str: ...


class Subject(Protocol):
    """Anything with an id in a table."""

    id: UUID


class LogEntry(SQLModel, table=True):
    """One thing that was done. Append-only; no tokens and no personal data of third parties in the facts."""

    __tablename__ = "log_entry"
    __table_args__ = (
        Index("ix_log_entry_subject", "subject_kind", "subject_id"),
        Index("ix_log_entry_region_id_at", "region_id", "at"),
    )

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    actor_kind: str = Field(max_length=20)
    actor_id: UUID | None = None
    actor_name: str = Field(default="", max_length=120)
    verb: str = Field(max_length=60)
    """Noun and past tense: "signal.accepted"."""
    subject_kind: str = Field(max_length=40)
    subject_id: UUID
    region_id: UUID | None = Field(default=None, foreign_key="region.id")
    facts: dict[str, Fact] = Field(default_factory=dict, sa_type=JSON)


class LogSeal(SQLModel, table=True):
    """A link of the chain over the logbook: what a line said when it was sealed, tied to the link before it.

    It holds no words of the line, so it can stay when the line is erased.
    """

    __tablename__ = "log_seal"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    entry_id: UUID = Field(unique=True)
    digest: str = Field(max_length=64)
    """A keyed hash of the line."""
    chain: str = Field(max_length=64)
    """A hash of the link before and of this digest."""
    released: bool = False
    """The law or its age changed this line or took it away, and the logbook says so."""


def note(db: Session, actor: Doer, verb: str, subject: Subject, region_id: UUID | None = None, **facts: Fact) -> None:
    """Write a line in the transaction of the change itself."""
    db.add(entry(actor, verb, type(subject).__name__.lower(), subject.id, region_id, **facts))


def entry(
    actor: Doer, verb: str, subject_kind: str, subject_id: UUID, region_id: UUID | None = None, **facts: Fact
) -> LogEntry:
    """A line that is not yet in a session (for many at once)."""
    return LogEntry(
        actor_kind=str(actor.kind),
        actor_id=actor.id,
        actor_name="" if str(actor.kind) == "contact" else actor.name[:120],
        verb=verb,
        subject_kind=subject_kind,
        subject_id=subject_id,
        region_id=region_id,
        facts=facts,
    )
