"""What was published, for whom; and the record of a meeting from which the faces are made."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where, require
from bsoo.errors import NotFound
from bsoo.minutes.models import Minutes
from bsoo.publications.models import Audience, Erratum, Publication, PublicationFile, PublicationKind
from bsoo.regions import Region

Rows = Select[*tuple[Any, ...]]  # Any: more columns than can be written as a type

PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A publication in a list: its newest version."""

    id: UUID
    region: str
    region_slug: str
    year: int
    quarter: int
    kind: PublicationKind
    audience: Audience
    version: int
    title: str
    published_at: datetime
    withdrawn_at: datetime | None

    @property
    def slug(self) -> str:
        return f"{self.year}-{self.quarter}"


# --- What is published ----------------------------------------------------------------------------------------------


def published(
    db: Session, actor: Actor, *, region_id: UUID | None = None, page: int = 1, most: int = PAGE
) -> list[Listed]:
    """The newest public version of everything, newest first; everybody may read it."""
    query = _newest().where(col(Publication.audience) == Audience.PUBLIC)
    if region_id is not None:
        query = query.where(col(Publication.region_id) == region_id)
    if not actor.is_staff:
        query = query.where(col(Publication.withdrawn_at).is_(None))
    return _listed(db, query.limit(most).offset((page - 1) * most))


def published_for(db: Session, actor: Actor, most: int = PAGE) -> list[Listed]:
    """What a partner may read: of each publication the fuller version, and none that was withdrawn."""
    query = _newest().where(regions_where(actor, Permission.VIEW_NETWORK_TEXTS, Publication.region_id))
    rows = _listed(db, query.where(col(Publication.withdrawn_at).is_(None)).limit(2 * most))
    fuller = {(row.region, row.slug, row.kind) for row in rows if row.audience is Audience.NETWORK}
    return [row for row in rows if row.audience is Audience.NETWORK or (row.region, row.slug, row.kind) not in fuller][
        :most
    ]


def shelf(db: Session, actor: Actor, region_ids: list[UUID], year: int) -> list[list[Listed]]:
    """What staff find of a year, newest first: the newest version for each audience of a publication, together."""
    rows = _listed(db, _newest().where(*_on_the_shelf(actor, region_ids), col(Publication.year) == year))
    together: dict[tuple[str, str, PublicationKind], list[Listed]] = {}
    for row in rows:
        together.setdefault((row.region_slug, row.slug, row.kind), []).append(row)
    return list(together.values())


def years_published(db: Session, actor: Actor, region_ids: list[UUID]) -> list[int]:
    """The years of which there are publications, newest first."""
    query = select(Publication.year).where(*_on_the_shelf(actor, region_ids)).distinct()
    return list(db.exec(query.order_by(col(Publication.year).desc())))


def regions_summarised(db: Session, actor: Actor, region_ids: list[UUID], year: int, quarter: int) -> set[UUID]:
    """The regions of whose quarter a signal summary was published."""
    query = select(Publication.region_id).where(*_on_the_shelf(actor, region_ids))
    of_quarter = query.where(Publication.year == year, Publication.quarter == quarter)
    return set(db.exec(of_quarter.where(Publication.kind == PublicationKind.SUMMARY)))


def _on_the_shelf(actor: Actor, region_ids: list[UUID]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        regions_where(actor, Permission.VIEW_NETWORK_TEXTS, Publication.region_id),
        col(Publication.region_id).in_(region_ids),
    )


def publication(
    db: Session,
    actor: Actor,
    *,
    region_slug: str,
    year: int,
    quarter: int,
    kind: PublicationKind,
    audience: Audience = Audience.PUBLIC,
    version: int | None = None,
) -> Publication:
    """The version at an address, or the newest; what is for the network needs the permission of its region."""
    query = (
        select(Publication)
        .join(Region, col(Region.id) == Publication.region_id)
        .where(Region.slug == region_slug, Publication.year == year, Publication.quarter == quarter)
        .where(Publication.kind == kind, Publication.audience == audience)
    )
    if audience is Audience.NETWORK:
        query = query.where(regions_where(actor, Permission.VIEW_NETWORK_TEXTS, Publication.region_id))
    if version is not None:
        query = query.where(Publication.version == version)
    found = db.exec(query.order_by(col(Publication.version).desc())).first()
    if found is None:
        raise NotFound
    return found


