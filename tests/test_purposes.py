"""Mail by purpose: stopping one kind keeps the others, in one click from a mail program or by switches on a page."""

from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo import links
from bsoo.access.actor import Actor
from bsoo.db import Database
from bsoo.links import Purpose as Link
from bsoo.mail import blocking, letters, outbox, postman, purposes
from bsoo.mail.models import Letter, LetterState
from bsoo.mail.outbox import Draft, Recipient
from bsoo.mail.purposes import IN_ADDRESS, LETTERS_FOR, Purpose
from bsoo.meetings import choices, inviting, planning
from bsoo.meetings.models import Answer, Invitation
from bsoo.meetings.readers import readers
from bsoo.regions import Region
from bsoo.registry import consents, mail_stops
from bsoo.registry.memberships import set_invited
from bsoo.registry.models import Contact, Membership
from bsoo.registry.queries import contact_as_actor
from bsoo.settings import Settings
from tests.conftest import People
from tests.factories import contact, meeting
from tests.mailhost import mailhost
from tests.test_letters import EXAMPLES

SignIn = Callable[[Actor], TestClient]


@pytest.fixture
def samira(db: Session, amsterdam: Region) -> Contact:
    return contact(db, amsterdam, "Samira El Idrissi", email="samira@example.org")


def own_token(db: Session, reader: Contact) -> str:
    token = links.token_for(db, Link.OWN_PAGE, reader.id, reader.id)
    db.commit()
    return token


def queued(db: Session, reader: Contact, name: str) -> Letter:
    to = Recipient("samira@example.org", "Samira", "nl", reader.id)
    outbox.queue_many(db, [Draft(name, to, key=f"probe:{name}", context=EXAMPLES[name])])
    return db.exec(select(Letter).where(Letter.key == f"probe:{name}")).one()


def stopped(db: Session, reader: Contact) -> set[Purpose]:
    db.expire_all()
    return set(purposes.stopped(db, reader.id))


def test_every_letter_for_a_purpose_exists_or_is_on_its_way_and_none_serves_two() -> None:
    named = [letter for names in LETTERS_FOR.values() for letter in names]

    assert len(named) == len(set(named))
    assert set(IN_ADDRESS.values()) == set(LETTERS_FOR) == set(Purpose)
    assert {name for name in named if name in letters.LETTERS} >= {"invitation", "reminder", "minutes_published"}


@pytest.mark.parametrize(
    ("wish", "kept"),
    [
        (Purpose.INVITATIONS, {"invitation", "reminder"}),
        (Purpose.REMINDERS, {"reminder"}),
        (Purpose.MINUTES, {"minutes_published", "publication"}),
        (Purpose.CONFIRMATIONS, set()),
    ],
)
def test_who_stopped_a_purpose_gets_no_letter_for_it_and_every_other(
    db: Session, samira: Contact, wish: Purpose, kept: set[str]
) -> None:
    purposes.stop(db, samira.id, wish)

    sent = {
        name: queued(db, samira, name)
        for name in ("invitation", "reminder", "minutes_published", "publication", "agenda", "signal_accepted")
    }

    assert {name for name, letter in sent.items() if letter.state is LetterState.SUPPRESSED} == kept


def test_a_letter_that_is_not_sent_says_why(db: Session, samira: Contact) -> None:
    purposes.stop(db, samira.id, Purpose.REMINDERS)
    blocking.block(db, "samira@example.org", purpose="publications")

    assert queued(db, samira, "reminder").smtp_text == "Wil sinds 23-11-2026 geen herinneringen."
    assert queued(db, samira, "publication").smtp_text == "Dit adres staat op de blokkeerlijst."
    assert queued(db, samira, "invitation").smtp_text == ""


def test_what_still_waits_does_not_go_when_its_reader_stops_it(db: Session, samira: Contact) -> None:
    waiting, other = queued(db, samira, "reminder"), queued(db, samira, "minutes_published")
    actor = contact_as_actor(db, samira.id)
    assert actor is not None

    choices.stop(db, actor, Purpose.REMINDERS)

    db.refresh(waiting)
    db.refresh(other)
    assert (waiting.state, other.state) == (LetterState.SUPPRESSED, LetterState.QUEUED)


