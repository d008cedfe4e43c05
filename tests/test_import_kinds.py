"""Lists of kinds nobody made for us: what a program wrote of itself, tables out of Word, two lists on one sheet."""

from datetime import date

import pytest

from bsoo.registry.imports import reading, spreadsheets
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.reading import ContactList
from bsoo.registry.people import Name, split_name
from tests.lists import OURS, file_of

pytestmark = pytest.mark.once


def read(data: bytes) -> ContactList:
    return reading.contact_list(spreadsheets.read(data), date(2026, 11, 23), OURS)


def people(data: bytes) -> list[tuple[int, str, str, list[str]]]:
    return [(row.number, row.organisation, row.name, row.emails) for row in read(data).rows]


def test_two_lists_beside_each_other_are_two_lists() -> None:
    heads: list[object] = ["Organisatie", "Naam", "E-mail"]
    ours: list[object] = ["De Kade", "Anna Smit", "anna@kade.example.org"]
    blank: list[object] = ["", "Jan de Wit", "jan@kade.example.org"]
    theirs: list[object] = ["Het Huis", "Roos Vos", "roos@huis.example.org"]
    nobody: list[object] = ["", "", ""]

    found = people(
        file_of(
            [["Amsterdam", "", "", "", "Almere"], [*heads, "", *heads], [*ours, "", *theirs], [*blank, "", *nobody]]
        )
    )

    assert found == [
        (3, "De Kade", "Anna Smit", ["anna@kade.example.org"]),
        (4, "De Kade", "Jan de Wit", ["jan@kade.example.org"]),
        (3, "Het Huis", "Roos Vos", ["roos@huis.example.org"]),
    ]


def test_the_members_of_a_mailing_group_are_read_below_its_title() -> None:
    list_of_google = (
        b"Members for group bsoo-amsterdam\n"
        b"Email address,Nickname,Group status,Email status,Email preference,Join year\n"
        b's.smit@kade.example.org,"Smit, Samira",,,,2021\n'
        b"info@huis.example.org,Wereldhuis,owner,bouncing,,2019\n"
    )

    assert [(number, name) for number, _house, name, _emails in people(list_of_google)] == [
        (3, "Samira Smit"),
        (4, "Wereldhuis"),
    ]


def test_what_a_mail_program_wrote_of_itself_says_nothing_of_who_is_invited_or_confirmed() -> None:
    list_of_mailchimp = (
        b"Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,GMTOFF\n"
        b"s.smit@kade.example.org,Samira,Smit,5,2021-03-04 10:11:12,1\n"
        b"p.vos@kade.example.org,Pieter,Vos,2,2020-01-01 00:00:00,\n"
    )

    found = read(list_of_mailchimp)

    meanings = {column.meaning for table in found.tables for column in table.layout.columns}
    assert meanings == {Meaning.EMAIL, Meaning.GIVEN, Meaning.FAMILY, Meaning.IGNORED}
    assert [(row.invited, row.invited_said, row.confirmed_on) for row in found.rows] == [(None, "", None)] * 2


def test_a_number_that_stands_with_the_address_is_read_too() -> None:
    out_of_word = (
        'Organisatie;Naam en functie;Bereikbaar via\nDe Kade;"Mw. S. Smit\n(maatschappelijk werker)";'
        '"s.smit@kade.example.org\n06-12345678"\n;Jan de Wit, coördinator;j.dewit@kade.example.org / 036 530 11 22\n'
    )

    rows = read(out_of_word.encode("cp1252")).rows

    assert [(row.name, row.role, row.phones) for row in rows] == [
        ("S. Smit", "maatschappelijk werker", ["+31612345678"]),
        ("Jan de Wit", "coördinator", ["+31365301122"]),
    ]


def test_the_line_of_people_to_whom_a_mail_went_is_a_list() -> None:
    line = b'Samira Smit <s.smit@kade.example.org>; "Wit, Jan de" <j.dewit@kade.example.org>; p.vos@huis.example.org\n'

    assert people(line) == [
        (1, "", "Samira Smit", ["s.smit@kade.example.org"]),
        (2, "", "Jan de Wit", ["j.dewit@kade.example.org"]),
        (3, "", "", ["p.vos@huis.example.org"]),
    ]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Jan de Wit, coördinator", Name("Jan", "de", "Wit", "", "coördinator")),
        ("Fatima Yusuf - beleidsadviseur", Name("Fatima", "", "Yusuf", "", "beleidsadviseur")),
        ("Tolk, Anna", Name("Anna", "", "Tolk", "", "")),
    ],
)
def test_a_job_behind_a_name_is_a_role(written: str, name: Name) -> None:
    assert split_name(written) == name


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("Kees Bos - uit dienst", ""),
        ("Kees Bos – uit dienst per 1-9-2026", ""),
        ("Kees Bos, vertrokken", ""),
        ("Kees Bos uit dienst", ""),
        ("Kees Bos (jurist, uit dienst)", "jurist"),
        ("uit dienst: Kees Bos", ""),
    ],
)
def test_that_somebody_left_is_no_part_of_a_name(written: str, role: str) -> None:
    head = "Organisatie;Contactpersoon;E-mail"
    line = f"{head}\nDe Kade;{written};k.bos@kade.example.org\nDe Kade;Jan;jan@kade.example.org\n"

    [kees, jan] = read(line.encode()).rows

    assert (kees.given, kees.family, kees.role, kees.left) == ("Kees", "Bos", role, True)
    assert jan.left is False


def test_a_position_that_only_says_that_somebody_left_is_no_position() -> None:
    line = "Organisatie;Naam;Functie;E-mail\nDe Kade;Kees Bos;uit dienst per 1-9;k.bos@kade.example.org\n"

    [kees] = read(line.encode()).rows

    assert (kees.role, kees.left, kees.left_on) == ("", True, date(2026, 9, 1))
