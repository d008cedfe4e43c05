"""A quarter as people live it: the coordinator at a desk, partners on a phone, one of them without scripts."""

import re
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, Opener, Site, sign_in

LIST = Path(__file__).parents[3] / "shared" / "data" / "contacten-amsterdam.xlsx"
SMALL_LIST = """Lijst BSOO;;;
Organisatie;Naam;E-mail;Uitnodigen
Inloophuis De Wiek;Saïda el Amrani;saida@de-wiek.example.org;ja
;Jan van der Meer;mailto:jan@de-wiek.example.org;ja
Kerk De Haven;Ds. Anna d'Hondt;Anna <anna@de-haven.example.org>;ja
;Piet Bakker;geen;ja
"""
NEED = "Gezinnen wachten steeds langer op een plek in de nachtopvang."
DECISION = "De opvang deelt elke vrijdag de vrije plekken."
WAIT_SECONDS = 60


def test_a_quarter_from_a_contact_list_to_the_trend_page(open_browser: Opener, site: Site, tmp_path: Path) -> None:
    desk = open_browser(DESK)
    sign_in(desk, "beheerder")
    add_region(desk, "Utrecht")
    import_list(desk, tmp_path)
    plan_and_invite(desk)
    links = [links_in(letter) for letter in letters_of(site, "Utrecht", at_least=3)]

    phone = open_browser(PHONE)
    answer_yes(phone, links[0])
    bring_signal(phone, links[0])
    plain = open_browser(PHONE, javascript=False)
    pass_on(plain, links[1])

    review(desk)
    set_agenda(desk)
    take_minutes(desk)
    publish(desk)
    read_in_public(open_browser(PHONE))
    desk.goto("/trends")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()


def add_region(desk: Page, name: str) -> None:
    desk.goto("/beheer")
    desk.get_by_text("Voeg een regio toe", exact=True).click()
    form = desk.locator('form[action="/beheer/regios"]')
    form.locator('[name="name"]').fill(name)
    form.get_by_role("button").click()
    expect(desk.get_by_role("link", name=name, exact=True)).to_be_visible()


def import_list(desk: Page, folder: Path) -> None:
    file = LIST
    if not file.exists():
        file = folder / "lijst.csv"
        file.write_text(SMALL_LIST, encoding="cp1252")
    choose_region(desk, "utrecht")
    desk.goto("/netwerk/import")
    desk.locator('input[type="file"]').set_input_files(file)
    desk.locator('form[action="/netwerk/import"] button').last.click()
    desk.wait_for_url(re.compile(r"/netwerk/import/[0-9a-f-]{36}"))
    if desk.url.endswith("/kolommen"):
        desk.locator('form[action$="/kolommen"] button').last.click()
    desk.locator('form[action$="/doorvoeren"] button').first.click()
    expect(desk.locator("#toasts")).to_contain_text(re.compile(r"\d"))


def choose_region(desk: Page, slug: str) -> None:
    with desk.expect_navigation():
        desk.locator("#mijn-regio").select_option(slug)


def plan_and_invite(desk: Page) -> None:
    desk.goto("/overleggen")
    desk.locator('form[action="/overleggen/utrecht"] button').click()
    desk.wait_for_url(re.compile(r"/overleggen/utrecht/\d{4}-\d$"))
    meeting = desk.url
    desk.goto(f"{meeting}/datum")
    desk.locator('[name="venue"]').fill("De Ankerplaats")
    desk.locator('form[action$="/datum"] button').first.click()
    desk.wait_for_url(meeting)
    desk.goto(f"{meeting}/uitnodigen")
    desk.locator('form[method="post"][action$="/uitnodigen"] button.primary').click()
    desk.wait_for_url(re.compile(r"/voortgang$"))


