"""The logbook is a chain: who changes a line afterwards is seen, and who is erased by law breaks nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.errors import NotAllowed
from bsoo.logbook import LogEntry, LogSeal, note
from bsoo.privacy import erasing, retention, sealing
from bsoo.regions import Region
from bsoo.registry.models import Contact
from tests import factories
from tests.conftest import People

Frozen = Callable[[datetime], AbstractContextManager[None]]
LATER = timedelta(minutes=5)


@pytest.fixture
def sealed(db: Session, amsterdam: Region, frozen: Frozen) -> Contact:
    """Somebody about whom the logbook has three lines, all of them sealed."""
    somebody = factories.contact(db, amsterdam, "Femke Bos")
    for verb in ("contact.added", "contact.changed", "contact.confirmed"):
        note(db, SYSTEM, verb, somebody, amsterdam.id, fields="phone")
    db.flush()
    with frozen(clock.now() + LATER):
        assert sealing.seal(db, SYSTEM) == 3
    return somebody


def broken(db: Session) -> list[tuple[int, str]]:
    return [(each.number, each.how) for each in sealing.examine(db, SYSTEM).broken]


def line(db: Session, number: int) -> LogEntry:
    entry_id = db.exec(select(LogSeal.entry_id).where(LogSeal.number == number)).one()
    return db.exec(select(LogEntry).where(LogEntry.id == entry_id)).one()


def test_what_nobody_touched_is_whole(db: Session, sealed: Contact) -> None:
    found = sealing.examine(db, SYSTEM)

    assert (found.sealed, found.waiting, found.released, found.is_whole) == (3, 0, 0, True)


def test_new_lines_wait_and_are_sealed_once(db: Session, sealed: Contact, amsterdam: Region, frozen: Frozen) -> None:
    note(db, SYSTEM, "contact.confirmed", sealed, amsterdam.id)
    db.flush()
    too_soon = sealing.seal(db, SYSTEM)

    with frozen(clock.now() + LATER):
        assert (too_soon, sealing.seal(db, SYSTEM), sealing.seal(db, SYSTEM)) == (0, 1, 0)
    assert sealing.examine(db, SYSTEM).sealed == 4


@pytest.mark.parametrize("change", [{"facts": {"fields": "name"}}, {"verb": "contact.left"}, {"actor_name": "Iemand"}])
def test_a_line_that_was_changed_is_named(db: Session, sealed: Contact, change: dict[str, object]) -> None:
    db.connection().execute(update(LogEntry).where(col(LogEntry.id) == line(db, 2).id).values(change))

    assert broken(db) == [(2, "changed")]


def test_a_line_that_was_taken_away_is_named(db: Session, sealed: Contact) -> None:
    db.connection().execute(delete(LogEntry).where(col(LogEntry.id) == line(db, 3).id))

    assert broken(db) == [(3, "gone")]


def test_a_link_that_was_made_again_does_not_fit(db: Session, sealed: Contact) -> None:
    db.connection().execute(update(LogSeal).where(col(LogSeal.number) == 2).values(digest="0" * 64))

    assert (2, "chain") in broken(db)


def test_a_line_that_is_set_free_by_hand_is_not_accounted_for(db: Session, sealed: Contact) -> None:
    db.connection().execute(delete(LogEntry).where(col(LogEntry.id) == line(db, 1).id))
    db.connection().execute(update(LogSeal).where(col(LogSeal.number) == 1).values(released=True))

    found = sealing.examine(db, SYSTEM)

    assert (found.broken, found.unaccounted, found.is_whole) == ([], 1, False)


def test_who_is_erased_breaks_nothing(db: Session, sealed: Contact) -> None:
    erasing.erase(db, SYSTEM, sealed.id, typed_name="Femke Bos", chosen=[])

    found = sealing.examine(db, SYSTEM)

    assert (found.sealed, found.released, found.is_whole) == (3, 3, True)


def test_an_erasure_does_not_hide_what_was_changed_before(db: Session, sealed: Contact, amsterdam: Region) -> None:
    other = factories.contact(db, amsterdam, "Lars Vis")
    db.connection().execute(update(LogEntry).where(col(LogEntry.id) == line(db, 2).id).values(verb="contact.left"))

    erasing.erase(db, SYSTEM, other.id, typed_name="Lars Vis", chosen=[])

    assert broken(db) == [(2, "changed")]


def test_lines_of_five_years_ago_go_by_the_rules_and_the_chain_holds(
    db: Session, sealed: Contact, frozen: Frozen
) -> None:
    with frozen(clock.now() + timedelta(days=5 * 365 + 1)):
        retention.run(db, SYSTEM)

    found = sealing.examine(db, SYSTEM)
    assert (found.released, found.is_whole) == (3, True)


def test_only_administrators_look_at_the_chain(db: Session, people: People) -> None:
    with pytest.raises(NotAllowed):
        sealing.examine(db, people.amsterdam)
