"""Minutes: lines that are saved once and never lost, and actions that stay open until somebody says otherwise."""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from bsoo.access.actor import Actor, ActorKind
from bsoo.db import Database
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.meetings.models import AgendaItem, Attendance, Meeting, Presence, TextLevel
from bsoo.minutes import actions, days, promised, promises, queries, schedule
from bsoo.minutes.actions import Typed
from bsoo.minutes.models import Action, ActionState, Block, BlockKind, Minutes
from bsoo.minutes.shorthand import kind_and_text
from bsoo.regions import Region
from tests import factories
from tests.conftest import People
from tests.statements import how_many

MONDAY = date(2026, 11, 23)


@pytest.fixture
def meeting(db: Session, amsterdam: Region) -> Meeting:
    made = factories.meeting(db, amsterdam)
    db.commit()
    return made


@pytest.fixture
def minutes(db: Session, people: People, meeting: Meeting) -> Minutes:
    made = actions.start_minutes(db, people.amsterdam, meeting)
    db.commit()
    return made


def item(db: Session, meeting: Meeting, title: str = "Gezinnen in de nachtopvang", position: int = 0) -> AgendaItem:
    made = AgendaItem(region_id=meeting.region_id, meeting_id=meeting.id, title=title, position=position, minutes=25)
    db.add(made)
    db.commit()
    return made


def note(
    db: Session,
    actor: Actor,
    minutes: Minutes,
    text: str = "De Kade ziet meer gezinnen.",
    *,
    key: str = "",
    kind: BlockKind = BlockKind.INFORMATION,
    level: TextLevel = TextLevel.PARTICIPANTS,
    who: str = "",
    before: str = "",
) -> Block:
    return actions.add_block(db, actor, minutes, Typed(text, kind, level, who, before), client_key=key or text[:50])


# --- Days as people say them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("18 december", date(2026, 12, 18)),
        ("vóór vrijdag 18 december", date(2026, 12, 18)),
        ("15 januari", date(2027, 1, 15)),
        ("23 november", MONDAY),
        ("1-2", date(2027, 2, 1)),
        ("01-02-2028", date(2028, 2, 1)),
        ("2026-12-18", date(2026, 12, 18)),
        ("December 18", date(2026, 12, 18)),
        ("5th of May", date(2027, 5, 5)),
        ("vrijdag", date(2026, 11, 27)),
        ("maandag", date(2026, 11, 30)),
        ("morgen", date(2026, 11, 24)),
        ("over twee weken", date(2026, 12, 7)),
        ("in two weeks", date(2026, 12, 7)),
        ("over een maand", date(2026, 12, 23)),
        ("volgende week", date(2026, 12, 4)),
        ("volgende week dinsdag", date(2026, 12, 1)),
        ("eind januari", date(2027, 1, 31)),
        ("half december", date(2026, 12, 15)),
        ("eind van de maand", date(2026, 11, 30)),
        ("29 feb", date(2028, 2, 29)),
    ],
)
def test_a_day_is_understood_as_people_say_it(said: str, meant: date) -> None:
    assert days.understood(said, MONDAY) == meant


@pytest.mark.parametrize("said", ["", "binnenkort", "31 februari", "2026-13-01", "99-99", "over 0x3 weken", "18"])
def test_a_day_that_is_not_clear_is_not_guessed(said: str) -> None:
    assert days.understood(said, MONDAY) is None


def test_a_month_after_the_31st_of_january_is_the_last_of_february() -> None:
    assert days.understood("over een maand", date(2027, 1, 31)) == date(2027, 2, 28)


# --- Writing lines --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("! maakt een lijst", BlockKind.ACTION, "maakt een lijst"),
        ("=wij delen plekken", BlockKind.DECISION, "wij delen plekken"),
        ("De Kade ziet meer.", BlockKind.INFORMATION, "De Kade ziet meer."),
    ],
)
def test_the_first_sign_of_a_line_says_what_it_is(typed: str, kind: BlockKind, text: str) -> None:
    assert kind_and_text(typed, BlockKind.INFORMATION) == (kind, text)


def test_minutes_are_begun_once(db: Session, people: People, meeting: Meeting) -> None:
    first = actions.start_minutes(db, people.amsterdam, meeting)
    second = actions.start_minutes(db, people.amsterdam, meeting)

    assert first.id == second.id


def test_a_line_that_is_sent_twice_is_written_once(db: Session, people: People, minutes: Minutes) -> None:
    first = note(db, people.amsterdam, minutes, key="tablet-1")
    second = note(db, people.amsterdam, minutes, key="tablet-1")

    assert first.id == second.id
    assert len(queries.lines(db, people.amsterdam, minutes)) == 1


