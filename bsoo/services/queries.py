"""What readers see of services: staff those of their regions, everybody the public ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy import func as sql
from sqlmodel import Session, col, select

from bsoo import clock, i18n
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.errors import NotFound
from bsoo.regions import Region
from bsoo.registry.models import Organisation
from bsoo.registry.rows import Columns, columns
from bsoo.services.models import Service, Standing
from bsoo.signals.models import Theme
from bsoo.terms import words
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words

CHECK_AFTER = timedelta(days=182)
"""Half a year after the last look, a service is on the work list again."""
PAGE = 50
LOOKS = ("to-check", "public", "internal")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for."""

    text: str = ""
    region_id: UUID | None = None
    theme: str = ""
    look: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A service in a list."""

    id: UUID
    name: str
    organisation_id: UUID
    organisation: str
    region_id: UUID
    region: str
    theme: str
    is_public: bool
    standing: Standing
    checked_on: date | None

    @property
    def is_due(self) -> bool:
        """Whether somebody should look again."""
        return self.checked_on is None or self.checked_on < clock.today() - CHECK_AFTER


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of the list."""

    lines: list[Line]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE, self.total)


def lines(db: Session, actor: Actor, wanted: Wanted) -> Lines:
    """Services of the regions that the actor may see; on the work list those that nobody ever checked come first."""
    asked = [
        visible(actor),
        col(Service.standing) != Standing.ENDED,
        col(Service.region_id) == wanted.region_id if wanted.region_id else true(),
        col(Service.theme) == wanted.theme if wanted.theme else true(),
        _looks()[wanted.look] if wanted.look in LOOKS else true(),
        *(_says(word) for word in wanted.text.lower().split()),
    ]
    oldest_first = [col(Service.checked_on).is_not(None), col(Service.checked_on)] if wanted.look == "to-check" else []
    query = (
        _columns()
        .add_columns(sql.count().over())
        .join(Organisation, col(Organisation.id) == Service.organisation_id)
        .join(Region, col(Region.id) == Service.region_id)
        .join(Theme, col(Theme.code) == Service.theme)
        .where(*asked)
    )
    query = query.order_by(*oldest_first, sql.lower(col(Organisation.name)), sql.lower(col(Service.name_nl)))
    page = max(1, wanted.page)
    rows = db.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    if not rows and page > 1:
        page, rows = 1, db.execute(query.limit(PAGE)).all()
    return Lines([Line(*row[:-1]) for row in rows], rows[0][-1] if rows else 0, page)


@dataclass(frozen=True, slots=True)
class Offered:
    """What an organisation offers, and the managed lists: its page shows both."""

    lines: list[Line]
    listed: Words


def of_organisation(db: Session, actor: Actor, organisation_id: UUID) -> Offered:
    """Its services in the regions that the actor may see, that have not ended; one statement with the lists."""
    every = words.EVERY.subquery()
    here = and_(
        every.c.kind == str(Vocabulary.THEME),
        col(Service.theme) == every.c.code,
        col(Service.organisation_id) == organisation_id,
        col(Service.standing) != Standing.ENDED,
        visible(actor),
    )
    query = (
        _columns(*every.c)
        .select_from(every)
        .outerjoin(Service, here)
        .outerjoin(Theme, col(Theme.code) == Service.theme)
        .outerjoin(Organisation, col(Organisation.id) == Service.organisation_id)
        .outerjoin(Region, col(Region.id) == Service.region_id)
        .order_by(sql.lower(col(Service.name_nl)), col(Service.id))
    )
    rows = db.execute(query).all()
    lines = [row[words.WIDTH :] for row in rows]
    return Offered([Line(*line) for line in lines if line[0] is not None], words.words_of(rows))


def to_check(db: Session, actor: Actor, region_ids: Sequence[UUID] | None) -> int:
    """How many services wait for somebody to look."""
    here = col(Service.region_id).in_(region_ids) if region_ids is not None else true()
    asked = select(sql.count()).select_from(Service)
    return db.exec(asked.where(visible(actor), here, col(Service.standing) != Standing.ENDED, is_due())).one()


@dataclass(frozen=True, slots=True)
class ServicePage:
    """All that one page shows of a service."""

    service: Service
    organisation: str
    region: str
    region_slug: str
    theme: str


def page(db: Session, actor: Actor, service_id: UUID) -> ServicePage:
    """A service of a region that the actor may see, with the names that belong to it; one statement."""
    found = db.execute(
        columns(Service, Organisation.name, Region.name, Region.slug, _theme_name())
        .join(Organisation, col(Organisation.id) == Service.organisation_id)
        .join(Region, col(Region.id) == Service.region_id)
        .join(Theme, col(Theme.code) == Service.theme)
        .where(col(Service.id) == service_id, visible(actor))
    ).first()
    if found is None:
        raise NotFound
    return ServicePage(*found)


def service(db: Session, actor: Actor, service_id: UUID) -> Service:
    """A service of a region that the actor may see."""
    return page(db, actor, service_id).service


def visible(actor: Actor) -> ColumnElement[bool]:
    return regions_where(actor, Permission.VIEW_REGISTRY, Service.region_id)


def is_due() -> ColumnElement[bool]:
    checked = col(Service.checked_on)
    return or_(checked.is_(None), checked < clock.today() - CHECK_AFTER)


def _looks() -> dict[str, ColumnElement[bool]]:
    public = col(Service.is_public).is_(True)
    return {"to-check": is_due(), "public": public, "internal": ~public}


def _says(word: str) -> ColumnElement[bool]:
    texts = (Service.name_nl, Service.name_en, Service.description_nl, Service.description_en, Organisation.name)
    return or_(*(sql.lower(col(text)).contains(word, autoescape=True) for text in texts))


def _theme_name() -> Any:  # Any: a column has no type of its own in SQLModel
    return Theme.name_nl if i18n.language() == "nl" else Theme.name_en


def _columns(*before: Any) -> Columns:  # Any: as above
    """What a line shows, in its order; the name in the reader's language when there is one."""
    english = sql.coalesce(sql.nullif(col(Service.name_en), ""), col(Service.name_nl))
    return columns(
        *before,
        Service.id,
        Service.name_nl if i18n.language() == "nl" else english,
        Service.organisation_id,
        Organisation.name,
        Service.region_id,
        Region.name,
        _theme_name(),
        Service.is_public,
        Service.standing,
        Service.checked_on,
    )
