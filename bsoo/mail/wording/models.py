"""Edited texts of letters: each version is a row that stays, and the newest one holds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Index, TextClause, text
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import UTCDateTime
from bsoo.mail.wording.built_in import Wording

_CURRENT = text("is_current")
_EVERYWHERE = text("is_current AND region_id IS NULL")


def _only(name: str, *columns: str, where: TextClause) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


class LetterText(SQLModel, table=True):
    """A version of the text of a letter, for one region or, without one, for all of them."""

    __tablename__ = "letter_text"
    __table_args__ = (
        Index("ix_letter_text_name_language", "name", "language", "region_id"),
        # Two, since to a unique index one empty region is not another.
        _only("uq_letter_text_current", "name", "language", "region_id", where=_CURRENT),
        _only("uq_letter_text_current_everywhere", "name", "language", where=_EVERYWHERE),
    )

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    name: str = Field(max_length=60)
    """Which text: a letter, or one of its variants ("answer_confirmed.online")."""
    region_id: UUID | None = Field(default=None, foreign_key="region.id")
    language: str = Field(max_length=2)
    subject: str = Field(default="", max_length=200)
    text: str = Field(default="", max_length=8000)
    button: str = Field(default="", max_length=60)
    beneath: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """The text that would hold without this one, as it was when this one was written."""
    is_current: bool = True
    is_withdrawn: bool = False
    """From here on the text beneath holds."""
    made_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    made_by: UUID | None = Field(default=None, foreign_key="staff_user.id")

    @property
    def wording(self) -> Wording:
        return Wording(self.subject, self.text, self.button)
