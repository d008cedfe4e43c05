"""Two records become one: all that belongs to them moves along, and nothing is lost."""

import pytest
from sqlalchemy import UniqueConstraint, Uuid
from sqlmodel import Session, SQLModel, col, select
from starlette.testclient import TestClient

from bsoo import links
from bsoo.access.actor import SYSTEM
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.links import Purpose
from bsoo.logbook import LogEntry, note
from bsoo.meetings.models import Answer, Invitation
from bsoo.regions import Region
from bsoo.registry import actions, queries
from bsoo.registry.doubles import merging
from bsoo.registry.doubles.merge_fields import Side
from bsoo.registry.doubles.merges import Alternative, Merging
from bsoo.registry.doubles.uniting import LOOSE_ENDS, pointing_at
from bsoo.registry.facts import ContactFacts
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation
from bsoo.registry.snapshots import table_of
from bsoo.routes.merging import RULES
from tests import factories
from tests.conftest import People
from tests.merges import dump, row_pointing
from tests.two_records import in_order, merge, merge_houses, samiras

FIXTURES = (
    in_order,
    samiras,
)
"""pytest finds them here by their names."""


KEYS = [(name, key) for name in ("contact", "organisation") for key in pointing_at(table_of(name))]


# --- Nothing is forgotten ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "key"), KEYS, ids=[f"{key.parent.table.name}.{key.parent.name}" for _, key in KEYS])
def test_whatever_points_at_a_record_moves_along_and_comes_back(
    db: Session, amsterdam: Region, name: str, key: object
) -> None:
    """Each foreign key that there is, also of tables that are not there yet today."""
    make = factories.contact if name == "contact" else factories.organisation
    pair = make(db, amsterdam, "Anna Smit"), make(db, amsterdam, "Bram Kok")
    row_id = row_pointing(db, key, pair[1].id)  # type: ignore[arg-type] # the walk gives foreign keys
    column = key.parent  # type: ignore[attr-defined] # as above
    before = dump(db, but={"log_entry"})

    made = merge(db, pair) if name == "contact" else merge_houses(db, pair)  # type: ignore[arg-type] # as made above

    pointed = db.connection().scalar(select(column).where(column.table.c.id == row_id))
    if column.table.name == "merging":
        db.execute(column.table.delete().where(column.table.c.id == row_id))
        before["merging"] = []
    assert pointed == pair[0].id

    merging.undo(db, SYSTEM, made)

    db.execute(table_of("merging").delete())
    assert dump(db, but={"log_entry"}) == before


def test_every_rule_by_which_two_rows_would_be_one_is_settled() -> None:
    """A table in which a contact or an organisation stands once needs a rule for two of them."""
    wanted: set[str] = set()
    reached = ["contact", "organisation"]
    for name in reached:
        for key in pointing_at(table_of(name)):
            table, column = key.parent.table, key.parent
            unique = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint)]
            if any(column.name in rule.columns for rule in unique) and table.name not in reached:
                reached.append(table.name)
                wanted.add(table.name)

    assert "invitation" in wanted, "the walk itself is broken"
    assert wanted - set(RULES) == set()


def test_every_id_without_a_foreign_key_is_known() -> None:
    """Such a column is moved, or it names something that merging does not touch."""
    loose = {
        (table.name, column.name)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Uuid) and not column.foreign_keys and not column.primary_key
    }
    about_other_things = {
        ("contact_upload", "first_id"),
        ("contact_upload", "last_id"),
        ("contact_import_change", "row_id"),
        ("many_change_row", "row_id"),
        ("log_seal", "entry_id"),
    }

    assert loose - LOOSE_ENDS - about_other_things == {("merging", "lost_id")}


def test_lines_of_the_logbook_move_along(db: Session, samiras: tuple[Contact, Contact], amsterdam: Region) -> None:
    older, newer = samiras
    note(db, SYSTEM, "contact.confirmed", newer, amsterdam.id)
    note(db, queries.contact_as_actor(db, newer.id) or SYSTEM, "signal.submitted", older, amsterdam.id)

    merge(db, samiras)

    lines = db.exec(select(LogEntry.verb, LogEntry.subject_id, LogEntry.actor_id).order_by(LogEntry.verb)).all()
    assert lines == [
        ("contact.confirmed", older.id, None),
        ("contact.merged", older.id, None),
        ("contact.merged-away", newer.id, None),
        ("signal.submitted", older.id, older.id),
    ]


# --- What is chosen, and what is kept beside it --------------------------------------------------------------------


def test_each_field_is_chosen_and_the_rest_stays_known(db: Session, samiras: tuple[Contact, Contact]) -> None:
    older, newer = samiras
    older.phone, newer.phone = "+31612345678", "+31201234567"
    older.notes, newer.notes = "Belt liever.", "Alleen op maandag."
    address = db.exec(select(Address.id).where(Address.contact_id == newer.id)).one()

    merge(db, samiras, address=address, name=Side.NEWER, phone=Side.BOTH, notes=Side.OLDER)

    kept = db.get_one(Contact, older.id)
    assert (kept.display_name, kept.phone, kept.notes) == (
        "Samira El-Idrissi",
        "+31612345678, +31201234567",
        "Belt liever.",
    )
    assert db.exec(select(Address.email, Address.is_used).order_by(Address.email)).all() == [
        ("s.idrissi@kade.example.org", False),
        ("samira@linde.example.org", True),
    ]
    assert db.exec(select(Alternative.field, Alternative.value).order_by(Alternative.field)).all() == [
        ("name", "S. Idrissi"),
        ("notes", "Alleen op maandag."),
    ]
    assert db.get(Contact, newer.id) is None


