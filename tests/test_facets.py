"""Filters that ask more than a column: how sure we are, departments, and when somebody was last heard of."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import product

import pytest
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import SYSTEM, Actor
from bsoo.db import Database
from bsoo.meetings.models import Answer, Attendance, Presence
from bsoo.regions import Region
from bsoo.registry import tree
from bsoo.registry.doubles import merging
from bsoo.registry.finding import saved_lists, telling
from bsoo.registry.finding.listing import People as Listed
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.finding.within import named
from bsoo.registry.keeping import worklist
from bsoo.registry.keeping.confirmations import Detail, LeftNotice, Proposal
from bsoo.registry.keeping.trust import Trust, trust
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation
from bsoo.routes.merging import RULES
from tests import factories
from tests.conftest import NOW, People
from tests.lists import FIRST_WORDS
from tests.merges import ids_in_order
from tests.statements import statements

SignIn = Callable[[Actor], TestClient]
TODAY = NOW.date()
LEVELS = tuple(map(str, Trust))


@pytest.fixture(autouse=True)
def in_order() -> Iterator[None]:
    with ids_in_order():
        yield


def names(listed: Listed) -> list[str]:
    return [person.name for person in listed.people]


def confirm(db: Session, contact: Contact, on: date | None) -> None:
    db.exec(select(Membership).where(col(Membership.contact_id) == contact.id)).one().confirmed_on = on
    db.flush()


# --- how sure we are --------------------------------------------------------------------------------------------------


def test_the_database_trusts_each_record_as_its_own_page_does(db: Session, people: People, amsterdam: Region) -> None:
    """Every age of a confirmation with every thing that can be missing or said: filter, number and lines agree."""
    house, other = factories.organisation(db, amsterdam), factories.organisation(db, amsterdam, "De Brug")
    ages = (None, TODAY, TODAY - timedelta(days=365), TODAY - timedelta(days=366), TODAY - timedelta(days=731))
    missing = ("no address", "no role", "no house", "phone")
    said = ("nothing", "bounced", "left", "proposed", "shared", "gone", "role at the second house", *missing)
    for n, (age, what) in enumerate(product(ages, said)):
        made = factories.contact(
            db,
            amsterdam,
            f"Anna {n:02}",
            at=None if what == "no house" else house,
            role="" if what in ("no role", "shared", "role at the second house") else "arts",
            ended_on=TODAY if what == "gone" else None,
        )
        confirm(db, made, age)
        made.phone = "+31200000000" if what == "phone" else ""
        made.is_role_mailbox = what == "shared"
        address = db.exec(select(Address).where(Address.contact_id == made.id)).one()
        address.bounced_at = clock.now() if what == "bounced" else None
        address.is_used = what != "no address"
        if what == "left":
            db.add(LeftNotice(contact_id=made.id, left_on=TODAY))
        if what == "proposed":
            db.add(Proposal(contact_id=made.id, field=Detail.ROLE, before="", after="x"))
        if what == "role at the second house":
            db.add(Affiliation(contact_id=made.id, organisation_id=other.id, role="arts"))
    db.flush()

    everybody = Listed(db, people.amsterdam, Wanted(order="name")).people
    found = {level: Listed(db, people.amsterdam, Wanted(trust=(level,))) for level in LEVELS}
    counts = Listed(db, people.amsterdam, Wanted()).counts

    for level, listed in found.items():
        mine = {one.name for one in everybody if one.reasons is not None and trust(one.reasons) == level}
        assert mine, f"nobody is {level}"
        assert set(names(listed)) == mine
        assert counts[f"trust:{level}"] == listed.total == len(mine)
    work = {line.name: line.reasons for page in (1, 2) for line in to_look_at(db, people.amsterdam, amsterdam, page)}
    assert len(work) > len(said)
    assert {person.name: person.reasons for person in everybody if person.name in work} == work
    two = Listed(db, people.amsterdam, Wanted(trust=("look", "poor")))
    assert two.total == found["look"].total + found["poor"].total
    assert Listed(db, people.amsterdam, Wanted(group="left", trust=LEVELS)).total == 0


def to_look_at(db: Session, actor: Actor, region: Region, page: int) -> Sequence[worklist.Line]:
    return worklist.work(db, actor, [region.id], page=page).lines


def called(db: Session, name: str) -> Organisation:
    return db.exec(select(Organisation).where(Organisation.name == name)).one()


# --- an organisation and its departments ------------------------------------------------------------------------------


@pytest.fixture
def town(db: Session, amsterdam: Region) -> Organisation:
    """A municipality with a department that has a team; somebody sits at each."""
    names = ("Gemeente Zeestad", "Sector Zorg", "Team Nacht")
    whole, care, team = (factories.organisation(db, amsterdam, name) for name in names)
    tree.place_under(db, SYSTEM, care, whole.name)
    tree.place_under(db, SYSTEM, team, care.name)
    for name, at in (("Anna Een", whole), ("Bram Twee", care), ("Cas Drie", team)):
        factories.contact(db, amsterdam, name, at=at)
    factories.contact(db, amsterdam, "Dewi Elders", at=factories.organisation(db, amsterdam, "GGZ"))
    return whole


def test_an_organisation_takes_its_departments_along_however_deep(
    db: Session, people: People, almere: Region, town: Organisation
) -> None:
    care, team = (called(db, name) for name in ("Sector Zorg", "Team Nacht"))

    counts = Listed(db, people.amsterdam, Wanted()).counts
    found = {
        house.name: names(Listed(db, people.amsterdam, Wanted(houses=(house.id,)))) for house in (town, care, team)
    }

    assert found == {
        "Gemeente Zeestad": ["Cas Drie", "Anna Een", "Bram Twee"],
        "Sector Zorg": ["Cas Drie", "Bram Twee"],
        "Team Nacht": ["Cas Drie"],
    }
    assert [counts[f"house:{house.id}"] for house in (town, care, team)] == [3, 2, 1]
    assert {counts.names[str(house.id)] for house in (town, care, team)} == set(found)
    assert Listed(db, people.amsterdam, Wanted(houses=(care.id,))).counts[f"house:{town.id}"] == 3
    assert Listed(db, people.almere, Wanted(houses=(town.id,))).total == 0


def test_a_circle_of_departments_ends(db: Session, people: People, town: Organisation) -> None:
    team = called(db, "Team Nacht")
    town.parent_id = team.id
    db.flush()

    listed = Listed(db, people.amsterdam, Wanted(houses=(team.id,)))

    assert (listed.total, listed.counts[f"house:{town.id}"]) == (3, 3)


def test_a_saved_list_follows_an_organisation_that_was_merged(
    db: Session, people: People, amsterdam: Region, town: Organisation
) -> None:
    again = factories.organisation(db, amsterdam, "Gem. Zeestad")
    wanted = Wanted(region_id=amsterdam.id, houses=(again.id,))
    before = Listed(db, people.amsterdam, wanted).total

    made = merging.merge_organisations(db, SYSTEM, (town.id, again.id), rules=RULES, chosen={})
    told = named(db, people.amsterdam, wanted.houses)

    assert (before, Listed(db, people.amsterdam, wanted).total) == (0, 3)
    assert told == {again.id: (town.id, town.name)}
    assert named(db, people.almere, wanted.houses) == {}
    merging.undo(db, SYSTEM, made)
    assert Listed(db, people.amsterdam, wanted).total == 0


def test_why_somebody_is_in_a_list_tells_of_trust_and_departments(
    db: Session, people: People, amsterdam: Region, town: Organisation
) -> None:
    wanted = Wanted(region_id=amsterdam.id, houses=(town.id,), trust=("good", "poor"))

    cas, dewi = (saved_lists.why(db, people.amsterdam, wanted, name)[0] for name in ("cas", "dewi"))

    words = {str(town.id): town.name}
    said = {telling.in_words(part, wanted, "Amsterdam", FIRST_WORDS, words): holds for part, holds in cas.answers}
    assert said["bij Gemeente Zeestad of een afdeling daarvan"]
    assert not said["gegevens kloppen waarschijnlijk of gegevens kloppen waarschijnlijk niet"]
    assert [holds for part, holds in dewi.answers if part.name == "houses"] == [False]
    assert telling.sentence(wanted, "Amsterdam", FIRST_WORDS, words) == (
        "Iedereen in Amsterdam: bij Gemeente Zeestad of een afdeling daarvan; "
        "gegevens kloppen waarschijnlijk of gegevens kloppen waarschijnlijk niet."
    )


# --- last heard -------------------------------------------------------------------------------------------------------


def test_the_list_is_sorted_by_when_somebody_was_last_heard_of(db: Session, people: People, amsterdam: Region) -> None:
    silent, answered, came, confirmed, wrote = (
        factories.contact(db, amsterdam, f"{name} Zee") for name in ("Anna", "Bram", "Cas", "Dewi", "Esi")
    )
    spring = factories.meeting(db, amsterdam, on=date(2026, 3, 12))
    factories.invitation(db, spring, silent, answer=Answer.SILENT)
    factories.invitation(db, spring, answered, answer=Answer.NO).answered_at = clock.now() - timedelta(days=300)
    db.add(Attendance(meeting_id=spring.id, contact_id=came.id, presence=Presence.PRESENT))
    confirm(db, confirmed, date(2026, 5, 1))
    db.add(Proposal(contact_id=wrote.id, field=Detail.ROLE, before="", after="x"))
    db.flush()

    last = Listed(db, people.amsterdam, Wanted(order="-heard"))
    first = Listed(db, people.amsterdam, Wanted(order="heard"))

    assert [(one.name.split()[0], one.heard_on) for one in last.people] == [
        ("Esi", TODAY),
        ("Dewi", date(2026, 5, 1)),
        ("Cas", date(2026, 3, 12)),
        ("Bram", TODAY - timedelta(days=300)),
        ("Anna", None),
    ]
    assert names(first) == names(last)[::-1]


def test_what_somebody_said_in_another_region_is_not_told(
    db: Session, people: People, amsterdam: Region, almere: Region
) -> None:
    both = factories.contact(db, amsterdam, "Anna Beide")
    db.add(Membership(contact_id=both.id, region_id=almere.id))
    meeting = factories.meeting(db, amsterdam, on=date(2026, 3, 12))
    factories.invitation(db, meeting, both, answer=Answer.NO).answered_at = clock.now()
    db.flush()

    seen = [Listed(db, actor, Wanted()).people[0].heard_on for actor in (people.amsterdam, people.almere)]

    assert seen == [TODAY, None]


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_asks_at_most_six_statements_whatever_is_chosen(
    db: Session, database: Database, people: People, amsterdam: Region, town: Organisation, signed_in: SignIn
) -> None:
    kept = saved_lists.keep(
        db, people.amsterdam, Wanted(region_id=amsterdam.id, houses=(town.id,)), "Zeestad", shared=True
    )
    db.commit()
    client = signed_in(people.amsterdam)
    client.get("/netwerk")

    with statements(database) as asked:
        page = client.get(f"/netwerk?bij={town.id}&klopt=look&klopt=poor&volgorde=heard&lijst={kept.id}").text

    assert "Gemeente Zeestad of een afdeling daarvan" in page
    assert page.count('class="trust ') == 3
    assert len(asked) <= 6, "\n".join(one[:90].replace("\n", " ") for one in asked)
