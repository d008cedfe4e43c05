"""Publications: versions that never change, who gets a letter about them, and who reads which."""

import json

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import links
from bsoo.access.actor import PUBLIC, Actor, ActorKind
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.links import Purpose
from bsoo.mail.models import Letter, LetterPayload
from bsoo.meetings.models import Attendance, Meeting, Presence, TextLevel
from bsoo.minutes import actions as minutes_actions
from bsoo.minutes.models import Minutes, MinutesState
from bsoo.publications import actions, queries
from bsoo.publications.faces import digest
from bsoo.publications.letters import Readers
from bsoo.publications.models import Audience, Publication, PublicationFile
from bsoo.regions import Region
from tests import factories
from tests.conftest import People
from tests.published import add_line, held, minutes_with_a_line_of_each_level, publish


@pytest.fixture
def meeting(db: Session, amsterdam: Region) -> Meeting:
    return held(db, amsterdam)


@pytest.fixture
def minutes(db: Session, people: People, meeting: Meeting) -> Minutes:
    return minutes_with_a_line_of_each_level(db, people.amsterdam, meeting)


def test_a_publication_is_frozen_with_its_digest_and_its_file(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    made = publish(db, people.amsterdam, amsterdam, meeting)
    add_line(db, people.amsterdam, minutes, "Later geschreven.")

    assert made.version == 1
    assert made.digest == digest(made.content)
    assert "Later geschreven." not in json.dumps(made.content)
    assert db.exec(select(PublicationFile.content)).one().startswith(b"%PDF-")
    assert minutes.state is MinutesState.PUBLISHED


def test_a_correction_is_a_new_version_and_stands_beside_the_old_one(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    first = publish(db, people.amsterdam, amsterdam, meeting)
    add_line(db, people.amsterdam, minutes, "Vergeten regel.")

    second = publish(db, people.amsterdam, amsterdam, meeting, erratum="Een regel was vergeten.")

    assert (second.version, first.digest != second.digest) == (2, True)
    assert [one.text for one in queries.errata(db, PUBLIC, first)] == ["Een regel was vergeten."]
    assert [one.version for one in queries.versions(db, PUBLIC, first)] == [2, 1]


def test_a_second_version_says_what_it_corrects(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    publish(db, people.amsterdam, amsterdam, meeting)
    add_line(db, people.amsterdam, minutes, "Vergeten regel.")

    with pytest.raises(Refused) as refused:
        publish(db, people.amsterdam, amsterdam, meeting)

    assert list(refused.value.errors) == ["erratum"]


def test_pressing_twice_makes_no_second_version(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    publish(db, people.amsterdam, amsterdam, meeting)

    with pytest.raises(Refused):
        publish(db, people.amsterdam, amsterdam, meeting, erratum="Niets.")


def test_nothing_is_published_that_points_at_a_person_and_the_place_is_named(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    """Such a text can only come in by the back door, for writing it is refused too."""
    minutes.summary = "Bel mevrouw op 06 12345678."
    db.add(minutes)

    with pytest.raises(Refused) as refused:
        publish(db, people.amsterdam, amsterdam, meeting)

    assert "In het kort: “06 12345678”" in str(refused.value)
    assert db.exec(select(Publication.id)).all() == []


def test_the_public_face_stops_on_the_name_of_a_contact_and_the_network_face_does_not(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    factories.contact(db, amsterdam, "Bram Akker")
    add_line(db, people.amsterdam, minutes, "Bram Akker vertelt over de opvang.")

    with pytest.raises(Refused) as refused:
        publish(db, people.amsterdam, amsterdam, meeting)

    assert "Bram Akker" in str(refused.value)
    assert publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK).version == 1


def test_minutes_without_a_line_for_an_audience_are_not_published(
    db: Session, people: People, amsterdam: Region, meeting: Meeting
) -> None:
    made = minutes_actions.start_minutes(db, people.amsterdam, meeting)
    add_line(db, people.amsterdam, made, "Alleen voor ons.", TextLevel.INTERNAL)

    with pytest.raises(Refused):
        publish(db, people.amsterdam, amsterdam, meeting)


@pytest.mark.parametrize("who", ["reader", "almere"])
def test_who_may_not_publish_publishes_nothing(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes, who: str
) -> None:
    with pytest.raises(NotAllowed):
        publish(db, getattr(people, who), amsterdam, meeting)


def test_those_who_were_there_get_a_letter_with_a_link_of_their_own(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    there = factories.contact(db, amsterdam, "Bram Akker")
    factories.contact(db, amsterdam, "Carlijn Boer")
    db.add(Attendance(meeting_id=meeting.id, contact_id=there.id, presence=Presence.PRESENT))

    made = publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK, to=Readers.PRESENT)

    letter, payload = db.exec(select(Letter, LetterPayload).join(LetterPayload)).one()
    token = links.token_for(db, Purpose.OWN_PAGE, there.id, there.id)
    assert letter.contact_id == there.id
    assert payload.context["page"] == f"/mijn/{token}/verslag/{made.id}"


def test_the_whole_network_means_who_is_invited_and_did_not_stop(
    db: Session, people: People, amsterdam: Region, almere: Region, meeting: Meeting, minutes: Minutes
) -> None:
    wanted = factories.contact(db, amsterdam, "Bram Akker")
    factories.contact(db, amsterdam, "Carlijn Boer", invited=False)
    factories.contact(db, almere, "Dirk Elders")

    publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK, to=Readers.NETWORK)

    assert db.exec(select(Letter.contact_id)).all() == [wanted.id]


def test_letters_and_feeds_carry_no_line_of_the_minutes(
    db: Session, client: TestClient, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    """They say that there is something to read, and where; so a correction or withdrawal reaches every reader."""
    factories.contact(db, amsterdam)
    publish(db, people.amsterdam, amsterdam, meeting)
    publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK, to=Readers.NETWORK)
    db.commit()

    letter = json.dumps(db.exec(select(LetterPayload.context)).one())
    feed = client.get("/publicaties.atom").text

    assert "Overleg Amsterdam, 19 november 2026" in feed
    assert ("Dit is de regel" in letter, "Dit is de regel" in feed) == (False, False)


def test_publishing_for_everybody_writes_nobody(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    factories.contact(db, amsterdam)

    publish(db, people.amsterdam, amsterdam, meeting, to=Readers.NETWORK)

    assert db.exec(select(Letter.id)).all() == []


def partner_of(db: Session, region: Region) -> Actor:
    contact = factories.contact(db, region, f"Bram van {region.name}")
    return Actor(ActorKind.CONTACT, id=contact.id, region_ids=frozenset({region.id}))


def test_the_version_for_the_network_is_for_its_own_region_only(
    db: Session, people: People, amsterdam: Region, almere: Region, meeting: Meeting, minutes: Minutes
) -> None:
    made = publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK)

    assert queries.publication_by_id(db, partner_of(db, amsterdam), made.id).id == made.id
    for actor in (PUBLIC, partner_of(db, almere), people.almere):
        with pytest.raises(NotFound):
            queries.publication_by_id(db, actor, made.id)


def test_a_partner_is_shown_the_fuller_of_two_versions(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    publish(db, people.amsterdam, amsterdam, meeting)
    fuller = publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK)

    assert [one.id for one in queries.published_for(db, partner_of(db, amsterdam))] == [fuller.id]


def test_staff_find_the_two_versions_of_a_publication_together_by_year(
    db: Session, people: People, amsterdam: Region, almere: Region, meeting: Meeting, minutes: Minutes
) -> None:
    for_all = publish(db, people.amsterdam, amsterdam, meeting)
    fuller = publish(db, people.amsterdam, amsterdam, meeting, Audience.NETWORK)
    ids = [amsterdam.id, almere.id]

    (together,) = queries.shelf(db, people.amsterdam, ids, meeting.year)

    assert {one.id for one in together} == {for_all.id, fuller.id}
    assert queries.years_published(db, people.amsterdam, ids) == [meeting.year]
    assert queries.shelf(db, people.amsterdam, ids, meeting.year - 1) == []
    assert queries.shelf(db, people.almere, ids, meeting.year) == []
    assert queries.regions_summarised(db, people.amsterdam, ids, meeting.year, meeting.quarter) == set()


def test_a_withdrawn_version_leaves_the_list_and_comes_back(
    db: Session, people: People, amsterdam: Region, meeting: Meeting, minutes: Minutes
) -> None:
    made = publish(db, people.amsterdam, amsterdam, meeting)

    actions.withdraw(db, people.amsterdam, made)
    without = queries.published(db, PUBLIC)
    actions.restore(db, people.amsterdam, made)

    assert without == []
    assert [one.id for one in queries.published(db, PUBLIC)] == [made.id]
