"""A merge of two that each have what there can be one of: an answer, a seat, a department."""

from datetime import date, timedelta

from sqlmodel import Session, select

from bsoo.access.actor import SYSTEM
from bsoo.meetings.models import Answer, Attendance, Invitation, InvitationAnswer, Presence
from bsoo.regions import Region
from bsoo.registry.doubles import merging
from bsoo.registry.models import Affiliation, Contact, Membership, Organisation, OrganisationRegion
from bsoo.signals.models import NothingNew
from tests import factories
from tests.conftest import NOW
from tests.merges import dump
from tests.two_records import in_order, merge, merge_houses, samiras

FIXTURES = (
    in_order,
    samiras,
)
"""pytest finds them here by their names."""


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
