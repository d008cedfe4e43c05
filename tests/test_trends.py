"""Trends: organisations out of those that took part, small numbers hidden, and the signals behind a number."""

import csv
import io
from collections.abc import Callable

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.quarters import Quarter
from bsoo.regions import Region
from bsoo.registry.models import Organisation
from bsoo.signals import counting
from bsoo.signals.models import Level, NothingNew, State
from bsoo.signals.trends import Cell, Count, most_named_first, series, wilson
from tests import factories
from tests.conftest import NOW, People
from tests.statements import how_many

NOW_QUARTER = Quarter(2026, 4)
BEFORE = Quarter(2026, 3)
SignIn = Callable[[Actor], TestClient]


# --- Pure rules -----------------------------------------------------------------------------------------------------


def test_quarters_run_over_the_turn_of_the_year() -> None:
    assert Quarter(2026, 2).up_to_here(4) == [Quarter(2025, 3), Quarter(2025, 4), Quarter(2026, 1), Quarter(2026, 2)]
    assert Quarter(2026, 1).plus(-1) == Quarter(2025, 4)
    assert Quarter(2025, 4).plus(5) == Quarter(2027, 1)
    assert Quarter.of(NOW.date()) == NOW_QUARTER


def test_the_week_of_the_quarter_is_counted_from_its_first_monday_week() -> None:
    assert NOW_QUARTER.week_of(NOW.date()) == 9


def cell(named: int, took_part: int = 26, *, masked: bool = True) -> Cell:
    return Cell(NOW_QUARTER, named, took_part, named, masked)


@pytest.mark.parametrize(("named", "shown"), [(0, "0–2"), (1, "0–2"), (2, "0–2"), (3, "3"), (16, "16")])
def test_numbers_under_three_are_hidden_and_zero_with_them(named: int, shown: str) -> None:
    assert cell(named).shown == shown
    assert cell(named, masked=False).shown == str(named)


def test_every_theme_has_every_quarter() -> None:
    counts = [Count("", NOW_QUARTER, 12, 12), Count("onderdak", NOW_QUARTER, 5, 5, 7), Count("", BEFORE, 9, 9)]

    (found,) = series(counts, [BEFORE, NOW_QUARTER], ["onderdak"], masked=True)

    assert [(one.named, one.took_part, one.shown) for one in found.cells] == [(0, 9, "0–2"), (5, 12, "5")]


@pytest.mark.parametrize(("everybody", "openly", "named"), [(5, 3, 5), (5, 2, 2), (3, 0, 0)])
def test_sensitive_signals_count_only_where_the_number_would_be_shown_without_them(
    everybody: int, openly: int, named: int
) -> None:
    counts = [Count("", NOW_QUARTER, 20, 20), Count("uitbuiting", NOW_QUARTER, everybody, openly)]

    (masked,) = series(counts, [NOW_QUARTER], ["uitbuiting"], masked=True)
    (plain,) = series(counts, [NOW_QUARTER], ["uitbuiting"], masked=False)

    assert (masked.now.named, plain.now.named) == (named, everybody)


def test_the_order_tells_nothing_about_hidden_numbers() -> None:
    quarters = [NOW_QUARTER]
    counts = [Count("", NOW_QUARTER, 20, 20), Count("geld", NOW_QUARTER, 0, 0), Count("arbeid", NOW_QUARTER, 2, 2)]
    other_way = [Count("", NOW_QUARTER, 20, 20), Count("geld", NOW_QUARTER, 2, 2), Count("arbeid", NOW_QUARTER, 0, 0)]

    orders = [
        [one.theme for one in most_named_first(series(facts, quarters, ["geld", "arbeid"], masked=True))]
        for facts in (counts, other_way)
    ]

    assert orders == [["geld", "arbeid"], ["geld", "arbeid"]]


@pytest.mark.parametrize(
    ("named", "took_part", "low", "high"),
    [(16, 26, 43, 78), (9, 26, 19, 54), (1, 26, 1, 19), (0, 26, 0, 13), (5, 11, 21, 72)],
)
def test_the_interval_is_wilsons(named: int, took_part: int, low: int, high: int) -> None:
    """Figures of the reference table, in per cent, computed with another program."""
    assert tuple(round(100 * end) for end in wilson(named, took_part)) == (low, high)


