"""Planning a quarter's meeting: its date by the region's rule, a change of date or place, calling it off."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.db import among
from bsoo.errors import Conflict, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail.models import Mailing
from bsoo.meetings import calendar, ical, remaking, sending
from bsoo.meetings.agenda import make_standing_items
from bsoo.meetings.entries import entry_of, facts_of, new_uid, town_of
from bsoo.meetings.letters import Change
from bsoo.meetings.models import Answer, Invitation, Meeting, MeetingState
from bsoo.meetings.phases import refuse_unless_ahead
from bsoo.meetings.readers import SAID_YES, number, readers
from bsoo.quarters import Quarter
from bsoo.regions import Region

MOST_AHEAD = 4
"""A year of quarters; nobody knows a venue further ahead."""
OUTSIDE_QUARTER = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where: what a coordinator can change of a meeting."""

    on: date
    starts: time
    ends: time
    venue: str = ""
    address: str = ""
    online_link: str = ""
    organiser: str = ""
    introduction: str = ""
    introduction_en: str = ""

    @classmethod
    def of(cls, meeting: Meeting) -> "Plan":
        return cls(*(getattr(meeting, name) for name in cls.__slots__))


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change will do, said before it is done."""

    asks_again: bool = False
    """Old answers may no longer hold: they stay as history and everybody is asked anew."""
    tells: int = 0
    """How many people get a mail."""
    answers: int = 0
    """How many answers become history."""


def next_quarter(db: Session, actor: Actor, region: Region) -> Quarter | None:
    """The first quarter without a meeting whose day lies ahead; None when a year is planned."""
    require(actor, Permission.VIEW_MEETINGS, region.id)
    planned = set(db.exec(select(Meeting.year, Meeting.quarter).where(Meeting.region_id == region.id)))
    now = Quarter.of(clock.today())
    for quarter in (now.plus(ahead) for ahead in range(MOST_AHEAD + 1)):
        is_free = (quarter.year, quarter.number) not in planned
        if is_free and calendar.meeting_day(region, quarter) > clock.today():
            return quarter
    return None


def plan_next_meeting(db: Session, actor: Actor, region: Region) -> Meeting:
    """Plan the region's next meeting by its rule, in the place of the last one, with the standing agenda."""
    require(actor, Permission.PLAN_MEETINGS, region.id)
    quarter = next_quarter(db, actor, region)
    if quarter is None:
        raise Refused(_("The coming year is planned already."))
    last = db.exec(select(Meeting).where(Meeting.region_id == region.id).order_by(col(Meeting.on).desc())).first()
    meeting = Meeting(
        region_id=region.id,
        year=quarter.year,
        quarter=quarter.number,
        on=calendar.meeting_day(region, quarter),
        starts=region.rule_start,
        ends=region.rule_end,
        timezone=region.timezone,
        venue=last.venue if last is not None else "",
        address=last.address if last is not None else "",
        organiser=last.organiser if last is not None else "",
        calendar_uid=new_uid(),
    )
    db.add(meeting)
    db.flush()
    if region.hosts:
        make_standing_items(db, actor, meeting)
    note(db, actor, "meeting.planned", meeting, region.id, on=meeting.on.isoformat())
    return meeting


def consequences(db: Session, actor: Actor, region: Region, meeting: Meeting, plan: Plan) -> Consequences:
    """What a change would do, without doing it."""
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    if _raises_sequence(region, meeting, plan):
        mine = col(Invitation.meeting_id) == meeting.id, col(Invitation.uninvited_at).is_(None)
        answered = select(func.count()).where(*mine, col(Invitation.answer) != Answer.SILENT)
        return Consequences(True, number(db, actor, meeting), db.exec(answered).one())
    return Consequences(False, number(db, actor, meeting, SAID_YES) if _is_worth_telling(meeting, plan) else 0)


