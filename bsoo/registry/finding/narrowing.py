"""What the filters ask of a contact, one condition each: the list, its numbers and "why is X in it" all use these."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, String, and_, case, cast, exists, func, or_, true
from sqlmodel import col

from bsoo.access.actor import Actor
from bsoo.db import among
from bsoo.registry.conditions import (
    has_any_role,
    has_left,
    has_seat,
    is_invited,
    is_member,
    is_stale,
    of_regions,
    took_part,
    visible,
)
from bsoo.registry.elsewhere import in_sight
from bsoo.registry.finding import trusting
from bsoo.registry.finding.searching import says, terms
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.finding.within import parts_of
from bsoo.registry.keeping.silence import no_shows
from bsoo.registry.models import Address, Affiliation, Contact, Membership, MemberStatus, Organisation
from bsoo.registry.rows import columns
from bsoo.registry.snapshots import table_of


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked; `value` when the filter asks several, each for itself."""

    name: str
    value: str
    holds: ColumnElement[bool]


def conditions(actor: Actor, wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    """What makes somebody stand in the list."""
    return [col(Contact.archived_at).is_(None), *(part.holds for part in parts(actor, wanted, today))]


def parts(actor: Actor, wanted: Wanted, today: date) -> list[Part]:
    """Each thing that is asked, in the order in which a sentence says it."""
    asked = [Part("region", "", visible(actor, wanted.region_id))]
    asked += [Part("text", term, says(term)) for term in terms(wanted.text)]
    asked.append(Part("group", wanted.group, _in_group(actor, wanted)))
    asked += chosen(actor, wanted)
    if wanted.trust:
        asked.append(Part("trust", "", trusting.is_trusted(actor, wanted.region_id, today, wanted.trust)))
    asked += [Part("look", look, condition(actor, wanted.region_id, today)) for look, condition in _looks(wanted)]
    return asked


OF_SEATS = ("sectors", "themes", "houses", "roles")
FILTERS = (*OF_SEATS, "languages")


def chosen(actor: Actor, wanted: Wanted) -> list[Part]:
    """The filters of which one of the chosen values is enough."""
    asked = []
    if wanted.sectors:
        asked.append(Part("sectors", "", _seat(wanted, among(col(Organisation.sector), wanted.sectors))))
    if wanted.themes:
        asked.append(Part("themes", "", _seat(wanted, or_(*map(works_on, wanted.themes)))))
    if wanted.houses:
        family = col(Organisation.id).in_(parts_of(actor, wanted.houses))
        asked.append(Part("houses", "", _seat(wanted, family)))
    if wanted.roles:
        asked.append(Part("roles", "", _seat(wanted, among(col(Affiliation.role), wanted.roles))))
    if wanted.languages:
        asked.append(Part("languages", "", among(col(Contact.language), wanted.languages)))
    return asked


def works_on(code: str | ColumnElement[str]) -> ColumnElement[bool]:
    """The organisation has this theme; themes are kept as JSON, which each database reads in its own way."""
    held: ColumnElement[str] = cast(col(Organisation.themes), String)
    return held.contains('"' + code + '"', autoescape=isinstance(code, str))


def sits_there(group: str) -> ColumnElement[bool]:
    """Only seats that run say what somebody does, but of who has left all of them do."""
    return true() if group == "left" else col(Affiliation.ended_on).is_(None)


Look = Callable[[Actor, UUID | None, date], ColumnElement[bool]]


def _looks(wanted: Wanted) -> Iterator[tuple[str, Look]]:
    return ((look, LOOK[look]) for look in wanted.look)


def _in_group(actor: Actor, wanted: Wanted) -> ColumnElement[bool]:
    """Who has left is of that group alone; of the others, who takes part no more."""
    left, past = has_left(col(Contact.id)), took_part(actor, wanted.region_id)
    if wanted.group == "left":
        return left
    if wanted.group in _PLACES:
        return and_(~left, _member(actor, wanted.region_id, _PLACES[wanted.group]()))
    return and_(~left, past if wanted.group == "past" else ~past)


_PLACES: dict[str, Callable[[], ColumnElement[bool]]] = {
    "invited": is_invited,
    "not-invited": lambda: and_(is_member(), ~is_invited()),
    "guest": lambda: col(Membership.status) == MemberStatus.GUEST,
}
"""What the groups ask of a place in a region."""


def _seat(wanted: Wanted, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    seat = exists().where(
        col(Affiliation.contact_id) == Contact.id,
        col(Organisation.id) == Affiliation.organisation_id,
        sits_there(wanted.group),
        condition,
    )
    return seat.correlate_except(Affiliation, Organisation)


def _member(actor: Actor, region_id: UUID | None, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    member = exists().where(col(Membership.contact_id) == Contact.id, of_regions(actor, region_id), condition)
    return member.correlate_except(Membership)


# --- details to look at -----------------------------------------------------------------------------------------------


def _bounced(actor: Actor, region_id: UUID | None, today: date) -> ColumnElement[bool]:
    used = and_(col(Address.contact_id) == Contact.id, col(Address.is_used))
    return exists().where(used, col(Address.bounced_at).is_not(None)).correlate_except(Address)


def _stale(actor: Actor, region_id: UUID | None, today: date) -> ColumnElement[bool]:
    return _member(actor, region_id, is_stale(today))


def _without_role(actor: Actor, region_id: UUID | None, today: date) -> ColumnElement[bool]:
    contact_id: SQLColumnExpression[UUID] = col(Contact.id)
    return and_(has_seat(contact_id), ~has_any_role(contact_id))


def _silent(actor: Actor, region_id: UUID | None, today: date) -> ColumnElement[bool]:
    """Invited to meetings of this year, and never answered; the tables of meetings are known by their names."""
    invitation, meeting = table_of("invitation"), table_of("meeting")
    answered = case((invitation.c.answered_at.is_not(None), 1), else_=0)
    asked = (
        columns(invitation.c.contact_id)
        .join(meeting, meeting.c.id == invitation.c.meeting_id)
        .where(
            *(invitation.c.uninvited_at.is_(None), in_sight(actor, meeting.c.region_id)),
            meeting.c.on.between(today.replace(month=1, day=1), today.replace(month=12, day=31)),
            meeting.c.region_id == region_id if region_id is not None else true(),
        )
        .group_by(invitation.c.contact_id)
        .having(func.max(answered) == 0)
    )
    return col(Contact.id).in_(asked)


def _no_show(actor: Actor, region_id: UUID | None, today: date) -> ColumnElement[bool]:
    return col(Contact.id).in_(no_shows(actor, today))


LOOK: dict[str, Look] = {
    "bounced": _bounced,
    "stale": _stale,
    "no-role": _without_role,
    "silent": _silent,
    "no-show": _no_show,
}
