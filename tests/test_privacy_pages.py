"""The pages of privacy: to see what is kept, to be erased, and why we may write."""

import json
from collections.abc import Callable
from pathlib import Path

from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo import links
from bsoo.access.actor import SYSTEM, Actor
from bsoo.links import Purpose
from bsoo.logbook import LogEntry
from bsoo.meetings.models import Invitation
from bsoo.privacy.map import CONTACT
from bsoo.privacy.staff_map import STAFF
from bsoo.privacy.text_map import WRITTEN
from bsoo.privacy.words import COLUMNS, FATES, TEXTS
from bsoo.regions import Region
from bsoo.registry.imports import uploads
from bsoo.registry.models import Basis, Contact, Membership, Upload
from tests import factories
from tests.conftest import People
from tests.erased import dump, play, traces
from tests.lists import text_of

SignedIn = Callable[[Actor], TestClient]


def test_every_column_and_every_text_of_the_map_has_a_word() -> None:
    assert {name for place in (*CONTACT, *STAFF) for name in place.shown} - set(COLUMNS) == set()
    assert set(TEXTS) == set(WRITTEN)
    assert {place.fate for place in CONTACT} == set(FATES)


def test_what_is_kept_is_shown_whole(db: Session, people: People, amsterdam: Region, signed_in: SignedIn) -> None:
    story = play(db, amsterdam)
    db.commit()

    page = signed_in(people.amsterdam).post(f"/netwerk/contacten/{story.contact.id}/inzage", data={"vorm": "pagina"})

    assert page.status_code == 200
    for said in (
        "w.kwispel@kade.example.org",
        "jurist en tolk",
        "Xaverius van Quackelbosch ziet dat de opvang vol is.",
        "Uitnodiging",
        "Ik kom, let op mijn geitenmelkallergie.",
        "lijst.xlsx",
        "Amsterdam, 10 september 2026",
    ):
        assert said in page.text


def test_no_way_of_showing_it_gives_a_token_away(
    db: Session, people: People, amsterdam: Region, signed_in: SignedIn
) -> None:
    story = play(db, amsterdam)
    invitation = db.exec(select(Invitation).where(Invitation.meeting_id == story.coming.id)).one()
    secrets = [
        links.token_for(db, Purpose.INVITATION, invitation.id, story.contact.id),
        links.token_for(db, Purpose.OWN_PAGE, story.contact.id, story.contact.id),
    ]
    db.commit()
    client = signed_in(people.amsterdam)

    given = [
        client.post(f"/netwerk/contacten/{story.contact.id}/inzage", data={"vorm": form}).text
        for form in ("pagina", "json")
    ]

    assert [secret in text or links.hash_of(secret) in text for text in given for secret in secrets] == [False] * 4
    assert ["/u/…" in text for text in given] == [True, True]


def test_the_file_for_machines_holds_every_kind_of_row(
    db: Session, people: People, amsterdam: Region, signed_in: SignedIn
) -> None:
    story = play(db, amsterdam)
    db.commit()

    answer = signed_in(people.amsterdam).post(f"/netwerk/contacten/{story.contact.id}/inzage", data={"vorm": "json"})

    content = json.loads(answer.content)
    letters = next(one for one in content["tables"] if one["table"] == "letter_payload")
    assert content["about"] == story.contact.display_name
    assert {one["table"] for one in content["tables"]} >= {
        *("contact", "contact_address", "affiliation", "membership", "merging", "personal_link", "contact_upload"),
        *("contact_import_change", "join_request", "invitation", "invitation_answer", "attendance", "signal"),
        *("nothing_new", "action", "letter", "letter_payload", "incoming_mail", "log_entry"),
    }
    assert "Xaverius" in letters["rows"][0]["text"]
    assert answer.headers["cache-control"] == "no-store"


def test_it_is_given_on_paper_too(db: Session, people: People, amsterdam: Region, signed_in: SignedIn) -> None:
    contact = factories.contact(db, amsterdam)
    db.commit()

    answer = signed_in(people.amsterdam).post(f"/netwerk/contacten/{contact.id}/inzage", data={"vorm": "pdf"})

    assert answer.content[:5] == b"%PDF-"
    assert f"inzage-{contact.display_name.lower().replace(' ', '-')}" in answer.headers["content-disposition"]


def test_the_logbook_says_who_took_it_out(db: Session, people: People, amsterdam: Region, signed_in: SignedIn) -> None:
    contact = factories.contact(db, amsterdam)
    db.commit()

    signed_in(people.amsterdam).post(f"/netwerk/contacten/{contact.id}/inzage", data={"vorm": "json"})

    line = db.exec(select(LogEntry).where(LogEntry.verb == "contact.disclosed")).one()
    assert (line.actor_id, line.subject_id, line.facts) == (people.amsterdam.id, contact.id, {})


def test_a_coordinator_shows_and_erases_only_who_is_in_their_regions_alone(
    db: Session, people: People, amsterdam: Region, almere: Region, signed_in: SignedIn
) -> None:
    contact = factories.contact(db, amsterdam)
    db.add(Membership(contact_id=contact.id, region_id=almere.id))
    db.commit()
    client = signed_in(people.amsterdam)
    here = f"/netwerk/contacten/{contact.id}"

    page = client.get(f"{here}/privacy")

    assert "Deze persoon doet ook mee in Almere." in page.text
    assert [
        client.post(f"{here}/inzage", data={"vorm": "json"}).status_code,
        client.get(f"{here}/wissen").status_code,
    ] == [
        403,
        403,
    ]
    assert signed_in(people.administrator).get(f"{here}/wissen").status_code == 200


