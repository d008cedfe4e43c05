"""Tables: what was merged, what is known of somebody besides what is used, and who is somebody else after all."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import UTCDateTime


class Merging(SQLModel, table=True):
    """Two records that became one. `steps` is all that changed, kept for as long as it can be taken back."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="CASCADE")
    """The contact that stayed: who is erased takes this along."""
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE")
    """The organisation that stayed."""
    lost_id: UUID = Field(index=True)
    """The record that went; its address leads to the one that stayed."""
    lost_name: str = Field(default="", max_length=240)
    steps: list[dict[str, object]] = Field(default_factory=list, sa_type=JSON)
    merged_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    merged_by: str = Field(default="", max_length=120)
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Alternative(SQLModel, table=True):
    """What somebody said of a contact or an organisation that is not used, and not lost either."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="CASCADE")
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE")
    field: str = Field(max_length=40)
    value: str = Field(max_length=2100)
    noted_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)


class ContactApart(SQLModel, table=True):
    """Two contacts of whom somebody said: these are two people."""

    __tablename__ = "contact_apart"
    __table_args__ = (UniqueConstraint("contact_id", "other_id"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id", ondelete="CASCADE")
    other_id: UUID = Field(foreign_key="contact.id", index=True, ondelete="CASCADE")
    said_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)


class OrganisationApart(SQLModel, table=True):
    """Two organisations of which somebody said: these are two."""

    __tablename__ = "organisation_apart"
    __table_args__ = (UniqueConstraint("organisation_id", "other_id"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="CASCADE")
    other_id: UUID = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    said_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
