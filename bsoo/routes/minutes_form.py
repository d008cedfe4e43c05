"""What the pages about minutes share: the meeting in the address, and the form of a line."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, Field
from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.i18n import N_
from bsoo.meetings.models import Meeting, TextLevel
from bsoo.minutes import actions, queries
from bsoo.minutes.models import BlockKind, Minutes
from bsoo.regions import Region

KINDS = (
    (BlockKind.INFORMATION, N_("Note"), ""),
    (BlockKind.DECISION, N_("Decision"), "="),
    (BlockKind.ACTION, N_("Action"), "!"),
)
LEVELS = (
    (TextLevel.PARTICIPANTS, N_("Participants")),
    (TextLevel.PUBLIC, N_("Public")),
    (TextLevel.INTERNAL, N_("Internal")),
)


class LineForm(BaseModel):
    """One line of the minutes."""

    text: Annotated[str, Field(max_length=actions.LONGEST_LINE)] = ""
    kind: BlockKind = BlockKind.INFORMATION
    level: TextLevel = TextLevel.PARTICIPANTS
    who: Annotated[str, Field(max_length=200)] = ""
    before: Annotated[str, Field(max_length=60)] = ""
    item: Annotated[str, Field(max_length=40)] = ""
    client_key: Annotated[str, Field(max_length=60)] = ""
    revision: int = 0

    def as_typed(self) -> actions.Typed:
        return actions.Typed(self.text, self.kind, self.level, self.who, self.before)


@dataclass(frozen=True, slots=True)
class Place:
    """The meeting in the address, with what is known of its minutes."""

    region: Region
    meeting: Meeting
    minutes: Minutes | None

    @property
    def address(self) -> dict[str, str]:
        return {"region": self.region.slug, "quarter": self.meeting.slug}


def place_of(db: Session, actor: Actor, region: str, quarter: str) -> Place:
    return Place(*queries.meeting_of(db, actor, region, quarter))
