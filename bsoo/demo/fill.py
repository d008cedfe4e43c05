"""Fill an empty database with a network that has lived through nine quarters, up to today."""

from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.models import User
from bsoo.db import Database
from bsoo.demo import minuting, present, publishing
from bsoo.demo.calendar import closed_quarters
from bsoo.demo.history import Table, meet
from bsoo.demo.network import Seat, settle
from bsoo.demo.publishing import Counts
from bsoo.demo.shelf import Shelf
from bsoo.demo.staff import hire
from bsoo.meetings.models import Attendance, Presence
from bsoo.regions import Region, all_regions
from bsoo.settings import Settings
from bsoo.signals.models import NothingNew


def is_empty(database: Database) -> bool:
    """Whether nobody can sign in yet."""
    with database.reading() as db:
        return db.exec(select(User.id).limit(1)).first() is None


def fill(database: Database, settings: Settings) -> None:
    """Staff, the network, then each region's quarters; a transaction for each."""
    with database.transaction() as db:
        actors = hire(db)
    with database.transaction() as db:
        network = settle(db, {region.slug: region for region in all_regions(db)})
    for slug, seats in network.items():
        with database.transaction() as db:
            region = next(one for one in all_regions(db) if one.slug == slug)
            _look_back(db, region, seats)
            present.live(db, region, seats, actors.get(slug, actors[""]))


def _look_back(db: Session, region: Region, seats: list[Seat]) -> None:
    counts: Counts = {}
    talked_about: set[str] = set()
    shelf = Shelf()
    for closed in closed_quarters(region, clock.today()):
        table = meet(db, shelf, region, seats, closed)
        minuting.minute(db, shelf, table, closed, talked_about)
        shelf.write(db)
        publishing.count(counts, closed.quarter, table.signals, _present(db, table))
        if region.hosts:
            publishing.publish_minutes(db, shelf, table)
        publishing.publish_summary(db, shelf, region, closed, counts)
    shelf.write(db)


def _present(db: Session, table: Table) -> set[object]:
    """The organisations that were at the table: they count as taking part, whether they had a signal or not."""
    rows = db.exec(
        select(Attendance.organisation_id).where(
            Attendance.meeting_id == table.meeting.id, Attendance.presence == Presence.PRESENT
        )
    )
    said = db.exec(
        select(NothingNew.organisation_id).where(
            NothingNew.region_id == table.region.id,
            NothingNew.year == table.meeting.year,
            NothingNew.quarter == table.meeting.quarter,
        )
    )
    return {organisation_id for organisation_id in (*rows, *said) if organisation_id is not None}
