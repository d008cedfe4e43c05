"""What readers see of organisations, filtered by who reads."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, exists
from sqlalchemy import func as sql
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.errors import NotFound
from bsoo.logbook import LogEntry
from bsoo.registry.conditions import organisation_visible, visible
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, OrganisationRegion
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
    invited: bool | None
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """All that one page shows of an organisation."""

    organisation: Organisation
    region_ids: list[UUID]
    colleagues: list[Colleague]
    timeline: list[LogEntry]
    has_parts: bool = False
    confirmed_on: date | None = None

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
            Membership.confirmed_on,
            Contact.id,
            Contact.display_name,
            Affiliation.role,
            Contact.phone,
            Contact.is_role_mailbox,
            Affiliation.ended_on,
            sql.coalesce(Address.email, ""),
            Address.bounced_at,
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
        .order_by(col(Contact.is_role_mailbox), col(Contact.sort_name), col(Membership.invited).desc())
    ).all()
    if not rows:
        raise NotFound
    colleagues: dict[tuple[UUID, bool], Colleague] = {}
    for _organisation, _has_parts, _region, _confirmed, *facts in rows:
        if facts[0] is not None:
            colleagues.setdefault((facts[0], facts[5] is None), Colleague(*facts))
    return OrganisationPage(
        rows[0][0],
        list(dict.fromkeys(row[2] for row in rows if row[2] is not None)),
        list(colleagues.values()),
        entries_about(db, actor, "organisation", organisation_id),
        bool(rows[0][1]),
        max((row[3] for row in rows if row[3] is not None), default=None),
    )


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
