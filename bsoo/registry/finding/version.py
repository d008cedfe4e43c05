"""In which version the network is: what was counted or read of it is remembered until that changes."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import func as sql
from sqlmodel import Session, col

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.db import prepared
from bsoo.logbook import LogEntry
from bsoo.registry.models import Membership
from bsoo.registry.rows import Columns, columns

T = TypeVar("T")

_NEWEST = 20


class Remembered(Generic[T]):
    """What was found in the network, per question and per regions that the asker may see; of the last that were asked.

    A question can be hashed, and says all that the answer depends on besides the network, the regions and the day.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[object, tuple[object, T]] = OrderedDict()

    def get(self, db: Session, actor: Actor, question: object, find: Callable[[], T]) -> T:
        """What was found when the network was last as it is now; otherwise what is found now."""
        place = str(db.get_bind().engine.url), permitted_regions(actor, Permission.VIEW_REGISTRY), question
        now = of_now(db)
        if (known := self._found.get(place)) is not None and known[0] == now:
            return known[1]
        found = find()
        self._found[place] = now, found
        while len(self._found) > self._most:
            self._found.popitem(last=False)
        return found


def of_now(db: Session) -> object:
    """Changes with whatever is done to the network: each action notes it in the logbook, imports add rows too."""
    if "network_version" not in db.info or not db.info.get("reads"):
        remember(db, db.execute(_query()).one())
    return db.info["network_version"]


def remember(db: Session, read: Sequence[object]) -> None:
    """Another statement brought the marks along."""
    db.info["network_version"] = (*read, clock.today())


def marks() -> list[Any]:  # Any: numbers and ids
    """The newest entries of the logbook, how many there are, and the newest and the number of memberships.

    An entry may be committed after a younger one, or be born in the same millisecond. It is not the newest then, but
    the last of the newest makes room for it.
    """
    entries, members = (columns(table.id).order_by(col(table.id).desc()) for table in (LogEntry, Membership))
    newest = entries.limit(_NEWEST)
    counted = columns(sql.count()).select_from
    found = [entries.limit(1), entries.limit(1).offset(_NEWEST - 1), members.limit(1)]
    found += [counted(newest.subquery()), counted(Membership)]
    return [one.scalar_subquery() for one in found]


@prepared
def _query() -> Columns:
    return columns(*marks())
