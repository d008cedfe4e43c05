"""Tables: who was asked whether their details are right, and what they answered that a coordinator must decide on."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression
from sqlmodel import Field, SQLModel, col

from bsoo import clock
from bsoo.db import Stored, UTCDateTime
from bsoo.registry.rows import columns


class Detail(StrEnum):
    """What somebody can propose to change of their own details."""

    NAME = "name"
    ROLE = "role"
    DEPARTMENT = "department"
    ORGANISATION = "organisation"
    EMAIL = "email"
    PHONE = "phone"


class ConfirmationRule(SQLModel, table=True):
    """The switch of a region: whether people are asked by themselves, spread over the year."""

    __tablename__ = "confirmation_rule"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    region_id: UUID = Field(foreign_key="region.id", unique=True)
    is_automatic: bool = False
    """A standing approval of a coordinator; without it nothing goes by itself."""
    changed_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)


class Confirmation(SQLModel, table=True):
    """The question "is this still right?" to one contact. It is answered when a place was confirmed since."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id", index=True, ondelete="CASCADE")
    region_id: UUID = Field(foreign_key="region.id", index=True)
    asked_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Proposal(SQLModel, table=True):
    """One detail that somebody would see changed; it stays as it was until a coordinator decides."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id", index=True, ondelete="CASCADE")
    field: Detail = Field(sa_type=Stored(Detail))
    before: str = Field(default="", max_length=260)
    after: str = Field(default="", max_length=260)
    said_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    is_accepted: bool = False


class LeftNotice(SQLModel, table=True):
    """Somebody says that they have left, and perhaps who takes their place."""

    __tablename__ = "left_notice"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id", index=True, ondelete="CASCADE")
    left_on: date
    successor_name: str = Field(default="", max_length=200)
    successor_email: str = Field(default="", max_length=254)
    remark: str = Field(default="", max_length=500)
    said_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


def says_left(contact_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """A contact who says so, and about whom nobody has decided; like the next a list made once, for few are in it."""
    waiting = columns(LeftNotice.contact_id).where(col(LeftNotice.decided_at).is_(None))
    return contact_id.in_(waiting)


def is_proposed(contact_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """A contact of whom a proposal waits for a coordinator."""
    waiting = columns(Proposal.contact_id).where(col(Proposal.decided_at).is_(None))
    return contact_id.in_(waiting)
