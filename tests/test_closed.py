"""Who is not written to: why, since when and until when, and opened again only with a word on how one knows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo.access.actor import SYSTEM, Actor
from bsoo.errors import NotFound, Refused
from bsoo.mail import blocking, purposes
from bsoo.mail.arrivals import FULL_CLOSED
from bsoo.mail.models import Incoming, Outcome
from bsoo.mail.purposes import Purpose
from bsoo.mail.returning.kinds import Kind
from bsoo.regions import Region
from bsoo.registry import closed, reachability
from bsoo.registry.models import Address, Contact
from tests import factories
from tests.conftest import NOW, People

At = Callable[[datetime], AbstractContextManager[None]]
SignIn = Callable[[Actor], TestClient]
WORDS = "550 5.1.1 user unknown"


@pytest.fixture
def samira(db: Session, amsterdam: Region) -> Contact:
    return factories.contact(db, amsterdam, email="samira@kade.example.org")


def address_of(db: Session, contact: Contact) -> Address:
    return db.exec(select(Address).where(Address.contact_id == contact.id)).one()


def shown(db: Session, actor: Actor) -> list[tuple[str, str, str, datetime | None]]:
    return [(one.name, one.purpose, one.reason, one.until) for one in closed.closed(db, actor)]


def test_the_list_says_of_each_address_and_each_kind_of_mail_why_it_is_not_sent(
    db: Session, people: People, amsterdam: Region, samira: Contact, frozen: At
) -> None:
    angry, quiet = factories.contact(db, amsterdam, "Bo Boos"), factories.contact(db, amsterdam, "Cas Stil")
    reachability.mark_dead(db, SYSTEM, "samira@kade.example.org", WORDS, until=NOW + FULL_CLOSED)
    with frozen(NOW + timedelta(minutes=1)):
        blocking.block(db, address_of(db, angry).email, purpose="meetings", reason="complaint")
        db.add(Incoming(digest="c", kind=Kind.COMPLAINT, outcome=Outcome.BLOCKED, contact_id=angry.id))
    with frozen(NOW + timedelta(minutes=2)):
        purposes.stop(db, quiet.id, Purpose.REMINDERS)
    db.flush()

    assert shown(db, people.amsterdam) == [
        ("Cas Stil", "reminders", "", None),
        ("Bo Boos", "meetings", "complaint", None),
        (samira.display_name, "", WORDS, NOW + FULL_CLOSED),
    ]
    assert shown(db, people.almere) == []


def test_an_address_is_opened_only_with_a_word_on_how_one_knows_and_that_stays(
    db: Session, people: People, amsterdam: Region, samira: Contact
) -> None:
    reachability.mark_dead(db, SYSTEM, "samira@kade.example.org", WORDS)
    mine = address_of(db, samira)

    with pytest.raises(Refused):
        reachability.release(db, people.amsterdam, mine.email, amsterdam.id, proof="  ")
    reachability.release(db, people.amsterdam, mine.email, amsterdam.id, proof=" Gebeld op 23 november. ")

    found = closed.history(db, people.amsterdam, mine.id)
    [once] = found.times
    assert (found.is_closed, mine.bounced_at, shown(db, people.amsterdam)) == (False, None, [])
    assert (once.proof, once.released_at, found.names) == (
        "Gebeld op 23 november.",
        NOW,
        {people.amsterdam.id: people.amsterdam.name},
    )
    with pytest.raises(NotFound):
        closed.history(db, people.almere, mine.id)


def test_what_was_closed_for_a_while_is_written_to_again_by_itself(
    db: Session, amsterdam: Region, samira: Contact, frozen: At
) -> None:
    mine = address_of(db, samira)
    reachability.mark_dead(db, SYSTEM, mine.email, "452 4.2.2 mailbox full", until=NOW + FULL_CLOSED)
    dead = factories.contact(db, amsterdam, "Dood", email="dead@kade.example.org")
    reachability.mark_dead(db, SYSTEM, "dead@kade.example.org", WORDS)

    early = reachability.reopen_due(db, SYSTEM)
    with frozen(NOW + FULL_CLOSED + timedelta(seconds=1)):
        due = (reachability.reopen_due(db, SYSTEM), reachability.reopen_due(db, SYSTEM))
        left = blocking.blocked_among(db, {mine.email, "dead@kade.example.org"})

    assert (early, due, left) == (0, (1, 0), {"dead@kade.example.org": {""}})
    assert (mine.bounced_at, address_of(db, dead).bounced_at) == (None, NOW)
    assert blocking.history(db, {mine.email})[mine.email][0].proof == blocking.EXPIRED


def test_a_coordinator_looks_and_opens_an_address(
    db: Session, people: People, samira: Contact, signed_in: SignIn
) -> None:
    reachability.mark_dead(db, SYSTEM, "samira@kade.example.org", WORDS)
    page = f"/postvak/gesloten/{address_of(db, samira).id}"
    db.commit()
    client = signed_in(people.amsterdam)

    listed, nobody = (client.get(f"/postvak/gesloten?q={q}").text for q in ("unknown", "iemand"))
    refused = client.post(page, data={"bewijs": ""})
    opened = client.post(page, data={"bewijs": "Gebeld"})
    after = client.get(page).text

    assert ("samira@kade.example.org" in listed, "Niemand gevonden" in nobody) == (True, True)
    assert [refused.status_code, opened.status_code] == [422, 303]
    assert ("Weer geopend door" in after, ": Gebeld" in after) == (True, True)
    assert [signed_in(one).get(page).status_code for one in (people.almere, people.reader)] == [404, 404]