def test_lines_keep_the_order_in_which_they_were_typed(db: Session, people: People, minutes: Minutes) -> None:
    for text in ("Eerst dit.", "Dan dat.", "Tot slot."):
        note(db, people.amsterdam, minutes, text)

    assert [line.text for line in queries.lines(db, people.amsterdam, minutes)] == [
        "Eerst dit.",
        "Dan dat.",
        "Tot slot.",
    ]


def test_a_line_cannot_be_put_at_the_item_of_another_meeting(
    db: Session, people: People, minutes: Minutes, amsterdam: Region
) -> None:
    elsewhere = item(db, factories.meeting(db, amsterdam, on=date(2026, 9, 10)))

    with pytest.raises(NotFound):
        actions.add_block(db, people.amsterdam, minutes, Typed("Tekst."), client_key="a", agenda_item_id=elsewhere.id)


def test_a_reader_writes_nothing(db: Session, people: People, minutes: Minutes) -> None:
    with pytest.raises(NotAllowed):
        note(db, people.reader, minutes)


def test_a_coordinator_of_elsewhere_writes_nothing_here(db: Session, people: People, minutes: Minutes) -> None:
    with pytest.raises(NotAllowed):
        note(db, people.almere, minutes)


@pytest.mark.parametrize("level", [TextLevel.PARTICIPANTS, TextLevel.PUBLIC])
def test_personal_data_stops_a_line_that_goes_out_and_says_which_words(
    db: Session, people: People, minutes: Minutes, level: TextLevel
) -> None:
    with pytest.raises(Refused) as refused:
        note(db, people.amsterdam, minutes, "Mevrouw is te bereiken op 06 12345678.", level=level)

    assert list(refused.value.errors) == ["text"]
    assert "06 12345678" in refused.value.errors["text"]


def test_an_internal_line_may_hold_a_telephone_number(db: Session, people: People, minutes: Minutes) -> None:
    note(db, people.amsterdam, minutes, "De wethouder belt: 020 5551234.", level=TextLevel.INTERNAL)

    assert len(queries.lines(db, people.amsterdam, minutes)) == 1


def test_two_writers_never_overwrite_each_other(db: Session, people: People, minutes: Minutes) -> None:
    block = note(db, people.amsterdam, minutes, "Eerste tekst.")
    seen = block.revision
    actions.change_block(db, people.amsterdam, block, Typed("Tekst van Samira."), revision=seen)

    with pytest.raises(Conflict):
        actions.change_block(db, people.administrator, block, Typed("Tekst van Noor."), revision=seen)

    assert block.text == "Tekst van Samira."


def test_a_removed_line_is_gone_and_comes_back_in_its_place(db: Session, people: People, minutes: Minutes) -> None:
    first = note(db, people.amsterdam, minutes, "Eerst dit.")
    note(db, people.amsterdam, minutes, "Dan dat.")

    actions.remove_block(db, people.amsterdam, first)
    without = [line.text for line in queries.lines(db, people.amsterdam, minutes)]
    actions.restore_block(db, people.amsterdam, first)

    assert without == ["Dan dat."]
    assert [line.text for line in queries.lines(db, people.amsterdam, minutes)] == ["Eerst dit.", "Dan dat."]


def test_the_summary_is_not_overwritten_in_silence(db: Session, people: People, minutes: Minutes) -> None:
    actions.change_summary(db, people.amsterdam, minutes, text="Wij delen plekken.", revision=1)

    with pytest.raises(Conflict):
        actions.change_summary(db, people.administrator, minutes, text="Anders.", revision=1)

    assert minutes.summary == "Wij delen plekken."


def test_minutes_that_nobody_could_read_cannot_be_approved(db: Session, people: People, minutes: Minutes) -> None:
    with pytest.raises(Refused):
        actions.adopt(db, people.amsterdam, minutes, on=MONDAY)


# --- Who reads what -------------------------------------------------------------------------------------------------


def test_a_partner_reads_no_internal_line_and_no_draft(
    db: Session, people: People, minutes: Minutes, amsterdam: Region, meeting: Meeting
) -> None:
    note(db, people.amsterdam, minutes, "Alleen voor ons.", level=TextLevel.INTERNAL)
    note(db, people.amsterdam, minutes, "Voor wie er was.")
    partner = Actor(ActorKind.CONTACT, id=factories.contact(db, amsterdam).id, region_ids=frozenset({amsterdam.id}))

    assert queries.minutes_of(db, partner, meeting) is None
    assert [line.text for line in queries.lines(db, partner, minutes)] == ["Voor wie er was."]


