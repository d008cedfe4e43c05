"""Why we may, by purpose: grounds of their own, the text that somebody agreed to, and consent that is withdrawn."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo import clock
from bsoo.access.actor import SYSTEM, Actor
from bsoo.errors import Conflict, NotAllowed, Refused
from bsoo.logbook import LogEntry
from bsoo.mail import outbox, purposes
from bsoo.mail.models import Letter, LetterState
from bsoo.mail.outbox import Draft, Recipient
from bsoo.mail.purposes import Purpose
from bsoo.meetings import choices
from bsoo.privacy import disclosing
from bsoo.regions import Region
from bsoo.registry import basis, consents, mail_stops, timeline
from bsoo.registry.basis import PurposeBasis
from bsoo.registry.doubles import merging
from bsoo.registry.imports import standing
from bsoo.registry.models import Basis, Contact, Grounds, Membership, Upload
from bsoo.registry.queries import contact_as_actor
from bsoo.routes.merging import RULES
from tests import factories
from tests.conftest import NOW, People
from tests.lists import imported
from tests.merges import dump, ids_in_order
from tests.test_letters import EXAMPLES

SignIn = Callable[[Actor], TestClient]

MARCH, TODAY = date(2026, 3, 3), NOW.date()
BY_MAIL = Grounds(basis=Basis.CONSENT, basis_source="mail van 3 maart", basis_since=MARCH)


@pytest.fixture
def samira(db: Session, amsterdam: Region) -> Contact:
    return factories.contact(db, amsterdam, "Samira El Idrissi", email="samira@example.org")


def place_of(db: Session, contact: Contact) -> Membership:
    return db.exec(select(Membership).where(Membership.contact_id == contact.id)).one()


def own(db: Session) -> list[tuple[Purpose, Basis, str, date | None]]:
    """All grounds of one kind of mail that there are."""
    found = db.exec(select(PurposeBasis).order_by(col(PurposeBasis.purpose)))
    return [(one.purpose, one.basis, one.basis_source, one.basis_since) for one in found]


def test_one_kind_of_mail_has_grounds_of_its_own_until_it_is_again_as_for_everything(
    db: Session, people: People, samira: Contact
) -> None:
    place = place_of(db, samira)

    basis.set_basis(db, people.amsterdam, place, BY_MAIL, Purpose.MINUTES)
    apart = own(db), place.basis
    basis.set_basis(db, people.amsterdam, place, None, Purpose.MINUTES)

    assert apart == ([(Purpose.MINUTES, Basis.CONSENT, "mail van 3 maart", MARCH)], Basis.PUBLIC_TASK)
    assert own(db) == []


def test_the_logbook_keeps_what_the_basis_was(db: Session, people: People, samira: Contact) -> None:
    place, text = place_of(db, samira), consents.current(db, SYSTEM)

    basis.set_basis(db, people.amsterdam, place, basis.agreed(text, "op papier", MARCH), Purpose.MINUTES)

    told = timeline.line(db.exec(select(LogEntry)).one())
    assert told.text == "Gewijzigd: grondslag, verslagen en publicaties"
    assert list(told.details) == [
        ("Grondslag", "", "Toestemming"),
        ("Herkomst van de grondslag", "", "op papier"),
        ("Grondslag sinds", "", "2026-03-03"),
        ("Tekst van de toestemming", "", "1"),
    ]


@pytest.mark.parametrize(
    ("grounds", "field"),
    [
        (BY_MAIL.model_copy(update={"basis_source": " "}), "source"),
        (BY_MAIL.model_copy(update={"basis_since": None}), "since"),
        (BY_MAIL.model_copy(update={"basis_since": TODAY + timedelta(days=1)}), "since"),
        (BY_MAIL.model_copy(update={"agreed_text_id": clock.new_id()}), "text"),
        (None, "basis"),
    ],
)
def test_consent_says_who_how_when_and_to_which_text(
    db: Session, people: People, samira: Contact, grounds: Grounds | None, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        basis.set_basis(db, people.amsterdam, place_of(db, samira), grounds)

    assert list(refused.value.errors) == [field]


def test_only_consent_has_a_text(db: Session, people: People, samira: Contact) -> None:
    place, text = place_of(db, samira), consents.current(db, SYSTEM)

    grounds = Grounds(basis=Basis.LEGITIMATE_INTEREST, agreed_text_id=text.id)
    basis.set_basis(db, people.amsterdam, place, grounds)

    assert (place.basis, place.agreed_text_id) == (Basis.LEGITIMATE_INTEREST, None)


def test_a_new_text_leaves_the_one_before_as_it_was(db: Session, people: People) -> None:
    first = consents.current(db, people.amsterdam)
    before = first.model_dump()

    made = consents.write(db, people.administrator, text_nl="Ik doe mee.\r\n", text_en="I take part.", after=1)

    db.expire_all()
    assert (made.version, made.text_nl, made.made_by) == (2, "Ik doe mee.", people.administrator.id)
    assert [one.version for one in consents.versions(db, people.amsterdam)] == [2, 1]
    assert first.model_dump() == before


@pytest.mark.parametrize(
    ("change", "refusal"),
    [({"text_en": " "}, Refused), ({"after": 0}, Conflict), ({"text_nl": consents.FIRST_NL}, Refused)],
)
def test_a_text_in_one_language_or_over_that_of_somebody_else_is_refused(
    db: Session, people: People, change: dict[str, str], refusal: type[Refused]
) -> None:
    said: dict[str, Any] = {
        "text_nl": "Ik doe mee.",
        "text_en": consents.FIRST_EN,
        "after": 1,
    }  # Any: mixed

    with pytest.raises(refusal):
        consents.write(db, people.administrator, **{**said, **change})
    with pytest.raises(NotAllowed):
        consents.write(db, people.amsterdam, **said)


def test_who_switches_mail_on_again_agrees_to_the_text_of_that_day(
    db: Session, people: People, samira: Contact
) -> None:
    actor = contact_as_actor(db, samira.id)
    assert actor is not None
    choices.stop(db, actor, Purpose.MINUTES)
    text = consents.write(db, people.administrator, text_nl="Ik doe mee.", text_en="I take part.", after=1)

    choices.resume(db, actor, Purpose.MINUTES, agreed=2)

    assert own(db) == [(Purpose.MINUTES, Basis.CONSENT, "gekozen op de eigen pagina", TODAY)]
    assert db.exec(select(PurposeBasis.agreed_text_id)).one() == text.id


@pytest.mark.parametrize("letter", ["invitation", "minutes_published"])
def test_withdrawn_consent_stops_that_mail_and_what_waits_of_it_until_it_is_asked_for_again(
    db: Session, people: People, samira: Contact, letter: str
) -> None:
    purpose = purposes.purpose_of(letter)
    assert purpose is not None
    basis.set_basis(db, people.amsterdam, place_of(db, samira), BY_MAIL, purpose)
    to = Recipient("samira@example.org", "Samira", "nl", samira.id)
    outbox.queue_many(db, [Draft(letter, to, key="waits", context=EXAMPLES[letter])])

    mail_stops.end(db, people.amsterdam, samira, purpose)
    outbox.queue_many(db, [Draft(letter, to, key="later", context=EXAMPLES[letter])])
    kept = db.exec(select(Letter.state).order_by(col(Letter.key))).all(), place_of(db, samira).stopped_at is not None
    mail_stops.begin(db, people.amsterdam, samira, purpose)

    assert kept == ([LetterState.SUPPRESSED] * 2, purpose is Purpose.INVITATIONS)
    assert (purposes.stopped(db, samira.id), place_of(db, samira).stopped_at) == ({}, None)


def test_of_two_who_are_one_the_last_consent_holds_and_both_sources_are_known_and_undoing_parts_them(
    db: Session, people: People, amsterdam: Region
) -> None:
    with ids_in_order():
        pair = [factories.contact(db, amsterdam, f"Anna Smit {n}", email=f"a{n}@x.nl") for n in (1, 2)]
        given = basis.agreed(consents.current(db, SYSTEM), "op papier", TODAY)
        for contact, grounds in zip(pair, (BY_MAIL, given), strict=True):
            for purpose in (None, Purpose.MINUTES):
                basis.set_basis(db, people.amsterdam, place_of(db, contact), grounds, purpose)
        before = dump(db)

        made = merging.merge_contacts(db, people.amsterdam, (pair[0].id, pair[1].id), rules=RULES, chosen={})

        source = "mail van 3 maart; op papier"
        place = db.exec(select(Membership)).one()
        assert own(db) == [(Purpose.MINUTES, Basis.CONSENT, source, TODAY)]
        assert (place.basis_source, place.basis_since, place.agreed_text_id) == (source, TODAY, given.agreed_text_id)
        merging.undo(db, people.amsterdam, made)
        assert dump(db) == before


def test_who_asks_sees_why_they_get_which_mail_and_the_very_text_that_they_agreed_to(
    db: Session, samira: Contact
) -> None:
    given = basis.agreed(consents.current(db, SYSTEM), "op papier", MARCH)
    basis.set_basis(db, SYSTEM, place_of(db, samira), given, Purpose.MINUTES)

    found = disclosing.of_contact(db, SYSTEM, samira.id)

    cards = {section.title: [text for _word, text in section.cards[0]] for section in found.sections}
    why = ["Verslagen en publicaties", "Toestemming", "op papier", "3 maart 2026", "versie 1"]
    assert cards["Waarom we één soort mail mogen sturen"] == why
    assert cards["Teksten waarmee deze persoon akkoord ging"][-2:] == [consents.FIRST_NL, consents.FIRST_EN]
    tables = {str(table["table"]): table["rows"] for table in json.loads(found.as_json())["tables"]}
    assert [row["agreed_text_id"] for row in tables["purpose_basis"]] == [row["id"] for row in tables["consent_text"]]
    assert "made_by" not in tables["consent_text"][0]


def test_an_import_stays_when_somebody_noted_grounds_for_a_place_that_it_made(
    db: Session, people: People, amsterdam: Region, almere: Region, samira: Contact
) -> None:
    heads: list[object] = ["Organisatie", "Naam", "E-mailadres"]
    imported(db, almere, [heads, ["Kade", "Samira El Idrissi", "samira@example.org"]])
    place = db.exec(select(Membership).where(Membership.region_id == almere.id)).one()
    upload = db.exec(select(Upload)).one()
    before = standing.on(db, upload)

    db.add(PurposeBasis(membership_id=place.id, purpose=Purpose.MINUTES))
    db.flush()

    assert before == []
    assert standing.on(db, upload) == ["grondslagen van één soort mail (1)"]


def test_a_coordinator_notes_consent_for_one_kind_of_mail_and_everybody_reads_to_what(
    db: Session, people: People, samira: Contact, signed_in: SignIn
) -> None:
    text = consents.current(db, SYSTEM)
    db.commit()
    client = signed_in(people.amsterdam)
    address = f"/netwerk/contacten/{samira.id}/grondslag/amsterdam?doel=verslagen"
    form = {"basis": "consent", "source": "op papier", "since": "2026-03-03", "text": str(text.id)}

    refused = client.post(address, data={**form, "source": ""})
    saved = client.post(address, data=form)
    pages = [client.get(f"/netwerk/contacten/{samira.id}{part}").text for part in ("", "/privacy")]
    read = client.get("/netwerk/toestemming").text

    assert (refused.status_code, refused.text.count('id="source"')) == (422, 1)
    assert client.post(f"{address}x", data=form).status_code == 404
    assert (saved.status_code, own(db)) == (303, [(Purpose.MINUTES, Basis.CONSENT, "op papier", MARCH)])
    assert ["toestemming#versie-1" in page for page in pages] == [True, True]
    assert "Toestemming ingetrokken: Verslagen en publicaties" in pages[1]
    assert 'id="versie-1"' in read
    assert "Schrijf een nieuwe versie" not in read


def test_an_administrator_writes_a_new_text_on_the_page(db: Session, people: People, signed_in: SignIn) -> None:
    client = signed_in(people.administrator)
    form = {"text_nl": "Ik doe mee.", "text_en": "", "after": "1"}

    refused = client.post("/netwerk/toestemming", data=form)
    saved = client.post("/netwerk/toestemming", data={**form, "text_en": "I take part."})

    assert (refused.status_code, saved.status_code) == (422, 303)
    assert "Ik doe mee." in refused.text
    assert 'id="versie-2"' in client.get("/netwerk/toestemming").text
