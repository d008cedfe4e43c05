"""An invitation that is taken back: one person hears it, with the reason, and nobody else."""

import icalendar
import pytest
from sqlmodel import Session, col, update
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.mail.models import Letter, LetterState
from bsoo.meetings import inviting, turnout
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.regions import Region
from bsoo.registry.models import Address
from tests.conftest import People
from tests.invited import HERE, SignIn, invited_to, letters, payload
from tests.test_personal_pages import Guest


def test_taking_an_invitation_back_strikes_it_out_of_that_calendar_only(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned, (first, _second, _third) = invited_to(db, people, amsterdam)

    inviting.uninvite(db, people.amsterdam, amsterdam, planned, first, reason="Dubbel uitgenodigd.")

    told = letters(db, "uninvited")
    assert [letter.contact_id for letter in told] == [first.contact_id]
    entry = icalendar.Calendar.from_ical(payload(db, told[0]).calendar).walk("VEVENT")[0]
    assert entry.get("STATUS") is None
    assert turnout.funnel(db, people.amsterdam, planned).invited == 2


def test_the_reason_that_staff_type_stands_in_the_mail(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    db.commit()
    browser, page = signed_in(people.amsterdam), f"{HERE}/genodigden/{first.id}"

    form = browser.get(page).text.split(f'action="{page}/weg"')[1].split("</form>")[0]
    browser.post(f"{page}/weg", data={"reden": "Er komt al iemand van u."})

    assert 'name="reden"' in form
    [told] = letters(db, "uninvited")
    assert payload(db, told).context["note"] == "Er komt al iemand van u."


def test_a_coordinator_sees_that_it_was_taken_back_and_can_invite_again(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    planned, (first, *_others) = invited_to(db, people, amsterdam)
    inviting.uninvite(db, people.amsterdam, amsterdam, planned, first)
    db.exec(update(Letter).where(col(Letter.name) == "uninvited").values(state=LetterState.ACCEPTED))
    db.commit()
    browser, page = signed_in(people.amsterdam), f"{HERE}/genodigden/{first.id}"

    before = browser.get(page).text
    browser.post(f"{page}/weer")
    after = browser.get(page).text
    again = browser.post(f"{page}/weer")

    assert ("De uitnodiging is ingetrokken" in before, 'name="antwoord"' in before) == (True, False)
    assert ("De uitnodiging is ingetrokken" in after, 'name="antwoord"' in after) == (False, True)
    assert "Deze persoon is al uitgenodigd." in again.text
    assert turnout.funnel(db, people.amsterdam, planned).invited == 3
    theirs = [letter for letter in letters(db, "invitation") if letter.contact_id == first.contact_id]
    calendars = [icalendar.Calendar.from_ical(payload(db, letter).calendar) for letter in theirs]
    assert {int(str(one.walk("VEVENT")[0]["SEQUENCE"])) for one in calendars} == {0, 2}


def test_nobody_is_invited_again_who_cannot_be_written_to(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    planned, (first, *_others) = invited_to(db, people, amsterdam)
    inviting.uninvite(db, people.amsterdam, amsterdam, planned, first)
    db.exec(update(Address).where(col(Address.contact_id) == first.contact_id).values(bounced_at=clock.now()))
    db.commit()

    refused = signed_in(people.amsterdam).post(f"{HERE}/genodigden/{first.id}/weer")

    db.refresh(first)
    assert (refused.status_code, first.uninvited_at is None) == (422, False)


def test_who_had_not_heard_of_it_yet_hears_nothing_of_an_invitation_that_stands_again(
    db: Session, people: People, amsterdam: Region
) -> None:
    planned, (first, *_others) = invited_to(db, people, amsterdam)
    inviting.uninvite(db, people.amsterdam, amsterdam, planned, first)

    inviting.invite_again(db, people.amsterdam, amsterdam, planned, first)

    assert [letter.state for letter in letters(db, "uninvited")] == [LetterState.CANCELLED]
    assert len(letters(db, "invitation")) == 3


def test_whom_the_invitation_never_reached_gets_it_after_all(db: Session, people: People, amsterdam: Region) -> None:
    planned, (first, *_others) = invited_to(db, people, amsterdam)
    db.exec(update(Letter).values(state=LetterState.QUEUED))
    inviting.uninvite(db, people.amsterdam, amsterdam, planned, first)

    inviting.invite_again(db, people.amsterdam, amsterdam, planned, first)

    theirs = [letter.state for letter in letters(db, "invitation") if letter.contact_id == first.contact_id]
    assert sorted(theirs) == [LetterState.CANCELLED, LetterState.QUEUED]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_behind_the_link_of_an_invitation_that_was_taken_back_stands_that_it_was_and_why(
    db: Session, people: People, amsterdam: Region, client: TestClient, language: str
) -> None:
    guest = Guest(db, people, amsterdam, language=language)
    db.exec(update(Letter).values(state=LetterState.ACCEPTED))
    amsterdam.mail_address = "amsterdam@bsoo.example"
    inviting.uninvite(db, people.amsterdam, amsterdam, guest.meeting, guest.invitation, reason="Er komt al iemand.")
    db.commit()
    page = guest.path("page")

    shown, calendar = client.get(page), client.get(f"{page}/overleg.ics")
    name_other = client.get(f"{page}/vervanger")
    client.post(page, data={"antwoord": "ja"})

    when = {"nl": "in Amsterdam op donderdag 10 december 2026", "en": "in Amsterdam on Thursday 10 December 2026"}
    assert [each.status_code for each in (shown, calendar, name_other)] == [410, 410, 410]
    said = ("Er komt al iemand.", "mailto:amsterdam@bsoo.example", when[language])
    assert [part for part in said if part not in shown.text] == []
    assert "BEGIN:VCALENDAR" not in calendar.text
    assert 'name="antwoord"' not in shown.text
    assert guest.answer() is Answer.SILENT


def test_who_is_invited_again_answers_by_the_link_of_before(
    db: Session, people: People, amsterdam: Region, client: TestClient
) -> None:
    guest = Guest(db, people, amsterdam)
    meeting, invitation = db.get_one(Meeting, guest.meeting.id), db.get_one(Invitation, guest.invitation.id)
    db.exec(update(Letter).values(state=LetterState.ACCEPTED))
    inviting.uninvite(db, people.amsterdam, guest.region, meeting, invitation, reason="Dubbel.")
    db.exec(update(Letter).values(state=LetterState.ACCEPTED))

    inviting.invite_again(db, people.amsterdam, guest.region, meeting, invitation)

    db.commit()
    asked = client.get(guest.path("page"))
    client.post(guest.path("page"), data={"antwoord": "ja"})
    assert (asked.status_code, guest.answer()) == (200, Answer.ON_SITE)
    assert "Dubbel." not in asked.text
