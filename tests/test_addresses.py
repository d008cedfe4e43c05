"""Several addresses of one person: which one is written to, and who reads it."""

import pytest
from sqlmodel import Session, col, select

from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.regions import Region
from bsoo.registry import actions, addresses
from bsoo.registry.facts import ContactFacts
from bsoo.registry.mailboxes import is_shared
from bsoo.registry.models import Address, Contact
from tests import factories
from tests.conftest import People
from tests.test_registry import SignIn


def known(db: Session, contact: Contact) -> list[tuple[str, bool]]:
    found = db.exec(select(Address).where(Address.contact_id == contact.id).order_by(col(Address.email)))
    return [(one.email, one.is_used) for one in found]


def test_another_address_is_known_and_used_when_somebody_chooses_it(
    db: Session, people: People, amsterdam: Region
) -> None:
    contact = factories.contact(db, amsterdam, email="a@kade.example")
    used = db.exec(select(Address.id).where(Address.contact_id == contact.id)).one()

    made = addresses.add(db, people.amsterdam, contact, "B@kade.example")
    added = known(db, contact)
    before = addresses.use(db, people.amsterdam, contact, made.id)
    chosen = known(db, contact)
    addresses.use(db, people.amsterdam, contact, used)

    assert added == [("a@kade.example", True), ("b@kade.example", False)]
    assert (before, chosen) == (used, [("a@kade.example", False), ("b@kade.example", True)])
    assert known(db, contact) == added


def test_an_address_belongs_to_one_contact_of_the_own_region(
    db: Session, people: People, amsterdam: Region, almere: Region
) -> None:
    contact = factories.contact(db, amsterdam, email="a@kade.example")
    other = factories.contact(db, almere, "Bo Bakker", email="b@kade.example")
    theirs = db.exec(select(Address.id).where(Address.contact_id == other.id)).one()

    for typed in ("a@kade.example", "b@kade.example", "geen adres"):
        with pytest.raises(Refused):
            addresses.add(db, people.amsterdam, contact, typed)
    with pytest.raises(NotFound):
        addresses.use(db, people.amsterdam, contact, theirs)
    with pytest.raises(NotAllowed):
        addresses.add(db, people.amsterdam, other, "c@kade.example")

    assert known(db, contact) == [("a@kade.example", True)]


@pytest.mark.parametrize(
    ("address", "shared"),
    [
        ("info@kade.example", True),
        ("Secretariaat@kade.example", True),
        ("team-west@kade.example", True),
        ("intake.noord@kade.example", True),
        ("s.elidrissi@kade.example", False),
        ("informatica@kade.example", False),
        ("post.malone@kade.example", True),
    ],
)
def test_an_address_of_a_desk_is_recognised(address: str, shared: bool) -> None:
    assert is_shared(address) is shared


def test_what_somebody_said_of_a_mailbox_stays_when_the_contact_is_edited(
    db: Session, people: People, amsterdam: Region
) -> None:
    contact = factories.contact(db, amsterdam, email="info@kade.example")
    facts = ContactFacts(email="info@kade.example", given_name="Samira", family_name="El Idrissi")

    addresses.set_shared(db, people.amsterdam, contact, is_shared=True)
    actions.change_contact(db, people.amsterdam, contact, facts, revision=contact.revision)
    chosen = contact.is_role_mailbox
    nameless = factories.contact(db, amsterdam, "Kade", email="post@kade.example")
    nameless.family_name = ""

    with pytest.raises(Refused):
        addresses.set_shared(db, people.amsterdam, nameless, is_shared=False)
    assert chosen is True


def test_choosing_an_address_on_the_page(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    contact = factories.contact(db, amsterdam, email="info@kade.example")
    db.commit()
    client = signed_in(people.amsterdam)
    page = f"/netwerk/contacten/{contact.id}"

    client.post(f"{page}/adressen", data={"email": "samira@kade.example"})
    added = db.exec(select(Address.id).where(Address.email == "samira@kade.example")).one()
    shown = client.get(page).text
    client.post(f"{page}/adressen/{added}")
    client.post(f"{page}/postbus", data={"gedeeld": "ja"})

    db.expire_all()
    assert "algemeen postvak" in shown
    assert known(db, contact) == [("info@kade.example", False), ("samira@kade.example", True)]
    assert db.get_one(Contact, contact.id).is_role_mailbox is True


def test_an_address_that_is_none_stays_where_it_was_typed(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    contact = factories.contact(db, amsterdam, email="info@kade.example")
    db.commit()

    refused = signed_in(people.amsterdam).post(
        f"/netwerk/contacten/{contact.id}/adressen", data={"email": "samira@kade"}
    )

    assert refused.status_code == 422
    assert ('value="samira@kade"' in refused.text, "Dit is geen e-mailadres" in refused.text) == (True, True)
    assert known(db, contact) == [("info@kade.example", True)]
