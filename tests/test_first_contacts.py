"""Whom one turns to first at an organisation in a region: chosen, handed over, missed, merged, erased."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from bsoo.access.actor import SYSTEM
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.exports import taking_out
from bsoo.exports.taking_out import Form
from bsoo.privacy import erasing
from bsoo.regions import Region
from bsoo.registry import first_contacts, organisation_queries
from bsoo.registry.doubles import merging
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.imports import importing, standing
from bsoo.registry.models import Affiliation, Contact, Membership, MemberStatus, Organisation, OrganisationRegion
from bsoo.routes.merging import RULES
from bsoo.services import actions as services
from bsoo.services.facts import Facts
from bsoo.services.models import Service
from bsoo.services.queries import of_organisation
from tests import factories
from tests.conftest import NOW, People
from tests.invited import At, SignIn
from tests.lists import file_of
from tests.merges import dump, ids_in_order


@pytest.fixture
def kade(db: Session, amsterdam: Region) -> Organisation:
    return factories.organisation(db, amsterdam)


@pytest.fixture
def samira(db: Session, amsterdam: Region, kade: Organisation) -> Contact:
    return factories.contact(db, amsterdam, at=kade)


def first_of(db: Session, house: Organisation) -> object:
    places = select(OrganisationRegion.first_contact_id).where(OrganisationRegion.organisation_id == house.id)
    return db.exec(places).one()


def missing(db: Session, people: People, region: Region) -> list[tuple[str, str]]:
    return [(one.organisation, one.name) for one in first_contacts.missing(db, people.amsterdam, [region.id])]


def test_somebody_who_works_there_and_takes_part_is_chosen(
    db: Session, people: People, amsterdam: Region, kade: Organisation, samira: Contact
) -> None:
    before = first_contacts.choose(db, people.amsterdam, kade, amsterdam.id, samira.id)
    again = first_contacts.choose(db, people.amsterdam, kade, amsterdam.id, None)

    assert (before, again, first_of(db, kade)) == (None, samira.id, None)


def test_nobody_else_is(
    db: Session, people: People, amsterdam: Region, almere: Region, kade: Organisation, samira: Contact
) -> None:
    elsewhere = factories.contact(db, amsterdam, "Bo Bakker", at=factories.organisation(db, amsterdam, "De Wiek"))
    gone = factories.contact(db, amsterdam, "Cor Weg", at=kade, ended_on=date(2026, 1, 1))
    past = factories.contact(db, amsterdam, "Dora Vroeger", at=kade)
    db.exec(select(Membership).where(Membership.contact_id == past.id)).one().status = MemberStatus.PAST
    db.flush()

    for who in (elsewhere, gone, past):
        with pytest.raises(Refused) as refused:
            first_contacts.choose(db, people.amsterdam, kade, amsterdam.id, who.id)
        assert refused.value.errors == {"contact": "Kies iemand die er werkt en in deze regio meedoet."}
    with pytest.raises(NotAllowed):
        first_contacts.choose(db, people.almere, kade, amsterdam.id, samira.id)
    with pytest.raises(NotFound):
        first_contacts.choose(db, people.administrator, kade, almere.id, samira.id)


def test_who_left_is_asked_for_in_the_work_list_until_another_is_chosen(
    db: Session, people: People, amsterdam: Region, kade: Organisation, samira: Contact
) -> None:
    other = factories.contact(db, amsterdam, "Bo Bakker", at=kade)
    first_contacts.choose(db, people.amsterdam, kade, amsterdam.id, samira.id)
    there = missing(db, people, amsterdam)
    db.exec(select(Affiliation).where(Affiliation.contact_id == samira.id)).one().ended_on = date(2026, 11, 1)
    db.flush()
    left = missing(db, people, amsterdam)
    counted = db.scalar(select(first_contacts.count(people.amsterdam, [amsterdam.id])))

    first_contacts.choose(db, people.amsterdam, kade, amsterdam.id, other.id)

    assert (there, left, counted) == ([], [("Inloophuis De Kade", "Samira El Idrissi")], 1)
    assert missing(db, people, amsterdam) == []
    assert first_contacts.missing(db, people.almere, [amsterdam.id]) == []


def test_the_work_list_and_the_page_of_the_organisation_ask_for_another(
    db: Session,
    people: People,
    amsterdam: Region,
    kade: Organisation,
    samira: Contact,
    signed_in: SignIn,
    frozen: At,
) -> None:
    other = factories.contact(db, amsterdam, "Bo Bakker", at=kade)
    first_contacts.choose(db, people.amsterdam, kade, amsterdam.id, samira.id)
    db.exec(select(Affiliation).where(Affiliation.contact_id == samira.id)).one().ended_on = date(2026, 11, 1)
    wiek = factories.organisation(db, amsterdam, "De Wiek")
    gone, dora = (factories.contact(db, amsterdam, name, at=wiek) for name in ("Cor Weg", "Dora Daar"))
    with frozen(NOW - timedelta(days=1)):
        first_contacts.choose(db, people.amsterdam, wiek, amsterdam.id, gone.id)
    erasing.erase(db, people.administrator, gone.id, typed_name=gone.display_name, chosen=())
    db.commit()
    client, here = signed_in(people.amsterdam), f"/netwerk/organisaties/{kade.id}"

    listed, page = client.get("/netwerk/klopt").text, client.get(here).text
    there = f"/netwerk/organisaties/{wiek.id}"
    without = client.get(there).text
    choose = f"{there}/eerste-contact/amsterdam"
    with frozen(NOW - timedelta(hours=1)):
        instead = client.post(choose, data={"contact": str(dora.id)}, follow_redirects=True).text
    answered = client.post(choose, data={"contact": "niemand"}, follow_redirects=True).text
    there = f"{here}/eerste-contact/amsterdam"
    chosen = client.post(there, data={"contact": str(other.id)}, follow_redirects=True).text
    back = client.post(f"{there}?terug={samira.id}", follow_redirects=True).text
    rubbish = client.post(there, data={"contact": "ik"})
    nobody = client.post(there, data={"contact": "niemand", "terug": "/netwerk/klopt"}, follow_redirects=False)

    db.expire_all()
    assert "Organisaties die nu geen eerste contact hebben" in listed
    assert ("was: Samira El Idrissi" in listed, "was: iemand die er niet meer is" in listed) == (True, True)
    for shown in (page, without):
        assert "werkt hier niet meer of doet niet meer mee" in shown
        assert '<option value="">Kies iemand</option>' in shown
    assert "werkt hier niet meer of doet niet meer mee" not in answered
    assert "Geen eerste contact." in answered
    assert ["Eerste contact gekozen." in text for text in (instead, chosen)] == [True, True]
    assert ["data-undo" in text for text in (instead, answered, chosen)] == [False, True, True]
    assert "werkt hier niet meer of doet niet meer mee" in back
    assert (rubbish.status_code, nobody.status_code) == (422, 303)
    assert (nobody.headers["location"].partition("?")[0], first_of(db, kade)) == ("/netwerk/klopt", None)


def test_the_printed_list_names_the_first_contact(
    db: Session, people: People, amsterdam: Region, kade: Organisation, samira: Contact, signed_in: SignIn
) -> None:
    factories.contact(db, amsterdam, "Bo Bakker", at=kade)
    first_contacts.choose(db, people.amsterdam, kade, amsterdam.id, samira.id)

    taken = taking_out.take_out(db, people.amsterdam, Wanted(region_id=amsterdam.id), Form.PRINT)
    db.commit()
    printed = signed_in(people.amsterdam).post("/netwerk/uitvoer", data={"vorm": "print"}).text

    assert {one.contact.display_name: one.first_at for one in taken} == {
        "Bo Bakker": set(),
        "Samira El Idrissi": {kade.id},
    }
    assert printed.count("(eerste contact)") == 1


def test_one_organisation_out_of_two_has_one_first_contact_and_both_have_theirs_again(
    db: Session, amsterdam: Region
) -> None:
    with ids_in_order():
        houses = [factories.organisation(db, amsterdam, name) for name in ("De Kade", "Stichting De Kade")]
        chosen = factories.contact(db, amsterdam, at=houses[1])
        first_contacts.choose(db, SYSTEM, houses[1], amsterdam.id, chosen.id)
        before = dump(db)

        made = merging.merge_organisations(db, SYSTEM, (houses[0].id, houses[1].id), rules=RULES, chosen={})

        assert first_of(db, houses[0]) == chosen.id
        merging.undo(db, SYSTEM, made)
        assert dump(db) == before


def test_services_move_along_with_their_organisation_and_come_back(
    db: Session, people: People, amsterdam: Region
) -> None:
    with ids_in_order():
        houses = [factories.organisation(db, amsterdam, name) for name in ("De Kade", "Stichting De Kade")]
        for house, name in zip(houses, ("Nachtopvang", "Spreekuur"), strict=True):
            facts = Facts(name_nl=name, description_nl="Voor iedereen.", theme="onderdak", is_public=True)
            services.add(db, people.amsterdam, house, amsterdam.id, facts)
        before = dump(db)

        made = merging.merge_organisations(db, SYSTEM, (houses[0].id, houses[1].id), rules=RULES, chosen={})

        shown = [line.name for line in of_organisation(db, people.amsterdam, houses[0].id).lines]
        assert sorted(shown) == ["Nachtopvang", "Spreekuur"]
        assert set(db.exec(select(Service.organisation_id))) == {houses[0].id}
        merging.undo(db, SYSTEM, made)
        assert dump(db) == before


def test_nothing_of_an_erased_first_contact_stays(
    db: Session, people: People, amsterdam: Region, kade: Organisation, samira: Contact
) -> None:
    first_contacts.choose(db, people.administrator, kade, amsterdam.id, samira.id)

    erasing.erase(db, people.administrator, samira.id, typed_name=samira.display_name, chosen=())

    db.expire_all()
    assert first_of(db, kade) is None
    assert missing(db, people, amsterdam) == []


def test_for_who_was_erased_another_is_asked_until_somebody_or_nobody_is_chosen(
    db: Session, people: People, amsterdam: Region, kade: Organisation, samira: Contact
) -> None:
    other = factories.contact(db, amsterdam, "Bo Bakker", at=kade)
    never = factories.organisation(db, amsterdam, "De Wiek")
    factories.contact(db, amsterdam, "Cor Visser", at=never)

    def asked() -> tuple[list[tuple[str, str]], int | None, bool]:
        (turn,) = organisation_queries.organisation_page(db, people.amsterdam, kade.id).turns
        counted = db.scalar(select(first_contacts.count(people.amsterdam, [amsterdam.id])))
        return missing(db, people, amsterdam), counted, turn.is_missing

    with ids_in_order():
        first_contacts.choose(db, people.administrator, kade, amsterdam.id, samira.id)
        before = asked()
        erasing.erase(db, people.administrator, samira.id, typed_name=samira.display_name, chosen=())
        erased = asked()
        first_contacts.choose(db, people.amsterdam, kade, amsterdam.id, other.id)
        other_chosen = asked()
        first_contacts.choose(db, people.amsterdam, kade, amsterdam.id, None)

    assert erased == ([("Inloophuis De Kade", "")], 1, True)
    assert before == other_chosen == asked() == ([], 0, False)


def test_an_import_is_not_undone_under_a_first_contact(db: Session, people: People, amsterdam: Region) -> None:
    rows: list[list[object]] = [["Organisatie", "Naam", "E-mail"], ["De Wiek", "Bo Bakker", "bo@wiek.example.org"]]
    plan = importing.plan(db, people.amsterdam, amsterdam, file_of(rows), "lijst.xlsx")
    upload = importing.apply(db, people.amsterdam, plan)
    house, new = db.exec(select(Organisation)).one(), db.exec(select(Contact)).one()
    free = standing.on(db, upload)
    kade = factories.organisation(db, amsterdam)
    db.add(Affiliation(contact_id=new.id, organisation_id=kade.id))
    db.flush()
    seat = standing.on(db, upload)

    first_contacts.choose(db, people.amsterdam, kade, amsterdam.id, new.id)

    assert house.name == "De Wiek"
    assert (free, seat) == ([], ["andere functies (1)"])
    assert "eerste contacten (1)" in standing.on(db, upload)
