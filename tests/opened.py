"""Services of which some are public and one is secret."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from bsoo.exports import helpful
from bsoo.regions import Region
from bsoo.registry.models import Organisation
from bsoo.services.models import Service, Standing, Where
from tests.factories import contact, organisation

SECRET = "Wilgenpad 113"


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


def strict(schema: Any) -> Any:
    if isinstance(schema, dict):
        closed = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {}
        return {name: strict(value) for name, value in schema.items()} | closed
    return [strict(value) for value in schema] if isinstance(schema, list) else schema


def tables_of(client: TestClient, sheet: str) -> dict[str, helpful.Table]:
    """The five tables as the app fetches them: the space encoded, the & as it is, and a key that means nothing."""
    address = f"/api/v1/helpful-information/{sheet}/values/%s?key=x&alt=json&prettyPrint=false"
    return {name: client.get(address % name.replace(" ", "%20")).json()["values"] for name in helpful.TABLES}
