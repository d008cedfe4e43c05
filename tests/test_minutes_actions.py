"""Actions out of minutes: whose they are, by when, and what becomes of them."""

from datetime import date

import pytest
from sqlmodel import Session, select

from bsoo.access.actor import Actor, ActorKind
from bsoo.errors import NotFound, Refused
from bsoo.meetings.models import Meeting, TextLevel
from bsoo.minutes import actions, promised, promises, queries
from bsoo.minutes.actions import Typed
from bsoo.minutes.models import Action, ActionState, Minutes
from bsoo.regions import Region
from tests import factories
from tests.conftest import People
from tests.minuting import meeting, minutes, note

FIXTURES = (
    meeting,
    minutes,
)
"""pytest finds them here by their names."""


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
