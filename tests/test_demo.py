"""The demo: what it invents is believable and whole, its mailbox works, and nothing of it is in the product."""

import smtplib
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import func
from sqlmodel import Session, col, select

from bsoo import clock, tables
from bsoo.access.actor import SYSTEM
from bsoo.access.models import Grant, Role, User
from bsoo.app import make_app
from bsoo.db import Database
from bsoo.demo import fill
from bsoo.demo.calendar import CLOSED, closed_quarters, next_meeting
from bsoo.demo.mailbox import Mailbox
from bsoo.demo.organisations import partners
from bsoo.demo.people import Person, has_moved, team
from bsoo.demo.running import with_demo
from bsoo.demo.sink import HOST, receiving
from bsoo.demo.stories import THEMES, stories
from bsoo.demo.texts import read
from bsoo.mail.models import Incoming, Letter, LetterState
from bsoo.mail.returning.kinds import Kind
from bsoo.meetings.models import Answer, Invitation, Meeting
from bsoo.minutes import queries as minutes
from bsoo.minutes.models import Action, ActionState, Block
from bsoo.publications.models import Publication, PublicationFile, PublicationKind
from bsoo.regions import FIRST_REGIONS, Region, all_regions, make_first_regions
from bsoo.registry.consents import make_first_text
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, OrganisationRegion
from bsoo.registry.values import folded
from bsoo.routes.numbers import numbers
from bsoo.settings import Settings
from bsoo.signals import guard
from bsoo.signals.models import Signal, State, Theme
from bsoo.signals.themes import make_first_themes
from bsoo.terms.first import first_terms
from bsoo.terms.models import Vocabulary
from tests.conftest import NOW, People
from tests.pages import CheckedClient


def everybody(slug: str, name: str) -> list[Person]:
    taken: set[str] = set()
    return [person for partner in partners(slug, name) for person in team(partner, taken)]


# --- What is written ------------------------------------------------------------------------------------------------


def test_the_demo_knows_more_than_150_signals_over_all_themes() -> None:
    told = {theme: len(stories(theme)) for theme in THEMES}

    assert sum(told.values()) >= 150
    assert {theme: number for theme, number in told.items() if number < 5} == {}


def test_the_demo_uses_the_themes_and_groups_of_the_product(db: Session) -> None:
    groups = {group for theme in THEMES for story in stories(theme) for group in story.groups}

    assert set(THEMES) == set(db.exec(select(Theme.code)))
    assert groups == {one.code for one in first_terms() if one.kind == Vocabulary.GROUP}


@pytest.mark.parametrize("theme", THEMES)
def test_no_written_signal_points_at_a_person(theme: str) -> None:
    for story in stories(theme):
        text = f"{story.title}. {' '.join(story.text)} {story.ask} {story.outcome}"

        assert [text[found.start : found.end] for found in guard.findings(text) if found.level is guard.HARD] == []


def test_every_subject_belongs_to_a_theme_and_leads_to_a_decision_and_an_action() -> None:
    topics = read("topics")["topic"]

    assert len({topic["title"] for topic in topics}) == len(topics) >= 3 * CLOSED
    for topic in topics:
        assert topic["theme"] in THEMES
        assert topic["decision"]
        assert topic["actions"]


@pytest.mark.parametrize(("slug", "name"), [(slug, name) for slug, name, _kind, _school in FIRST_REGIONS])
def test_a_region_has_over_400_people_with_addresses_that_reach_nobody(slug: str, name: str) -> None:
    people = everybody(slug, name)
    emails = [person.email for person in people]

    assert len(people) > 400
    assert len(set(emails)) == len(emails)
    assert [email for email in emails if not email.endswith(".example.org")] == []
    assert 0.05 < sum(person.language == "en" for person in people) / len(people) < 0.12
    assert 10 < sum(person.left for person in people) < 50
    assert [person.name for person in people if person.left and person.invited] == []


def test_the_same_people_are_invented_everywhere() -> None:
    assert everybody("almere", "Almere") == everybody("almere", "Almere")


