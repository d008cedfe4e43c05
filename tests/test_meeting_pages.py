"""The pages of a meeting for staff."""

import re
from datetime import date
from html import unescape

import pytest
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from bsoo.db import Database
from bsoo.meetings import agenda, answering, attendance, planning
from bsoo.meetings.models import AgendaItem, Answer, Invitation, Meeting, MeetingState, TextLevel
from bsoo.minutes import actions as minuting
from bsoo.minutes.actions import Typed
from bsoo.publications import actions as publishing
from bsoo.publications.models import Audience
from bsoo.regions import Region, RegionKind, region_by_slug
from bsoo.registry.models import Contact, Sector
from bsoo.signals.models import State
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known
from tests.conftest import People
from tests.factories import contact, invitation, meeting, organisation, signal
from tests.invited import HERE, STANDING, SignIn, invited_to, letters, network, titles
from tests.statements import how_many


@pytest.mark.parametrize("page", ["", "/agenda", "/aanwezig", "/voortgang", "?toon=iedereen"])
def test_no_page_takes_more_statements_for_more_people(
    db: Session, database: Database, people: People, amsterdam: Region, signed_in: SignIn, page: str
) -> None:
    planned, rows = invited_to(db, people, amsterdam, 3)
    answering.answer(db, people.amsterdam, rows[0], answer=Answer.ON_SITE)
    for number in range(3):
        seen = signal(db, amsterdam, f"Signaal {number}", state=State.ON_AGENDA)
        if number:
            item = agenda.add_signal(db, people.amsterdam, planned, seen.id)
    agenda.park(db, people.amsterdam, item)
    browser = signed_in(people.amsterdam)
    browser.get(HERE + page)
    few = how_many(database, lambda: browser.get(HERE + page))

    for number in range(10, 50):
        one = contact(db, amsterdam, f"Mens {number:03}", at=organisation(db, amsterdam, f"Huis {number:03}"))
        invitation(db, planned, one, answer=Answer.ON_SITE)
    db.commit()
    many = how_many(database, lambda: browser.get(HERE + page))

    assert few == many
    assert many <= 6


def test_kinds_of_organisations_stand_in_the_order_of_the_managed_list(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    planned = meeting(db, amsterdam)
    for sector in reversed(Sector):
        house = organisation(db, amsterdam, f"Huis {sector}", sector=sector)
        invitation(db, planned, contact(db, amsterdam, f"Mens {sector}", at=house), organisation_id=house.id)
        contact(db, amsterdam, f"Nieuw {sector}", at=house)
    listed = known(db)
    in_order = listed.ordered(Vocabulary.SECTOR, Sector)
    db.commit()
    browser = signed_in(people.amsterdam)

    offered = re.findall(r'name="sector" value="([\w-]+)"', browser.get(f"{HERE}/uitnodigen").text)
    missed = titles_of_seats(browser.get(HERE).text)

    assert offered == in_order
    assert missed == listed.names(Vocabulary.SECTOR, in_order)


@pytest.mark.parametrize(
    ("kind", "change", "said", "way_out"),
    [
        (RegionKind.PARTICIPATES, {}, "Iemand anders organiseert dit overleg en nodigt ervoor uit.", HERE),
        (RegionKind.HOSTS, {"state": MeetingState.CANCELLED}, "Dit overleg is afgelast.", HERE),
        (RegionKind.HOSTS, {"venue": ""}, "Vul eerst een plaats of een link in.", f"{HERE}/datum"),
    ],
)
def test_that_nobody_can_be_invited_is_said_before_anybody_is_chosen(
    db: Session,
    people: People,
    amsterdam: Region,
    signed_in: SignIn,
    kind: RegionKind,
    change: dict[str, object],
    said: str,
    way_out: str,
) -> None:
    amsterdam.kind = kind
    meeting(db, amsterdam).sqlmodel_update(change)
    contact(db, amsterdam, "Ann Bos")
    db.commit()

    page = signed_in(people.amsterdam).get(f"{HERE}/uitnodigen").text

    assert f'action="{HERE}/uitnodigen"' not in page
    assert said in page
    assert f'href="{way_out}"' in page[page.index(said) :]


def titles_of_seats(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r"<li[^>]*><span>([^<]+)</span><span class=\"num\">0 van", page)]


