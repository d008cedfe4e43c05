"""A service of an organisation: what it offers, to whom, when and where."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import Stored, UTCDateTime


class Where(StrEnum):
    """Where people find it."""

    VISIT = "visit"
    CONFIDENTIAL = "confidential"
    """Staff may know the address; no export ever shows any part of it."""
    NOWHERE = "nowhere"
    """By telephone, online, or at people's homes."""


class Standing(StrEnum):
    """Whether people can use it now."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    """Kept with its history; on no list and in no export."""


class Service(SQLModel, table=True):
    """What one organisation offers in one region; clients reach it by a shared mailbox and number, never a person."""

    __table_args__ = (Index("ix_service_region_id_standing", "region_id", "standing"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    region_id: UUID = Field(foreign_key="region.id")
    name_nl: str = Field(max_length=120)
    name_en: str = Field(default="", max_length=120)
    description_nl: str = Field(default="", max_length=1000)
    description_en: str = Field(default="", max_length=1000)
    theme: str = Field(default="anders", foreign_key="theme.code", max_length=40)
    groups: list[str] = Field(default_factory=list, sa_type=JSON)
    """For whom, as codes of the shared list; empty means everybody."""
    languages: list[str] = Field(default_factory=list, sa_type=JSON)
    """Spoken languages, as ISO 639-1 codes."""
    hours: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    """Day ("mo" to "su"), opens, closes; a closing time before the opening time is on the next morning."""
    note_nl: str = Field(default="", max_length=300)
    note_en: str = Field(default="", max_length=300)
    found_at: Where = Field(default=Where.NOWHERE, sa_type=Stored(Where))
    street: str = Field(default="", max_length=200)
    postcode: str = Field(default="", max_length=10)
    place: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=40)
    """For clients, as email and website are."""
    email: str = Field(default="", max_length=254)
    website: str = Field(default="", max_length=300)
    is_public: bool = False
    standing: Standing = Field(default=Standing.RUNNING, sa_type=Stored(Standing))
    checked_on: date | None = None
    """When staff last saw that all of this is right."""
    not_names: list[str] = Field(default_factory=list, sa_type=JSON)
    """Words of these texts that staff said are not a person's name."""
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    changed_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    """When what people read of it changed; a check alone does not."""
    revision: int = 1