def test_names_keep_their_tussenvoegsel_apart() -> None:
    people = {person.name: person for slug, name, _, _ in FIRST_REGIONS for person in everybody(slug, name)}
    infixes = Counter(person.infix for person in people.values())

    assert infixes["van den"] > 5
    assert [person.name for person in people.values() if person.infix and not person.name.count(person.infix)] == []


# --- The filled database --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def filled_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A demo of its own, made once, on the day on which the clock of the tests stands."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite3'}")
    tables.metadata.create_all(database.engine)
    with database.transaction() as db:
        make_first_regions(db)
        make_first_themes(db)
        make_first_text(db)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "_instant", lambda: NOW)
        fill.fill(database)
    yield database
    database.engine.dispose()


@pytest.fixture
def demo(filled_database: Database) -> Iterator[Session]:
    with filled_database.reading() as session:
        yield session


def test_the_demo_is_filled_once(filled_database: Database, database: Database) -> None:
    assert fill.is_empty(database)
    assert not fill.is_empty(filled_database)


def test_every_role_can_sign_in(demo: Session) -> None:
    assert set(demo.exec(select(Grant.role))) == set(Role)


def test_every_region_has_a_network_and_nine_closed_quarters(demo: Session) -> None:
    for region in all_regions(demo):
        members = demo.exec(select(func.count()).where(Membership.region_id == region.id)).one()
        seats = demo.exec(select(func.count()).where(OrganisationRegion.region_id == region.id)).one()
        held = demo.exec(select(func.count()).where(Meeting.region_id == region.id, Meeting.on < clock.today())).one()

        assert members > 400
        assert seats > 100
        assert held == CLOSED


def test_every_closed_quarter_has_signals_of_at_least_eight_organisations(demo: Session) -> None:
    rows = demo.exec(
        select(Signal.region_id, Signal.year, Signal.quarter, func.count(func.distinct(Signal.organisation_id)))
        .where(col(Signal.state).not_in([State.DECLINED]))
        .group_by(Signal.region_id, Signal.year, Signal.quarter)  # type: ignore[arg-type] # columns group
    ).all()

    assert len(rows) == (CLOSED + 1) * 4
    assert [row for row in rows if row[3] < 8] == []


