"""The open data: what everybody may read of services, in three shapes, and never a person or a confidential address."""

import csv
import io
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import hxl
import jsonschema
import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import PUBLIC, SYSTEM
from bsoo.errors import Refused
from bsoo.exports import helpful, making, markdown
from bsoo.exports.helpful_page import KEYS
from bsoo.exports.municipalities import municipalities, municipality
from bsoo.exports.offers import offers
from bsoo.regions import Region
from bsoo.registry.models import Organisation
from bsoo.services.models import Service, Standing, Where
from tests import helpful_app
from tests.factories import contact, organisation

SECRET = "Wilgenpad 113"
NEVER = (
    *("Samira", "Idrissi", "samira@", "0611112222", "06 11112222", "+316111", "Wilgenpad", "1099 ZZ", "Kadeplein"),
    *("bestuur@", "+31207654321", "765 4321", "Alleen binnen", "Voorbij"),
)
"""People, the organisation's own details, a confidential address, and services that are not public."""


@pytest.fixture
def kade(db: Session, amsterdam: Region) -> Organisation:
    """An organisation with its people, whom nobody may ever read."""
    made = organisation(db, amsterdam)
    made.aliases, made.kvk, made.website = ["De Kade"], "12345678", "https://kade.example.org"
    made.street, made.email, made.phone = "Kadeplein 99", "bestuur@kade.example.org", "+31207654321"
    contact(db, amsterdam, "Samira El Idrissi", at=made, email="samira@kade.example.org").phone = "+31611112222"
    db.commit()
    return made


def service(db: Session, house: Organisation, region: Region, **facts: Any) -> Service:  # Any: any column
    """A whole public service, unless something else is said."""
    whole = {
        "name_nl": "Nachtopvang",
        "name_en": "Night shelter",
        "description_nl": "Een bed en een maaltijd.\n# Geen kop, *geen* <b>nadruk</b> en [geen](javascript:x) link",
        "description_en": "A bed and a meal.",
        "note_nl": "Bel voor 17.00 uur.",
        "theme": "onderdak",
        "groups": ["families"],
        "languages": ["nl", "ti"],
        "hours": [["mo", "09:00", "17:00"], ["tu", "09:00", "17:00"], ["sa", "10:00", "13:00"]],
        "found_at": Where.VISIT,
        "street": "Zonnelaan 3",
        "postcode": "1012 AB",
        "place": "Amsterdam",
        "phone": "+31201234567",
        "email": "nacht@kade.example.org",
        "website": "https://kade.example.org/nacht",
        "is_public": True,
        "checked_on": date(2026, 10, 1),
    }
    made = Service(organisation_id=house.id, region_id=region.id, **{**whole, **facts})
    db.add(made)
    db.commit()
    return made


@pytest.fixture
def nights(db: Session, kade: Organisation, amsterdam: Region) -> Service:
    return service(db, kade, amsterdam)


@pytest.fixture
def everything(db: Session, kade: Organisation, amsterdam: Region, almere: Region, nights: Service) -> None:
    """One of each kind: confidential, internal, ended, paused, bare, elsewhere."""
    service(db, kade, amsterdam, name_nl="Veilig huis", found_at=Where.CONFIDENTIAL, street=SECRET, postcode="1099 ZZ")
    service(db, kade, amsterdam, name_nl="Alleen binnen", is_public=False)
    service(db, kade, amsterdam, name_nl="Voorbij", standing=Standing.ENDED)
    service(db, kade, amsterdam, name_nl="Even dicht", standing=Standing.PAUSED, theme="rechten", postcode="")
    bare = Service(organisation_id=kade.id, region_id=amsterdam.id, name_nl="Kaal", description_nl="x", is_public=True)
    db.add(bare)
    house = organisation(db, almere, '=Rare; "Naam"')
    service(db, house, almere, name_nl="Voedselpakket", theme="voedsel", place="Almere")


OPEN_ADDRESSES = [
    "/api/v1/hsds/",
    "/api/v1/hsds/services?full=true&per_page=100",
    "/api/v1/hsds/organizations",
    "/api/v1/hxl/services.csv",
    "/api/v1/helpful-information",
    *(f"/api/v1/helpful-information/{sheet}/values/{table.replace(' ', '%20')}"
      for sheet in ("amsterdam", "amsterdam.en") for table in helpful.TABLES),
]  # fmt: skip


