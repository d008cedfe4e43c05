"""The network: the list of people, and the numbers beside its filters."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.regions import Region
from bsoo.registry import listing, timeline
from bsoo.registry.models import Sector
from bsoo.registry.words import SECTORS
from bsoo.routes.edge import (
    ReadDB,
    Staff,
    chosen_region,
    clean,
    my_regions,
    page_number,
    render,
)
from bsoo.routes.editing import theme_names

router = APIRouter()


Words = Annotated[list[str], Query()]


@router.get("/netwerk")
def network(
    request: Request,
    db: ReadDB,
    actor: Staff,
    q: str = "",
    groep: str = "",
    soort: Words = [],  # noqa: B006 -- FastAPI copies it
    thema: Words = [],  # noqa: B006
    kijk: Words = [],  # noqa: B006
    volgorde: str = "name",
    bladzijde: str = "1",
) -> Response:
    region = chosen_region(request)
    wanted = wanted_of(region, q, groep, soort, thema, kijk, volgorde, bladzijde)
    return render(
        request,
        "registry/network.html",
        actor=actor,
        section="network",
        region=region,
        wanted=wanted,
        list=listing.People(db, actor, wanted),
        themes=_LazyThemes(db, actor),
        sectors=SECTORS,
        today=clock.today(),
        months_since=timeline.months_since,
        region_names={each.id: each.name for each in my_regions(request)},
    )


def wanted_of(
    region: Region | None,
    text: str,
    group: str,
    sectors: Sequence[str],
    themes: Sequence[str],
    looks: Sequence[str],
    order: str = "name",
    page: str = "1",
) -> listing.Wanted:
    """The filters of the list as an address or a form names them; what they do not know is left out."""
    return listing.Wanted(
        text=clean(text)[:200],
        region_id=region.id if region else None,
        group=group if group in listing.GROUPS else "",
        sectors=tuple(sector for sector in Sector if sector in sectors),
        themes=tuple(clean(code) for code in themes[:20]),
        look=tuple(look for look in listing.LOOKS if look in looks),
        order=order if order in listing.ORDERS else "name",
        page=page_number(page),
    )


class _LazyThemes:
    """The themes to choose from; asked only when a template shows them."""

    def __init__(self, db: Session, actor: Actor) -> None:
        self._db, self._actor = db, actor

    @property
    def names(self) -> Mapping[str, str]:
        return theme_names(self._db, self._actor)