def test_a_coordinator_plans_looks_and_invites_through_the_pages(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    network(db, amsterdam, 3)
    browser = signed_in(people.amsterdam)

    planned = browser.post("/overleggen/amsterdam")
    assert (planned.status_code, planned.headers["location"]) == (303, HERE)
    changed_to = {"on": "2026-12-10", "starts": "13:00", "ends": "15:30", "venue": "Buurthuis", "revision": "1"}
    assert browser.post(f"{HERE}/datum", data=changed_to).status_code == 303
    preview = browser.get(f"{HERE}/uitnodigen")
    # Not checked as a page of ours: a letter has inline styles, as mail must.
    letter = browser.get(
        f"{HERE}/uitnodigen/brief", params={"contact": str(network_id(db))}, headers={"HX-Request": "true"}
    )
    sent = browser.post(f"{HERE}/uitnodigen")

    assert "Verstuur 3 uitnodigingen" in preview.text
    assert letter.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{HERE}/voortgang")
    assert "0 van de 3" in browser.get(f"{HERE}/voortgang").text
    assert len(letters(db, "invitation")) == 3
    assert browser.get("/overleggen").status_code == 200
    for page in ("", "/agenda", "/aanwezig", "/herinnering", "/datum", "/afgelasten"):
        assert browser.get(HERE + page).status_code == 200, page


def network_id(db: Session) -> object:
    return db.exec(select(Contact.id).order_by(col(Contact.sort_name))).first()


def test_a_change_that_mails_people_is_asked_about_first(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    planned, _rows = invited_to(db, people, amsterdam)
    db.commit()
    browser = signed_in(people.amsterdam)
    moved = {"on": "2026-12-17", "starts": "13:00", "ends": "15:30", "venue": planned.venue, "revision": "1"}

    asked = browser.post(f"{HERE}/datum", data=moved)
    before = letters(db, "meeting_changed")
    confirmed = browser.post(f"{HERE}/datum", data={**moved, "confirmed": "1"})

    assert (asked.status_code, before) == (200, [])
    assert "3 mensen krijgen een mail over deze wijziging" in asked.text
    assert confirmed.status_code == 303
    assert len(letters(db, "meeting_changed")) == 3


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"on": "gisteren", "starts": "13:00", "ends": "15:30"}, "gisteren"),
        ({"on": "2026-12-10", "starts": "9999", "ends": "15:30"}, "9999"),
        ({"on": "2026-12-10", "starts": "13:00", "ends": "15:30", "venue": "x" * 500}, "x" * 500),
        (
            {"on": "2026-12-10", "starts": "13:00", "ends": "15:30", "online_link": "javascript:alert(1)"},
            "javascript:alert(1)",
        ),
    ],
)
def test_a_wrong_date_form_comes_back_with_what_was_typed(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn, typed: dict[str, str], kept: str
) -> None:
    meeting(db, amsterdam)
    db.commit()

    answer = signed_in(people.amsterdam).post(f"{HERE}/datum", data=typed)

    assert answer.status_code == 422
    assert kept in answer.text