def test_readers_have_no_privacy_page(db: Session, people: People, amsterdam: Region, signed_in: SignedIn) -> None:
    contact = factories.contact(db, amsterdam)
    db.commit()

    client = signed_in(people.reader)

    assert client.get(f"/netwerk/contacten/{contact.id}/privacy").status_code == 403
    assert client.post(f"/netwerk/contacten/{contact.id}/inzage", data={"vorm": "pdf"}).status_code == 403


def test_only_an_administrator_sees_what_is_kept_of_staff(db: Session, people: People, signed_in: SignedIn) -> None:
    address = f"/beheer/medewerkers/{people.reader.id}/inzage"

    refused = signed_in(people.amsterdam).post(address, data={"vorm": "pagina"})
    page = signed_in(people.administrator).post(address, data={"vorm": "pagina"})

    assert (refused.status_code, page.status_code) == (403, 200)
    assert "leo.lezer@bsoo.example" in page.text


def test_erasing_shows_first_and_asks_for_the_name(
    db: Session, people: People, amsterdam: Region, signed_in: SignedIn
) -> None:
    story = play(db, amsterdam)
    db.commit()
    client = signed_in(people.amsterdam)
    address = f"/netwerk/contacten/{story.contact.id}/wissen"

    page = client.get(address)
    refused = client.post(address, data={"name": "Iemand anders", "tekst": []})

    assert "Bel mevrouw Van Quäckelbosch op 06-12 98 76 54." in page.text
    assert refused.status_code == 422
    assert "Typ de naam precies zoals die hierboven staat" in refused.text
    assert db.get(Contact, story.contact.id) is not None


def test_what_was_chosen_on_the_page_is_erased(
    db: Session, people: People, amsterdam: Region, signed_in: SignedIn
) -> None:
    story = play(db, amsterdam)
    db.commit()
    client = signed_in(people.amsterdam)
    address = f"/netwerk/contacten/{story.contact.id}/wissen"
    codes = [part.partition('"')[0] for part in client.get(address).text.split('name="tekst" value="')[1:]]

    answer = client.post(address, data={"name": story.contact.display_name, "tekst": codes})
    db.expire_all()

    assert (answer.status_code, answer.headers["location"]) == (303, "/netwerk")
    assert traces(dump(db)) == []


def test_lists_that_wait_say_nothing_of_who_was_erased(
    db: Session, people: People, amsterdam: Region, signed_in: SignedIn
) -> None:
    """A list with this person goes; one with somebody who is called the same is judged anew."""
    story = play(db, amsterdam)
    of_them = db.exec(select(Upload).where(col(Upload.content).is_not(None), col(Upload.applied_at).is_(None))).one()
    called_the_same = ["van Quackelbosch", "arts", "Xaverius", story.house.name, "x@elders.example.org"]
    heads = ["Achternaam", "Functie", "Voornaam", "Organisatie", "E-mailadres"]
    other = uploads.keep_upload(db, SYSTEM, amsterdam, text_of([heads, called_the_same]).encode(), "lijst.csv")
    db.commit()
    client = signed_in(people.amsterdam)
    folder: Path = client.app.state.settings.data / "imports"  # type: ignore[attr-defined] # Starlette's app has no state
    address = f"/netwerk/contacten/{story.contact.id}/wissen"

    def kept() -> dict[str, bool]:
        return {path.stem: "w.kwispel" in path.read_text() for path in folder.iterdir()}

    pages = [client.get(f"/netwerk/import/{one.id}").status_code for one in (of_them, other)]
    before, said = kept(), client.get(address).text
    client.post(address, data={"name": story.contact.display_name, "tekst": []})
    after = kept()
    pages += [client.get(f"/netwerk/import/{one.id}").status_code for one in (of_them, other)]

    assert before == {str(of_them.id): True, str(other.id): True}
    assert "moet opnieuw worden geüpload, zonder deze persoon" in said
    assert after == {}
    assert (pages, kept()) == ([200, 200, 404, 200], {str(other.id): False})


def test_why_we_may_write_is_said_per_region(
    db: Session, people: People, amsterdam: Region, signed_in: SignedIn
) -> None:
    contact = factories.contact(db, amsterdam)
    db.commit()
    client = signed_in(people.amsterdam)
    address = f"/netwerk/contacten/{contact.id}/grondslag/amsterdam"

    refused = client.post(address, data={"basis": "consent", "source": "", "since": "2026-03-03"})
    saved = client.post(address, data={"basis": "consent", "source": "mail van 3 maart", "since": "2026-03-03"})

    place = db.exec(select(Membership).where(Membership.contact_id == contact.id)).one()
    db.refresh(place)
    assert (refused.status_code, saved.status_code) == (422, 303)
    assert (place.basis, place.basis_source, str(place.basis_since)) == (
        Basis.CONSENT,
        "mail van 3 maart",
        "2026-03-03",
    )


def test_an_odd_way_of_showing_is_refused_and_not_noted(
    db: Session, people: People, amsterdam: Region, signed_in: SignedIn
) -> None:
    contact = factories.contact(db, amsterdam)
    db.commit()

    answer = signed_in(people.amsterdam).post(f"/netwerk/contacten/{contact.id}/inzage", data={"vorm": "fax"})

    assert answer.status_code == 422
    assert db.exec(select(LogEntry).where(LogEntry.verb == "contact.disclosed")).all() == []