@pytest.mark.parametrize("word", IN_ADDRESS)
@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_mail_program_stops_one_purpose_in_one_click_without_cookie_or_origin(
    db: Session, samira: Contact, client: TestClient, word: str, kind: str
) -> None:
    path = f"/u/afmelden/{own_token(db, samira)}/{word}"
    field = {"List-Unsubscribe": "One-Click"}
    form = {"data": field} if kind == "urlencoded" else {"files": {name: (None, text) for name, text in field.items()}}

    answers = [client.post(path, headers={"Sec-Fetch-Site": "cross-site"}, **form) for _again in range(2)]

    assert [(answer.status_code, answer.text) for answer in answers] == [(200, "OK\n")] * 2
    assert stopped(db, samira) == {IN_ADDRESS[word]}


def test_what_gmail_posts_to_the_header_of_a_letter_that_arrived_stops_that_kind_alone(
    database: Database, db: Session, settings: Settings, samira: Contact, client: TestClient
) -> None:
    stop = f"/u/afmelden/{own_token(db, samira)}"
    names = [name for same in LETTERS_FOR.values() for name in same]
    to = Recipient("samira@example.org", "Samira", "nl", samira.id)
    outbox.queue_many(db, [Draft(name, to, f"wire:{name}", {**EXAMPLES[name], "stop": stop}) for name in names])
    db.commit()
    with mailhost() as host:
        postman.deliver_due(database, settings.model_copy(update={"smtp_url": host.url}))
    arrived = [message_from_bytes(taken.raw, policy=policy.default) for taken in host.taken]

    found: dict[str, set[Purpose]] = {}
    for message in arrived:
        path = urlsplit(message["List-Unsubscribe"].strip("<>")).path
        field, value = message["List-Unsubscribe-Post"].split("=")
        answer = client.post(path, data={field: value}, headers={"User-Agent": "Gmail", "Sec-Fetch-Site": "cross-site"})
        found[path.rpartition("/")[2]] = stopped(db, samira)
        assert answer.status_code == 200
        for purpose in Purpose:
            purposes.resume(db, samira.id, purpose)
        db.commit()

    assert len(arrived) == len(names)
    assert found == {word: {purpose} for word, purpose in IN_ADDRESS.items()}


def test_looking_stops_nothing_and_an_unknown_purpose_is_no_page(
    db: Session, samira: Contact, client: TestClient
) -> None:
    token = own_token(db, samira)

    pages = [client.get(f"/u/afmelden/{token}/{word}") for word in IN_ADDRESS]

    assert [page.status_code for page in pages] == [200] * len(IN_ADDRESS)
    assert client.get(f"/u/afmelden/{token}/anders").status_code == 404
    assert client.post(f"/u/afmelden/{token}/anders").status_code == 404
    assert stopped(db, samira) == set()


def test_a_letter_leads_to_where_that_kind_of_letter_stops() -> None:
    stops = {
        name: letters.stored(name, {**EXAMPLES[name], "stop": "/u/afmelden/x"})["stop"]
        for name in ("invitation", "reminder", "publication", "agenda")
    }

    assert stops == {
        "invitation": "/u/afmelden/x/uitnodigingen",
        "reminder": "/u/afmelden/x/herinneringen",
        "publication": "/u/afmelden/x/verslagen",
        "agenda": "/u/afmelden/x",
    }
    assert letters.stored("agenda", EXAMPLES["agenda"])["stop"] == ""


