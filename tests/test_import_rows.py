"""Before a list is imported its rows are left out, corrected or answered about; and the list comes back marked up."""

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo.access.actor import SYSTEM
from bsoo.errors import NotAllowed
from bsoo.regions import Region
from bsoo.registry.imports import deciding, importing, marking, uploads
from bsoo.registry.models import Address, Contact, Upload
from tests.conftest import People
from tests.invited import SignIn
from tests.lists import SMALL, file_of, imported


def held(db: Session, region: Region, rows: list[list[object]]) -> Upload:
    return uploads.keep_upload(db, SYSTEM, region, file_of(rows), "lijst.xlsx")


def verdicts(db: Session, upload: Upload) -> dict[int, str]:
    return {each.row.number: each.verdict.value for each in uploads.planned_again(db, SYSTEM, upload).judged}


def sent(client: TestClient, rows: list[list[object]]) -> str:
    file = ("lijst.xlsx", file_of(rows))
    return str(client.post("/netwerk/import", data={"region": "amsterdam"}, files={"file": file}).headers["location"])


def test_a_row_that_is_left_out_is_not_imported_and_still_counts(db: Session, amsterdam: Region) -> None:
    upload = held(db, amsterdam, SMALL)

    deciding.leave_out(db, SYSTEM, upload, ["0.5"])
    plan = uploads.planned_again(db, SYSTEM, upload)
    importing.apply(db, SYSTEM, plan, upload)

    verdicts = {"new": 3, "changed": 0, "unchanged": 0, "double": 1, "problem": 1, "left-out": 1}
    assert (plan.totals["rows"], plan.totals["verdicts"]) == (6, verdicts)
    assert db.exec(select(Address).where(Address.email == "l.hondt@kade.example.org")).first() is None


def test_without_the_first_of_two_doubles_the_second_is_imported(db: Session, amsterdam: Region) -> None:
    upload = held(db, amsterdam, SMALL)

    deciding.leave_out(db, SYSTEM, upload, ["0.4"])
    without = verdicts(db, upload)
    deciding.take_along(db, SYSTEM, upload, ["0.4"])

    assert (without[4], without[6]) == ("left-out", "new")
    assert (verdicts(db, upload)[4], verdicts(db, upload)[6]) == ("new", "double")


def test_a_corrected_cell_is_read_as_if_the_file_said_so(db: Session, amsterdam: Region) -> None:
    upload = held(db, amsterdam, SMALL)

    before = verdicts(db, upload)[9]
    deciding.correct(db, SYSTEM, upload, "0.9", {3: "info@ggz.example.org"})
    plan = uploads.planned_again(db, SYSTEM, upload)
    importing.apply(db, SYSTEM, plan, upload)

    assert (before, plan.verdicts["problem"]) == ("problem", 0)
    assert db.exec(select(Address).where(Address.email == "info@ggz.example.org")).first() is not None
    assert upload.corrections == {}


def test_a_list_of_the_same_layout_begins_with_the_columns_that_were_chosen_before(
    db: Session, amsterdam: Region
) -> None:
    header: list[object] = ["Wie", "Mail", "Kleur"]
    rows: list[list[object]] = [header, ["Anna Smit", "a@linde.example.org", "Kerk De Linde"]]
    first = held(db, amsterdam, rows)
    deciding.choose_columns(db, SYSTEM, first, {"0.0": "name", "0.1": "email", "0.2": "organisation"})
    importing.apply(db, SYSTEM, uploads.planned_again(db, SYSTEM, first), first)

    same = held(db, amsterdam, [header, ["Bob Bos", "b@linde.example.org", "Diaconie Oost"]])
    other = held(db, amsterdam, [["Wie", "Mail", "Maat"], ["Cas Bos", "c@linde.example.org", "Diaconie West"]])

    assert (same.mapping, other.mapping) == (first.mapping, {})
    planned = uploads.planned_again(db, SYSTEM, same)
    assert [each.row.organisation for each in planned.judged] == ["Diaconie Oost"]


