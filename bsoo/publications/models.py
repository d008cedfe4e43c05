"""Publications: numbered, immutable versions at a permanent address, with errata beside them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import Stored, UTCDateTime


class PublicationKind(StrEnum):
    """What is published."""

    MINUTES = "minutes"
    SUMMARY = "summary"


class Audience(StrEnum):
    """Who may read a version."""

    NETWORK = "network"
    PUBLIC = "public"


class Publication(SQLModel, table=True):
    """One version for one audience; a correction is a new version, the old one stays readable."""

    __table_args__ = (UniqueConstraint("region_id", "year", "quarter", "kind", "audience", "version"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    region_id: UUID = Field(foreign_key="region.id", index=True)
    meeting_id: UUID | None = Field(default=None, foreign_key="meeting.id", index=True)
    year: int
    quarter: int
    kind: PublicationKind = Field(sa_type=Stored(PublicationKind))
    audience: Audience = Field(sa_type=Stored(Audience))
    version: int = 1
    title: str = Field(max_length=200)
    content: dict[str, object] = Field(default_factory=dict, sa_type=JSON)
    """What the page and the PDF are made of, frozen."""
    digest: str = Field(default="", max_length=64)
    """SHA-256 over the canonical JSON of the content."""
    published_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime, index=True)
    published_by: UUID | None = Field(default=None, foreign_key="staff_user.id")
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class PublicationFile(SQLModel, table=True):
    """The PDF of a publication, apart from the narrow row."""

    __tablename__ = "publication_file"

    publication_id: UUID = Field(foreign_key="publication.id", primary_key=True, ondelete="CASCADE")
    content: bytes = Field(sa_type=LargeBinary)


class Erratum(SQLModel, table=True):
    """A correction that is shown beside a version."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    publication_id: UUID = Field(foreign_key="publication.id", index=True, ondelete="CASCADE")
    text: str = Field(max_length=1000)
    at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)


class SummaryDraft(SQLModel, table=True):
    """The introduction of a quarter's signal summary, while it is written."""

    __tablename__ = "summary_draft"
    __table_args__ = (UniqueConstraint("region_id", "year", "quarter"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    region_id: UUID = Field(foreign_key="region.id")
    year: int
    quarter: int
    introduction: str = Field(default="", max_length=2000)
    updated_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    revision: int = 1
