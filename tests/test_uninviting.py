"""An invitation that is taken back: one person hears it, with the reason, and nobody else."""

import icalendar
from sqlmodel import Session

from bsoo.meetings import inviting, turnout
from bsoo.regions import Region
from tests.conftest import People
from tests.invited import HERE, SignIn, invited_to, letters, payload


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