def test_signals_of_closed_quarters_are_settled_and_say_what_came_of_them(demo: Session) -> None:
    now = next_meeting(demo.exec(select(Region).where(Region.slug == "amsterdam")).one(), clock.today())
    running = (now.year, (now.month + 2) // 3)
    old = demo.exec(select(Signal)).all()

    for signal in (one for one in old if (one.year, one.quarter) < running):
        assert signal.state not in {State.DRAFT, State.RECEIVED, State.ASKED_BACK}
        assert signal.outcome or signal.reason
        assert signal.text.count("{") == 0


def test_closed_meetings_of_the_hosts_are_published_with_a_pdf(demo: Session) -> None:
    kinds = Counter(demo.exec(select(Publication.kind)))
    files = demo.exec(select(PublicationFile.content)).all()

    assert kinds == {PublicationKind.MINUTES: 2 * 2 * CLOSED, PublicationKind.SUMMARY: 4 * CLOSED}
    assert len(files) == 72
    assert {content[:5] for content in files} == {b"%PDF-"}


def test_no_line_of_the_minutes_points_at_a_person(demo: Session) -> None:
    texts = set(demo.exec(select(Block.text)))

    assert texts
    assert [text for text in texts if any(one.level is guard.HARD for one in guard.findings(text))] == []


def test_the_running_quarter_has_work(demo: Session) -> None:
    regions = all_regions(demo)
    amsterdam = [regions[0].id]
    ahead = demo.exec(select(Meeting).where(Meeting.region_id == regions[0].id, Meeting.on >= clock.today())).one()
    answers = Counter(demo.exec(select(Invitation.answer).where(Invitation.meeting_id == ahead.id)))
    letters = Counter(demo.exec(select(Letter.state).where(Letter.meeting_id == ahead.id)))
    came_back = (
        select(Invitation.id)
        .join(Letter, col(Letter.contact_id) == Invitation.contact_id)
        .where(Invitation.meeting_id == ahead.id, Letter.state == LetterState.REFUSED)
    )
    waits = numbers(demo, SYSTEM, amsterdam, clock.today())
    open_actions, overdue = minutes.open_actions(demo, SYSTEM, amsterdam)

    assert 0.5 < 1 - answers[Answer.SILENT] / answers.total() < 0.7
    assert answers[Answer.COLLEAGUE] > 0
    assert letters[LetterState.REFUSED] >= 3
    assert demo.exec(came_back.where(Invitation.answer != Answer.SILENT)).all() == []
    assert {one.kind for one in demo.exec(select(Incoming))} == {
        Kind.BOUNCE,
        Kind.REPLY,
        Kind.AUTO_REPLY,
        Kind.CALENDAR_REPLY,
    }
    assert demo.exec(select(func.count()).where(col(Address.bounced_at).is_not(None))).one() >= 3
    assert waits.new_signals >= 5
    assert waits.oldest_signal is not None
    assert open_actions > overdue > 0


def test_nobody_promised_something_without_a_day_and_an_owner(demo: Session) -> None:
    actions = demo.exec(select(Action)).all()

    assert [one.text for one in actions if not one.owner_name or one.due_on is None] == []
    assert [one.text for one in actions if (one.closed_at is None) != (one.state is ActionState.OPEN)] == []


def test_contacts_can_be_found_by_name_and_organisation(demo: Session) -> None:
    text, name, organisation = demo.exec(
        select(Contact.search, Contact.display_name, Organisation.name)
        .join(Affiliation, col(Affiliation.contact_id) == Contact.id)
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .order_by(Contact.sort_name)
    ).first() or ("", "", "")

    assert name
    assert folded(name) in text
    assert folded(organisation) in text


def test_dates_hold_on_any_day_of_the_year(db: Session) -> None:
    for region in all_regions(db):
        for day in (date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(0, 730, 5)):
            closed = closed_quarters(region, day)

            assert next_meeting(region, day) > day + timedelta(days=10)
            assert [one for one in closed if one.on >= day] == []
            assert len({one.quarter for one in closed}) == CLOSED


# --- The mailbox ----------------------------------------------------------------------------------------------------


def letter(to: str, subject: str = "Uitnodiging", text: str = "Beste Samira,\n\n.een punt vooraan\n") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "BSOO <bsoo@demo.example.org>", to, subject
    made["Date"] = "Mon, 23 Nov 2026 09:00:00 +0100"
    made.set_content(text)
    html = '<html><head><title>x</title></head><body><a href="/u/abc">Ja</a></body></html>'
    made.add_alternative(html, subtype="html")
    return made


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mail")


def test_a_letter_that_is_sent_is_in_the_mailbox_as_it_was(mailbox: Mailbox) -> None:
    with receiving(mailbox.add) as port, smtplib.SMTP(HOST, port) as server:
        server.send_message(letter("Samira El Idrissi <s.elidrissi@inloop.example.org>"))

    (received,) = mailbox.find("elidrissi")
    assert received.to == "Samira El Idrissi"
    assert received.recipient == "s.elidrissi@inloop.example.org"
    assert received.subject == "Uitnodiging"
    assert received.text == "Beste Samira,\n\n.een punt vooraan\n"
    assert received.calendar == ""


def test_an_address_where_nobody_lives_is_refused(mailbox: Mailbox) -> None:
    with (
        receiving(mailbox.add, lambda address: address.startswith("weg@")) as port,
        smtplib.SMTP(HOST, port) as server,
        pytest.raises(smtplib.SMTPRecipientsRefused) as refusal,
    ):
        server.send_message(letter("weg@inloop.example.org"))

    assert refusal.value.recipients["weg@inloop.example.org"][0] == 550
    assert mailbox.find() == []


def test_the_mailbox_survives_a_restart(mailbox: Mailbox, tmp_path: Path) -> None:
    mailbox.add("a@inloop.example.org", letter("a@inloop.example.org", "Eerste").as_bytes())
    mailbox.add("b@inloop.example.org", letter("b@inloop.example.org", "Tweede").as_bytes())

    again = Mailbox(tmp_path / "mail")

    assert [(one.recipient, one.subject) for one in again.find()] == [
        ("b@inloop.example.org", "Tweede"),
        ("a@inloop.example.org", "Eerste"),
    ]


def test_some_people_moved_on_without_telling() -> None:
    moved = [person.email for person in everybody("amsterdam", "Amsterdam") if has_moved(person.email)]

    assert 3 <= len(moved) <= 15


# --- Its pages ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo_application(
    settings: Settings, engine_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> FastAPI:
    return make_app(settings, engine_database, extra=with_demo(Mailbox(tmp_path_factory.mktemp("mail"))))


@pytest.fixture
def visitor(demo_application: FastAPI, database: Database, mailbox: Mailbox) -> Iterator[CheckedClient]:
    """Somebody who opens the demo."""
    demo_application.state.mailbox = mailbox
    with CheckedClient(demo_application, follow_redirects=False) as browser:
        yield browser


def test_one_click_signs_in(visitor: CheckedClient, people: People, db: Session) -> None:
    user = db.exec(select(User).where(User.name == "Eva Jansen")).one()

    page = visitor.get("/demo")
    answer = visitor.post("/demo/aanmelden", data={"email": user.email}, headers={"Origin": "http://testserver"})

    assert "Eva Jansen" in page.text
    assert answer.status_code == 303
    assert visitor.get("/account").status_code == 200


def test_nobody_unknown_signs_in(visitor: CheckedClient) -> None:
    answer = visitor.post("/demo/aanmelden", data={"email": "x@y.nl"}, headers={"Origin": "http://testserver"})

    assert answer.status_code == 404


def test_the_mailbox_shows_a_letter_as_a_mail_program_does(visitor: CheckedClient, mailbox: Mailbox) -> None:
    mailbox.add("s@inloop.example.org", letter("Samira <s@inloop.example.org>").as_bytes())

    page = visitor.get("/demo/postvak/1")
    body = visitor.get("/demo/postvak/1/inhoud")
    text = visitor.get("/demo/postvak/1?weergave=tekst")

    assert 'src="/demo/postvak/1/inhoud"' in page.text
    assert '<base target="_blank">' in body.text
    assert "sandbox" in body.headers["Content-Security-Policy"]
    assert body.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert ".een punt vooraan" in text.text


@pytest.mark.parametrize("path", ["/demo/postvak", "/demo/postvak?q=niemand", "/demo/postvak?bladzijde=x"])
def test_an_empty_mailbox_says_what_to_do(visitor: CheckedClient, path: str) -> None:
    assert visitor.get(path).status_code == 200


@pytest.mark.parametrize("number", ["0", "1", "x", "99999999999999999999"])
def test_a_letter_that_is_not_there_is_not_found(visitor: CheckedClient, number: str) -> None:
    assert visitor.get(f"/demo/postvak/{number}").status_code == 404


def test_nothing_of_the_demo_is_in_the_product(settings: Settings, database: Database, mailbox: Mailbox) -> None:
    def paths(app: object) -> set[str]:
        return {path for context in iter_route_contexts(app.routes) if (path := getattr(context.route, "path", ""))}  # type: ignore[attr-defined]

    product = paths(make_app(settings, database))
    demo = paths(make_app(settings, database, extra=with_demo(mailbox)))

    assert "/vandaag" in product, "the walk itself is broken"
    assert demo - product == {
        "/demo",
        "/demo/aanmelden",
        "/demo/postvak",
        "/demo/postvak/{number}",
        "/demo/postvak/{number}/inhoud",
    }


def test_the_product_answers_not_found_where_the_demo_is(client: CheckedClient) -> None:
    assert client.get("/demo").status_code == 404
    assert client.get("/demo/postvak").status_code == 404
