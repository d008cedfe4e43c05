"""Where this member of staff may change the network, and what its forms share."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Request

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, permitted_regions
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.regions import Region
from bsoo.routes.edge import my_regions


def regions_to_edit(request: Request, actor: Actor) -> list[Region]:
    return [region for region in my_regions(request) if may(actor, Permission.EDIT_REGISTRY, region.id)]


def region_to_edit(request: Request, actor: Actor, slug: str) -> Region:
    """The region that somebody chose in a form."""
    found = next((region for region in regions_to_edit(request, actor) if region.slug == slug), None)
    if found is None:
        raise Refused(_("Choose one of the options."), "region")
    return found


def region_id_of(request: Request, slug: str) -> UUID:
    """The region in an address, among those that the reader may see."""
    found = next((region.id for region in my_regions(request) if region.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def may_edit(actor: Actor, region_ids: Sequence[UUID]) -> bool:
    """In one of these regions; what belongs to no region is for who may edit everywhere."""
    mine = permitted_regions(actor, Permission.EDIT_REGISTRY)
    return mine is None or any(region_id in mine for region_id in region_ids)
