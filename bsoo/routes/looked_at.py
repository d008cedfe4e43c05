"""Whose mail somebody looks at: the region that was chosen in the bar, or all in which they have the permission."""

from fastapi import Request

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.errors import NotAllowed
from bsoo.mail.desk import Regions
from bsoo.routes.edge import chosen_region


def mail_regions(actor: Actor, permission: Permission = Permission.VIEW_MAIL) -> Regions:
    """All regions in which somebody may; None is every region."""
    regions = permitted_regions(actor, permission)
    if regions is not None and not regions:
        raise NotAllowed
    return regions


def looked_at(request: Request, actor: Actor, permission: Permission = Permission.VIEW_MAIL) -> Regions:
    regions = mail_regions(actor, permission)
    chosen = chosen_region(request)
    return regions if chosen is None or (regions is not None and chosen.id not in regions) else {chosen.id}
