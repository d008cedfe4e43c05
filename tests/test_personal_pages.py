"""Pages behind a personal link: what they show, what they record, and that looking changes nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest
from sqlmodel import Session, SQLModel, col, select
from starlette.testclient import TestClient

from bsoo import links
from bsoo.links import PersonalLink, Purpose
from bsoo.logbook import LogEntry
from bsoo.mail import outbox
from bsoo.mail.models import Letter, LetterPayload, LetterState
from bsoo.meetings import inviting, planning
from bsoo.meetings.models import Answer, Invitation, InvitationAnswer, Meeting
from bsoo.minutes import actions as minuting
from bsoo.minutes.actions import Typed
from bsoo.regions import Region
from bsoo.registry.models import Contact, Membership
from tests.conftest import People
from tests.factories import contact, meeting, organisation

At = Callable[[datetime], AbstractContextManager[None]]


class Guest:
    """Somebody who was invited to the meeting of 10 December, with the paths of their mail."""

    def __init__(self, db: Session, people: People, region: Region, *, language: str = "nl", online: str = "") -> None:
        self.region = region
        self.meeting = meeting(db, region)
        self.meeting.address, self.meeting.online_link = "Kadeplein 3, Amsterdam", online
        house = organisation(db, region)
        self.contact = contact(
            db, region, "Samira El Idrissi", at=house, email="s.elidrissi@dekade.example.org", language=language
        )
        inviting.invite(db, people.amsterdam, region, self.meeting)
        letter = db.exec(select(Letter).where(Letter.name == "invitation")).one()
        payload = db.get(LetterPayload, letter.id)
        assert payload is not None
        self.facts = payload.context
        self.invitation = db.exec(select(Invitation)).one()
        self.db = db
        db.commit()

    def path(self, name: str) -> str:
        return str(self.facts[name])

    def answer(self) -> Answer:
        self.db.expire_all()
        return Answer(self.db.exec(select(Invitation.answer).where(Invitation.id == self.invitation.id)).one())


@pytest.fixture
def guest(db: Session, people: People, amsterdam: Region) -> Guest:
    return Guest(db, people, amsterdam)


def contents(db: Session) -> dict[str, list[Any]]:
    """Every row of every table."""
    db.expire_all()
    return {
        table.name: sorted(map(repr, db.connection().execute(table.select()).all()))
        for table in SQLModel.metadata.sorted_tables
    }


# --- Looking changes nothing ----------------------------------------------------------------------------------------


def test_getting_or_heading_any_link_of_the_mail_changes_no_row(
    db: Session, people: People, amsterdam: Region, client: TestClient
) -> None:
    guest = Guest(db, people, amsterdam, online="https://meet.example.org/x")
    page, own, stop = guest.path("page"), guest.path("own_page"), guest.path("stop")
    paths = [page, guest.path("yes"), guest.path("no"), guest.path("colleague"), own, stop]
    paths += [f"{page}/vervanger", f"{page}/overleg.ics", f"{page}/niet-ik", f"{page}?antwoord=online&wijzig=ja"]
    before = contents(db)

    for method in ("GET", "HEAD"):
        statuses = {client.request(method, path).status_code for path in paths}
        assert statuses <= {200, 405}, statuses

    assert contents(db) == before
    assert len(before["invitation"]) == 1


def test_personal_pages_are_not_kept_not_indexed_and_send_no_referrer(guest: Guest, client: TestClient) -> None:
    for name in ("page", "own_page", "stop"):
        answer = client.get(guest.path(name))
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"


def test_the_page_shows_first_name_and_organisation_and_nothing_else_of_anybody(
    guest: Guest, client: TestClient
) -> None:
    text = client.get(guest.path("page")).text

    assert "Dag Samira," in text
    assert "persoonlijke link van Samira, Inloophuis De Kade." in text
    assert "Idrissi" not in text
    assert "elidrissi@" not in text


def test_an_unknown_or_replaced_link_says_so(db: Session, guest: Guest, client: TestClient) -> None:
    link = db.exec(select(PersonalLink).where(PersonalLink.purpose == Purpose.INVITATION)).one()
    links.renew(db, link)
    db.commit()

    assert client.get(guest.path("page")).status_code == 410
    assert client.get("/u/nietbestaand").status_code == 410
    assert client.post(guest.path("page"), data={"antwoord": "ja"}).status_code == 410
    assert guest.answer() is Answer.SILENT


def test_a_link_to_one_page_opens_no_other(guest: Guest, client: TestClient) -> None:
    invitation_token = guest.path("page").removeprefix("/u/")
    own_token = guest.path("own_page").removeprefix("/mijn/")

    assert client.get(f"/mijn/{invitation_token}").status_code == 404
    assert client.get(f"/u/{own_token}").status_code == 404


# --- Answering ------------------------------------------------------------------------------------------------------


def test_the_answer_in_the_mail_is_only_put_in_front(guest: Guest, client: TestClient) -> None:
    page = client.get(guest.path("no"))

    assert "In de mail koos u ‘nee’. Eén tik en het staat vast." in page.text
    assert page.text.count("btn l block primary") == 1
    assert guest.answer() is Answer.SILENT


@pytest.mark.parametrize(
    ("typed", "answer", "heading"),
    [
        ("ja", Answer.ON_SITE, "Genoteerd: u komt"),
        ("online", Answer.ONLINE, "Genoteerd: u doet online mee"),
        ("nee", Answer.NO, "Genoteerd: u kunt niet"),
    ],
)
def test_one_tap_records_the_answer_and_says_which(
    db: Session, people: People, amsterdam: Region, client: TestClient, typed: str, answer: Answer, heading: str
) -> None:
    guest = Guest(db, people, amsterdam, online="https://meet.example.org/x")

    tapped = client.post(guest.path("page"), data={"antwoord": typed})
    result = client.get(tapped.headers["location"])

    assert (tapped.status_code, tapped.headers["location"]) == (303, guest.path("page"))
    assert guest.answer() is answer
    assert f">{heading}</h1>" in result.text
    assert ("https://meet.example.org/x" in result.text) is (answer is Answer.ONLINE)


def test_an_answer_can_be_changed_on_the_page(guest: Guest, client: TestClient) -> None:
    client.post(guest.path("page"), data={"antwoord": "ja"})

    form = client.get(guest.path("page"), params={"wijzig": "ja"})
    client.post(guest.path("page"), data={"antwoord": "nee"})

    assert "Komt u naar het overleg?" in form.text
    assert guest.answer() is Answer.NO


def test_another_button_in_the_same_mail_shows_the_question_again(guest: Guest, client: TestClient) -> None:
    client.post(guest.path("page"), data={"antwoord": "ja"})

    again = client.get(guest.path("no"))

    assert "In de mail koos u ‘nee’" in again.text
    assert guest.answer() is Answer.ON_SITE


@pytest.mark.parametrize("typed", [{}, {"antwoord": "misschien"}, {"antwoord": "\x00" * 9}, {"antwoord": "x" * 9000}])
def test_a_wrong_answer_is_refused_and_nothing_is_noted(
    guest: Guest, client: TestClient, typed: dict[str, str]
) -> None:
    answer = client.post(guest.path("page"), data=typed)

    assert answer.status_code == 422
    assert "Kies een van de antwoorden." in answer.text
    assert guest.answer() is Answer.SILENT


def test_the_first_tap_counts_as_looked_and_opening_does_not(db: Session, guest: Guest, client: TestClient) -> None:
    client.get(guest.path("page"))
    opened = db.exec(select(Invitation.viewed_at)).one()

    client.post(guest.path("page"), data={"antwoord": "vervanger"})

    db.expire_all()
    assert opened is None
    assert db.exec(select(Invitation.viewed_at)).one() is not None
    assert guest.answer() is Answer.SILENT


def test_naming_a_colleague_takes_two_fields(db: Session, guest: Guest, client: TestClient) -> None:
    chosen = client.post(guest.path("page"), data={"antwoord": "vervanger"})
    wrong = client.post(chosen.headers["location"], data={"naam": "Lisa Tang", "email": "lisa"})
    right = client.post(chosen.headers["location"], data={"naam": "Lisa Tang", "email": "lisa@example.org"})
    result = client.get(right.headers["location"])

    assert wrong.status_code == 422
    assert 'value="Lisa Tang"' in wrong.text
    assert "<title>Fout: Wie komt er in uw plaats?" in wrong.text
    assert "Genoteerd: Lisa Tang komt in uw plaats" in result.text
    letter = db.exec(select(Letter).where(Letter.to_address == "lisa@example.org")).one()
    payload = db.get(LetterPayload, letter.id)
    assert payload is not None
    assert (letter.name, payload.context["stands_in_for"]) == ("invitation", "Samira El Idrissi")
    assert client.get(str(payload.context["page"])).status_code == 200


def test_the_page_speaks_english_to_who_reads_english(
    db: Session, people: People, amsterdam: Region, client: TestClient
) -> None:
    guest = Guest(db, people, amsterdam, language="en")

    page = client.get(guest.path("page"))

    assert '<html lang="en"' in page.text
    assert "Will you join the meeting?" in page.text
    assert "Komt u naar het overleg?" in client.get(guest.path("page"), params={"taal": "nl"}).text


def test_a_meeting_that_is_over_or_called_off_or_taken_back_asks_nothing(
    db: Session, people: People, guest: Guest, client: TestClient, frozen: At
) -> None:
    with frozen(datetime(2026, 12, 10, 16, 0, tzinfo=UTC)):
        over = client.get(guest.path("page"))
        late = client.post(guest.path("page"), data={"antwoord": "ja"})
    planned = db.get(Meeting, guest.meeting.id)
    row = db.get(Invitation, guest.invitation.id)
    assert planned is not None
    assert row is not None
    inviting.uninvite(db, people.amsterdam, guest.region, planned, row)
    db.commit()
    withdrawn = client.get(guest.path("page"))
    row.uninvited_at = None
    planning.cancel_meeting(db, people.amsterdam, guest.region, planned)
    db.commit()
    cancelled = client.get(guest.path("page"))
    refused = client.post(guest.path("page"), data={"antwoord": "ja"})

    assert "Dit overleg is geweest" in over.text
    assert "U hoeft niet meer te komen" in withdrawn.text
    assert "Dit overleg is afgelast" in cancelled.text
    assert (late.status_code, refused.status_code) == (422, 422)
    assert 'name="antwoord"' not in over.text + withdrawn.text + cancelled.text
    assert guest.answer() is Answer.SILENT


def test_after_a_new_date_the_page_asks_again(db: Session, people: People, guest: Guest, client: TestClient) -> None:
    client.post(guest.path("page"), data={"antwoord": "ja"})
    db.expire_all()
    planned = db.get(Meeting, guest.meeting.id)
    assert planned is not None
    plan = planning.Plan.of(planned)
    later = planning.Plan(plan.on.replace(day=17), *(getattr(plan, name) for name in planning.Plan.__slots__[1:]))
    planning.change_meeting(db, people.amsterdam, guest.region, planned, later, revision=planned.revision)
    db.commit()

    page = client.get(guest.path("page"))

    assert "Donderdag 17 december 2026" in page.text
    assert "Komt u naar het overleg?" in page.text


def test_the_calendar_file_names_neither_reader_nor_link(guest: Guest, client: TestClient) -> None:
    file = client.get(f"{guest.path('page')}/overleg.ics")

    parsed = icalendar.Calendar.from_ical(file.content)
    entry = parsed.walk("VEVENT")[0]
    assert file.headers["content-type"].startswith("text/calendar")
    assert (str(parsed["METHOD"]), str(entry["UID"])) == ("PUBLISH", guest.meeting.calendar_uid)
    assert b"ATTENDEE" not in file.content
    assert b"/u/" not in file.content


def test_somebody_else_can_say_that_the_mail_was_not_meant_for_them(
    db: Session, guest: Guest, client: TestClient
) -> None:
    page = client.get(f"{guest.path('page')}/niet-ik")
    said = client.post(f"{guest.path('page')}/niet-ik")

    assert "Samira" not in page.text
    assert "Dank u, nu weten we het" in client.get(said.headers["location"]).text
    assert len(db.exec(select(LogEntry).where(LogEntry.verb == "contact.not_me")).all()) == 1


# --- No more invitations --------------------------------------------------------------------------------------------


def test_stopping_takes_one_tap_and_can_be_undone(
    db: Session, people: People, guest: Guest, client: TestClient
) -> None:
    stop = guest.path("stop")

    stopped = client.post(stop)
    assert "U krijgt geen uitnodigingen meer" in client.get(stopped.headers["location"]).text
    db.expire_all()
    assert db.exec(select(Membership.stopped_at)).one() is not None
    blocked = outbox.Draft(
        "reminder",
        outbox.Recipient("s.elidrissi@dekade.example.org", "Samira", "nl", guest.contact.id),
        key="probe",
        context={**guest.facts, "number": 1},
    )
    outbox.queue_many(db, [blocked])
    assert db.exec(select(Letter.state).where(Letter.key == "probe")).one() is LetterState.SUPPRESSED

    client.post(stop, data={"weer": "ja", "agreed": "1"})
    db.expire_all()
    assert db.exec(select(Membership.stopped_at)).one() is None


def test_a_mail_program_stops_letters_by_itself_without_a_browser(
    db: Session, guest: Guest, client: TestClient
) -> None:
    answer = client.post(
        guest.path("stop"),
        data={"List-Unsubscribe": "One-Click"},
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.org"},
    )

    db.expire_all()
    assert answer.status_code == 200
    assert db.exec(select(Membership.stopped_at)).one() is not None


def test_another_site_cannot_answer_for_somebody(guest: Guest, client: TestClient) -> None:
    answer = client.post(
        guest.path("page"), data={"antwoord": "ja"}, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://x.org"}
    )

    assert answer.status_code == 403
    assert guest.answer() is Answer.SILENT


# --- The own page ---------------------------------------------------------------------------------------------------


def test_the_own_page_shows_the_next_meeting_and_the_way_to_answer(guest: Guest, client: TestClient) -> None:
    page = client.get(guest.path("own_page"))

    assert "U hebt nog niet geantwoord." in page.text
    assert f'href="{guest.path("page")}"' in page.text
    assert "s…@dekade.example.org" in page.text
    assert "elidrissi@" not in page.text


def test_the_own_page_shows_what_its_reader_promised(
    db: Session, people: People, guest: Guest, client: TestClient
) -> None:
    taken = minuting.start_minutes(db, people.amsterdam, guest.meeting)
    for who in ("Samira El Idrissi", "Iemand anders"):
        typed = Typed(f"! Werk van {who}.", who=who, before="18 december")
        minuting.add_block(db, people.amsterdam, taken, typed, client_key=who)
    db.commit()

    page = client.get(guest.path("own_page")).text

    assert ("Werk van Samira El Idrissi." in page, "Werk van Iemand anders." in page) == (True, False)
    assert "vóór 18 december" in page


def test_details_are_confirmed_and_the_language_chosen_there(db: Session, guest: Guest, client: TestClient) -> None:
    own = guest.path("own_page")

    client.post(f"{own}/klopt")
    client.post(f"{own}/taal", data={"taal": "en"})
    wrong = client.post(f"{own}/taal", data={"taal": "klingon"})

    db.expire_all()
    assert db.exec(select(col(Membership.confirmed_on))).one() is not None
    assert db.exec(select(Contact.language).where(col(Contact.id) == guest.contact.id)).one() == "en"
    assert wrong.status_code == 422
    assert "Your own page" in client.get(own).text


def test_every_answer_is_kept_with_its_channel(db: Session, guest: Guest, client: TestClient) -> None:
    client.post(guest.path("page"), data={"antwoord": "ja", "toelichting": "Ik ben tien minuten later"})

    kept = db.exec(select(InvitationAnswer)).one()
    assert (kept.answer, str(kept.via), kept.note) == (Answer.ON_SITE, "page", "Ik ben tien minuten later")
