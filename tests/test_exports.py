"""Contacts out again: as spreadsheet, cards and paper; what comes back in changes nothing."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import vobject
from python_calamine import CalamineWorkbook
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo import clock, i18n
from bsoo.access.actor import SYSTEM, Actor
from bsoo.errors import NotAllowed
from bsoo.exports import contact_rows, files, taking_out, vcards
from bsoo.exports.people import Person, people
from bsoo.exports.taking_out import Form
from bsoo.logbook import LogEntry
from bsoo.regions import Region
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.imports import importing
from bsoo.registry.imports.listed import organisation_key
from bsoo.registry.models import Address, Affiliation, Contact, Membership
from tests.conftest import People
from tests.factories import contact, organisation

SignedIn = Callable[[Actor], TestClient]


@pytest.fixture
def lotte(db: Session, amsterdam: Region) -> Contact:
    """Lotte van den Berg: two addresses, two numbers, one organisation that runs and one that she left."""
    kade, wiek = organisation(db, amsterdam), organisation(db, amsterdam, "De Wiek; kerk, met sint")
    wiek.name_key = organisation_key(wiek.name)
    made = contact(db, amsterdam, "Lotte Berg", at=kade, email="lotte@kade.example.org", role="coördinator zorg")
    made.infix, made.display_name, made.title = "van den", "Lotte van den Berg", "drs."
    made.phone = "+31612345678, +31201234567"
    kade.street, kade.postcode, kade.website = "Wilgenpad 12", "1012 AB", "https://kade.example.org"
    kade.themes = ["onderdak", "voedsel"]
    db.add(Address(contact_id=made.id, email="lotte@wiek.example.org", is_used=False))
    db.add(Affiliation(contact_id=made.id, organisation_id=wiek.id, role="diaken", ended_on=date(2026, 3, 1)))
    db.commit()
    return made


# --- who may, and what is written down --------------------------------------------------------------------------------


def test_only_who_may_take_contacts_out_of_the_region_does(
    db: Session, people: People, amsterdam: Region, lotte: Contact
) -> None:
    for who in (people.reader, people.advocacy, people.almere):
        with pytest.raises(NotAllowed):
            taking_out.take_out(db, who, Wanted(region_id=amsterdam.id), Form.CSV)

    assert len(taking_out.take_out(db, people.amsterdam, Wanted(region_id=amsterdam.id), Form.CSV)) == 1


def test_a_coordinator_who_looks_at_all_regions_takes_out_the_own_ones(
    db: Session, people: People, almere: Region, lotte: Contact
) -> None:
    contact(db, almere, "Piet Almere")

    taken = taking_out.take_out(db, people.amsterdam, Wanted(), Form.CSV)

    assert [person.contact.display_name for person in taken] == ["Lotte van den Berg"]


def test_the_logbook_says_how_many_left_which_region_and_never_what_was_searched_for(
    db: Session, people: People, amsterdam: Region, almere: Region, lotte: Contact
) -> None:
    db.add(Membership(contact_id=lotte.id, region_id=almere.id))
    contact(db, almere, "Lotte Almere")

    taking_out.take_out(db, people.administrator, Wanted(text="lotte"), Form.VCARD)

    entries = db.exec(select(LogEntry).where(LogEntry.verb == "contacts.exported").order_by(col(LogEntry.id))).all()
    assert {entry.region_id: entry.facts for entry in entries} == {
        amsterdam.id: {"form": "vcf", "contacts": 1},
        almere.id: {"form": "vcf", "contacts": 2},
    }


def test_the_filters_of_the_list_decide_who_leaves(
    db: Session, people: People, amsterdam: Region, lotte: Contact
) -> None:
    contact(db, amsterdam, "Zara Adan", invited=False)
    db.commit()

    invited = taking_out.take_out(db, people.amsterdam, Wanted(group="invited"), Form.CSV)
    found = taking_out.take_out(db, people.amsterdam, Wanted(text="zara"), Form.CSV)

    assert [person.contact.family_name for person in invited] == ["Berg"]
    assert [person.contact.family_name for person in found] == ["Adan"]


# --- spreadsheets -----------------------------------------------------------------------------------------------------


def test_a_row_for_each_seat_holds_what_the_registry_knows(db: Session, people: People, lotte: Contact) -> None:
    header, here, left = contact_rows.table(taking_out.take_out(db, people.amsterdam, Wanted(), Form.CSV))

    assert dict(zip(header, here, strict=True)) == {
        "Organisatie": "Inloophuis De Kade",
        "Afdeling": "",
        "Soort organisatie": "Opvang en onderdak",
        "Titel": "drs.",
        "Voornaam": "Lotte",
        "Tussenvoegsel": "van den",
        "Achternaam": "Berg",
        "Functie": "coördinator zorg",
        "E-mail": "lotte@kade.example.org, lotte@wiek.example.org",
        "Telefoon": "06 12345678, 020 123 4567",
        "Adres": "Wilgenpad 12",
        "Postcode": "1012 AB",
        "Plaats": "Amsterdam",
        "Website": "https://kade.example.org",
        "KvK-nummer": "",
        "Taal": "nl",
        "Thema’s": "onderdak; voedsel",
        "Neemt deel als": "lid",
        "Uitnodigen": "ja",
        "Uit dienst": "",
        "Laatst bevestigd": "",
    }
    assert (left[0], left[7], left[19]) == ("De Wiek; kerk, met sint", "diaken", "2026-03-01")


def test_who_wants_no_more_invitations_is_not_to_be_invited_in_the_list_either(
    db: Session, people: People, lotte: Contact
) -> None:
    db.exec(select(Membership)).one().stopped_at = clock.now()
    db.flush()

    _header, row, _left = contact_rows.table(taking_out.take_out(db, people.amsterdam, Wanted(), Form.CSV))

    assert row[17:19] == ["lid", "nee"]


@pytest.mark.once
@pytest.mark.parametrize(
    "cell", ["=1+1", "+31612345678", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", '=cmd|" /C calc"!A0']
)
def test_no_cell_is_ever_a_formula(cell: str) -> None:
    table = [["Naam"], [cell]]

    written = list(csv.reader(io.StringIO(files.csv_content(table).decode("utf-8-sig"), newline=""), delimiter=";"))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(files.xlsx_content("x", table))).get_sheet_by_index(0).to_python()

    assert written[1] == [f"'{cell}"]
    assert str(sheet[1][0]).startswith("'")


@pytest.mark.once
@pytest.mark.parametrize("cell", ["", "Lotte", "'t Hart", "a=b", "1-2", "06 12345678", 'é;\n"x"'])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert files.guarded(cell) == cell


def test_the_spreadsheet_opens_with_its_header_and_every_row(db: Session, people: People, lotte: Contact) -> None:
    taken = taking_out.take_out(db, people.amsterdam, Wanted(), Form.XLSX)

    file = taking_out.as_file(taken, Form.XLSX, "amsterdam")

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert file.name == "contacten-amsterdam-2026-11-23.xlsx"
    assert [[str(cell) for cell in row] for row in sheet] == contact_rows.table(taken)


# --- and in again -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [Form.CSV, Form.XLSX])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_list_that_was_taken_out_changes_nothing_when_it_comes_in_again(
    db: Session, people: People, amsterdam: Region, lotte: Contact, form: Form, language: str
) -> None:
    contact(db, amsterdam, "Zara Adan", role="").language = "en"
    db.flush()

    with i18n.speaking(language):
        taken = taking_out.take_out(db, people.amsterdam, Wanted(region_id=amsterdam.id), form)
        file = taking_out.as_file(taken, form, "amsterdam")
        plan = importing.plan(db, SYSTEM, amsterdam, file.content, file.name)

    assert [(each.verdict.value, each.differences) for each in plan.judged] == [("unchanged", [])] * 3


@pytest.mark.parametrize("name", ["contacten-amsterdam.xlsx", "contacten-almere.csv"])
def test_the_sample_lists_come_in_go_out_and_come_in_again(
    db: Session, people: People, amsterdam: Region, shared_data: Path, name: str
) -> None:
    content = (shared_data / name).read_bytes()
    importing.apply(db, SYSTEM, importing.plan(db, SYSTEM, amsterdam, content, name))

    everybody = [
        *people_of(db, Wanted(region_id=amsterdam.id)),
        *people_of(db, Wanted(region_id=amsterdam.id, group="left")),
    ]
    file = taking_out.as_file(everybody, Form.CSV, "amsterdam")
    plan = importing.plan(db, SYSTEM, amsterdam, file.content, file.name)

    changed = [each for each in plan.judged if each.verdict.value not in {"unchanged", "double"}]
    assert [(each.verdict.value, each.row.emails, each.row.fault, each.differences) for each in changed] == []
    assert len(plan.judged) >= len(everybody) > 100


def people_of(db: Session, wanted: Wanted) -> list[Person]:
    return people(db, SYSTEM, wanted)


# --- cards ------------------------------------------------------------------------------------------------------------


def test_cards_are_read_back_by_another_program(db: Session, people: People, lotte: Contact) -> None:
    text = vcards.cards(taking_out.take_out(db, people.amsterdam, Wanted(), Form.VCARD))

    card = next(vobject.readComponents(text))

    assert (card.version.value, card.fn.value) == ("4.0", "Lotte van den Berg")
    assert (card.n.value.family, card.n.value.given, card.n.value.prefix) == ("van den Berg", "Lotte", "drs.")
    assert [email.value for email in card.email_list] == ["lotte@kade.example.org", "lotte@wiek.example.org"]
    assert [phone.value for phone in card.tel_list] == ["tel:+31612345678", "tel:+31201234567"]
    assert (card.org.value, card.title.value) == (["Inloophuis De Kade"], "coördinator zorg")
    assert (card.adr.value.street, card.adr.value.city, card.adr.value.code) == ("Wilgenpad 12", "Amsterdam", "1012 AB")
    assert card.uid.value == f"urn:uuid:{lotte.id}"


def test_no_line_of_a_card_is_longer_than_75_octets_and_odd_signs_mean_themselves(
    db: Session, people: People, amsterdam: Region
) -> None:
    odd = 'Stichting "De Boom"; kerk, école \\ één ' * 4
    contact(db, amsterdam, "Zoë Çelik", at=organisation(db, amsterdam, odd.strip()))
    text = vcards.cards(taking_out.take_out(db, people.amsterdam, Wanted(), Form.VCARD))

    card = next(vobject.readComponents(text))

    assert card.org.value == [odd.strip()]
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "\n" not in text.replace("\r\n", "")


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_buttons_under_the_list_carry_its_filters(people: People, signed_in: SignedIn, lotte: Contact) -> None:
    browser = signed_in(people.amsterdam)

    page = browser.get("/netwerk?q=lotte&soort=shelter&groep=invited")
    answer = browser.post(
        "/netwerk/uitvoer", data={"q": "lotte", "soort": "shelter", "groep": "invited", "vorm": "csv"}
    )
    nobody = browser.post("/netwerk/uitvoer", data={"q": "niemand", "vorm": "csv"})

    for field in ('name="q" value="lotte"', 'name="soort" value="shelter"', 'name="groep" value="invited"'):
        assert f'<input type="hidden" {field}>' in page.text.split('action="/netwerk/uitvoer"')[1]
    assert answer.headers["content-disposition"].startswith('attachment; filename="contacten-amsterdam-2026-11-23.csv"')
    assert "lotte@kade.example.org" in answer.text
    assert len(nobody.text.splitlines()) == 1


def test_a_list_on_paper_shows_names_and_numbers(people: People, signed_in: SignedIn, lotte: Contact) -> None:
    page = signed_in(people.amsterdam).post("/netwerk/uitvoer", data={"vorm": "print"})

    assert page.status_code == 200
    assert "Contactlijst van Amsterdam" in page.text
    assert "06 12345678, 020 123 4567" in page.text


def test_who_may_not_take_contacts_out_sees_no_buttons_and_gets_nothing(
    people: People, signed_in: SignedIn, lotte: Contact
) -> None:
    browser = signed_in(people.reader)

    assert "/netwerk/uitvoer" not in browser.get("/netwerk").text
    assert browser.post("/netwerk/uitvoer", data={"vorm": "csv"}).status_code == 403
    assert signed_in(people.amsterdam).post("/netwerk/uitvoer", data={"vorm": "pdf"}).status_code == 422