def test_nobody_took_part_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


# --- Counting -------------------------------------------------------------------------------------------------------


@pytest.fixture
def partners(db: Session, amsterdam: Region) -> list[Organisation]:
    return [factories.organisation(db, amsterdam, f"Partner {letter}") for letter in "ABCDE"]


def counted(db: Session, actor: Actor, region: Region | None = None) -> dict[tuple[str, tuple[int, int]], int]:
    found = counting.counts(db, actor, [region.id] if region else None, BEFORE, NOW_QUARTER)
    return {(one.theme, one.quarter): one.organisations for one in found}


def test_one_busy_partner_counts_once(
    db: Session, amsterdam: Region, partners: list[Organisation], people: People
) -> None:
    for _ in range(5):
        factories.signal(db, amsterdam, at=partners[0])
    factories.signal(db, amsterdam, at=partners[1])

    assert counted(db, people.amsterdam) == {("onderdak", NOW_QUARTER): 2, ("", NOW_QUARTER): 2}


def test_nothing_new_counts_as_taking_part(
    db: Session, amsterdam: Region, partners: list[Organisation], people: People
) -> None:
    factories.signal(db, amsterdam, at=partners[0])
    for partner in partners[:3]:
        db.add(NothingNew(organisation_id=partner.id, region_id=amsterdam.id, year=2026, quarter=4))
    db.flush()

    assert counted(db, people.amsterdam) == {("onderdak", NOW_QUARTER): 1, ("", NOW_QUARTER): 3}


@pytest.mark.parametrize("state", [State.DRAFT, State.DECLINED, State.WITHDRAWN])
def test_drafts_and_what_is_not_used_do_not_count(
    db: Session, amsterdam: Region, partners: list[Organisation], people: People, state: State
) -> None:
    factories.signal(db, amsterdam, at=partners[0], state=state)

    assert counted(db, people.amsterdam) == {}


def test_other_quarters_and_regions_are_apart(
    db: Session, amsterdam: Region, almere: Region, partners: list[Organisation], people: People
) -> None:
    factories.signal(db, amsterdam, at=partners[0], quarter=BEFORE)
    factories.signal(db, amsterdam, at=partners[0], quarter=Quarter(2024, 4))
    factories.signal(db, almere, at=factories.organisation(db, almere, "Taalhuis"))

    assert counted(db, people.amsterdam) == {("onderdak", BEFORE): 1, ("", BEFORE): 1}
    assert counted(db, people.administrator, almere) == {("onderdak", NOW_QUARTER): 1, ("", NOW_QUARTER): 1}
    assert counted(db, people.almere, amsterdam) == {}


def test_an_organisation_in_two_regions_is_one_organisation(
    db: Session, amsterdam: Region, almere: Region, partners: list[Organisation], people: People
) -> None:
    factories.signal(db, amsterdam, at=partners[0])
    factories.signal(db, almere, at=partners[0])

    assert counted(db, people.administrator) == {("onderdak", NOW_QUARTER): 1, ("", NOW_QUARTER): 1}


def test_sensitive_signals_are_counted_apart(
    db: Session, amsterdam: Region, partners: list[Organisation], people: People
) -> None:
    factories.signal(db, amsterdam, at=partners[0])
    factories.signal(db, amsterdam, at=partners[1], level=Level.SENSITIVE)

    found = counting.counts(db, people.amsterdam, None, NOW_QUARTER, NOW_QUARTER)

    assert {one.theme: (one.organisations, one.open_organisations) for one in found} == {"onderdak": (2, 1), "": (2, 2)}


def test_the_signals_behind_a_number_are_those_of_its_cell(
    db: Session, amsterdam: Region, partners: list[Organisation], people: People
) -> None:
    here = factories.signal(db, amsterdam, at=partners[0])
    secret = factories.signal(db, amsterdam, at=partners[1], level=Level.SENSITIVE)
    factories.signal(db, amsterdam, at=partners[0], quarter=BEFORE)
    factories.signal(db, amsterdam, at=partners[0], theme="voedsel")

    for_reader = counting.behind(db, people.reader, None, "onderdak", NOW_QUARTER)
    for_coordinator = counting.behind(db, people.amsterdam, None, "onderdak", NOW_QUARTER)

    assert ([line.id for line in for_reader.lines], for_reader.total) == ([here.id], 1)
    assert {line.id for line in for_coordinator.lines} == {here.id, secret.id}
    assert counting.behind(db, people.almere, None, "onderdak", NOW_QUARTER).total == 0


