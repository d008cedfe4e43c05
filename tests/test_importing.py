"""A messy contact list becomes a plan, and the plan becomes rows in the network."""

from datetime import date

import pytest
from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.errors import NotAllowed
from bsoo.logbook import LogEntry
from bsoo.mail import blocking
from bsoo.regions import Region
from bsoo.registry.imports import importing, listed
from bsoo.registry.imports.changes import Verdict
from bsoo.registry.models import (
    Address,
    Affiliation,
    Contact,
    Membership,
    Organisation,
)
from tests import factories
from tests.conftest import People
from tests.lists import SMALL, everything, file_of, imported


def test_the_verdicts_add_up_to_the_rows(db: Session, amsterdam: Region) -> None:
    plan = importing.plan(db, SYSTEM, amsterdam, file_of(SMALL), "lijst.xlsx")

    assert plan.totals == {
        "rows": 6,
        "verdicts": {"new": 4, "changed": 0, "unchanged": 0, "double": 1, "problem": 1},
        "organisations": 2,
        "contacts": 4,
    }


def test_a_plan_alone_writes_nothing(db: Session, amsterdam: Region) -> None:
    importing.plan(db, SYSTEM, amsterdam, file_of(SMALL), "lijst.xlsx")

    assert db.exec(select(Contact)).all() == []
    assert db.exec(select(Organisation)).all() == []


def person(db: Session, email: str) -> tuple[Contact, Membership, Affiliation | None]:
    contact = db.exec(select(Contact).join(Address).where(Address.email == email)).one()
    membership = db.exec(select(Membership).where(Membership.contact_id == contact.id)).one()
    return contact, membership, db.exec(select(Affiliation).where(Affiliation.contact_id == contact.id)).first()


def test_importing_makes_people_with_all_that_the_list_says(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)

    contact, membership, seat = person(db, "f.devries@kade.example.org")
    assert (contact.display_name, contact.sort_name, contact.phone) == (
        "Femke de Vries",
        "vries femke de",
        "+31612345678",
    )
    assert contact.search == "femke de vries inloophuis de kade teamleider f.devries@kade.example.org 0612345678"
    assert (membership.invited, membership.basis_source) == (True, "lijst.xlsx")
    assert seat is not None
    assert (seat.role, seat.ended_on) == ("teamleider", None)


def test_who_left_has_an_ended_seat_and_who_is_not_to_be_invited_is_not(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)

    _, _, left = person(db, "n.visser@ggz.example.org")
    _, uninvited, _ = person(db, "s.elidrissi@ggz.example.org")
    assert left is not None
    assert left.ended_on == date(2026, 9, 1)
    assert uninvited.invited is False


def test_the_same_list_twice_changes_nothing(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)
    before = everything(db)

    again = imported(db, amsterdam, SMALL)

    assert again.totals["verdicts"] == {"new": 0, "changed": 0, "unchanged": 4, "double": 1, "problem": 1}
    assert everything(db) == before


def test_a_changed_list_says_field_by_field_what_changes(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)
    changed = [list(row) for row in SMALL]
    changed[4] = ["", "Lars d'Hondt", "advocaat", "l.hondt@kade.example.org", "06-11111111", "ja"]

    plan = importing.plan(db, SYSTEM, amsterdam, file_of(changed), "lijst.xlsx")

    differences = [
        (each.row.number, difference.field, difference.before, difference.after)
        for each in plan.judged
        for difference in each.differences
    ]
    assert differences == [
        (5, "invited", "no", "yes"),
        (5, "role", "jurist", "advocaat"),
        (5, "phone", "+31612345679", "+31611111111"),
    ]


