"""What happened with a contact or an organisation, out of every domain, for who may see it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlmodel import Session, select

from bsoo.access.actor import SYSTEM
from bsoo.logbook import note
from bsoo.meetings.models import Answer, Attendance, InvitationAnswer, Presence
from bsoo.regions import Region
from bsoo.registry import actions, queries, timeline
from bsoo.registry.facts import ContactFacts
from bsoo.registry.imports import importing
from bsoo.registry.models import Affiliation, Contact, Membership, Organisation
from bsoo.routes.happened import PAGE, happened
from tests import factories
from tests.conftest import People
from tests.invited import SignIn
from tests.lists import file_of


@pytest.fixture
def lived(db: Session, amsterdam: Region) -> tuple[Contact, Organisation]:
    """Somebody who was edited, invited, answered, came and brought a signal."""
    house = factories.organisation(db, amsterdam, name="Inloophuis De Kade")
    somebody = factories.contact(db, amsterdam, "Femke Bos", at=house, email="femke@kade.example")
    meeting = factories.meeting(db, amsterdam)
    asked = factories.invitation(db, meeting, somebody, organisation_id=house.id)
    db.add(InvitationAnswer(invitation_id=asked.id, answer=Answer.ONLINE))
    present = Presence.PRESENT
    db.add(Attendance(meeting_id=meeting.id, contact_id=somebody.id, organisation_id=house.id, presence=present))
    factories.signal(db, amsterdam, by=somebody, at=house)
    note(db, SYSTEM, "contact.imported", somebody, amsterdam.id, file="lijst.xlsx", fields="phone")
    db.flush()
    return somebody, house


def test_everything_that_happened_with_somebody_is_there_once(
    db: Session, people: People, lived: tuple[Contact, Organisation]
) -> None:
    found = happened(db, people.amsterdam, Contact, lived[0].id, "", 1)

    assert found.counts == {"gegevens": 1, "lijsten": 1, "antwoorden": 1, "aanwezig": 1, "signalen": 1}
    assert sorted((line.kind, line.code, line.said) for line in found.lines) == [
        ("aanwezig", "present", ""),
        ("antwoorden", "online", "page"),
        ("gegevens", "begun", ""),
        ("lijsten", "contact.imported", ""),
        ("signalen", "received", "Gezinnen wachten langer op een plek in de nachtopvang dan vorig jaar."),
    ]


def test_an_organisation_has_what_its_people_did_with_their_names(
    db: Session, people: People, lived: tuple[Contact, Organisation]
) -> None:
    found = happened(db, people.amsterdam, Organisation, lived[1].id, "", 1)

    assert found.counts == {"gegevens": 1, "antwoorden": 1, "aanwezig": 1, "signalen": 1}
    assert [line.who for line in found.lines if line.kind == "antwoorden"] == ["Femke Bos"]


def test_one_kind_is_shown_alone_and_the_counts_stay(
    db: Session, people: People, lived: tuple[Contact, Organisation]
) -> None:
    found = happened(db, people.amsterdam, Contact, lived[0].id, "signalen", 1)

    assert [line.kind for line in found.lines] == ["signalen"]
    assert sum(found.counts.values()) == 5


def test_who_may_not_see_a_region_sees_nothing_of_it(
    db: Session, people: People, lived: tuple[Contact, Organisation]
) -> None:
    assert happened(db, people.almere, Contact, lived[0].id, "", 1).lines == []


def test_a_long_timeline_has_pages_and_one_too_far_is_the_last(
    db: Session, people: People, amsterdam: Region, lived: tuple[Contact, Organisation]
) -> None:
    for _number in range(PAGE):
        note(db, SYSTEM, "contact.confirmed", lived[0], amsterdam.id)
    db.flush()

    found = happened(db, people.amsterdam, Contact, lived[0].id, "", 99)

    assert (found.page, len(found.lines), found.number) == (2, 5, PAGE + 5)


def test_an_edit_says_what_each_field_was_and_became(
    db: Session, people: People, lived: tuple[Contact, Organisation]
) -> None:
    somebody = lived[0]
    facts = ContactFacts(
        email="femke@kade.example", given_name="Femke", family_name="Bos", phone="06 12345678", language="en", notes="x"
    )
    actions.change_contact(db, people.amsterdam, somebody, facts, revision=somebody.revision)

    entry = next(iter(happened(db, people.amsterdam, Contact, somebody.id, "gegevens", 1).entries.values()))

    told = {field: (before, after) for field, before, after in timeline.line(entry).details}
    assert told["Taal"] == ("Nederlands", "Engels")
    assert told["Telefoon"][1] == "+31612345678"
    assert "Notities" not in told


def test_another_position_and_organisation_are_told_with_what_they_were_here_and_there(
    db: Session, people: People, amsterdam: Region, lived: tuple[Contact, Organisation]
) -> None:
    somebody, house = lived
    wiek = factories.organisation(db, amsterdam, name="De Wiek")
    facts = ContactFacts(
        email="bos@kade.example", given_name="Femke", family_name="Bos", organisation=house.name, role="directeur"
    )
    actions.change_contact(db, people.amsterdam, somebody, facts, revision=somebody.revision)
    moved = replace(facts, organisation="De Wiek", role="adviseur")
    actions.change_contact(db, people.amsterdam, somebody, moved, revision=somebody.revision)

    of_person = [told(db, people, Contact, somebody.id), told(db, people, Organisation, house.id)]
    of_wiek = told(db, people, Organisation, wiek.id)

    to_wiek = [("Functie", "directeur", "adviseur"), ("Organisatie", "Inloophuis De Kade", "De Wiek")]
    for lines in of_person:
        assert ("Functie", "coördinator", "directeur") in lines
        assert [each in lines for each in to_wiek] == [True, True]
    assert ("E-mailadres", "femke@kade.example", "bos@kade.example") in of_person[0]
    assert of_wiek == to_wiek


def test_a_list_that_changes_a_position_tells_what_it_was_here_and_there(
    db: Session, people: People, amsterdam: Region, lived: tuple[Contact, Organisation]
) -> None:
    somebody, house = lived
    rows: list[list[object]] = [["Organisatie", "Naam", "E-mail", "Functie"]]
    for role in ("coördinator", "directeur"):
        row: list[object] = [house.name, "Femke Bos", "femke@kade.example", role]
        plan = importing.plan(db, people.amsterdam, amsterdam, file_of([*rows, row]), "lijst.xlsx")
        importing.apply(db, people.amsterdam, plan)

    found = [
        happened(db, people.amsterdam, about, one, "lijsten", 1).entries.values()
        for about, one in ((Contact, somebody.id), (Organisation, house.id))
    ]

    changed = ("Functie", "coördinator", "directeur")
    assert [[changed in timeline.line(entry).details for entry in entries].count(True) for entries in found] == [1, 1]


def told(
    db: Session, people: People, about: type[Contact] | type[Organisation], subject_id: UUID
) -> list[tuple[str, str, str]]:
    """What the timeline says was and became, of whom it is or of its people."""
    entries = happened(db, people.amsterdam, about, subject_id, "gegevens", 1).entries.values()
    return sorted(detail for entry in entries for detail in timeline.line(entry).details)


def test_the_page_of_an_organisation_names_whom_a_change_is_about(
    db: Session, people: People, signed_in: SignIn, lived: tuple[Contact, Organisation]
) -> None:
    somebody, house = lived
    seat = db.exec(select(Affiliation).where(Affiliation.contact_id == somebody.id)).one()
    actions.end_affiliation(db, people.amsterdam, seat, on=date(2026, 11, 1))
    db.commit()
    client = signed_in(people.amsterdam)

    short, whole = (client.get(f"/netwerk/organisaties/{house.id}{end}").text for end in ("", "/tijdlijn"))

    assert "Femke Bos: Weg bij Inloophuis De Kade" in short
    assert "Femke Bos</a>: Weg bij Inloophuis De Kade" in whole


def test_both_timelines_begin_with_the_list_that_brought_somebody(
    db: Session, people: People, signed_in: SignIn, lived: tuple[Contact, Organisation]
) -> None:
    db.exec(select(Membership).where(Membership.contact_id == lived[0].id)).one().basis_source = "lijst 2025.xlsx"
    db.commit()
    client = signed_in(people.amsterdam)

    shown = [client.get(f"/netwerk/contacten/{lived[0].id}{end}").text for end in ("", "/tijdlijn")]

    assert [page.count("Toegevoegd aan het netwerk door de lijst lijst 2025.xlsx") for page in shown] == [1, 1]


def test_a_short_timeline_begins_once(db: Session, people: People, lived: tuple[Contact, Organisation]) -> None:
    for _number in range(timeline.LINES):
        note(db, SYSTEM, "contact.confirmed", lived[0])
    db.flush()

    lines = timeline.lines(queries.contact_page(db, people.amsterdam, lived[0].id).timeline, lived[0].created_at)

    assert [line.text for line in lines if line.text.startswith("Toegevoegd")] == []


def test_the_page_shows_it_with_a_choice_of_kinds(
    people: People, signed_in: SignIn, lived: tuple[Contact, Organisation]
) -> None:
    client = signed_in(people.amsterdam)

    whole = client.get(f"/netwerk/contacten/{lived[0].id}/tijdlijn")
    signals = client.get(f"/netwerk/contacten/{lived[0].id}/tijdlijn?soort=signalen")
    of_house = client.get(f"/netwerk/organisaties/{lived[1].id}/tijdlijn?soort=onzin&bladzijde=x")

    assert [page.status_code for page in (whole, signals, of_house)] == [200, 200, 200]
    assert whole.text.count('<li><span class="dot') == 5
    assert signals.text.count('<li><span class="dot') == 1
    assert of_house.text.count('<li><span class="dot') == 4
