"""Bringing a signal by personal link: the form, its draft, and what became of it."""

import pytest
from sqlmodel import Session, select

from bsoo.links import Purpose, token_for
from bsoo.regions import Region
from bsoo.registry.models import Contact, Organisation
from bsoo.signals import deciding
from bsoo.signals.models import NothingNew, Signal, Wish
from tests import factories
from tests.conftest import People
from tests.pages import CheckedClient
from tests.reporting import WAIT, form


@pytest.fixture
def kade(db: Session, amsterdam: Region) -> Organisation:
    return factories.organisation(db, amsterdam)


@pytest.fixture
def samira(db: Session, amsterdam: Region, kade: Organisation) -> Contact:
    return factories.contact(db, amsterdam, at=kade)


@pytest.fixture
def token(db: Session, samira: Contact) -> str:
    made = token_for(db, Purpose.OWN_PAGE, samira.id, samira.id)
    db.commit()
    return made


@pytest.fixture
def received(db: Session, amsterdam: Region, kade: Organisation, samira: Contact) -> Signal:
    return factories.signal(db, amsterdam, WAIT, at=kade, by=samira)


def test_a_partner_fills_in_the_form_and_reads_what_happens_now(client: CheckedClient, db: Session, token: str) -> None:
    page = client.get(f"/mijn/{token}/signaal")

    answer = client.post(f"/mijn/{token}/signaal", data=form(wens="contact", groepen=["families", "elderly"]))
    arrived = client.get(answer.headers["location"])

    assert "Geef een signaal" in page.text
    assert answer.status_code == 303
    assert "Uw signaal is binnen" in arrived.text
    assert "uiterlijk maandag 30 november 2026" in arrived.text
    signal = db.exec(select(Signal)).one()
    assert (signal.urgent, signal.wish, signal.groups) == (True, Wish.CONTACT, ["families", "elderly"])


def test_an_empty_form_says_what_is_missing_and_keeps_the_rest(client: CheckedClient, token: str) -> None:
    answer = client.post(f"/mijn/{token}/signaal", data={"thema": "voedsel", "vraag": "Meer wasmachines graag."})

    assert answer.status_code == 422
    assert "<title>Fout: Geef een signaal" in answer.text
    assert "Beschrijf in een paar woorden wat u ziet." in answer.text
    assert "Meer wasmachines graag." in answer.text
    assert 'value="voedsel" id="thema-voedsel" checked' in answer.text


def test_a_name_is_marked_and_one_tap_replaces_it(client: CheckedClient, db: Session, token: str) -> None:
    text = "Mevrouw Adeyemi sliep met haar baby drie nachten bij kennissen."
    refused = client.post(f"/mijn/{token}/signaal", data=form(tekst=text))
    mended = client.post(f"/mijn/{token}/signaal/nagaan", data=form(tekst=text, vervang="tekst:0:15"))

    assert refused.status_code == 422
    assert '<mark class="pname">Mevrouw Adeyemi</mark>' in refused.text
    assert "Een vrouw sliep met haar baby drie nachten bij kennissen." in mended.text
    assert "pname" not in mended.text
    assert db.exec(select(Signal)).all() == []


def test_it_points_at_nobody_is_remembered_in_the_form(client: CheckedClient, db: Session, token: str) -> None:
    text = "De inloop aan de Zuidkade wordt gerund door Kompas en dat loopt goed."

    asked = client.post(f"/mijn/{token}/signaal/nagaan", data=form(tekst=text))
    quiet = client.post(f"/mijn/{token}/signaal/nagaan", data=form(tekst=text, geen_naam="Kompas"))
    sent = client.post(f"/mijn/{token}/signaal", data=form(tekst=text, geen_naam="Kompas"))

    assert '<mark class="pname">Kompas</mark>' in asked.text
    assert '<input type="hidden" name="geen_naam" value="Kompas">' in quiet.text
    assert "pname" not in quiet.text
    assert sent.status_code == 303


