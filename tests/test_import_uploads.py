"""A list between its upload and the decision, on the pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import SYSTEM, Actor
from bsoo.errors import NotFound
from bsoo.privacy import retention
from bsoo.regions import Region
from bsoo.registry.imports import uploads
from bsoo.registry.models import (
    Contact,
    Upload,
)
from tests.conftest import People
from tests.lists import SMALL, file_of, imported

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


def test_who_becomes_a_guest_or_a_past_member_is_said_above_the_rows(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    names = ["Anna", "Bram", "Cas"]
    without = [["Naam", "E-mail"], *([f"{name} Smit", f"{name}@kade.example.org"] for name in names)]
    statuses = ["Lidmaatschap", "gast", "gast", "oud-lid"]
    imported(db, amsterdam, [[*row] for row in without])
    client = signed_in(people.amsterdam)

    first = client.get(sent(client, [[*row] for row in without])).text
    then = client.get(sent(client, [[*row, said] for row, said in zip(without, statuses, strict=True)])).text

    assert ["worden gast" in first, "2 mensen worden gast, 1 persoon wordt oud-lid" in then] == [False, True]


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
