"""Public services for machines: Open Referral HSDS 3.0, HXL, and the tables of helpful-information. No person, ever."""

from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from bsoo import clock, i18n
from bsoo.errors import NotFound
from bsoo.exports import asking, helpful, hsds, hxl
from bsoo.exports.files import csv_content
from bsoo.exports.offers import offers
from bsoo.regions import Region, all_regions
from bsoo.routes.edge import ReadDB, Visitor, identifier, page_number, path_to, settings

router = APIRouter()

OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=600",
}
"""Anybody may read it, also from a page of another site; ten minutes old is new enough."""


# --- Open Referral ----------------------------------------------------------------------------------------------------


@router.get("/api/v1/hsds/")
def hsds_root(request: Request, db: ReadDB, actor: Visitor) -> Response:
    """Which version and profile, and where the description of the addresses is."""
    base = settings(request).base_url
    return _json({"version": hsds.VERSION, "profile": hsds.PROFILE, "openapi_url": base + "/api/v1/openapi.json"})


@router.get("/api/v1/hsds/services")
def hsds_services(
    request: Request,
    db: ReadDB,
    actor: Visitor,
    page: str = "1",
    per_page: str = "",
    search: str = "",
    modified_after: str = "",
    taxonomy_term_id: str = "",
    organization_id: str = "",
    full: str = "",
) -> Response:
    asked = asking.Asked(search, modified_after, taxonomy_term_id, organization_id)
    found = asking.matching(offers(db, actor), asked)
    records = [hsds.service(offer, full=full == "true") for offer in found]
    return _json(asking.page(records, page_number(page), _size(per_page)))


@router.get("/api/v1/hsds/services/{service_id}")
def hsds_service(request: Request, db: ReadDB, actor: Visitor, service_id: str) -> Response:
    wanted = identifier(service_id)
    found = next((offer for offer in offers(db, actor) if offer.id == wanted), None)
    if found is None:
        raise NotFound
    return _json(hsds.service(found))


@router.get("/api/v1/hsds/organizations")
def hsds_organizations(
    request: Request, db: ReadDB, actor: Visitor, page: str = "1", per_page: str = "", search: str = ""
) -> Response:
    found = asking.houses(offers(db, actor), search)
    records = [hsds.organization(offer.house, offer.region) for offer in found]
    return _json(asking.page(records, page_number(page), _size(per_page)))


@router.get("/api/v1/hsds/organizations/{organization_id}")
def hsds_organization(request: Request, db: ReadDB, actor: Visitor, organization_id: str) -> Response:
    wanted = identifier(organization_id)
    found = next((offer for offer in offers(db, actor) if offer.house.id == wanted), None)
    if found is None:
        raise NotFound
    return _json(hsds.organization_in_full(found.house, found.region))


# --- who does what where ----------------------------------------------------------------------------------------------


@router.get("/api/v1/hxl/services.csv")
def hxl_services(request: Request, db: ReadDB, actor: Visitor, regio: str = "") -> Response:
    region = _region(db, regio) if regio else None
    content = csv_content(hxl.table(offers(db, actor, region.id if region else None)), delimiter=",", marked=False)
    headers = OPEN | {"Content-Disposition": 'inline; filename="services.hxl.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


# --- helpful-information ----------------------------------------------------------------------------------------------


@router.get("/api/v1/helpful-information")
def helpful_sheets(request: Request, db: ReadDB, actor: Visitor) -> Response:
    """What to fill in when the app is built: the address, and a sheet for each region and language."""
    base = settings(request).base_url + path_to(request, "helpful_sheets")
    sheets = [
        {"region": one.slug, "label": one.name, "language": language, "sheet": helpful.sheet(one.slug, language)}
        for one in all_regions(db)
        for language in i18n.LANGUAGES
    ]
    return _json({"GOOGLE_SHEETS_API_URL": base, "tables": list(helpful.TABLES), "sheets": sheets})


@router.get("/api/v1/helpful-information/{sheet}/values/{table}")
def helpful_table(request: Request, db: ReadDB, actor: Visitor, sheet: str, table: str) -> Response:
    """One table, at the address where the app looks for a sheet of Google."""
    if table not in helpful.TABLES:
        raise NotFound
    region, language = _sheet(db, sheet)
    found = helpful.tables(offers(db, actor, region.id), region.name, language, clock.today())
    return _json({"values": found[table]})


def _sheet(db: Session, name: str) -> tuple[Region, str]:
    for region in all_regions(db):
        for language in i18n.LANGUAGES:
            if helpful.sheet(region.slug, language) == name:
                return region, language
    raise NotFound


def _region(db: Session, slug: str) -> Region:
    found = next((region for region in all_regions(db) if region.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def _size(per_page: str) -> int:
    return min(asking.MOST, page_number(per_page)) if per_page else asking.USUAL


def _json(content: Any) -> Response:  # Any: what JSON can hold
    return JSONResponse(content, headers=OPEN)
