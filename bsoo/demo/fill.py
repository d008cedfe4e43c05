"""Fill an empty database with a network that has lived through nine quarters, up to today."""

from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.models import User
from bsoo.db import Database
from bsoo.demo import changes, doubles, lists, minuting, present, publishing, taking_part, wishes
from bsoo.demo.calendar import closed_quarters
from bsoo.demo.history import meet
from bsoo.demo.network import Seat, settle
from bsoo.demo.shelf import Shelf
from bsoo.demo.staff import hire
from bsoo.regions import Region, all_regions


def is_empty(database: Database) -> bool:
    """Whether nobody can sign in yet."""
    with database.reading() as db:
        return db.exec(select(User.id).limit(1)).first() is None


def fill(database: Database) -> None:
    """Staff, the network, then each region's quarters: all of it or, when it is broken off, nothing."""
    with database.transaction() as db:
        actors = hire(db)
        regions = {region.slug: region for region in all_regions(db)}
        for slug, seats in settle(db, regions).items():
            _look_back(db, regions[slug], seats)
            present.live(db, regions[slug], seats, actors.get(slug, actors[""]))
        doubles.write_twice(db, actors[present.INVITED], regions[present.INVITED])
        lists.keep_some(db, actors[present.INVITED], regions[present.INVITED])
        taking_part.show_some(db, actors[present.INVITED], regions[present.INVITED])
        changes.let_change(db, actors[present.INVITED], regions[present.INVITED])
        wishes.stop_some(db)


def _look_back(db: Session, region: Region, seats: list[Seat]) -> None:
    talked_about: set[str] = set()
    shelf = Shelf()
    for closed in closed_quarters(region, clock.today()):
        table = meet(db, shelf, region, seats, closed)
        minuting.minute(db, shelf, table, closed, talked_about)
        shelf.write(db)
        if region.hosts:
            publishing.publish_minutes(db, shelf, table)
        publishing.publish_summary(db, shelf, region, closed)
    shelf.write(db)
