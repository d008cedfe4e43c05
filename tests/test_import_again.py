"""A list that comes again: what it says anew goes in, what was edited here stays, and where both changed we ask."""

from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.regions import Region
from bsoo.registry.imports import importing
from bsoo.registry.imports.changes import Answer, Verdict
from bsoo.registry.imports.reading import Decided
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation
from tests import factories
from tests.lists import file_of, imported

HEADER: list[object] = ["Organisatie", "Naam", "Functie", "E-mail", "Telefoon", "Uitnodigen", "Straat"]
ADDRESS = "a@linde.example.org"


def rows(
    role: str = "predikant", phone: str = "0612345678", invited: str = "ja", street: str = ""
) -> list[list[object]]:
    return [HEADER, ["Kerk De Linde", "Anna Smit", role, ADDRESS, phone, invited, street]]


def anna(db: Session) -> tuple[Contact, Membership, Affiliation]:
    contact = db.exec(select(Contact).join(Address).where(Address.email == ADDRESS)).one()
    place = db.exec(select(Membership).where(Membership.contact_id == contact.id)).one()
    return contact, place, db.exec(select(Affiliation).where(Affiliation.contact_id == contact.id)).one()


def edit(db: Session, phone: str) -> None:
    contact, _, _ = anna(db)
    contact.phone = phone
    db.add(contact)
    db.flush()


def planned(db: Session, region: Region, wanted: list[list[object]], answer: str = "") -> importing.Plan:
    decided = Decided(answers={"0.2": answer}) if answer else Decided()
    return importing.plan(db, SYSTEM, region, file_of(wanted), "lijst.xlsx", decided)


def test_what_was_edited_here_stays_when_the_list_says_nothing_new(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, rows())
    edit(db, "+31698765432")

    again = imported(db, amsterdam, rows())

    assert [each.verdict for each in again.judged] == [Verdict.UNCHANGED]
    assert again.changes.updates == {}
    assert anna(db)[0].phone == "+31698765432"


def test_what_the_list_says_anew_goes_in_beside_what_was_edited_here(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, rows())
    edit(db, "+31698765432")

    again = imported(db, amsterdam, rows(role="dominee", invited="nee"))

    contact, place, seat = anna(db)
    assert (contact.phone, place.invited, seat.role) == ("+31698765432", False, "dominee")
    assert [(each.field, each.before, each.after) for each in again.judged[0].differences] == [
        ("invited", "yes", "no"),
        ("role", "predikant", "dominee"),
    ]


def test_where_both_changed_the_row_is_asked_about_and_ours_stands(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, rows())
    edit(db, "+31698765432")

    again = imported(db, amsterdam, rows(phone="0611111111"))

    assert [each.verdict for each in again.judged] == [Verdict.CLASH]
    clashes = [(each.field, each.before, each.after) for each in again.judged[0].clashes]
    assert clashes == [("phone", "+31698765432", "+31611111111")]
    assert anna(db)[0].phone == "+31698765432"


def test_an_answer_for_the_list_takes_its_word(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, rows())
    edit(db, "+31698765432")

    answered = planned(db, amsterdam, rows(phone="0611111111"), Answer.LIST)
    importing.apply(db, SYSTEM, answered)

    assert [each.verdict for each in answered.judged] == [Verdict.CHANGED]
    assert anna(db)[0].phone == "+31611111111"


def test_an_answer_for_ours_is_not_asked_again(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, rows())
    edit(db, "+31698765432")

    answered = planned(db, amsterdam, rows(phone="0611111111"), Answer.OURS)
    importing.apply(db, SYSTEM, answered)
    again = planned(db, amsterdam, rows(phone="0611111111"))

    assert [plan.judged[0].verdict for plan in (answered, again)] == [Verdict.UNCHANGED, Verdict.UNCHANGED]
    assert anna(db)[0].phone == "+31698765432"


def test_a_field_that_was_emptied_here_stays_empty(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, rows())
    edit(db, "")

    imported(db, amsterdam, rows())

    assert anna(db)[0].phone == ""


def test_an_organisation_keeps_the_street_that_was_corrected_here(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, rows(street="Oude Kade 1"))
    house = db.exec(select(Organisation)).one()
    house.street = "Nieuwe Kade 2"
    db.add(house)
    db.flush()

    same = imported(db, amsterdam, rows(street="Oude Kade 1"))
    other = imported(db, amsterdam, rows(street="Derde Kade 3"))

    db.refresh(house)
    assert [plan.judged[0].verdict for plan in (same, other)] == [Verdict.UNCHANGED, Verdict.CLASH]
    assert house.street == "Nieuwe Kade 2"


def test_an_address_that_was_removed_here_does_not_come_back(db: Session, amsterdam: Region) -> None:
    wanted: list[list[object]] = [["Naam", "E-mail"], ["Anna Smit", f"{ADDRESS}; oud@linde.example.org"]]
    imported(db, amsterdam, wanted)
    db.delete(db.exec(select(Address).where(Address.email == "oud@linde.example.org")).one())
    db.flush()

    imported(db, amsterdam, wanted)

    assert db.exec(select(Address.email)).all() == [ADDRESS]


def test_somebody_of_the_same_name_and_organisation_is_asked_about(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, rows())
    moved: list[list[object]] = [HEADER, ["Kerk De Linde", "Anna Smit", "", "anna.smit@linde.example.org", "", "", ""]]

    asked = planned(db, amsterdam, moved)

    assert [each.verdict for each in asked.judged] == [Verdict.POSSIBLE]
    assert asked.judged[0].namesake is not None
    assert (asked.judged[0].namesake.name, asked.judged[0].namesake.email) == ("Anna Smit", ADDRESS)
    assert asked.changes.inserts == {}


def test_the_same_person_gets_the_address_and_somebody_else_becomes_a_contact(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, rows())
    moved: list[list[object]] = [HEADER, ["Kerk De Linde", "Anna Smit", "", "anna.smit@linde.example.org", "", "", ""]]

    same = planned(db, amsterdam, moved, Answer.SAME)
    other = planned(db, amsterdam, moved, Answer.OTHER)
    importing.apply(db, SYSTEM, same)

    assert [plan.judged[0].verdict for plan in (same, other)] == [Verdict.CHANGED, Verdict.NEW]
    found = db.exec(select(Address.email, Address.is_used).order_by(Address.email)).all()
    assert found == [(ADDRESS, True), ("anna.smit@linde.example.org", False)]


def test_what_no_list_ever_said_is_asked_about(db: Session, amsterdam: Region) -> None:
    kept = factories.contact(db, amsterdam, "Anna Smit", email=ADDRESS)
    kept.phone = "+31698765432"
    db.add(kept)
    db.flush()

    plan = planned(db, amsterdam, rows())

    assert plan.judged[0].verdict is Verdict.CLASH
    assert [each.field for each in plan.judged[0].clashes] == ["phone"]


def test_a_list_does_not_invite_again_who_wants_no_invitations(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, rows(invited="nee"))
    _, place, _ = anna(db)
    place.stopped_at = clock.now()
    db.add(place)
    db.flush()

    again = imported(db, amsterdam, rows(invited="ja"))

    assert [each.verdict for each in again.judged] == [Verdict.UNCHANGED]
    assert anna(db)[1].invited is False
