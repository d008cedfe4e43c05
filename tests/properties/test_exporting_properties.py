"""Whatever a list held: once it is in, taking it out and bringing it in again changes nothing."""

import re

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bsoo.access.actor import SYSTEM
from bsoo.exports import files, taking_out
from bsoo.exports.people import people
from bsoo.exports.taking_out import Form
from bsoo.regions import Region
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.imports import importing
from tests.properties.test_importing_properties import everything, list_of
from tests.properties.test_importing_properties import rows as usual_lists

parts = st.sampled_from(
    [
        "Anna",
        "J.P.",
        "van",
        "den",
        "Berg",
        "d'Hondt",
        "'t",
        "El Idrissi",
        "Hendriks-de",
        "Wit",
        "mw.",
        "MSc",
        "Özdemir",
        "(tolk)",
    ]
)
names = st.lists(parts, max_size=6).map(" ".join)
houses = st.sampled_from(
    ["=1+1", "-De Kade-", "@Thuis", "+Plus; en min", "'t Huis", '"De Boom"', "Kerk & Zo, Noord", "\t=x", "Één"]
)
addresses = st.sampled_from(["a@kade.example.org", "b@kade.example.org, c@kade.example.org", "+d@kade.example.org"])
phones = st.sampled_from(["", "06-12345678 / 020 1234567", "+32 2 512 34 56", "0800-1234", "0031612345678"])
answers = st.sampled_from(["ja", "nee", "x", ""])
remarks = st.sampled_from(["", "uit dienst per 1-9", "vertrokken"])
places = st.sampled_from(["", "Almere", "=Amsterdam"])
odd_lists = st.lists(st.tuples(houses, names, addresses, phones, answers, remarks, places), min_size=1, max_size=8)


@example([("=1+1", "", "a@kade.example.org", "", "ja", "", "")], Form.CSV)
@example(
    [
        ("", "Anna Smit", "a@kade.example.org", "", "ja", "", ""),
        ("Inloophuis De Kade", "Anna Smit", "b@kade.example.org", "", "ja", "", ""),
        ("Inloophuis De Kade", "Lars d'Hondt", "c@linde.example.org", "", "ja", "", ""),
    ],
    Form.XLSX,
)
@given(lines=st.one_of(usual_lists, odd_lists), form=st.sampled_from([Form.CSV, Form.XLSX]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_and_out_and_in_again_changes_nothing(
    db: Session, amsterdam: Region, lines: list[tuple[str, ...]], form: Form
) -> None:
    with db.begin_nested() as savepoint:
        importing.apply(db, SYSTEM, importing.plan(db, SYSTEM, amsterdam, list_of(lines), "lijst.csv"))
        before = told(db)
        everybody = [
            person
            for group in ("", "left")
            for person in people(db, SYSTEM, Wanted(region_id=amsterdam.id, group=group))
        ]

        if everybody:
            out = taking_out.as_file(everybody, form, "amsterdam")
            again = importing.plan(db, SYSTEM, amsterdam, out.content, out.name)
            importing.apply(db, SYSTEM, again)

            assert (again.verdicts["new"], again.verdicts["changed"], again.verdicts["problem"]) == (0, 0, 0)
            assert told(db) == before
        savepoint.rollback()


def told(db: Session) -> dict[str, list[str]]:
    """Everything but what the last list said, which the import keeps beside it to compare the next one with."""
    return {table: [re.sub(r"'listed': \{.*?\}", "", row) for row in rows] for table, rows in everything(db).items()}


@given(cell=st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_cell_begins_like_a_formula_and_no_letter_is_lost(cell: str) -> None:
    kept = files.guarded(cell)

    assert not kept.startswith(files.FORMULA)
    assert kept.removeprefix("'") == cell.removeprefix("'")