def test_the_check_while_typing_answers_one_block(client: CheckedClient, token: str) -> None:
    answer = client.post(
        f"/mijn/{token}/signaal/nagaan",
        data=form(tekst="Mail naar amina.b@gmail.com"),
        headers={"HX-Request": "true", "HX-Target": "privacy"},
    )

    assert answer.text.lstrip().startswith('<div id="privacy"')
    assert '<mark class="pname">amina.b@gmail.com</mark>' in answer.text


def test_the_draft_saves_itself_and_stands_there_again(client: CheckedClient, db: Session, token: str) -> None:
    saved = client.post(f"/mijn/{token}/signaal/concept", data={"tekst": "Wij zien dat"})
    page = client.get(f"/mijn/{token}/signaal")

    assert saved.status_code == 204
    assert "Wij zien dat</textarea>" in page.text
    draft = db.exec(select(Signal)).one()
    thrown = client.post(f"/mijn/{token}/signaal/{draft.id}/intrekken")
    assert thrown.status_code == 303
    assert db.exec(select(Signal)).all() == []


def test_getting_the_form_changes_nothing(client: CheckedClient, db: Session, token: str) -> None:
    for method in (client.get, client.head):
        method(f"/mijn/{token}/signaal")

    assert db.exec(select(Signal)).all() == []


@pytest.mark.parametrize(
    "hostile",
    [
        {"tekst": "x" * 10_000},
        {"tekst": "a\x00b" * 10, "soort": "drop table", "niveau": "hoog"},
        {"groepen": ["zzz"] * 3, "vaak": "nooit", "sinds": "2026-99", "omvang": "-1"},
        {"tekst": "<script>alert(1)</script>", "thema": "' or 1=1"},
        {"regio": "x" * 500, "thema": "y" * 5000, "geen_naam": ["z" * 999]},
        {"vervang": "tekst:9999999999999999999:-1", "tekst": "Bel 0612345678"},
    ],
)
def test_hostile_forms_are_answered_in_words(client: CheckedClient, token: str, hostile: dict[str, object]) -> None:
    for path in ("signaal", "signaal/concept", "signaal/nagaan"):
        answer = client.post(f"/mijn/{token}/{path}", data=hostile)

        assert answer.status_code in {200, 204, 422}, (path, answer.status_code)
        assert "<script>alert" not in answer.text


def test_a_partner_answers_a_question_and_reads_the_reason(
    client: CheckedClient, db: Session, token: str, received: Signal, people: People
) -> None:
    deciding.ask_back(db, people.amsterdam, received, question="Om hoeveel gezinnen gaat het?")
    db.commit()
    page = client.get(f"/mijn/{token}/signaal/{received.id}")
    empty = client.post(f"/mijn/{token}/signaal/{received.id}/antwoord", data={"antwoord": " "})
    answered = client.post(f"/mijn/{token}/signaal/{received.id}/antwoord", data={"antwoord": "Om tien gezinnen."})

    assert "Om hoeveel gezinnen gaat het?" in page.text
    assert (empty.status_code, answered.status_code) == (422, 303)


def test_a_link_opens_only_its_owners_signals(
    client: CheckedClient, db: Session, amsterdam: Region, token: str
) -> None:
    theirs = factories.signal(db, amsterdam, by=factories.contact(db, amsterdam, "Fatima Aksoy"))
    db.commit()

    assert client.get(f"/mijn/{token}/signaal/{theirs.id}").status_code == 404
    assert client.get(f"/mijn/{token}/signaal/rommel").status_code == 404


def test_an_invitation_link_is_no_key_to_the_signals(
    client: CheckedClient, db: Session, amsterdam: Region, samira: Contact
) -> None:
    invitation = factories.invitation(db, factories.meeting(db, amsterdam), samira)
    other = token_for(db, Purpose.INVITATION, invitation.id, samira.id)
    db.commit()

    assert client.get(f"/mijn/{other}/signaal").status_code == 404


def test_nothing_new_is_one_tap(client: CheckedClient, db: Session, token: str) -> None:
    answer = client.post(f"/mijn/{token}/niets-nieuws", data={"regio": "amsterdam"})

    assert (answer.status_code, answer.headers["location"]) == (303, f"/mijn/{token}")
    assert len(db.exec(select(NothingNew)).all()) == 1
