"""A merge is taken back: what came after it stays, and what stands in the way is named."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.errors import Refused
from bsoo.minutes.models import Action
from bsoo.privacy import retention
from bsoo.regions import Region
from bsoo.registry.doubles import merging
from bsoo.registry.doubles.merges import ContactApart, Merging
from bsoo.registry.models import Contact
from bsoo.signals.models import Signal
from tests import factories
from tests.conftest import NOW
from tests.merges import dump
from tests.two_records import in_order, merge, merge_houses, samiras

FIXTURES = (
    in_order,
    samiras,
)
"""pytest finds them here by their names."""


Frozen = Callable[[datetime], AbstractContextManager[None]]


def test_what_came_after_the_merge_stays_where_it_is(
    db: Session, samiras: tuple[Contact, Contact], amsterdam: Region
) -> None:
    older, newer = samiras
    first = factories.signal(db, amsterdam, by=newer)
    made = merge(db, samiras)
    second = factories.signal(db, amsterdam, by=db.get_one(Contact, older.id))

    merging.undo(db, SYSTEM, made)

    assert dict(db.exec(select(Signal.id, Signal.contact_id)).all()) == {first.id: newer.id, second.id: older.id}


def test_an_edit_of_the_same_field_stands_in_the_way_and_is_named(
    db: Session, samiras: tuple[Contact, Contact]
) -> None:
    made = merge(db, samiras)
    kept = db.get_one(Contact, samiras[0].id)
    kept.family_name = "Amrani"
    db.flush()

    with pytest.raises(Refused, match="gegevens van het contact"):
        merging.undo(db, SYSTEM, made)


def test_an_edit_of_another_field_stays(db: Session, samiras: tuple[Contact, Contact], amsterdam: Region) -> None:
    made = merge(db, samiras)
    kept = db.get_one(Contact, samiras[0].id)
    kept.notes, kept.revision = "Belt liever.", kept.revision + 1
    db.flush()
    revision = kept.revision

    merging.undo(db, SYSTEM, made)

    again = db.get_one(Contact, samiras[0].id)
    assert (again.display_name, again.notes, again.revision) == ("S. Idrissi", "Belt liever.", revision + 1)


def test_a_later_merge_is_undone_first(db: Session, samiras: tuple[Contact, Contact], amsterdam: Region) -> None:
    third = factories.contact(db, amsterdam, "Sam Idrissi", email="sam@kade.example.org")
    first = merge(db, samiras)
    second = merge(db, (db.get_one(Contact, samiras[0].id), third))

    with pytest.raises(Refused, match="Maak eerst de latere samenvoeging met Sam Idrissi ongedaan"):
        merging.undo(db, SYSTEM, first)
    merging.undo(db, SYSTEM, second)
    merging.undo(db, SYSTEM, db.get_one(Merging, first.id))

    assert len(db.exec(select(Contact.id)).all()) == 3


def test_a_seat_comes_back_only_at_an_organisation_that_is_there(db: Session, amsterdam: Region) -> None:
    """Its contact was merged, and then its organisation."""
    houses = factories.organisation(db, amsterdam, "De Kade"), factories.organisation(db, amsterdam, "Stg. De Kade")
    pair = tuple(factories.contact(db, amsterdam, name, at=houses[1]) for name in ("Anna Smit", "A. Smit"))
    before = dump(db)
    first = merge(db, (pair[0], pair[1]))
    second = merge_houses(db, houses)

    with pytest.raises(Refused, match="Maak eerst de latere samenvoeging met Stg"):
        merging.undo(db, SYSTEM, first)
    merging.undo(db, SYSTEM, second)
    merging.undo(db, SYSTEM, db.get_one(Merging, first.id))

    assert {name: rows for name, rows in dump(db).items() if name != "contact"} == {
        name: rows for name, rows in before.items() if name != "contact"
    }


def test_undoing_goes_for_ninety_days_and_once(
    db: Session, samiras: tuple[Contact, Contact], frozen: Frozen, amsterdam: Region
) -> None:
    made = merge(db, samiras)

    with frozen(NOW + timedelta(days=91)):
        with pytest.raises(Refused, match="negentig dagen"):
            merging.undo(db, SYSTEM, made)
        assert retention.apply(db, SYSTEM, "merge-memory") == 1
        assert retention.apply(db, SYSTEM, "merge-memory") == 0
    assert (made.steps, made.lost_name) == ([], "")


def test_undoing_twice_is_refused(db: Session, samiras: tuple[Contact, Contact]) -> None:
    made = merge(db, samiras)
    merging.undo(db, SYSTEM, made)

    with pytest.raises(Refused):
        merging.undo(db, SYSTEM, made)


def test_an_action_of_the_merged_contact_is_of_the_one_who_stays(
    db: Session, samiras: tuple[Contact, Contact], amsterdam: Region
) -> None:
    meeting = factories.meeting(db, amsterdam)
    owner = samiras[1].id
    db.add(Action(region_id=amsterdam.id, meeting_id=meeting.id, number=1, text="Bel.", owner_contact_id=owner))
    db.flush()

    merge(db, samiras)

    assert db.exec(select(Action.owner_contact_id)).all() == [samiras[0].id]


def test_whoever_merges_two_says_that_they_were_not_two(
    db: Session, samiras: tuple[Contact, Contact], amsterdam: Region
) -> None:
    pieter = factories.contact(db, amsterdam, "Pieter Smit")
    db.add(ContactApart(contact_id=samiras[0].id, other_id=samiras[1].id))
    db.add(ContactApart(contact_id=samiras[1].id, other_id=pieter.id))
    db.flush()

    merge(db, samiras)

    assert db.exec(select(ContactApart.contact_id, ContactApart.other_id)).all() == [(samiras[0].id, pieter.id)]
    assert clock.now() == NOW
