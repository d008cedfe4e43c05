"""What people may ask under the AVG: what is kept of them is shown, and when they are erased nothing of it stays."""

import re
from pathlib import Path

import pytest
from sqlalchemy import JSON, Column, LargeBinary, String, TypeDecorator
from sqlmodel import Session, col, select

from bsoo import tables
from bsoo.access.actor import SYSTEM
from bsoo.db import Database, Stored
from bsoo.errors import NotAllowed, Refused
from bsoo.logbook import LogEntry
from bsoo.mail import blocking
from bsoo.mail.models import Letter, LetterState
from bsoo.meetings.models import Attendance, Invitation
from bsoo.minutes.models import Action, Block
from bsoo.privacy import erasing
from bsoo.privacy.map import CONTACT, NOBODY
from bsoo.privacy.needles import Needles
from bsoo.privacy.places import Fate, Is
from bsoo.privacy.staff_map import STAFF
from bsoo.privacy.text_map import FOLLOWS, LEFT_ALONE, RECORDED, WRITTEN
from bsoo.regions import Region, make_first_regions
from bsoo.registry import consents
from bsoo.registry.models import Contact
from bsoo.signals import themes
from bsoo.signals.models import Signal
from tests import factories
from tests.conftest import People
from tests.erased import HEADS, ROW, dump, play, traces
from tests.lists import imported

JAN = Needles(
    frozenset({"jan@kade.example.org"}), frozenset({"+31612345678"}), frozenset({("Jan", "van der", "Bergh")})
)


# --- The map is whole -------------------------------------------------------------------------------------------------


def holds_text(column: Column[object]) -> bool:
    held = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    is_text = isinstance(held, String | JSON | LargeBinary) and not isinstance(column.type, Stored)
    return is_text and not column.foreign_keys


def test_every_table_is_on_the_map_or_is_about_nobody() -> None:
    on_map = {place.table for place in (*CONTACT, *STAFF)}

    assert on_map | set(NOBODY) == set(tables.metadata.tables)
    assert on_map & set(NOBODY) == set()


def test_every_column_that_holds_text_is_in_exactly_one_list() -> None:
    there = [(name, one.name) for name, table in tables.metadata.tables.items() for one in table.c if holds_text(one)]
    listed = [
        (name, one) for group in (WRITTEN, RECORDED, FOLLOWS, LEFT_ALONE) for name in group for one in group[name]
    ]

    assert ("block", "text") in there, "the walk itself is broken"
    assert sorted(listed) == sorted(there)


def test_every_column_that_points_at_a_contact_is_a_way_to_find_their_rows() -> None:
    there = {
        (name, one.name)
        for name, table in tables.metadata.tables.items()
        for one in table.c
        for key in one.foreign_keys
        if key.column.table.name == "contact"
    }
    ways = {(place.table, way.column) for place in CONTACT for way in place.ways if isinstance(way, Is)}

    assert there - ways == set()


def test_every_column_that_points_at_staff_is_a_way_to_find_their_rows() -> None:
    there = {
        (name, one.name)
        for name, table in tables.metadata.tables.items()
        for one in table.c
        for key in one.foreign_keys
        if key.column.table.name == "staff_user"
    }
    ways = {(place.table, way.column) for place in STAFF for way in place.ways if isinstance(way, Is)}

    assert there - ways == set()


def test_whatever_the_map_names_is_there() -> None:
    for place in (*CONTACT, *STAFF):
        columns = set(tables.metadata.tables[place.table].c.keys())

        assert {*place.shown, *place.blank, *place.secret} - columns == set(), place.table
        assert (place.fate is Fate.NAMELESS) == bool(place.blank), place.table


# --- Finding somebody in a text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Jan van der Bergh belt.",
        "JAN VAN DER BERGH",
        "Bergh, Jan van der",
        "van der Bergh, Jan",
        "Ján van der Bërgh",
        "mail naar jan@kade.example.org.",
        "J. van der Bergh",
        "06-12345678",
        "bel +31 6 12 34 56 78 of kom",
        "(06) 1234 5678",
    ],
)
def test_somebody_is_told_by_address_number_or_whole_name(text: str) -> None:
    assert JAN.is_in(text) is True
    assert JAN.is_in(JAN.without(text)) is False


