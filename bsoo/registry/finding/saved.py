"""What staff keep of the list of people: ways of looking at it, and what was changed for many at once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import UTCDateTime
from bsoo.registry.models import JsonValue


class SavedList(SQLModel, table=True):
    """A way of looking at the network that somebody kept: what is asked, never a copy of who was in it."""

    __tablename__ = "saved_list"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    name: str = Field(max_length=80)
    region_id: UUID | None = Field(default=None, foreign_key="region.id", index=True)
    """Empty for all regions that the reader may see."""
    owner_id: UUID | None = Field(default=None, foreign_key="staff_user.id", index=True)
    shared: bool = False
    """Whether everybody who sees the contacts of this region sees the list."""
    asked: dict[str, JsonValue] = Field(default_factory=dict, sa_type=JSON)
    """The conditions; what is read from here is checked strictly first (wanted_as_json)."""
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revision: int = 1


class ManyChange(SQLModel, table=True):
    """One change to many people, which can be taken back as one."""

    __tablename__ = "many_change"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    what: str = Field(max_length=40)
    value: str = Field(default="", max_length=80)
    region_id: UUID | None = Field(default=None, foreign_key="region.id")
    number: int
    """How many people or organisations became different."""
    made_by: UUID | None = Field(default=None, foreign_key="staff_user.id")
    made_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime, index=True)
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ManyChangeRow(SQLModel, table=True):
    """A row that such a change touched, as it was and as it became; kept while it can be taken back."""

    __tablename__ = "many_change_row"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    change_id: UUID = Field(foreign_key="many_change.id", index=True, ondelete="CASCADE")
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="CASCADE")
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE")
    table_name: str = Field(max_length=40)
    row_id: UUID
    before: dict[str, JsonValue] = Field(default_factory=dict, sa_type=JSON)
    after: dict[str, JsonValue] = Field(default_factory=dict, sa_type=JSON)