def test_the_agenda_is_built_by_buttons_and_by_dragging(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    planned = planning.plan_next_meeting(db, people.amsterdam, amsterdam)
    seen = signal(db, amsterdam, "Apotheken vragen contant geld", state=State.ON_AGENDA)
    db.commit()
    browser = signed_in(people.amsterdam)

    browser.post(f"{HERE}/agenda/signalen/{seen.id}")
    item = db.exec(select(AgendaItem).where(AgendaItem.signal_id == seen.id)).one()
    browser.post(f"{HERE}/agenda", data={"item": str(item.id), "richting": "omhoog"})
    browser.post(f"{HERE}/agenda", data={"item": str(item.id), "position": "1"})
    browser.post(f"{HERE}/agenda/punten/{item.id}/minuten", data={"minutes": "25"})
    wrong = browser.post(f"{HERE}/agenda/punten/{item.id}/minuten", data={"minutes": "veel"})
    opened = browser.get(f"{HERE}/agenda", params={"punt": str(item.id)})
    browser.post(
        f"{HERE}/agenda/punten/{item.id}", data={"title": "Apotheek", "minutes": "25", "question": "Wie belt?"}
    )

    db.expire_all()
    assert wrong.status_code == 422
    assert "Vraag aan de tafel" in opened.text
    assert titles(db, people.amsterdam, planned) == ["Apotheek", *STANDING]
    assert (item.minutes, item.question) == (25, "Wie belt?")


def test_htmx_gets_the_agenda_block_and_nothing_else(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    planning.plan_next_meeting(db, people.amsterdam, amsterdam)
    db.commit()
    browser = signed_in(people.amsterdam)

    page = browser.get(f"{HERE}/agenda")
    part = browser.get(f"{HERE}/agenda", headers={"HX-Request": "true", "HX-Target": "div#agenda"})

    assert part.text.lstrip().startswith('<div id="agenda"')
    assert part.text.split("<title>")[0].strip() in page.text


def test_a_reader_sees_the_meeting_and_changes_nothing(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    db.commit()
    browser = signed_in(people.reader)
    before = first.answer

    assert browser.get(HERE).status_code == 200
    assert browser.post("/overleggen/amsterdam").status_code == 404
    for path, data in (
        (f"{HERE}/uitnodigen", {}),
        (f"{HERE}/herinnering", {"ronde": "1"}),
        (f"{HERE}/afgelasten", {}),
        (f"{HERE}/agenda/pauze", {}),
        (f"{HERE}/aanwezig", {"naam": "X"}),
        (f"{HERE}/genodigden/{first.id}", {"antwoord": "no"}),
    ):
        assert browser.post(path, data=data).status_code == 403, path
    db.expire_all()
    assert first.answer == before


def test_pages_of_another_region_are_not_there(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    db.commit()
    browser = signed_in(people.almere)

    for path in ("", "/uitnodigen", "/voortgang", "/agenda", "/aanwezig", "/datum", f"/genodigden/{first.id}"):
        assert browser.get(HERE + path).status_code == 404, path


def test_an_answer_noted_by_staff_can_be_undone_from_the_toast(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    _planned, (first, *_others) = invited_to(db, people, amsterdam)
    db.commit()
    browser = signed_in(people.amsterdam)

    browser.post(f"{HERE}/genodigden/{first.id}", data={"antwoord": "on-site", "toon": "geen-antwoord"})
    page = browser.get(HERE)
    assert stored_answer(db, first) is Answer.ON_SITE
    assert f'action="{HERE}/genodigden/{first.id}?terug=ja"' in page.text
    browser.post(f"{HERE}/genodigden/{first.id}?terug=ja")

    assert stored_answer(db, first) is Answer.SILENT


def stored_answer(db: Session, row: Invitation) -> Answer:
    db.expire_all()
    return Answer(db.exec(select(Invitation.answer).where(Invitation.id == row.id)).one())


def test_checking_in_at_the_door(db: Session, people: People, amsterdam: Region, signed_in: SignIn) -> None:
    planned, (first, *_others) = invited_to(db, people, amsterdam)
    answering.answer(db, people.amsterdam, first, answer=Answer.ON_SITE)
    db.commit()
    browser = signed_in(people.amsterdam)

    browser.post(f"{HERE}/aanwezig/{first.contact_id}", data={"aanwezig": "present"})
    browser.post(f"{HERE}/aanwezig", data={"naam": "Onverwacht", "organisatie": "Nieuw Huis"})
    nameless = browser.post(f"{HERE}/aanwezig", data={"organisatie": "Nieuw Huis"})
    page = browser.get(f"{HERE}/aanwezig")

    assert nameless.status_code == 422
    assert "1 van de 1 verwachte mensen" in page.text
    assert "en 1 zonder uitnodiging" in page.text
    assert [line.was_there for line in attendance.attendees(db, people.amsterdam, planned)] == [
        True,
        False,
        False,
        True,
    ]


# --- Somebody else's consultation, and the list ----------------------------------------------------------------------


@pytest.fixture
def elsewhere(db: Session) -> Meeting:
    """A meeting of September that somebody else organised."""
    made = meeting(db, region_by_slug(db, "rotterdam"), on=date(2026, 9, 2))
    made.organiser = "Stedelijk platform"
    db.commit()
    return made


THERE = "/overleggen/rotterdam/2026-3"


def test_somebody_elses_meeting_opens_on_our_notes(
    db: Session, people: People, elsewhere: Meeting, signed_in: SignIn
) -> None:
    browser = signed_in(people.administrator)
    empty = browser.get(THERE).text
    taken = minuting.start_minutes(db, people.administrator, elsewhere)
    for key, text in enumerate(("Het was druk.", "= Partners melden zonder naam.", "! Wij sturen de lijst.")):
        minuting.add_block(db, people.administrator, taken, Typed(text), client_key=str(key))
    db.commit()

    page = browser.get(THERE).text

    assert "We hebben geen notities van dit overleg" in empty
    assert "Stedelijk platform organiseert dit overleg" in empty
    assert ("Partners melden zonder naam." in page, "Wij sturen de lijst." in page) == (True, True)
    assert "Nog niemand is uitgenodigd" not in page
    assert re.findall(r'aria-current="page">([^<]+?)\s*<', page)[-1] == "Overzicht"


def test_the_list_begins_with_this_quarter_and_folds_older_years(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    for on in (date(2026, 12, 10), date(2026, 9, 10), date(2025, 12, 11)):
        meeting(db, amsterdam, on=on)
    db.commit()

    page = signed_in(people.amsterdam).get("/overleggen").text

    assert page.index("10 december 2026") < page.index("Eerder") < page.index("10 september 2026")
    assert re.findall(r'<details class="more"( open)?><summary>(\d{4})', page) == [(" open", "2026"), ("", "2025")]


def test_the_tab_of_the_minutes_says_how_far_they_are(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    held = meeting(db, amsterdam)
    db.commit()
    browser = signed_in(people.amsterdam)
    words = [minutes_tab(browser)]
    taken = minuting.start_minutes(db, people.amsterdam, held)
    minuting.add_block(db, people.amsterdam, taken, Typed("Wij delen plekken.", level=TextLevel.PUBLIC), client_key="1")
    db.commit()
    words.append(minutes_tab(browser))
    for audience in (Audience.NETWORK, Audience.PUBLIC):
        publishing.publish_minutes(db, people.amsterdam, amsterdam, held, audience)
        db.commit()
        words.append(minutes_tab(browser))

    assert words == ["nog niet begonnen", "concept", "bij het netwerk", "openbaar"]


def minutes_tab(browser: TestClient) -> str:
    found = re.search(r'/verslag">Verslag <span class="count">([^<]+)<', browser.get(f"{HERE}/agenda").text)
    assert found is not None
    return found[1]


def test_the_list_to_print_holds_who_is_expected_and_nobody_who_declined(
    db: Session, people: People, amsterdam: Region, signed_in: SignIn
) -> None:
    _planned, (comes, declined, _silent) = invited_to(db, people, amsterdam)
    answering.answer(db, people.amsterdam, comes, answer=Answer.ON_SITE)
    answering.answer(db, people.amsterdam, declined, answer=Answer.NO)
    db.commit()

    page = signed_in(people.amsterdam).get(f"{HERE}/aanwezig?alles=ja").text

    assert re.findall(r"<b>(Mens \d{3})</b>", page) == ["Mens 000"]
