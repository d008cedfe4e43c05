"""Regions: the leaf that everything else points to, and the boundary of every permission."""

from datetime import time
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, Session, SQLModel, col, select

from bsoo import clock
from bsoo.db import Stored
from bsoo.errors import NotFound


class RegionKind(StrEnum):
    """Whether we organise the consultation or take a seat in somebody else's."""

    HOSTS = "hosts"
    PARTICIPATES = "participates"


class Region(SQLModel, table=True):
    """A region with its own network, its own quarter and its own rule for the meeting day."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    slug: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=80)
    kind: RegionKind = Field(default=RegionKind.HOSTS, sa_type=Stored(RegionKind))
    mail_address: str = Field(default="", max_length=254)
    """The role mailbox: From of every letter and ORGANIZER of every calendar entry; empty means the installation's."""
    school_region: str = Field(default="Noord", max_length=20)
    timezone: str = Field(default="Europe/Amsterdam", max_length=60)
    rule_month: int = Field(default=3, ge=1, le=3)
    """The month of the quarter in which the meeting falls: 1, 2 or 3."""
    rule_nth: int = Field(default=2, ge=-1, le=4)
    """Which weekday of that month: 1 to 4, or -1 for the last."""
    rule_weekday: int = Field(default=3, ge=0, le=6)
    """Monday is 0, as in datetime.date.weekday()."""
    rule_start: time = time(13, 0)
    rule_end: time = time(15, 30)
    position: int = 0

    @property
    def hosts(self) -> bool:
        return self.kind is RegionKind.HOSTS


FIRST_REGIONS = (
    ("amsterdam", "Amsterdam", RegionKind.HOSTS, "Noord"),
    ("almere", "Almere", RegionKind.HOSTS, "Noord"),
    ("rotterdam", "Rotterdam", RegionKind.PARTICIPATES, "Midden"),
    ("groningen", "Groningen", RegionKind.PARTICIPATES, "Noord"),
)


def make_first_regions(db: Session) -> None:
    """Give an empty installation its four regions; an installation that has regions is left alone."""
    if db.exec(select(Region.id).limit(1)).first() is not None:
        return
    for position, (slug, name, kind, school) in enumerate(FIRST_REGIONS):
        db.add(Region(slug=slug, name=name, kind=kind, school_region=school, position=position))
    db.flush()


def all_regions(db: Session) -> list[Region]:
    """Every region in its fixed order; names of regions are public."""
    return list(db.exec(select(Region).order_by(col(Region.position), col(Region.name))))


def region_by_slug(db: Session, slug: str) -> Region:
    region = db.exec(select(Region).where(Region.slug == slug)).first()
    if region is None:
        raise NotFound
    return region
