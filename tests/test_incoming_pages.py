"""Postvak in: what came back is shown, sorted and dealt with."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from bsoo.mail import blocking
from bsoo.mail.models import Incoming, Letter, LetterPayload, LetterState, Outcome
from bsoo.mail.returning.kinds import Cause, Kind
from bsoo.meetings.models import Answer, Invitation, InvitationAnswer, Meeting
from bsoo.registry.models import Contact
from tests.conftest import People
from tests.receiving import MESSAGE_ID, come_in, invited, jan, meeting, raw, sent, took_in

SignIn = Callable[[Actor], TestClient]


FIXTURES = (jan, meeting, invited)
"""Made as where mail is received; pytest finds them here by their names."""


@pytest.fixture
def everything(db: Session, meeting: Meeting, jan: Contact, invited: Invitation) -> None:
    """One of each kind, about one letter."""
    sent(db, jan, "jan@example.org", meeting)
    for name in (
        "sendmail-dead",
        "m365-dmarc",
        "oof-nl",
        "itip-outlook-decline",
        "reply-outlook",
        "arf-abuse",
        "mdn-read",
    ):
        come_in(db, name)
    db.commit()


def one(db: Session, kind: Kind, cause: Cause | None = None) -> Incoming:
    """The only one of its kind; of the bounces the one with this cause."""
    return db.exec(select(Incoming).where(Incoming.kind == kind, col(Incoming.cause).is_not_distinct_from(cause))).one()


def test_the_list_says_who_what_and_until_when(
    db: Session, people: People, signed_in: SignIn, everything: None
) -> None:
    page = signed_in(people.amsterdam).get("/postvak-in").text

    assert "dit adres bestaat niet" in page
    assert "afwezig tot donderdag 3 december 2026" in page
    assert "Die dag ben ik vrij." in page
    assert "Ik kom graag" in page


def test_a_letter_shows_what_came_back_to_it(db: Session, people: People, signed_in: SignIn, everything: None) -> None:
    letter = db.exec(select(Letter).where(Letter.key == "k1")).one()
    db.delete(db.get_one(LetterPayload, letter.id))  # its text was another letter's
    db.commit()

    page = signed_in(people.amsterdam).get(f"/postvak/{letter.id}").text

    linked = db.exec(select(Incoming.id).where(Incoming.letter_id == letter.id)).all()
    assert len(linked) == 5
    assert [f"/postvak-in/{one}" for one in linked if f"/postvak-in/{one}" not in page] == []
    assert "afwezig tot donderdag 3 december 2026" in page


def test_the_list_can_be_narrowed_and_searched(
    db: Session, people: People, signed_in: SignIn, everything: None
) -> None:
    client = signed_in(people.amsterdam)

    found = {
        path: client.get(f"/postvak-in?{path}").text.count("data-row")
        for path in ("", "soort=onbestelbaar", "soort=open", "soort=antwoord", "q=graag", "q=niemand", "bladzijde=x")
    }

    assert found == {
        "": 7, "soort=onbestelbaar": 2, "soort=open": 4, "soort=antwoord": 1, "q=graag": 1, "q=niemand": 0,
        "bladzijde=x": 7,
    }  # fmt: skip


def test_an_empty_list_says_what_comes_here(people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)

    assert "Er is nog niets binnengekomen" in client.get("/postvak-in").text
    assert "Alle mail is afgehandeld" in client.get("/postvak-in?soort=open").text


def test_another_region_and_a_reader_see_nothing(
    db: Session, people: People, signed_in: SignIn, everything: None
) -> None:
    mail = one(db, Kind.REPLY)

    assert signed_in(people.almere).get("/postvak-in").text.count("data-row") == 0
    assert signed_in(people.almere).get(f"/postvak-in/{mail.id}").status_code == 404
    assert signed_in(people.reader).get("/postvak-in").status_code == 403
    assert signed_in(people.reader).post(f"/postvak-in/{mail.id}/afgehandeld").status_code == 403


def test_a_mail_is_handled_and_put_back(db: Session, people: People, signed_in: SignIn, everything: None) -> None:
    client, mail = signed_in(people.amsterdam), one(db, Kind.REPLY)

    client.post(f"/postvak-in/{mail.id}/afgehandeld")
    db.refresh(mail)
    handled = (mail.handled_at is not None, mail.handled_by)
    client.post(f"/postvak-in/{mail.id}/open")
    db.refresh(mail)

    assert handled == (True, people.amsterdam.id)
    assert (mail.handled_at, mail.handled_by) == (None, None)


def test_not_a_bounce_and_release_on_the_page(db: Session, people: People, signed_in: SignIn, everything: None) -> None:
    client, mail = signed_in(people.amsterdam), one(db, Kind.BOUNCE, Cause.DEAD)
    assert "Schrijf weer naar dit adres" in client.get(f"/postvak-in/{mail.id}").text

    client.post(f"/postvak-in/{mail.id}/wel-aangekomen")

    db.expire_all()
    page = client.get(f"/postvak-in/{mail.id}").text
    assert "Teruggenomen: deze mail kwam wel aan." in page
    assert db.get_one(Incoming, mail.id).outcome is Outcome.TAKEN_BACK
    assert blocking.blocked_among(db, {"jan@example.org"}) == {}


def test_an_address_is_released_without_saying_that_the_letter_arrived(
    db: Session, people: People, signed_in: SignIn, meeting: Meeting, jan: Contact
) -> None:
    letter = sent(db, jan, "jan@example.org", meeting)
    (mail,) = come_in(db, "sendmail-dead")
    db.commit()

    client, page = signed_in(people.amsterdam), f"/postvak-in/{mail.id}/vrijgeven"

    without = client.post(page, data={"bewijs": " "})
    still = blocking.blocked_among(db, {"jan@example.org"})
    released = client.post(page, data={"bewijs": "Gebeld: het postvak is er weer."})

    db.refresh(letter)
    assert ([without.status_code, released.status_code], still) == ([422, 303], {"jan@example.org": {""}})
    assert blocking.blocked_among(db, {"jan@example.org"}) == {}
    assert letter.state is LetterState.BOUNCED


def test_a_colleague_who_answered_is_noted_on_the_page(
    db: Session, people: People, signed_in: SignIn, meeting: Meeting, jan: Contact, invited: Invitation
) -> None:
    sent(db, jan, "jan@example.org", meeting)
    other = raw("itip-method-missing").replace(b"jan@example.org", b"piet@example.org")
    (mail,) = took_in(db, f"In-Reply-To: {MESSAGE_ID}\n".encode() + other)
    db.commit()
    client = signed_in(people.amsterdam)
    asked = client.get(f"/postvak-in/{mail.id}").text
    assert ("Noteer als vervanger" in asked, "<dt>Wie was uitgenodigd</dt><dd>Jan de Wit</dd>" in asked) == (True, True)

    client.post(f"/postvak-in/{mail.id}/vervanger")
    again = client.post(f"/postvak-in/{mail.id}/vervanger")

    db.refresh(invited)
    assert (invited.answer, invited.colleague_email) == (Answer.COLLEAGUE, "piet@example.org")
    assert again.status_code == 422


def test_an_answer_to_nobody_knows_whose_invitation_asks_for_no_choice(
    db: Session, people: People, signed_in: SignIn, meeting: Meeting
) -> None:
    (mail,) = took_in(db, raw("itip-method-missing"))
    db.commit()

    page = signed_in(people.amsterdam).get(f"/postvak-in/{mail.id}").text

    assert ("Iemand antwoordde die we niet kennen" in page, "Noteer als vervanger" in page) == (True, False)


def test_what_somebody_wrote_back_is_noted_as_their_answer_when_a_coordinator_says_so(
    db: Session, people: People, signed_in: SignIn, everything: None, invited: Invitation
) -> None:
    client, mail = signed_in(people.amsterdam), one(db, Kind.REPLY)
    page = f"/postvak-in/{mail.id}"
    invited.answer = Answer.SILENT
    db.commit()

    before = client.get(page).text
    wrong = client.post(f"{page}/antwoord", data={"antwoord": "no"})
    noted = client.post(f"{page}/antwoord", data={"antwoord": "on-site"})
    again = client.post(f"{page}/antwoord", data={"antwoord": "on-site"})
    reader = signed_in(people.reader).post(f"{page}/antwoord", data={"antwoord": "on-site"})

    assert "Dit lijkt een antwoord: komt" in before
    assert [one.status_code for one in (wrong, noted, again, reader)] == [422, 303, 422, 403]
    db.expire_all()
    assert (invited.answer, mail.outcome, mail.handled_by) == (Answer.ON_SITE, Outcome.ANSWERED, people.amsterdam.id)
    kept = db.exec(select(InvitationAnswer).where(InvitationAnswer.answer == Answer.ON_SITE)).one()
    assert (kept.entered_by, kept.note.splitlines()[2]) == (
        people.amsterdam.id,
        "Ik kom graag, maar pas om 14.00 uur.",
    )


def test_an_answer_from_another_account_of_theirs_can_be_let_count(
    db: Session, people: People, signed_in: SignIn, invited: Invitation
) -> None:
    (mail,) = come_in(db, "itip-apple-other-account")
    db.commit()
    client = signed_in(people.amsterdam)
    assert "jan.prive@example.com" in client.get(f"/postvak-in/{mail.id}").text

    client.post(f"/postvak-in/{mail.id}/telt")

    db.refresh(invited)
    assert invited.answer is Answer.ON_SITE
