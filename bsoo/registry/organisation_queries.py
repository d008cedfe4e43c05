"""What readers see of organisations, filtered by who reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists
from sqlalchemy import func as sql
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.errors import NotFound
from bsoo.logbook import LogEntry
from bsoo.registry.conditions import is_invited, organisation_visible, visible
from bsoo.registry.first_contacts import was_chosen
from bsoo.registry.models import (
    Address,
    Affiliation,
    Contact,
    Membership,
    MemberStatus,
    Organisation,
    OrganisationRegion,
)
from bsoo.registry.queries import entries_about
from bsoo.registry.rows import columns


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at an organisation, as its page shows them."""

    contact_id: UUID
    name: str
    role: str
    phone: str
    is_role_mailbox: bool
    ended_on: date | None
    email: str
    bounced_at: datetime | None
    status: MemberStatus | None
    invited: bool | None
    stopped_at: datetime | None
    region_ids: frozenset[UUID]
    """Where they take part, as far as the reader may know."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whom one turns to first in a region, and who could be that."""

    region_id: UUID
    first: UUID | None
    name: str
    """Of the first contact; empty when the reader may not see them."""
    could_be: list[Colleague]
    was_chosen: bool

    @property
    def is_missing(self) -> bool:
        """Somebody was chosen who works there no more or takes no part; or was erased, while others are there."""
        if self.first is None:
            return self.was_chosen and bool(self.could_be)
        return self.first not in {one.contact_id for one in self.could_be}


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """All that one page shows of an organisation."""

    organisation: Organisation
    first_contacts: dict[UUID, UUID | None]
    """By region."""
    chosen_in: frozenset[UUID]
    """The regions in which somebody was chosen last, who may be erased."""
    colleagues: list[Colleague]
    timeline: list[LogEntry]
    has_parts: bool = False
    confirmed_on: date | None = None

    @property
    def region_ids(self) -> list[UUID]:
        return list(self.first_contacts)

    @property
    def turns(self) -> list[Turn]:
        """Whom one turns to first, per region."""
        names = {one.contact_id: one.name for one in self.colleagues}
        return [
            Turn(
                region,
                first,
                names.get(first, "") if first else "",
                [one for one in self.here if region in one.region_ids],
                region in self.chosen_in,
            )
            for region, first in self.first_contacts.items()
        ]

    @property
    def has_family(self) -> bool:
        return self.has_parts or self.organisation.parent_id is not None

    @property
    def here(self) -> list[Colleague]:
        return [colleague for colleague in self.colleagues if colleague.ended_on is None]

    @property
    def left(self) -> list[Colleague]:
        return [colleague for colleague in self.colleagues if colleague.ended_on is not None]


def organisation(db: Session, actor: Actor, organisation_id: UUID) -> Organisation:
    """An organisation in a region that the actor may see."""
    found = db.exec(select(Organisation).where(Organisation.id == organisation_id, organisation_visible(actor))).first()
    if found is None:
        raise NotFound
    return found


def organisation_page(db: Session, actor: Actor, organisation_id: UUID) -> OrganisationPage:
    """The organisation with its regions and its people, and what happened: two statements."""
    part = aliased(Organisation)
    rows = db.execute(
        columns(
            Organisation,
            exists().where(col(part.parent_id) == Organisation.id),
            OrganisationRegion.region_id,
            OrganisationRegion.first_contact_id,
            was_chosen(),
            Membership.confirmed_on,
            Membership.region_id,
            Contact.id,
            Contact.display_name,
            Affiliation.role,
            Contact.phone,
            Contact.is_role_mailbox,
            Affiliation.ended_on,
            sql.coalesce(Address.email, ""),
            Address.bounced_at,
            Membership.status,
            Membership.invited,
            Membership.stopped_at,
        )
        .outerjoin(
            OrganisationRegion,
            and_(
                col(OrganisationRegion.organisation_id) == Organisation.id,
                regions_where(actor, Permission.VIEW_REGISTRY, OrganisationRegion.region_id),
            ),
        )
        .outerjoin(Affiliation, col(Affiliation.organisation_id) == Organisation.id)
        .outerjoin(
            Contact,
            and_(col(Contact.id) == Affiliation.contact_id, col(Contact.archived_at).is_(None), visible(actor)),
        )
        .outerjoin(Address, and_(col(Address.contact_id) == Contact.id, col(Address.is_used)))
        .outerjoin(
            Membership,
            and_(
                col(Membership.contact_id) == Contact.id,
                regions_where(actor, Permission.VIEW_REGISTRY, Membership.region_id),
            ),
        )
        .where(col(Organisation.id) == organisation_id, organisation_visible(actor))
        .order_by(col(Contact.is_role_mailbox), col(Contact.sort_name), is_invited().desc(), col(Membership.status))
    ).all()
    if not rows:
        raise NotFound
    return OrganisationPage(
        rows[0][0],
        {row[2]: row[3] for row in rows if row[2] is not None},
        frozenset(row[2] for row in rows if row[4]),
        _colleagues([row[6:] for row in rows]),
        entries_about(db, actor, "organisation", organisation_id),
        bool(rows[0][1]),
        max((row[5] for row in rows if row[5] is not None), default=None),
    )


def _colleagues(rows: Sequence[Any]) -> list[Colleague]:  # Any: rows of more columns than the types can hold
    """Each once while they sit there and once for having left; the rows differ by region."""
    present: dict[UUID, set[UUID]] = {}
    for region_id, contact_id, *facts in rows:
        if region_id is not None and facts[_STATUS] is not MemberStatus.PAST:
            present.setdefault(contact_id, set()).add(region_id)
    colleagues: dict[tuple[UUID, bool], Colleague] = {}
    for _region_id, contact_id, *facts in rows:
        if contact_id is not None:
            shown = [contact_id, *facts, frozenset(present.get(contact_id, ()))]
            colleagues.setdefault((contact_id, facts[_ENDED] is None), Colleague(*shown))
    return list(colleagues.values())


_ENDED, _STATUS = 4, 7
"""Where these stand after the contact's id."""


def organisations_with_key(db: Session, actor: Actor, name_key: str) -> list[UUID]:
    """Organisations whose names are spelled the same but for capitals, accents and signs."""
    same = select(Organisation.id).where(
        Organisation.name_key == name_key, col(Organisation.archived_at).is_(None), organisation_visible(actor)
    )
    return list(db.exec(same))


def organisations_by_name(db: Session, actor: Actor, most: int = 1_000) -> list[tuple[UUID, str]]:
    """Names to choose from in a form."""
    found = db.exec(
        select(Organisation.id, Organisation.name)
        .where(organisation_visible(actor), col(Organisation.archived_at).is_(None))
        .order_by(Organisation.name)
        .limit(most)
    )
    return [(organisation_id, name) for organisation_id, name in found]
