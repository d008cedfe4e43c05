"""The two lists that coordinators gave as an example are read and imported as their truth says."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bsoo.access.actor import SYSTEM
from bsoo.regions import Region
from bsoo.registry.imports import importing, listed, reading, spreadsheets
from bsoo.registry.imports.reading import ContactList
from bsoo.registry.models import (
    Address,
    Affiliation,
    Membership,
    Organisation,
)
from tests.lists import OURS

TODAY = date(2026, 11, 23)
DATA = Path(__file__).parents[2] / "shared" / "data"
LISTS = ("contacten-amsterdam.xlsx", "contacten-almere.csv")


def read(data: bytes) -> ContactList:
    return reading.contact_list(spreadsheets.read(data), TODAY, OURS)


@pytest.mark.parametrize("name", LISTS)
def test_a_real_list_is_read_as_its_truth_says(name: str) -> None:
    source = DATA / name
    if not source.exists():
        pytest.skip(f"{source} is not here; the same rules are tested with the small lists below")
    truth = json.loads(source.with_suffix(".truth.json").read_text())

    found = read(source.read_bytes())

    good = [row for row in found.rows if row.fault is None and not row.double_of]
    assert sorted(row.emails[0] for row in good) == sorted(truth["emails"])
    assert len(good) == truth["people"]
    assert len({listed.organisation_key(row.organisation) for row in good}) == truth["organisations"]
    assert sorted(row.emails[0] for row in good if row.invited is False) == sorted(truth["not_invited"])
    assert sorted(row.emails[0] for row in good if row.left) == sorted(truth.get("left", []))
    assert [row.number for row in found.rows if row.fault] == truth.get("rows_without_usable_email", [])
    assert sorted(row.emails[0] for row in found.rows if row.double_of) == sorted(truth.get("duplicate_emails", []))
    assert [row.number for row in good if not row.given or not row.family or not row.phones] == []


@pytest.mark.parametrize("name", LISTS)
def test_a_real_list_is_imported_whole_and_only_once(db: Session, amsterdam: Region, name: str) -> None:
    source = DATA / name
    if not source.exists():
        pytest.skip(f"{source} is not here; the same rules are tested with the small lists below")
    truth = json.loads(source.with_suffix(".truth.json").read_text())

    first = importing.plan(db, SYSTEM, amsterdam, source.read_bytes(), name)
    importing.apply(db, SYSTEM, first)
    again = importing.plan(db, SYSTEM, amsterdam, source.read_bytes(), name)

    assert sorted(db.exec(select(Address.email))) == sorted(truth["emails"])
    assert len(db.exec(select(Organisation.id)).all()) == truth["organisations"]
    assert first.totals["organisations"] == truth["organisations"]
    assert first.totals["contacts"] == truth["people"]
    uninvited = select(Address.email).join(Membership, col(Membership.contact_id) == Address.contact_id)
    assert sorted(db.exec(uninvited.where(~col(Membership.invited)))) == sorted(truth["not_invited"])
    ended = select(Address.email).join(Affiliation, col(Affiliation.contact_id) == Address.contact_id)
    assert sorted(db.exec(ended.where(col(Affiliation.ended_on).is_not(None)))) == sorted(truth.get("left", []))
    assert again.verdicts == first.verdicts | {"new": 0, "unchanged": first.verdicts["new"]}
    assert again.changes.inserts == {}
    assert again.changes.updates == {}