def test_a_change_is_written_found_and_on_the_timeline(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)
    changed = [list(row) for row in SMALL]
    changed[4] = ["", "Lars d'Hondt", "advocaat", "l.hondt@kade.example.org", "06-11111111", "ja"]

    imported(db, amsterdam, changed)

    contact, membership, seat = person(db, "l.hondt@kade.example.org")
    assert (contact.phone, membership.invited, seat.role if seat else "") == ("+31611111111", True, "advocaat")
    assert contact.search == "lars d'hondt 0611111111 inloophuis de kade advocaat l.hondt@kade.example.org"
    lines = db.exec(select(LogEntry).where(LogEntry.subject_id == contact.id)).all()
    assert [(line.verb, line.facts["fields"]) for line in lines] == [("contact.imported", "invited, role, phone")]


def test_an_old_list_brings_nobody_back(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)
    _, membership, seat = person(db, "f.devries@kade.example.org")
    assert seat is not None
    seat.ended_on, membership.stopped_at = date(2026, 11, 1), clock.now()
    membership.invited = False
    db.add_all([seat, membership])
    db.flush()

    plan = imported(db, amsterdam, SMALL)

    _, membership, seat = person(db, "f.devries@kade.example.org")
    assert (membership.invited, seat.ended_on if seat else None) == (False, date(2026, 11, 1))
    assert plan.verdicts["changed"] == 0


def test_an_address_that_must_not_be_written_to_is_not_imported_again(db: Session, amsterdam: Region) -> None:
    blocking.block(db, "l.hondt@kade.example.org")

    plan = imported(db, amsterdam, SMALL)

    assert [each.row.number for each in plan.judged if each.verdict is Verdict.PROBLEM] == [5, 9]
    assert db.exec(select(Address).where(Address.email == "l.hondt@kade.example.org")).first() is None


def test_a_contact_of_another_region_joins_this_one_and_keeps_what_it_has(
    db: Session, amsterdam: Region, almere: Region
) -> None:
    known = factories.contact(db, almere, "Lars de Hond", email="l.hondt@kade.example.org")

    plan = imported(db, amsterdam, SMALL)

    db.refresh(known)
    judged = next(each for each in plan.judged if each.row.number == 5)
    assert (judged.verdict, [difference.field for difference in judged.differences]) == (
        Verdict.CHANGED,
        ["region", "organisation", "phone"],
    )
    assert known.display_name == "Lars de Hond"
    regions = db.exec(select(Membership.region_id).where(Membership.contact_id == known.id)).all()
    assert set(regions) == {amsterdam.id, almere.id}


def test_an_organisation_is_found_by_any_spelling_and_by_its_other_names(db: Session, amsterdam: Region) -> None:
    known = factories.organisation(db, amsterdam, "Inloophuis de Kade")
    known.name_key, known.aliases = listed.organisation_key(known.name), ["Waterlinie GGZ", "GGZ-Waterlinie"]
    db.add(known)
    db.flush()

    imported(db, amsterdam, SMALL)

    assert [organisation.id for organisation in db.exec(select(Organisation))] == [known.id]


def test_one_person_with_two_seats_is_imported_once_with_both(db: Session, amsterdam: Region) -> None:
    rows: list[list[object]] = [
        ["Organisatie", "Naam", "E-mail", "Uitnodigen"],
        ["Kerk De Linde", "Anna Smit", "a@linde.example.org", "ja"],
        ["Diaconie Oost", "Anna Smit", "a@linde.example.org", "nee"],
    ]

    first = imported(db, amsterdam, rows)
    again = imported(db, amsterdam, rows)

    contact, membership, _ = person(db, "a@linde.example.org")
    seats = db.exec(select(Affiliation).where(Affiliation.contact_id == contact.id)).all()
    assert (len(seats), membership.invited) == (2, True)
    assert [each.verdict for each in first.judged] == [Verdict.NEW, Verdict.CHANGED]
    assert [each.verdict for each in again.judged] == [Verdict.UNCHANGED, Verdict.UNCHANGED]
    assert contact.search == "anna smit kerk de linde a@linde.example.org diaconie oost"


def test_only_coordinators_of_the_region_import(db: Session, people: People, almere: Region) -> None:
    for actor in (people.amsterdam, people.reader, people.advocacy):
        with pytest.raises(NotAllowed):
            importing.plan(db, actor, almere, file_of(SMALL), "lijst.xlsx")
