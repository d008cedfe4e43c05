"""The network: who is in it, how they are found, and what coordinators do with them."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.logbook import LogEntry
from bsoo.regions import Region
from bsoo.registry import actions, memberships, organisations, queries, timeline
from bsoo.registry.facts import ContactFacts, OrganisationFacts
from bsoo.registry.finding import searching
from bsoo.registry.finding.listing import PAGE
from bsoo.registry.finding.listing import People as Listed
from bsoo.registry.finding.wanted import LOOKS, Wanted
from bsoo.registry.imports.listed import organisation_key
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, OrganisationRegion, Sector
from bsoo.registry.organisation_queries import organisation_page
from bsoo.routes.numbers import numbers
from tests import factories
from tests.conftest import People
from tests.statements import statements

SignIn = Callable[[Actor], TestClient]


def house(
    db: Session, region: Region, name: str, sector: Sector = Sector.SHELTER, themes: tuple[str, ...] = ()
) -> Organisation:
    made = factories.organisation(db, region, name, sector=sector)
    made.name_key, made.themes = organisation_key(name), list(themes)
    db.add(made)
    db.flush()
    return made


def names(listed: Listed) -> list[str]:
    return [person.name for person in listed.people]


def membership_of(db: Session, contact: Contact) -> Membership:
    return db.exec(select(Membership).where(Membership.contact_id == contact.id)).one()


def seats_of(db: Session, contact: Contact) -> list[Affiliation]:
    return list(db.exec(select(Affiliation).where(Affiliation.contact_id == contact.id).order_by(Affiliation.id)))  # type: ignore[arg-type] # a column


# --- finding ----------------------------------------------------------------------------------------------------------


def test_the_list_shows_who_is_there_sorted_by_family_name(db: Session, people: People, amsterdam: Region) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade")
    for name in ("Anna Visser", "Bram Bakker", "Zehra Bakker"):
        factories.contact(db, amsterdam, name, at=kade)
    factories.contact(db, amsterdam, "Oude Bekende", at=kade, ended_on=date(2026, 9, 1))

    listed = Listed(db, people.amsterdam, Wanted(region_id=amsterdam.id))

    assert names(listed) == ["Bram Bakker", "Zehra Bakker", "Anna Visser"]
    assert (listed.total, listed.pages, listed.first, listed.last) == (3, 1, 1, 3)
    assert names(Listed(db, people.amsterdam, Wanted(group="left"))) == ["Oude Bekende"]


@pytest.mark.parametrize(
    "text",
    [
        "sorensen",
        "SØRENSEN car",
        "kade coord",
        "c.sorensen@",
        "06 123 456 78",
        "+31612345678",
        "0031612345678",
        "  sørensen  ",
    ],
)
def test_any_part_of_what_we_know_finds_somebody(db: Session, people: People, amsterdam: Region, text: str) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade")
    found = factories.contact(db, amsterdam, "Carlijn Sørensen", at=kade, email="c.sorensen@kade.example.org")
    found.phone = "+31612345678"
    factories.contact(db, amsterdam, "Anna Visser", email="a.visser@linde.example.org")
    searching.refresh(db, [found.id])

    assert names(Listed(db, people.amsterdam, Wanted(text=text))) == ["Carlijn Sørensen"]


def test_signs_that_mean_anything_to_a_database_are_only_signs(db: Session, people: People, amsterdam: Region) -> None:
    factories.contact(db, amsterdam, "Anna Visser")

    assert [names(Listed(db, people.amsterdam, Wanted(text=text))) for text in ("%", "_", "' OR 1=1 --")] == [
        [],
        [],
        [],
    ]


def test_filters_by_sector_theme_and_invitation_narrow_the_list(db: Session, people: People, amsterdam: Region) -> None:
    care = house(db, amsterdam, "GGZ Waterlinie", Sector.CARE, ("medische-zorg", "geld"))
    food = house(db, amsterdam, "Voedselkast", Sector.FOOD, ("voedsel",))
    factories.contact(db, amsterdam, "Anna Zorg", at=care)
    factories.contact(db, amsterdam, "Bram Eten", at=food, invited=False)

    def found(**wanted: object) -> list[str]:
        return names(Listed(db, people.amsterdam, Wanted(**wanted)))  # type: ignore[arg-type] # each test names its own

    assert found(sectors=(Sector.CARE,)) == ["Anna Zorg"]
    assert found(themes=("voedsel", "onderwijs")) == ["Bram Eten"]
    assert found(themes=("gel",)) == []
    assert found(group="invited") == ["Anna Zorg"]
    assert found(group="not-invited") == ["Bram Eten"]


def test_details_to_look_at_are_found(db: Session, people: People, amsterdam: Region) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade")
    bounced = factories.contact(db, amsterdam, "Anna Weg", at=kade)
    fresh = factories.contact(db, amsterdam, "Bram Vers", at=kade)
    factories.contact(db, amsterdam, "Cas Zonder", at=kade, role="")
    db.exec(select(Address).where(Address.contact_id == bounced.id)).one().bounced_at = clock.now()
    for contact in (bounced, fresh):
        membership_of(db, contact).confirmed_on = date(2026, 3, 1)
    db.flush()

    listed = {look: names(Listed(db, people.amsterdam, Wanted(look=(look,)))) for look in LOOKS}

    found = {"bounced": ["Anna Weg"], "stale": ["Cas Zonder"], "no-role": ["Cas Zonder"]}
    assert listed == {**found, "silent": [], "no-show": []}
    assert numbers(db, people.amsterdam, [amsterdam.id], clock.today()).unconfirmed == 1


def test_the_numbers_beside_the_filters_count_contacts_and_organisations(
    db: Session, people: People, amsterdam: Region, almere: Region
) -> None:
    care, food = house(db, amsterdam, "GGZ", Sector.CARE), house(db, amsterdam, "Voedselkast", Sector.FOOD)
    both = factories.contact(db, amsterdam, "Anna Beide", at=care)
    db.add(Affiliation(contact_id=both.id, organisation_id=food.id))
    db.add(Membership(contact_id=both.id, region_id=almere.id, invited=False))
    factories.contact(db, amsterdam, "Bram Zorg", at=care, invited=False)
    factories.contact(db, amsterdam, "Cas Weg", at=care, ended_on=date(2026, 9, 1))
    db.flush()

    counts = Listed(db, people.administrator, Wanted()).counts

    assert {key: number for key, number in counts.items() if number} == {
        "total": 2,
        f"house:{care.id}": 2,
        f"house:{food.id}": 1,
        "trust:look": 2,
        "here": 2,
        "invited": 1,
        "not-invited": 2,
        "left": 1,
        "stale": 2,
        "language:nl": 2,
        "role:coördinator": 2,
        "sector:care": 2,
        "sector:food": 1,
        "organisations": 2,
    }


def test_the_list_can_be_sorted_and_comes_in_pages(db: Session, people: People, amsterdam: Region) -> None:
    for number in range(PAGE + 2):
        at = house(db, amsterdam, f"Organisatie {99 - number}")
        factories.contact(db, amsterdam, f"Anna Naam{number:02}", at=at)

    first = Listed(db, people.amsterdam, Wanted(order="organisation"))
    second = Listed(db, people.amsterdam, Wanted(page=2))
    beyond = Listed(db, people.amsterdam, Wanted(page=99))

    assert names(first)[0] == f"Anna Naam{PAGE + 1}"
    assert (second.first, second.last, second.total, second.pages) == (51, 52, 52, 2)
    assert names(second) == ["Anna Naam50", "Anna Naam51"]
    assert (beyond.page, len(beyond.people)) == (1, PAGE)


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


# --- contacts ---------------------------------------------------------------------------------------------------------


def added(db: Session, actor: Actor, region: Region, **facts: str) -> Contact:
    given = {"email": "F.deVries@kade.example.org", "given_name": "Femke", "infix": "de", "family_name": "Vries"}
    return actions.add_contact(db, actor, region.id, ContactFacts(**(given | facts)))


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


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_list_takes_as_many_statements_for_400_people_as_for_40(
    db: Session, database: Database, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade")
    client = signed_in(people.amsterdam)
    counted = []
    for number in range(400):
        factories.contact(db, amsterdam, f"Anna Naam{number}", at=kade, email=f"a{number}@kade.example.org")
        if number in (39, 399):
            db.commit()
            with statements(database) as asked:
                assert client.get("/netwerk").status_code == 200
            counted.append(len(asked))

    assert counted[0] == counted[1] <= 6


def test_pages_of_a_contact_and_an_organisation_take_at_most_six_statements(
    db: Session, database: Database, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade", themes=("onderdak",))
    contact = factories.contact(db, amsterdam, at=kade)
    db.commit()
    client = signed_in(people.amsterdam)

    for page in (f"contacten/{contact.id}", f"organisaties/{kade.id}"):
        with statements(database) as asked:
            assert client.get(f"/netwerk/{page}").status_code == 200
        assert len(asked) <= 6, asked


def test_the_page_of_an_organisation_shows_its_people_and_its_signals(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    kade = house(db, amsterdam, "Inloophuis De Kade")
    here = factories.contact(db, amsterdam, "Anna Visser", at=kade)
    factories.contact(db, amsterdam, "Bram Bakker", at=kade, ended_on=date(2026, 9, 1))
    factories.signal(db, amsterdam, "Gezinnen wachten langer op een plek.", at=kade, by=here)
    db.commit()

    page = organisation_page(db, people.amsterdam, kade.id)
    shown = signed_in(people.amsterdam).get(f"/netwerk/organisaties/{kade.id}").text

    assert [colleague.name for colleague in page.here] == ["Anna Visser"]
    assert [colleague.name for colleague in page.left] == ["Bram Bakker"]
    assert page.region_ids == [amsterdam.id]
    assert "Gezinnen wachten langer op een plek." in shown


def test_searching_swaps_the_list_alone(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    factories.contact(db, amsterdam, "Anna Visser", at=house(db, amsterdam, "De Kade"))
    db.commit()

    block = signed_in(people.amsterdam).get(
        "/netwerk?q=visser", headers={"HX-Request": "true", "HX-Target": "gevonden"}
    )

    assert block.text.lstrip().startswith('<div id="gevonden"')
    assert "Anna Visser" in block.text


@pytest.mark.parametrize(
    "query", ["bladzijde=x", "bladzijde=99999999999", "volgorde=z&groep=z&soort=z&thema=z&kijk=z", "q=%00%ff"]
)
def test_rubbish_in_the_address_still_gives_a_page(people: People, signed_in: SignIn, query: str) -> None:
    assert signed_in(people.amsterdam).get(f"/netwerk?{query}").status_code == 200


def test_an_empty_network_says_what_to_do(people: People, signed_in: SignIn) -> None:
    assert "Nog geen contacten" in signed_in(people.amsterdam).get("/netwerk").text


def test_a_contact_is_added_and_changed_on_the_pages(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    client = signed_in(people.amsterdam)
    typed = {
        "email": "f@kade.example.org",
        "family_name": "Vries",
        "organisation": "De Kade",
        "region": "amsterdam",
        "status": "invited",
    }

    page = client.post("/netwerk/contacten", data=typed).headers["location"]
    client.post(page, data=typed | {"revision": "1", "given_name": "Femke", "role": "kok"})
    shown = client.get(page).text

    assert "<h1>Femke Vries</h1>" in shown
    assert "kok" in shown


def test_a_refused_form_keeps_what_was_typed(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    factories.contact(db, amsterdam, "Anna Visser", email="a@kade.example.org")
    db.commit()
    typed = {"email": "a@kade.example.org", "family_name": "<Vries>", "region": "amsterdam", "role": "x" * 200}

    long = signed_in(people.amsterdam).post("/netwerk/contacten", data=typed)
    double = signed_in(people.amsterdam).post("/netwerk/contacten", data=typed | {"role": "kok"})

    assert (long.status_code, double.status_code) == (422, 422)
    assert 'value="&lt;Vries&gt;"' in double.text
    assert "Anna Visser heeft dit adres al" in double.text
    assert "hoogstens 120" in long.text


def test_leaving_and_coming_back_on_the_page(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    contact = factories.contact(db, amsterdam, at=house(db, amsterdam, "De Kade"))
    seat = seats_of(db, contact)[0]
    db.commit()
    client = signed_in(people.amsterdam)
    place = f"/netwerk/contacten/{contact.id}/functies/{seat.id}"

    unclear = client.post(f"{place}/einde", data={"on": "gisteren"})
    left = client.post(f"{place}/einde", data={"on": "2026-11-01", "because": "pensioen"})
    shown = client.get(f"/netwerk/contacten/{contact.id}").text
    back = client.post(f"{place}/terug")

    assert (unclear.status_code, left.status_code, back.status_code) == (422, 303, 303)
    assert "vertrokken op 1 november" in shown
    db.expire_all()
    assert seats_of(db, contact)[0].ended_on is None


def test_inviting_and_confirming_on_the_page(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    contact = factories.contact(db, amsterdam, at=house(db, amsterdam, "De Kade"))
    db.commit()
    client = signed_in(people.amsterdam)

    client.post(f"/netwerk/contacten/{contact.id}/uitnodigen/amsterdam", data={"invited": "no"})
    client.post(f"/netwerk/contacten/{contact.id}/bevestigd/amsterdam")

    db.expire_all()
    place = membership_of(db, contact)
    assert (place.invited, place.confirmed_on) == (False, clock.today())
    assert client.post(f"/netwerk/contacten/{contact.id}/bevestigd/almere").status_code == 404


def test_an_organisation_is_added_and_changed_on_the_pages(people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)
    typed = {
        "name": "De Kade",
        "sector": "shelter",
        "region": "amsterdam",
        "themes": ["onderdak", "bestaat-niet"],
        "aliases": "Kade\n\nDK",
    }

    page = client.post("/netwerk/organisaties", data=typed).headers["location"]
    saved = client.post(
        page, data=typed | {"revision": "1", "kvk": "1234 5678", "street": "Houtkade 18", "postcode": "1013zz"}
    )
    again = client.post(page, data=typed | {"revision": "1"})
    shown = client.get(page).text

    assert (saved.status_code, again.status_code) == (303, 409)
    assert "Houtkade 18" in shown
    assert "1013 ZZ" in shown
    assert "Onderdak en opvang" in shown
    assert "Kade, DK" in shown
    assert client.get(f"{page}/bewerk").status_code == 200
