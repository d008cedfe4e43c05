"""A meeting of which minutes are made."""

import pytest
from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.meetings.models import AgendaItem, Meeting, TextLevel
from bsoo.minutes import actions
from bsoo.minutes.actions import Typed
from bsoo.minutes.models import Block, BlockKind, Minutes
from bsoo.regions import Region
from tests import factories
from tests.conftest import People


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
