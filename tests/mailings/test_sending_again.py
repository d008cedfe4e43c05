"""Letters that did not arrive go again, as far as they can arrive."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo.access.actor import SYSTEM
from bsoo.errors import Refused
from bsoo.mail import outbox
from bsoo.mail.desk import Wanted
from bsoo.mail.models import Incoming, Letter, LetterPayload, LetterState, Mailing
from bsoo.mail.outbox import Recipient
from bsoo.mail.purposes import MailStop, Purpose
from bsoo.meetings import again, mailings, planning, refusals
from bsoo.meetings.models import Meeting
from bsoo.meetings.planning import Plan
from bsoo.regions import Region
from bsoo.registry import reachability
from bsoo.registry.models import Address
from tests import factories
from tests.conftest import NOW, People
from tests.mailhost import mailhost
from tests.mailings.conftest import At, Deliver, SignIn, invited, letters, states, turn

UNKNOWN_USER = "5.1.1 <%s>: Recipient address rejected: User unknown"
CLOSED = "Dit adres is gesloten. Verbeter het bij het contact, of geef het vrij als je weet dat het werkt."


def refused(db: Session, letter: Letter, words: str, code: int = 550) -> Letter:
    letter.state, letter.smtp_code, letter.smtp_text = LetterState.REFUSED, code, words
    db.flush()
    return letter


def nobody_there(db: Session, letter: Letter) -> Letter:
    """The mailbox of this letter is not there, and we know it."""
    refused(db, letter, UNKNOWN_USER % letter.to_address)
    refusals.judge_refused(db, SYSTEM)
    return letter


def correct(db: Session, letter: Letter, email: str) -> None:
    """Somebody gave the reader of this letter another address."""
    db.exec(select(Address).where(Address.email == letter.to_address)).one().is_used = False
    assert letter.contact_id is not None
    db.add(Address(contact_id=letter.contact_id, email=email))
    db.flush()


def going(db: Session, people: People, mailing: Mailing) -> dict[str, str]:
    """What would become of each letter: the address that it goes to, or why it stays."""
    found = again.chances(db, people.amsterdam, Wanted(mailing_id=mailing.id))
    return {one.letter.to_name: one.why_not or one.address for one in found}


def test_the_chosen_letters_go_again_and_no_others(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 4)
    turn(db, mailing, LetterState.REFUSED, LetterState.UNKNOWN, LetterState.REFUSED, LetterState.ACCEPTED)
    refused, unsure, other, sent = letters(db, mailing)

    number = mailings.retry(db, people.amsterdam, mailing, [refused.id, unsure.id, sent.id])

    assert number == 2
    assert states(db, mailing) == [
        LetterState.QUEUED,
        LetterState.QUEUED,
        LetterState.REFUSED,
        LetterState.ACCEPTED,
    ]
    assert other.id not in {refused.id, unsure.id}


def test_what_tells_an_old_date_does_not_go_again(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    turn(db, mailing, LetterState.UNKNOWN, LetterState.ACCEPTED)
    unsure, _sent = letters(db, mailing)
    with frozen(NOW + timedelta(minutes=5)):
        plan = replace(Plan.of(planned), on=date(2026, 12, 15))
        planning.change_meeting(db, people.amsterdam, amsterdam, planned, plan, revision=planned.revision)

        with pytest.raises(Refused):
            mailings.retry(db, people.amsterdam, mailing, [unsure.id])
    chance = again.chance(db, people.amsterdam, unsure)

    assert chance is not None
    assert chance.why_not == "Het overleg is veranderd nadat dit geschreven was. Schrijf opnieuw."


def test_of_a_stopped_mailing_nothing_goes_again(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    turn(db, mailing, LetterState.UNKNOWN)
    mailings.stop(db, people.amsterdam, mailing)

    with pytest.raises(Refused):
        mailings.retry(db, people.amsterdam, mailing, [letters(db, mailing)[0].id])


def test_only_what_can_arrive_goes_again_and_of_the_rest_it_is_said_what_helps(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 6)
    gone, full, ours, unsure, stopped, forgotten = letters(db, mailing)
    nobody_there(db, gone)
    refused(db, full, "5.2.2 mailbox full", 552)
    refused(db, ours, "5.7.1 not from you")
    unsure.state = LetterState.UNKNOWN
    for letter in (stopped, forgotten):
        refused(db, letter, "5.0.0 no")
    assert stopped.contact_id is not None
    db.add(MailStop(contact_id=stopped.contact_id, purpose=Purpose.INVITATIONS, since=NOW))
    db.delete(db.exec(select(LetterPayload).where(LetterPayload.letter_id == forgotten.id)).one())
    db.flush()

    found = going(db, people, mailing)
    number = mailings.retry(db, people.amsterdam, mailing, [letter.id for letter in letters(db, mailing)])

    assert found == {
        gone.to_name: CLOSED,
        full.to_name: full.to_address,
        ours.to_name: ours.to_address,
        unsure.to_name: unsure.to_address,
        stopped.to_name: found[stopped.to_name],
        forgotten.to_name: "De tekst is niet bewaard. Schrijf opnieuw.",
    }
    assert "23-11-2026" in found[stopped.to_name]
    assert number == 3
    assert states(db, mailing) == [LetterState.REFUSED, *[LetterState.QUEUED] * 3, *[LetterState.REFUSED] * 2]


def test_a_corrected_address_gets_the_letter_as_a_new_mail_with_its_own_calendar_entry(
    db: Session, people: People, amsterdam: Region, planned: Meeting, deliver: Deliver
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    gone = nobody_there(db, letters(db, mailing)[0])
    old, number, token = gone.to_address, gone.message_id, gone.return_token
    new = "voornaam.van.een.heel.lange.achternaam@organisatie.example.org"
    correct(db, gone, new)

    mailings.retry(db, people.amsterdam, mailing, [gone.id])
    db.commit()
    with mailhost() as host:
        deliver(host)
    db.refresh(gone)

    [mail] = [one for one in host.taken if one.message_id == gone.message_id]
    calendar = db.exec(select(LetterPayload.calendar).where(LetterPayload.letter_id == gone.id)).one()
    unfolded = calendar.replace("\r\n ", "")
    assert (gone.state, gone.to_address) == (LetterState.ACCEPTED, new)
    assert number not in mail.raw.decode()
    assert token not in mail.raw.decode()
    assert (f":mailto:{new}\r\n" in unfolded, old in unfolded) == (True, False)
    assert max(len(line.encode()) for line in calendar.split("\r\n")) <= 75
    assert calendar.endswith("END:VCALENDAR\r\n")


def test_what_may_have_arrived_keeps_its_address_when_the_contact_has_another_one(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 1)
    turn(db, mailing, LetterState.UNKNOWN)
    [unsure] = letters(db, mailing)
    before = (unsure.to_address, unsure.message_id)
    correct(db, unsure, "nieuw@example.org")

    mailings.retry(db, people.amsterdam, mailing, [unsure.id])
    db.refresh(unsure)

    assert (unsure.to_address, unsure.message_id) == before


def test_a_released_address_gets_it_and_is_closed_again_when_it_is_refused_again(
    db: Session, people: People, amsterdam: Region, planned: Meeting, frozen: At, deliver: Deliver
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 1)
    [gone] = letters(db, mailing)
    db.commit()
    dead = UNKNOWN_USER % gone.to_address
    with mailhost(lambda stage, _to: f"550 {dead}" if stage == "rcpt" else "") as host:
        deliver(host)
        closed = [going(db, people, mailing)]
        with frozen(NOW + timedelta(hours=1)):
            reachability.release(db, people.amsterdam, gone.to_address, amsterdam.id, proof="gebeld")
            mailings.retry(db, people.amsterdam, mailing, [gone.id])
            db.commit()
            deliver(host)
            closed.append(going(db, people, mailing))

    told = db.exec(select(Incoming.received_at).where(Incoming.letter_id == gone.id).order_by(col(Incoming.id))).all()
    assert [one[gone.to_name] for one in closed] == [CLOSED, CLOSED]
    assert told == [NOW, NOW + timedelta(hours=1)]


def test_the_pages_offer_what_can_arrive_and_lead_to_what_helps(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 3)
    gone, full, _waits = letters(db, mailing)
    nobody_there(db, gone)
    refused(db, full, "4.2.2 mailbox full", 452)
    db.commit()
    browser: TestClient = signed_in(people.amsterdam)

    page = browser.get(f"/postvak/zendingen/{mailing.id}").text
    asked = browser.get(f"/postvak/zendingen/{mailing.id}/opnieuw?toestand=onbestelbaar").text
    listed = browser.get("/postvak?toestand=onbestelbaar").text
    alone = browser.get(f"/postvak/{gone.id}").text
    tried = browser.post(f"/postvak/{gone.id}/opnieuw")
    shown = browser.post("/postvak/opnieuw", data={"toestand": "onbestelbaar"})
    db.expire_all()

    assert "Stuur 1 geweigerde opnieuw" in page
    assert "1 mail kan nog niet aankomen: wat helpt?" in page
    assert [f'value="{one.id}"' in asked for one in (gone, full)] == [False, True]
    assert f'href="/netwerk/contacten/{gone.contact_id}"' in asked
    assert "Verstuur 1 opnieuw" in listed
    assert (CLOSED in alone, f'action="/postvak/{gone.id}/opnieuw"' in alone) == (True, False)
    assert (tried.status_code, shown.status_code) == (422, 303)
    assert [gone.state, full.state] == [LetterState.REFUSED, LetterState.QUEUED]


def test_what_to_do_about_letters_of_another_region_is_not_told(
    db: Session, people: People, amsterdam: Region, planned: Meeting
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 1)
    turn(db, mailing, LetterState.REFUSED)
    wanted = Wanted(mailing_id=mailing.id)

    assert again.chances(db, people.almere, wanted) == []
    assert (again.number(db, people.almere, wanted), again.send(db, people.almere, wanted)) == (0, 0)
    assert again.number(db, people.amsterdam, wanted) == 1
    assert states(db, mailing) == [LetterState.REFUSED]


def test_a_letter_to_somebody_who_is_no_contact_goes_again(db: Session, people: People, amsterdam: Region) -> None:
    closed = db.exec(select(Address).where(Address.contact_id == factories.contact(db, amsterdam).id)).one()
    closed.bounced_at = NOW
    addresses = ("balie@example.org", closed.email)
    for to in addresses:
        outbox.queue(db, "own_page", Recipient(to, ""), key=to, context={"page": "/mijn/1"}, region_id=amsterdam.id)
    for letter in db.exec(select(Letter)):
        letter.state = LetterState.REFUSED
    db.flush()

    assert [again.number(db, people.amsterdam, Wanted(text=to)) for to in addresses] == [1, 0]