def test_a_partner_of_another_region_reads_nothing(
    db: Session, people: People, minutes: Minutes, almere: Region
) -> None:
    note(db, people.amsterdam, minutes)
    partner = Actor(ActorKind.CONTACT, id=factories.contact(db, almere).id, region_ids=frozenset({almere.id}))

    with pytest.raises(NotFound):
        queries.lines(db, partner, minutes)


# --- Actions --------------------------------------------------------------------------------------------------------


def test_an_action_finds_its_owner_and_its_day(
    db: Session, people: People, minutes: Minutes, amsterdam: Region
) -> None:
    kade = factories.organisation(db, amsterdam)
    bram = factories.contact(db, amsterdam, "Bram Akker", at=kade)
    note(db, people.amsterdam, minutes, "! maakt een plekkenlijst", who="bram akker", before="vrijdag 18 december")

    [action] = promised.actions(db, people.amsterdam, None)

    assert (action.code, action.contact, action.organisation) == ("AMS-2026-4-A1", "Bram Akker", "Inloophuis De Kade")
    assert action.due_on == date(2026, 12, 18)
    assert [row.code for row in promised.actions_of(db, people.amsterdam, bram.id)] == ["AMS-2026-4-A1"]


def test_an_organisation_can_own_an_action(db: Session, people: People, minutes: Minutes, amsterdam: Region) -> None:
    kade = factories.organisation(db, amsterdam)
    note(db, people.amsterdam, minutes, "! belt rond", who="inloophuis de kade")

    assert db.exec(select(Action.owner_organisation_id)).one() == kade.id


def test_a_name_that_two_contacts_share_means_neither(
    db: Session, people: People, minutes: Minutes, amsterdam: Region
) -> None:
    for address in ("een@kade.example.org", "twee@kade.example.org"):
        factories.contact(db, amsterdam, "Jan Visser", email=address)
    note(db, people.amsterdam, minutes, "! belt rond", who="Jan Visser")

    action = db.exec(select(Action)).one()
    assert (action.owner_contact_id, action.owner_name) == (None, "Jan Visser")


def test_an_unclear_day_is_refused_and_nothing_is_written(db: Session, people: People, minutes: Minutes) -> None:
    with pytest.raises(Refused) as refused:
        note(db, people.amsterdam, minutes, "! belt rond", before="ooit eens")

    assert list(refused.value.errors) == ["before"]
    assert queries.lines(db, people.amsterdam, minutes) == []


def test_numbers_of_actions_are_never_given_again(db: Session, people: People, minutes: Minutes) -> None:
    first = note(db, people.amsterdam, minutes, "! een")
    note(db, people.amsterdam, minutes, "! twee")
    actions.remove_block(db, people.amsterdam, first)
    note(db, people.amsterdam, minutes, "! drie")

    codes = {action.text: action.code for action in promised.actions(db, people.amsterdam, None)}

    assert codes == {"twee": "AMS-2026-4-A2", "drie": "AMS-2026-4-A3"}


def test_a_line_that_is_no_action_any_more_leaves_the_list(db: Session, people: People, minutes: Minutes) -> None:
    block = note(db, people.amsterdam, minutes, "! belt rond")

    actions.change_block(db, people.amsterdam, block, Typed("= belt rond"), revision=1)

    assert promised.actions(db, people.amsterdam, None) == []
    assert queries.open_actions(db, people.amsterdam, None) == (0, 0)


def test_open_actions_come_back_at_every_later_meeting(
    db: Session, people: People, amsterdam: Region, meeting: Meeting
) -> None:
    before = actions.start_minutes(db, people.amsterdam, factories.meeting(db, amsterdam, on=date(2026, 9, 10)))
    note(db, people.amsterdam, before, "! nog open")
    closed = note(db, people.amsterdam, before, "! al klaar")
    done = db.exec(select(Action).where(Action.block_id == closed.id)).one()
    promises.close_action(db, people.amsterdam, done, state=ActionState.DONE)

    assert [action.text for action in promised.carried_over(db, people.amsterdam, meeting)] == ["nog open"]


@pytest.mark.parametrize("state", [ActionState.DROPPED, ActionState.MOVED])
def test_an_action_is_not_dropped_or_moved_without_a_word(
    db: Session, people: People, minutes: Minutes, state: ActionState
) -> None:
    note(db, people.amsterdam, minutes, "! belt rond")
    action = db.exec(select(Action)).one()

    with pytest.raises(Refused):
        promises.close_action(db, people.amsterdam, action, state=state)
    promises.close_action(db, people.amsterdam, action, state=state, progress="De gemeente doet het nu.")

    assert (action.state, action.progress) == (state, "De gemeente doet het nu.")


