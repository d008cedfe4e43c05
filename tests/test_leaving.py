"""Somebody leaves an organisation: the seat, the invitations and the actions go on without them, and back again."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.errors import NotAllowed, Refused
from bsoo.mail.models import Letter, LetterState
from bsoo.meetings.models import Answer, Invitation
from bsoo.minutes.models import Action
from bsoo.regions import Region
from bsoo.registry import first_contacts, queries
from bsoo.registry.keeping import leaving
from bsoo.registry.keeping.given import Stayed
from bsoo.registry.keeping.successors import Successor
from bsoo.registry.models import Affiliation, Contact, Membership, MemberStatus, Organisation, OrganisationRegion
from bsoo.routes.leaving import _take_back, leave
from tests import factories
from tests.conftest import People

TODAY = date(2026, 11, 23)


def seat_of(db: Session, contact: Contact) -> Affiliation:
    return db.exec(select(Affiliation).where(Affiliation.contact_id == contact.id)).one()


def seats(db: Session, contact: Contact) -> Sequence[Affiliation]:
    return db.exec(select(Affiliation).where(Affiliation.contact_id == contact.id)).all()


def first_of(db: Session, house: Organisation) -> UUID | None:
    return db.exec(
        select(OrganisationRegion.first_contact_id).where(OrganisationRegion.organisation_id == house.id)
    ).one()


def take_back(db: Session, people: People, gone: Contact) -> Stayed | None:
    departure = leaving.stay(db, people.amsterdam, seat_of(db, gone))
    assert departure is not None
    return _take_back(db, people.amsterdam, departure)


def letters(db: Session, contact: Contact) -> list[tuple[str, LetterState]]:
    found = db.exec(select(Letter).where(Letter.contact_id == contact.id).order_by(col(Letter.id)))
    return [(letter.name, letter.state) for letter in found]


def promise(db: Session, region: Region, by: Contact, house: Organisation) -> Action:
    held = factories.meeting(db, region, on=date(2026, 9, 10))
    made = Action(
        region_id=region.id,
        meeting_id=held.id,
        number=1,
        text="Nachtopvang bellen",
        owner_name=by.display_name,
        owner_contact_id=by.id,
        owner_organisation_id=house.id,
    )
    db.add(made)
    db.flush()
    return made


def test_the_successor_gets_the_position_the_invitation_and_the_actions(
    db: Session, people: People, amsterdam: Region
) -> None:
    house = factories.organisation(db, amsterdam)
    gone = factories.contact(db, amsterdam, "Anna Visser", at=house, role="wijkverpleegkundige")
    ahead = factories.meeting(db, amsterdam)
    before = factories.invitation(db, ahead, gone, answer=Answer.ON_SITE, organisation_id=house.id)
    action = promise(db, amsterdam, gone, house)

    departure = leave(
        db,
        people.amsterdam,
        seat_of(db, gone),
        on=TODAY,
        successor=Successor(name="Bo de Wit", email="bo@kade.example"),
    )

    new = db.get_one(Contact, departure.successor_id)
    after = db.exec(select(Invitation).where(Invitation.contact_id == new.id)).one()
    assert (new.display_name, seat_of(db, new).role, seat_of(db, new).ended_on) == (
        "Bo de Wit",
        "wijkverpleegkundige",
        None,
    )
    assert seat_of(db, gone).ended_on == TODAY
    assert (before.uninvited_at, before.answer) == (clock.now(), Answer.ON_SITE)
    assert (after.meeting_id, after.organisation_id, after.answer) == (ahead.id, house.id, Answer.SILENT)
    assert (action.owner_contact_id, action.owner_name) == (new.id, "Bo de Wit")
    assert (letters(db, gone), letters(db, new)) == ([], [("invitation", LetterState.QUEUED)])


def test_without_a_successor_the_actions_stay_with_the_organisation(
    db: Session, people: People, amsterdam: Region
) -> None:
    house = factories.organisation(db, amsterdam, "De Kade")
    gone = factories.contact(db, amsterdam, at=house)
    action = promise(db, amsterdam, gone, house)

    leave(db, people.amsterdam, seat_of(db, gone), on=TODAY)

    assert (action.owner_contact_id, action.owner_organisation_id, action.owner_name) == (None, house.id, "De Kade")


def test_who_leaves_later_hears_that_the_invitation_ends_and_keeps_the_meetings_before(
    db: Session, people: People, amsterdam: Region
) -> None:
    house = factories.organisation(db, amsterdam)
    gone = factories.contact(db, amsterdam, at=house)
    soon = factories.invitation(db, factories.meeting(db, amsterdam), gone, organisation_id=house.id)
    later = factories.meeting(db, amsterdam, on=date(2027, 3, 11))
    ends = factories.invitation(db, later, gone, organisation_id=house.id)

    leave(db, people.amsterdam, seat_of(db, gone), on=date(2027, 1, 1))

    assert (soon.uninvited_at, ends.uninvited_at) == (None, clock.now())
    assert letters(db, gone) == [("uninvited", LetterState.QUEUED)]


def test_a_colleague_who_is_invited_already_keeps_that_invitation(
    db: Session, people: People, amsterdam: Region
) -> None:
    house = factories.organisation(db, amsterdam)
    gone = factories.contact(db, amsterdam, "Anna Visser", at=house)
    other = factories.contact(db, amsterdam, "Bo Bakker", at=house, invited=False)
    ahead = factories.meeting(db, amsterdam)
    factories.invitation(db, ahead, gone, organisation_id=house.id)
    kept = factories.invitation(db, ahead, other, answer=Answer.ONLINE, organisation_id=house.id)

    leave(db, people.amsterdam, seat_of(db, gone), on=TODAY, successor=Successor(contact_id=other.id))

    assert (kept.answer, kept.uninvited_at, letters(db, other)) == (Answer.ONLINE, None, [])
    assert len(db.exec(select(Affiliation).where(Affiliation.contact_id == other.id)).all()) == 1
    assert db.exec(select(Membership.invited).where(Membership.contact_id == other.id)).one() is True


def test_taking_it_back_gives_everything_back(db: Session, people: People, amsterdam: Region) -> None:
    house = factories.organisation(db, amsterdam)
    gone = factories.contact(db, amsterdam, "Anna Visser", at=house)
    before = factories.invitation(
        db, factories.meeting(db, amsterdam), gone, answer=Answer.ON_SITE, organisation_id=house.id
    )
    action = promise(db, amsterdam, gone, house)
    made = leave(
        db,
        people.amsterdam,
        seat_of(db, gone),
        on=TODAY,
        successor=Successor(name="Bo Bakker", email="bo@kade.example"),
    )

    stayed = take_back(db, people, gone)

    assert stayed is None
    assert (seat_of(db, gone).ended_on, before.uninvited_at, before.answer) == (None, None, Answer.ON_SITE)
    assert (action.owner_contact_id, action.owner_name) == (gone.id, "Anna Visser")
    assert db.exec(select(Contact.display_name)).all() == ["Anna Visser"]
    assert db.exec(select(Invitation.id)).all() == [before.id]
    assert (db.exec(select(Letter.id)).all(), made.successor_id) == ([], None)


def test_a_new_successor_who_had_our_mail_stays_known_but_takes_no_part(
    db: Session, people: People, amsterdam: Region
) -> None:
    house = factories.organisation(db, amsterdam)
    gone = factories.contact(db, amsterdam, "Anna Visser", at=house)
    factories.invitation(db, factories.meeting(db, amsterdam), gone, organisation_id=house.id)
    made = leave(
        db, people.amsterdam, seat_of(db, gone), on=TODAY, successor=Successor(name="Bo Bakker", email="bo@k.example")
    )
    new = db.get_one(Contact, made.successor_id)
    db.exec(select(Letter).where(Letter.contact_id == new.id)).one().state = LetterState.ACCEPTED
    db.flush()

    stayed = take_back(db, people, gone)

    place = db.exec(select(Membership).where(Membership.contact_id == new.id)).one()
    assert stayed is not None
    assert (stayed.name, stayed.changed, dict(stayed.on_it)) == ("Bo Bakker", set(), {"invitation": 1, "letter": 2})
    assert (place.status, seats(db, new)) == (MemberStatus.PAST, [])


def test_a_colleague_gives_back_what_they_got_and_keeps_what_they_had(
    db: Session, people: People, amsterdam: Region
) -> None:
    house = factories.organisation(db, amsterdam)
    gone = factories.contact(db, amsterdam, "Anna Visser", at=house, role="arts")
    other = factories.contact(db, amsterdam, "Bo Bakker", at=factories.organisation(db, amsterdam, "De Wiek"))
    first_contacts.choose(db, people.amsterdam, house, amsterdam.id, gone.id)
    place = db.exec(select(Membership).where(Membership.contact_id == other.id)).one()
    place.status, place.invited = MemberStatus.GUEST, False
    db.flush()
    leave(db, people.amsterdam, seat_of(db, gone), on=TODAY, successor=Successor(contact_id=other.id))
    got = (place.status, place.invited, first_of(db, house), len(seats(db, other)))

    stayed = take_back(db, people, gone)

    db.refresh(place)
    assert got == (MemberStatus.MEMBER, True, other.id, 2)
    assert stayed is None
    assert (place.status, place.invited, first_of(db, house)) == (MemberStatus.GUEST, False, gone.id)
    assert [seat.organisation_id == house.id for seat in seats(db, other)] == [False]


def test_what_was_changed_since_stays_with_the_successor_and_is_named(
    db: Session, people: People, amsterdam: Region
) -> None:
    house = factories.organisation(db, amsterdam)
    gone = factories.contact(db, amsterdam, "Anna Visser", at=house)
    other = factories.contact(db, amsterdam, "Bo Bakker")
    leave(db, people.amsterdam, seat_of(db, gone), on=TODAY, successor=Successor(contact_id=other.id))
    seat_of(db, other).role = "directeur"
    db.flush()

    stayed = take_back(db, people, gone)

    assert stayed is not None
    assert (stayed.changed, seat_of(db, other).role) == ({"affiliation"}, "directeur")


def test_a_successor_gets_no_more_than_the_one_before_had(db: Session, people: People, amsterdam: Region) -> None:
    gone = factories.contact(db, amsterdam, "Anna Visser", at=factories.organisation(db, amsterdam), invited=False)
    made = leave(
        db, people.amsterdam, seat_of(db, gone), on=TODAY, successor=Successor(name="Bo Bakker", email="bo@k.example")
    )

    place = db.exec(select(Membership).where(Membership.contact_id == made.successor_id)).one()
    assert (place.status, place.invited) == (MemberStatus.MEMBER, False)


def test_a_successor_needs_a_name_and_an_address(db: Session, people: People, amsterdam: Region) -> None:
    gone = factories.contact(db, amsterdam, at=factories.organisation(db, amsterdam))

    with pytest.raises(Refused) as refused, db.begin_nested():
        leave(db, people.amsterdam, seat_of(db, gone), on=TODAY, successor=Successor(email="bo@kade.example"))

    assert refused.value.errors == {"name": "Schrijf ook de naam van de opvolger op."}


def test_nobody_lets_people_of_another_region_leave(db: Session, people: People, amsterdam: Region) -> None:
    gone = factories.contact(db, amsterdam, at=factories.organisation(db, amsterdam))

    with pytest.raises(NotAllowed):
        leave(db, people.almere, seat_of(db, gone), on=TODAY)

    assert queries.contact_page(db, people.amsterdam, gone.id).open_seats[0].ended_on is None