@pytest.mark.parametrize(("initials", "full"), [("S. Idrissi", "Samira El-Idrissi"), ("J.A.M. Vos", "Jo Vos")])
def test_a_full_name_is_proposed_before_initials(db: Session, amsterdam: Region, initials: str, full: str) -> None:
    merge(db, (factories.contact(db, amsterdam, initials), factories.contact(db, amsterdam, full)))

    assert db.exec(select(Contact.display_name)).all() == [full]


def test_somebody_is_found_by_the_name_they_had(db: Session, samiras: tuple[Contact, Contact]) -> None:
    merge(db, samiras)

    search = db.exec(select(Contact.search)).one()
    assert "s. idrissi" in search
    assert "samira el-idrissi" in search


def test_merging_is_the_same_in_either_order(db: Session, samiras: tuple[Contact, Contact]) -> None:
    results = []
    for pair in (samiras, (samiras[1], samiras[0])):
        with db.begin_nested() as savepoint:
            merge(db, pair)
            results.append({name: len(rows) if name == "alternative" else rows for name, rows in dump(db).items()})
            savepoint.rollback()
        db.expire_all()

    assert results[0] == results[1]


def test_an_organisation_goes_on_under_one_name_and_is_found_by_the_other(db: Session, amsterdam: Region) -> None:
    pair = (
        factories.organisation(db, amsterdam, "Inloophuis De Kade"),
        factories.organisation(db, amsterdam, "Stichting Inloophuis De Kade"),
    )
    pair[1].kvk, pair[0].kvk = "12345678", "87654321"
    pair[0].aliases, pair[1].themes = ["De Kade"], ["onderdak"]
    factories.contact(db, amsterdam, at=pair[1])

    merge_houses(db, pair, name=Side.NEWER, kvk=Side.OLDER)

    house = db.exec(select(Organisation)).one()
    assert (house.name, house.aliases, house.kvk, house.themes) == (
        "Stichting Inloophuis De Kade",
        ["Inloophuis De Kade", "De Kade"],
        "87654321",
        ["onderdak"],
    )
    assert db.exec(select(Alternative.field, Alternative.value)).all() == [("kvk", "12345678")]
    facts = ContactFacts(email="p@kade.example.org", family_name="Smit", organisation="INLOOPHUIS DE KADE")
    made = actions.add_contact(db, SYSTEM, amsterdam.id, facts)
    seat = db.exec(select(Affiliation.organisation_id).where(Affiliation.contact_id == made.id)).one()
    assert seat == house.id


# --- The personal link ---------------------------------------------------------------------------------------------


def test_the_links_of_who_was_merged_away_lead_to_who_stays(
    client: TestClient, db: Session, samiras: tuple[Contact, Contact], amsterdam: Region
) -> None:
    meeting = factories.meeting(db, amsterdam)
    tokens = []
    for who in samiras:
        invited = factories.invitation(db, meeting, who)
        tokens.append(links.token_for(db, Purpose.INVITATION, invited.id, who.id))
        tokens.append(links.token_for(db, Purpose.OWN_PAGE, who.id, who.id))
    db.commit()

    made = merge(db, samiras)
    db.commit()

    doors = [f"/u/{tokens[0]}", f"/mijn/{tokens[1]}", f"/u/{tokens[2]}", f"/mijn/{tokens[3]}"]
    pages = [client.get(door) for door in doors]
    assert [page.status_code for page in pages] == [200, 200, 200, 200]
    client.post(doors[2], data={"antwoord": "ja"})
    db.expire_all()
    assert db.exec(select(Invitation.contact_id, Invitation.answer)).all() == [(samiras[0].id, Answer.ON_SITE)]
    with pytest.raises(Refused, match="uitnodiging"):
        merging.undo(db, SYSTEM, db.get_one(Merging, made.id))


# --- Who may -------------------------------------------------------------------------------------------------------


def test_merging_needs_the_right_to_edit_in_every_region_of_both(
    db: Session, samiras: tuple[Contact, Contact], almere: Region, people: People
) -> None:
    db.add(Membership(contact_id=samiras[1].id, region_id=almere.id))
    db.flush()

    for actor, refusal in (
        (people.amsterdam, NotAllowed),
        (people.reader, NotAllowed),
        (people.advocacy, NotAllowed),
        (people.almere, NotFound),
    ):
        with pytest.raises(refusal):
            merge(db, samiras, actor)
    made = merge(db, samiras, people.administrator)
    with pytest.raises(NotAllowed):
        merging.undo(db, people.amsterdam, made)


def test_nobody_is_merged_with_themselves(db: Session, samiras: tuple[Contact, Contact]) -> None:
    with pytest.raises(NotFound):
        merge(db, (samiras[0], samiras[0]))


def test_an_address_of_somebody_else_cannot_be_chosen(
    db: Session, samiras: tuple[Contact, Contact], amsterdam: Region
) -> None:
    factories.contact(db, amsterdam, "Pieter Smit")
    other = db.exec(select(Address.id).where(col(Address.email).startswith("pieter"))).one()

    with pytest.raises(Refused):
        merge(db, samiras, address=other)


def test_whoever_merges_what_was_changed_in_between_hears_it(db: Session, samiras: tuple[Contact, Contact]) -> None:
    with pytest.raises(Conflict):
        merging.merge_contacts(
            db, SYSTEM, (samiras[0].id, samiras[1].id), rules=RULES, chosen={}, revisions=(1, samiras[1].revision + 1)
        )