def test_closing_can_be_taken_back(db: Session, people: People, minutes: Minutes) -> None:
    note(db, people.amsterdam, minutes, "! belt rond")
    action = db.exec(select(Action)).one()
    promises.close_action(db, people.amsterdam, action, state=ActionState.DONE)

    promises.reopen_action(db, people.amsterdam, action)

    assert queries.open_actions(db, people.amsterdam, None) == (1, 0)


def test_overdue_actions_come_first_and_those_without_a_day_last(db: Session, people: People, minutes: Minutes) -> None:
    note(db, people.amsterdam, minutes, "! zonder dag")
    note(db, people.amsterdam, minutes, "! straks", before="18 december")
    note(db, people.amsterdam, minutes, "! te laat", before="2026-11-01")

    found = promised.actions(db, people.amsterdam, None)

    assert [(action.text, action.is_overdue) for action in found] == [
        ("te laat", True),
        ("straks", False),
        ("zonder dag", False),
    ]
    assert queries.open_actions(db, people.amsterdam, None) == (3, 1)


def test_a_contact_sees_own_actions_only(db: Session, people: People, minutes: Minutes, amsterdam: Region) -> None:
    bram = factories.contact(db, amsterdam, "Bram Akker")
    other = factories.contact(db, amsterdam, "Carlijn Boer")
    note(db, people.amsterdam, minutes, "! belt rond", who="Bram Akker")
    note(db, people.amsterdam, minutes, "! zoekt het uit", who="Bram Akker", level=TextLevel.INTERNAL)
    me = Actor(ActorKind.CONTACT, id=bram.id, region_ids=frozenset({amsterdam.id}))

    assert [action.text for action in promised.actions_of(db, me, bram.id)] == ["belt rond"]
    with pytest.raises(NotFound):
        promised.actions_of(db, me, other.id)


# --- On the clock ---------------------------------------------------------------------------------------------------


def test_the_running_item_says_how_long_it_still_has(db: Session, meeting: Meeting) -> None:
    agenda = [item(db, meeting, "Welkom", 0), item(db, meeting, "Gezinnen", 1)]
    now = datetime(2026, 12, 10, 13, 32, tzinfo=ZoneInfo("Europe/Amsterdam"))

    stops = schedule.stops(meeting, agenda, now)

    assert [(stop.number, stop.starts, stop.is_past, stop.left) for stop in stops] == [
        (1, time(13, 0), True, None),
        (2, time(13, 25), False, 18),
    ]


