"""The same network out of six other programs: every list is read without a hand on the columns, and says the same."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, col, select

from bsoo.access.actor import SYSTEM
from bsoo.regions import Region
from bsoo.registry import values
from bsoo.registry.imports import importing, spreadsheets
from bsoo.registry.imports.listed import Table
from bsoo.registry.models import Address, Affiliation, Contact, Organisation
from bsoo.registry.rows import columns
from tests.layouts import EMAILS, HOUSES, LAYOUTS, NETWORK, NOBODY, PEOPLE, TWICE
from tests.lists import SMALL, file_of
from tests.test_import_sample_lists import DATA, LISTS

BESIDE: list[list[object]] = [
    ["Organisatie", "Naam", "E-mail", "", "Organisatie", "Naam", "E-mail"],
    ["De Kade", "Anna Smit", "anna@kade.example.org", "", "Het Huis", "Roos Vos", "roos@huis.example.org"],
    ["", "Jan de Wit", "jan@kade.example.org", "", "", "", ""],
]
FILES: dict[str, Callable[[], bytes]] = {
    **LAYOUTS,
    "small.xlsx": lambda: file_of(SMALL),
    "beside.xlsx": lambda: file_of(BESIDE),
    "bare.csv": lambda: b"a.smit@kade.example.org\nb.smit@kade.example.org\n",
    **{name: (DATA / name).read_bytes for name in LISTS if (DATA / name).exists()},
}


def planned(db: Session, region: Region, name: str) -> importing.Plan:
    return importing.plan(db, SYSTEM, region, LAYOUTS[name](), name)


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_row_of_every_layout_gets_one_verdict(db: Session, amsterdam: Region, name: str) -> None:
    plan = planned(db, amsterdam, name)

    assert plan.totals == {
        "rows": PEOPLE + 2,
        "verdicts": {"new": PEOPLE, "changed": 0, "unchanged": 0, "double": 1, "problem": 1},
        "organisations": len(HOUSES),
        "contacts": PEOPLE,
    }
    assert [each.row.name for each in plan.judged if each.verdict == "problem"] == [NOBODY]
    assert [each.row.emails for each in plan.judged if each.verdict == "double"] == [[TWICE.email]]


@pytest.mark.parametrize("name", FILES)
def test_every_row_of_every_file_is_judged_once_or_is_said_to_be_no_person(
    db: Session, amsterdam: Region, name: str
) -> None:
    data = FILES[name]()

    plan = importing.plan(db, SYSTEM, amsterdam, data, name)

    sheets = spreadsheets.read(data)
    tables = {table.place: table for table in plan.found.tables}
    filled = [
        (place, sheet.first_row + at)
        for place, sheet in enumerate(sheets)
        for at, row in enumerate(sheet.rows)
        if place in tables and any(map(values.text, row)) and at > _header(tables[place])
    ]
    no_person = [(place, number) for place, table in tables.items() for number in table.skipped]
    judged = [(each.row.place, each.row.number) for each in plan.judged]
    assert sorted([*judged, *no_person]) == filled
    assert sum(plan.verdicts.values()) == len(judged)


def _header(table: Table) -> int:
    return -1 if table.layout.header is None else table.layout.header


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_makes_the_same_people(db: Session, amsterdam: Region, name: str) -> None:
    importing.apply(db, SYSTEM, planned(db, amsterdam, name))

    asked = (
        columns(
            Contact.given_name, Contact.infix, Contact.family_name, Organisation.name, Affiliation.role, Address.email
        )
        .join(Address, col(Address.contact_id) == Contact.id)
        .join(Affiliation, col(Affiliation.contact_id) == Contact.id)
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
    )
    expected = [(each.given, each.infix, each.family, each.house, each.role, each.email) for each in NETWORK]
    assert sorted(tuple(row) for row in db.execute(asked)) == sorted(expected)
    assert all(phone.startswith("+31") for phone in db.exec(select(Contact.phone)))


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_twice_changes_nothing(db: Session, amsterdam: Region, name: str) -> None:
    importing.apply(db, SYSTEM, planned(db, amsterdam, name))

    again = planned(db, amsterdam, name)

    assert again.totals["verdicts"] == {"new": 0, "changed": 0, "unchanged": PEOPLE, "double": 1, "problem": 1}
    assert (again.changes.inserts, again.changes.updates) == ({}, {})
    assert sorted(db.exec(select(Address.email))) == EMAILS


def test_one_layout_after_another_changes_nobody(db: Session, amsterdam: Region) -> None:
    importing.apply(db, SYSTEM, planned(db, amsterdam, "sheets.xlsx"))

    others = {name: planned(db, amsterdam, name).totals["verdicts"] for name in LAYOUTS}

    same = {"new": 0, "changed": 0, "unchanged": PEOPLE, "double": 1, "problem": 1}
    assert others == dict.fromkeys(LAYOUTS, same)
