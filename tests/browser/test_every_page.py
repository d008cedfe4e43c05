"""Every page of the product, found by following links as each kind of reader: axe finds nothing on any of them."""

import json
import re
from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.routing import iter_route_contexts
from playwright.sync_api import Page, expect

from bsoo import clock
from bsoo.app import make_app
from bsoo.quarters import Quarter
from bsoo.settings import Settings
from tests.browser.conftest import DESK, PHONE, Opener, Site, sign_in

AXE = Path(__file__).parent / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

NO_PAGE = {
    "healthz": "text for machines",
    "readyz": "JSON for machines",
    "metrics": "text for machines",
    "openapi": "JSON for machines",
    "publications_atom": "a feed",
    "hsds_root": "JSON for machines",
    "hsds_services": "JSON for machines",
    "hsds_service": "JSON for machines",
    "hsds_organizations": "JSON for machines",
    "hsds_organization": "JSON for machines",
    "hxl_services": "a CSV file",
    "helpful_sheets": "JSON for machines",
    "helpful_table": "JSON for machines",
    "region_calendar": "a calendar",
    "invitation_calendar": "a calendar",
    "trends_table": "a CSV file",
    "import_marked": "a spreadsheet",
    "publication_pdf": "a PDF",
    "publication_newest_pdf": "a PDF",
    "network_pdf": "a PDF",
    "own_publication_pdf": "a PDF",
    "invitation_letter": "a letter, in a frame with a policy of its own",
    "outbox_letter_frame": "a letter, in a frame with a policy of its own",
    "letter_preview": "a letter, in a frame with a policy of its own",
}
"""GET routes that answer something else than a page."""


@pytest.fixture(scope="module")
def patterns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, re.Pattern[str]]:
    """The name of each GET route and what its paths look like."""
    settings = Settings(_env_file=None, data=tmp_path_factory.mktemp("app"), jobs=False)
    found = {}
    for context in iter_route_contexts(make_app(settings).routes):
        route = context.route
        if "GET" in (getattr(route, "methods", None) or ()):
            found[str(getattr(route, "name", ""))] = re.compile(
                f"^{re.sub(r'{[^}]+}', '[^/]+', str(getattr(route, 'path', '')))}$"
            )
    assert {"home", "network", "meeting", "public_home"} <= set(found), "the walk itself is broken"
    return found


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (PHONE, True)], ids=["desk-light", "phone-dark"])
def test_axe_finds_nothing_on_any_page(
    open_browser: Opener,
    site: Site,
    patterns: dict[str, re.Pattern[str]],
    tmp_path: Path,
    size: dict[str, int],
    dark: bool,
) -> None:
    """Follow links as an administrator, as somebody without a session and as a partner until no route is new."""
    staff = open_browser(size, dark=dark)
    sign_in(staff, "beheerder")
    before = Quarter.of(clock.today()).plus(-2).slug
    upload = uploaded(staff, tmp_path)
    seen: dict[str, str] = {}
    starts = [
        "/vandaag",
        "/account",
        "/beheer",
        upload,
        f"{upload}/kolommen",
        f"{upload}/woorden",
        f"{upload}/lezen",
        f"{upload}/voortgang",
        "/netwerk/lijsten/nieuw",
        *pairs(staff),
        f"/publicaties/amsterdam/{before}/samenvatting/schrijven",
    ]
    faults = walk(staff, starts, patterns, seen)

    anybody = open_browser(size, dark=dark)
    links = [link for letter in site.letters_to("") for link in re.findall(r"/(?:u|mijn)/[\w\-]{20,}", letter)]
    starts = [
        "/",
        "/inloggen",
        "/inloggen/verstuurd",
        "/inloggen/met/x",
        f"/overleg/amsterdam/{before}",
        f"/publicaties/amsterdam/{before}/verslag/v1",
        *links[:6],
        next(link for link in links if link.startswith("/u/")) + "/vervanger",
    ]
    faults |= walk(anybody, starts, patterns, seen)

    assert faults == {}
    assert set(patterns) - set(seen) - set(NO_PAGE) == set(), "pages that no link leads to"


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (PHONE, True)], ids=["desk-light", "phone-dark"])
def test_axe_finds_nothing_on_what_a_page_becomes(
    open_browser: Opener, site: Site, size: dict[str, int], dark: bool
) -> None:
    """The same address shows something else after an answer, with people still to invite, in somebody else's region."""
    staff = open_browser(size, dark=dark)
    sign_in(staff, "beheerder")
    before, running = (Quarter.of(clock.today()).plus(by).slug for by in (-1, 0))
    faults = {}
    for address in (
        meeting_of(staff, "almere") + "/uitnodigen",
        f"/overleggen/rotterdam/{before}",
        f"/overleggen/rotterdam/{running}",
        "/overleggen?bladzijde=2",
    ):
        staff.goto(address)
        faults[address] = axe(staff)

    partner = open_browser(size, dark=dark)
    links = [link for letter in site.letters_to("") for link in re.findall(r"/u/[\w\-]{20,}", letter)]
    partner.goto(links[0])
    for answer in ("ja", "nee"):
        partner.goto(f"{links[0]}?wijzig=ja")
        partner.locator(f'button[name="antwoord"][value="{answer}"]').click()
        expect(partner.locator(".result")).to_be_visible()
        faults[answer] = axe(partner)

    assert {where: said for where, said in faults.items() if said} == {}


