"""Vandaag: what waits, in order of haste, and how the quarter stands."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.mail import outbox, setbacks
from bsoo.mail.models import Letter, LetterState
from bsoo.regions import Region
from bsoo.registry.imports import importing
from bsoo.registry.models import JoinRequest, Membership
from bsoo.routes import recent
from bsoo.routes.numbers import numbers
from tests import factories
from tests.conftest import People
from tests.statements import statements

SignedIn = Callable[[Actor], TestClient]
Frozen = Callable[[datetime], AbstractContextManager[None]]


def lines(client: TestClient) -> list[tuple[str, str]]:
    """The to-do list as (number, words)."""
    html = client.get("/vandaag").text
    found = re.findall(r'<span class="n">(\d+)</span><span class="what"><a href="[^"]*">([^<]*)</a>', html)
    return [(number, unescape(words)) for number, words in found]


def test_a_region_without_a_network_begins_with_its_contact_list(signed_in: SignedIn, people: People) -> None:
    client = signed_in(people.amsterdam)

    assert lines(client) == [("1", "Zet je contactenlijst erin")]
    assert 'href="/netwerk/import"' in client.get("/vandaag").text


def test_who_may_not_import_is_not_asked_to(signed_in: SignedIn, people: People) -> None:
    client = signed_in(people.reader)

    assert lines(client) == []
    assert "Alles is gedaan" in client.get("/vandaag").text


def test_what_waits_stands_in_order_of_haste_and_only_of_the_own_region(
    signed_in: SignedIn, people: People, db: Session, amsterdam: Region, almere: Region
) -> None:
    kade = factories.organisation(db, amsterdam)
    known = factories.contact(db, amsterdam, at=kade)
    factories.signal(db, amsterdam, at=kade, by=known)
    factories.signal(db, almere)
    db.add(JoinRequest(region_id=almere.id, name="Ali", email="ali@elders.example.org", organisation="Elders"))
    db.commit()

    assert lines(signed_in(people.amsterdam)) == [
        ("1", "Nieuw signaal om te beoordelen"),
        ("1", "Contact om na te kijken: klopt dit nog?"),
    ]


def test_what_came_back_stands_apart_from_what_may_not_have_gone_and_a_test_is_neither(
    signed_in: SignedIn, people: People, db: Session, amsterdam: Region
) -> None:
    factories.organisation(db, amsterdam)
    states = (LetterState.REFUSED, LetterState.BOUNCED, LetterState.UNKNOWN, LetterState.ACCEPTED)
    for key, state in [*enumerate(states), (f"{outbox.TEST}1", LetterState.REFUSED)]:
        to = outbox.Recipient("ali@elders.example.org", "Ali")
        outbox.queue(db, "own_page", to, key=str(key), context={"page": "/mijn/x"}, region_id=amsterdam.id)
        db.exec(select(Letter).where(Letter.key == str(key))).one().state = state
    db.commit()

    assert lines(signed_in(people.amsterdam)) == [
        ("2", "Adressen zijn onbestelbaar"),
        ("1", "Mail is misschien niet verstuurd"),
    ]


def test_the_share_of_contacts_that_are_up_to_date_counts_who_is_invited(
    signed_in: SignedIn, people: People, db: Session, amsterdam: Region
) -> None:
    kade = factories.organisation(db, amsterdam)
    for name in ("Ali Bakker", "Bo Cats", "Cas Dijk"):
        someone = factories.contact(db, amsterdam, name, at=kade, invited=name != "Cas Dijk")
        if name == "Ali Bakker":
            member = db.exec(select(Membership).where(Membership.contact_id == someone.id)).one()
            member.confirmed_on = date(2026, 6, 1)
    db.commit()

    page = unescape(signed_in(people.amsterdam).get("/vandaag").text)

    assert "50%" in page
    assert "1 van 2 bevestigd in de laatste 12 maanden" in page


@pytest.mark.parametrize(("hour", "words"), [(8, "Goedemorgen"), (13, "Goedemiddag"), (20, "Goedenavond")])
def test_the_greeting_knows_the_hour_of_the_region(
    signed_in: SignedIn, people: People, frozen: Frozen, hour: int, words: str
) -> None:
    with frozen(datetime(2026, 11, 23, hour, 0, tzinfo=UTC)):
        page = signed_in(people.amsterdam).get("/vandaag").text

    assert f"<h1>{words}, Samira</h1>" in page


def test_without_a_meeting_the_page_says_how_to_plan_one(signed_in: SignedIn, people: People) -> None:
    assert "Er is geen overleg gepland" in signed_in(people.amsterdam).get("/vandaag").text


def test_every_line_of_what_just_happened_is_written_by_some_action() -> None:
    written = {
        found
        for file in Path(recent.__file__).parents[1].rglob("*.py")
        if file != Path(recent.__file__)
        for found in re.findall(r'"([a-z_]+\.[a-z_]+)"', file.read_text())
    }

    assert "signal.declined" in written, "the walk itself is broken"
    assert set(recent.WORDS) - written == set()


def test_an_import_is_seen_to_have_happened(
    signed_in: SignedIn, people: People, db: Session, amsterdam: Region
) -> None:
    plan = importing.plan(db, people.amsterdam, amsterdam, b"Naam;E-mail\nAli Bakker;ali@kade.example.org\n", "a.csv")
    importing.apply(db, people.amsterdam, plan)
    db.commit()

    assert "Contactenlijst geïmporteerd" in unescape(signed_in(people.amsterdam).get("/vandaag").text)


@pytest.mark.parametrize(
    ("minutes", "is_told"), [((20, 19, 18, 16, 12, 4), True), ((10, 9, 8, 6, 2), False), ((60, 59, 58, 56, 52), False)]
)
def test_an_administrator_is_told_when_no_mail_goes_out_for_long(
    db: Session, people: People, amsterdam: Region, minutes: tuple[int, ...], is_told: bool
) -> None:
    for ago in minutes:
        setbacks.hold(db, "post@mail.example.org", timedelta(minutes=1), clock.now() - timedelta(minutes=ago))

    administrator, coordinator = (
        numbers(db, actor, [amsterdam.id], clock.today()).stuck_mail
        for actor in (people.administrator, people.amsterdam)
    )

    assert (administrator, coordinator) == (int(is_told), 0)


def test_the_page_takes_at_most_six_statements(
    signed_in: SignedIn, people: People, db: Session, database: Database, amsterdam: Region
) -> None:
    kade = factories.organisation(db, amsterdam)
    factories.signal(db, amsterdam, at=kade, by=factories.contact(db, amsterdam, at=kade))
    factories.meeting(db, amsterdam)
    db.commit()
    client = signed_in(people.amsterdam)

    with statements(database) as asked:
        assert client.get("/vandaag").status_code == 200

    assert len(asked) <= 6, asked