# --- what is never there ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", OPEN_ADDRESSES)
def test_no_open_data_holds_a_person_or_a_confidential_address_or_what_is_not_public(
    client: TestClient, everything: None, address: str
) -> None:
    answer = client.get(address)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    for never in NEVER:
        assert never not in answer.text, never


def test_an_address_or_number_that_became_a_persons_own_is_no_longer_shown(
    db: Session, kade: Organisation, amsterdam: Region, nights: Service
) -> None:
    before = offers(db, PUBLIC)[0]
    contact(db, amsterdam, "Nacht Portier", at=kade, email="nacht@kade.example.org").phone = "+31201234567"
    db.flush()

    after = offers(db, PUBLIC)[0]

    assert (before.email, before.phones) == ("nacht@kade.example.org", ["+31201234567"])
    assert (after.email, after.phones) == ("", [])


# --- Open Referral ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def schemas() -> dict[str, Any]:
    """The specification's own schemas; in strict form, nothing may stand in a record that they do not know."""
    folder = Path(__file__).parents[2] / "shared" / "reference" / "hsds"
    if not folder.is_dir():
        pytest.skip("the schemas of HSDS 3.0 are not on this machine (../shared/reference/hsds)")
    return {file.stem: strict(json.loads(file.read_text())) for file in folder.glob("*.json")}


def strict(schema: Any) -> Any:
    if isinstance(schema, dict):
        closed = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {}
        return {name: strict(value) for name, value in schema.items()} | closed
    return [strict(value) for value in schema] if isinstance(schema, list) else schema


def faults(schema: Any, record: Any) -> list[str]:
    formats = jsonschema.FormatChecker(["uuid", "email", "date"])
    formats.checks("uri", ValueError)(lambda value: re.fullmatch(r"https?://[^\s]+\.[^\s]+", value) is not None)
    formats.checks("date-time", ValueError)(lambda value: datetime.fromisoformat(value).tzinfo is not None)
    validator = jsonschema.Draft202012Validator(schema, format_checker=formats)
    return [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(record)]


@pytest.mark.once
def test_the_check_against_the_schemas_can_fail(schemas: dict[str, Any]) -> None:
    wrong = {"id": "1", "name": "x", "status": "open", "extra": "y"}

    assert len(faults(schemas["service"], wrong)) == 3


def test_every_service_and_organisation_validates_strictly(
    client: TestClient, everything: None, schemas: dict[str, Any]
) -> None:
    listed = client.get("/api/v1/hsds/services").json()["contents"]
    full = client.get("/api/v1/hsds/services?full=true").json()["contents"]
    houses = client.get("/api/v1/hsds/organizations").json()["contents"]
    house = client.get(f"/api/v1/hsds/organizations/{houses[-1]['id']}").json()

    assert (len(listed), len(full), len(houses)) == (5, 5, 2)
    assert [faults(schemas["service_list"], one) for one in listed] == [[]] * 5
    assert [faults(schemas["service"], one) for one in full] == [[]] * 5
    assert [faults(schemas["organization_list"], one) for one in houses] == [[]] * 2
    assert faults(schemas["organization"], house) == []


def test_no_value_is_empty_and_no_address_is_half(client: TestClient, everything: None) -> None:
    full = {one["name"]: one for one in client.get("/api/v1/hsds/services?full=true").json()["contents"]}

    assert ': ""' not in json.dumps(full)
    assert "[]" not in json.dumps({name: one for name, one in full.items() if name != "Even dicht"})
    assert {name: "service_at_locations" in one for name, one in full.items()} == {
        "Nachtopvang": True,
        "Veilig huis": False,
        "Even dicht": True,
        "Kaal": False,
        "Voedselpakket": True,
    }
    assert "addresses" not in full["Even dicht"]["service_at_locations"][0]["location"]


