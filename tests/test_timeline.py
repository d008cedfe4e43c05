"""What happened with a contact or an organisation, out of every domain, for who may see it."""

import pytest
from sqlmodel import Session

from bsoo.access.actor import SYSTEM
from bsoo.logbook import note
from bsoo.meetings.models import Answer, Attendance, InvitationAnswer, Presence
from bsoo.regions import Region
from bsoo.registry import actions, timeline
from bsoo.registry.facts import ContactFacts
from bsoo.registry.models import Contact, Organisation
from bsoo.routes.happened import PAGE, happened
from tests import factories
from tests.conftest import People
from tests.invited import SignIn


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

    assert found.counts == {"lijsten": 1, "antwoorden": 1, "aanwezig": 1, "signalen": 1}
    assert sorted((line.kind, line.code, line.said) for line in found.lines) == [
        ("aanwezig", "present", ""),
        ("antwoorden", "online", "page"),
        ("lijsten", "contact.imported", ""),
        ("signalen", "received", "Gezinnen wachten langer op een plek in de nachtopvang dan vorig jaar."),
    ]


def test_an_organisation_has_what_its_people_did_with_their_names(
    db: Session, people: People, lived: tuple[Contact, Organisation]
) -> None:
    found = happened(db, people.amsterdam, Organisation, lived[1].id, "", 1)

    assert found.counts == {"antwoorden": 1, "aanwezig": 1, "signalen": 1}
    assert [line.who for line in found.lines if line.kind == "antwoorden"] == ["Femke Bos"]


def test_one_kind_is_shown_alone_and_the_counts_stay(
    db: Session, people: People, lived: tuple[Contact, Organisation]
) -> None:
    found = happened(db, people.amsterdam, Contact, lived[0].id, "signalen", 1)

    assert [line.kind for line in found.lines] == ["signalen"]
    assert sum(found.counts.values()) == 4


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

    assert (found.page, len(found.lines), found.number) == (2, 4, PAGE + 4)


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


def test_the_page_shows_it_with_a_choice_of_kinds(
    people: People, signed_in: SignIn, lived: tuple[Contact, Organisation]
) -> None:
    client = signed_in(people.amsterdam)

    whole = client.get(f"/netwerk/contacten/{lived[0].id}/tijdlijn")
    signals = client.get(f"/netwerk/contacten/{lived[0].id}/tijdlijn?soort=signalen")
    of_house = client.get(f"/netwerk/organisaties/{lived[1].id}/tijdlijn?soort=onzin&bladzijde=x")

    assert [page.status_code for page in (whole, signals, of_house)] == [200, 200, 200]
    assert whole.text.count('<li><span class="dot') == 4
    assert signals.text.count('<li><span class="dot') == 1
    assert of_house.text.count('<li><span class="dot') == 3
