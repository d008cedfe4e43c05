"""An import is taken back as a whole, as long as nothing newer stands on it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.errors import NotAllowed, Refused
from bsoo.logbook import LogEntry
from bsoo.privacy import retention
from bsoo.regions import Region
from bsoo.registry import memberships
from bsoo.registry.imports import importing, undoing
from bsoo.registry.models import Address, Affiliation, Contact, ImportedChange, Membership, Upload
from tests import factories
from tests.conftest import People
from tests.invited import SignIn
from tests.lists import SMALL, everything, file_of

Frozen = Callable[[datetime], AbstractContextManager[None]]
LATER = timedelta(hours=1)


def upload_of(db: Session, region: Region, rows: list[list[object]]) -> Upload:
    return importing.apply(db, SYSTEM, importing.plan(db, SYSTEM, region, file_of(rows), "lijst.xlsx"))


def changed() -> list[list[object]]:
    rows = [list(row) for row in SMALL]
    rows[4] = ["", "Lars van Hondt", "advocaat", "l.hondt@kade.example.org", "06-11111111", "ja"]
    rows[7] = ["GGZ Waterlinie", "Niels Visser", "", "n.visser@ggz.example.org, niels@ggz.example.org", "", "x"]
    return [*rows, ["Nieuw Huis", "Zoë Bos", "", "z.bos@nieuw.example.org", "", "ja"]]


def member(db: Session, email: str) -> Membership:
    return db.exec(select(Membership).join(Contact).join(Address).where(Address.email == email)).one()


def test_undoing_a_first_import_leaves_nothing_of_it(db: Session, amsterdam: Region) -> None:
    factories.contact(db, amsterdam, "Piet Blom", at=factories.organisation(db, amsterdam))
    before = everything(db)
    upload = upload_of(db, amsterdam, SMALL)

    undoing.undo(db, SYSTEM, upload)

    assert everything(db) == before
    assert upload.undone_at == clock.now()
    assert sorted(db.exec(select(LogEntry.verb))) == ["contacts.import-undone", "contacts.imported"]


def test_undoing_an_update_restores_every_field_that_it_changed(db: Session, amsterdam: Region) -> None:
    upload_of(db, amsterdam, SMALL)
    before = everything(db)
    update = upload_of(db, amsterdam, changed())
    between = everything(db)

    undoing.undo(db, SYSTEM, update)

    assert between != before
    assert everything(db) == before
    assert db.exec(select(ImportedChange)).all() == []


def test_two_imports_are_undone_in_turn_and_never_the_first_alone(
    db: Session, amsterdam: Region, frozen: Frozen
) -> None:
    empty = everything(db)
    first = upload_of(db, amsterdam, SMALL)
    with frozen(clock.now() + LATER):
        second = upload_of(db, amsterdam, changed())

    with pytest.raises(Refused) as refusal:
        undoing.undo(db, SYSTEM, first)
    undoing.undo(db, SYSTEM, second)
    undoing.undo(db, SYSTEM, first)

    assert "wijzigingen door een latere lijst" in str(refusal.value)
    assert everything(db) == empty


def test_an_edit_stands_on_an_import_and_is_named(db: Session, amsterdam: Region, frozen: Frozen) -> None:
    upload = upload_of(db, amsterdam, SMALL)
    with frozen(clock.now() + LATER):
        memberships.set_invited(db, SYSTEM, member(db, "l.hondt@kade.example.org"), invited=True)

        with pytest.raises(Refused) as refusal:
            undoing.undo(db, SYSTEM, upload)

    assert str(refusal.value) == (
        "Deze import kun je niet meer ongedaan maken, want er bouwt iets nieuwers op voort: Lars d'Hondt is gewijzigd."
    )


def test_an_edit_of_what_the_import_changed_stands_on_it(db: Session, amsterdam: Region) -> None:
    upload_of(db, amsterdam, SMALL)
    update = upload_of(db, amsterdam, changed())
    seat = db.exec(select(Affiliation).where(Affiliation.role == "advocaat")).one()
    seat.role = "rechter"
    db.add(seat)
    db.flush()

    with pytest.raises(Refused, match="Lars van Hondt is gewijzigd"):
        undoing.undo(db, SYSTEM, update)


def test_an_invitation_stands_on_an_import(db: Session, amsterdam: Region) -> None:
    upload = upload_of(db, amsterdam, SMALL)
    guest = db.get_one(Contact, member(db, "l.hondt@kade.example.org").contact_id)
    factories.invitation(db, factories.meeting(db, amsterdam), guest)

    with pytest.raises(Refused, match=r"uitnodigingen \(1\)"):
        undoing.undo(db, SYSTEM, upload)


def test_after_seven_days_an_import_stays_and_its_memory_goes(db: Session, amsterdam: Region, frozen: Frozen) -> None:
    upload_of(db, amsterdam, SMALL)
    upload = upload_of(db, amsterdam, changed())
    kept = len(db.exec(select(ImportedChange)).all())

    with frozen(clock.now() + undoing.UNDO_WITHIN + LATER):
        retention.apply(db, SYSTEM, "import-memory")
        with pytest.raises(Refused, match="zeven dagen"):
            undoing.undo(db, SYSTEM, upload)

    assert kept > 0
    assert db.exec(select(ImportedChange)).all() == []


def test_an_import_is_undone_once_and_by_who_may_import_there(db: Session, people: People, amsterdam: Region) -> None:
    upload = upload_of(db, amsterdam, SMALL)

    with pytest.raises(NotAllowed):
        undoing.undo(db, people.almere, upload)
    undoing.undo(db, people.amsterdam, upload)
    with pytest.raises(Refused):
        undoing.undo(db, people.amsterdam, upload)


def test_the_page_offers_to_undo_and_says_what_stands_on_it(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    upload = upload_of(db, amsterdam, SMALL)
    client = signed_in(people.amsterdam)
    address = f"/netwerk/import/{upload.id}/terug"

    offered = address in client.get("/netwerk/import").text
    guest = db.get_one(Contact, member(db, "l.hondt@kade.example.org").contact_id)
    invited = factories.invitation(db, factories.meeting(db, amsterdam), guest)
    refused = client.post(address)
    db.delete(invited)
    db.flush()
    taken_back = client.post(address)

    assert (offered, refused.status_code, taken_back.status_code) == (True, 422, 303)
    assert "uitnodigingen (1)" in refused.text
    assert db.exec(select(Contact)).all() == []
    assert address not in client.get("/netwerk/import").text


def test_a_list_that_made_tables_grow_is_known_to_who_plans_the_questions(
    db: Session, database_url: str, amsterdam: Region
) -> None:
    """PostgreSQL that takes a table of thousands for an empty one, as after an undo, needs minutes for the network."""
    if not database_url.startswith("postgresql"):
        pytest.skip("only PostgreSQL plans by what it saw before")
    lines = "".join(f"Huis {n};Mens {n};m{n}@huis.example.org\n" for n in range(300))

    importing.apply(
        db, SYSTEM, importing.plan(db, SYSTEM, amsterdam, f"Organisatie;Naam;E-mail\n{lines}".encode(), "a.csv")
    )

    known = text("SELECT reltuples FROM pg_class WHERE oid = 'contact'::regclass")
    assert db.connection().execute(known).scalar_one() >= 300