def test_only_coordinators_of_the_region_decide(db: Session, people: People, amsterdam: Region) -> None:
    upload = held(db, amsterdam, SMALL)

    with pytest.raises(NotAllowed):
        deciding.leave_out(db, people.almere, upload, ["0.5"])
    with pytest.raises(NotAllowed):
        deciding.correct(db, people.reader, upload, "0.9", {3: "x@example.org"})


def test_the_list_comes_back_with_a_verdict_and_a_reason_beside_each_row(db: Session, amsterdam: Region) -> None:
    upload = held(db, amsterdam, [*SMALL[:-1], ["Huis", "Eva Bos", "", "e.bos@kade.example.org", "", "ja"]])

    marked = marking.marked_up(uploads.planned_again(db, SYSTEM, upload), upload.content or b"")

    read = CalamineWorkbook.from_filelike(io.BytesIO(marked)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [row[:3] for row in read[2:]] == [
        ["Wat gebeurt er", "Waarom", "Organisatie"],
        ["Nieuw", "", "Inloophuis De Kade"],
        ["Nieuw", "", ""],
        ["Dubbel", "Dezelfde persoon als in rij 4.", "INLOOPHUIS DE KADE"],
        ["Nieuw", "", "GGZ Waterlinie"],
        ["Nieuw", "", "GGZ Waterlinie"],
        ["Met een fout", "‘info(at)ggz.example.org’ is geen e-mailadres. Cel D9.", "GGZ Waterlinie"],
        ["", "", ""],
        ["Nieuw", "", "Huis"],
    ]


def test_a_text_that_looks_like_a_formula_comes_back_as_a_text(db: Session, amsterdam: Region) -> None:
    data = b"Naam;E-mail;Functie\nEva Bos;e.bos@kade.example.org;=1+1\n"
    upload = uploads.keep_upload(db, SYSTEM, amsterdam, data, "lijst.csv")

    marked = marking.marked_up(uploads.planned_again(db, SYSTEM, upload), data)

    with zipfile.ZipFile(io.BytesIO(marked)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
        assert b"=1+1" in package.read("xl/sharedStrings.xml")


def test_rows_are_decided_about_on_the_page(db: Session, people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)
    place = sent(client, SMALL)

    left_out = client.post(f"{place}/rijen", data={"doe": "weglaten", "rij": "0.5", "toon": "new"})
    form = client.get(f"{place}/rijen/0.9")
    corrected = client.post(f"{place}/rijen/0.9", data={"c3": "info@ggz.example.org"})

    assert (left_out.status_code, form.status_code, corrected.status_code) == (303, 200, 303)
    assert 'value="info@ggz.example.org"' in form.text
    page = client.get(place).text
    assert "6 rijen, 4 kunnen mee" in page
    assert client.get(f"{place}/lijst.xlsx").content.startswith(b"PK")


def test_what_was_changed_on_both_sides_is_answered_for_all_at_once(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    imported(db, amsterdam, SMALL)
    for contact in db.exec(select(Contact).where(Contact.phone != "")).all():
        contact.phone = "+31698765432"
        db.add(contact)
    db.flush()
    changed = [
        [*row[:4], f"06-1111111{place}", row[5]] if "@" in str(row[3]) else row for place, row in enumerate(SMALL)
    ]
    client = signed_in(people.amsterdam)
    place = sent(client, changed)

    asked = client.get(f"{place}?toon=clash")
    client.post(f"{place}/rijen", data={"doe": "lijst", "oordeel": "clash"})
    client.post(f"{place}/doorvoeren")

    assert "Neem overal de lijst over" in asked.text
    db.expire_all()
    assert db.exec(select(Contact.phone).where(Contact.phone == "+31698765432")).all() == []


@pytest.mark.parametrize("data", [{}, {"doe": "weglaten"}, {"doe": "x", "rij": "0.4"}, {"doe": "lijst", "rij": "9.9"}])
def test_a_decision_about_nothing_is_answered(people: People, signed_in: SignIn, data: dict[str, str]) -> None:
    client = signed_in(people.amsterdam)
    place = sent(client, SMALL)

    assert client.post(f"{place}/rijen", data=data).status_code == 404
    assert client.get(f"{place}/rijen/zz").status_code == 404