def pairs(page: Page) -> list[str]:
    """Where two people, and two organisations, stand beside each other; they are compared when the list is there."""
    found = []
    for kind in ("contacten", "organisaties"):
        page.goto(f"/netwerk/dubbel?soort={kind}")
        found.append(page.locator(f'a[href^="/netwerk/dubbel/{kind}/"]').first.get_attribute("href") or "")
    return found


def meeting_of(page: Page, region: str) -> str:
    """The address of the region's next meeting."""
    page.goto("/overleggen")
    address = page.locator(f'a[href^="/overleggen/{region}/"]').first.get_attribute("href")
    assert address is not None
    return address


def uploaded(page: Page, folder: Path) -> str:
    """The address at which a small contact list waits for a decision."""
    file = folder / "lijst.csv"
    file.write_text("Organisatie;Naam;E-mail\nDe Wiek;Jan van der Meer;jan@de-wiek.example.org\n;Piet;geen adres\n")
    page.goto("/netwerk/import")
    page.locator('form[action="/netwerk/import"] [name="region"]').select_option("almere")
    page.locator('input[type="file"]').set_input_files(file)
    page.locator('form[action="/netwerk/import"] button').last.click()
    page.wait_for_url(re.compile(r"/netwerk/import/[0-9a-f-]{36}"))
    found = re.search(r"/netwerk/import/[0-9a-f-]{36}", page.url)
    assert found is not None
    return found[0]


def walk(page: Page, starts: list[str], patterns: dict[str, re.Pattern[str]], seen: dict[str, str]) -> dict[str, str]:
    """Visit one address of each route that is not in `seen` yet; what axe says, per address."""
    faults: dict[str, str] = {}
    queue = deque(starts)
    while queue:
        address = queue.popleft()
        name = route_of(address, patterns)
        if name is None or name in seen:
            continue
        seen[name] = address
        answer = page.goto(address, wait_until="load")
        assert answer is not None
        if "text/html" not in answer.headers.get("content-type", "") or answer.status >= 500:
            faults |= {address: f"status {answer.status}"} if answer.status >= 500 else {}
            continue
        said = axe(page)
        if said:
            faults[address] = said
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            faults[address] = f"{faults.get(address, '')} scrolls sideways by {wide} pixels"
        hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        queue.extend(path for href in hrefs if (path := own_path(href, page)))
    return faults


def route_of(address: str, patterns: dict[str, re.Pattern[str]]) -> str | None:
    """The GET route that answers an address; the one with the fewest parameters wins."""
    path = urlsplit(address).path
    found = [name for name, pattern in patterns.items() if pattern.match(path) and name not in NO_PAGE]
    return min(found, key=lambda name: patterns[name].pattern.count("[^/]+"), default=None)


def own_path(href: str, page: Page) -> str:
    """The path and query of a link of this site; nothing for others, for PDFs and for anchors of the same page."""
    parts = urlsplit(href)
    if parts.netloc != urlsplit(page.url).netloc or parts.path.endswith((".pdf", ".ics", ".atom", ".csv", ".xlsx")):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def axe(page: Page) -> str:
    """What axe-core finds, as one line a fault; empty when it finds nothing."""
    page.evaluate(AXE.read_text())
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS
    )
    assert result["passes"] or result["violations"], "axe looked at nothing"
    return "\n".join(
        f"{fault['id']}: {json.dumps([node['target'] for node in fault['nodes']][:3])} {fault['help']}"
        for fault in result["violations"]
    )
