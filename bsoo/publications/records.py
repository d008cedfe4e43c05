"""What can be published: the record of a meeting, the faces made of it, and what waits."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where, require
from bsoo.meetings.agenda import BREAK
from bsoo.meetings.models import Attendance, Meeting, MeetingState, TextLevel
from bsoo.minutes import queries as minutes_queries
from bsoo.minutes.models import Block, BlockKind, Minutes, MinutesState
from bsoo.minutes.queries import WAS_THERE, LineRow
from bsoo.publications.faces import Item, Line, MinutesFace, Promise, Record, face
from bsoo.publications.models import SummaryDraft
from bsoo.publications.summary import Facts
from bsoo.quarters import Quarter
from bsoo.regions import Region, RegionKind
from bsoo.registry.models import Contact, Membership, Organisation
from bsoo.signals import counting, trends
from bsoo.signals.models import Theme

HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A meeting that is over and whose minutes nobody can read yet."""

    region: str
    region_slug: str
    quarter: str
    on: date
    lines: int


def waiting(db: Session, actor: Actor, region_ids: list[UUID] | None) -> list[Waiting]:
    """Our own meetings of the last half year without published minutes, oldest first.

    Notes of somebody else's consultation are for ourselves.
    """
    query = (
        columns(
            col(Region.name),
            col(Region.slug),
            col(Meeting.year),
            col(Meeting.quarter),
            col(Meeting.on),
            func.count(col(Block.id)),
        )
        .join(Meeting, col(Meeting.region_id) == Region.id)
        .outerjoin(Minutes, col(Minutes.meeting_id) == Meeting.id)
        .outerjoin(Block, and_(col(Block.minutes_id) == Minutes.id, col(Block.removed_at).is_(None)))
        .where(regions_where(actor, Permission.WRITE_MINUTES, Meeting.region_id))
        .where(col(Meeting.on) <= clock.today(), col(Meeting.on) > clock.today() - HALF_A_YEAR)
        .where(col(Meeting.state) != MeetingState.CANCELLED, col(Region.kind) == RegionKind.HOSTS)
        .where(or_(col(Minutes.id).is_(None), col(Minutes.state) == MinutesState.DRAFT))
        .group_by(col(Region.name), col(Region.slug), col(Meeting.year), col(Meeting.quarter), col(Meeting.on))
        .order_by(col(Meeting.on))
    )
    if region_ids is not None:
        query = query.where(col(Meeting.region_id).in_(region_ids))
    return [
        Waiting(name, slug, f"{year}-{quarter}", on, lines)
        for name, slug, year, quarter, on, lines in db.execute(query)
    ]


def record_of(db: Session, actor: Actor, region: Region, meeting: Meeting) -> Record:
    """Everything that was written down about a meeting, for staff who may see its minutes."""
    require(actor, Permission.VIEW_MINUTES, region.id)
    minutes = minutes_queries.minutes_of(db, actor, meeting)
    lines = minutes_queries.lines(db, actor, minutes) if minutes is not None else []
    present = minutes_queries.present(db, actor, meeting)
    return Record(
        region=region.name,
        slug=region.slug,
        year=meeting.year,
        quarter=meeting.quarter,
        on=meeting.on,
        starts=meeting.starts,
        ends=meeting.ends,
        venue=meeting.venue,
        summary=minutes.summary if minutes is not None else "",
        items=_items(db, actor, meeting, lines),
        organisations=_organisations(db, meeting),
        people=len(present),
        names=tuple(one.name for one in present if one.name),
    )


def _items(db: Session, actor: Actor, meeting: Meeting, lines: list[LineRow]) -> tuple[Item, ...]:
    """The agenda with its lines; lines without an item come first, and a break has no number."""
    by_item: dict[UUID | None, list[Line]] = {}
    for line in lines:
        by_item.setdefault(line.agenda_item_id, []).append(_line(line))
    agenda = minutes_queries.agenda(db, actor, meeting)
    known = {item.id for item in agenda}
    loose = [line for item_id, found in by_item.items() if item_id not in known for line in found]
    items = [Item(0, "", TextLevel.PUBLIC, tuple(loose))] if loose else []
    number = 0
    for item in agenda:
        number += item.standing_key != BREAK
        shown = number if item.standing_key != BREAK else 0
        items.append(Item(shown, item.title, item.level, tuple(by_item.get(item.id, ()))))
    return tuple(items)


def _line(row: LineRow) -> Line:
    promise = None
    if row.kind is BlockKind.ACTION:
        named = "" if row.contact or row.organisation else row.owner
        promise = Promise(row.code, row.contact, row.organisation, named, row.due_on)
    return Line(row.kind, row.level, row.text, promise)


def _organisations(db: Session, meeting: Meeting) -> tuple[str, ...]:
    rows = db.exec(
        select(Organisation.name)
        .join(Attendance, col(Attendance.organisation_id) == Organisation.id)
        .where(Attendance.meeting_id == meeting.id, col(Attendance.presence).in_(WAS_THERE))
        .distinct()
    )
    return tuple(sorted(rows, key=str.casefold))


def faces_of(db: Session, actor: Actor, region: Region, meeting: Meeting) -> dict[TextLevel, MinutesFace]:
    """What each audience gets, exactly."""
    record = record_of(db, actor, region, meeting)
    return {level: face(record, level) for level in TextLevel}


def persons_of(db: Session, actor: Actor, region_id: UUID, meeting_id: UUID | None = None) -> list[str]:
    """The names of the contacts of a region and of the walk-ins of a meeting, which no public text may hold."""
    require(actor, Permission.VIEW_MINUTES, region_id)
    contacts = db.exec(
        select(Contact.display_name)
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .where(Membership.region_id == region_id, col(Contact.is_role_mailbox).is_(False))
    ).all()
    walk_ins = db.exec(select(Attendance.name).where(Attendance.meeting_id == meeting_id, Attendance.name != "")).all()
    return [*contacts, *walk_ins]


def draft_of(db: Session, actor: Actor, region_id: UUID, year: int, quarter: int) -> SummaryDraft | None:
    """The introduction that somebody is writing for a quarter's summary."""
    require(actor, Permission.VIEW_TRENDS, region_id)
    return db.exec(
        select(SummaryDraft).where(
            SummaryDraft.region_id == region_id, SummaryDraft.year == year, SummaryDraft.quarter == quarter
        )
    ).first()


SUMMARY_QUARTERS = 8
"""How far back the table of a summary goes, with the quarter itself."""


def summary_facts(db: Session, actor: Actor, region: Region, year: int, quarter: int) -> Facts:
    """What organisations named in a quarter and before it, with small numbers hidden."""
    require(actor, Permission.VIEW_TRENDS, region.id)
    quarters = Quarter(year, quarter).up_to_here(SUMMARY_QUARTERS)
    counted = counting.counts(db, actor, [region.id], quarters[0], quarters[-1])
    themes = db.exec(select(Theme.code, Theme.name_nl, Theme.name_en).order_by(col(Theme.position))).all()
    took_part = {count.quarter: count.organisations for count in counted if count.theme == ""}
    return Facts(
        region=region.name,
        slug=region.slug,
        quarters=quarters,
        took_part=[took_part.get(one, 0) for one in quarters],
        series=trends.series(counted, quarters, [code for code, _nl, _en in themes], masked=True),
        names={code: (dutch, english) for code, dutch, english in themes},
    )
