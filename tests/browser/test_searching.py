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
    names, ticks = desk.locator("tbody a[data-row]"), desk.locator("tbody input[type=checkbox]")
    # Far down: among the next ten htmx would know a row again without the id of its person, too.
    ticked, other = names.nth(20).inner_text(), names.nth(1).inner_text()
    ticks.nth(20).check()

    seen = []
    for typed in (ticked, other):
        desk.locator("#zoek").fill(typed)
        if not javascript:
            desk.locator("#zoek").press("Enter")
        desk.wait_for_url(asking_for(typed))
        expect(names.first).to_have_text(typed)
        seen.append(ticks.first.is_checked())

    expect(desk.locator("h1")).to_have_count(1)
    expect(desk.locator("tbody tr")).not_to_have_count(50)
    # What was typed before is not asked along; a tick stays with its person, and goes to nobody else.
    assert asked(desk.url) == [other]
    assert seen == [javascript, False]


def test_what_is_found_is_taken_out_in_one_form_and_then_in_another(open_browser: Opener) -> None:
    desk = open_browser(DESK)
    sign_in(desk, "coördinator", "Amsterdam")
    desk.goto("/netwerk?soort=care")

    files = []
    for form in ("csv", "xlsx"):
        button = desk.locator(f'button[name="vorm"][value="{form}"]')
        with desk.expect_download() as download:
            button.click()
        files.append(download.value.suggested_filename.rpartition(".")[2])
        expect(button).not_to_have_attribute("aria-busy", "true")

    assert files == ["csv", "xlsx"]


def asking_for(text: str) -> Callable[[str], bool]:
    """Whether an address asks for this text, whatever it asks for besides."""
    return lambda url: asked(url)[-1:] == [text]


def asked(url: str) -> list[str]:
    return parse_qs(urlsplit(url).query).get("q", [])
