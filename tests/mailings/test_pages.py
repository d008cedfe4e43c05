"""The pages of bulk mail."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bsoo.db import Database
from bsoo.mail import bulk_views, pace
from bsoo.mail.bulk_views import Phase
from bsoo.mail.desk import Wanted
from bsoo.mail.models import Because, Incoming, LetterState, Mailing, MailingState
from bsoo.mail.returning.kinds import Cause, Kind
from bsoo.meetings import answering, mailing_views
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.regions import Region
from bsoo.settings import Settings
from tests.conftest import NOW, People
from tests.mailhost import mailhost
from tests.mailings.conftest import HERE, Deliver, SignIn, crowd, invited, letters, states, turn
from tests.statements import how_many


def test_a_coordinator_schedules_trims_and_stops_from_the_pages(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    crowd(db, amsterdam, 3)
    db.commit()
    browser = signed_in(people.amsterdam)
    later = {"wanneer": "later", "dag": "2026-11-24", "tijd": "09:00"}

    wrong = browser.post(f"{HERE}/uitnodigen", data={"wanneer": "later", "dag": "2026-11-01", "tijd": "09:00"})
    right = browser.post(f"{HERE}/uitnodigen", data=later)
    [mailing] = db.exec(select(Mailing)).all()
    page = f"/postvak/zendingen/{mailing.id}"
    listed = browser.get("/postvak/zendingen?stand=wacht")
    one = letters(db, mailing)[0]
    trimmed = browser.post(f"{page}/eruit", data={"brief": str(one.id)})
    toast = browser.get(page)
    undone = browser.post(_undo(toast.text))
    moved = browser.post(f"{page}/moment", data={"dag": "2026-11-25", "tijd": "10:30"})
    stopped = browser.post(f"{page}/stand", data={"stand": "stop"})
    said = browser.get(page).text
    put_back = browser.post(_undo(said))
    never = browser.post(f"{page}/terug", params={"moment": "0001-01-01T00:00:00+23:59"})

    assert (wrong.status_code, right.status_code, listed.status_code) == (422, 303, 200)
    assert "Dat moment is voorbij" in wrong.text
    assert [trimmed.status_code, undone.status_code, moved.status_code] == [303, 303, 303]
    assert [stopped.status_code, put_back.status_code, never.status_code] == [303, 303, 404]
    assert ["data-all" in text for text in (toast.text, said)] == [True, False]  # nothing of what stopped can be chosen
    db.expire_all()
    assert (mailing.state, mailing.begins_at) == (MailingState.SCHEDULED, datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
    assert states(db, mailing) == [LetterState.QUEUED] * 3


def _undo(page: str) -> str:
    """The address behind "Ongedaan maken" in the toast."""
    before = page.index("data-undo")
    start = page.rindex('action="', 0, before) + len('action="')
    return page[start : page.index('"', start)].replace("&amp;", "&")


def test_the_risk_of_a_double_is_said_before_uncertain_letters_go_again(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    turn(db, mailing, LetterState.UNKNOWN, LetterState.REFUSED)
    db.commit()
    browser = signed_in(people.amsterdam)
    page = f"/postvak/zendingen/{mailing.id}/opnieuw"

    sure = browser.get(f"{page}?toestand=onbestelbaar")
    unsure = browser.get(f"{page}?toestand=onzeker")
    nothing = browser.post(page, data={})
    sent = browser.post(page, data={"brief": [str(letter.id) for letter in letters(db, mailing)]})

    assert ("krijgt hem misschien dubbel" in sure.text, "krijgt hem misschien dubbel" in unsure.text) == (False, True)
    assert (nothing.status_code, sent.status_code) == (422, 303)
    assert states(db, mailing) == [LetterState.QUEUED, LetterState.QUEUED]


def test_today_says_loudly_that_a_mailing_stands_still(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 4)
    turn(db, mailing, LetterState.REFUSED, LetterState.REFUSED, LetterState.REFUSED)
    mailing.state, mailing.paused_because = MailingState.PAUSED, Because.REFUSED
    db.commit()

    mine, others = (signed_in(one).get("/vandaag").text for one in (people.amsterdam, people.almere))

    assert "Verzending staat stil: Uitnodiging Amsterdam" in mine
    assert "De mailserver weigerde 3 mails. 1 mail wacht op jouw besluit." in mine
    assert "Verzending staat stil" not in others


def test_a_mailing_is_paused_by_itself_with_the_reason(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn, deliver: Deliver
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 8)
    db.commit()

    with mailhost(lambda stage, _to: "550 5.7.1 not from you" if stage == "rcpt" else "") as host:
        deliver(host)
    db.expire_all()
    page = signed_in(people.amsterdam).get(f"/postvak/zendingen/{mailing.id}")

    assert (mailing.state, mailing.paused_because) == (MailingState.PAUSED, Because.REFUSED)
    assert "Staat stil: de mailserver weigert te veel (3 mails)" in page.text
    assert "5.7.1 not from you" in page.text


def test_whoever_may_not_manage_mail_changes_nothing(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned)
    db.commit()
    page = f"/postvak/zendingen/{mailing.id}"

    answers = [
        signed_in(person).post(f"{page}/{what}", data={"stand": "stop"}).status_code
        for person in (people.almere, people.reader)
        for what in ("stand", "eruit", "moment", "opnieuw", "verder", "terug")
    ]

    assert set(answers) == {404}
    assert set(states(db, mailing)) == {LetterState.QUEUED}


def test_a_mailing_takes_six_statements_and_each_refreshing_part_fewer(
    database: Database, db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 6)
    turn(db, mailing, LetterState.REFUSED, LetterState.ACCEPTED)
    db.commit()
    browser, page = signed_in(people.amsterdam), f"/postvak/zendingen/{mailing.id}"

    def asked(path: str, part: str = "") -> int:
        headers = {"HX-Request": "true", "HX-Target": f"section#{part}"} if part else {}
        return how_many(database, lambda: browser.get(path, headers=headers))

    frame = asked("/postvak/zendingen") - 2  # who it is, and the number in the menu
    whole = (asked(page), asked(f"{page}?q=mens&toestand=wacht"))

    assert whole == (frame + 4, frame + 4)
    assert [asked(page, part) - frame for part in ("stand", "keuze", "lijst")] == [2, 1, 2]
    assert frame == 2


def test_a_mailing_shows_what_each_reader_let_us_know(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 4)
    turn(db, mailing, *[LetterState.ACCEPTED] * 4)
    came, wrote, away, held = letters(db, mailing)
    invitation = db.exec(select(Invitation).where(Invitation.contact_id == came.contact_id)).one()
    answering.answer(db, people.amsterdam, invitation, answer=Answer.ON_SITE)
    for letter, kind, more in (
        (wrote, Kind.REPLY, {}),
        (away, Kind.AUTO_REPLY, {"away_until": date(2026, 12, 1)}),
        (held, Kind.BOUNCE, {"cause": Cause.DELAYED}),
    ):
        db.add(Incoming(digest=str(letter.id), kind=kind, letter_id=letter.id, **more))
    db.commit()

    line = mailing_views.about(db, people.amsterdam, mailing.id).line
    seen = mailing_views.letters(db, people.amsterdam, line, Wanted(mailing_id=mailing.id))
    page = signed_in(people.amsterdam).get(f"/postvak/zendingen/{mailing.id}").text

    assert [(one.answer, one.is_answered_by_mail, one.away_until, one.is_delayed) for one in seen] == [
        (Answer.ON_SITE, False, None, False),
        (None, True, None, False),
        (None, False, date(2026, 12, 1), False),
        (None, False, None, True),
    ]
    assert [words in page for words in ("Antwoord: komt", "schreef terug", "afwezig tot 1 december")] == [True] * 3


def test_a_mailing_that_begins_soon_counts_down_and_can_be_held(
    db: Session, people: People, amsterdam: Region, planned: Meeting, signed_in: SignIn
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2, NOW + timedelta(seconds=40))
    db.commit()

    page = signed_in(people.amsterdam).get(f"{HERE}/voortgang")

    assert "Begint over 40 seconden. Tot dan kun je de mail tegenhouden." in page.text
    assert "Houd tegen" in page.text
    assert bulk_views.line_of(db, mailing.id).phase is Phase.SCHEDULED


def test_mail_that_cannot_go_says_who_can_see_why(
    db: Session,
    people: People,
    amsterdam: Region,
    planned: Meeting,
    signed_in: SignIn,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mailing = invited(db, people.amsterdam, amsterdam, planned, 2)
    pace.hold(db, pace.sender_of(settings.smtp_url), NOW + timedelta(minutes=5), NOW)
    db.commit()
    browser = signed_in(people.amsterdam)
    unsigned = settings.model_copy(
        update={"dkim_key": Path("gone.pem"), "dkim_selector": "s", "dkim_domain": "x.example"}
    )
    monkeypatch.setitem(browser.app.state._state, "settings", unsigned)  # type: ignore[attr-defined] # Starlette's type

    page = browser.get(f"/postvak/zendingen/{mailing.id}").text
    seen_by_administrator = signed_in(people.administrator).get(f"/postvak/zendingen/{mailing.id}").text

    assert "uur opnieuw. Duurt het lang, dan is er iets mis met de mail zelf." in page
    assert "Onze mails kunnen niet ondertekend worden, dus ze wachten" in page
    assert page.count("Een beheerder ziet op de pagina E-mail wat het is.") == 2
    assert seen_by_administrator.count("Kijk wat er mis is") == 2
