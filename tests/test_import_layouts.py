"""The same network out of six other programs: every list is read without a hand on the columns, and says the same."""

import pytest
from sqlmodel import Session, col, select

from bsoo.access.actor import SYSTEM
from bsoo.regions import Region
from bsoo.registry.imports import importing
from bsoo.registry.models import Address, Affiliation, Contact, Organisation
from bsoo.registry.rows import columns
from tests.layouts import EMAILS, HOUSES, LAYOUTS, NETWORK, NOBODY, PEOPLE, TWICE


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
