"""What the demo's regions published about closed quarters: minutes for the network and for all, and the summary."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import cast
from uuid import UUID

from sqlmodel import Session

from bsoo.access.actor import SYSTEM
from bsoo.demo.calendar import Closed
from bsoo.demo.history import Table
from bsoo.demo.shelf import Shelf
from bsoo.demo.texts import read
from bsoo.i18n import DEFAULT, speaking
from bsoo.logbook import entry
from bsoo.meetings.calendar import moment
from bsoo.publications import records
from bsoo.publications.actions import LEVELS
from bsoo.publications.document import colophon, document
from bsoo.publications.faces import digest, face
from bsoo.publications.models import Audience, Publication, PublicationFile, PublicationKind
from bsoo.publications.pdf import pdf
from bsoo.publications.summary import summary_face
from bsoo.regions import Region
from bsoo.signals.trends import Series, most_named_first

MINUTES_AFTER, SUMMARY_AFTER = timedelta(days=7), timedelta(days=12)


def publish_minutes(db: Session, shelf: Shelf, table: Table) -> None:
    """One week after the meeting, to the network and to the public."""
    record = records.record_of(db, SYSTEM, table.region, table.meeting)
    for audience in Audience:
        content = cast("Mapping[str, object]", face(record, LEVELS[audience]))
        at = moment(table.meeting.on + MINUTES_AFTER, time(15, 30), table.meeting.timezone)
        _publish(shelf, table.region, table.meeting.id, PublicationKind.MINUTES, audience, content, at)


def publish_summary(db: Session, shelf: Shelf, region: Region, closed: Closed) -> None:
    """Two weeks after the meeting: what partners saw, with the quarters before it."""
    facts = records.summary_facts(db, SYSTEM, region, closed.quarter.year, closed.quarter.number)
    content = cast("Mapping[str, object]", summary_face(facts, _introduction(facts.series)))
    at = moment(closed.on + SUMMARY_AFTER, time(10), region.timezone)
    _publish(shelf, region, None, PublicationKind.SUMMARY, Audience.PUBLIC, content, at)


def _introduction(found: Sequence[Series]) -> str:
    """The two subjects that most organisations mentioned: what is seen, and what is asked."""
    written = read("summaries")
    first = [one.theme for one in most_named_first(found) if one.theme in written][:2]
    return " ".join(f"{written[theme]['see']} {written[theme]['ask']}" for theme in first)


def _publish(
    shelf: Shelf,
    region: Region,
    meeting_id: UUID | None,
    kind: PublicationKind,
    audience: Audience,
    content: Mapping[str, object],
    at: datetime,
) -> None:
    fingerprint = digest(content)
    with speaking(DEFAULT):
        shown = document(content)
        made = Publication(
            region_id=region.id,
            meeting_id=meeting_id,
            year=cast("int", content["year"]),
            quarter=cast("int", content["quarter"]),
            kind=kind,
            audience=audience,
            title=shown.title[:200],
            content=dict(content),
            digest=fingerprint,
            published_at=at,
        )
        shelf.add(made)
        shelf.add(PublicationFile(publication_id=made.id, content=pdf(shown, colophon(1, at, fingerprint))))
    line = entry(SYSTEM, "publication.published", "publication", made.id, region.id, title=made.title, version=1)
    line.at = at
    shelf.add(line)
