"""An organisation and its departments: what it is a part of, what is a part of it, and never round in a circle."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry import organisation_queries
from bsoo.registry.conditions import organisation_visible, visible
from bsoo.registry.editable import region_of_organisation
from bsoo.registry.finding import searching
from bsoo.registry.imports.listed import organisation_key
from bsoo.registry.models import Affiliation, Contact, Organisation
from bsoo.registry.rows import columns

DEEPEST = 10
"""More levels than any municipality has; a walk never goes on for ever."""


@dataclass(frozen=True, slots=True)
class Department:
    """A part of an organisation, and how many work there now."""

    id: UUID
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Family:
    """What an organisation is a part of, the nearest first, and its own parts."""

    above: Sequence[tuple[UUID, str]]
    parts: Sequence[Department]


ALONE = Family((), ())


def family(db: Session, actor: Actor, organisation: Organisation) -> Family:
    """As far as the reader may see; two statements for who stands alone or one level deep."""
    here = func.count(col(Contact.id).distinct())
    parts = db.execute(
        columns(Organisation.id, Organisation.name, here)
        .outerjoin(
            Affiliation,
            and_(col(Affiliation.organisation_id) == Organisation.id, col(Affiliation.ended_on).is_(None)),
        )
        .outerjoin(
            Contact,
            and_(col(Contact.id) == Affiliation.contact_id, col(Contact.archived_at).is_(None), visible(actor)),
        )
        .where(
            col(Organisation.parent_id) == organisation.id,
            col(Organisation.archived_at).is_(None),
            organisation_visible(actor),
        )
        .group_by(col(Organisation.id), col(Organisation.name))
        .order_by(col(Organisation.name))
    )
    above = {one.id: one.name for one in _above(db, organisation.parent_id)}
    seen = select(Organisation.id).where(col(Organisation.id).in_(list(above)), organisation_visible(actor))
    allowed = set(db.exec(seen)) if above else set()
    return Family([one for one in above.items() if one[0] in allowed], [Department(*row) for row in parts])


def place_under(db: Session, actor: Actor, organisation: Organisation, name: str) -> None:
    """Make an organisation a part of another one that is found by its name; no name makes it stand alone.

    What the actor may not see was not in the form either, and stays.
    """
    region_id = region_of_organisation(db, actor, organisation)
    if not name.strip() and organisation.parent_id is not None and not _sees(db, actor, organisation.parent_id):
        return
    parent = _named(db, actor, name) if name.strip() else None
    if parent is not None and organisation.id in {parent.id, *(one.id for one in _above(db, parent.parent_id))}:
        raise Refused(_("%(name)s is this organisation itself, or a part of it.", name=parent.name), "parent")
    parent_id = parent.id if parent is not None else None
    if parent_id == organisation.parent_id:
        return
    organisation.parent_id, organisation.updated_at = parent_id, clock.now()
    db.add(organisation)
    db.flush()
    searching.refresh_people_at(db, organisation.id)
    note(db, actor, "organisation.changed", organisation, region_id, fields="parent")
    db.flush()


def _sees(db: Session, actor: Actor, organisation_id: UUID) -> bool:
    seen = select(Organisation.id).where(Organisation.id == organisation_id, organisation_visible(actor))
    return db.exec(seen).first() is not None


def _named(db: Session, actor: Actor, name: str) -> Organisation:
    found = organisation_queries.organisations_with_key(db, actor, organisation_key(name)[:200])
    if not found:
        raise Refused(_("There is no organisation of this name in the network. Choose one of the list."), "parent")
    return db.get_one(Organisation, found[0])


def _above(db: Session, parent_id: UUID | None) -> list[Organisation]:
    """What stands above, the nearest first."""
    found: list[Organisation] = []
    while parent_id is not None and len(found) < DEEPEST:
        one = db.get(Organisation, parent_id)
        if one is None or one in found:
            break
        found.append(one)
        parent_id = one.parent_id
    return found


def parent_after_merge(db: Session, actor: Actor, older: Organisation, newer: Organisation) -> UUID | None:
    """What two organisations that become one are a part of: never something that is a part of either."""
    both = {older.id, newer.id}
    for parent_id in (older.parent_id, newer.parent_id):
        if parent_id is None or parent_id in both:
            continue
        chain = {parent_id, *(one.id for one in _above(db, parent_id))}
        if not chain & both:
            return parent_id
    return None
