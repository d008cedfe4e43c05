"""Who of those invited does not get a later letter, and why: frozen with the mailing."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.meetings.models import COMING, Answer, Invitation, Meeting
from bsoo.meetings.readers import Reader
from bsoo.registry.models import Membership
from bsoo.registry.rows import columns

Verdict = Callable[[Answer, datetime], str]
"""Why not, from somebody's answer and since when they are invited."""


def of_agenda(db: Session, actor: Actor, meeting: Meeting, to: Iterable[Reader]) -> dict[UUID, str]:
    """Who said yes can only be missed because no mail reaches them."""
    told = (one.contact_id for one in to)
    return _others(db, actor, meeting, told, lambda answer, _since: "no-address" if answer in COMING else "not-coming")


def of_change(
    db: Session, actor: Actor, meeting: Meeting, told: Iterable[UUID], *, only_coming: bool = False
) -> dict[UUID, str]:
    """Of who is left no mail arrives, or they stopped; of another room only who said yes hears."""

    def verdict(answer: Answer, _since: datetime) -> str:
        return "not-coming" if only_coming and answer not in COMING else "no-address"

    return _others(db, actor, meeting, told, verdict)


def of_reminder(db: Session, actor: Actor, meeting: Meeting, to: Iterable[Reader], rested: datetime) -> dict[UUID, str]:
    """Who answered, or was invited after `rested`; of who is left no mail arrives."""

    def verdict(answer: Answer, since: datetime) -> str:
        if answer is not Answer.SILENT:
            return "answered"
        return "just-invited" if since > rested else "no-address"

    return _others(db, actor, meeting, (one.contact_id for one in to), verdict)


def _others(db: Session, actor: Actor, meeting: Meeting, told: Iterable[UUID], verdict: Verdict) -> dict[UUID, str]:
    """Who has a reason of the letter's own, or stopped; of the others no address works."""
    require(actor, Permission.INVITE, meeting.region_id)
    there = set(told)
    mine = col(Membership.contact_id) == Invitation.contact_id, col(Membership.region_id) == meeting.region_id
    has_stopped = col(Membership.stopped_at).is_not(None)
    query = (
        columns(Invitation.contact_id, Invitation.answer, Invitation.invited_at, has_stopped)
        .outerjoin(Membership, and_(*mine))
        .where(col(Invitation.meeting_id) == meeting.id, col(Invitation.uninvited_at).is_(None))
    )
    found = {one: (verdict(Answer(answer), since), stopped) for one, answer, since, stopped in db.execute(query)}
    return {
        one: "stopped" if why == "no-address" and stopped else why
        for one, (why, stopped) in found.items()
        if one not in there
    }
