"""What tests of publications publish: a record, a meeting with minutes, and a text that tries to break out."""

import re
import zlib
from datetime import date, time

from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.meetings.models import AgendaItem, Meeting, TextLevel
from bsoo.minutes import actions as minutes_actions
from bsoo.minutes.actions import Typed
from bsoo.minutes.models import BlockKind, Minutes
from bsoo.publications import actions
from bsoo.publications.faces import Item, Line, Promise, Record
from bsoo.publications.models import Audience, Publication
from bsoo.regions import Region
from tests import factories

HOSTILE = (
    '#panic("x") #read("/etc/passwd") *[$\\ ]] }} ``` // /* <script>alert(1)</script> @ref <label> \\u{1F600} {{ 7*7 }}'
)


def record(**changed: object) -> Record:
    facts: dict[str, object] = {
        "region": "Amsterdam",
        "slug": "amsterdam",
        "year": 2026,
        "quarter": 4,
        "on": date(2026, 12, 10),
        "starts": time(13, 0),
        "ends": time(15, 30),
        "venue": "Buurthuis De Ankerplaats",
        "summary": "Wij delen plekken.\n- Wachttijden gaan rond.",
        "items": (
            Item(
                1,
                "Nachtopvang",
                TextLevel.PUBLIC,
                (
                    Line(BlockKind.INFORMATION, TextLevel.PUBLIC, "De Kade ziet meer gezinnen."),
                    Line(BlockKind.DECISION, TextLevel.PARTICIPANTS, "Wij delen plekken op vrijdag."),
                    Line(BlockKind.INFORMATION, TextLevel.INTERNAL, "De wethouder twijfelt."),
                    Line(
                        BlockKind.ACTION,
                        TextLevel.PUBLIC,
                        "Maakt een lijst.",
                        Promise("AMS-2026-4-A1", "Bram Akker", "Inloophuis De Kade", "", date(2026, 12, 18)),
                    ),
                ),
            ),
        ),
        "organisations": ("Inloophuis De Kade",),
        "people": 12,
        "names": ("Bram Akker",),
    }
    return Record(**{**facts, **changed})  # type: ignore[arg-type] # the test names fields by text


def held(db: Session, region: Region) -> Meeting:
    """A meeting of 19 November 2026; committed."""
    made = factories.meeting(db, region, on=date(2026, 11, 19))
    db.commit()
    return made


def minutes_with_a_line_of_each_level(db: Session, actor: Actor, meeting: Meeting) -> Minutes:
    """Minutes with a line of each level at one public agenda item; committed."""
    made = minutes_actions.start_minutes(db, actor, meeting)
    item = AgendaItem(
        region_id=meeting.region_id, meeting_id=meeting.id, title="Nachtopvang", level=TextLevel.PUBLIC, minutes=20
    )
    db.add(item)
    db.flush()
    for level in TextLevel:
        minutes_actions.add_block(
            db,
            actor,
            made,
            Typed(f"Dit is de regel {level}.", level=level),
            client_key=str(level),
            agenda_item_id=item.id,
        )
    db.commit()
    return made


def publish(
    db: Session, actor: Actor, region: Region, meeting: Meeting, audience: Audience = Audience.PUBLIC, **more: object
) -> Publication:
    return actions.publish_minutes(db, actor, region, meeting, audience, **more)  # type: ignore[arg-type] # passed on


def add_line(db: Session, actor: Actor, minutes: Minutes, text: str, level: TextLevel = TextLevel.PUBLIC) -> None:
    minutes_actions.add_block(db, actor, minutes, Typed(text, level=level), client_key=text[:60])


def inflated(file: bytes) -> bytes:
    """The file with its packed parts unpacked, as far as they are plain zlib."""
    found = [file]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", file, re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(found)
