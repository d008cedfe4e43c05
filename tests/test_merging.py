"""Two records become one: all that belongs to them moves along, nothing is lost, and it can be taken back."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import UniqueConstraint, Uuid
from sqlmodel import Session, SQLModel, col, select
from starlette.testclient import TestClient

from bsoo import clock, links
from bsoo.access.actor import SYSTEM, Actor
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.links import Purpose
from bsoo.logbook import LogEntry, note
from bsoo.meetings.models import Answer, Attendance, Invitation, InvitationAnswer, Presence
from bsoo.minutes.models import Action
from bsoo.privacy import retention
from bsoo.regions import Region
from bsoo.registry import actions, queries
from bsoo.registry.doubles import merging
from bsoo.registry.doubles.merge_fields import Side
from bsoo.registry.doubles.merges import Alternative, ContactApart, Merging
from bsoo.registry.doubles.uniting import LOOSE_ENDS, pointing_at
from bsoo.registry.facts import ContactFacts
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, OrganisationRegion
from bsoo.registry.snapshots import table_of
from bsoo.routes.merging import RULES
from bsoo.signals.models import NothingNew, Signal
from tests import factories
from tests.conftest import NOW, People
from tests.merges import dump, ids_in_order, row_pointing

Frozen = Callable[[datetime], AbstractContextManager[None]]

KEYS = [(name, key) for name in ("contact", "organisation") for key in pointing_at(table_of(name))]


@pytest.fixture(autouse=True)
def in_order() -> Iterator[None]:
    with ids_in_order():
        yield


@pytest.fixture
def samiras(db: Session, amsterdam: Region) -> tuple[Contact, Contact]:
    """One person, entered twice."""
    return (
        factories.contact(db, amsterdam, "S. Idrissi", email="s.idrissi@kade.example.org"),
        factories.contact(db, amsterdam, "Samira El-Idrissi", email="samira@linde.example.org"),
    )


def merge(
    db: Session, pair: tuple[Contact, Contact], actor: Actor = SYSTEM, address: UUID | None = None, **chosen: Side
) -> Merging:
    ids = pair[0].id, pair[1].id
    made = merging.merge_contacts(db, actor, ids, rules=RULES, chosen=chosen, address_id=address)
    return db.get_one(Merging, made.id)


def merge_houses(db: Session, pair: tuple[Organisation, Organisation], **chosen: Side) -> Merging:
    made = merging.merge_organisations(db, SYSTEM, (pair[0].id, pair[1].id), rules=RULES, chosen=chosen)
    return db.get_one(Merging, made.id)


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


# --- Two of what there can be one of -------------------------------------------------------------------------------


def test_an_answer_wins_over_silence_and_the_later_answer_over_the_earlier(
    db: Session, samiras: tuple[Contact, Contact], amsterdam: Region
) -> None:
    older, newer = samiras
    december = factories.meeting(db, amsterdam)
    march = factories.meeting(db, amsterdam, on=date(2027, 3, 11))
    factories.invitation(db, december, older)
    factories.invitation(db, december, newer, answer=Answer.ONLINE)
    yes = factories.invitation(db, march, older, answer=Answer.ON_SITE)
    no = factories.invitation(db, march, newer, answer=Answer.NO)
    yes.answered_at = NOW + timedelta(hours=1)
    db.add_all([InvitationAnswer(invitation_id=no.id, answer=Answer.NO)])
    db.add_all([InvitationAnswer(invitation_id=yes.id, answer=Answer.ON_SITE)])
    db.flush()

    merge(db, samiras)

    found = db.exec(select(Invitation.meeting_id, Invitation.contact_id, Invitation.answer)).all()
    assert set(found) == {(december.id, older.id, Answer.ONLINE), (march.id, older.id, Answer.ON_SITE)}
    assert db.exec(select(InvitationAnswer.invitation_id)).all() == [yes.id, yes.id]


def test_somebody_who_stood_in_for_themselves_stands_in_for_nobody(
    db: Session, samiras: tuple[Contact, Contact], amsterdam: Region
) -> None:
    meeting = factories.meeting(db, amsterdam)
    asked = factories.invitation(db, meeting, samiras[0])
    factories.invitation(db, meeting, samiras[1]).stands_in_for = asked.id
    before = dump(db)

    made = merge(db, samiras)

    assert db.exec(select(Invitation.id, Invitation.stands_in_for)).all() == [(asked.id, None)]
    merging.undo(db, SYSTEM, made)
    assert dump(db) == before


def test_who_was_seen_was_there(db: Session, samiras: tuple[Contact, Contact], amsterdam: Region) -> None:
    meeting = factories.meeting(db, amsterdam)
    for who, presence in zip(samiras, (Presence.EXCUSED, Presence.PRESENT), strict=True):
        db.add(Attendance(meeting_id=meeting.id, contact_id=who.id, presence=presence))
    db.flush()

    merge(db, samiras)

    assert db.exec(select(Attendance.contact_id, Attendance.presence)).all() == [(samiras[0].id, Presence.PRESENT)]


def test_no_more_invitations_stays_no_more_invitations(
    db: Session, samiras: tuple[Contact, Contact], amsterdam: Region
) -> None:
    one, other = (db.exec(select(Membership).where(Membership.contact_id == each.id)).one() for each in samiras)
    one.confirmed_on, other.stopped_at, other.invited = date(2026, 10, 1), NOW, False
    one.basis_source, other.basis_source = "lijst 2025", "beurs"

    merge(db, samiras)

    place = db.exec(select(Membership)).one()
    assert (place.contact_id, place.stopped_at, place.confirmed_on) == (samiras[0].id, NOW, date(2026, 10, 1))
    assert place.basis_source == "lijst 2025; beurs"


def test_one_seat_that_was_entered_twice_is_one_and_another_role_is_another(db: Session, amsterdam: Region) -> None:
    house = factories.organisation(db, amsterdam)
    pair = (
        factories.contact(db, amsterdam, "Anna Smit", at=house, role="coördinator"),
        factories.contact(db, amsterdam, "A. Smit", at=house, role=""),
    )
    db.add(Affiliation(contact_id=pair[1].id, organisation_id=house.id, role="bestuurslid"))
    db.flush()

    merge(db, pair)

    assert sorted(db.exec(select(Affiliation.role))) == ["bestuurslid", "coördinator"]


def test_two_organisations_of_one_person_leave_one_seat(db: Session, amsterdam: Region) -> None:
    pair = factories.organisation(db, amsterdam, "De Kade"), factories.organisation(db, amsterdam, "Stg. De Kade")
    anna = factories.contact(db, amsterdam, "Anna Smit", at=pair[0])
    db.add(Affiliation(contact_id=anna.id, organisation_id=pair[1].id, role="coördinator"))
    db.add_all(NothingNew(organisation_id=each.id, region_id=amsterdam.id, year=2026, quarter=4) for each in pair)
    db.flush()

    merge_houses(db, pair)

    assert db.exec(select(Affiliation.organisation_id)).all() == [pair[0].id]
    assert db.exec(select(NothingNew.organisation_id)).all() == [pair[0].id]
    assert db.exec(select(OrganisationRegion.organisation_id)).all() == [pair[0].id]


def test_a_department_is_never_its_own_parent(db: Session, amsterdam: Region) -> None:
    pair = factories.organisation(db, amsterdam, "Gemeente"), factories.organisation(db, amsterdam, "Gemeente Zuid")
    pair[0].parent_id = pair[1].id
    db.flush()

    merge_houses(db, pair)

    assert db.exec(select(Organisation.id, Organisation.parent_id)).all() == [(pair[0].id, None)]


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


# --- Undo ----------------------------------------------------------------------------------------------------------


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
