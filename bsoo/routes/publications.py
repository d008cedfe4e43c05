"""Publications: the lists, and each version at its permanent address."""

import re
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may
from bsoo.errors import NotFound
from bsoo.i18n import N_
from bsoo.publications import queries, records
from bsoo.publications.models import Audience, Publication, PublicationKind
from bsoo.quarters import Quarter
from bsoo.routes import corrections, publishing, summaries
from bsoo.routes.edge import (
    PRIVATE,
    Partner,
    ReadDB,
    Staff,
    Visitor,
    chosen_region,
    identifier,
    my_regions,
    path_to,
    render,
)
from bsoo.routes.reading import KINDS, SLUGS, file_answer, reading_page

router = APIRouter()
router.include_router(summaries.router)
router.include_router(publishing.router)
router.include_router(corrections.router)

AUDIENCES = {Audience.NETWORK: N_("the network"), Audience.PUBLIC: N_("everybody")}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a publication is: the parts of its address, checked."""

    region: str
    quarter: Quarter
    kind: PublicationKind


# --- Lists ----------------------------------------------------------------------------------------------------------


@router.get("/publicaties")
def publications(request: Request, db: ReadDB, actor: Visitor, bladzijde: str = "1", jaar: str = "") -> Response:
    if actor.is_staff:
        return _desk(request, db, actor, jaar)
    page = int(bladzijde) if re.fullmatch("[1-9][0-9]{0,3}", bladzijde) else 1
    rows = queries.published(db, actor, page=page, most=queries.PAGE)
    return render(
        request,
        "public/publications.html",
        actor=actor,
        section="publications",
        rows=rows,
        slugs=SLUGS,
        page=page,
        has_more=len(rows) == queries.PAGE,
    )


def _desk(request: Request, db: Session, actor: Actor, jaar: str) -> Response:
    """For staff: what waits to be published, and everything that was, a year at a time."""
    chosen = chosen_region(request)
    regions = [chosen] if chosen else my_regions(request)
    ids = [region.id for region in regions]
    years = queries.years_published(db, actor, ids)
    year = next((year for year in years if str(year) == jaar), years[0] if years else clock.today().year)
    last = Quarter.of(clock.today()).previous()
    written = queries.regions_summarised(db, actor, ids, last.year, last.number)
    return render(
        request,
        "publications/index.html",
        actor=actor,
        section="publications",
        waiting=records.waiting(db, actor, ids),
        shelf=queries.shelf(db, actor, ids, year),
        year=year,
        years=[(str(one), str(one), path_to(request, "publications", jaar=one)) for one in years],
        slugs=SLUGS,
        audiences=AUDIENCES,
        summaries=[
            (region, last)
            for region in regions
            if may(actor, Permission.PUBLISH, region.id) and region.id not in written
        ],
    )


# --- Reading --------------------------------------------------------------------------------------------------------


@router.get("/publicaties/{region}/{quarter}/{kind}/v{version}.pdf")
def publication_pdf(
    request: Request, db: ReadDB, actor: Visitor, region: str, quarter: str, kind: str, version: str
) -> Response:
    found = _found(db, actor, _address(region, quarter, kind), version)
    return file_answer(
        request, db, actor, found, path_to(request, "publication", region=region, quarter=quarter, kind=kind)
    )


@router.get("/publicaties/{region}/{quarter}/{kind}/netwerk/v{version}.pdf")
def network_pdf(
    request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, kind: str, version: str
) -> Response:
    found = _found(db, actor, _address(region, quarter, kind), version, Audience.NETWORK)
    return file_answer(request, db, actor, found, path_to(request, "publications"))


@router.get("/publicaties/{region}/{quarter}/{kind}/netwerk/v{version}")
def network_version(
    request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, kind: str, version: str
) -> Response:
    found = _found(db, actor, _address(region, quarter, kind), version, Audience.NETWORK)
    pdf = path_to(request, "network_pdf", region=region, quarter=quarter, kind=kind, version=version)
    return reading_page(request, db, actor, found, kind, pdf)


@router.get("/publicaties/{region}/{quarter}/{kind}/v{version}")
def publication_version(
    request: Request, db: ReadDB, actor: Visitor, region: str, quarter: str, kind: str, version: str
) -> Response:
    return _public_page(request, db, actor, _address(region, quarter, kind), kind, version)


@router.get("/publicaties/{region}/{quarter}/{kind}.pdf")
def publication_newest_pdf(
    request: Request, db: ReadDB, actor: Visitor, region: str, quarter: str, kind: str
) -> Response:
    found = _found(db, actor, _address(region, quarter, kind))
    return file_answer(
        request, db, actor, found, path_to(request, "publication", region=region, quarter=quarter, kind=kind)
    )


@router.get("/publicaties/{region}/{quarter}/{kind}")
def publication(request: Request, db: ReadDB, actor: Visitor, region: str, quarter: str, kind: str) -> Response:
    return _public_page(request, db, actor, _address(region, quarter, kind), kind)


@router.get("/mijn/{token}/verslag/{publication_id}.pdf")
def own_publication_pdf(request: Request, db: ReadDB, who: Partner, publication_id: str) -> Response:
    found = queries.publication_by_id(db, who.actor, identifier(publication_id))
    back = path_to(request, "own_publication", token=who.token, publication_id=publication_id)
    return file_answer(request, db, who.actor, found, back, headers=PRIVATE)


@router.get("/mijn/{token}/verslag/{publication_id}")
def own_publication(request: Request, db: ReadDB, who: Partner, publication_id: str) -> Response:
    found = queries.publication_by_id(db, who.actor, identifier(publication_id))
    pdf = path_to(request, "own_publication_pdf", token=who.token, publication_id=publication_id)
    return reading_page(request, db, who.actor, found, SLUGS[found.kind], pdf, headers=PRIVATE)


def _address(region: str, quarter: str, kind: str) -> Address:
    if kind not in KINDS:
        raise NotFound
    try:
        return Address(region, Quarter.from_slug(quarter), KINDS[kind])
    except ValueError:
        raise NotFound from None


def _found(
    db: Session, actor: Actor, at: Address, version: str = "", audience: Audience = Audience.PUBLIC
) -> Publication:
    if version and not re.fullmatch("[1-9][0-9]{0,4}", version):
        raise NotFound
    return queries.publication(
        db,
        actor,
        region_slug=at.region,
        year=at.quarter.year,
        quarter=at.quarter.number,
        kind=at.kind,
        audience=audience,
        version=int(version) if version else None,
    )


def _public_page(request: Request, db: Session, actor: Actor, at: Address, kind: str, version: str = "") -> Response:
    found = _found(db, actor, at, version)
    pdf = path_to(
        request, "publication_pdf", region=at.region, quarter=at.quarter.slug, kind=kind, version=found.version
    )
    return reading_page(request, db, actor, found, kind, pdf)
