"""Who left an organisation, who took their place, and what moved along, so that it can be taken back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import UTCDateTime


class Departure(SQLModel, table=True):
    """A contact who left an organisation."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id", index=True, ondelete="CASCADE")
    affiliation_id: UUID = Field(foreign_key="affiliation.id", index=True, ondelete="CASCADE")
    successor_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="SET NULL")
    withdrawn: list[str] = Field(default_factory=list, sa_type=JSON)
    """Invitations that ended with it."""
    invited: list[str] = Field(default_factory=list, sa_type=JSON)
    """Invitations that the successor got for it."""
    actions: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """Actions that found another owner -> the name of the owner before."""
    given: list[dict[str, object]] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"}
    )
    """Rows that the successor got or that changed for it, as steps of given.py: ids and states, never a name."""
    noted_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
