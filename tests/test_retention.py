"""How long we keep what: what is over goes by itself, what is not stays, and coordinators hear of it first."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import jobs, tables
from bsoo.access.actor import SYSTEM, Actor
from bsoo.access.models import Attempt, Browser, SignInLink
from bsoo.db import Database
from bsoo.errors import NotAllowed
from bsoo.logbook import LogEntry, note
from bsoo.mail import blocking
from bsoo.mail.models import Letter
from bsoo.meetings.models import Answer, InvitationAnswer
from bsoo.privacy import leavers, retention
from bsoo.regions import Region
from bsoo.registry.models import Affiliation, Contact, JoinRequest, Membership
from bsoo.settings import Settings
from tests import factories
from tests.conftest import NOW, People

Frozen = Callable[[datetime], AbstractContextManager[None]]
SignedIn = Callable[[Actor], TestClient]
LONG_AGO = date(2024, 6, 30)


def codes(db: Session) -> dict[str, int]:
    """The rules that have something to remove."""
    return {code: number for code, number in retention.preview(db, SYSTEM).items() if number}


def test_every_rule_names_columns_that_are_there_and_has_its_own_code() -> None:
    assert len({rule.code for rule in retention.RULES}) == len(retention.RULES)
    assert [
        rule.code for rule in retention.RULES if set(rule.blank) - set(tables.metadata.tables[rule.table].c.keys())
    ] == []


def test_what_is_over_goes_and_the_preview_says_how_much(
    db: Session, people: People, amsterdam: Region, frozen: Frozen
) -> None:
    assert people.reader.id is not None
    contact = factories.contact(db, amsterdam)
    invitation = factories.invitation(db, factories.meeting(db, amsterdam), contact)
    later = NOW + timedelta(hours=1)
    said = InvitationAnswer(invitation_id=invitation.id, answer=Answer.NO, note="Ik ben ziek.")
    db.add_all(
        [
            Browser(user_id=people.reader.id, token_hash="a" * 64, expires_at=later),
            SignInLink(user_id=people.reader.id, token_hash="b" * 64, expires_at=later),
            Attempt(key="link:1", arrives_at=later),
            JoinRequest(
                region_id=amsterdam.id, name="Ria", organisation="Kerk", email="r@kerk.example.org", decided_at=NOW
            ),
            said,
        ]
    )
    note(db, SYSTEM, "contact.added", contact, amsterdam.id)
    db.flush()
    before = codes(db)

    with frozen(NOW + timedelta(days=366)):
        after_a_year = codes(db)
        retention.run(db, SYSTEM)
        left = codes(db)
    with frozen(NOW + timedelta(days=6 * 365)):
        after_years = codes(db)

    db.refresh(said)
    assert before == {}
    assert after_a_year == {"browsers": 1, "sign-in-links": 1, "attempts": 1, "requests": 1, "remarks": 1}
    assert left == {}
    assert after_years == {"logbook": 1}
    assert (said.answer, said.note) == (Answer.NO, "")


def test_only_administrators_see_and_run_it(db: Session, people: People) -> None:
    with pytest.raises(NotAllowed):
        retention.preview(db, people.amsterdam)
    with pytest.raises(NotAllowed):
        retention.run(db, people.amsterdam)


@pytest.fixture
def left(db: Session, amsterdam: Region) -> Contact:
    """Somebody who left more than two years ago."""
    return factories.contact(db, amsterdam, at=factories.organisation(db, amsterdam), ended_on=LONG_AGO)


def test_who_left_long_ago_is_forgotten_a_month_after_the_coordinator_heard_it(
    db: Session, people: People, left: Contact, frozen: Frozen
) -> None:
    at_once = leavers.run(db, SYSTEM)
    letter = db.exec(select(Letter).where(Letter.name == "contacts_expiring")).one()
    with frozen(NOW + timedelta(days=29)):
        too_soon = leavers.run(db, SYSTEM)
    with frozen(NOW + timedelta(days=30)):
        in_time = leavers.run(db, SYSTEM)
        again = leavers.run(db, SYSTEM)

    assert (at_once, too_soon, in_time, again) == (0, 0, 1, 0)
    assert letter.to_address == people.amsterdam.email
    assert len(db.exec(select(Letter).where(Letter.name == "contacts_expiring")).all()) == 1
    assert db.get(Contact, left.id) is None
    assert len(db.exec(select(LogEntry).where(LogEntry.verb == "contact.let-go")).all()) == 1
    assert blocking.blocked_among(db, {"samira.el.idrissi@kade.example.org"}) == {}


def test_who_is_confirmed_after_the_notice_stays(db: Session, left: Contact, frozen: Frozen) -> None:
    leavers.run(db, SYSTEM)
    db.exec(select(Membership).where(Membership.contact_id == left.id)).one().confirmed_on = NOW.date()
    db.flush()

    with frozen(NOW + timedelta(days=31)):
        forgotten = leavers.run(db, SYSTEM)

    assert (forgotten, leavers.leavers(db, SYSTEM)) == (0, [])


def test_who_still_sits_somewhere_or_left_lately_stays(db: Session, amsterdam: Region, left: Contact) -> None:
    house = factories.organisation(db, amsterdam, "GGZ Waterlinie")
    db.add(Affiliation(contact_id=left.id, organisation_id=house.id))
    factories.contact(db, amsterdam, "Pieter Smit", at=house, ended_on=date(2026, 1, 1))
    db.flush()

    assert leavers.leavers(db, SYSTEM) == []


def test_the_daily_job_does_both(
    database: Database, settings: Settings, db: Session, left: Contact, frozen: Frozen
) -> None:
    db.commit()
    left_id = left.id
    job = jobs.job("retention")
    assert job is not None

    job.work(database, settings)
    with frozen(NOW + timedelta(days=40)):
        done = [job.work(database, settings), job.work(database, settings)]

    db.expire_all()
    assert done == [1, 0]
    assert db.exec(select(Contact.id).where(Contact.id == left_id)).all() == []


def test_coordinators_see_who_goes_in_their_region(
    db: Session, people: People, left: Contact, signed_in: SignedIn
) -> None:
    db.commit()

    here = signed_in(people.amsterdam).get("/netwerk/vertrokken")
    elsewhere = signed_in(people.almere).get("/netwerk/vertrokken")

    assert ("Samira El Idrissi" in here.text, "Samira El Idrissi" in elsewhere.text) == (True, False)
    assert "Niemand wordt binnenkort vergeten" in elsewhere.text


def test_an_administrator_reads_every_rule(db: Session, people: People, signed_in: SignedIn) -> None:
    refused = signed_in(people.amsterdam).get("/beheer/bewaren")
    page = signed_in(people.administrator).get("/beheer/bewaren")

    assert (refused.status_code, page.status_code) == (403, 200)
    assert page.text.count('<th scope="row">') == len(retention.RULES) + 1
