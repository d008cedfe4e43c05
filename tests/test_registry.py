"""The network: who sees it, who is in it, and what coordinators do with them."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.logbook import LogEntry
from bsoo.regions import Region
from bsoo.registry import actions, memberships, organisations, queries, timeline
from bsoo.registry.facts import ContactFacts, OrganisationFacts
from bsoo.registry.finding.listing import People as Listed
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import Address, Contact, Organisation, OrganisationRegion, Sector
from tests import factories
from tests.conftest import People
from tests.network import house, membership_of, names, seats_of

SignIn = Callable[[Actor], TestClient]


# --- boundaries -------------------------------------------------------------------------------------------------------


def test_nobody_sees_the_people_of_another_region(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade")
    hidden = factories.contact(db, amsterdam, "Samira El Idrissi", at=kade)
    db.commit()
    client = signed_in(people.almere)

    assert Listed(db, people.almere, Wanted()).total == 0
    assert Listed(db, people.almere, Wanted(region_id=amsterdam.id)).total == 0
    assert dict(Listed(db, people.almere, Wanted(region_id=amsterdam.id)).counts)["here"] == 0
    for read in (queries.contact, queries.contact_page):
        with pytest.raises(NotFound):
            read(db, people.almere, hidden.id)
    for page in (f"contacten/{hidden.id}", f"contacten/{hidden.id}/bewerk", f"organisaties/{kade.id}", "contacten/x"):
        assert client.get(f"/netwerk/{page}").status_code == 404
    assert client.post(f"/netwerk/contacten/{hidden.id}", data={"revision": "1", "email": "x@y.nl"}).status_code == 404


def test_a_reader_sees_and_changes_nothing(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    contact = factories.contact(db, amsterdam, at=house(db, amsterdam, "De Kade"))
    db.commit()
    client = signed_in(people.reader)

    assert client.get(f"/netwerk/contacten/{contact.id}").status_code == 200
    assert client.get(f"/netwerk/contacten/{contact.id}/bewerk").status_code == 403
    assert client.get("/netwerk/contacten/nieuw").status_code == 403
    assert client.get("/netwerk/import").status_code == 403
    for act in (
        lambda: memberships.set_invited(db, people.reader, membership_of(db, contact), invited=False),
        lambda: actions.end_affiliation(db, people.reader, seats_of(db, contact)[0], on=clock.today()),
        lambda: actions.add_contact(db, people.reader, amsterdam.id, ContactFacts(email="a@b.example.org")),
        lambda: organisations.add_organisation(db, people.reader, amsterdam.id, OrganisationFacts(name="Nieuw")),
    ):
        with pytest.raises(NotAllowed):
            act()


def added(db: Session, actor: Actor, region: Region, **facts: str) -> Contact:
    given = {"email": "F.deVries@kade.example.org", "given_name": "Femke", "infix": "de", "family_name": "Vries"}
    return actions.add_contact(db, actor, region.id, ContactFacts(**(given | facts)))


# --- contacts ---------------------------------------------------------------------------------------------------------


def test_a_new_contact_gets_a_seat_and_a_place_and_is_found(db: Session, people: People, amsterdam: Region) -> None:
    contact = added(
        db, people.amsterdam, amsterdam, organisation="Inloophuis De Kade", role="teamleider", phone="06-12345678"
    )

    made = db.exec(select(Organisation)).one()
    assert (made.name, made.sector) == ("Inloophuis De Kade", Sector.NGO)
    assert db.exec(select(OrganisationRegion.region_id)).all() == [amsterdam.id]
    assert (contact.display_name, contact.phone) == ("Femke de Vries", "+31612345678")
    assert membership_of(db, contact).invited is True
    assert names(Listed(db, people.amsterdam, Wanted(text="kade f.devries@kade teamleider"))) == ["Femke de Vries"]
    assert [line.verb for line in db.exec(select(LogEntry).where(LogEntry.subject_id == contact.id))] == [
        "contact.added"
    ]


def test_a_shared_mailbox_has_the_name_of_its_organisation(db: Session, people: People, amsterdam: Region) -> None:
    contact = actions.add_contact(
        db,
        people.amsterdam,
        amsterdam.id,
        ContactFacts(email="info@kade.example.org", organisation="Inloophuis De Kade"),
    )

    assert (contact.display_name, contact.is_role_mailbox) == ("Inloophuis De Kade", True)


def test_one_address_is_one_contact(db: Session, people: People, amsterdam: Region, almere: Region) -> None:
    added(db, people.amsterdam, amsterdam)

    with pytest.raises(Refused, match="Dit adres is al van Femke de Vries"):
        added(db, people.amsterdam, amsterdam, email="f.devries@kade.example.org")
    with pytest.raises(Refused, match="een contact in een andere regio"):
        added(db, people.almere, almere, email="f.devries@kade.example.org")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"email": "geen"}, "email"),
        ({"email": "a@b.example.org, c@d.example.org"}, "email"),
        ({"family_name": ""}, "family_name"),
        ({"phone": "12"}, "phone"),
    ],
)
def test_a_contact_that_cannot_be_right_is_refused_at_its_field(
    db: Session, people: People, amsterdam: Region, facts: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        added(db, people.amsterdam, amsterdam, **facts)

    assert list(refusal.value.errors) == [field]


def changed(db: Session, actor: Actor, contact: Contact, **facts: str) -> None:
    given = {"email": "f.devries@kade.example.org", "given_name": "Femke", "infix": "de", "family_name": "Vries"}
    actions.change_contact(db, actor, contact, ContactFacts(**(given | facts)), revision=contact.revision)


def test_another_job_ends_the_seat_before_and_keeps_it(db: Session, people: People, amsterdam: Region) -> None:
    contact = added(db, people.amsterdam, amsterdam, organisation="Inloophuis De Kade", role="teamleider")

    changed(db, people.amsterdam, contact, organisation="Kerk De Linde", role="diaken")

    seats = {(seat.role, seat.ended_on) for seat in seats_of(db, contact)}
    assert seats == {("teamleider", clock.today()), ("diaken", None)}
    assert names(Listed(db, people.amsterdam, Wanted(text="linde diaken"))) == ["Femke de Vries"]


def test_a_new_address_is_used_and_the_old_one_still_finds_the_person(
    db: Session, people: People, amsterdam: Region
) -> None:
    contact = added(db, people.amsterdam, amsterdam)

    changed(db, people.amsterdam, contact, email="femke@nieuw.example.org")

    addresses = db.exec(select(Address.email, Address.is_used).order_by(Address.email)).all()
    assert addresses == [("f.devries@kade.example.org", False), ("femke@nieuw.example.org", True)]
    assert queries.holder_of(db, people.amsterdam, "f.devries@kade.example.org") == (contact.id, "Femke de Vries")


def test_two_writers_never_overwrite_each_other_in_silence(db: Session, people: People, amsterdam: Region) -> None:
    contact = added(db, people.amsterdam, amsterdam)
    changed(db, people.amsterdam, contact, given_name="Fem")

    facts = ContactFacts(email="f.devries@kade.example.org", family_name="X")
    with pytest.raises(Conflict):
        actions.change_contact(db, people.amsterdam, contact, facts, revision=1)

    assert contact.given_name == "Fem"


def test_who_left_is_not_invited_any_more_and_can_come_back(db: Session, people: People, amsterdam: Region) -> None:
    contact = added(db, people.amsterdam, amsterdam, organisation="Inloophuis De Kade")
    seat = seats_of(db, contact)[0]

    actions.end_affiliation(db, people.amsterdam, seat, on=date(2026, 11, 1), because="met pensioen")
    gone = names(Listed(db, people.amsterdam, Wanted(group="invited")))
    actions.reopen_affiliation(db, people.amsterdam, seat)

    assert gone == []
    assert names(Listed(db, people.amsterdam, Wanted(group="invited"))) == ["Femke de Vries"]
    page = queries.contact_page(db, people.amsterdam, contact.id)
    told = {line.text for line in timeline.lines(page.timeline, contact.created_at)}
    assert told == {"Weer terug bij Inloophuis De Kade", "Weg bij Inloophuis De Kade", "Toegevoegd aan het netwerk"}


def test_inviting_again_lifts_no_more_invitations(db: Session, people: People, amsterdam: Region) -> None:
    place = membership_of(db, added(db, people.amsterdam, amsterdam))
    place.stopped_at = clock.now()
    db.flush()

    memberships.set_invited(db, people.amsterdam, place, invited=True)

    db.refresh(place)
    assert place.invited is True
    assert place.stopped_at is None


# --- organisations ----------------------------------------------------------------------------------------------------


def test_an_organisation_is_entered_once(db: Session, people: People, amsterdam: Region) -> None:
    organisations.add_organisation(db, people.amsterdam, amsterdam.id, OrganisationFacts(name="Inloophuis De Kade"))

    same = OrganisationFacts(name="INLOOPHUIS  de kade")
    with pytest.raises(Refused, match="al in het netwerk"):
        organisations.add_organisation(db, people.amsterdam, amsterdam.id, same)


def test_an_organisation_with_a_new_name_is_found_by_it(db: Session, people: People, amsterdam: Region) -> None:
    contact = added(db, people.amsterdam, amsterdam, organisation="Inloophuis De Kade")
    kade = db.exec(select(Organisation)).one()

    renamed = OrganisationFacts(name="De Nieuwe Kade", website="kade.example.org")
    organisations.change_organisation(db, people.amsterdam, kade, renamed, revision=1)

    assert names(Listed(db, people.amsterdam, Wanted(text="nieuwe kade"))) == [contact.display_name]
    assert (kade.website, kade.revision) == ("https://kade.example.org", 2)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kvk": "123"}, "kvk"),
        ({"website": "geen adres"}, "website"),
        ({"email": "x"}, "email"),
        ({"name": "!!"}, "name"),
    ],
)
def test_an_organisation_that_cannot_be_right_is_refused_at_its_field(
    db: Session, people: People, amsterdam: Region, facts: dict[str, str], field: str
) -> None:
    wrong = OrganisationFacts(**({"name": "De Kade"} | facts))

    with pytest.raises(Refused) as refusal:
        organisations.add_organisation(db, people.amsterdam, amsterdam.id, wrong)

    assert list(refusal.value.errors) == [field]
