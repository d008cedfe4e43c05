"""One table: which role may do what. Actions require, queries filter; nothing else decides."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import col

from bsoo.access.actor import Actor, ActorKind
from bsoo.access.models import Role
from bsoo.db import among
from bsoo.errors import NotAllowed


class Permission(StrEnum):
    """Something that somebody may do in a region."""

    VIEW_REGISTRY = "view-registry"
    EDIT_REGISTRY = "edit-registry"
    IMPORT_CONTACTS = "import-contacts"
    EXPORT_CONTACTS = "export-contacts"
    VIEW_MEETINGS = "view-meetings"
    PLAN_MEETINGS = "plan-meetings"
    INVITE = "invite"
    ANSWER_INVITATION = "answer-invitation"
    VIEW_SIGNALS = "view-signals"
    VIEW_SENSITIVE = "view-sensitive"
    SUBMIT_SIGNAL = "submit-signal"
    REVIEW_SIGNALS = "review-signals"
    VIEW_TRENDS = "view-trends"
    VIEW_MINUTES = "view-minutes"
    WRITE_MINUTES = "write-minutes"
    VIEW_NETWORK_TEXTS = "view-network-texts"
    PUBLISH = "publish"
    VIEW_MAIL = "view-mail"
    MANAGE_MAIL = "manage-mail"
    ADMINISTER = "administer"


_READER = {
    Permission.VIEW_REGISTRY,
    Permission.VIEW_MEETINGS,
    Permission.VIEW_SIGNALS,
    Permission.VIEW_TRENDS,
    Permission.VIEW_MINUTES,
    Permission.VIEW_NETWORK_TEXTS,
}
_ADVOCACY = _READER | {Permission.SUBMIT_SIGNAL, Permission.PUBLISH, Permission.VIEW_SENSITIVE}
_COORDINATOR = set(Permission) - {Permission.ADMINISTER}

POLICY: dict[Role, frozenset[Permission]] = {
    Role.READER: frozenset(_READER),
    Role.ADVOCACY: frozenset(_ADVOCACY),
    Role.COORDINATOR: frozenset(_COORDINATOR),
    Role.ADMINISTRATOR: frozenset(Permission),
}

CONTACT: frozenset[Permission] = frozenset(
    {Permission.ANSWER_INVITATION, Permission.SUBMIT_SIGNAL, Permission.VIEW_NETWORK_TEXTS}
)
"""What a personal link allows, in the regions of its owner and about its owner only."""


def may(actor: Actor, permission: Permission, region_id: UUID | None = None) -> bool:
    """Whether the actor has the permission in this region; without a region: anywhere at all."""
    regions = permitted_regions(actor, permission)
    if regions is None:
        return True
    return bool(regions) if region_id is None else region_id in regions


def require(actor: Actor, permission: Permission, region_id: UUID | None = None) -> None:
    """Refuse whoever lacks the permission in this region."""
    if not may(actor, permission, region_id):
        raise NotAllowed


def regions_where(
    actor: Actor, permission: Permission, column: UUID | InstrumentedAttribute[UUID] | ColumnElement[UUID] | None
) -> ColumnElement[bool]:
    """The filter that leaves the rows of regions in which the actor has the permission."""
    regions = permitted_regions(actor, permission)
    if regions is None:
        return true()
    asked = column if isinstance(column, ColumnElement) else col(column)
    return among(asked, sorted(regions)) if regions else false()


def permitted_regions(actor: Actor, permission: Permission) -> frozenset[UUID] | None:
    """The regions in which the actor has the permission; None means every region."""
    if actor.kind is ActorKind.SYSTEM:
        return None
    if actor.kind is ActorKind.CONTACT:
        return actor.region_ids if permission in CONTACT else frozenset()
    granted = [region_id for role, region_id in actor.grants if permission in POLICY[role]]
    if None in granted:
        return None
    return frozenset(region_id for region_id in granted if region_id is not None)