def test_the_switches_on_the_own_page_are_saved_as_they_stand(db: Session, samira: Contact, client: TestClient) -> None:
    token = own_token(db, samira)

    saved = client.post(f"/mijn/{token}/mail", data={"gekozen": "ja", "mail": ["uitnodigingen", "gegevens"]})
    page = client.get(saved.headers["location"]).text

    assert stopped(db, samira) == {Purpose.REMINDERS, Purpose.MINUTES}
    assert page.count('name="mail"') == len(IN_ADDRESS)
    assert page.count(" checked") == 2
    client.post(f"/mijn/{token}/mail", data={"gekozen": "ja", "mail": list(IN_ADDRESS), "agreed": "1"})
    assert stopped(db, samira) == set()


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("/mijn/{}/mail", {"gekozen": "ja", "mail": ["verslagen", "gegevens"]}),
        ("/u/afmelden/{}/verslagen", {"weer": "ja"}),
    ],
)
def test_who_switches_mail_on_with_a_text_that_changed_meanwhile_sees_the_new_one_first(
    db: Session, people: People, samira: Contact, client: TestClient, page: str, data: dict[str, Any]
) -> None:  # Any: one or several
    page = page.format(own_token(db, samira))
    mail_stops.end(db, people.amsterdam, samira, Purpose.MINUTES)
    consents.write(db, people.administrator, text_nl="Ik doe mee.", text_en="I take part.", after=1)

    answer = client.post(page, data={**data, "agreed": "1"})

    assert (answer.status_code, stopped(db, samira)) == (409, {Purpose.MINUTES})
    assert "Deze tekst is intussen veranderd. Lees wat er nu staat en kies dan opnieuw." in answer.text
    assert "Ik doe mee." in answer.text
    assert answer.text.count(" checked") == len(data.get("mail", ()))
    client.post(page, data={**data, "agreed": "2"})
    assert Purpose.MINUTES not in stopped(db, samira)


def test_a_form_without_the_switches_stops_nothing(db: Session, samira: Contact, client: TestClient) -> None:
    client.post(f"/mijn/{own_token(db, samira)}/mail")

    assert stopped(db, samira) == set()


def test_who_complained_sees_it_and_can_choose_to_get_mail_again(db: Session, samira: Contact) -> None:
    blocking.block(db, "samira@example.org", purpose="publications", reason="complaint")
    actor = contact_as_actor(db, samira.id)
    assert actor is not None
    before = choices.stopped(db, actor)

    choices.resume(db, actor, Purpose.MINUTES, agreed=1)

    assert before == {Purpose.MINUTES}
    assert choices.stopped(db, actor) == set()
    assert queued(db, samira, "publication").state is LetterState.QUEUED


def test_a_coordinator_who_invites_again_lifts_the_wish_and_the_letter_goes(
    db: Session, people: People, samira: Contact
) -> None:
    actor = contact_as_actor(db, samira.id)
    assert actor is not None
    choices.stop(db, actor, Purpose.INVITATIONS)
    place = db.exec(select(Membership).where(Membership.contact_id == samira.id)).one()

    set_invited(db, people.amsterdam, place, invited=True)

    assert queued(db, samira, "invitation").state is LetterState.QUEUED


def test_who_stopped_but_said_yes_still_hears_of_the_meeting_and_everybody_asked_that_it_is_off(
    db: Session, people: People, amsterdam: Region, samira: Contact
) -> None:
    silent = contact(db, amsterdam, "Joost Meijer", email="joost@example.org")
    planned = meeting(db, amsterdam)
    inviting.invite(db, people.amsterdam, amsterdam, planned)
    for invitation in db.exec(select(Invitation)):
        invitation.answer = Answer.ON_SITE if invitation.contact_id == samira.id else Answer.SILENT
    db.flush()
    for reader in (samira, silent):
        actor = contact_as_actor(db, reader.id)
        assert actor is not None
        choices.stop(db, actor, Purpose.INVITATIONS)

    assert [one.contact_id for one in readers(db, people.amsterdam, planned)] == [samira.id]
    planning.cancel_meeting(db, people.amsterdam, amsterdam, planned)
    told_of_it = db.exec(select(Letter.contact_id).where(Letter.name == "meeting_cancelled"))
    assert set(told_of_it.all()) == {samira.id, silent.id}


def test_staff_see_what_somebody_stopped_and_write_again_when_asked(
    db: Session, people: People, samira: Contact, signed_in: SignIn
) -> None:
    purposes.stop(db, samira.id, Purpose.MINUTES)
    db.commit()
    staff = signed_in(people.amsterdam)

    page = staff.get(f"/netwerk/contacten/{samira.id}").text
    again = staff.post(f"/netwerk/contacten/{samira.id}/mail/verslagen/weer")

    assert "Verslagen en publicaties" in page
    assert again.status_code == 303
    assert stopped(db, samira) == set()
    staff.post(f"/netwerk/contacten/{samira.id}/mail/verslagen/einde")
    assert stopped(db, samira) == {Purpose.MINUTES}
