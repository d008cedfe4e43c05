"""Whatever administrators do with the lists, in any order: each word in use is on its list, and the numbers add up."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from bsoo.access.actor import SYSTEM
from bsoo.db import Database
from bsoo.errors import Conflict, Refused
from bsoo.regions import region_by_slug
from bsoo.registry.finding.saved import SavedList
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.finding.wanted_as_json import as_json
from bsoo.registry.models import Organisation
from bsoo.services.models import Service
from bsoo.signals.models import Signal
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known
from bsoo.vocabularies import actions, merging, queries
from bsoo.vocabularies.actions import Facts
from bsoo.vocabularies.models import TermMerge
from tests import factories
from tests.conftest import NOW

WHAT = ("add", "rename", "close", "open", "merge", "undo", "use")

steps = st.lists(
    st.tuples(
        st.sampled_from(WHAT),
        st.sampled_from(list(Vocabulary)),
        st.integers(0, 40),
        st.integers(0, 40),
        st.integers(0, 3),
    ),
    min_size=4,
    max_size=14,
)


def fill(db: Session) -> None:
    """A few of everything that uses words, each several."""
    region = region_by_slug(db, "amsterdam")
    for number, sector in enumerate(("care", "care", "shelter", "other")):
        house = factories.organisation(db, region, f"Huis {number}")
        house.sector, house.themes = sector, [("geld", "onderdak"), ("geld",), ("arbeid",), ()][number][:]  # type: ignore[assignment] # as JSON
        house.themes = list(house.themes)
        signal = factories.signal(db, region, at=house, theme=("geld", "onderdak", "anders", "arbeid")[number])
        signal.groups, signal.side_themes = ["elderly", "families"][: number % 3], ["geld"][: number % 2]
        service = Service(organisation_id=house.id, region_id=region.id, name_nl=f"Hulp {number}", theme="geld")
        service.groups, service.languages = ["families", "lgbti"][: number % 3], ["nl", "fa", "ps"][number % 2 :]
        db.add_all([house, signal, service])
    db.add(SavedList(name="Zorg", asked=as_json(Wanted(sectors=("care", "shelter"), themes=("geld", "arbeid")))))
    db.flush()


def act(db: Session, what: str, kind: Vocabulary, one: int, other: int, number: int) -> None:
    codes = list(known(db).of(kind))
    code, second = codes[one % len(codes)], codes[other % len(codes)]
    if what == "add":
        new = next(iter(queries.iso_languages().keys() - set(codes)))
        actions.add(db, SYSTEM, kind, Facts(name_nl=f"Woord {one}", name_en=f"Word {one}", after=second), code=new)
    elif what == "rename":
        facts = Facts(name_nl=f"Naam {one}", name_en=f"Name {one}", after=second)
        actions.change(db, SYSTEM, kind, code, facts, seen=queries.mark(queries.word(db, SYSTEM, kind, code)))
    elif what == "close":
        actions.close(db, SYSTEM, kind, code)
    elif what == "open":
        actions.open_again(db, SYSTEM, kind, code)
    elif what == "merge":
        merging.merge(db, SYSTEM, kind, code, second)
    elif what == "undo":
        merges = queries.merges(db, SYSTEM, kind)
        if merges:
            merging.undo(db, SYSTEM, merges[number % len(merges)])
    else:
        use(db, kind, second, number)


def use(db: Session, kind: Vocabulary, code: str, number: int) -> None:
    """Somebody chooses a word for a service or an organisation, as the forms do."""
    listed = known(db)
    house = db.exec(select(Organisation).order_by(Organisation.name)).all()[number]
    service = db.exec(select(Service).order_by(Service.name_nl)).all()[number]
    if kind is Vocabulary.SECTOR:
        house.sector = listed.standing(kind, code) or house.sector
    elif kind is Vocabulary.THEME:
        house.themes = listed.usable(kind, [code, *house.themes], house.themes)
    elif kind is Vocabulary.GROUP:
        service.groups = listed.usable(kind, [code, *service.groups], service.groups)
    else:
        service.languages = listed.usable(kind, [code, *service.languages], service.languages)
    db.add_all([house, service])
    db.flush()


def counted(db: Session) -> dict[Vocabulary, Counter[str]]:
    """The words in use, row by row, counted without a database."""
    found: dict[Vocabulary, Counter[str]] = {kind: Counter() for kind in Vocabulary}
    for house in db.exec(select(Organisation)):
        found[Vocabulary.SECTOR][house.sector] += 1
        found[Vocabulary.THEME].update(house.themes)
    for signal in db.exec(select(Signal)):
        found[Vocabulary.THEME].update({signal.theme, *signal.side_themes})
        found[Vocabulary.GROUP].update(signal.groups)
    for service in db.exec(select(Service)):
        found[Vocabulary.THEME][service.theme] += 1
        found[Vocabulary.GROUP].update(service.groups)
        found[Vocabulary.LANGUAGE].update(service.languages)
    for kept in db.exec(select(SavedList)):
        found[Vocabulary.SECTOR].update(kept.asked.get("sectors", ()))  # type: ignore[arg-type] # lists, as JSON
        found[Vocabulary.THEME].update(kept.asked.get("themes", ()))  # type: ignore[arg-type] # as above
    return found


@given(done=steps)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_word_in_use_stays_on_its_list_and_the_numbers_add_up(
    done: list[tuple[str, Vocabulary, int, int, int]], database: Database
) -> None:
    with database.open_session() as db, db.begin_nested() as savepoint:
        fill(db)
        for what, kind, one, other, number in done:
            try:
                act(db, what, kind, one, other, number)
            except (Refused, Conflict):
                continue
        db.expire_all()
        listed = known(db)
        merged_away = {(kind, word.code) for kind in Vocabulary for word in listed.of(kind).values() if word.successor}

        for kind, codes in counted(db).items():
            shown = {line.word.code: line.total for line in queries.lines(db, SYSTEM, kind)}
            assert {code: number for code, number in shown.items() if number} == dict(codes)
            assert not {(kind, code) for code in codes} & merged_away
            assert all(listed.living(kind, code) in listed.of(kind) for code in listed.of(kind))
            assert sorted(word.position for word in listed.of(kind).values()) == list(range(len(listed.of(kind))))
        savepoint.rollback()


@given(done=steps)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merges_that_are_undone_in_turn_leave_everything_as_it_was(
    done: list[tuple[str, Vocabulary, int, int, int]],
    database: Database,
    frozen: Callable[[datetime], AbstractContextManager[None]],
) -> None:
    with database.open_session() as db, db.begin_nested() as savepoint:
        fill(db)
        before = counted(db)
        made: list[TermMerge] = []
        for _what, kind, one, other, _number in done:
            codes = list(known(db).of(kind))
            try:
                with frozen(NOW + timedelta(seconds=len(made))):
                    made.append(merging.merge(db, SYSTEM, kind, codes[one % len(codes)], codes[other % len(codes)]))
            except Refused:
                continue
        for merge in reversed(made):
            assert merging.undo(db, SYSTEM, merge) == 0

        assert counted(db) == before
        assert all(word.is_open for word in known(db))
        savepoint.rollback()