@pytest.mark.parametrize(
    "text", ["Jan", "Jan Berghuis", "anna.jan@kade.example.org", "061234567890", "van der Bergher"]
)
def test_somebody_else_is_left_alone(text: str) -> None:
    assert JAN.is_in(text) is False
    assert JAN.without(text, also_perhaps=True) == text


def test_the_family_name_alone_is_perhaps_somebody_else() -> None:
    assert JAN.is_in("Mevrouw Van der Bergh komt.") is False
    assert JAN.is_perhaps_in("Mevrouw Van der Bergh komt.") is True
    assert JAN.without("Mevrouw Van der Bergh komt.", also_perhaps=True) == "Mevrouw […] komt."
    assert JAN.without("Mevrouw Bergh komt.", also_perhaps=True) == "Mevrouw […] komt."


def test_a_family_name_with_an_apostrophe_is_told_with_and_without_a_space() -> None:
    lars = Needles(names=frozenset({("Lars", "d'", "Hondt")}))

    found = [lars.without(f"Vraag {said} maar.") for said in ("Lars d'Hondt", "Lars d’Hondt", "L. d' Hondt")]

    assert found == ["Vraag […] maar."] * 3


def test_what_stands_around_a_name_is_kept_letter_for_letter() -> None:
    assert JAN.without({"a": ["Één: Jan van der Bergh, coördinator ﬁ"]}) == {"a": ["Één: […], coördinator ﬁ"]}


# --- Erasing -------------------------------------------------------------------------------------------------------


def test_nothing_that_is_erased_can_be_found_anywhere_in_the_database(
    db: Session, people: People, amsterdam: Region
) -> None:
    story = play(db, amsterdam)
    assert len({line.partition(":")[0] for line in traces(dump(db))}) >= 15, "the story itself is too thin"
    plan = erasing.planned(db, people.amsterdam, story.contact.id)

    erasing.erase(
        db,
        people.amsterdam,
        story.contact.id,
        typed_name=story.contact.display_name,
        chosen=[find.code for find in plan.finds],
    )

    assert traces(dump(db)) == []
    assert str(story.contact.id) not in dump(db)


def test_a_dry_run_changes_nothing(db: Session, people: People, amsterdam: Region) -> None:
    story = play(db, amsterdam)
    before = dump(db)

    plan = erasing.planned(db, people.amsterdam, story.contact.id)

    assert dump(db) == before
    assert {place.table: number for place, number in plan.lines}["contact_address"] == 2


def test_the_numbers_stay_as_they_were(db: Session, people: People, amsterdam: Region) -> None:
    story = play(db, amsterdam)
    name, letters = story.contact.display_name, len(db.exec(select(Letter)).all())

    erasing.erase(db, people.amsterdam, story.contact.id, typed_name=name, chosen=[])

    signal = db.get_one(Signal, story.signal.id)
    invitation = db.exec(select(Invitation).where(Invitation.meeting_id == story.held.id)).one()
    seat = db.exec(select(Attendance).where(Attendance.meeting_id == story.held.id)).one()
    nobody = db.get_one(Contact, invitation.contact_id)
    action = db.get_one(Action, story.action.id)
    assert (signal.contact_id, signal.organisation_id, signal.theme) == (None, story.house.id, "onderdak")
    assert (invitation.answer.value, invitation.organisation_id) == ("on-site", story.house.id)
    assert (seat.contact_id, seat.organisation_id, seat.presence.value) == (nobody.id, story.house.id, "present")
    assert (nobody.display_name, nobody.search, nobody.archived_at is None) == ("–", "", False)
    assert (action.owner_contact_id, action.owner_organisation_id) == (None, story.house.id)
    assert len(db.exec(select(Letter)).all()) == letters
    assert db.exec(select(Invitation).where(Invitation.meeting_id == story.coming.id)).all() == []


def test_a_letter_that_still_waits_for_them_is_not_sent(db: Session, people: People, amsterdam: Region) -> None:
    story = play(db, amsterdam)
    waiting = db.exec(select(Letter.id).where(Letter.contact_id == story.contact.id)).all()

    erasing.erase(db, people.amsterdam, story.contact.id, typed_name=story.contact.display_name, chosen=[])

    states = set(db.exec(select(Letter.state).where(col(Letter.id).in_(waiting))))
    assert len(waiting) >= 1
    assert states == {LetterState.CANCELLED}