def test_a_break_has_no_number(db: Session, meeting: Meeting) -> None:
    pause = item(db, meeting, "Pauze", 0)
    pause.standing_key = "break"
    agenda = [pause, item(db, meeting, "Gezinnen", 1)]

    stops = schedule.stops(meeting, agenda, datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Amsterdam")))

    assert [stop.number for stop in stops] == [0, 1]


# --- On the page ----------------------------------------------------------------------------------------------------

PAGE = "/overleggen/amsterdam/2026-4/verslag"


@pytest.fixture
def coordinator(signed_in: Callable[[Actor], TestClient], people: People) -> TestClient:
    return signed_in(people.amsterdam)


def test_a_line_is_written_without_a_script(
    db: Session, coordinator: TestClient, people: People, meeting: Meeting
) -> None:
    point = item(db, meeting)
    form = {"item": str(point.id), "text": "! maakt een lijst", "before": "18 december", "client_key": "k1"}

    answer = coordinator.post(PAGE, data=form)
    page = coordinator.get(answer.headers["location"]).text

    assert answer.status_code == 303
    assert "maakt een lijst" in page
    assert "vrijdag 18 december 2026" in page


def test_sending_a_form_twice_writes_one_line(db: Session, coordinator: TestClient, meeting: Meeting) -> None:
    for _again in range(2):
        coordinator.post(PAGE, data={"text": "De Kade ziet meer.", "client_key": "k1"})

    assert len(db.exec(select(Block.id)).all()) == 1


def test_with_htmx_only_the_lines_come_back(db: Session, coordinator: TestClient, meeting: Meeting) -> None:
    coordinator.post(PAGE, data={"text": "De Kade ziet meer.", "client_key": "k1"})

    fragment = coordinator.get(PAGE, headers={"HX-Request": "true", "HX-Target": "section#regels"}).text

    assert fragment.lstrip().startswith('<section class="live-main" id="regels"')
    assert "De Kade ziet meer." in fragment
    assert "<html" not in fragment


def test_a_refused_line_keeps_what_was_typed(db: Session, coordinator: TestClient, meeting: Meeting) -> None:
    answer = coordinator.post(
        PAGE, data={"text": "Bel 06 12345678 & <b>vraag</b>", "who": "Carlijn", "before": "vrijdag", "level": "public"}
    )

    assert answer.status_code == 422
    assert "Bel 06 12345678 &amp; &lt;b&gt;vraag&lt;/b&gt;" in answer.text
    assert 'value="Carlijn"' in answer.text
    assert db.exec(select(Block.id)).all() == []


def test_a_conflict_shows_both_texts(db: Session, coordinator: TestClient, people: People, minutes: Minutes) -> None:
    block = note(db, people.amsterdam, minutes, "Eerste tekst.")
    actions.change_block(db, people.administrator, block, Typed("Tekst van Noor."), revision=1)
    db.commit()

    answer = coordinator.post(f"{PAGE}/regel/{block.id}", data={"text": "Tekst van Samira.", "revision": "1"})

    assert answer.status_code == 409
    assert "Tekst van Noor." in answer.text
    assert "Tekst van Samira." in answer.text
    again = coordinator.post(f"{PAGE}/regel/{block.id}", data={"text": "Tekst van Samira.", "revision": "2"})
    assert again.status_code == 303


def test_removing_a_line_offers_to_put_it_back(
    db: Session, coordinator: TestClient, people: People, minutes: Minutes
) -> None:
    block = note(db, people.amsterdam, minutes, "Weg hiermee.")
    db.commit()

    gone = coordinator.get(coordinator.post(f"{PAGE}/regel/{block.id}/weg").headers["location"]).text
    back = coordinator.get(coordinator.post(f"{PAGE}/regel/{block.id}/terug").headers["location"]).text

    assert ("Weg hiermee." in gone, f"{PAGE}/regel/{block.id}/terug" in gone) == (False, True)
    assert "Weg hiermee." in back


def test_the_short_version_can_be_written_before_the_first_line(
    db: Session, coordinator: TestClient, meeting: Meeting
) -> None:
    answer = coordinator.post(f"{PAGE}/kort", data={"summary": "Wij delen plekken.", "revision": "0"})

    assert answer.status_code == 303
    assert db.exec(select(Minutes.summary)).one() == "Wij delen plekken."


def test_the_page_of_another_region_is_not_there(
    signed_in: Callable[[Actor], TestClient], people: People, meeting: Meeting
) -> None:
    assert signed_in(people.almere).get(PAGE).status_code == 404


def test_actions_are_closed_from_their_list(
    db: Session, coordinator: TestClient, people: People, minutes: Minutes
) -> None:
    note(db, people.amsterdam, minutes, "! belt rond")
    db.commit()
    action = db.exec(select(Action)).one()

    refused = coordinator.post(f"/acties/{action.id}", data={"state": "dropped"})
    closed = coordinator.post(f"/acties/{action.id}", data={"state": "dropped", "progress": "Niet meer nodig."})

    assert (refused.status_code, closed.status_code) == (422, 303)
    assert "Niet meer nodig." in coordinator.get("/acties?gesloten=ja").text
    assert "belt rond" not in coordinator.get("/acties").text


@pytest.mark.parametrize("address", ["/acties?bladzijde=x", "/acties?bladzijde=-1", f"{PAGE}?punt=%00&niveau=alles"])
def test_rubbish_in_an_address_is_a_plain_page(coordinator: TestClient, meeting: Meeting, address: str) -> None:
    assert coordinator.get(address).status_code == 200


def test_the_list_of_actions_asks_as_much_for_three_as_for_one(
    db: Session, database: Database, coordinator: TestClient, people: People, minutes: Minutes
) -> None:
    note(db, people.amsterdam, minutes, "! een")
    db.commit()
    coordinator.get("/acties")
    for_one = how_many(database, lambda: coordinator.get("/acties"))
    for text in ("! twee", "! drie"):
        note(db, people.amsterdam, minutes, text)
    db.commit()

    assert how_many(database, lambda: coordinator.get("/acties")) == for_one


def test_who_was_there_can_be_chosen_as_owner(
    db: Session, coordinator: TestClient, meeting: Meeting, amsterdam: Region
) -> None:
    contact = factories.contact(db, amsterdam, "Bram Akker")
    db.add(Attendance(meeting_id=meeting.id, contact_id=contact.id, presence=Presence.PRESENT))
    db.commit()

    assert '<option value="Bram Akker">' in coordinator.get(PAGE).text
