"""What the demo's regions published about closed quarters: minutes for the network and for all, and the summary."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import cast
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo.access.actor import SYSTEM
from bsoo.demo.calendar import Closed
from bsoo.demo.history import Table
from bsoo.demo.shelf import Shelf
from bsoo.demo.texts import read
from bsoo.i18n import DEFAULT, speaking
from bsoo.logbook import entry
from bsoo.meetings.calendar import Quarter, moment
from bsoo.publications import records
from bsoo.publications.actions import LEVELS
from bsoo.publications.document import colophon, document
from bsoo.publications.faces import digest, face
from bsoo.publications.models import Audience, Publication, PublicationFile, PublicationKind
from bsoo.publications.pdf import pdf
from bsoo.publications.summary import ThemeCounts, summary_face
from bsoo.regions import Region
from bsoo.signals.models import COUNTED, Signal, Theme

Counts = dict[Quarter, dict[str, set[object]]]
"""Per quarter and theme the organisations that mentioned it; under the empty theme all that took part."""

MINUTES_AFTER, SUMMARY_AFTER = timedelta(days=7), timedelta(days=12)
SHOWN_QUARTERS = 5


def publish_minutes(db: Session, shelf: Shelf, table: Table) -> None:
    """One week after the meeting, to the network and to the public."""
    record = records.record_of(db, SYSTEM, table.region, table.meeting)
    for audience in Audience:
        content = cast("Mapping[str, object]", face(record, LEVELS[audience]))
        at = moment(table.meeting.on + MINUTES_AFTER, time(15, 30), table.meeting.timezone)
        _publish(shelf, table.region, table.meeting.id, PublicationKind.MINUTES, audience, content, at)


def count(counts: Counts, quarter: Quarter, signals: list[Signal], taking_part: set[object]) -> None:
    """Keep which organisations mentioned which theme."""
    found = counts.setdefault(quarter, {"": set(taking_part)})
    for one in signals:
        if one.state in COUNTED and one.organisation_id is not None:
            found.setdefault(one.theme, set()).add(one.organisation_id)
            found[""].add(one.organisation_id)


def publish_summary(db: Session, shelf: Shelf, region: Region, closed: Closed, counts: Counts) -> None:
    """Two weeks after the meeting: what partners saw, with the quarters before it."""
    quarters = [quarter for quarter in sorted(counts) if quarter <= closed.quarter][-SHOWN_QUARTERS:]
    themes = db.exec(select(Theme).where(Theme.code != "anders").order_by(col(Theme.position))).all()
    now = counts[closed.quarter]
    content = summary_face(
        region=region.name,
        slug=region.slug,
        year=closed.quarter.year,
        quarter=closed.quarter.number,
        introduction=_introduction(now),
        quarters=[quarter.slug for quarter in quarters],
        taking_part=[len(counts[quarter][""]) for quarter in quarters],
        themes=[
            ThemeCounts(
                theme.code,
                theme.name_nl,
                theme.name_en,
                tuple(len(counts[quarter].get(theme.code, ())) for quarter in quarters),
            )
            for theme in themes
        ],
    )
    at = moment(closed.on + SUMMARY_AFTER, time(10), region.timezone)
    _publish(shelf, region, None, PublicationKind.SUMMARY, Audience.PUBLIC, cast("Mapping[str, object]", content), at)


def _introduction(now: dict[str, set[object]]) -> str:
    """The two subjects that most organisations mentioned: what is seen, and what is asked."""
    written = read("summaries")
    ranked = sorted((theme for theme in now if theme in written), key=lambda theme: (-len(now[theme]), theme))
    return " ".join(f"{written[theme]['see']} {written[theme]['ask']}" for theme in ranked[:2])


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
