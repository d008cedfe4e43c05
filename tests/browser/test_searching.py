"""Searching the network as one types, and by sending the form."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, Opener, sign_in


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_searching_the_network_finds_the_same_with_and_without_scripts(open_browser: Opener, javascript: bool) -> None:
    desk = open_browser(DESK, javascript=javascript)
    sign_in(desk, "coördinator", "Amsterdam")
    desk.goto("/netwerk")
    name = desk.locator("tbody th a").nth(1).inner_text()
    desk.locator("tbody input[type=checkbox]").nth(1).check()

    for typed in (name[:1], name):
        desk.locator("#zoek").fill(typed)
        if not javascript:
            desk.locator("#zoek").press("Enter")
        desk.wait_for_url(asking_for(typed))

    expect(desk.locator("tbody th a").first).to_have_text(name)
    expect(desk.locator("h1")).to_have_count(1)
    expect(desk.locator("tbody tr")).not_to_have_count(50)
    # What was typed before is not asked along, and a tick stays with its person.
    assert asked(desk.url) == [name]
    assert desk.locator("tbody input[type=checkbox]").first.is_checked() == javascript


def asking_for(text: str) -> Callable[[str], bool]:
    """Whether an address asks for this text, whatever it asks for besides."""
    return lambda url: asked(url)[-1:] == [text]


def asked(url: str) -> list[str]:
    return parse_qs(urlsplit(url).query).get("q", [])
