"""When a mailing begins: a date and a time on the wall in the Netherlands, never an hour that does not exist."""

from datetime import UTC, date, datetime, time, timedelta

from bsoo import clock
from bsoo.errors import Refused
from bsoo.i18n import gettext as _

FURTHEST = timedelta(days=180)
"""Further ahead nobody knows who is still in the network."""


def moment_of(day: date | None, at: time | None, now: datetime) -> datetime:
    """The instant at which the wall clock shows this; of an hour that comes twice in autumn the first one."""
    if day is None:
        raise Refused(_("Choose a date."), field="dag")
    if at is None:
        raise Refused(_("Choose a time."), field="tijd")
    wall = datetime.combine(day, at.replace(tzinfo=None), clock.ZONE)
    if wall <= now:
        raise Refused(_("That moment has passed. Choose one that lies ahead."), field="dag")
    if wall > now + FURTHEST:
        raise Refused(_("Choose a moment within half a year."), field="dag")
    moment = wall.astimezone(UTC)
    if moment.astimezone(clock.ZONE).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise Refused(_("In that night the clock goes forward, so this time does not come. Choose 3:00."), field="tijd")
    return moment