def publication_by_id(db: Session, actor: Actor, publication_id: UUID) -> Publication:
    """A version by its id: a public one for everybody, one of the network for its readers."""
    allowed = regions_where(actor, Permission.VIEW_NETWORK_TEXTS, Publication.region_id)
    found = db.exec(
        select(Publication).where(
            Publication.id == publication_id, (col(Publication.audience) == Audience.PUBLIC) | allowed
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def versions(db: Session, actor: Actor, of: Publication) -> list[Listed]:
    """Every version beside this one, newest first; for whoever may read this one."""
    if of.audience is Audience.NETWORK:
        require(actor, Permission.VIEW_NETWORK_TEXTS, of.region_id)
    return _listed(db, _same(of).order_by(col(Publication.version).desc()))


def errata(db: Session, actor: Actor, of: Publication) -> list[Erratum]:
    """The corrections beside a version, oldest first."""
    if of.audience is Audience.NETWORK:
        require(actor, Permission.VIEW_NETWORK_TEXTS, of.region_id)
    return list(db.exec(select(Erratum).where(Erratum.publication_id == of.id).order_by(col(Erratum.at))))


def stored_pdf(db: Session, actor: Actor, of: Publication) -> bytes | None:
    """The file that was made when it was published."""
    if of.audience is Audience.NETWORK:
        require(actor, Permission.VIEW_NETWORK_TEXTS, of.region_id)
    return db.exec(select(PublicationFile.content).where(PublicationFile.publication_id == of.id)).first()


def pdf_size(db: Session, actor: Actor, of: Publication) -> int:
    """How large the file is, in bytes; 0 without a file."""
    if of.audience is Audience.NETWORK:
        require(actor, Permission.VIEW_NETWORK_TEXTS, of.region_id)
    size = select(func.length(PublicationFile.content)).where(PublicationFile.publication_id == of.id)
    return db.exec(size).first() or 0


def adopted_on(db: Session, actor: Actor, of: Publication) -> date | None:
    """The day on which the meeting agreed with the minutes of a publication."""
    if of.audience is Audience.NETWORK:
        require(actor, Permission.VIEW_NETWORK_TEXTS, of.region_id)
    day = columns(col(Minutes.adopted_on)).where(col(Minutes.meeting_id) == of.meeting_id)
    return db.execute(day).scalars().first()


def newest(
    db: Session, actor: Actor, region_id: UUID, year: int, quarter: int, kind: PublicationKind, audience: Audience
) -> Publication | None:
    """The last version for an audience, for staff who publish."""
    require(actor, Permission.VIEW_NETWORK_TEXTS, region_id)
    return db.exec(
        select(Publication)
        .where(Publication.region_id == region_id, Publication.year == year, Publication.quarter == quarter)
        .where(Publication.kind == kind, Publication.audience == audience)
        .order_by(col(Publication.version).desc())
    ).first()


def _columns() -> Rows:
    return columns(
        col(Publication.id),
        col(Region.name),
        col(Region.slug),
        col(Publication.year),
        col(Publication.quarter),
        col(Publication.kind),
        col(Publication.audience),
        col(Publication.version),
        col(Publication.title),
        col(Publication.published_at),
        col(Publication.withdrawn_at),
    ).join(Region, col(Region.id) == Publication.region_id)


def _newest() -> Rows:
    series = (
        Publication.region_id,
        Publication.year,
        Publication.quarter,
        Publication.kind,
        Publication.audience,
    )
    last = columns(*(col(one) for one in series), func.max(col(Publication.version)).label("version")).group_by(
        *(col(one) for one in series)
    )
    newest_of = last.subquery()
    same = and_(
        *(col(getattr(Publication, name)) == newest_of.c[name] for name in ("region_id", "year", "quarter", "kind")),
        col(Publication.audience) == newest_of.c.audience,
        col(Publication.version) == newest_of.c.version,
    )
    return _columns().join(newest_of, same).order_by(col(Publication.published_at).desc())


def _same(of: Publication) -> Rows:
    return _columns().where(
        col(Publication.region_id) == of.region_id,
        col(Publication.year) == of.year,
        col(Publication.quarter) == of.quarter,
        col(Publication.kind) == of.kind,
        col(Publication.audience) == of.audience,
    )


def _listed(db: Session, query: Rows) -> list[Listed]:
    return [Listed(*row) for row in db.execute(query)]
