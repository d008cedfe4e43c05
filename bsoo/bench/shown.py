"""What each measured page shows, as the bare routes read and print it: one statement, and the markup of a row.

The same rows of the same region in the same order as on the page, and every fact, link and button of a row. Left out is
what is no row: who asks and what they may see, the frame, words in two languages, filters, the look.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from jinja2 import Environment, Template
from sqlalchemy import ColumnElement, CompoundSelect, ScalarSelect, Select, exists, func, literal, select, union_all
from sqlmodel import SQLModel, col

from bsoo import clock
from bsoo.logbook import LogEntry
from bsoo.meetings.models import Answer, Attendance, Invitation, Meeting
from bsoo.quarters import Quarter
from bsoo.regions import Region
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, OrganisationRegion
from bsoo.signals.inbox import TABS
from bsoo.signals.models import COUNTED, Signal, State, Theme

Rows = Select[*tuple[Any, ...]]  # Any: columns of many kinds, only to be printed
Statement = Rows | CompoundSelect[*tuple[Any, ...]]


@dataclass(frozen=True)
class Route:
    """A statement, and the row of a table for each of its rows."""

    statement: Callable[[], Statement]
    row: str

    @cached_property
    def page(self) -> Template:
        loop = "{% for row in rows %}" + self.row + "{% endfor %}"
        environment = Environment(autoescape=True)
        return environment.from_string(f"<!doctype html><title>bare</title><table>{loop}</table>")


def here() -> ScalarSelect[UUID]:
    """The region of the coordinator whose pages are measured."""
    return select(col(Region.id)).where(col(Region.slug) == "amsterdam").correlate(None).scalar_subquery()


def count(table: type[SQLModel], *where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*where).correlate_except(table).scalar_subquery()


def network() -> Rows:
    """Fifty of the people in the region, with what the list says of them and how many they are.

    The region is asked of each in the order of the names, so that no database sorts 2,000 people to give fifty.
    """
    member = (col(Membership.contact_id) == col(Contact.id)) & (col(Membership.region_id) == here())
    return (
        select(
            col(Contact.id),
            col(Contact.display_name),
            col(Affiliation.role),
            col(Affiliation.organisation_id),
            col(Organisation.name),
            col(Address.bounced_at),
            col(Membership.invited),
            col(Membership.stopped_at),
            col(Membership.confirmed_on),
            count(Membership, col(Membership.region_id) == here()),
            col(Contact.updated_at),
        )
        .select_from(Contact)
        .outerjoin(Membership, member)
        .outerjoin(Address, (col(Address.contact_id) == col(Contact.id)) & col(Address.is_used))
        .outerjoin(Affiliation, col(Affiliation.contact_id) == col(Contact.id))
        .outerjoin(Organisation, col(Organisation.id) == col(Affiliation.organisation_id))
        .where(
            exists().where(member).correlate_except(Membership),
            col(Contact.archived_at).is_(None),
            col(Affiliation.ended_on).is_(None),
        )
        .order_by(col(Contact.sort_name))
        .limit(50)
    )


PERSON = """<tr><td><input type="checkbox" name="contact" value="{{ row[0] }}" aria-label="Choose {{ row[1] }}"></td>
<th><a href="/netwerk/contacten/{{ row[0] }}">{{ row[1] }}</a> {{ row[2] or "?" }}
{% if row[5] %}<a href="/netwerk/contacten/{{ row[0] }}">{{ row[5] }}</a>{% endif %}</th>
<td>{% if row[3] %}<a href="/netwerk/organisaties/{{ row[3] }}">{{ row[4] }}</a>{% endif %}</td>
<td>{% if row[7] %}never{% elif row[6] %}yes{% else %}no{% endif %}</td>
<td>{{ row[8] }}</td><td>{{ row[10] }}</td></tr>"""


def meeting() -> Rows:
    """The first fifty of those who did not answer, with when they were last there, and the numbers of the answers."""
    seen = (
        select(func.max(col(Meeting.on)))
        .join(Attendance, col(Attendance.meeting_id) == col(Meeting.id))
        .where(col(Attendance.contact_id) == col(Contact.id), col(Meeting.region_id) == here())
        .correlate(Contact)
    )
    this = select(col(Meeting.id)).where(col(Meeting.region_id) == here(), col(Meeting.on) >= clock.today())
    meeting_id = this.order_by(col(Meeting.on)).limit(1).scalar_subquery()
    live = (col(Invitation.meeting_id) == meeting_id) & col(Invitation.uninvited_at).is_(None)
    return (
        select(
            col(Invitation.id),
            col(Contact.display_name),
            col(Affiliation.role),
            col(Organisation.name),
            seen.scalar_subquery(),
            col(Invitation.viewed_at),
            col(Invitation.reminded),
            *(count(Invitation, live, col(Invitation.answer) == answer) for answer in Answer),
        )
        .join(Contact, col(Contact.id) == col(Invitation.contact_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Invitation.organisation_id))
        .outerjoin(
            Affiliation,
            (col(Affiliation.contact_id) == col(Invitation.contact_id))
            & (col(Affiliation.organisation_id) == col(Invitation.organisation_id)),
        )
        .where(live, col(Invitation.answer) == Answer.SILENT)
        .order_by(col(Contact.sort_name))
        .limit(50)
    )


INVITEE = """<tr id="{{ row[0] }}"><th><a href="/genodigden/{{ row[0] }}">{{ row[1] }}</a> {{ row[2] or "" }}
{% if row[5] %}{{ row[5] }}{% endif %}{% if row[6] %}{{ row[6] }}{% endif %}</th>
<td>{{ row[3] or "-" }}</td><td>{{ row[4] or "never" }}</td>
<td><form method="post" action="/genodigden/{{ row[0] }}">
<button name="antwoord" value="on-site">yes: {{ row[1] }}</button>
<button name="antwoord" value="no">no: {{ row[1] }}</button>
<a href="/genodigden/{{ row[0] }}" aria-label="{{ row[1] }}">...</a></form></td></tr>"""


def signals() -> Rows:
    """The fifty signals of the region that wait longest, with how many are in each list of the inbox."""
    return (
        select(
            col(Signal.id),
            col(Signal.title),
            col(Theme.name_nl),
            col(Organisation.name),
            col(Region.name),
            col(Signal.urgent),
            col(Signal.level),
            col(Signal.submitted_at),
            *(count(Signal, col(Signal.region_id) == here(), col(Signal.state).in_(tab)) for tab in TABS.values()),
        )
        .join(Theme, col(Theme.code) == col(Signal.theme))
        .join(Region, col(Region.id) == col(Signal.region_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Signal.organisation_id))
        .where(col(Signal.region_id) == here(), col(Signal.state) == State.RECEIVED)
        .order_by(col(Signal.urgent).desc(), col(Signal.submitted_at))
        .limit(50)
    )


SIGNAL = """<li><a href="/signalen/{{ row[0] }}"><b>{{ row[1] }}</b> {{ row[3] or "-" }} {{ row[4] }}
{{ row[2] }} {{ row[7] }} {% if row[5] %}urgent{% endif %}{% if row[6] == "sensitive" %}sensitive{% endif %}</a></li>"""


def trends() -> Statement:
    """Organisations and signals of the region by theme and quarter over two years, and who took part by quarter."""
    first = Quarter.of(clock.today()).plus(-7)
    year, quarter, organisation = col(Signal.year), col(Signal.quarter), col(Signal.organisation_id)
    counted = (
        col(Signal.region_id) == here(),
        col(Signal.state).in_(COUNTED),
        year >= first.year,
        year * 4 + quarter >= first.year * 4 + first.number,
    )
    numbers = year, quarter, func.count(organisation.distinct()), func.count()
    by_theme = select(col(Signal.theme), *numbers).where(*counted).group_by(year, quarter, col(Signal.theme))
    return union_all(by_theme, select(literal(""), *numbers).where(*counted).group_by(year, quarter))


CELL = """<tr><th>{{ row[0] }}</th><td>{{ row[1] }}-{{ row[2] }}</td>
<td><svg><rect width="9" height="{{ row[3] }}"/></svg></td>
<td><a href="/trends?thema={{ row[0] }}&amp;kwartaal={{ row[1] }}-{{ row[2] }}">{{ row[3] }}</a></td></tr>"""


def home() -> Rows:
    """What happened last, the meeting ahead with its answers, and the numbers beside it."""
    now = Quarter.of(clock.today())
    counted = (
        col(Signal.region_id) == here(),
        col(Signal.year) == now.year,
        col(Signal.quarter) == now.number,
        col(Signal.state).in_(COUNTED),
    )
    signalling = select(func.count(col(Signal.organisation_id).distinct())).where(*counted).scalar_subquery()
    invited = (col(Membership.region_id) == here(), col(Membership.invited).is_(True))
    stale = col(Membership.confirmed_on) < clock.today() - timedelta(days=365)
    return (
        select(
            col(LogEntry.at),
            col(LogEntry.verb),
            col(Contact.display_name),
            col(Meeting.on),
            col(Meeting.starts),
            col(Meeting.ends),
            col(Meeting.venue),
            *(
                count(Invitation, col(Invitation.meeting_id) == col(Meeting.id), col(Invitation.answer) == answer)
                for answer in Answer
            ),
            count(Signal, col(Signal.region_id) == here(), col(Signal.state) == State.RECEIVED),
            count(Signal, *counted),
            signalling,
            count(OrganisationRegion, col(OrganisationRegion.region_id) == here()),
            count(Membership, *invited),
            count(Membership, *invited, stale),
        )
        .join(Meeting, (col(Meeting.region_id) == col(LogEntry.region_id)) & (col(Meeting.on) >= clock.today()))
        .outerjoin(Contact, col(Contact.id) == col(LogEntry.subject_id))
        .where(col(LogEntry.region_id) == here())
        .order_by(col(LogEntry.at).desc())
        .limit(6)
    )


HAPPENING = "<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>"

ROUTES = {
    "/home": Route(home, HAPPENING),
    "/network": Route(network, PERSON),
    "/meeting": Route(meeting, INVITEE),
    "/signals": Route(signals, SIGNAL),
    "/trends": Route(trends, CELL),
}
