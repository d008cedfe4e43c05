"""A quarter that is over: its meeting, who came, what was signalled and said, and what became of it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from bsoo.access.actor import SYSTEM
from bsoo.demo.calendar import Closed
from bsoo.demo.chance import happens, pick, share, weighted, whole
from bsoo.demo.network import Member, Seat
from bsoo.demo.shelf import Shelf
from bsoo.demo.stories import Telling, active, brought
from bsoo.demo.texts import read
from bsoo.meetings import inviting
from bsoo.meetings.agenda import make_standing_items
from bsoo.meetings.calendar import moment
from bsoo.meetings.entries import new_uid
from bsoo.meetings.models import (
    Answer,
    Attendance,
    Invitation,
    InvitationAnswer,
    Meeting,
    Presence,
    Via,
)
from bsoo.quarters import Quarter
from bsoo.regions import Region
from bsoo.registry.values import folded
from bsoo.signals.models import NothingNew, Signal, State, Wish

VOICES = {"amsterdam": 46, "almere": 32, "rotterdam": 26, "groningen": 22}
"""How many organisations of a region share what they see."""

TAKES_PART = 0.84
NOTHING_TO_TELL = 0.7

ENDS: dict[State, float] = {
    State.CLOSED: 45,
    State.ACCEPTED: 33,
    State.ACTION_RUNNING: 13,
    State.DECLINED: 5,
    State.REFERRED: 4,
}
"""How signals of a closed quarter ended, in hundredths; an action runs for one quarter at most."""

COMES_FIRST, COMES_NEXT, COMES_SELDOM = 0.7, 0.25, 0.08
"""How often the first and the others of an organisation that takes part come, and those of other organisations."""

SAYS_NO, ONLINE, COMES_INDEED, NEVER_COMES = 0.42, 0.2, 0.9, 0.03


@dataclass(slots=True)
class Table:
    """A region's meeting of one quarter, as the other parts of the demo go on with it."""

    region: Region
    meeting: Meeting
    seats: list[Seat]
    signals: list[Signal]


def meet(db: Session, shelf: Shelf, region: Region, seats: list[Seat], closed: Closed) -> Table:
    """Write one closed quarter of one region, without its minutes."""
    meeting = make_meeting(db, region, closed.quarter, closed.on)
    meeting.agenda_sent_at = _at(closed.on - timedelta(days=7), 10)
    if region.hosts:
        _invite(shelf, region, meeting, seats)
    signals = signal(shelf, region, seats, closed.quarter, closed.ago, before=closed.on)
    for one in signals:
        _settle(one, closed, region)
    return Table(region, meeting, seats, signals)


def make_meeting(db: Session, region: Region, quarter: Quarter, on: date) -> Meeting:
    """A meeting by the region's rule, at one of its places, with the standing agenda."""
    place = read("places")[region.slug]
    venue, address = pick(place["venues"], "venue", region.slug, quarter.slug)
    meeting = Meeting(
        region_id=region.id,
        year=quarter.year,
        quarter=quarter.number,
        on=on,
        starts=region.rule_start,
        ends=region.rule_end,
        venue=venue,
        address=address,
        organiser=place.get("organiser", ""),
        calendar_uid=new_uid(),
        created_at=_at(on - timedelta(days=60), 9),
    )
    db.add(meeting)
    db.flush()
    make_standing_items(db, SYSTEM, meeting)
    return meeting


def signal(
    shelf: Shelf, region: Region, seats: list[Seat], quarter: Quarter, ago: int, *, before: date
) -> list[Signal]:
    """What the organisations of a region brought to a quarter; who had nothing to tell often says so."""
    made: list[Signal] = []
    told: Counter[str] = Counter()
    partners = {seat.partner.name: seat for seat in seats}
    for partner in active([seat.partner for seat in seats], VOICES[region.slug]):
        seat = partners[partner.name]
        if not seat.members or not happens(TAKES_PART, "takes part", partner.name, quarter.slug):
            continue
        tellings = brought(partner, region.slug, quarter, ago, told)
        made += [_signal(region, seat, quarter, telling, before) for telling in tellings]
        if not tellings and happens(NOTHING_TO_TELL, "says so", partner.name, quarter.slug):
            shelf.add(_nothing_new(region, seat, quarter, before))
    shelf.add_all(made)
    return made


def _signal(region: Region, seat: Seat, quarter: Quarter, telling: Telling, before: date) -> Signal:
    story = telling.story
    key = (seat.partner.name, quarter.slug, story.theme)
    latest = before - timedelta(days=15)
    earliest = min(max(quarter.first_day, before - timedelta(days=75)), latest - timedelta(days=7))
    # Most write when the call for signals is about to close.
    day = earliest + (latest - earliest) * share("day", *key) ** 0.5
    at = _at(day, whole(8, 20, "hour", *key), whole(0, 59, "minute", *key))
    return Signal(
        region_id=region.id,
        year=quarter.year,
        quarter=quarter.number,
        organisation_id=seat.organisation_id,
        contact_id=pick(seat.members, "who", *key).contact_id,
        kind=story.kind,
        theme=story.theme,
        title=story.title,
        text=telling.text,
        ask=story.ask if happens(0.8, "asks", *key) else "",
        since=telling.since,
        band=telling.band,
        frequency=story.frequency,
        wish=telling.wish,
        name_organisation=happens(0.5, "may be named", *key),
        groups=list(story.groups),
        # Said although it is the default: asking pydantic for an empty list costs half a millisecond.
        side_themes=[],
        not_names=[],
        level=story.level,
        urgent=telling.wish is Wish.CONTACT,
        state=State.RECEIVED,
        outcome=story.outcome,
        language=story.language,
        search=folded(f"{story.title} {telling.text} {story.ask}"),
        created_at=at,
        submitted_at=at,
        updated_at=at,
    )


