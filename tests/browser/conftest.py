"""The whole product as the demo runs it, in a process of its own, and a real Chromium that looks at it.

Every page fails its test when it asks another host for anything, breaks the content policy or has a script error.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bsoo.demo.mailbox import Mailbox
from bsoo.testing import LeftOut, chromium

ROOT = Path(__file__).parents[2]
START_SECONDS = 120
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class Site:
    """The running demo: its address and the folder in which its mail arrives."""

    address: str
    data: Path

    def letters_to(self, recipient: str) -> list[str]:
        """The sources of the letters to an address, newest first."""
        return [message.source for message in Mailbox(self.data / "mail").find(recipient)]

    def invitations(self) -> list[str]:
        """The plain texts of the invitations that arrived, newest first."""
        found = Mailbox(self.data / "mail").find("")
        return [message.text for message in found if message.calendar and "/u/" in message.text]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("demo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bsoo", "demo", "--port", str(port), "--data", str(data)]
    with (data / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/healthz", server, data / "server.log")
            yield Site(address, data)
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(address, timeout=2):  # noqa: S310 -- our own server on the loopback address
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the demo did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        path = chromium()
    except LeftOut as reason:
        pytest.skip(str(reason))
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@dataclass
class Watch:
    """What a browser complained about."""

    host: str
    complaints: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("console", lambda message: self._said(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(f"script error: {error.error}"))

    def _request(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if urlsplit(url).netloc not in {self.host, ""}:
            self.complaints.append(f"asked another host: {url}")

    def _said(self, kind: str, text: str) -> None:
        # Chromium writes a line for every answer over 399; refusals are part of the journeys.
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(f"console: {text}")


Opener = Callable[..., Page]


@pytest.fixture
def open_browser(browser: Browser, site: Site) -> Iterator[Opener]:
    """Open a page: `open_browser(PHONE, javascript=False, dark=True)`; complaints fail the test at its end."""
    contexts: list[BrowserContext] = []
    watch = Watch(urlsplit(site.address).netloc)

    def opener(size: dict[str, int] = DESK, *, javascript: bool = True, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=site.address,
            viewport={"width": size["width"], "height": size["height"]},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            locale="nl-NL",
        )
        context.set_default_timeout(15_000)
        watch.over(context)
        contexts.append(context)
        return context.new_page()

    yield opener
    for context in contexts:
        context.close()
    assert watch.complaints == []


def sign_in(page: Page, role: str, region: str = "") -> None:
    """One click on the demo's page: `sign_in(page, "coördinator", "Amsterdam")`."""
    page.goto("/demo")
    row = page.locator("tr").filter(has_text=role)
    if region:
        row = row.filter(has_text=region)
    row.first.locator("button").first.click()
    page.wait_for_url("**/vandaag")
