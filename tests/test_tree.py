"""A municipality and its departments: one above the other, never in a circle, also after merging."""

import pytest
from sqlmodel import Session

from bsoo.errors import NotAllowed, Refused
from bsoo.regions import Region
from bsoo.registry import tree
from bsoo.registry.doubles import merging
from bsoo.registry.finding import searching
from bsoo.registry.finding.listing import People as Listed
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import Organisation
from bsoo.routes.merging import RULES
from tests import factories
from tests.conftest import People
from tests.test_registry import SignIn


def house(db: Session, region: Region, name: str) -> Organisation:
    return factories.organisation(db, region, name)


def test_a_department_stands_under_its_municipality(db: Session, people: People, amsterdam: Region) -> None:
    city, care, desk = (house(db, amsterdam, name) for name in ("Gemeente", "Zorg", "Loket"))
    factories.contact(db, amsterdam, at=desk)

    tree.place_under(db, people.amsterdam, care, "gemeente")
    tree.place_under(db, people.amsterdam, desk, "Zorg")

    assert tree.family(db, people.amsterdam, desk).above == [(care.id, "Zorg"), (city.id, "Gemeente")]
    assert tree.family(db, people.amsterdam, care).parts == [tree.Department(desk.id, "Loket", 1)]


def test_nothing_is_a_part_of_its_own_part(db: Session, people: People, amsterdam: Region) -> None:
    city, care, desk = (house(db, amsterdam, name) for name in ("Gemeente", "Zorg", "Loket"))
    tree.place_under(db, people.amsterdam, care, "Gemeente")
    tree.place_under(db, people.amsterdam, desk, "Zorg")

    for name in ("Gemeente", "Zorg", "Loket", "Bestaat niet"):
        with pytest.raises(Refused) as refused:
            tree.place_under(db, people.amsterdam, city, name)
        assert list(refused.value.errors) == ["parent"]

    assert city.parent_id is None


def test_only_who_edits_the_region_places_an_organisation(
    db: Session, people: People, amsterdam: Region, almere: Region
) -> None:
    house(db, almere, "Gemeente")
    care = house(db, amsterdam, "Zorg")

    with pytest.raises(NotAllowed):
        tree.place_under(db, people.almere, care, "Gemeente")
    with pytest.raises(Refused):
        tree.place_under(db, people.amsterdam, care, "Gemeente")


def test_what_the_editor_does_not_see_stays(db: Session, people: People, amsterdam: Region, almere: Region) -> None:
    elsewhere, care = house(db, almere, "Gemeente"), house(db, amsterdam, "Zorg")
    care.parent_id = elsewhere.id
    db.flush()

    tree.place_under(db, people.amsterdam, care, "")

    assert care.parent_id == elsewhere.id
    assert tree.family(db, people.amsterdam, care).above == []


def test_merging_never_makes_a_circle(db: Session, people: People, amsterdam: Region) -> None:
    care = house(db, amsterdam, "Zorg")
    team = house(db, amsterdam, "Team")
    again = house(db, amsterdam, "Zorg en Welzijn")
    team.parent_id, care.parent_id = again.id, team.id
    db.flush()

    merging.merge_organisations(db, people.amsterdam, (care.id, again.id), rules=RULES, chosen={})

    db.expire_all()
    stays = min(care.id, again.id)
    assert (db.get_one(Organisation, stays).parent_id, db.get_one(Organisation, team.id).parent_id) == (None, stays)


def test_looking_for_the_municipality_finds_the_people_of_its_departments(
    db: Session, people: People, amsterdam: Region
) -> None:
    house(db, amsterdam, "Gemeente Mokum")
    care = house(db, amsterdam, "Zorg")
    factories.contact(db, amsterdam, "Anna Visser", at=care)
    searching.refresh_people_at(db, care.id)

    before = Listed(db, people.amsterdam, Wanted(text="mokum")).total
    tree.place_under(db, people.amsterdam, care, "Gemeente Mokum")

    assert (before, Listed(db, people.amsterdam, Wanted(text="mokum")).total) == (0, 1)


def test_a_department_is_added_on_the_pages(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    city = house(db, amsterdam, "Gemeente")
    db.commit()
    client = signed_in(people.amsterdam)

    form = client.get("/netwerk/organisaties/nieuw?deel_van=Gemeente").text
    typed = {"name": "Dienst Zorg", "sector": "municipality", "region": "amsterdam"}
    refused = client.post("/netwerk/organisaties", data=typed | {"parent": "Bestaat niet"})
    made = client.post("/netwerk/organisaties", data=typed | {"parent": "Gemeente"})
    shown = client.get(f"/netwerk/organisaties/{city.id}").text

    assert 'value="Gemeente"' in form
    assert (refused.status_code, made.status_code) == (422, 303)
    assert ("Dienst Zorg" in shown, "Onderdeel van" in client.get(made.headers["location"]).text) == (True, True)
