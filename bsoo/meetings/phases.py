"""Where a meeting is: it lies ahead, has begun, was held, or was called off. The clock says so, not a column."""

from enum import StrEnum

from bsoo import clock
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.meetings.calendar import moment
from bsoo.meetings.models import Meeting, MeetingState


class Phase(StrEnum):
    """What a reader of a list wants to know of a meeting."""

    AHEAD = "ahead"
    HELD = "held"
    CANCELLED = "cancelled"


def phase(meeting: Meeting) -> Phase:
    if meeting.state is MeetingState.CANCELLED:
        return Phase.CANCELLED
    return Phase.HELD if clock.now() >= moment(meeting.on, meeting.ends, meeting.timezone) else Phase.AHEAD


def has_begun(meeting: Meeting) -> bool:
    """Answers can change until the meeting begins."""
    return clock.now() >= moment(meeting.on, meeting.starts, meeting.timezone)


def refuse_unless_ahead(meeting: Meeting) -> None:
    """Whoever came is not told of another date, and nobody calls off what was."""
    if phase(meeting) is not Phase.AHEAD:
        raise Refused(_("This meeting was held or called off already."))
