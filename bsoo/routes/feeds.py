"""Feeds for calendars and news readers: no person, no token."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Request
from starlette.responses import Response

from bsoo import clock
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.meetings import ical
from bsoo.meetings.entries import entry_of
from bsoo.publications import queries, upcoming
from bsoo.routes.edge import ReadDB, Visitor, path_to, settings
from bsoo.routes.reading import SLUGS

router = APIRouter()

ATOM = "http://www.w3.org/2005/Atom"
IN_A_FEED = 20
KEPT = {"Cache-Control": "public, max-age=600"}

ET.register_namespace("", ATOM)


@router.get("/agenda/{region}.ics")
def region_calendar(db: ReadDB, actor: Visitor, region: str) -> Response:
    """The meetings of a region that hosts, to subscribe to."""
    found = next((one for one in upcoming.hosting_regions(db, actor) if one.slug == region), None)
    if found is None:
        raise NotFound
    entries = [entry_of(found, meeting) for meeting in upcoming.meetings_of(db, actor, found)]
    content = ical.feed(_("BSOO meetings in %(region)s", region=found.name), entries, clock.now())
    return Response(content, media_type="text/calendar; charset=utf-8", headers=KEPT)


@router.get("/publicaties.atom")
def publications_atom(request: Request, db: ReadDB, actor: Visitor) -> Response:
    """The newest public versions (RFC 4287); the text itself stays on its page, where it can be corrected."""
    base = settings(request).base_url
    rows = [row for row in queries.published(db, actor, most=IN_A_FEED) if row.withdrawn_at is None]
    root = ET.Element(f"{{{ATOM}}}feed")
    own = base + path_to(request, "publications_atom")
    _add(root, "id", own)
    _add(root, "title", _("Minutes and signal summaries of the BSOO"))
    _add(root, "updated", _moment(max((row.published_at for row in rows), default=datetime(2026, 1, 1, tzinfo=UTC))))
    ET.SubElement(root, f"{{{ATOM}}}link", {"rel": "self", "href": own})
    ET.SubElement(root, f"{{{ATOM}}}link", {"href": base + path_to(request, "publications")})
    ET.SubElement(ET.SubElement(root, f"{{{ATOM}}}author"), f"{{{ATOM}}}name").text = "BSOO"
    for row in rows:
        entry = ET.SubElement(root, f"{{{ATOM}}}entry")
        address = {"region": row.region_slug, "quarter": row.slug, "kind": SLUGS[row.kind], "version": row.version}
        page = base + path_to(request, "publication_version", **address)
        _add(entry, "id", f"urn:uuid:{row.id}")
        _add(entry, "title", row.title)
        _add(entry, "updated", _moment(row.published_at))
        ET.SubElement(entry, f"{{{ATOM}}}link", {"href": page})
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(content, media_type="application/atom+xml; charset=utf-8", headers=KEPT)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