# --- Pages ----------------------------------------------------------------------------------------------------------


def three_of_four(db: Session, region: Region, partners: list[Organisation]) -> None:
    """Three name shelter, one names money, and one of them says twice."""
    for partner in partners[:3]:
        factories.signal(db, region, "Gezinnen wachten langer op een plek.", at=partner)
    factories.signal(db, region, "Contant betalen kan niet meer.", at=partners[3], theme="geld")
    db.commit()


def test_the_page_shows_organisations_out_of_those_that_took_part(
    db: Session, amsterdam: Region, partners: list[Organisation], people: People, signed_in: SignIn
) -> None:
    three_of_four(db, amsterdam, partners)

    page = signed_in(people.amsterdam).get("/trends").text

    assert "3 van 4 organisaties" in page
    assert "0–2 van 4 organisaties" in page
    assert "4 signalen, 4 organisaties deden mee, tot en met week 9 van kwartaal 4" in page
    assert "Onderdak en opvang, kwartaal 4 van 2026" in page
    assert "Gezinnen wachten langer op een plek." in page


def test_the_real_small_numbers_are_for_the_team_on_demand(
    db: Session, amsterdam: Region, partners: list[Organisation], people: People, signed_in: SignIn
) -> None:
    three_of_four(db, amsterdam, partners)

    page = signed_in(people.amsterdam).get("/trends?echt=1").text

    assert "1 van 4 organisaties" in page
    assert "0–2" not in page


def test_the_table_for_a_spreadsheet_hides_the_same_numbers(
    db: Session, amsterdam: Region, partners: list[Organisation], people: People, signed_in: SignIn
) -> None:
    three_of_four(db, amsterdam, partners)

    answer = signed_in(people.amsterdam).get("/trends/tabel.csv")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))

    now = {row[0]: row[2:] for row in rows if row[1] == "2026-4"}
    assert rows[0] == ["Thema", "Kwartaal", "Organisaties", "Deden mee", "Verborgen (klein aantal)"]
    assert now == {"Onderdak en opvang": ["3", "4", ""], "Geld en betalen": ["", "4", "ja"]}


def test_a_number_leads_to_its_signals(
    db: Session, amsterdam: Region, partners: list[Organisation], people: People, signed_in: SignIn
) -> None:
    three_of_four(db, amsterdam, partners)

    page = signed_in(people.amsterdam).get("/trends?thema=geld&kwartaal=2026-4").text

    assert "Geld en betalen, kwartaal 4 van 2026" in page
    assert "Contant betalen kan niet meer." in page
    assert "Gezinnen wachten langer op een plek." not in page


@pytest.mark.parametrize(
    "query",
    ["?regio=zzz", "?periode=999", "?thema=%00", "?kwartaal=9999-9", "?bladzijde=x", "?bladzijde=99999999999999"],
)
def test_odd_addresses_are_read_leniently(people: People, signed_in: SignIn, query: str) -> None:
    assert signed_in(people.amsterdam).get(f"/trends{query}").status_code == 200


def test_without_signals_the_page_says_what_is_missing(people: People, signed_in: SignIn) -> None:
    page = signed_in(people.amsterdam).get("/trends").text

    assert "Trends komen er zodra partners signalen geven" in page


@pytest.mark.parametrize("address", ["/trends", "/signalen"])
def test_a_page_asks_no_more_of_the_database_for_more_rows(
    db: Session,
    database: Database,
    amsterdam: Region,
    partners: list[Organisation],
    people: People,
    signed_in: SignIn,
    address: str,
) -> None:
    factories.signal(db, amsterdam, at=partners[0])
    browser = signed_in(people.amsterdam)
    few = how_many(database, lambda: browser.get(address))

    for number in range(40):
        factories.signal(db, amsterdam, f"Signaal nummer {number} over de opvang.", at=partners[number % 5])
    db.commit()

    assert how_many(database, lambda: browser.get(address)) == few
    assert few <= 6
