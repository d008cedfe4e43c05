"""How far the minutes of a meeting have come: not begun, a draft, with the network, public, approved."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, bindparam, exists
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where
from bsoo.db import prepared
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.meetings.models import Meeting
from bsoo.minutes.models import Minutes, MinutesState
from bsoo.publications.models import Audience, Publication, PublicationKind
from bsoo.registry.rows import Columns, columns


class Reach(StrEnum):
    """The widest circle that may read the minutes."""

    NONE = "none"
    DRAFT = "draft"
    NETWORK = "network"
    PUBLIC = "public"
    ADOPTED = "adopted"


WORDS = {
    Reach.NONE: N_("not begun yet"),
    Reach.DRAFT: N_("draft"),
    Reach.NETWORK: N_("with the network"),
    Reach.PUBLIC: N_("public"),
    Reach.ADOPTED: N_("approved"),
}


@dataclass(frozen=True, slots=True)
class Stand:
    """The minutes of a meeting, when they were begun, and who may read them."""

    minutes: Minutes | None = None
    reach: Reach = Reach.NONE

    @property
    def word(self) -> str:
        return _(WORDS[self.reach])


def stand_of(db: Session, actor: Actor, meeting: Meeting) -> Stand:
    """One statement; for who may not see the minutes they are not begun."""
    row = db.execute(_minutes(actor), {"meeting_id": meeting.id}).first()
    return Stand(row[0], _reach(*row)) if row is not None else Stand()


@prepared
def _minutes(actor: Actor) -> Columns:
    return (
        columns(Minutes, _published(Audience.PUBLIC), _published(Audience.NETWORK))
        .where(col(Minutes.meeting_id) == bindparam("meeting_id"))
        .where(regions_where(actor, Permission.VIEW_MINUTES, Minutes.region_id))
    )


def _published(audience: Audience) -> ColumnElement[bool]:
    return exists().where(
        col(Publication.meeting_id) == bindparam("meeting_id"),
        col(Publication.kind) == PublicationKind.MINUTES,
        col(Publication.audience) == audience,
        col(Publication.withdrawn_at).is_(None),
    )


def _reach(minutes: Minutes, is_public: bool, is_with_network: bool) -> Reach:
    if minutes.state is MinutesState.ADOPTED:
        return Reach.ADOPTED
    if is_public:
        return Reach.PUBLIC
    return Reach.NETWORK if is_with_network else Reach.DRAFT
