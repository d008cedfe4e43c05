"""What the public may know of meetings to come: the regions that host, their dates and places."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import NotFound
from bsoo.meetings.models import Meeting, MeetingState
from bsoo.quarters import Quarter
from bsoo.regions import Region, RegionKind
from bsoo.registry.models import Organisation, OrganisationRegion

MOST = 6


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A date in the public list."""

    region: str
    region_slug: str
    slug: str
    on: date
    starts: time
    ends: time
    venue: str
    is_cancelled: bool


def upcoming(db: Session, actor: Actor, region_id: UUID | None = None) -> list[Upcoming]:
    """The next meetings of the regions that host one; dates are public, whoever asks (`actor`)."""
    query = (
        columns(
            col(Region.name),
            col(Region.slug),
            col(Meeting.year),
            col(Meeting.quarter),
            col(Meeting.on),
            col(Meeting.starts),
            col(Meeting.ends),
            col(Meeting.venue),
            col(Meeting.state),
        )
        .join(Region, col(Region.id) == Meeting.region_id)
        .where(col(Region.kind) == RegionKind.HOSTS, col(Meeting.on) >= clock.today())
        .order_by(col(Meeting.on), col(Region.position))
        .limit(MOST)
    )
    if region_id is not None:
        query = query.where(col(Meeting.region_id) == region_id)
    return [
        Upcoming(
            region=row[0],
            region_slug=row[1],
            slug=f"{row[2]}-{row[3]}",
            on=row[4],
            starts=row[5],
            ends=row[6],
            venue=row[7],
            is_cancelled=row[8] is MeetingState.CANCELLED,
        )
        for row in db.execute(query)
    ]


def meetings_of(db: Session, actor: Actor, region: Region) -> list[Meeting]:
    """The meetings of a region for its calendar feed: this year's and later ones."""
    since = date(clock.today().year, 1, 1)
    return list(
        db.exec(select(Meeting).where(Meeting.region_id == region.id, Meeting.on >= since).order_by(col(Meeting.on)))
    )


def hosting_regions(db: Session, actor: Actor) -> list[Region]:
    """The regions where one can join, in their fixed order."""
    return list(
        db.exec(select(Region).where(Region.kind == RegionKind.HOSTS).order_by(col(Region.position), col(Region.name)))
    )


def organisations_taking_part(db: Session, actor: Actor) -> int:
    """How many organisations are in the networks of the regions that host; a number, never who."""
    query = (
        select(func.count(func.distinct(OrganisationRegion.organisation_id)))
        .join(Region, col(Region.id) == OrganisationRegion.region_id)
        .join(Organisation, col(Organisation.id) == OrganisationRegion.organisation_id)
        .where(Region.kind == RegionKind.HOSTS, col(Organisation.archived_at).is_(None))
    )
    return db.exec(query).one()


def meeting_at(db: Session, actor: Actor, region_slug: str, quarter_slug: str) -> tuple[Region, Meeting]:
    """A meeting of a hosting region by its public address; its date and place are public, whoever asks (`actor`)."""
    try:
        quarter = Quarter.from_slug(quarter_slug)
    except ValueError:
        raise NotFound from None
    found = db.exec(
        select(Region, Meeting)
        .join(Meeting, col(Meeting.region_id) == Region.id)
        .where(
            Region.slug == region_slug,
            Region.kind == RegionKind.HOSTS,
            Meeting.year == quarter.year,
            Meeting.quarter == quarter.number,
        )
    ).first()
    if found is None:
        raise NotFound
    return found
