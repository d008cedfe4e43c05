"""Who is asking, in which language, and at which region they look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request
from sqlmodel import Session, select
from starlette.concurrency import run_in_threadpool

from bsoo import i18n, links
from bsoo.access import queries as access_queries
from bsoo.access.actor import PUBLIC, Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.errors import NotFound
from bsoo.links import PersonalLink, Purpose
from bsoo.regions import Region
from bsoo.registry.queries import contact_as_actor
from bsoo.routes.edge.answers import read_toast
from bsoo.routes.edge.sessions import database
from bsoo.templating import LANGUAGE_COOKIE

SESSION_COOKIE = "bsoo"


class NotSignedIn(Exception):
    """A page for staff was asked for without a session."""


class LinkClosed(NotFound):
    """A personal link that is unknown, revoked, replaced or too old."""


@dataclass(frozen=True, slots=True)
class LinkedContact:
    """Who came by which personal link."""

    actor: Actor
    purpose: Purpose
    subject_id: UUID
    """The invitation, or the contact itself for an own page."""
    token: str


async def visitor(request: Request) -> Actor:
    """Anybody: the member of staff when signed in, else the public; chooses the language of the answer."""
    request.state.toast = read_toast(request.cookies)
    token = request.cookies.get(SESSION_COOKIE, "")
    found = await run_in_threadpool(_recognise, request, token) if token else None
    i18n.speak(_wanted_language(request, found.language if found else ""))
    return found or PUBLIC


async def staff(request: Request, actor: Annotated[Actor, Depends(visitor)]) -> Actor:
    """A signed-in member of staff; others are sent to the sign-in page."""
    if not actor.is_staff:
        raise NotSignedIn
    return actor


async def partner(request: Request, token: Annotated[str, Path(max_length=100)]) -> LinkedContact:
    """The contact behind the personal link in the address (`/u/<token>` or `/mijn/<token>`)."""
    request.state.toast = read_toast(request.cookies)
    found = await run_in_threadpool(_follow, request, token)
    i18n.speak(_wanted_language(request, found.actor.language if found else ""))
    if found is None:
        raise LinkClosed
    return found


Visitor = Annotated[Actor, Depends(visitor)]
Staff = Annotated[Actor, Depends(staff)]
Partner = Annotated[LinkedContact, Depends(partner)]


def _recognise(request: Request, token: str) -> Actor | None:
    with database(request).reading() as db:
        found = access_queries.signed_in(db, token)
        if found is None:
            return None
        actor, browser, regions = found
        # What the staff frame shows around every page: the regions to choose from and the numbers in the menu.
        choice = _choice(browser.region_slug, regions)
        counts: dict[str, int] = request.app.state.nav_counts(db, actor, choice)
        request.state.frame = {"regions": regions, "region_choice": choice, "nav_counts": counts}
        return actor


def _choice(chosen: str, regions: Sequence[Region]) -> str:
    """The slug of the region to look at; whoever has one region looks at that; empty means all."""
    if len(regions) == 1:
        return regions[0].slug
    return chosen if chosen in {region.slug for region in regions} else ""


def chosen_region(request: Request) -> Region | None:
    """The region that this member of staff looks at; None means all that they may see."""
    frame = getattr(request.state, "frame", {})
    return next((region for region in frame.get("regions", []) if region.slug == frame.get("region_choice")), None)


def my_regions(request: Request) -> list[Region]:
    """The regions that this member of staff may see, in their fixed order."""
    found: list[Region] = getattr(request.state, "frame", {}).get("regions", [])
    return found


def _follow(request: Request, token: str) -> LinkedContact | None:
    with database(request).reading() as db:
        for purpose in Purpose:
            link: PersonalLink | None = links.find(db, purpose, token)
            if link is not None:
                actor = contact_as_actor(db, link.contact_id)
                return LinkedContact(actor, purpose, link.opens, token) if actor is not None else None
    return None


def _wanted_language(request: Request, own: str) -> str:
    """?taal= first, then this browser's choice, then the person's own language; Dutch when nobody says."""
    asked = request.query_params.get("taal", "")
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return next((code for code in (asked, chosen, own) if code in i18n.LANGUAGES), i18n.DEFAULT)


def region_or_404(db: Session, actor: Actor, slug: str, permission: Permission) -> Region:
    """The region in an address, for somebody who has the permission there; 404 for the others."""
    found = db.exec(select(Region).where(Region.slug == slug)).first()
    mine = permitted_regions(actor, permission)
    if found is None or (mine is not None and found.id not in mine):
        raise NotFound
    return found