def test_a_service_says_what_when_where_and_for_whom(client: TestClient, kade: Organisation, nights: Service) -> None:
    told = client.get(f"/api/v1/hsds/services/{nights.id}").json()

    assert (told["status"], told["assured_date"], told["eligibility_description"]) == (
        "active",
        "2026-10-01",
        "Gezinnen",
    )
    assert told["organization"]["id"] == str(kade.id)
    hours = [(one["byday"], one["opens_at"], one["closes_at"]) for one in told["schedules"]]
    assert hours == [("MO,TU", "09:00", "17:00"), ("SA", "10:00", "13:00")]
    address = told["service_at_locations"][0]["location"]["addresses"][0]
    assert (address["address_1"], address["postal_code"], address["city"]) == ("Zonnelaan 3", "1012 AB", "Amsterdam")
    assert address["state_province"] == "Noord-Holland"
    assert [one["code"] for one in told["languages"]] == ["nl", "ti"]
    assert told["attributes"][0]["taxonomy_term"]["code"] == "onderdak"


def test_the_same_registry_always_gives_the_same_identifiers(client: TestClient, everything: None) -> None:
    address = "/api/v1/hsds/services?full=true"

    assert client.get(address).text == client.get(address).text
    identifiers = re.findall(r'"id": ?"([^"]+)"', client.get(address).text)
    assert all(str(UUID(one)) == one for one in identifiers)


def test_a_paused_service_is_temporarily_closed(client: TestClient, everything: None) -> None:
    states = {one["name"]: one["status"] for one in client.get("/api/v1/hsds/services").json()["contents"]}

    assert states["Even dicht"] == "temporarily closed"


def test_pages_have_the_envelope_of_the_specification(client: TestClient, everything: None) -> None:
    pages = [client.get(f"/api/v1/hsds/services?per_page=2&page={number}").json() for number in (1, 3, 4)]

    told = [[page[key] for key in ("page_number", "size", "first_page", "last_page", "empty")] for page in pages]
    assert told == [[1, 2, True, False, False], [3, 1, False, True, False], [4, 0, False, True, True]]
    assert {(page["total_items"], page["total_pages"]) for page in pages} == {(5, 3)}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("search=bed", 4),
        ("search=voedsel", 1),
        ("search=bed&search=voedsel", 1),
        ("modified_after=2026-11-22", 5),
        ("modified_after=2026-11-24T00:00:00Z", 0),
        ("modified_after=geen-dag", 5),
        ("organization_id=x", 0),
        ("taxonomy_term_id=x", 0),
        ("page=x&per_page=x", 5),
    ],
)
def test_filters_leave_what_was_asked_for(client: TestClient, everything: None, asked: str, found: int) -> None:
    page = client.get(f"/api/v1/hsds/services?{asked}").json()

    assert page["total_items"] == found


def test_filters_add_up(client: TestClient, kade: Organisation, everything: None) -> None:
    theme = client.get("/api/v1/hsds/services?full=true").json()["contents"][0]["attributes"][0]["taxonomy_term_id"]

    page = client.get(f"/api/v1/hsds/services?taxonomy_term_id={theme}&organization_id={kade.id}").json()

    assert [one["name"] for one in page["contents"]] == ["Nachtopvang", "Veilig huis"]


def test_what_is_not_public_is_not_found(
    client: TestClient, db: Session, kade: Organisation, amsterdam: Region
) -> None:
    hidden = service(db, kade, amsterdam, is_public=False)

    for address in (f"services/{hidden.id}", f"organizations/{kade.id}", "services/x"):
        assert client.get(f"/api/v1/hsds/{address}").status_code == 404


def test_the_root_says_which_version(client: TestClient) -> None:
    told = client.get("/api/v1/hsds/").json()

    assert told == {
        "version": "3.0",
        "profile": "https://docs.openreferral.org/en/3.0/hsds/",
        "openapi_url": "http://testserver/api/v1/openapi.json",
    }
    assert client.get(told["openapi_url"]).status_code == 200


# --- HXL --------------------------------------------------------------------------------------------------------------


def test_who_does_what_where_passes_the_validation_of_libhxl(client: TestClient, everything: None) -> None:
    text = client.get("/api/v1/hxl/services.csv").text

    source = hxl.data(list(csv.reader(io.StringIO(text))))
    report = hxl.validate(source)

    assert report["stats"]["total"] == 0, report
    assert [str(column.display_tag) for column in source.columns][:2] == ["#org+name", "#org+acronym"]


