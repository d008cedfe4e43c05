"""One change for many people: seen before it is done, done as a whole, and taken back without undoing later work."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.logbook import LogEntry
from bsoo.regions import Region
from bsoo.registry.finding import listing, many, many_undoing, searching
from bsoo.registry.finding.many_lines import What
from bsoo.registry.finding.saved import ManyChange, ManyChangeRow
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import Affiliation, Contact, Membership, Organisation, Sector
from tests import factories
from tests.conftest import People
from tests.statements import statements

SignIn = Callable[[Actor], TestClient]


def place_of(db: Session, contact: Contact) -> Membership:
    return db.exec(select(Membership).where(Membership.contact_id == contact.id)).one()


def do(db: Session, actor: Actor, contacts: list[Contact], what: What, value: str = "") -> ManyChange:
    return many.carry_out(db, actor, many.plan(db, actor, [one.id for one in contacts], what, value))


@pytest.fixture
def anna_and_bram(db: Session, amsterdam: Region) -> list[Contact]:
    """Two at one house: Anna is invited and writes Dutch, Bram is not and writes English."""
    at = factories.organisation(db, amsterdam, "GGZ", sector=Sector.CARE)
    at.themes = ["geld"]
    anna = factories.contact(db, amsterdam, "Anna Visser", at=at)
    return [anna, factories.contact(db, amsterdam, "Bram Bakker", at=at, invited=False, language="en")]


@pytest.mark.parametrize(
    ("what", "value", "changed"),
    [
        (What.INVITE, "", ["Bram Bakker"]),
        (What.NOT_INVITE, "", ["Anna Visser"]),
        (What.CONFIRM, "", ["Bram Bakker", "Anna Visser"]),
        (What.LEFT, "", ["Bram Bakker", "Anna Visser"]),
        (What.LANGUAGE, "nl", ["Bram Bakker"]),
        (What.THEME, "onderdak", ["GGZ"]),
        (What.THEME, "geld", []),
        (What.NO_THEME, "geld", ["GGZ"]),
        (What.NO_THEME, "onderdak", []),
        (What.SECTOR, "food", ["GGZ"]),
        (What.SECTOR, "care", []),
        (What.SECTOR, "", []),
    ],
)
def test_only_what_is_not_so_already_changes_and_all_of_it_can_be_taken_back(
    db: Session, people: People, anna_and_bram: list[Contact], what: What, value: str, changed: list[str]
) -> None:
    def everything() -> list[object]:
        db.expire_all()
        kinds = (Membership, Affiliation)
        rows: list[object] = [one.model_dump() for kind in kinds for one in db.exec(select(kind).order_by(kind.id))]  # type: ignore[arg-type] # a column
        houses = [(one.sector, one.themes) for one in db.exec(select(Organisation))]
        told = sorted((one.display_name, one.language, one.search, one.search_more) for one in db.exec(select(Contact)))
        return [*rows, houses, told]

    searching.refresh_all(db, people.administrator)
    before = everything()
    plan = many.plan(db, people.amsterdam, [one.id for one in anna_and_bram], what, value)

    assert list(plan.owners.values()) == changed
    if changed:
        change = many.carry_out(db, people.amsterdam, plan)
        during = everything()
        back = many_undoing.undo(db, people.amsterdam, change)
        assert (change.number, during == before, everything() == before) == (len(changed), False, True)
        assert (back.number, back.stayed) == (len(changed), ())
    else:
        with pytest.raises(Refused):
            many.carry_out(db, people.amsterdam, plan)


def test_who_asked_for_no_more_is_not_invited_by_a_change_to_many(
    db: Session, people: People, anna_and_bram: list[Contact]
) -> None:
    _anna, bram = anna_and_bram
    place_of(db, bram).stopped_at = clock.now()
    db.flush()

    assert many.plan(db, people.amsterdam, [bram.id], What.INVITE, "").lines == []


def test_nobody_changes_people_of_another_region(
    db: Session, people: People, almere: Region, anna_and_bram: list[Contact]
) -> None:
    there = factories.contact(db, almere, "Cas Elders", invited=False)
    chosen = [*anna_and_bram, there]

    plan = many.plan(db, people.amsterdam, [one.id for one in chosen], What.INVITE, "")
    change = many.carry_out(db, people.amsterdam, plan)

    assert list(plan.owners.values()) == ["Bram Bakker"]
    assert place_of(db, there).invited is False
    assert many_undoing.recent(db, people.almere) == []
    with pytest.raises(NotFound):
        many_undoing.many_change(db, people.almere, change.id)
    with pytest.raises(NotAllowed):
        many.plan(db, people.reader, [anna_and_bram[0].id], What.INVITE, "")


def test_who_was_changed_since_stays_as_they_are_and_is_named(
    db: Session, people: People, anna_and_bram: list[Contact]
) -> None:
    change = do(db, people.amsterdam, anna_and_bram, What.CONFIRM)
    anna, bram = anna_and_bram
    place_of(db, anna).confirmed_on = date(2026, 11, 1)
    db.flush()

    back = many_undoing.undo(db, people.amsterdam, change)

    assert (back.number, back.stayed) == (1, ("Anna Visser",))
    assert (place_of(db, anna).confirmed_on, place_of(db, bram).confirmed_on) == (date(2026, 11, 1), None)
    with pytest.raises(Refused):
        many_undoing.undo(db, people.amsterdam, change)


def test_after_seven_days_a_change_stays(
    db: Session, people: People, anna_and_bram: list[Contact], frozen: Callable[..., object]
) -> None:
    change = do(db, people.amsterdam, anna_and_bram, What.CONFIRM)

    with frozen(clock.now() + timedelta(days=7)), pytest.raises(Refused):  # type: ignore[attr-defined] # a context
        many_undoing.undo(db, people.amsterdam, change)


def test_each_person_has_a_line_of_it(db: Session, people: People, anna_and_bram: list[Contact]) -> None:
    do(db, people.amsterdam, anna_and_bram, What.CONFIRM)
    db.flush()

    for one in anna_and_bram:
        lines = db.exec(select(LogEntry).where(LogEntry.subject_id == one.id)).all()
        assert [(line.verb, line.actor_id) for line in lines] == [("contact.confirmed", people.amsterdam.id)]


def test_all_that_the_list_finds_are_more_than_a_page(db: Session, people: People, amsterdam: Region) -> None:
    for number in range(listing.PAGE + 3):
        factories.contact(db, amsterdam, f"Anna Naam{number:02}")

    found = listing.ids(db, people.amsterdam, Wanted(text="naam"))

    assert len(found) == listing.PAGE + 3
    assert listing.ids(db, people.almere, Wanted(text="naam")) == []
    assert listing.ids(db, people.almere, Wanted(), among_these=set(found)) == []


# --- pages ------------------------------------------------------------------------------------------------------------


def test_many_are_chosen_looked_at_changed_and_put_back_on_the_pages(
    db: Session, people: People, anna_and_bram: list[Contact], signed_in: SignIn
) -> None:
    db.commit()
    client = signed_in(people.amsterdam)
    all_found = {"q": "", "alle": "1", "wat": "confirm"}

    looked = client.post("/netwerk/samen", data=all_found)
    kept = db.exec(select(ManyChangeRow)).all()
    done = client.post("/netwerk/samen/doe", data={**all_found, "verwacht": "2"})
    page = client.get("/netwerk/wijzigingen").text
    change = db.exec(select(ManyChange)).one()
    back = client.post(f"/netwerk/wijzigingen/{change.id}/terug")

    assert ("2 contacten veranderen" in looked.text, kept) == (True, [])
    assert (done.status_code, done.headers["location"], back.status_code) == (303, "/netwerk", 303)
    assert "Nagekeken" in page
    db.expire_all()
    assert [place_of(db, one).confirmed_on for one in anna_and_bram] == [None, None]
    assert "ongedaan gemaakt" in client.get("/netwerk/wijzigingen").text
    assert client.post(f"/netwerk/wijzigingen/{change.id}/terug").status_code == 422


def test_a_network_that_changed_since_the_look_is_looked_at_again(
    db: Session, people: People, anna_and_bram: list[Contact], signed_in: SignIn
) -> None:
    db.commit()
    client = signed_in(people.amsterdam)
    chosen = {"contact": [str(one.id) for one in anna_and_bram], "wat": "sector", "waarde": "food"}

    assert client.post("/netwerk/samen/doe", data={**chosen, "verwacht": "2"}).status_code == 409
    assert client.post("/netwerk/samen/doe", data={**chosen, "verwacht": "1"}).status_code == 303


@pytest.mark.parametrize(
    "typed",
    [{}, {"wat": "x", "alle": "1"}, {"wat": "invite"}, {"wat": "theme", "waarde": "x", "alle": "1"}],
)
def test_a_choice_that_is_missing_or_strange_is_said(
    db: Session, people: People, anna_and_bram: list[Contact], signed_in: SignIn, typed: dict[str, str]
) -> None:
    db.commit()
    client = signed_in(people.amsterdam)

    assert client.post("/netwerk/samen", data=typed).status_code == 422
    assert client.post("/netwerk/samen/doe", data=typed).status_code == 422


def test_a_reader_ticks_nothing(db: Session, people: People, anna_and_bram: list[Contact], signed_in: SignIn) -> None:
    db.commit()
    client = signed_in(people.reader)

    assert 'name="contact"' not in client.get("/netwerk").text
    assert client.post("/netwerk/samen", data={"wat": "confirm", "alle": "1"}).status_code == 403


def test_a_change_and_its_undoing_take_as_many_statements_for_forty_people_as_for_four(
    db: Session, database: Database, people: People, amsterdam: Region
) -> None:
    everybody = [factories.contact(db, amsterdam, f"Anna {n:02}").id for n in range(40)]
    taken = []
    for number in (4, 40):
        with statements(database) as done:
            made = many.plan(db, people.amsterdam, everybody[:number], What.CONFIRM, "")
            change = many.carry_out(db, people.amsterdam, made)
        with statements(database) as undone:
            many_undoing.undo(db, people.amsterdam, change)
            db.flush()
        taken.append((len(done), len(undone)))

    assert taken[0] == taken[1]
