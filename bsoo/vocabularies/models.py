"""Words that became one, kept so that it can be taken back."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import UTCDateTime


class TermMerge(SQLModel, table=True):
    """A word that was merged into another. `moves` says which cells held it and what they became."""

    __tablename__ = "term_merge"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    kind: str = Field(max_length=20)
    lost: str = Field(max_length=40)
    kept: str = Field(max_length=40)
    was_closed_on: date | None = None
    moves: list[dict[str, object]] = Field(default_factory=list, sa_type=JSON)
    merged_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    merged_by: str = Field(default="", max_length=120)
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
