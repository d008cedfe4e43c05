"""Staff and how they come in. Contacts are never users; undocumented people are never in the system."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import Stored, UTCDateTime


class Role(StrEnum):
    """What somebody is, in one region or in all."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    ADVOCACY = "advocacy"
    READER = "reader"


class User(SQLModel, table=True):
    """A member of staff who can sign in."""

    __tablename__ = "staff_user"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=120)
    language: str = Field(default="nl", max_length=2)
    password_hash: str = Field(default="", max_length=200)
    is_active: bool = True
    single_keys: bool = True
    """Whether single-key shortcuts work (WCAG 2.1.4 lets a person switch them off)."""
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)


class Grant(SQLModel, table=True):
    """A role for a user in one region; no region means all."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "region_id"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="staff_user.id", index=True, ondelete="CASCADE")
    role: Role = Field(sa_type=Stored(Role))
    region_id: UUID | None = Field(default=None, foreign_key="region.id")


class SignInLink(SQLModel, table=True):
    """A link that signs in once."""

    __tablename__ = "sign_in_link"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="staff_user.id", index=True, ondelete="CASCADE")
    token_hash: str = Field(max_length=64, unique=True)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Browser(SQLModel, table=True):
    """A signed-in browser: a session that its owner or an administrator can end."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="staff_user.id", index=True, ondelete="CASCADE")
    token_hash: str = Field(max_length=64, unique=True)
    description: str = Field(default="", max_length=200)
    region_slug: str = Field(default="", max_length=40)
    """The region this person chose to look at; empty means all that they may see."""
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)


class Attempt(SQLModel, table=True):
    """The theoretical arrival time of the generic cell rate algorithm, per kind of request and per source."""

    key: str = Field(max_length=120, primary_key=True)
    arrives_at: datetime = Field(sa_type=UTCDateTime)