def test_a_name_in_a_text_stays_until_somebody_decides(db: Session, people: People, amsterdam: Region) -> None:
    story = play(db, amsterdam)
    plan = erasing.planned(db, people.amsterdam, story.contact.id)
    block = next(find for find in plan.finds if find.table == "block")
    others = [find.code for find in plan.finds if find != block]

    erasing.erase(db, people.amsterdam, story.contact.id, typed_name=story.contact.display_name, chosen=others)

    kept = db.get_one(Block, block.key)
    assert kept.text == block.around
    assert {line.partition(":")[0] for line in traces(dump(db))} == {"block"}


def test_an_old_list_does_not_bring_them_back(db: Session, people: People, amsterdam: Region) -> None:
    story = play(db, amsterdam)
    erasing.erase(db, people.amsterdam, story.contact.id, typed_name=story.contact.display_name, chosen=[])

    plan = imported(db, amsterdam, [HEADS, ROW])

    assert blocking.blocked_among(db, {"w.kwispel@kade.example.org"}) == {"w.kwispel@kade.example.org": {""}}
    assert db.exec(select(Contact.display_name).where(Contact.display_name != "–")).all() == []
    assert sum(plan.verdicts.values()) == 1


def test_the_logbook_says_who_erased_and_not_whom(db: Session, people: People, amsterdam: Region) -> None:
    story = play(db, amsterdam)

    erasing.erase(db, people.amsterdam, story.contact.id, typed_name=story.contact.display_name, chosen=[])

    line = db.exec(select(LogEntry).where(LogEntry.verb == "contact.erased")).one()
    assert (line.actor_id, line.region_id) == (people.amsterdam.id, amsterdam.id)
    assert set(line.facts) == {"rows", "texts_left"}


def test_a_namesake_is_not_erased_along(db: Session, people: People, amsterdam: Region) -> None:
    namesake = factories.contact(db, amsterdam, "Samira El Idrissi", email="samira@linde.example.org")
    samira = factories.contact(db, amsterdam, "Samira El Idrissi", email="samira@kade.example.org")

    erasing.erase(db, people.amsterdam, samira.id, typed_name="samira  el idrissi", chosen=[])

    assert db.get_one(Contact, namesake.id).display_name == "Samira El Idrissi"
    assert db.get(Contact, samira.id) is None


def test_erasing_needs_the_name_and_the_right_to_edit_everywhere(
    db: Session, people: People, amsterdam: Region, almere: Region
) -> None:
    story = play(db, amsterdam)
    before = dump(db)

    with pytest.raises(Refused):
        erasing.erase(db, people.amsterdam, story.contact.id, typed_name="Xaverius", chosen=[])
    with pytest.raises(NotAllowed):
        erasing.erase(db, people.reader, story.contact.id, typed_name=story.contact.display_name, chosen=[])

    assert dump(db) == before


def test_a_deleted_row_leaves_nothing_in_the_file_of_sqlite(tmp_path: Path) -> None:
    """Deleted content is overwritten (secure_delete), and the log of changes is emptied into the file."""
    file = tmp_path / "bsoo.sqlite3"
    database = Database(f"sqlite:///{file}")
    tables.metadata.create_all(database.engine)
    with database.transaction() as db:
        make_first_regions(db)
        themes.make_first_themes(db)
        consents.make_first_text(db)
    with database.transaction() as db:
        region = db.exec(select(Region).where(Region.slug == "amsterdam")).one()
        story = play(db, region)
        contact_id, name = story.contact.id, story.contact.display_name
    with database.transaction() as db:
        chosen = [find.code for find in erasing.planned(db, SYSTEM, contact_id).finds]
        erasing.erase(db, SYSTEM, contact_id, typed_name=name, chosen=chosen)
    database.empty_log()

    raw = b"".join(one.read_bytes() for one in tmp_path.iterdir())

    assert re.findall(rb"(?i)quackelbosch|xaverius|w\.kwispel|612987654|geitenmelk", raw) == []
    assert b"Inloophuis De Kade" in raw
    database.engine.dispose()
