"""The words of the four managed lists: kinds of organisation, themes, target groups and languages."""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from sqlmodel import Field, SQLModel


class Vocabulary(StrEnum):
    """Which list a word is on."""

    SECTOR = "sector"
    THEME = "theme"
    GROUP = "group"
    LANGUAGE = "language"


class Term(SQLModel, table=True):
    """A word of a list other than the themes; never deleted, only closed, with or without a successor."""

    kind: str = Field(max_length=20, primary_key=True)
    code: str = Field(max_length=40, primary_key=True)
    name_nl: str = Field(max_length=80)
    name_en: str = Field(max_length=80)
    position: int = 0
    closed_on: date | None = None
    successor: str | None = Field(default=None, max_length=40)


_SPACE = UUID("3f0c5a52-6d1a-5b7e-9a46-2f6e0f3c9d11")
"""The space of names of our words; any fixed value would do."""


def id_of(kind: Vocabulary, code: str) -> UUID:
    """How the logbook names a word."""
    return uuid5(_SPACE, f"{kind}:{code}")
