"""Minutes as typed blocks, each with its own level, and the actions that come out of them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import Stored, UTCDateTime
from bsoo.meetings.models import TextLevel


class MinutesState(StrEnum):
    """How far the minutes are."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ADOPTED = "adopted"


class BlockKind(StrEnum):
    """What a block is."""

    INFORMATION = "information"
    DECISION = "decision"
    ACTION = "action"
    SIGNAL = "signal"


class ActionState(StrEnum):
    """An action is carried over until it is one of the last three."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    MOVED = "moved"


class Minutes(SQLModel, table=True):
    """The minutes of one meeting."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    meeting_id: UUID = Field(foreign_key="meeting.id", unique=True)
    region_id: UUID = Field(foreign_key="region.id", index=True)
    state: MinutesState = Field(default=MinutesState.DRAFT, sa_type=Stored(MinutesState))
    summary: str = Field(default="", max_length=2000)
    """The short version that comes first; public."""
    started_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    adopted_on: date | None = None
    revision: int = 1
    """Rises with every edit of the summary, so that two writers never overwrite each other in silence."""


class Block(SQLModel, table=True):
    """One typed line of the minutes at one agenda item."""

    __table_args__ = (UniqueConstraint("minutes_id", "client_key"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    minutes_id: UUID = Field(foreign_key="minutes.id", index=True, ondelete="CASCADE")
    agenda_item_id: UUID | None = Field(default=None, foreign_key="agenda_item.id", index=True)
    position: int = 0
    kind: BlockKind = Field(default=BlockKind.INFORMATION, sa_type=Stored(BlockKind))
    level: TextLevel = Field(default=TextLevel.PARTICIPANTS, sa_type=Stored(TextLevel))
    text: str = Field(default="", max_length=4000)
    client_key: str = Field(max_length=60)
    """Made by the form, so that a line that is sent twice is written once."""
    revision: int = 1
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Action(SQLModel, table=True):
    """What somebody promised: a contact or an organisation, a day, and how it went."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    region_id: UUID = Field(foreign_key="region.id", index=True)
    meeting_id: UUID = Field(foreign_key="meeting.id", index=True)
    block_id: UUID | None = Field(default=None, foreign_key="block.id", unique=True)
    number: int
    """The n of AMS-2027-2-An: counts up within one meeting."""
    text: str = Field(max_length=2000)
    owner_name: str = Field(default="", max_length=200)
    owner_contact_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True)
    owner_organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    due_on: date | None = None
    state: ActionState = Field(default=ActionState.OPEN, sa_type=Stored(ActionState))
    progress: str = Field(default="", max_length=1000)
    """What was done, or why it was dropped."""
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
