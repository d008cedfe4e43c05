"""Whatever stands in a list: the verdicts add up, importing twice changes nothing, and no letter of a name is lost."""

import csv
import io
from datetime import date
from unicodedata import normalize

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from bsoo.access.actor import SYSTEM
from bsoo.errors import Refused
from bsoo.regions import Region
from bsoo.registry import people
from bsoo.registry.imports import importing, reading, spreadsheets, undoing
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, OrganisationRegion
from tests.lists import OURS

TODAY = date(2026, 11, 23)

WITHOUT_FIXTURE_RESET = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

names = st.sampled_from(
    ["Anna Smit", "mw. Zoë in 't Veld", "Vries, Femke de", "Lars d'Hondt", "", "Onbekend", "SAMIRA EL IDRISSI"]
)
addresses = st.sampled_from(
    [
        *("a@kade.example.org", "B@KADE.example.org", "b@kade.example.org;", "Cas <c@linde.example.org>"),
        *("a@kade.example.org, d@kade.example.org", "d@kade.example.org", "geen", "", "j.jansen@"),
        "info(at)kade.example.org",
    ]
)
organisations = st.sampled_from(
    ["Inloophuis De Kade", "INLOOPHUIS DE KADE", "Kerk De Linde", "", "kerk de linde ", "Gemeente"]
)
answers = st.sampled_from(["ja", "nee", "x", "", "niet meer", "soms"])
remarks = st.sampled_from(["", "uit dienst per 1-9", "belt liever", "vertrokken", "n.v.t."])
phones = st.sampled_from(["", "06-12345678", "+31 6 11111111", "12"])
places = st.sampled_from(["", "Amsterdam", "Almere"])
themes = st.sampled_from(["", "onderdak", "huiskamer", "onderdak; tuin"])
languages = st.sampled_from(["", "nl", "Frans", "Pools"])
rows = st.lists(
    st.tuples(organisations, names, addresses, phones, answers, remarks, places, themes, languages),
    min_size=1,
    max_size=12,
)
HEADER = ("Organisatie", "Contactpersoon", "E-mail", "Telefoon", "Uitnodigen", "Opmerkingen", "Plaats", "Thema", "Taal")


def list_of(lines: list[tuple[str, ...]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows([HEADER, *lines])
    return written.getvalue().encode()


def everything(db: Session) -> dict[str, list[str]]:
    tables = (Contact, Address, Affiliation, Membership, Organisation, OrganisationRegion)
    return {table.__name__: sorted(str(row.model_dump()) for row in db.exec(select(table))) for table in tables}


@given(lines=rows)
@WITHOUT_FIXTURE_RESET
def test_importing_any_list_twice_changes_nothing_the_second_time(
    db: Session, amsterdam: Region, lines: list[tuple[str, ...]]
) -> None:
    with db.begin_nested() as savepoint:
        first = importing.plan(db, SYSTEM, amsterdam, list_of(lines), "lijst.csv")
        importing.apply(db, SYSTEM, first)
        before = everything(db)

        again = importing.plan(db, SYSTEM, amsterdam, list_of(lines), "lijst.csv")
        importing.apply(db, SYSTEM, again)

        assert (again.verdicts["new"], again.verdicts["changed"]) == (0, 0)
        assert everything(db) == before
        savepoint.rollback()


@given(first=rows, second=rows)
@WITHOUT_FIXTURE_RESET
def test_an_import_that_is_undone_was_never_there(
    db: Session, amsterdam: Region, first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    with db.begin_nested() as savepoint:
        importing.apply(db, SYSTEM, importing.plan(db, SYSTEM, amsterdam, list_of(first), "lijst.csv"))
        before = everything(db)

        upload = importing.apply(db, SYSTEM, importing.plan(db, SYSTEM, amsterdam, list_of(second), "lijst-2.csv"))
        undoing.undo(db, SYSTEM, upload)

        assert everything(db) == before
        savepoint.rollback()


@given(lines=rows)
@WITHOUT_FIXTURE_RESET
def test_the_verdicts_always_add_up_and_each_address_is_there_once(
    db: Session, amsterdam: Region, lines: list[tuple[str, ...]]
) -> None:
    with db.begin_nested() as savepoint:
        plan = importing.plan(db, SYSTEM, amsterdam, list_of(lines), "lijst.csv")
        importing.apply(db, SYSTEM, plan)

        assert sum(plan.verdicts.values()) == len(plan.judged) == len(plan.found.rows)
        usable = {email for row in plan.found.rows if not row.fault and not row.double_of for email in row.emails}
        assert sorted(db.exec(select(Address.email))) == sorted(usable)
        savepoint.rollback()


@given(lines=rows)
@settings(WITHOUT_FIXTURE_RESET, max_examples=25)
def test_no_word_of_a_list_is_lost(db: Session, amsterdam: Region, lines: list[tuple[str, ...]]) -> None:
    """Each word for which we have none of our own stands in the notes of whom it was said."""
    with db.begin_nested() as savepoint:
        plan = importing.plan(db, SYSTEM, amsterdam, list_of(lines), "lijst.csv")
        importing.apply(db, SYSTEM, plan)

        noted = "\n".join([*db.exec(select(Contact.notes)), *db.exec(select(Organisation.notes))])
        written = [each.row for each in plan.judged if each.contact_id and not each.row.double_of]
        of_houses = [word for row in written if row.organisation for word in row.kept]
        said = {
            word.partition(":")[2] for word in (*of_houses, *(one for row in written for one in row.kept_of_person))
        }
        assert {word for word in said if word not in noted} == set()
        savepoint.rollback()


PARTS_OF_NAMES = "Anna J.P. van den Berg d'Hondt in 't El Idrissi Hendriks-de Wit mw. MSc Özdemir (tolk) De"
NAME_PARTS = PARTS_OF_NAMES.split()


@given(parts=st.lists(st.sampled_from(NAME_PARTS), max_size=7), comma=st.booleans())
@settings(max_examples=400, deadline=None)
def test_a_name_that_is_split_and_joined_again_loses_no_letter(parts: list[str], comma: bool) -> None:
    written = ", ".join(parts[:2]) + " " + " ".join(parts[2:]) if comma else " ".join(parts)

    name = people.split_name(written)

    joined = people.joined(name.given, name.infix, name.family) + name.titles + name.role
    assert letters(joined) == letters(written)


@given(written=st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_the_splitting_of_names(written: str) -> None:
    name = people.split_name(written)

    joined = people.joined(name.given, name.infix, name.family) + name.titles + name.role
    assert letters(joined) == letters(written)


def letters(text: str) -> list[str]:
    return sorted(sign for sign in normalize("NFC", text).casefold() if sign.isalpha())


@given(data=st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_the_reading(data: bytes) -> None:
    try:
        sheets = spreadsheets.read(data)
    except Refused:
        return

    found = reading.contact_list(sheets, TODAY, OURS)

    assert all(row.emails or row.fault for row in found.rows)
