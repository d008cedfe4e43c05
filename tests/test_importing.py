"""A messy contact list becomes people, a plan, and rows in the network."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import SYSTEM, Actor
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.logbook import LogEntry
from bsoo.mail import blocking
from bsoo.privacy import retention
from bsoo.regions import Region
from bsoo.registry import people, values, words
from bsoo.registry.imports import days, importing, listed, reading, spreadsheets, uploads, workbooks
from bsoo.registry.imports.changes import Verdict
from bsoo.registry.imports.columns import layout_of
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.reading import ContactList
from bsoo.registry.imports.sheets import Sheet
from bsoo.registry.models import (
    Address,
    Affiliation,
    Contact,
    Membership,
    Organisation,
    Sector,
    Upload,
)
from bsoo.registry.people import Name, split_name
from tests import factories
from tests.conftest import People
from tests.lists import FIRST_WORDS, OURS, SMALL, everything, file_of, imported, text_of

TODAY = date(2026, 11, 23)
DATA = Path(__file__).parents[2] / "shared" / "data"
LISTS = ("contacten-amsterdam.xlsx", "contacten-almere.csv")


def read(data: bytes) -> ContactList:
    return reading.contact_list(spreadsheets.read(data), TODAY, OURS)


# --- the two real lists -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_a_real_list_is_read_as_its_truth_says(name: str) -> None:
    source = DATA / name
    if not source.exists():
        pytest.skip(f"{source} is not here; the same rules are tested with the small lists below")
    truth = json.loads(source.with_suffix(".truth.json").read_text())

    found = read(source.read_bytes())

    good = [row for row in found.rows if row.fault is None and not row.double_of]
    assert sorted(row.emails[0] for row in good) == sorted(truth["emails"])
    assert len(good) == truth["people"]
    assert len({listed.organisation_key(row.organisation) for row in good}) == truth["organisations"]
    assert sorted(row.emails[0] for row in good if row.invited is False) == sorted(truth["not_invited"])
    assert sorted(row.emails[0] for row in good if row.left) == sorted(truth.get("left", []))
    assert [row.number for row in found.rows if row.fault] == truth.get("rows_without_usable_email", [])
    assert sorted(row.emails[0] for row in found.rows if row.double_of) == sorted(truth.get("duplicate_emails", []))
    assert [row.number for row in good if not row.given or not row.family or not row.phones] == []


@pytest.mark.parametrize("name", LISTS)
def test_a_real_list_is_imported_whole_and_only_once(db: Session, amsterdam: Region, name: str) -> None:
    source = DATA / name
    if not source.exists():
        pytest.skip(f"{source} is not here; the same rules are tested with the small lists below")
    truth = json.loads(source.with_suffix(".truth.json").read_text())

    first = importing.plan(db, SYSTEM, amsterdam, source.read_bytes(), name)
    importing.apply(db, SYSTEM, first)
    again = importing.plan(db, SYSTEM, amsterdam, source.read_bytes(), name)

    assert sorted(db.exec(select(Address.email))) == sorted(truth["emails"])
    assert len(db.exec(select(Organisation.id)).all()) == truth["organisations"]
    assert first.totals["organisations"] == truth["organisations"]
    assert first.totals["contacts"] == truth["people"]
    uninvited = select(Address.email).join(Membership, col(Membership.contact_id) == Address.contact_id)
    assert sorted(db.exec(uninvited.where(~col(Membership.invited)))) == sorted(truth["not_invited"])
    ended = select(Address.email).join(Affiliation, col(Affiliation.contact_id) == Address.contact_id)
    assert sorted(db.exec(ended.where(col(Affiliation.ended_on).is_not(None)))) == sorted(truth.get("left", []))
    assert again.verdicts == first.verdicts | {"new": 0, "unchanged": first.verdicts["new"]}
    assert again.changes.inserts == {}
    assert again.changes.updates == {}


# --- finding the table ------------------------------------------------------------------------------------------------


def test_title_rows_totals_and_blank_organisations_are_understood() -> None:
    found = read(file_of(SMALL))

    assert found.tables[0].layout.header == 2
    assert found.tables[0].skipped == [11]
    assert [(row.number, row.organisation, row.name) for row in found.rows] == [
        (4, "Inloophuis De Kade", "Femke de Vries"),
        (5, "Inloophuis De Kade", "Lars d'Hondt"),
        (6, "INLOOPHUIS DE KADE", "Femke de Vries"),
        (7, "GGZ Waterlinie", "Samira El Idrissi"),
        (8, "GGZ Waterlinie", "Niels Visser"),
        (9, "GGZ Waterlinie", "Onbekend"),
    ]


def test_each_cell_is_cleaned_of_how_it_was_typed() -> None:
    row = read(file_of(SMALL)).rows[0]

    assert row.emails == ["f.devries@kade.example.org"]
    assert row.phones == ["+31612345678"]
    assert (row.titles, row.given, row.infix, row.family, row.role) == ("mw.", "Femke", "de", "Vries", "teamleider")


def test_doubles_faults_and_people_who_left_are_told_apart() -> None:
    rows = read(file_of(SMALL)).rows

    assert [row.double_of for row in rows] == [0, 0, 4, 0, 0, 0]
    assert [row.invited for row in rows] == [True, False, True, False, True, True]
    assert (rows[4].left, rows[4].left_on) == (True, date(2026, 9, 1))
    fault = rows[5].fault
    assert fault is not None
    assert (fault.kind, fault.cell, fault.value, fault.meant) == (
        "bad-address",
        "D9",
        "info(at)ggz.example.org",
        "info@ggz.example.org",
    )


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ";"), ("utf-8-sig", ","), ("utf-16", "\t"), ("utf-16-le", ";"), ("cp1252", ";"), ("cp1252", "|")],
)
def test_text_files_are_read_in_any_usual_form(encoding: str, delimiter: str) -> None:
    written = text_of([["Naam", "E-mail", "Plaats"], ["Zoë Sørensen", "z@kade.example.org", "Almere"]], delimiter)

    found = read(written.encode(encoding))

    assert [(row.name, row.emails, row.city) for row in found.rows] == [
        ("Zoë Sørensen", ["z@kade.example.org"], "Almere")
    ]


def test_excels_own_hint_about_the_delimiter_is_followed() -> None:
    found = read(b"sep=,\r\nNaam,E-mail\r\nZoe Smit,z@kade.example.org\r\n")

    assert [(row.number, row.name) for row in found.rows] == [(3, "Zoe Smit")]


def test_a_list_of_bare_addresses_needs_no_header() -> None:
    found = read(b"a.smit@kade.example.org\nb.smit@kade.example.org\n")

    assert [(row.number, row.emails) for row in found.rows] == [
        (1, ["a.smit@kade.example.org"]),
        (2, ["b.smit@kade.example.org"]),
    ]


def test_columns_without_a_telling_name_are_known_by_what_they_hold() -> None:
    rows = [
        ["A", "B", "C", "D"],
        *(["Kerk De Linde", "Anna de Smit", f"a{n}@linde.example.org", "06-1234567" + str(n)] for n in range(9)),
    ]

    layout = layout_of(rows)

    assert [column.meaning for column in layout.columns] == [
        Meaning.ORGANISATION,
        Meaning.NAME,
        Meaning.EMAIL,
        Meaning.PHONE,
    ]


def test_a_typing_error_in_a_header_is_forgiven() -> None:
    layout = layout_of(
        [["Organistatie", "Contactpersoon", "E-mailadres"], ["De Kade", "Anna Smit", "a@kade.example.org"]]
    )

    assert (layout.columns[0].meaning, layout.columns[0].certainty) == (Meaning.ORGANISATION, "typo")


def test_an_outlook_export_is_read() -> None:
    header = [
        "Title",
        "First Name",
        "Middle Name",
        "Last Name",
        "Company",
        "Department",
        "Job Title",
        "Business Street",
        "Business City",
        "Business Postal Code",
        "Business Phone",
        "Mobile Phone",
        "E-mail Address",
        "E-mail 2 Address",
        "Notes",
    ]
    person = [
        "Mw.",
        "Anna",
        "van",
        "Dijk",
        "Kerk De Linde",
        "diaconie",
        "predikant",
        "Kerkweg 1",
        "Almere",
        "1315ab",
        "036 555 01 77",
        "06-12345678",
        "a.dijk@linde.example.org",
        "anna@linde.example.org",
        "belt liever",
    ]

    row = read(text_of([header, person], ",").encode()).rows[0]

    assert (row.titles, row.name, row.organisation, row.role) == ("Mw.", "Anna van Dijk", "Kerk De Linde", "predikant")
    assert row.emails == ["a.dijk@linde.example.org", "anna@linde.example.org"]
    assert row.phones == ["+31365550177", "+31612345678"]
    assert (row.street, row.postcode, row.city) == ("Kerkweg 1", "1315 AB", "Almere")


def test_a_google_export_is_read() -> None:
    header = [
        "First Name",
        "Middle Name",
        "Last Name",
        "Organization Name",
        "Organization Title",
        "E-mail 1 - Label",
        "E-mail 1 - Value",
        "Phone 1 - Label",
        "Phone 1 - Value",
        "Labels",
    ]
    person = [
        "Bram",
        "",
        "op den Camp",
        "Buurtteam Nassau",
        "wijkcoach",
        "Werk",
        "b.camp@nassau.example.org",
        "Mobiel",
        "0612345678",
        "onderdak",
    ]

    row = read(text_of([header, person], ",").encode()).rows[0]

    assert (row.name, row.organisation, row.role, row.emails) == (
        "Bram op den Camp",
        "Buurtteam Nassau",
        "wijkcoach",
        ["b.camp@nassau.example.org"],
    )


def test_every_sheet_that_holds_contacts_is_read_and_explanations_are_not() -> None:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        for name in ("Zorg", "Opvang"):
            book.add_worksheet(name).write_row(0, 0, ["Naam", "E-mail"])
            book.worksheets()[-1].write_row(1, 0, ["Anna Smit", f"{name.lower()}@kade.example.org"])
        book.add_worksheet("Uitleg").write(0, 0, "x of ja = uitnodigen")

    found = read(packed.getvalue())

    assert [(table.sheet, table.place) for table in found.tables] == [("Zorg", 0), ("Opvang", 1)]
    assert [row.emails[0] for row in found.rows] == ["zorg@kade.example.org", "opvang@kade.example.org"]


def test_a_row_that_is_struck_through_has_left() -> None:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Naam", "E-mail"])
        sheet.write_row(1, 0, ["Anna Smit", "a@kade.example.org"], book.add_format({"font_strikeout": True}))
        sheet.write_row(2, 0, ["Bram Smit", "b@kade.example.org"])

    assert [row.left for row in read(packed.getvalue()).rows] == [True, False]


def test_where_only_crosses_stand_an_empty_cell_means_no() -> None:
    crosses = [
        ["Naam", "E-mail", "Uitnodigen"],
        ["Anna Smit", "a@kade.example.org", "x"],
        ["Bram Smit", "b@kade.example.org", ""],
    ]
    answers = [
        crosses[0],
        crosses[1],
        ["Bram Smit", "b@kade.example.org", "nee"],
        ["Cas Smit", "c@kade.example.org", ""],
    ]

    assert [row.invited for row in read(text_of(crosses).encode()).rows] == [True, False]
    assert [row.invited for row in read(text_of(answers).encode()).rows] == [True, False, None]


def test_a_heading_above_its_people_gives_them_their_organisation() -> None:
    rows = [
        ["Organisatie", "Naam", "E-mail"],
        ["Kerk De Linde", "", ""],
        ["", "Anna Smit", "a@linde.example.org"],
        ["", "Bram Smit", "b@linde.example.org"],
    ]

    found = read(text_of(rows).encode())

    assert [row.organisation for row in found.rows] == ["Kerk De Linde", "Kerk De Linde"]
    assert found.tables[0].skipped == [2]


def test_one_person_at_two_organisations_has_two_seats() -> None:
    rows = [
        ["Organisatie", "Naam", "E-mail"],
        ["Kerk De Linde", "Anna Smit", "a@linde.example.org"],
        ["Diaconie Oost", "Anna Smit", "a@linde.example.org"],
    ]

    assert [row.double_of for row in read(text_of(rows).encode()).rows] == [0, 0]


# --- single values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("mw. drs. Zoë in 't Veld (coördinator)", Name("Zoë", "in 't", "Veld", "mw. drs.", "coördinator")),
        ("Vries, Femke de", Name("Femke", "de", "Vries")),
        ("van den Berg, Anna", Name("Anna", "van den", "Berg")),
        ("El Idrissi, S.", Name("S.", "", "El Idrissi")),
        ("Samira El Idrissi", Name("Samira", "", "El Idrissi")),
        ("Miriam d’Hondt", Name("Miriam", "d'", "Hondt")),
        ("Tessa Hendriks-de Wit", Name("Tessa", "", "Hendriks-de Wit")),
        ("Carlijn Sørensen", Name("Carlijn", "", "Sørensen")),
        ("JEROEN VAN DER MEER", Name("Jeroen", "van der", "Meer")),
        ("Jan Willem de Boer", Name("Jan Willem", "de", "Boer")),
        ("Smit J.P.", Name("J.P.", "", "Smit")),
        ("de heer P. Jansen MSc", Name("P.", "", "Jansen", "de heer MSc")),
        ("Van der Laan", Name("", "Van der", "Laan")),
        ("Beyza", Name("", "", "Beyza")),
    ],
)
def test_whole_names_are_taken_apart_the_dutch_way(written: str, name: Name) -> None:
    assert split_name(written) == name


def test_a_name_is_joined_and_sorted_the_dutch_way() -> None:
    assert people.joined("Chloë", "d'", "Hondt") == "Chloë d'Hondt"
    assert people.joined("Bram", "van 't", "Hof") == "Bram van 't Hof"
    assert people.sort_name("Bram", "van 't", "Hof") == "hof bram van 't"


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("06-59966223", ["+31659966223"]),
        ("+31 6 3900 6122", ["+31639006122"]),
        ("0031615267937", ["+31615267937"]),
        ("+31(0)656749360", ["+31656749360"]),
        (612345678.0, ["+31612345678"]),
        ("020 - 555 01 42", ["+31205550142"]),
        ("06 12345678 / 020 5550142", ["+31612345678", "+31205550142"]),
        ("+32 2 555 12 12", ["+3225551212"]),
        ("0800-1234", ["+318001234"]),
        ("12345", []),
        ("n.v.t.", []),
    ],
)
def test_telephone_numbers_get_one_form(cell: values.Cell, numbers: list[str]) -> None:
    assert values.phones(cell) == numbers


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("23-09-2026", date(2026, 9, 23)),
        ("2/4/26", date(2026, 4, 2)),
        ("2026-09-01", date(2026, 9, 1)),
        ("1 sept. 2026", date(2026, 9, 1)),
        ("mei 2026", date(2026, 5, 1)),
        (46311.0, date(2026, 10, 16)),
        ("31-02-2026", None),
        ("morgen", None),
        (True, None),
    ],
)
def test_dates_are_read_as_people_write_them(cell: values.Cell, found: date | None) -> None:
    assert days.day(cell) == found


def test_a_date_without_a_year_lies_behind_us() -> None:
    assert days.past_day("uit dienst per 1-9", TODAY) == date(2026, 9, 1)
    assert days.past_day("weg per 1 december", TODAY) == date(2025, 12, 1)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (" K@KADE.example.org\xa0", ["k@kade.example.org"]),
        ("a@kade.example.org; b@kade.example.org", ["a@kade.example.org", "b@kade.example.org"]),
        ('"Kees" <k@kade.example.org>', ["k@kade.example.org"]),
        ("mailto:k@kade.example.org.", ["k@kade.example.org"]),
        ("j.jansen@", []),
        ("geen e-mail", []),
        ("k..k@kade.example.org", []),
        ("k@kade", []),
    ],
)
def test_addresses_are_found_in_what_was_pasted(cell: str, found: list[str]) -> None:
    assert values.addresses(cell) == found


@pytest.mark.parametrize(
    ("word", "means"), [("x", True), ("Ja, graag", True), ("niet meer", False), ("N", False), ("soms", None)]
)
def test_yes_and_no_have_many_words(word: str, means: bool | None) -> None:
    assert values.yes_or_no(word) is means


def test_words_of_a_list_become_themes_and_sectors() -> None:
    assert words.themes_of("arbeid en uitbuiting", FIRST_WORDS) == ("arbeid", "uitbuiting")
    assert words.themes_of("Psychosociaal", FIRST_WORDS) == ("psychische-gezondheid",)
    assert words.sector_of("24-uursopvang De Wissel", FIRST_WORDS) == Sector.SHELTER
    assert words.sector_of("Landlopers Advocaten", FIRST_WORDS) == Sector.LEGAL
    assert words.sector_of("Fietsclub", FIRST_WORDS) == ""


# --- files that are no list, or no friend -----------------------------------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return packed.getvalue()


FAR_CELL = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
WIDE = b"<worksheet><sheetData>" + b'<row r="40000"><c r="ZZ40000"><v>1</v></c></row>' + b"</sheetData></worksheet>"
EMPTY = (
    b"<worksheet><sheetData>"
    + b"".join(b'<row r="%d"/>' % n for n in range(1, 1_000_001))
    + b"</sheetData></worksheet>"
)
REPEATED = (
    b"<table:table>"
    + b'<table:table-row table:number-rows-repeated="1000000"><text:p>x</text:p></table:table-row></table:table>'
)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\0",
        b"MZ\x90\x00\x03\x00\x00\x00" + bytes(500),
        b"%PDF-1.7\n",
        b"<html><table><tr><td>x</td></tr></table></html>",
        b"PK\x03\x04" + bytes(50),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
        zipped(readme_xml=b"<x/>"),
        zipped(xl__workbook_xml=b"<broken", xl__worksheets__sheet1_xml=b"<also"),
        zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=FAR_CELL),
        zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=WIDE),
        zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=bytes(120_000_000)),
        zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=EMPTY),
        zipped(content_xml=REPEATED),
        b"x" * (spreadsheets.MAX_BYTES + 1),
        b"a;b\n" * (workbooks.MAX_ROWS + 1),
        zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b'<c r="A1"><f>1+1</f><v>2</v></c>' * 60),
        zipped(content_xml=b'<table:table-cell table:formula="of:=1+1"/>' * 60),
        zipped(**{"xl__workbook_xml": b"<x/>", "xl/vbaProject.bin": b"Sub AutoOpen()"}),
        zipped(**{"content_xml": b"<x/>", "Basic/Standard/Module1_xml": b"<x/>"}),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"),
    ],
    ids=[
        "empty",
        "zeros",
        "program",
        "pdf",
        "html",
        "cut-zip",
        "cut-xls",
        "other-zip",
        "broken-xml",
        "far-cell",
        "wide",
        "bomb",
        "empty-rows",
        "ods-bomb",
        "large",
        "long",
        "formulas",
        "formulas-ods",
        "macros",
        "macros-ods",
        "macros-xls",
    ],
)
def test_hostile_and_broken_files_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        spreadsheets.read(data)

    assert list(refusal.value.errors) == ["file"]
    assert len(refusal.value.errors["file"]) > 10


def test_a_cell_of_megabytes_is_read_in_no_time() -> None:
    endless = ["van " * 50_000, "06 " * 50_000, "a." * 20_000 + "@" + "a." * 20_000, "(at)" * 40_000]
    lines = [["Naam", "Telefoon", "E-mail", "Opmerking"], *([cell, cell, cell, cell] for cell in endless)]

    found = reading.contact_list([Sheet("", [list(line) for line in lines])], TODAY, OURS)

    assert [row.fault.kind for row in found.rows if row.fault] == ["bad-address"] * 4


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    packed = bytearray(zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=bytes(120_000_000)))
    honest = (120_000_000).to_bytes(4, "little")
    while (place := packed.find(honest)) >= 0:
        packed[place : place + 4] = (1000).to_bytes(4, "little")

    with pytest.raises(Refused):
        spreadsheets.read(bytes(packed))


def test_a_file_without_contacts_is_refused(db: Session, amsterdam: Region) -> None:
    with pytest.raises(Refused):
        importing.plan(db, SYSTEM, amsterdam, b"kleur;maat\nrood;3\n", "kleuren.csv")


# --- the plan and its execution ---------------------------------------------------------------------------------------


def test_the_verdicts_add_up_to_the_rows(db: Session, amsterdam: Region) -> None:
    plan = importing.plan(db, SYSTEM, amsterdam, file_of(SMALL), "lijst.xlsx")

    assert plan.totals == {
        "rows": 6,
        "verdicts": {"new": 4, "changed": 0, "unchanged": 0, "double": 1, "problem": 1},
        "organisations": 2,
        "contacts": 4,
    }


def test_a_plan_alone_writes_nothing(db: Session, amsterdam: Region) -> None:
    importing.plan(db, SYSTEM, amsterdam, file_of(SMALL), "lijst.xlsx")

    assert db.exec(select(Contact)).all() == []
    assert db.exec(select(Organisation)).all() == []


def person(db: Session, email: str) -> tuple[Contact, Membership, Affiliation | None]:
    contact = db.exec(select(Contact).join(Address).where(Address.email == email)).one()
    membership = db.exec(select(Membership).where(Membership.contact_id == contact.id)).one()
    return contact, membership, db.exec(select(Affiliation).where(Affiliation.contact_id == contact.id)).first()


def test_importing_makes_people_with_all_that_the_list_says(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)

    contact, membership, seat = person(db, "f.devries@kade.example.org")
    assert (contact.display_name, contact.sort_name, contact.phone) == (
        "Femke de Vries",
        "vries femke de",
        "+31612345678",
    )
    assert contact.search == "femke de vries inloophuis de kade teamleider f.devries@kade.example.org 0612345678"
    assert (membership.invited, membership.basis_source) == (True, "lijst.xlsx")
    assert seat is not None
    assert (seat.role, seat.ended_on) == ("teamleider", None)


def test_who_left_has_an_ended_seat_and_who_is_not_to_be_invited_is_not(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)

    _, _, left = person(db, "n.visser@ggz.example.org")
    _, uninvited, _ = person(db, "s.elidrissi@ggz.example.org")
    assert left is not None
    assert left.ended_on == date(2026, 9, 1)
    assert uninvited.invited is False


def test_the_same_list_twice_changes_nothing(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)
    before = everything(db)

    again = imported(db, amsterdam, SMALL)

    assert again.totals["verdicts"] == {"new": 0, "changed": 0, "unchanged": 4, "double": 1, "problem": 1}
    assert everything(db) == before


def test_a_changed_list_says_field_by_field_what_changes(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)
    changed = [list(row) for row in SMALL]
    changed[4] = ["", "Lars d'Hondt", "advocaat", "l.hondt@kade.example.org", "06-11111111", "ja"]

    plan = importing.plan(db, SYSTEM, amsterdam, file_of(changed), "lijst.xlsx")

    differences = [
        (each.row.number, difference.field, difference.before, difference.after)
        for each in plan.judged
        for difference in each.differences
    ]
    assert differences == [
        (5, "invited", "no", "yes"),
        (5, "role", "jurist", "advocaat"),
        (5, "phone", "+31612345679", "+31611111111"),
    ]


def test_a_change_is_written_found_and_on_the_timeline(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)
    changed = [list(row) for row in SMALL]
    changed[4] = ["", "Lars d'Hondt", "advocaat", "l.hondt@kade.example.org", "06-11111111", "ja"]

    imported(db, amsterdam, changed)

    contact, membership, seat = person(db, "l.hondt@kade.example.org")
    assert (contact.phone, membership.invited, seat.role if seat else "") == ("+31611111111", True, "advocaat")
    assert contact.search == "lars d'hondt 0611111111 inloophuis de kade advocaat l.hondt@kade.example.org"
    lines = db.exec(select(LogEntry).where(LogEntry.subject_id == contact.id)).all()
    assert [(line.verb, line.facts["fields"]) for line in lines] == [("contact.imported", "invited, role, phone")]


def test_an_old_list_brings_nobody_back(db: Session, amsterdam: Region) -> None:
    imported(db, amsterdam, SMALL)
    _, membership, seat = person(db, "f.devries@kade.example.org")
    assert seat is not None
    seat.ended_on, membership.stopped_at = date(2026, 11, 1), clock.now()
    membership.invited = False
    db.add_all([seat, membership])
    db.flush()

    plan = imported(db, amsterdam, SMALL)

    _, membership, seat = person(db, "f.devries@kade.example.org")
    assert (membership.invited, seat.ended_on if seat else None) == (False, date(2026, 11, 1))
    assert plan.verdicts["changed"] == 0


def test_an_address_that_must_not_be_written_to_is_not_imported_again(db: Session, amsterdam: Region) -> None:
    blocking.block(db, "l.hondt@kade.example.org")

    plan = imported(db, amsterdam, SMALL)

    assert [each.row.number for each in plan.judged if each.verdict is Verdict.PROBLEM] == [5, 9]
    assert db.exec(select(Address).where(Address.email == "l.hondt@kade.example.org")).first() is None


def test_a_contact_of_another_region_joins_this_one_and_keeps_what_it_has(
    db: Session, amsterdam: Region, almere: Region
) -> None:
    known = factories.contact(db, almere, "Lars de Hond", email="l.hondt@kade.example.org")

    plan = imported(db, amsterdam, SMALL)

    db.refresh(known)
    judged = next(each for each in plan.judged if each.row.number == 5)
    assert (judged.verdict, [difference.field for difference in judged.differences]) == (
        Verdict.CHANGED,
        ["region", "organisation", "phone"],
    )
    assert known.display_name == "Lars de Hond"
    regions = db.exec(select(Membership.region_id).where(Membership.contact_id == known.id)).all()
    assert set(regions) == {amsterdam.id, almere.id}


def test_an_organisation_is_found_by_any_spelling_and_by_its_other_names(db: Session, amsterdam: Region) -> None:
    known = factories.organisation(db, amsterdam, "Inloophuis de Kade")
    known.name_key, known.aliases = listed.organisation_key(known.name), ["Waterlinie GGZ", "GGZ-Waterlinie"]
    db.add(known)
    db.flush()

    imported(db, amsterdam, SMALL)

    assert [organisation.id for organisation in db.exec(select(Organisation))] == [known.id]


def test_one_person_with_two_seats_is_imported_once_with_both(db: Session, amsterdam: Region) -> None:
    rows: list[list[object]] = [
        ["Organisatie", "Naam", "E-mail", "Uitnodigen"],
        ["Kerk De Linde", "Anna Smit", "a@linde.example.org", "ja"],
        ["Diaconie Oost", "Anna Smit", "a@linde.example.org", "nee"],
    ]

    first = imported(db, amsterdam, rows)
    again = imported(db, amsterdam, rows)

    contact, membership, _ = person(db, "a@linde.example.org")
    seats = db.exec(select(Affiliation).where(Affiliation.contact_id == contact.id)).all()
    assert (len(seats), membership.invited) == (2, True)
    assert [each.verdict for each in first.judged] == [Verdict.NEW, Verdict.CHANGED]
    assert [each.verdict for each in again.judged] == [Verdict.UNCHANGED, Verdict.UNCHANGED]
    assert contact.search == "anna smit kerk de linde a@linde.example.org diaconie oost"


def test_only_coordinators_of_the_region_import(db: Session, people: People, almere: Region) -> None:
    for actor in (people.amsterdam, people.reader, people.advocacy):
        with pytest.raises(NotAllowed):
            importing.plan(db, actor, almere, file_of(SMALL), "lijst.xlsx")


# --- uploads ----------------------------------------------------------------------------------------------------------

SignIn = Callable[[Actor], TestClient]


def sent(client: TestClient, rows: list[list[object]], region: str = "amsterdam") -> str:
    answer = client.post("/netwerk/import", data={"region": region}, files={"file": ("lijst.xlsx", file_of(rows))})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_list_is_looked_at_and_then_imported(db: Session, people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)

    preview = client.get(sent(client, SMALL))

    assert "6 rijen, 4 kunnen mee" in preview.text
    assert "‘info(at)ggz.example.org’ is geen e-mailadres. Cel D9." in preview.text
    assert db.exec(select(Contact)).all() == []
    upload = db.exec(select(Upload)).one()
    assert client.post(f"/netwerk/import/{upload.id}/doorvoeren").status_code == 303
    db.expire_all()
    assert len(db.exec(select(Contact)).all()) == 4
    assert db.exec(select(Upload.content)).one() is None
    assert "4 contacten toegevoegd, 0 bijgewerkt." in client.get("/netwerk").text


def test_importing_twice_by_a_double_click_imports_once(db: Session, people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)
    place = sent(client, SMALL)

    answers = [client.post(f"{place}/doorvoeren").status_code for _ in range(2)]

    assert answers == [303, 303]
    assert len(db.exec(select(Contact)).all()) == 4


def test_a_column_can_be_given_another_meaning(db: Session, people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)
    rows: list[list[object]] = [["Naam", "E-mail", "Kleur"], ["Anna Smit", "a@linde.example.org", "Kerk De Linde"]]

    place = sent(client, rows)
    mapping = {"k0.0": "name", "k0.1": "email", "k0.2": "organisation"}
    answer = client.post(place, data=mapping)

    assert place.endswith("/kolommen")
    assert answer.status_code == 303
    assert "Kerk De Linde" in client.get(answer.headers["location"]).text


def test_without_a_column_of_addresses_there_is_no_import(people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)
    place = sent(client, SMALL) + "/kolommen"

    answer = client.post(place, data={"k0.0": "name", "k0.3": "ignored"})

    assert answer.status_code == 422
    assert "Kies de kolom met de e-mailadressen." in answer.text


def test_stopping_deletes_the_file(db: Session, people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)
    place = sent(client, SMALL)

    assert client.post(f"{place}/weg").status_code == 303

    db.expire_all()
    assert db.exec(select(Upload.content)).one() is None
    assert client.get(place).status_code == 404


def test_what_is_no_list_is_refused_on_the_page(people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)

    missing = client.post("/netwerk/import", data={"region": "amsterdam"})
    program = client.post("/netwerk/import", data={"region": "amsterdam"}, files={"file": ("x.xlsx", b"MZ\x90\0" * 99)})
    elsewhere = client.post("/netwerk/import", data={"region": "almere"}, files={"file": ("x.xlsx", file_of(SMALL))})

    assert (missing.status_code, program.status_code, elsewhere.status_code) == (422, 422, 422)
    assert "Kies een bestand." in missing.text
    assert "Deze lijst kunnen we niet lezen." in program.text


def test_an_upload_of_another_region_is_not_there(
    db: Session, people: People, almere: Region, signed_in: SignIn
) -> None:
    upload = uploads.keep_upload(db, people.almere, almere, file_of(SMALL), "lijst.xlsx")
    db.commit()
    client = signed_in(people.amsterdam)

    assert client.get(f"/netwerk/import/{upload.id}").status_code == 404
    assert client.post(f"/netwerk/import/{upload.id}/doorvoeren").status_code == 404
    with pytest.raises(NotFound):
        uploads.upload(db, people.amsterdam, upload.id)


def test_files_that_nobody_decided_about_are_deleted_after_a_week(
    db: Session, amsterdam: Region, frozen: Callable[..., object]
) -> None:
    uploads.keep_upload(db, SYSTEM, amsterdam, file_of(SMALL), "lijst.xlsx")

    at_once = retention.apply(db, SYSTEM, "uploads")
    with frozen(clock.now() + timedelta(days=14)):  # type: ignore[attr-defined] # the fixture gives a context manager
        later = retention.apply(db, SYSTEM, "uploads")

    assert (at_once, later) == (0, 1)
    assert db.exec(select(Upload.content)).one() is None
