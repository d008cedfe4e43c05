"""How far records can be trusted, asked of the database: the same reasons and weights as keeping/trust.py."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, literal_column, or_
from sqlmodel import col

from bsoo.access.actor import Actor
from bsoo.db import among
from bsoo.registry.conditions import STALE_AFTER, has_role, of_regions
from bsoo.registry.keeping.confirmations import is_proposed, says_left
from bsoo.registry.keeping.silence import no_shows, silent_contacts
from bsoo.registry.keeping.trust import DOUBTFUL, GOOD, LONG_AFTER, WEIGHTS, Reason, Trust
from bsoo.registry.models import Address, Affiliation, Contact, Membership
from bsoo.registry.rows import Columns, columns

Said = dict[str, ColumnElement[bool]]
"""What trust.Known knows of a contact, by the same names."""


def is_trusted(actor: Actor, region_id: UUID | None, today: date, levels: tuple[str, ...]) -> ColumnElement[bool]:
    """Contacts who are there, and whose record stands in one of these words; a list that is made once."""
    people = (
        everybody(columns(Membership.contact_id, *told(actor, today)))
        .where(of_regions(actor, region_id), col(Contact.archived_at).is_(None))
        .group_by(col(Membership.contact_id))
        .subquery()
    )
    known = columns(people.c.contact_id, level(people, today).label("trust")).where(is_there(people))
    found = known.cte().prefix_with("MATERIALIZED")  # once, not for each contact
    return col(Contact.id).in_(columns(found.c.contact_id).where(among(found.c.trust, levels)))


def everybody(asked: Columns) -> Columns:
    """Memberships with the contact, every seat and the address that is used: what the conditions below are asked of."""
    used = and_(col(Address.contact_id) == Membership.contact_id, col(Address.is_used))
    return (
        asked.join(Contact, col(Contact.id) == Membership.contact_id)
        .outerjoin(Affiliation, col(Affiliation.contact_id) == Membership.contact_id)
        .outerjoin(Address, used)
    )


def told(actor: Actor, today: date) -> list[Any]:  # Any: labelled numbers and a date
    """What the reasons and `is_there` ask of all rows of a contact, each once."""
    asked = {
        "is_known_somewhere": col(Affiliation.id).is_not(None),
        "has_address": col(Address.id).is_not(None),
        "has_bounced": col(Address.bounced_at).is_not(None),
        "has_organisation": is_seated(),
        "has_role": has_role(),
        "has_phone": col(Contact.phone) != "",
        "is_person": col(Contact.is_role_mailbox).is_(False),
        **of_themselves(actor, today),
    }
    numbers = [func.max(one(condition)).label(name) for name, condition in asked.items()]
    return [*numbers, func.max(Membership.confirmed_on).label("confirmed_on")]


def is_there(people: Any) -> ColumnElement[bool]:  # Any: a subquery of what was told
    return or_(people.c.has_organisation == 1, people.c.is_known_somewhere == 0)


def level(people: Any, today: date) -> ColumnElement[str]:  # Any: a subquery of what was told
    """In which of the three words a record stands: a hundred less what the reasons weigh."""
    points = literal(100) - sum(case((holds, WEIGHTS[reason]), else_=0) for reason, holds in _reasons(people, today))
    return case((points >= GOOD, Trust.GOOD), (points >= DOUBTFUL, Trust.LOOK), else_=Trust.POOR)


def of_themselves(actor: Actor, today: date, these: Select[Any] | None = None) -> Said:  # Any: of ids
    """What waits for a coordinator, and who is away: lists made once, for few are in them."""
    contact_id: Any = col(Contact.id)
    return {
        "says_left": says_left(contact_id),
        "is_proposed": is_proposed(contact_id),
        "is_silent": contact_id.in_(silent_contacts(actor, today, these)),
        "is_no_show": contact_id.in_(no_shows(actor, today, these)),
    }


def is_seated() -> ColumnElement[bool]:
    return and_(col(Affiliation.id).is_not(None), col(Affiliation.ended_on).is_(None))


def one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, literal_column("1")), else_=literal_column("0"))


def _reasons(people: Any, today: date) -> list[tuple[Reason, ColumnElement[bool]]]:  # Any: as above
    """Every reason with its condition; trust.reasons says the same of one record."""
    known = {name: number == 1 for name, number in people.c.items()}
    confirmed_on = people.c.confirmed_on
    return [
        (Reason.SAYS_LEFT, known["says_left"]),
        (Reason.NO_ADDRESS, ~known["has_address"]),
        (Reason.BOUNCED, known["has_bounced"]),
        (Reason.LONG_AGO, confirmed_on < today - LONG_AFTER),
        (Reason.NEVER, confirmed_on.is_(None)),
        (Reason.SILENT, known["is_silent"]),
        (Reason.NO_SHOW, known["is_no_show"]),
        (Reason.PROPOSED, known["is_proposed"]),
        (Reason.STALE, and_(confirmed_on < today - STALE_AFTER, confirmed_on >= today - LONG_AFTER)),
        (Reason.NO_ORGANISATION, ~known["has_organisation"]),
        (Reason.NO_ROLE, and_(known["has_organisation"], ~known["has_role"], known["is_person"])),
        (Reason.NO_PHONE, and_(~known["has_phone"], known["is_person"])),
    ]
