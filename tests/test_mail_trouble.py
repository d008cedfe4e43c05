"""When other servers refuse us for how we send, administrators hear it and mailings are halted; addresses stay open."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access import mail_trouble
from bsoo.access.actor import SYSTEM, Actor
from bsoo.mail import outbox
from bsoo.mail.models import Because, Blocked, Incoming, Letter, LetterState, Mailing, MailingState
from bsoo.mail.outbox import Draft, Recipient
from bsoo.mail.returning.kinds import Cause, Kind
from bsoo.meetings import refusals
from bsoo.regions import Region
from tests.conftest import People
from tests.test_letters import EXAMPLES

At = Callable[[datetime], AbstractContextManager[None]]
SignIn = Callable[[Actor], TestClient]
BLOCKED = "550 5.7.26 This mail is unauthenticated: SPF and DKIM did not pass"


def refused(db: Session, number: int, *, first: int = 0) -> None:
    """Refusals of how we send, of as many letters."""
    rows = [
        Incoming(digest=f"{first + one}", kind=Kind.BOUNCE, cause=Cause.OUR_FAULT, words=BLOCKED)
        for one in range(number)
    ]
    db.add_all(rows)
    db.flush()


def running_mailing(db: Session, region: Region) -> Mailing:
    mailing = outbox.start_mailing(db, None, "publication", region.id, None, 1)
    to = Recipient("ann@example.org", "Ann")
    outbox.queue_many(db, [Draft("publication", to, "p", EXAMPLES["publication"], region.id, mailing_id=mailing.id)])
    return mailing


def test_administrators_get_one_letter_a_day_with_the_servers_words(db: Session, people: People, frozen: At) -> None:
    refused(db, 2)

    told = [mail_trouble.tell(db, SYSTEM) for _again in range(2)]

    letter = db.exec(select(Letter).where(Letter.name == "mail_refused")).one()
    assert (told, letter.to_address) == ([1, 0], people.administrator.email)
    with frozen(clock.now() + timedelta(days=1, minutes=-1)):
        assert mail_trouble.tell(db, SYSTEM) == 1
    with frozen(clock.now() + timedelta(days=2)):
        assert mail_trouble.tell(db, SYSTEM) == 0


def test_a_few_refusals_halt_nothing_and_many_halt_what_runs(db: Session, people: People, amsterdam: Region) -> None:
    mailing = running_mailing(db, amsterdam)
    refused(db, mail_trouble.MANY - 1)
    mail_trouble.tell(db, SYSTEM)
    before = mailing.state

    refused(db, 1, first=100)
    mail_trouble.tell(db, SYSTEM)

    assert before is MailingState.RUNNING
    assert (mailing.state, mailing.paused_because) == (MailingState.PAUSED, Because.REFUSED)


def test_who_lets_a_mailing_go_on_knew_of_the_refusals_before(
    db: Session, people: People, amsterdam: Region, frozen: At
) -> None:
    mailing = running_mailing(db, amsterdam)
    refused(db, mail_trouble.MANY)
    mail_trouble.tell(db, SYSTEM)

    with frozen(clock.now() + timedelta(hours=1)):
        mailing.state = MailingState.RUNNING
        refused(db, mail_trouble.MANY - 1, first=100)
        mail_trouble.tell(db, SYSTEM)
        assert mailing.state is MailingState.RUNNING
        refused(db, 1, first=200)
        mail_trouble.tell(db, SYSTEM)
        assert mailing.state.value == "paused"


def test_a_refusal_at_the_door_for_how_we_send_is_told_and_closes_no_address(
    db: Session, people: People, amsterdam: Region
) -> None:
    running_mailing(db, amsterdam)
    letter = db.exec(select(Letter)).one()
    letter.state, letter.smtp_code, letter.smtp_text = LetterState.REFUSED, 550, BLOCKED.removeprefix("550 ")
    db.flush()

    assert refusals.judge_refused(db, SYSTEM) == 1
    assert mail_trouble.tell(db, SYSTEM) == 1
    assert db.exec(select(Incoming.cause)).one() is Cause.OUR_FAULT
    assert db.exec(select(Blocked)).all() == []


def test_today_tells_administrators_until_somebody_dealt_with_it(
    db: Session, people: People, signed_in: SignIn
) -> None:
    refused(db, 1)
    db.commit()
    words = "weigert onze mail"

    assert words in signed_in(people.administrator).get("/vandaag").text
    assert words not in signed_in(people.amsterdam).get("/vandaag").text
    db.exec(select(Incoming)).one().handled_at = clock.now()
    db.commit()
    assert words not in signed_in(people.administrator).get("/vandaag").text
