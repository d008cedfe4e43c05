"""The open data: what everybody may read of services, in three shapes, and never a person or a confidential address."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from bsoo.access.actor import PUBLIC, SYSTEM
from bsoo.errors import Refused
from bsoo.exports import helpful, making
from bsoo.exports.offers import offers
from bsoo.regions import Region
from bsoo.registry.models import Organisation
from bsoo.services.models import Service
from tests.factories import contact
from tests.opened import everything, kade, nights, service, strict, tables_of

FIXTURES = (
    kade,
    nights,
    everything,
)
"""pytest finds them here by their names."""


NEVER = (
    *("Samira", "Idrissi", "samira@", "0611112222", "06 11112222", "+316111", "Wilgenpad", "1099 ZZ", "Kadeplein"),
    *("bestuur@", "+31207654321", "765 4321", "Alleen binnen", "Voorbij"),
)
"""People, the organisation's own details, a confidential address, and services that are not public."""


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


@pytest.fixture(scope="session")
def schemas() -> dict[str, Any]:
    """The specification's own schemas; in strict form, nothing may stand in a record that they do not know."""
    folder = Path(__file__).parents[2] / "shared" / "reference" / "hsds"
    if not folder.is_dir():
        pytest.skip("the schemas of HSDS 3.0 are not on this machine (../shared/reference/hsds)")
    return {file.stem: strict(json.loads(file.read_text())) for file in folder.glob("*.json")}


def faults(schema: Any, record: Any) -> list[str]:
    formats = jsonschema.FormatChecker(["uuid", "email", "date"])
    formats.checks("uri", ValueError)(lambda value: re.fullmatch(r"https?://[^\s]+\.[^\s]+", value) is not None)
    formats.checks("date-time", ValueError)(lambda value: datetime.fromisoformat(value).tzinfo is not None)
    validator = jsonschema.Draft202012Validator(schema, format_checker=formats)
    return [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(record)]


# --- Open Referral ----------------------------------------------------------------------------------------------------


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
