"""The managed lists: words are added, called otherwise, closed and merged, and everything that used one stays right."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from bsoo import tables
from bsoo.access.actor import SYSTEM
from bsoo.errors import Conflict, NotAllowed, Refused
from bsoo.logbook import LogEntry
from bsoo.regions import Region
from bsoo.registry import organisations
from bsoo.registry.facts import OrganisationFacts
from bsoo.registry.finding import many, many_undoing, saved_lists
from bsoo.registry.finding.many_lines import What
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.finding.wanted_as_json import from_json
from bsoo.registry.models import Organisation, Sector, Upload
from bsoo.services import actions as services
from bsoo.services.facts import Facts as ServiceFacts
from bsoo.signals.queries import all_themes
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known
from bsoo.vocabularies import actions, cells, merging, queries
from bsoo.vocabularies.actions import Facts
from tests import factories
from tests.conftest import NOW, People
from tests.invited import SignIn
from tests.lists import imported

OLD_ADDRESSES = {
    "/netwerk?soort=shelter&soort=care": r"<a data-row [^>]*>Samira El Idrissi<",
    "/netwerk?thema=geld": r"<a data-row [^>]*>Samira El Idrissi<",
    "/netwerk/diensten?thema=geld": r"<a [^>]*>Budgetcafé<",
    "/trends?thema=geld": r'<h2 id="signalen"[^>]*>Werk',
}
"""Addresses that ask for words that were merged since, and what stands there."""

HEADERS: list[object] = ["Organisatie", "Naam", "E-mail", "Soort organisatie", "Thema's"]


@pytest.fixture
def kade(db: Session, amsterdam: Region) -> Organisation:
    """A shelter that works on two themes."""
    made = factories.organisation(db, amsterdam)
    made.themes = ["onderdak", "geld"]
    db.add(made)
    db.flush()
    return made


def rename(db: Session, kind: Vocabulary, code: str, name: str, **more: str) -> None:
    row = queries.word(db, SYSTEM, kind, code)
    facts = Facts(name_nl=name, name_en=f"{name} (en)", after=more.get("after", ""))
    actions.change(db, SYSTEM, kind, code, facts, seen=more.get("seen") or queries.mark(row))


# --- one word ---------------------------------------------------------------------------------------------------------


def test_a_word_that_is_added_can_be_chosen_in_its_place(db: Session, kade: Organisation) -> None:
    facts = Facts(name_nl="Sport en spel", name_en="Sports", after="care")

    code = actions.add(db, SYSTEM, Vocabulary.SECTOR, facts)
    organisations.change_organisation(
        db, SYSTEM, kade, OrganisationFacts(name=kade.name, sector=code), revision=kade.revision
    )

    assert (code, kade.sector) == ("sports", "sports")
    assert list(known(db).offered(Vocabulary.SECTOR))[:3] == ["municipality", "care", "sports"]
    assert known(db).name(Vocabulary.SECTOR, "sports", "en") == "Sports"


def test_two_words_of_one_name_have_codes_of_their_own(db: Session) -> None:
    first = actions.add(db, SYSTEM, Vocabulary.THEME, Facts(name_nl="Vervoer", name_en="Travel"))
    actions.close(db, SYSTEM, Vocabulary.THEME, first)

    second = actions.add(db, SYSTEM, Vocabulary.THEME, Facts(name_nl="Vervoer", name_en="Travel"))

    assert (first, second) == ("travel", "travel-2")
    with pytest.raises(Refused):
        actions.open_again(db, SYSTEM, Vocabulary.THEME, first)


@pytest.mark.parametrize(
    ("name_nl", "name_en", "wrong"),
    [
        ("", "Sports", ["name_nl"]),
        ("Sport", " ", ["name_en"]),
        ("x" * 81, "Sports", ["name_nl"]),
        ("zórg", "Care", ["name_nl", "name_en"]),
    ],
)
def test_a_word_has_two_names_that_no_other_word_has(db: Session, name_nl: str, name_en: str, wrong: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        actions.add(db, SYSTEM, Vocabulary.SECTOR, Facts(name_nl=name_nl, name_en=name_en))

    assert list(refused.value.errors) == wrong


def test_a_language_has_the_code_of_its_standard(db: Session) -> None:
    code = actions.add(db, SYSTEM, Vocabulary.LANGUAGE, Facts(name_nl="Berbers", name_en="Tamazight"), code="zgh")

    assert code == "zgh"
    for taken in ("zgh", "xx", ""):
        with pytest.raises(Refused) as refused:
            actions.add(db, SYSTEM, Vocabulary.LANGUAGE, Facts(name_nl="Nieuw", name_en="New"), code=taken)
        assert list(refused.value.errors) == ["code"]


def test_who_is_called_so_is_found_by_the_new_name_at_once(db: Session, kade: Organisation, amsterdam: Region) -> None:
    contact = factories.contact(db, amsterdam, at=kade)

    rename(db, Vocabulary.THEME, "geld", "Armoede")
    rename(db, Vocabulary.SECTOR, "shelter", "Logies")

    db.refresh(contact)
    assert [word in contact.search_more for word in ("armoede", "geld en", "logies (en)", "opvang en onderdak")] == [
        True,
        False,
        True,
        False,
    ]


def test_two_administrators_do_not_overwrite_each_other(db: Session) -> None:
    seen = queries.mark(queries.word(db, SYSTEM, Vocabulary.GROUP, "families"))
    rename(db, Vocabulary.GROUP, "families", "Ouders met kinderen")

    with pytest.raises(Conflict):
        rename(db, Vocabulary.GROUP, "families", "Gezinsleden", seen=seen)


def test_a_closed_word_stays_where_it_is_and_is_chosen_nowhere_else(
    db: Session, kade: Organisation, amsterdam: Region
) -> None:
    actions.close(db, SYSTEM, Vocabulary.SECTOR, "shelter")
    actions.close(db, SYSTEM, Vocabulary.THEME, "geld")

    facts = OrganisationFacts(name=kade.name, sector="shelter", themes=["geld", "onderdak"])
    organisations.change_organisation(db, SYSTEM, kade, facts, revision=kade.revision)

    assert (kade.sector, kade.themes) == ("shelter", ["onderdak", "geld"])
    assert "geld" not in [theme.code for theme in all_themes(db, SYSTEM)]
    with pytest.raises(Refused):
        organisations.add_organisation(db, SYSTEM, amsterdam.id, OrganisationFacts(name="Nieuw", sector="shelter"))


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Vocabulary.SECTOR, "other"),
        (Vocabulary.SECTOR, "municipality"),
        (Vocabulary.THEME, "anders"),
        (Vocabulary.GROUP, "unknown"),
    ],
)
def test_what_the_program_itself_speaks_of_stays(db: Session, kind: Vocabulary, code: str) -> None:
    other = next(one for one in known(db).offered(kind) if one != code)

    with pytest.raises(Refused):
        actions.close(db, SYSTEM, kind, code)
    with pytest.raises(Refused):
        merging.merge(db, SYSTEM, kind, code, other)


def test_only_administrators_change_the_lists(db: Session, people: People) -> None:
    for actor in (people.amsterdam, people.reader):
        with pytest.raises(NotAllowed):
            actions.close(db, actor, Vocabulary.SECTOR, "care")
        with pytest.raises(NotAllowed):
            merging.merge(db, actor, Vocabulary.SECTOR, "care", "ngo")
        with pytest.raises(NotAllowed):
            queries.lines(db, actor, Vocabulary.SECTOR)


# --- two words that become one ----------------------------------------------------------------------------------------


def test_all_that_used_a_word_uses_the_other_one(db: Session, kade: Organisation, amsterdam: Region) -> None:
    contact = factories.contact(db, amsterdam, at=kade)
    signal = factories.signal(db, amsterdam, at=kade, theme="geld")
    signal.groups = ["elderly", "families"]
    facts = ServiceFacts(name_nl="Spreekuur", theme="geld", groups=["elderly"], languages=["fa", "ps"])
    service = services.add(db, SYSTEM, kade, amsterdam.id, facts)

    for kind, lost, kept in (
        (Vocabulary.SECTOR, "shelter", "ngo"),
        (Vocabulary.THEME, "geld", "onderdak"),
        (Vocabulary.GROUP, "elderly", "families"),
        (Vocabulary.LANGUAGE, "ps", "fa"),
    ):
        merging.merge(db, SYSTEM, kind, lost, kept)

    assert (kade.sector, kade.themes) == ("ngo", ["onderdak"])
    assert (signal.theme, signal.groups) == ("onderdak", ["families"])
    assert (service.theme, service.groups, service.languages) == ("onderdak", ["families"], ["fa"])
    assert ("hulporganisatie" in contact.search_more, "geld" in contact.search_more) == (True, False)


def test_a_form_that_was_open_meanwhile_says_what_the_word_became(
    db: Session, kade: Organisation, amsterdam: Region
) -> None:
    merging.merge(db, SYSTEM, Vocabulary.SECTOR, "legal", "ngo")
    merging.merge(db, SYSTEM, Vocabulary.SECTOR, "ngo", "care")

    facts = OrganisationFacts(name=kade.name, sector="legal")
    organisations.change_organisation(db, SYSTEM, kade, facts, revision=kade.revision)

    assert kade.sector == "care"


def test_a_saved_list_asks_the_same_after_a_merge(
    db: Session, kade: Organisation, amsterdam: Region, people: People
) -> None:
    factories.contact(db, amsterdam, at=kade)
    wanted = Wanted(region_id=amsterdam.id, sectors=("care", "shelter"), themes=("geld",), languages=("nl",))
    kept = saved_lists.keep(db, people.amsterdam, wanted, "Zorg", shared=True)
    before = saved_lists.numbers(db, people.amsterdam, [wanted])

    merging.merge(db, SYSTEM, Vocabulary.SECTOR, "shelter", "care")
    merging.merge(db, SYSTEM, Vocabulary.THEME, "geld", "arbeid")
    merging.merge(db, SYSTEM, Vocabulary.LANGUAGE, "nl", "en")

    db.refresh(kept)
    now = from_json(kept.asked, kept.region_id)
    assert now == Wanted(region_id=amsterdam.id, sectors=("care",), themes=("arbeid",), languages=("nl",))
    assert saved_lists.numbers(db, people.amsterdam, [now]) == before == [1]


def test_an_old_address_asks_for_what_its_words_became(
    db: Session, kade: Organisation, amsterdam: Region, people: People, signed_in: SignIn
) -> None:
    factories.contact(db, amsterdam, "Samira El Idrissi", at=kade)
    services.add(db, SYSTEM, kade, amsterdam.id, ServiceFacts(name_nl="Budgetcafé", theme="geld"))
    factories.signal(db, amsterdam, at=kade, theme="geld")
    for name in ("De Brug", "De Wiek"):
        factories.signal(db, amsterdam, at=factories.organisation(db, amsterdam, name), theme="onderdak")
    merging.merge(db, SYSTEM, Vocabulary.SECTOR, "shelter", "care")
    merging.merge(db, SYSTEM, Vocabulary.THEME, "geld", "arbeid")
    db.flush()
    browser = signed_in(people.amsterdam)

    pages = [browser.get(path).text for path in OLD_ADDRESSES]

    for path, page, shown in zip(OLD_ADDRESSES, pages, OLD_ADDRESSES.values(), strict=True):
        assert len(re.findall(shown, page)) == 1, path


def test_a_change_to_many_can_still_be_taken_back_after_a_merge(
    db: Session, kade: Organisation, amsterdam: Region
) -> None:
    contact = factories.contact(db, amsterdam, at=kade)
    change = many.carry_out(db, SYSTEM, many.plan(db, SYSTEM, [contact.id], What.SECTOR, "legal", amsterdam.id))
    merging.merge(db, SYSTEM, Vocabulary.SECTOR, "legal", "ngo")
    merging.merge(db, SYSTEM, Vocabulary.SECTOR, "shelter", "care")

    back = many_undoing.undo(db, SYSTEM, change)

    db.refresh(kade)
    assert (back.stayed, change.value, kade.sector) == ((), "ngo", "care")


def test_a_merge_is_undone_but_for_what_changed_since(db: Session, kade: Organisation, amsterdam: Region) -> None:
    bridge = factories.organisation(db, amsterdam, "De Brug")
    contact = factories.contact(db, amsterdam, at=kade)
    merge = merging.merge(db, SYSTEM, Vocabulary.SECTOR, "shelter", "ngo")
    later = factories.organisation(db, amsterdam, "De Sluis", sector=Sector.NGO)
    bridge.sector = "legal"
    db.flush()

    stayed = merging.undo(db, SYSTEM, merge)

    assert (stayed, kade.sector, bridge.sector, later.sector) == (1, "shelter", "legal", "ngo")
    assert "opvang" in contact.search_more
    assert "shelter" in known(db).offered(Vocabulary.SECTOR)
    with pytest.raises(Refused):
        merging.undo(db, SYSTEM, merge)


def test_a_merge_on_which_another_one_stands_is_undone_after_it(
    db: Session, kade: Organisation, frozen: Callable[[datetime], AbstractContextManager[None]]
) -> None:
    with frozen(NOW - timedelta(days=1)):
        first = merging.merge(db, SYSTEM, Vocabulary.SECTOR, "shelter", "ngo")
    second = merging.merge(db, SYSTEM, Vocabulary.SECTOR, "ngo", "care")

    with pytest.raises(Refused) as refused:
        merging.undo(db, SYSTEM, first)
    merging.undo(db, SYSTEM, second)
    merging.undo(db, SYSTEM, first)

    assert (
        str(refused.value)
        == "Maak eerst het latere samenvoegen van ‘Hulporganisatie’ ongedaan: dat bouwt hierop voort."
    )
    assert kade.sector == "shelter"


def test_the_logbook_says_who_merged_what(db: Session) -> None:
    merging.undo(db, SYSTEM, merging.merge(db, SYSTEM, Vocabulary.LANGUAGE, "tw", "ha"))

    lines = db.exec(select(LogEntry).where(LogEntry.subject_kind == "term").order_by(LogEntry.id)).all()  # type: ignore[arg-type] # a column
    assert sorted((one.verb, one.facts["lost"], one.facts["kept"]) for one in lines) == [
        ("term.merged", "tw", "ha"),
        ("term.parted", "tw", "ha"),
    ]


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        ("care", "ngo"),
        (["care", "food", "ngo"], ["ngo", "food"]),
        ({"sector": "care", "text": "care"}, {"sector": "ngo", "text": "care"}),
        ({"sectors": ["food", "care"], "roles": ["care"]}, {"sectors": ["food", "ngo"], "roles": ["care"]}),
        ({"sector:zorg": "care", "themes:zorg": "care"}, {"sector:zorg": "ngo", "themes:zorg": "care"}),
        ([{"before": {"sector": "care"}, "ids": ["care"]}], [{"before": {"sector": "ngo"}, "ids": ["care"]}]),
        (None, None),
    ],
)
def test_only_codes_become_another_code(value: cells.Value, becomes: cells.Value) -> None:
    assert cells.rewritten(value, cells.USES[Vocabulary.SECTOR].keys, "care", "ngo") == becomes


@pytest.mark.once
def test_every_column_that_is_called_after_a_list_follows_a_merge() -> None:
    called = {"sector", "sectors", "theme", "themes", "side_themes", "groups", "languages"}
    there = {
        (name, one.name) for name, table in tables.metadata.tables.items() for one in table.c if one.name in called
    }

    moved = {(cell.table, cell.column) for uses in cells.USES.values() for cell in (*uses.shown, *uses.kept)}
    assert ("organisation", "sector") in there, "the walk itself is broken"
    assert there - moved == set()


# --- lists that are imported ------------------------------------------------------------------------------------------


def test_a_list_may_say_what_we_call_things_now(db: Session, amsterdam: Region) -> None:
    rename(db, Vocabulary.SECTOR, "care", "Gezond leven")
    sports = actions.add(db, SYSTEM, Vocabulary.SECTOR, Facts(name_nl="Sportclub", name_en="Sports club"))
    theme = actions.add(db, SYSTEM, Vocabulary.THEME, Facts(name_nl="Vervoer", name_en="Travel"))
    merging.merge(db, SYSTEM, Vocabulary.SECTOR, "legal", "ngo")
    actions.close(db, SYSTEM, Vocabulary.THEME, "geld")
    said = ["gezond leven", "Sports Club", "Rechtshulp", "zorg"]
    rows: list[list[object]] = [
        [f"Huis {n}", f"Jan {n} Smit", f"jan{n}@huis.example.org", word, "vervoer; geld; arbeid"]
        for n, word in enumerate(said)
    ]

    imported(db, amsterdam, [HEADERS, *rows])

    houses = db.exec(select(Organisation).order_by(Organisation.name)).all()
    assert [house.sector for house in houses] == ["care", sports, "ngo", "care"]
    assert [house.themes for house in houses] == [[theme, "arbeid"]] * 4


def test_what_is_remembered_of_a_list_follows_a_merge(db: Session, amsterdam: Region) -> None:
    upload = Upload(region_id=amsterdam.id, file_name="a.csv", file_hash="x", words={"sector:clubhuis": "food"})
    db.add(upload)

    merging.merge(db, SYSTEM, Vocabulary.SECTOR, "food", "ngo")

    db.refresh(upload)
    assert upload.words == {"sector:clubhuis": "ngo"}


def test_the_numbers_beside_words_count_rows_once(db: Session, kade: Organisation, amsterdam: Region) -> None:
    signal = factories.signal(db, amsterdam, at=kade, theme="geld")
    signal.side_themes = ["geld", "arbeid"]
    saved_lists.keep(db, SYSTEM, Wanted(themes=("geld",), text="arbeid"), "Geld", shared=False)
    db.flush()

    counted = queries.uses(db, SYSTEM, Vocabulary.THEME)

    assert counted["geld"] == {"organisation": 1, "signal": 1, "saved_list": 1}
    assert (counted["arbeid"], counted["onderdak"]) == ({"signal": 1}, {"organisation": 1})


# --- the pages --------------------------------------------------------------------------------------------------------


def test_an_administrator_adds_renames_closes_and_merges_on_the_pages(
    db: Session, kade: Organisation, people: People, signed_in: SignIn
) -> None:
    db.commit()
    browser = signed_in(people.administrator)
    lists = "/beheer/woordenlijsten"

    browser.post(f"{lists}/talen", data={"code": "rn", "after": "nl"})
    wrong = browser.post(f"{lists}/soorten", data={"name_nl": "Sport", "name_en": ""})
    merged = browser.post(f"{lists}/soorten/shelter/samen", data={"into": "ngo"})
    page = browser.get(f"{lists}/soorten")

    db.expire_all()
    assert known(db).name(Vocabulary.LANGUAGE, "rn", "nl") == "Kirundi"
    assert list(known(db).offered(Vocabulary.LANGUAGE))[1] == "rn"
    assert (wrong.status_code, merged.status_code, kade.sector) == (422, 303, "ngo")
    assert "werd ‘Hulporganisatie’" in page.text
    assert signed_in(people.amsterdam).get(f"{lists}/soorten").status_code == 403


def test_a_filter_is_called_by_its_new_name_at_once(
    db: Session, kade: Organisation, people: People, signed_in: SignIn, amsterdam: Region
) -> None:
    factories.contact(db, amsterdam, at=kade)
    db.commit()
    browser = signed_in(people.amsterdam)

    before = browser.get("/netwerk").text
    rename(db, Vocabulary.SECTOR, kade.sector, "Slaapplek")
    db.commit()

    assert "Slaapplek" not in before
    assert "Slaapplek" in browser.get("/netwerk").text
