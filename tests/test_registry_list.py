"""The list of people: any part of what we know finds somebody, filters narrow it, numbers stand beside them."""

from datetime import date

import pytest
from sqlmodel import Session, select

from bsoo import clock
from bsoo.regions import Region
from bsoo.registry.finding import searching
from bsoo.registry.finding.listing import PAGE
from bsoo.registry.finding.listing import People as Listed
from bsoo.registry.finding.wanted import LOOKS, Wanted
from bsoo.registry.models import Address, Affiliation, Membership, Sector
from bsoo.routes.numbers import numbers
from tests import factories
from tests.conftest import People
from tests.network import house, membership_of, names


def test_the_list_shows_who_is_there_sorted_by_family_name(db: Session, people: People, amsterdam: Region) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade")
    for name in ("Anna Visser", "Bram Bakker", "Zehra Bakker"):
        factories.contact(db, amsterdam, name, at=kade)
    factories.contact(db, amsterdam, "Oude Bekende", at=kade, ended_on=date(2026, 9, 1))

    listed = Listed(db, people.amsterdam, Wanted(region_id=amsterdam.id))

    assert names(listed) == ["Bram Bakker", "Zehra Bakker", "Anna Visser"]
    assert (listed.total, listed.pages, listed.first, listed.last) == (3, 1, 1, 3)
    assert names(Listed(db, people.amsterdam, Wanted(group="left"))) == ["Oude Bekende"]


@pytest.mark.parametrize(
    "text",
    [
        "sorensen",
        "SØRENSEN car",
        "kade coord",
        "c.sorensen@",
        "06 123 456 78",
        "+31612345678",
        "0031612345678",
        "  sørensen  ",
    ],
)
def test_any_part_of_what_we_know_finds_somebody(db: Session, people: People, amsterdam: Region, text: str) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade")
    found = factories.contact(db, amsterdam, "Carlijn Sørensen", at=kade, email="c.sorensen@kade.example.org")
    found.phone = "+31612345678"
    factories.contact(db, amsterdam, "Anna Visser", email="a.visser@linde.example.org")
    searching.refresh(db, [found.id])

    assert names(Listed(db, people.amsterdam, Wanted(text=text))) == ["Carlijn Sørensen"]


def test_signs_that_mean_anything_to_a_database_are_only_signs(db: Session, people: People, amsterdam: Region) -> None:
    factories.contact(db, amsterdam, "Anna Visser")

    assert [names(Listed(db, people.amsterdam, Wanted(text=text))) for text in ("%", "_", "' OR 1=1 --")] == [
        [],
        [],
        [],
    ]


def test_filters_by_sector_theme_and_invitation_narrow_the_list(db: Session, people: People, amsterdam: Region) -> None:
    care = house(db, amsterdam, "GGZ Waterlinie", Sector.CARE, ("medische-zorg", "geld"))
    food = house(db, amsterdam, "Voedselkast", Sector.FOOD, ("voedsel",))
    factories.contact(db, amsterdam, "Anna Zorg", at=care)
    factories.contact(db, amsterdam, "Bram Eten", at=food, invited=False)

    def found(**wanted: object) -> list[str]:
        return names(Listed(db, people.amsterdam, Wanted(**wanted)))  # type: ignore[arg-type] # each test names its own

    assert found(sectors=(Sector.CARE,)) == ["Anna Zorg"]
    assert found(themes=("voedsel", "onderwijs")) == ["Bram Eten"]
    assert found(themes=("gel",)) == []
    assert found(group="invited") == ["Anna Zorg"]
    assert found(group="not-invited") == ["Bram Eten"]


def test_details_to_look_at_are_found(db: Session, people: People, amsterdam: Region) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade")
    bounced = factories.contact(db, amsterdam, "Anna Weg", at=kade)
    fresh = factories.contact(db, amsterdam, "Bram Vers", at=kade)
    factories.contact(db, amsterdam, "Cas Zonder", at=kade, role="")
    db.exec(select(Address).where(Address.contact_id == bounced.id)).one().bounced_at = clock.now()
    for contact in (bounced, fresh):
        membership_of(db, contact).confirmed_on = date(2026, 3, 1)
    db.flush()

    listed = {look: names(Listed(db, people.amsterdam, Wanted(look=(look,)))) for look in LOOKS}

    found = {"bounced": ["Anna Weg"], "stale": ["Cas Zonder"], "no-role": ["Cas Zonder"]}
    assert listed == {**found, "silent": [], "no-show": []}
    assert numbers(db, people.amsterdam, [amsterdam.id], clock.today()).unconfirmed == 1


def test_the_numbers_beside_the_filters_count_contacts_and_organisations(
    db: Session, people: People, amsterdam: Region, almere: Region
) -> None:
    care, food = house(db, amsterdam, "GGZ", Sector.CARE), house(db, amsterdam, "Voedselkast", Sector.FOOD)
    both = factories.contact(db, amsterdam, "Anna Beide", at=care)
    db.add(Affiliation(contact_id=both.id, organisation_id=food.id))
    db.add(Membership(contact_id=both.id, region_id=almere.id, invited=False))
    factories.contact(db, amsterdam, "Bram Zorg", at=care, invited=False)
    factories.contact(db, amsterdam, "Cas Weg", at=care, ended_on=date(2026, 9, 1))
    db.flush()

    counts = Listed(db, people.administrator, Wanted()).counts

    assert {key: number for key, number in counts.items() if number} == {
        "total": 2,
        f"house:{care.id}": 2,
        f"house:{food.id}": 1,
        "trust:look": 2,
        "here": 2,
        "invited": 1,
        "not-invited": 2,
        "left": 1,
        "stale": 2,
        "language:nl": 2,
        "role:coördinator": 2,
        "sector:care": 2,
        "sector:food": 1,
        "organisations": 2,
    }


def test_the_list_can_be_sorted_and_comes_in_pages(db: Session, people: People, amsterdam: Region) -> None:
    for number in range(PAGE + 2):
        at = house(db, amsterdam, f"Organisatie {99 - number}")
        factories.contact(db, amsterdam, f"Anna Naam{number:02}", at=at)

    first = Listed(db, people.amsterdam, Wanted(order="organisation"))
    second = Listed(db, people.amsterdam, Wanted(page=2))
    beyond = Listed(db, people.amsterdam, Wanted(page=99))

    assert names(first)[0] == f"Anna Naam{PAGE + 1}"
    assert (second.first, second.last, second.total, second.pages) == (51, 52, 52, 2)
    assert names(second) == ["Anna Naam50", "Anna Naam51"]
    assert (beyond.page, len(beyond.people)) == (1, PAGE)
