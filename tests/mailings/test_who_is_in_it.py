"""Who is in a bulk mail, and who not and why."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from bsoo.errors import NotFound
from bsoo.mail.models import LeftOut
from bsoo.meetings import answering, inviting, mailing_views, mailings, reminding, sending
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.regions import Region
from bsoo.registry.models import Address, Membership
from tests import factories
from tests.conftest import NOW, People
from tests.mailings.conftest import At, invited, letters


def test_a_mailing_keeps_who_was_left_out_with_the_reason_of_that_moment(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    dead, stopped, quiet = (
        factories.contact(db, amsterdam, name) for name in ("Dood Adres", "Gestopt Nu", "Niet Hier")
    )
    db.exec(select(Address).where(Address.contact_id == dead.id)).one().bounced_at = NOW
    membership = db.exec(select(Membership).where(Membership.contact_id == stopped.id)).one()
    membership.stopped_at = NOW
    db.exec(select(Membership).where(Membership.contact_id == quiet.id)).one().invited = False
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    membership.stopped_at = None
    db.flush()

    absent = mailing_views.left_out(db, people.amsterdam, mailing)

    assert [(one.name, one.why) for one in absent] == [
        ("Dood Adres", "no-address"),
        ("Niet Hier", "not-wanted"),
        ("Gestopt Nu", "stopped"),
    ]
    assert [letter.why for letter in letters(db, mailing)] == ["regular", "regular"]


def test_a_reminder_leaves_out_who_answered_and_who_was_invited_just_now(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    invited(db, people.amsterdam, amsterdam, planned, 2)
    first, _second = db.exec(select(Invitation).order_by(col(Invitation.id))).all()
    with frozen(NOW + timedelta(days=3)):
        answering.answer(db, people.amsterdam, first, answer=Answer.NO)
        late = factories.contact(db, amsterdam, "Laat Erbij")
        inviting.invite(db, people.amsterdam, amsterdam, planned)
        mailing = reminding.remind_silent(db, people.amsterdam, amsterdam, planned, number=1)

    assert mailing is not None
    left_out = dict(db.exec(select(LeftOut.contact_id, LeftOut.why).where(LeftOut.mailing_id == mailing.id)).all())
    assert left_out == {first.contact_id: "answered", late.id: "just-invited"}
    assert [letter.why for letter in letters(db, mailing)] == ["silent"]


def test_the_agenda_leaves_out_who_did_not_say_yes(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    invited(db, people.amsterdam, amsterdam, planned, 2)
    comes, silent = db.exec(select(Invitation).order_by(col(Invitation.id))).all()
    answering.answer(db, people.amsterdam, comes, answer=Answer.ON_SITE)

    mailing = sending.send_agenda(db, people.amsterdam, amsterdam, planned)

    left_out = db.exec(select(LeftOut.contact_id, LeftOut.why).where(LeftOut.mailing_id == mailing.id)).all()
    assert (left_out, letters(db, mailing)[0].why) == ([(silent.contact_id, "not-coming")], "coming")


def test_a_mailing_of_another_region_is_not_there(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned)

    with pytest.raises(NotFound):
        mailings.mailing(db, people.almere, mailing.id)
