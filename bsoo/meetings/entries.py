"""A meeting as others are told of it: as a calendar entry, and as the facts of a letter."""

import re
from collections.abc import Iterable
from datetime import datetime

from bsoo import clock
from bsoo.house import house
from bsoo.i18n import gettext as _
from bsoo.mail.letter_facts import AgendaLine, MeetingFacts
from bsoo.meetings import ical
from bsoo.meetings.models import Meeting, MeetingState
from bsoo.regions import Region


def new_uid() -> str:
    """The calendar's name of a meeting, for ever: also after another date, and when the site moves to another host."""
    return f"{clock.new_id()}@{house().domain}"


def public_path(region: Region, meeting: Meeting) -> str:
    return f"/overleg/{region.slug}/{meeting.slug}"


def facts_of(region: Region, meeting: Meeting) -> MeetingFacts:
    """The meeting as a letter tells it."""
    return {
        "on": meeting.on,
        "starts": meeting.starts,
        "ends": meeting.ends,
        "venue": meeting.venue,
        "address": meeting.address,
        "page": public_path(region, meeting),
    }


def entry_of(region: Region, meeting: Meeting, agenda: Iterable[AgendaLine] = ()) -> ical.Entry:
    """The meeting as a calendar entry, in the language in force."""
    cancelled = meeting.state is MeetingState.CANCELLED
    page = house().base_url + public_path(region, meeting)
    # Some calendars show a cancelled meeting as if nothing happened, so the title says it too.
    title = _("Cancelled: meeting in %(region)s", region=region.name) if cancelled else title_of(region)
    lines = [
        _("More about this meeting: %(page)s", page=page),
        *(f"{line['at']:%H:%M} {line['title']}" for line in agenda),
    ]
    return ical.Entry(
        uid=meeting.calendar_uid,
        sequence=meeting.sequence,
        status=ical.Status.CANCELLED if cancelled else ical.Status.CONFIRMED,
        starts=datetime.combine(meeting.on, meeting.starts),
        ends=datetime.combine(meeting.on, meeting.ends),
        title=title,
        place=", ".join(filter(None, (meeting.venue, meeting.address))),
        text="\n".join(lines),
        page=page,
        organizer=region.mail_address or house().mail_from,
        changed_at=meeting.updated_at,
        town=town_of(meeting.address),
    )


def title_of(region: Region) -> str:
    return _("BSOO meeting in %(region)s", region=region.name)


def town_of(address: str) -> str:
    """The town at the end of an address: "Kadeplein 3, 1011 AB Amsterdam" lies in Amsterdam."""
    last = address.rpartition(",")[2]
    return re.sub(r"^\s*\d{4}\s?[A-Z]{2}\s+", "", last).strip()