def change_meeting(
    db: Session,
    actor: Actor,
    region: Region,
    meeting: Meeting,
    plan: Plan,
    *,
    revision: int,
    note_to_all: str = "",
    begins_at: datetime | None = None,
) -> Mailing | None:
    """Change date, time, place or link. What makes old answers stale keeps them as history and asks everybody again.

    Gives the mail about it, which goes at once or at a moment; None when nobody need hear.
    """
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    refuse_change(meeting, plan, revision)
    done = consequences(db, actor, region, meeting, plan)
    before, worth_telling = facts_of(region, meeting), _is_worth_telling(meeting, plan)
    meeting.sequence = _next_sequence(region, meeting, plan)
    for name in Plan.__slots__:
        setattr(meeting, name, getattr(plan, name))
    meeting.revision += 1
    meeting.updated_at = clock.now()
    said_yes = _who_said_yes(db, meeting)
    if done.asks_again:
        _forget_answers(db, meeting)
    note(db, actor, "meeting.changed", meeting, region.id, on=plan.on.isoformat(), sequence=meeting.sequence)
    db.flush()
    fresh = remaking.remake(db, actor, region, meeting, asks_again=done.asks_again, note_to_all=note_to_all)
    if not done.asks_again and not worth_telling:
        return None
    told = () if done.asks_again else (SAID_YES,)
    found = readers(db, actor, meeting, *told, despite=among(col(Invitation.contact_id), said_yes))
    to = [one for one in found if one.contact_id not in fresh]
    change = Change(before, done.asks_again, note_to_all, frozenset(fresh))
    return sending.send_change(db, actor, region, meeting, to, change, begins_at=begins_at) if to else None


def refuse_change(meeting: Meeting, plan: Plan, revision: int) -> None:
    """Say what is wrong with a change, before anything else is asked."""
    refuse_unless_ahead(meeting)
    if revision != meeting.revision:
        raise Conflict(_("Somebody else changed this meeting in the meantime. Look at it again before you save."))
    if plan.ends <= plan.starts:
        raise Refused(_("The end must be later than the start."), field="ends")
    quarter = Quarter(meeting.year, meeting.quarter)
    if not quarter.first_day - OUTSIDE_QUARTER <= plan.on <= quarter.last_day + OUTSIDE_QUARTER:
        raise Refused(_("Choose a date in or near this quarter."), field="on")
    if plan.on != meeting.on and plan.on <= clock.today():
        raise Refused(_("Choose a date that lies ahead."), field="on")


def cancel_meeting(
    db: Session,
    actor: Actor,
    region: Region,
    meeting: Meeting,
    *,
    reason: str = "",
    begins_at: datetime | None = None,
) -> Mailing | None:
    """Call a meeting off and tell everybody who was ever asked; gives the mail about it."""
    require(actor, Permission.PLAN_MEETINGS, meeting.region_id)
    refuse_unless_ahead(meeting)
    meeting.state = MeetingState.CANCELLED
    meeting.sequence += 1
    meeting.revision += 1
    meeting.updated_at = clock.now()
    note(db, actor, "meeting.cancelled", meeting, region.id, reason=reason[:200])
    db.flush()
    remaking.keep_at_home(db, actor, meeting)
    return sending.send_cancellation(db, actor, region, meeting, reason, begins_at=begins_at)


def _raises_sequence(region: Region, meeting: Meeting, plan: Plan) -> bool:
    return _next_sequence(region, meeting, plan) > meeting.sequence


def _next_sequence(region: Region, meeting: Meeting, plan: Plan) -> int:
    before = entry_of(region, meeting)
    starts, ends = datetime.combine(plan.on, plan.starts), datetime.combine(plan.on, plan.ends)
    return ical.next_sequence(before, replace(before, starts=starts, ends=ends, town=town_of(plan.address)))


def _is_worth_telling(meeting: Meeting, plan: Plan) -> bool:
    """Another room or link matters to who comes; a new introduction does not."""
    old = (meeting.on, meeting.starts, meeting.ends, meeting.venue, meeting.address, meeting.online_link)
    return old != (plan.on, plan.starts, plan.ends, plan.venue, plan.address, plan.online_link)


def _who_said_yes(db: Session, meeting: Meeting) -> list[UUID]:
    asked = select(Invitation.contact_id).where(Invitation.meeting_id == meeting.id, SAID_YES)
    return list(db.exec(asked))


def _forget_answers(db: Session, meeting: Meeting) -> None:
    """Everybody is silent again and the reminders begin anew; every answer stays in its own row."""
    meeting.reminders_sent = 0
    for invitation in db.exec(select(Invitation).where(Invitation.meeting_id == meeting.id)):
        invitation.answer, invitation.answered_at, invitation.reminded = Answer.SILENT, None, 0
        invitation.colleague_name, invitation.colleague_email = "", ""
