"""Whom we turn to first at an organisation in a region: a coordinator chooses, a successor takes it over.

Who left stays until somebody else is chosen: so it is known that one is missing, and coming back needs no repair. Who
was erased cannot stay, but that somebody was chosen does, in the logbook.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, and_, exists, func, null, or_
from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where, require
from bsoo.db import among
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import LogEntry, note
from bsoo.registry.facts import at
from bsoo.registry.models import Affiliation, Contact, Membership, MemberStatus, Organisation, OrganisationRegion
from bsoo.registry.rows import columns

MOST = 50
"""Organisations that the work list shows at once; the next appear when these have somebody."""

_CHOSEN, _NOBODY = "organisation.first-contact", "organisation.no-first-contact"

Id = SQLColumnExpression[UUID] | UUID


def choose(db: Session, actor: Actor, house: Organisation, region_id: UUID, contact_id: UUID | None) -> UUID | None:
    """Turn to this person first from now on, or to nobody in particular; says who it was."""
    require(actor, Permission.EDIT_REGISTRY, region_id)
    place = _place(db, house.id, region_id)
    if contact_id is not None and not _could_be(db, contact_id, place):
        raise Refused(_("Choose somebody who works there and takes part in this region."), "contact")
    return _turn_to(db, actor, house, place, contact_id)


def put_back(db: Session, actor: Actor, house: Organisation, region_id: UUID, contact_id: UUID | None) -> None:
    """Whoever it was before, also when they work there no more: then another is asked for again."""
    require(actor, Permission.EDIT_REGISTRY, region_id)
    _turn_to(db, actor, house, _place(db, house.id, region_id), contact_id)


def is_lost(db: Session, actor: Actor, organisation_id: UUID, region_id: UUID) -> bool:
    """Who was chosen last was erased: whoever is chosen instead, there is nobody to go back to."""
    asked = columns(OrganisationRegion.id).where(
        col(OrganisationRegion.organisation_id) == organisation_id,
        col(OrganisationRegion.region_id) == region_id,
        col(OrganisationRegion.first_contact_id).is_(None),
        regions_where(actor, Permission.EDIT_REGISTRY, OrganisationRegion.region_id),
        was_chosen(),
    )
    return db.scalar(asked) is not None


def _turn_to(
    db: Session, actor: Actor, house: Organisation, place: OrganisationRegion, contact_id: UUID | None
) -> UUID | None:
    before, place.first_contact_id = place.first_contact_id, contact_id
    db.add(place)
    note(db, actor, _CHOSEN if contact_id else _NOBODY, house, place.region_id)
    if contact_id is not None:
        chosen = db.get_one(Contact, contact_id)
        note(db, actor, "contact.first-contact", chosen, place.region_id, organisation=house.name, **at(house.id))
    db.flush()
    return before


def places_of(db: Session, actor: Actor, contact_id: UUID, organisation_id: UUID) -> Sequence[OrganisationRegion]:
    """The regions in which somebody is the first contact of an organisation, where the actor may change that."""
    return db.exec(
        select(OrganisationRegion).where(
            OrganisationRegion.organisation_id == organisation_id,
            OrganisationRegion.first_contact_id == contact_id,
            regions_where(actor, Permission.EDIT_REGISTRY, OrganisationRegion.region_id),
        )
    ).all()


@dataclass(frozen=True, slots=True)
class Missing:
    """An organisation in a region whose first contact works there no more, takes no part any more or was erased."""

    organisation_id: UUID
    organisation: str
    region_id: UUID
    name: str
    """Whose turn it was; empty of who was erased."""


def missing(db: Session, actor: Actor, region_ids: Sequence[UUID]) -> list[Missing]:
    """Where another first contact is to be chosen."""
    rows = db.execute(
        columns(
            Organisation.id,
            Organisation.name,
            OrganisationRegion.region_id,
            func.coalesce(col(Contact.display_name), ""),
        )
        .join(OrganisationRegion, col(OrganisationRegion.organisation_id) == Organisation.id)
        .outerjoin(Contact, col(Contact.id) == OrganisationRegion.first_contact_id)
        .where(*_is_missing(actor, region_ids))
        .order_by(col(Organisation.name), col(OrganisationRegion.id))
        .limit(MOST)
    )
    return [Missing(*row) for row in rows]


def count(actor: Actor, region_ids: Sequence[UUID]) -> ScalarSelect[int]:
    """How many there are, as a part of another statement."""
    return (
        columns(func.count())
        .select_from(OrganisationRegion)
        .join(Organisation, col(Organisation.id) == OrganisationRegion.organisation_id)
        .where(*_is_missing(actor, region_ids))
        .scalar_subquery()
    )


def was_chosen() -> ColumnElement[bool]:
    """The last that was said of this organisation in this region is a person, as far back as the logbook goes."""
    last = columns(LogEntry.verb).where(
        col(LogEntry.subject_kind) == "organisation",
        col(LogEntry.subject_id) == OrganisationRegion.organisation_id,
        func.coalesce(col(LogEntry.region_id), null()) == OrganisationRegion.region_id,  # not by region: too many lines
        among(col(LogEntry.verb), (_CHOSEN, _NOBODY)),
    )
    newest = last.order_by(col(LogEntry.at).desc(), col(LogEntry.id).desc()).limit(1)
    return newest.correlate(OrganisationRegion).scalar_subquery() == _CHOSEN


def _is_missing(actor: Actor, region_ids: Sequence[UUID]) -> list[ColumnElement[bool]]:
    first = col(OrganisationRegion.first_contact_id)
    here = col(OrganisationRegion.organisation_id), col(OrganisationRegion.region_id)
    return [
        regions_where(actor, Permission.VIEW_REGISTRY, OrganisationRegion.region_id),
        among(col(OrganisationRegion.region_id), region_ids),
        col(Organisation.archived_at).is_(None),
        or_(
            and_(first.is_not(None), ~_is_there(*here, col(Affiliation.contact_id) == first)),
            and_(first.is_(None), was_chosen(), _is_there(*here)),
        ),
    ]


def _is_there(organisation_id: Id, region_id: Id, *who: ColumnElement[bool]) -> ColumnElement[bool]:
    """Somebody works at the organisation and takes part in the region, as a member or a guest."""
    there = exists().where(
        col(Affiliation.organisation_id) == organisation_id,
        col(Affiliation.ended_on).is_(None),
        col(Affiliation.contact_id) == Membership.contact_id,
        col(Membership.region_id) == region_id,
        col(Membership.status) != MemberStatus.PAST,
        *who,
    )
    return there.correlate_except(Affiliation, Membership)


def _could_be(db: Session, contact_id: UUID, place: OrganisationRegion) -> bool:
    they = col(Affiliation.contact_id) == contact_id
    return bool(db.scalar(columns(_is_there(place.organisation_id, place.region_id, they))))


def _place(db: Session, organisation_id: UUID, region_id: UUID) -> OrganisationRegion:
    asked = select(OrganisationRegion).where(
        OrganisationRegion.organisation_id == organisation_id, OrganisationRegion.region_id == region_id
    )
    found = db.exec(asked).first()
    if found is None:
        raise NotFound
    return found
