"""Texts of letters, edited per region: seen before they are kept, kept with every version, and sent as approved."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from urllib.parse import quote

import pytest
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.errors import Conflict, Refused
from bsoo.i18n import LANGUAGES, speaking
from bsoo.mail import outbox
from bsoo.mail.letters import stored
from bsoo.mail.models import Letter, LetterPayload
from bsoo.mail.outbox import Draft, Recipient
from bsoo.mail.rendering import Rendered, preview, render
from bsoo.mail.wording import versions
from bsoo.mail.wording.built_in import Wording, built_in, keys, letter_of
from bsoo.mail.wording.fields import known
from bsoo.mail.wording.models import LetterText
from bsoo.mail.wording.samples import sample
from bsoo.mail.wording.versions import Place, Texts
from bsoo.regions import Region
from tests import factories
from tests.conftest import NOW, People
from tests.own_database import SERVER, own_database

SignIn = Callable[[Actor], TestClient]
Clock = Callable[[datetime], AbstractContextManager[None]]

BASE = "https://bsoo.example"
SAMIRA = Recipient("samira@kade.example.org", "Samira El Idrissi")
OWN = Wording("Uw eigen pagina", "Dag {naam},\n\nHier is hij weer.\n\n{knop}\n\nGroet,\n{afzender}", "Open")
FORM = {"subject": OWN.subject, "text": OWN.text, "button": OWN.button, "after": ""}
PAGE = "/brieven/amsterdam/own_page/nl"


@pytest.fixture
def place(amsterdam: Region) -> Place:
    return "own_page", amsterdam.id, "nl"


def held(db: Session, place: Place) -> Wording:
    return Texts(db, [place[1]]).held(*place).wording


def made(name: str, language: str, wording: Wording | None = None, *, everything: bool = False) -> Rendered:
    with speaking(language):
        facts = sample(name, everything=everything)
    to = Recipient(SAMIRA.address, SAMIRA.name, language)
    edited = {"wording": wording._asdict()} if wording else {}
    return preview(letter_of(name), to, {**facts, **edited}, base_url=BASE, region="Amsterdam")


# --- Every letter, in both languages, built in and edited -----------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("everything", [False, True], ids=["usual", "everything"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", keys())
def test_every_text_is_sent_as_it_was_edited(name: str, language: str, everything: bool) -> None:
    plain = built_in(name, language)
    edited = plain._replace(subject=f"* {plain.subject}", text=f"{plain.text}\n\n- één\n- twee")

    usual, changed = (made(name, language, one, everything=everything) for one in (None, edited))

    body, dashes, foot = usual.text.partition("\n--\n")
    assert changed.subject == f"* {usual.subject}"
    assert changed.text == f"{body.rstrip()}\n\n- één\n- twee\n{dashes}{foot}"
    assert [part for part in ("één", "twee") if part in changed.html] == ["één", "twee"]
    assert [sign for sign in "{}" if sign in usual.subject + usual.text] == []


@pytest.mark.once
def test_typed_text_cannot_become_markup_or_run() -> None:
    text = "<script>alert(1)</script> & zo: https://voorbeeld.example/x?a=1&b=2.\n\n{knop}"

    html = made("own_page", "nl", Wording("Een <b>onderwerp</b>", text, "<i>Open</i>")).html

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; zo: " in html
    assert '<a href="https://voorbeeld.example/x?a=1&amp;b=2">' in html
    assert (html.count("<script"), html.count("<b>"), html.count("<i>")) == (0, 0, 0)


@pytest.mark.once
def test_a_paragraph_with_something_empty_is_left_out() -> None:
    text = "{als online}Online kan.\n\n{als geen online}Online kan niet.\n\nNamens {vervangt}.\n\n{pagina}"
    facts = stored("invitation", {**sample("invitation"), "online": False})

    letter = render(
        "invitation", "An", "nl", {**facts, "wording": Wording("Kom", text)._asdict()}, base_url=BASE, region="X"
    )

    assert (
        letter.text.split("\n--\n")[0]
        == f"Online kan niet.\n\nuw eigen pagina\n  {BASE}/u/voorbeeld\n\n".rstrip("\n") + "\n"
    )


# --- Which text holds -----------------------------------------------------------------------------------------------


def test_a_region_goes_before_all_regions_and_those_before_the_product(
    db: Session, place: Place, almere: Region
) -> None:
    general = ("own_page", None, "nl")
    versions.save(db, None, general, OWN._replace(subject="Overal"), after="")
    versions.save(db, None, place, OWN, after="")

    subjects = [held(db, one).subject for one in (place, ("own_page", almere.id, "nl"), ("own_page", almere.id, "en"))]

    assert subjects == ["Uw eigen pagina", "Overal", "Your personal link"]


def test_going_back_and_putting_back_are_versions_too(db: Session, place: Place, people: People, frozen: Clock) -> None:
    first = versions.save(db, people.amsterdam.id, place, OWN, after="")
    with frozen(NOW + timedelta(minutes=1)):
        versions.withdraw(db, people.amsterdam.id, place)
    without = held(db, place)
    with frozen(NOW + timedelta(minutes=2)):
        versions.put_back(db, people.amsterdam.id, place, first.id)

    assert (without, held(db, place)) == (built_in("own_page", "nl"), OWN)
    assert [one.is_withdrawn for one in versions.history(db, place)] == [False, True, False]
    assert {one.made_by for one in versions.history(db, place)} == {people.amsterdam.id}


def test_two_who_edit_at_once_do_not_overwrite_each_other(db: Session, place: Place) -> None:
    versions.save(db, None, place, OWN, after="")

    with pytest.raises(Conflict):
        versions.save(db, None, place, OWN._replace(subject="Anders"), after="")
    assert held(db, place) == OWN


def test_of_two_first_texts_at_one_moment_one_is_kept_and_the_other_hears_so(tmp_path: Path, database_url: str) -> None:
    everywhere, started = ("own_page", None, "nl"), Barrier(2)

    def save(database: Database, subject: str) -> str:
        with database.transaction() as db:
            versions.history(db, everywhere)
            if SERVER:  # a file lets one in at a time
                started.wait(10)
            try:
                return versions.save(db, None, everywhere, OWN._replace(subject=subject), after="").subject
            except Conflict as conflict:
                return str(conflict)

    with own_database(tmp_path) as database, ThreadPoolExecutor(2) as threads:
        said = {one.result() for one in [threads.submit(save, database, subject) for subject in ("Een", "Twee")]}
        with database.reading() as db:
            [kept] = versions.history(db, everywhere)

    assert said - {kept.subject} == {
        "Iemand anders heeft deze tekst intussen gewijzigd. Die van jou staat er nog; kijk hieronder naar de andere."
    }


def test_saving_the_same_text_again_makes_no_version(db: Session, place: Place) -> None:
    first = versions.save(db, None, place, OWN, after="")

    assert versions.save(db, None, place, OWN, after=str(first.id)) is first
    assert len(versions.history(db, place)) == 1


def test_what_is_wrong_is_not_kept(db: Session, place: Place) -> None:
    with pytest.raises(Refused) as refusal:
        versions.save(db, None, place, Wording("", "{naamm}"), after="")

    assert refusal.value.errors == {
        "subject": "Vul dit in.",
        "text": "{naamm} is geen invulveld. Bedoel je {naam}?",
    }
    assert versions.history(db, place) == []


def test_a_text_says_so_when_what_it_replaced_has_changed(db: Session, place: Place) -> None:
    own = versions.save(db, None, place, OWN, after="")
    before = Texts(db, [place[1]]).held(*place).has_changed_beneath
    versions.save(db, None, ("own_page", None, "nl"), OWN._replace(subject="Overal"), after="")
    changed = Texts(db, [place[1]]).held(*place).has_changed_beneath
    versions.save(db, None, place, OWN, after=str(own.id))  # they looked, and keep theirs
    after = Texts(db, [place[1]]).held(*place).has_changed_beneath

    assert (before, changed, after) == (False, True, False)


def test_a_text_that_no_longer_fits_is_not_sent(db: Session, place: Place) -> None:
    db.add(LetterText(name="own_page", region_id=place[1], language="nl", subject="Oud", text="{vroeger}\n\n{knop}"))
    db.flush()

    assert held(db, place) == built_in("own_page", "nl")


# --- Sending --------------------------------------------------------------------------------------------------------


def facts_of(db: Session, key: str) -> Mapping[str, object]:
    query = select(LetterPayload.context).join(Letter).where(Letter.key == key)
    return db.exec(query).one()


def test_a_letter_says_what_was_approved_when_it_was_queued(db: Session, place: Place, amsterdam: Region) -> None:
    versions.save(db, None, place, OWN, after="")
    outbox.queue_many(
        db,
        [
            Draft("own_page", SAMIRA, key, {"page": "/mijn/x"}, region)
            for key, region in (("a", amsterdam.id), ("b", None))
        ],
    )
    versions.withdraw(db, None, place)

    subjects = [
        render("own_page", SAMIRA.name, "nl", facts_of(db, key), base_url=BASE, region="Amsterdam").subject
        for key in ("a", "b")
    ]

    assert subjects == ["Uw eigen pagina", "Uw persoonlijke link"]


def test_a_test_goes_to_whoever_edits_and_counts_nowhere(
    db: Session, people: People, signed_in: SignIn, amsterdam: Region
) -> None:
    answer = signed_in(people.amsterdam).post(f"{PAGE}/proef", data=FORM)

    letter = db.exec(select(Letter)).one()
    said = render("own_page", letter.to_name, "nl", facts_of(db, letter.key), base_url=BASE, region="Amsterdam")
    assert (answer.status_code, letter.to_address, letter.mailing_id, letter.contact_id) == (
        200,
        people.amsterdam.email,
        None,
        None,
    )
    assert said.subject == "[Proef] Uw eigen pagina"
    assert said.text.startswith("Dit is een proef. Hij telt nergens mee, en de links openen niets.\n\nDag ")


def test_a_test_goes_to_chosen_colleagues_and_stands_apart_from_real_mail(
    db: Session, people: People, signed_in: SignIn, amsterdam: Region
) -> None:
    client = signed_in(people.amsterdam)
    chosen = [str(one.id) for one in (people.reader, people.almere)]
    outbox.queue(db, "own_page", SAMIRA, "real", {"page": "/mijn/x"}, region_id=amsterdam.id)

    edited = client.get(PAGE).text
    client.post(f"{PAGE}/proef", data={**FORM, "aan": chosen})
    real, tests = (client.get(f"/postvak{query}").text for query in ("", "?toestand=proef"))

    assert [f'value="{one}"' in edited for one in chosen] == [True, False]
    sent = db.exec(select(Letter.to_address).where(col(Letter.key).startswith(outbox.TEST))).all()
    assert sorted(sent) == sorted([people.amsterdam.email, people.reader.email])
    assert ("1 mail<" in real, 'Proefmails <span class="count">2<' in real) == (True, True)
    assert ("2 mails<" in tests, tests.count("> proef<"), SAMIRA.address in tests) == (True, 2, False)


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_a_coordinator_edits_sees_and_goes_back(db: Session, people: People, signed_in: SignIn, place: Place) -> None:
    client = signed_in(people.amsterdam)

    saved = client.post(PAGE, data=FORM)
    page = client.get("/brieven/amsterdam").text
    edited = client.get(PAGE).text
    client.post(f"{PAGE}/terug")
    back = client.get(PAGE).text

    assert (saved.status_code, saved.headers["location"]) == (303, PAGE)
    assert ("Uw eigen pagina" in page, page.count("eigen tekst")) == (True, 1)
    assert "Dag {naam}," in edited
    assert ("de tekst die nu geldt" in back, "terug naar de tekst eronder" in back) == (False, True)
    assert held(db, place) == built_in("own_page", "nl")


def test_what_is_wrong_is_marked_and_stays_typed(people: People, signed_in: SignIn) -> None:
    answer = signed_in(people.amsterdam).post(PAGE, data={**FORM, "text": "Dag {naamm},\n\n{knop}"})

    assert answer.status_code == 422
    assert "Dag <mark>{naamm}</mark>,<br>{naamm} is geen invulveld. Bedoel je {naam}?" in answer.text.replace(
        "</span><br>", "<br>"
    )
    assert "Dag {naamm},\n\n{knop}</textarea>" in answer.text


def test_a_later_editor_sees_both_texts(people: People, signed_in: SignIn) -> None:
    client = signed_in(people.amsterdam)
    client.post(PAGE, data=FORM)

    answer = client.post(PAGE, data={**FORM, "subject": "Anders"})

    assert answer.status_code == 409
    assert 'value="Anders"' in answer.text
    assert "Dag {naam}," in answer.text


@pytest.mark.parametrize(
    ("show", "said"),
    [
        ("licht", "@media not all"),
        ("donker", "@media all"),
        ("tekst", "<pre>Dag Fatima,\n\nHier is hij weer."),
    ],
)
def test_the_preview_shows_what_is_typed_for_somebody_of_the_network(
    db: Session, people: People, signed_in: SignIn, amsterdam: Region, show: str, said: str
) -> None:
    factories.contact(db, amsterdam, name="Fatima Azzouzi", email="fatima@kade.example.org")
    db.commit()

    answer = signed_in(people.amsterdam).post(f"{PAGE}/voorbeeld", data={**FORM, "voor": "azzouzi", "weergave": show})

    assert said in answer.text
    assert "Dag Fatima," in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    assert versions.history(db, ("own_page", amsterdam.id, "nl")) == []


def test_the_preview_of_a_wrong_text_says_what_is_wrong(people: People, signed_in: SignIn) -> None:
    answer = signed_in(people.amsterdam).post(f"{PAGE}/voorbeeld", data={**FORM, "text": "{knop} {zomaar}"})

    assert "Deze tekst kan nog niet worden verstuurd" in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_a_page_with_its_placeholders(language: str, people: People, signed_in: SignIn) -> None:
    client = signed_in(people.administrator)
    one_of_each = {letter_of(name): name for name in keys()}.values()

    pages = {name: client.get(f"/brieven/alle/{quote(name)}/{language}") for name in one_of_each}

    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(one_of_each, 200)
    assert [name for name, page in pages.items() if page.text.count("data-insert=") != len(known(name))] == []


def test_every_text_can_be_looked_at(people: People, signed_in: SignIn) -> None:
    client = signed_in(people.administrator)

    assert {client.get(f"/brieven/alle/{quote(name)}/nl/voorbeeld").status_code for name in keys()} == {200}


def test_only_administrators_edit_for_all_regions_and_nobody_for_another(people: People, signed_in: SignIn) -> None:
    general, elsewhere = "/brieven/alle/own_page/nl", "/brieven/almere/own_page/nl"

    def tries(actor: Actor) -> list[int]:
        client = signed_in(actor)
        return [client.post(address, data=FORM).status_code for address in (general, elsewhere, PAGE)]

    assert tries(people.amsterdam) == [403, 404, 303]
    assert tries(people.reader) == [403, 404, 404]
    assert tries(people.administrator)[:2] == [303, 303]
