"""The tables of the app helpful-information: what it shows, and what would break it."""

import re
from datetime import timedelta

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.exports import markdown
from bsoo.exports.helpful_page import KEYS
from bsoo.regions import Region
from bsoo.registry.models import Organisation
from bsoo.services.models import Service
from tests import helpful_app
from tests.opened import everything, kade, nights, service, tables_of

FIXTURES = (
    kade,
    nights,
    everything,
)
"""pytest finds them here by their names."""


def test_the_app_shows_each_fact_under_its_own_label(client: TestClient, everything: None) -> None:
    app = helpful_app.read(tables_of(client, "amsterdam"), KEYS.split())

    nights = next(offer for offer in app.offers if offer["NAME"] == "Nachtopvang – Inloophuis De Kade")
    assert (nights["OPENWEEK"], nights["OPENWEEKEND"]) == ("ma, di 9.00-17.00", "za 10.00-13.00")
    assert nights["ADDRESS"] == "Zonnelaan 3\n1012 AB Amsterdam"
    assert (nights["PHONENUMBERS"], nights["EMAILS"]) == ("020 123 4567", "nacht@kade.example.org")
    assert nights["NEEDTOKNOW"] == "Voor: Gezinnen\nTalen: Nederlands, Tigrinya\nBel voor 17.00 uur."
    assert nights["MOREINFO"] == "Voor het laatst nagekeken op 1 oktober 2026"
    assert {offer["NAME"].partition(" –")[0] for offer in app.offers} == {
        "Nachtopvang",
        "Veilig huis",
        "Even dicht",
        "Kaal",
    }
    secret = next(offer for offer in app.offers if offer["NAME"].startswith("Veilig huis"))
    assert secret["ADDRESS"] == ""


def test_no_key_falls_back_on_a_row_by_its_number(client: TestClient, everything: None) -> None:
    page = tables_of(client, "amsterdam")["Referral Page"]

    app = helpful_app.read({**tables_of(client, "amsterdam"), "Referral Page": page}, KEYS.split())

    written = {key.removeprefix("#"): value for key, value in page[1:]}
    assert app.page == written
    assert (len(written), list(written)) == (41, sorted(written))
    assert (written["main.notification"], written["locale.language"]) == ("", "nl")
    assert written["timestamp.last-updated"] == "2026-11-23"


@pytest.mark.once
def test_the_reader_of_this_test_has_the_odd_habits_of_the_app() -> None:
    short = [["#KEY", "#VALUE"], *([f"#x{number}", f"row {number}"] for number in range(1, 22))]

    assert helpful_app.value_of(short, "main.notification") == "row 11"
    assert helpful_app.column_of(["#OPENWEEKEND", "#OPENWEEK"], "OPENWEEK") == 0


def test_every_cell_is_a_text_and_every_row_is_as_long_as_its_header(client: TestClient, everything: None) -> None:
    for sheet in ("amsterdam", "almere.en", "groningen"):
        for name, table in tables_of(client, sheet).items():
            assert {len(row) for row in table} == {len(table[0])}, name
            assert {type(cell) for row in table for cell in row} == {str}, name


def test_numbers_and_addresses_are_unique_and_whole_and_point_at_each_other(
    client: TestClient, db: Session, kade: Organisation, amsterdam: Region, everything: None
) -> None:
    service(db, kade, amsterdam)
    app = helpful_app.read(tables_of(client, "amsterdam"), KEYS.split())

    groups = {one["ID"] for one in app.categories}
    themes = {(one["CATEGORY"], one["ID"]) for one in app.sub_categories}
    assert {one["CATEGORY"] for one in app.sub_categories} == groups
    assert {(one["CATEGORY"], one["SUBCATEGORY"]) for one in app.offers} == themes
    assert {(one["CATEGORY"], one["SUBCATEGORY"]) for one in app.questions} == themes
    for rows in (app.categories, app.sub_categories, app.offers):
        assert all(row["ID"].isdecimal() and 0 < int(row["ID"]) < 2**53 for row in rows)
        assert len({row["ID"] for row in rows}) == len({row["SLUG"] for row in rows}) == len(rows)
        assert all(re.fullmatch(r"[a-z0-9._-]+", row["SLUG"]) for row in rows)
    assert {one["SLUG"] for one in app.categories} & {"highlights", "search"} == set()


def test_markdown_in_what_people_typed_stays_plain_text(client: TestClient, nights: Service) -> None:
    app = helpful_app.read(tables_of(client, "amsterdam"), KEYS.split())

    assert app.offers[0]["DESCRIPTION"] == (
        "Een bed en een maaltijd.\n\\# Geen kop, \\*geen\\* \\<b\\>nadruk\\</b\\> en \\[geen\\](javascript:x) link"
    )


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "escaped"),
    [
        ("- een\n  + twee", "\\- een\n\\+ twee"),
        ("1. een", "1\\. een"),
        ("kop\n===", "kop\n\\==="),
        ("a_b `c` ~d~ | &lt;", "a\\_b \\`c\\` \\~d\\~ \\| \\&lt;"),
        ("ma-vr 9.00-17.00", "ma-vr 9.00-17.00"),
    ],
)
def test_no_line_becomes_a_list_a_heading_or_code(typed: str, escaped: str) -> None:
    assert markdown.plain(typed) == escaped


def test_a_change_is_among_the_news_for_a_month(
    client: TestClient, db: Session, kade: Organisation, amsterdam: Region, nights: Service
) -> None:
    service(db, kade, amsterdam, name_nl="Lang geleden", changed_at=clock.now() - timedelta(days=31))

    app = helpful_app.read(tables_of(client, "amsterdam"), KEYS.split())

    assert {one["QUESTION"].partition(" van")[0]: (one["HIGHLIGHT"], one["UPDATED"]) for one in app.questions} == {
        "Nachtopvang": ("Yes", "2026-11-23"),
        "Lang geleden": ("No", "2026-10-23"),
    }


def test_english_readers_have_a_sheet_of_their_own(client: TestClient, nights: Service) -> None:
    app = helpful_app.read(tables_of(client, "amsterdam.en"), KEYS.split())
    listed = client.get("/api/v1/helpful-information").json()

    assert app.offers[0]["NAME"] == "Night shelter – Inloophuis De Kade"
    assert app.page["locale.language"] == "en"
    assert {"region": "amsterdam", "label": "Amsterdam", "language": "en", "sheet": "amsterdam.en"} in listed["sheets"]


@pytest.mark.parametrize("address", ["amsterdam/values/x", "x/values/Offers", "amsterdam.xx/values/Offers"])
def test_a_table_that_is_not_there_is_not_found(client: TestClient, address: str) -> None:
    assert client.get(f"/api/v1/helpful-information/{address}").status_code == 404
