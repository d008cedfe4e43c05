"""Where in a file the people stand, and what each row says of them."""

import io
from datetime import date

import pytest
import xlsxwriter

from bsoo.registry.imports import reading, spreadsheets
from bsoo.registry.imports.columns import layout_of
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.reading import ContactList
from tests.lists import OURS, SMALL, file_of, text_of

TODAY = date(2026, 11, 23)


def read(data: bytes) -> ContactList:
    return reading.contact_list(spreadsheets.read(data), TODAY, OURS)


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
