"""Single cells of a list, in all the ways in which people write them."""

from datetime import date

import pytest

from bsoo.registry import people, values, words
from bsoo.registry.imports import days
from bsoo.registry.models import (
    Sector,
)
from bsoo.registry.people import Name, split_name
from tests.lists import FIRST_WORDS

TODAY = date(2026, 11, 23)


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
