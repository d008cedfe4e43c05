"""Who does what where, in HXL."""

import csv
import io
from collections import Counter

import hxl
import pytest
from starlette.testclient import TestClient

from bsoo.exports.municipalities import municipalities, municipality
from tests.opened import everything, kade, nights

FIXTURES = (
    kade,
    nights,
    everything,
)
"""pytest finds them here by their names."""


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
