"""The personal links of a contact: sent again, and closed when somebody else may have them."""

import pytest
from sqlmodel import Session, col, select

from bsoo import links
from bsoo.errors import NotAllowed, Refused
from bsoo.links import Purpose
from bsoo.logbook import LogEntry
from bsoo.mail.models import Letter, LetterPayload, LetterState
from bsoo.regions import Region
from bsoo.registry import own_link
from bsoo.registry.models import Address, Contact
from tests import factories
from tests.conftest import People
from tests.test_registry import SignIn


@pytest.fixture
def samira(db: Session, amsterdam: Region) -> Contact:
    return factories.contact(db, amsterdam, email="samira@kade.example")


def letters(db: Session) -> list[tuple[str, str, object]]:
    """Name, address and page of each letter, by name."""
    rows = db.exec(select(Letter, LetterPayload).join(LetterPayload).order_by(col(Letter.name)))
    return [(letter.name, letter.to_address, payload.context["page"]) for letter, payload in rows]


def test_a_lost_link_is_sent_once_an_hour_and_stays_the_same(db: Session, people: People, samira: Contact) -> None:
    token = links.token_for(db, Purpose.OWN_PAGE, samira.id, samira.id)

    for _time in range(2):
        assert own_link.send(db, people.amsterdam, samira) == "samira@kade.example"

    assert letters(db) == [("own_page", "samira@kade.example", f"/mijn/{token}")]


def test_replaced_links_are_closed_and_the_new_ones_open_the_same(
    db: Session, people: People, amsterdam: Region, samira: Contact
) -> None:
    invitation = factories.invitation(db, factories.meeting(db, amsterdam), samira)
    of = {Purpose.OWN_PAGE: samira.id, Purpose.INVITATION: invitation.id}
    before = {purpose: links.token_for(db, purpose, subject, samira.id) for purpose, subject in of.items()}
    db.flush()

    own_link.replace(db, people.amsterdam, samira)

    after = {purpose: links.token_for(db, purpose, subject, samira.id) for purpose, subject in of.items()}
    found = {purpose: links.find(db, purpose, token) for purpose, token in after.items()}
    assert [links.find(db, purpose, token) for purpose, token in before.items()] == [None, None]
    assert {purpose: link.opens for purpose, link in found.items() if link} == of
    assert letters(db) == [("links_replaced", "samira@kade.example", f"/mijn/{after[Purpose.OWN_PAGE]}")]
    assert db.exec(select(LogEntry.verb).where(LogEntry.subject_id == samira.id)).all() == ["contact.links-replaced"]


def test_links_are_not_replaced_under_a_letter_that_is_about_to_go(
    db: Session, people: People, samira: Contact
) -> None:
    own_link.send(db, people.amsterdam, samira)

    with pytest.raises(Refused, match="Wacht tot die weg is"):
        own_link.replace(db, people.amsterdam, samira)
    letter = db.exec(select(Letter)).one()
    letter.state = LetterState.ACCEPTED
    db.add(letter)
    own_link.replace(db, people.amsterdam, samira)

    assert [name for name, _address, _page in letters(db)] == ["links_replaced", "own_page"]


def test_links_go_out_from_the_own_region_only_and_need_an_address(
    db: Session, people: People, samira: Contact
) -> None:
    for act in (own_link.send, own_link.replace):
        with pytest.raises(NotAllowed):
            act(db, people.almere, samira)
    db.delete(db.exec(select(Address)).one())
    db.flush()
    for act in (own_link.send, own_link.replace):
        with pytest.raises(Refused, match="geen e-mailadres"):
            act(db, people.amsterdam, samira)

    assert letters(db) == []


def test_a_coordinator_replaces_links_on_the_page(
    db: Session, people: People, samira: Contact, signed_in: SignIn
) -> None:
    browser = signed_in(people.amsterdam)
    page = f"/netwerk/contacten/{samira.id}"

    answer = browser.post(f"{page}/link/vervangen", follow_redirects=True)

    assert "De oude links zijn gesloten. Een nieuwe gaat naar samira@kade.example." in answer.text
    assert "Persoonlijke links vervangen" in browser.get(page).text