def _nothing_new(region: Region, seat: Seat, quarter: Quarter, before: date) -> NothingNew:
    return NothingNew(
        organisation_id=seat.organisation_id,
        region_id=region.id,
        contact_id=seat.members[0].contact_id,
        year=quarter.year,
        quarter=quarter.number,
        said_at=_at(before - timedelta(days=whole(16, 30, "nothing", seat.partner.name, quarter.slug)), 11),
    )


def _settle(signal: Signal, closed: Closed, region: Region) -> None:
    """How a signal of a closed quarter ended: most with an outcome, some only counted, a few not used."""
    replies = read("replies")
    signal.state = weighted(ENDS, "ends", signal.text, region.slug, closed.quarter.slug)
    if signal.state is State.ACTION_RUNNING and closed.ago > 1:
        signal.state = State.CLOSED
    if signal.state in {State.DECLINED, State.REFERRED}:
        signal.outcome = ""
        signal.reason = replies["referred"]
    if signal.state is State.DECLINED:
        signal.reason = pick(replies["declined"], "declined", signal.text)
    if signal.state is State.ACCEPTED:
        signal.outcome = replies["counts_only"]
    signal.decided_at = signal.updated_at = _at(closed.on - timedelta(days=12), 14)


def _invite(shelf: Shelf, region: Region, meeting: Meeting, seats: list[Seat]) -> None:
    voices = {partner.name for partner in active([seat.partner for seat in seats], VOICES[region.slug])}
    for seat in seats:
        for member in seat.members:
            answer = answer_of(member, meeting, eager=seat.partner.name in voices)
            _put_invitation(shelf, meeting, member, answer)
            if answer is not Answer.SILENT:
                _put_attendance(shelf, meeting, member, answer)


def answer_of(member: Member, meeting: Meeting, *, eager: bool) -> Answer:
    """What a member answers; the first of a team that takes part comes more often than not."""
    drawn = share("answers", member.name, meeting.slug)
    coming = COMES_SELDOM if not eager else COMES_NEXT if member.place else COMES_FIRST
    if drawn < coming:
        return Answer.ONLINE if happens(ONLINE, "online", member.name, meeting.slug) else Answer.ON_SITE
    return Answer.NO if drawn < coming + SAYS_NO else Answer.SILENT


def excuse(member: Member, meeting: Meeting, answer: Answer) -> str:
    """Some of those who cannot come say why."""
    key = ("excuse", member.name, meeting.slug)
    return pick(read("replies")["cannot_come"], *key) if answer is Answer.NO and happens(0.25, *key) else ""


def _put_invitation(shelf: Shelf, meeting: Meeting, member: Member, answer: Answer) -> None:
    """An invitation that went out six weeks before, with its answer in the weeks after."""
    invited_at = _at(meeting.on - timedelta(days=42), 9)
    waited = (_at(meeting.on, 9) - invited_at) * share("waited", member.name, meeting.slug) ** 2.2
    answered_at = None if answer is Answer.SILENT else invited_at + waited
    invitation_id = shelf.put(
        Invitation,
        meeting_id=meeting.id,
        contact_id=member.contact_id,
        organisation_id=member.organisation_id,
        reason=inviting.REASON,
        answer=answer,
        answered_at=answered_at,
        viewed_at=answered_at,
        invited_at=invited_at,
    )
    if answered_at is not None:
        shelf.put(
            InvitationAnswer,
            invitation_id=invitation_id,
            answer=answer,
            via=Via.CALENDAR if happens(0.2, "calendar", member.name) else Via.PAGE,
            at=answered_at,
            note=excuse(member, meeting, answer),
        )


def _put_attendance(shelf: Shelf, meeting: Meeting, member: Member, answer: Answer) -> None:
    comes = happens(COMES_INDEED, "came", member.name, meeting.slug) and not happens(NEVER_COMES, "comes", member.name)
    came = Presence.PRESENT if comes else Presence.ABSENT
    shelf.put(
        Attendance,
        meeting_id=meeting.id,
        contact_id=member.contact_id,
        organisation_id=member.organisation_id,
        presence=Presence.EXCUSED if answer is Answer.NO else came,
        online=answer is Answer.ONLINE,
        noted_at=moment(meeting.on, meeting.starts, meeting.timezone),
    )


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return moment(day, time(hour, minute), "Europe/Amsterdam")