def test_a_row_says_who_does_what_where(client: TestClient, everything: None) -> None:
    header, tags, *rows = csv.reader(io.StringIO(client.get("/api/v1/hxl/services.csv").text))

    found = {row[9]: dict(zip(tags, row, strict=True)) for row in rows}
    assert header[0] == "Organisatie"
    assert found["Nachtopvang"] == {
        "#org+name": "Inloophuis De Kade",
        "#org+acronym": "De Kade",
        "#org+type": "Opvang en onderdak",
        "#sector+name+i_nl": "Onderdak en opvang",
        "#sector+code+v_bsoo": "onderdak",
        "#adm1+name": "Noord-Holland",
        "#adm1+code+v_iso": "NL-NH",
        "#adm2+name": "Amsterdam",
        "#adm2+code+v_cbs": "GM0363",
        "#activity+name": "Nachtopvang",
        "#beneficiary+type": "Gezinnen",
        "#status": "loopt",
        "#date+verified": "2026-10-01",
    }
    assert found["Voedselpakket"]["#org+name"] == '\'=Rare; "Naam"'
    assert [
        row[9] for row in list(csv.reader(io.StringIO(client.get("/api/v1/hxl/services.csv?regio=almere").text)))[2:]
    ] == ["Voedselpakket"]
    assert client.get("/api/v1/hxl/services.csv?regio=x").status_code == 404


@pytest.mark.once
def test_a_place_is_known_by_its_usual_names() -> None:
    assert [found.code for name in ("Den Haag", "AMSTERDAM", "'s-Hertogenbosch") if (found := municipality(name))] == [
        "GM0518",
        "GM0363",
        "GM0796",
    ]
    assert municipality("Nergenshuizen") is None


@pytest.mark.once
def test_every_municipality_of_each_province_is_known() -> None:
    counted = Counter(one.province.code.removeprefix("NL-") for one in municipalities())

    assert len({one.code for one in municipalities()}) == sum(counted.values()) == 342
    assert counted == {
        **{"DR": 12, "FL": 6, "FR": 18, "GE": 51, "GR": 10, "LI": 31},
        **{"NB": 56, "NH": 44, "OV": 25, "UT": 26, "ZE": 13, "ZH": 50},
    }


# --- helpful-information ----------------------------------------------------------------------------------------------


def tables_of(client: TestClient, sheet: str) -> dict[str, helpful.Table]:
    """The five tables as the app fetches them: the space encoded, the & as it is, and a key that means nothing."""
    address = f"/api/v1/helpful-information/{sheet}/values/%s?key=x&alt=json&prettyPrint=false"
    return {name: client.get(address % name.replace(" ", "%20")).json()["values"] for name in helpful.TABLES}


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


# --- as files ---------------------------------------------------------------------------------------------------------


def test_the_folder_of_files_holds_what_the_addresses_say(
    client: TestClient, db: Session, amsterdam: Region, everything: None, tmp_path: Path
) -> None:
    written = making.write(making.make(db, SYSTEM, "services", "helpful-information", [amsterdam]), tmp_path / "data")

    assert len(written) == 10
    for sheet in ("amsterdam", "amsterdam.en"):
        folder = tmp_path / "data" / sheet / "values"
        assert {file.name: json.loads(file.read_text())["values"] for file in folder.iterdir()} == tables_of(
            client, sheet
        )


def test_the_command_line_makes_each_form_and_says_what_there_is(
    db: Session, amsterdam: Region, almere: Region, everything: None, tmp_path: Path
) -> None:
    regions = [amsterdam, almere]

    hsds = making.write(making.make(db, SYSTEM, "services", "hsds", regions), tmp_path / "x.json")
    table = making.write(making.make(db, SYSTEM, "services", "hxl", regions), tmp_path)
    lists = making.write(making.make(db, SYSTEM, "contacts", "csv", regions), tmp_path)

    assert [one["name"] for one in json.loads(hsds[0].read_text())][-1] == "Voedselpakket"
    assert [path.name for path in [*hsds, *table]] == ["x.json", "services.hxl.csv"]
    assert [path.name for path in lists] == [f"contacten-{slug}-2026-11-23.csv" for slug in ("amsterdam", "almere")]
    with pytest.raises(Refused, match="contacts: csv, xlsx, vcf; services: hxl, hsds, helpful-information"):
        making.make(db, SYSTEM, "signals", "pdf", regions)
