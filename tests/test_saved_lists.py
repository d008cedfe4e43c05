"""Saved lists: live, shared or one's own, said in a sentence, strict when read, and able to say why."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.meetings.models import Answer
from bsoo.regions import Region
from bsoo.registry.finding import saved_lists, telling
from bsoo.registry.finding.listing import People as Listed
from bsoo.registry.finding.saved import SavedList
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.finding.wanted_as_json import as_json, from_json
from bsoo.registry.models import Sector
from tests import factories
from tests.conftest import People
from tests.lists import FIRST_WORDS

SignIn = Callable[[Actor], TestClient]
SILENT_CARE = Wanted(group="invited", sectors=(Sector.CARE, Sector.LEGAL), look=("silent",), text="straat")


def seen_by(db: Session, actor: Actor) -> list[str]:
    return [one.kept.name for one in saved_lists.lists(db, actor)]


def test_a_list_is_live(db: Session, people: People, amsterdam: Region) -> None:
    kept = saved_lists.keep(
        db, people.amsterdam, Wanted(region_id=amsterdam.id, text="bakker"), "Bakkers", shared=False
    )
    wanted = from_json(kept.asked, kept.region_id)
    assert wanted is not None
    before = Listed(db, people.amsterdam, wanted).total

    factories.contact(db, amsterdam, "Dewi Bakker")

    assert (before, Listed(db, people.amsterdam, wanted).total) == (0, 1)
    assert saved_lists.numbers(db, people.amsterdam, [wanted, Wanted(text="visser")]) == [1, 0]


def test_conditions_go_to_json_and_back(amsterdam: Region) -> None:
    wanted = Wanted(
        **{"text": "a", "group": "left", "sectors": (Sector.FOOD,), "themes": ("geld",), "roles": ("jurist",)},  # type: ignore[arg-type] # each by its name
        languages=("en",),
        look=("stale", "silent"),
        region_id=amsterdam.id,
    )

    assert from_json(as_json(wanted), amsterdam.id) == wanted
    assert as_json(Wanted()) == {}


@pytest.mark.parametrize(
    "asked",
    [
        *({"group": "x"}, {"sectors": "x"}, {"look": ["x"]}, {"languages": ["fr"]}, {"more": 1}, {"text": 5}),
        *({"themes": "geld"}, {"roles": [1]}, [], "text", None, {"text": "x" * 201}, {"sectors": ["care"] * 21}),
    ],
)
def test_conditions_that_are_not_ours_never_widen_a_list(asked: object) -> None:
    assert from_json(asked, None) is None


def test_a_list_is_said_in_a_sentence() -> None:
    assert telling.sentence(Wanted(), "", FIRST_WORDS, {}) == "Iedereen."
    assert telling.sentence(SILENT_CARE, "Amsterdam", FIRST_WORDS, {}) == (
        "Iedereen die uitgenodigd wordt in Amsterdam: Zorg of Rechtshulp; "
        "dit jaar uitgenodigd, nooit geantwoord; met ‘straat’."
    )
    assert telling.sentence(
        Wanted(themes=("geld",), roles=("a", "b", "c"), languages=("en",)), "", FIRST_WORDS, {}
    ) == ("Iedereen: thema Geld en betalen; a, b of c; mail in het Engels.")


def test_who_was_invited_this_year_and_never_answered_is_found(db: Session, people: People, amsterdam: Region) -> None:
    this_year = factories.meeting(db, amsterdam)
    before = factories.meeting(db, amsterdam, on=date(2025, 9, 11))
    for name, meeting, answer in (
        ("Anna Stil", this_year, Answer.SILENT),
        ("Bram Komt", this_year, Answer.ON_SITE),
        ("Cas Vroeger", before, Answer.SILENT),
    ):
        factories.invitation(db, meeting, factories.contact(db, amsterdam, name), answer=answer)

    listed = Listed(db, people.amsterdam, Wanted(look=("silent",)))

    assert [person.name for person in listed.people] == ["Anna Stil"]
    assert listed.all_counts["silent"] == 1


def test_a_list_is_ones_own_until_it_is_shared(db: Session, people: People, amsterdam: Region) -> None:
    wanted = Wanted(region_id=amsterdam.id, text="zorg")
    own = saved_lists.keep(db, people.amsterdam, wanted, "Zorg", shared=False)
    alone = [seen_by(db, one) for one in (people.amsterdam, people.reader, people.almere, people.administrator)]

    saved_lists.change(db, people.amsterdam, own, name="Zorgpartners", shared=True, revision=1)

    assert alone == [["Zorg"], [], [], []]
    assert seen_by(db, people.reader) == seen_by(db, people.administrator) == ["Zorgpartners"]
    assert seen_by(db, people.almere) == []
    with pytest.raises(NotFound):
        saved_lists.saved_list(db, people.almere, own.id)
    with pytest.raises(NotAllowed):
        saved_lists.remove(db, people.reader, own)
    with pytest.raises(NotAllowed):
        saved_lists.ask_else(db, people.reader, own, wanted)
    with pytest.raises(NotAllowed):
        saved_lists.keep(db, people.reader, wanted, "Gedeeld", shared=True)
    with pytest.raises(Conflict):
        saved_lists.change(db, people.amsterdam, own, name="Anders", shared=True, revision=1)


def test_a_list_that_is_removed_can_be_put_back(db: Session, people: People) -> None:
    kept = saved_lists.keep(db, people.amsterdam, Wanted(text="x"), "Weg", shared=False)

    saved_lists.remove(db, people.amsterdam, kept)
    gone = seen_by(db, people.amsterdam)
    saved_lists.put_back(db, people.amsterdam, saved_lists.saved_list(db, people.amsterdam, kept.id, removed=True))

    assert (gone, seen_by(db, people.amsterdam)) == ([], ["Weg"])


@pytest.mark.parametrize("name", ["", "   ", "zórg"])
def test_a_list_has_a_name_of_its_own(db: Session, people: People, name: str) -> None:
    saved_lists.keep(db, people.amsterdam, Wanted(text="x"), "Zorg", shared=False)

    with pytest.raises(Refused):
        saved_lists.keep(db, people.amsterdam, Wanted(text="y"), name, shared=False)


def test_each_condition_says_whether_it_holds_for_somebody(db: Session, people: People, amsterdam: Region) -> None:
    care = factories.organisation(db, amsterdam, "GGZ", sector=Sector.CARE)
    factories.contact(db, amsterdam, "Anna Bakker", at=care)
    factories.contact(db, amsterdam, "Bram Bakker", at=care, invited=False, language="en")
    wanted = Wanted(region_id=amsterdam.id, group="invited", sectors=(Sector.CARE,), languages=("nl",))

    found = saved_lists.why(db, people.amsterdam, wanted, "bakker")

    assert [(one.name, one.is_in) for one in found] == [("Anna Bakker", True), ("Bram Bakker", False)]
    fails = [
        telling.in_words(part, wanted, "Amsterdam", FIRST_WORDS, {}) for part, holds in found[1].answers if not holds
    ]
    assert fails == ["wordt uitgenodigd en is niet vertrokken", "mail in het Nederlands"]
    assert saved_lists.why(db, people.almere, wanted, "bakker") == []


def test_a_list_is_kept_opened_changed_and_explained_on_the_pages(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    factories.contact(db, amsterdam, "Dewi Bakker", language="en")
    db.commit()
    client = signed_in(people.amsterdam)
    client.get("/netwerk/lijsten")

    form = client.get("/netwerk/lijsten/nieuw?q=bakker&spreekt=en").text
    refused = client.post("/netwerk/lijsten", data={"q": "bakker", "spreekt": "en", "name": ""})
    kept = client.post("/netwerk/lijsten", data={"q": "bakker", "spreekt": "en", "name": "Bakkers", "shared": "1"})
    made = saved_lists.lists(db, people.amsterdam)[0].kept
    opened = client.get(kept.headers["location"]).text
    asks_else = client.get(f"/netwerk?q=bakker&lijst={made.id}").text
    client.post(f"/netwerk/lijsten/{made.id}/filters", data={"q": "bakker"})

    assert "mail in het Engels; met ‘bakker’" in form
    assert (refused.status_code, kept.status_code) == (422, 303)
    assert kept.headers["location"] == f"/netwerk?q=bakker&spreekt=en&lijst={made.id}"
    assert ("Dewi Bakker" in opened, "Wijzig ‘Bakkers’" in opened) == (True, False)
    assert "Wijzig ‘Bakkers’" in asks_else
    db.expire_all()
    assert db.get_one(SavedList, made.id).asked == {"text": "bakker"}
    assert "staat in de lijst" in client.get(f"/netwerk/lijsten/{made.id}/waarom?naam=dewi").text
    assert client.get(f"/netwerk/lijsten/{made.id}").headers["location"] == f"/netwerk?q=bakker&lijst={made.id}"
    assert client.post(f"/netwerk/lijsten/{made.id}/weg").status_code == 303
    assert client.get("/netwerk/lijsten").text.count("Nog geen bewaarde lijsten") == 1


def test_a_list_that_cannot_be_read_says_so(db: Session, people: People, signed_in: SignIn) -> None:
    kept = saved_lists.keep(db, people.amsterdam, Wanted(text="x"), "Oud", shared=False)
    kept.asked = {"ouder": "ding"}
    db.commit()
    client = signed_in(people.amsterdam)

    assert "Deze lijst is niet meer te lezen" in client.get("/netwerk/lijsten").text
    assert client.get(f"/netwerk/lijsten/{kept.id}").headers["location"] == "/netwerk/lijsten"
    assert client.get(f"/netwerk/lijsten/{kept.id}/waarom").status_code == 404
    assert client.get("/netwerk").status_code == 200
