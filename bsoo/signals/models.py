"""Signals: what an organisation sees, never who it is about."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import Stored, UTCDateTime


class Kind(StrEnum):
    """What the table talks about."""

    NEED = "need"
    CHANGE = "change"
    POLICY = "policy"


class Level(StrEnum):
    """Who may read the text."""

    PUBLIC = "public"
    NETWORK = "network"
    SOURCE_CONFIDENTIAL = "source-confidential"
    SENSITIVE = "sensitive"


class Band(StrEnum):
    """How many people the organisation sees it with, as a band; never added up over organisations."""

    ONE_OR_TWO = "1-2"
    A_FEW = "3-9"
    TENS = "10-24"
    DOZENS = "25-99"
    HUNDREDS = "100+"
    UNKNOWN = "unknown"


class Frequency(StrEnum):
    """How often the organisation sees it."""

    ONCE = "once"
    SOMETIMES = "sometimes"
    MORE_OFTEN = "more-often"
    LONG = "long"


class Wish(StrEnum):
    """What the reporter wants to happen with it."""

    DISCUSS = "discuss"
    COUNT = "count"
    CONTACT = "contact"
    """Soon, without waiting for the meeting."""


class State(StrEnum):
    """Where a signal is; the side exits need a reason and can be reopened."""

    DRAFT = "draft"
    RECEIVED = "received"
    ASKED_BACK = "asked-back"
    ACCEPTED = "accepted"
    """Counts along, without a place on the agenda."""
    ON_AGENDA = "on-agenda"
    DISCUSSED = "discussed"
    ACTION_RUNNING = "action-running"
    CLOSED = "closed"
    REFERRED = "referred"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


COUNTED = (
    State.RECEIVED,
    State.ASKED_BACK,
    State.ACCEPTED,
    State.ON_AGENDA,
    State.DISCUSSED,
    State.ACTION_RUNNING,
    State.CLOSED,
    State.REFERRED,
)
"""The states that count in trends: all but drafts, declined and withdrawn ones."""


class Theme(SQLModel, table=True):
    """A theme of the shared list; never deleted, only closed, with or without a successor."""

    code: str = Field(max_length=40, primary_key=True)
    name_nl: str = Field(max_length=80)
    name_en: str = Field(max_length=80)
    definition_nl: str = Field(default="", max_length=400)
    definition_en: str = Field(default="", max_length=400)
    position: int = 0
    closed_on: date | None = None
    successor: str | None = Field(default=None, foreign_key="theme.code")


class Bundle(SQLModel, table=True):
    """Signals that say the same; nothing is deleted and every reporter hears the outcome."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    region_id: UUID = Field(foreign_key="region.id", index=True)
    title: str = Field(max_length=200)
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)


class Signal(SQLModel, table=True):
    """A need, a change or policy, as one organisation sees it. The reporter's identity stays inside."""

    __table_args__ = (
        Index("ix_signal_quarter", "region_id", "year", "quarter", "theme", "organisation_id", "state", "level"),
        Index("ix_signal_state", "region_id", "state", "level"),
        Index("ix_signal_contact", "contact_id", "region_id", "submitted_at"),
    )

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    region_id: UUID = Field(foreign_key="region.id")
    year: int
    quarter: int
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id")
    noted_by: UUID | None = Field(default=None, foreign_key="staff_user.id")
    """The member of staff who wrote it down for an organisation."""
    bundle_id: UUID | None = Field(default=None, foreign_key="bundle.id", index=True)
    kind: Kind = Field(default=Kind.NEED, sa_type=Stored(Kind))
    theme: str = Field(default="anders", foreign_key="theme.code", max_length=40)
    side_themes: list[str] = Field(default_factory=list, sa_type=JSON)
    title: str = Field(default="", max_length=160)
    text: str = Field(default="", max_length=4000)
    ask: str = Field(default="", max_length=1000)
    since: date | None = None
    """The first day of the month since when it is seen."""
    band: Band = Field(default=Band.UNKNOWN, sa_type=Stored(Band))
    frequency: Frequency | None = Field(default=None, sa_type=Stored(Frequency))
    groups: list[str] = Field(default_factory=list, sa_type=JSON)
    """Whom it is about, as codes of a managed list, so that nobody describes one person."""
    wish: Wish = Field(default=Wish.COUNT, sa_type=Stored(Wish))
    name_organisation: bool = False
    """The organisation may be named beside this signal."""
    level: Level = Field(default=Level.SOURCE_CONFIDENTIAL, sa_type=Stored(Level))
    urgent: bool = False
    state: State = Field(default=State.DRAFT, sa_type=Stored(State))
    reason: str = Field(default="", max_length=1000)
    """Why it was declined or referred; the reporter reads it."""
    outcome: str = Field(default="", max_length=1000)
    """What came of it, in one or two sentences; the reporter reads it."""
    question: str = Field(default="", max_length=1000)
    """What the coordinator asked back, and `answer` what came."""
    answer: str = Field(default="", max_length=2000)
    not_names: list[str] = Field(default_factory=list, sa_type=JSON)
    """Words of this text that the writer said are not a person's name."""
    language: str = Field(default="nl", max_length=2)
    search: str = Field(default="", max_length=5000)
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    revision: int = 1


class NothingNew(SQLModel, table=True):
    """An organisation that said "nothing new this quarter": it counts in the denominator."""

    __tablename__ = "nothing_new"
    __table_args__ = (UniqueConstraint("organisation_id", "region_id", "year", "quarter"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    region_id: UUID = Field(foreign_key="region.id")
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id")
    year: int
    quarter: int
    said_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