def letters_of(site: Site, region: str, *, at_least: int) -> list[str]:
    """The plain sources of the invitations of a region, once that many arrived."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        found = [text for text in site.invitations() if region in text]
        if len(found) >= at_least:
            return found
        time.sleep(0.5)
    raise AssertionError(f"{at_least} invitations of {region} did not arrive in {WAIT_SECONDS} seconds")


def links_in(letter: str) -> str:
    found = re.search(r"/u/[\w-]{20,}", letter)
    assert found is not None, letter
    return found[0]


def answer_yes(phone: Page, link: str) -> None:
    phone.goto(f"{link}?antwoord=ja")
    phone.locator('button[name="antwoord"][value="ja"]').click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    expect(phone.locator('button[name="antwoord"]')).to_have_count(0)


def bring_signal(phone: Page, link: str) -> None:
    phone.goto(link)
    phone.locator('a[href^="/mijn/"]').first.click()
    if not phone.url.endswith("/signaal"):
        phone.locator('a[href$="/signaal"]').first.click()
    phone.locator('[name="tekst"]').fill(f"{NEED} Bel 06 12345678.")
    phone.locator('input[name="thema"][value="onderdak"]').check(force=True)
    phone.locator('input[name="vaak"]').first.check(force=True)
    send(phone)
    expect(phone.locator(".error-summary")).to_be_visible()
    expect(phone.locator('[name="tekst"]')).to_have_value(f"{NEED} Bel 06 12345678.")
    phone.locator('[name="tekst"]').fill(NEED)
    send(phone)
    expect(phone.locator(".error-summary")).to_have_count(0)


def send(phone: Page) -> None:
    phone.locator('form[action$="/signaal"] button.primary').last.click()
    phone.wait_for_load_state("networkidle")


def pass_on(phone: Page, link: str) -> None:
    """Without scripts: a colleague comes instead."""
    phone.goto(link)
    phone.locator('button[name="antwoord"][value="vervanger"]').click()
    phone.locator('[name="naam"]').fill("Joost Vermeulen")
    phone.locator('[name="email"]').fill("joost@elders.example.org")
    phone.locator('form[action$="/vervanger"] button.primary').click()
    expect(phone.get_by_text("Joost Vermeulen").first).to_be_visible()


def review(desk: Page) -> None:
    choose_region(desk, "utrecht")
    desk.goto("/signalen")
    expect(desk.get_by_text(NEED[:30]).first).to_be_visible()
    desk.keyboard.press("a")
    expect(desk.locator("#toasts")).to_contain_text(re.compile(r"\w"))


def set_agenda(desk: Page) -> None:
    desk.goto("/overleggen")
    desk.locator('a[href^="/overleggen/utrecht/"]').first.click()
    desk.locator('a[href$="/agenda"]').first.click()
    desk.locator('form[action*="/agenda/signalen/"] button').first.click()
    expect(desk.locator(".agenda")).to_contain_text(NEED[:30])


def take_minutes(desk: Page) -> None:
    desk.goto(desk.url.replace("/agenda", "/verslag"))
    composer = desk.locator('form textarea[name="text"]')
    composer.fill(f"= {DECISION}")
    desk.locator('input[name="level"][value="public"], select[name="level"] option[value="public"]').first.evaluate(
        "one => one.tagName === 'OPTION' ? (one.parentElement.value = one.value) : one.click()"
    )
    composer.press("Enter")
    expect(desk.get_by_text(DECISION).first).to_be_visible()


def publish(desk: Page) -> None:
    address = re.sub(r"/verslag.*", "/verslag/publiceren", desk.url)
    desk.goto(address)
    expect(desk.get_by_text(DECISION).first).to_be_visible()
    desk.locator('input[name="read"]').check()
    desk.locator('form[action$="/publiceren"] button.primary').first.click()
    expect(desk.locator("#toasts")).to_contain_text("1")


def read_in_public(phone: Page) -> None:
    phone.goto("/publicaties")
    phone.locator('a[href^="/publicaties/utrecht/"]').first.click()
    expect(phone.get_by_text(DECISION).first).to_be_visible()
    expect(phone.get_by_text("Joost")).to_have_count(0)


def test_an_agenda_item_moves_by_keyboard_and_keeps_the_focus(open_browser: Opener) -> None:
    desk = open_browser(DESK)
    sign_in(desk, "coördinator", "Amsterdam")
    desk.locator('a[href$="/agenda"]').first.click()
    items = desk.locator(".agenda > li")
    moved = items.nth(1).get_attribute("data-item")
    assert moved is not None

    items.nth(1).locator("button").first.focus()
    desk.keyboard.press("Alt+ArrowDown")

    expect(items.nth(2)).to_have_attribute("data-item", moved)
    expect(desk.locator("h1")).to_have_count(1)


def test_an_agenda_item_is_dragged_to_its_place_and_the_times_follow(open_browser: Opener) -> None:
    desk = open_browser(DESK)
    sign_in(desk, "coördinator", "Amsterdam")
    with desk.expect_navigation():
        desk.locator('a[href$="/agenda"]').first.click()
    items = desk.locator(".agenda > li")
    moved = items.nth(1).get_attribute("data-item")
    assert moved is not None

    items.nth(1).locator(".grip").drag_to(items.nth(4), target_position={"x": 40, "y": 4})

    expect(items.nth(3)).to_have_attribute("data-item", moved)
    expect(items.nth(1).locator("time")).to_have_text("13.10")
    desk.reload()
    expect(items.nth(3)).to_have_attribute("data-item", moved)
    times = items.locator("time").all_inner_texts()
    assert times == sorted(times)


def test_lines_typed_without_a_connection_go_out_in_order_when_it_is_back(site: Site, browser: Browser) -> None:
    # A context without the watch: a browser without a connection complains about every request.
    context = browser.new_context(base_url=site.address, locale="nl-NL")
    desk = context.new_page()
    sign_in(desk, "coördinator")
    desk.goto("/overleggen")
    desk.locator('a[href^="/overleggen/amsterdam/"]').first.click()
    desk.goto(f"{desk.url}/verslag")
    context.set_offline(True)
    for line in ("Zonder verbinding getypt.", "= Ook dit besluit."):
        desk.locator("#text").fill(line)
        desk.locator("#text").press("Enter")
    expect(desk.locator(".log .waits .meta")).to_have_text(["Nog niet bewaard", "Nog niet bewaard"])

    context.set_offline(False)

    expect(desk.locator(".log .waits")).to_have_count(0)
    desk.reload()
    expect(desk.locator(".log li > p").last).to_contain_text("Ook dit besluit.")
    assert desk.locator(".log").inner_text().index("Zonder verbinding") < desk.locator(".log").inner_text().index(
        "Ook dit"
    )
    context.close()
