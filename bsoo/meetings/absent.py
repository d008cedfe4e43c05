"""Who of those invited does not get a later letter, and why: frozen with the mailing."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.meetings.models import COMING, Answer, Invitation, Meeting
from bsoo.meetings.readers import Reader

Verdict = Callable[[Answer, datetime], str]
"""Why not, from somebody's answer and since when they are invited."""


def of_agenda(db: Session, actor: Actor, meeting: Meeting, to: Iterable[Reader]) -> dict[UUID, str]:
    """Who said yes can only be missed because no mail reaches them."""
    return _others(db, actor, meeting, to, lambda answer, _since: "no-address" if answer in COMING else "not-coming")


def of_reminder(db: Session, actor: Actor, meeting: Meeting, to: Iterable[Reader], rested: datetime) -> dict[UUID, str]:
    """Who answered, or was invited after `rested`; of who is left no mail arrives."""

    def verdict(answer: Answer, since: datetime) -> str:
        if answer is not Answer.SILENT:
            return "answered"
        return "just-invited" if since > rested else "no-address"

    return _others(db, actor, meeting, to, verdict)


def _others(db: Session, actor: Actor, meeting: Meeting, to: Iterable[Reader], verdict: Verdict) -> dict[UUID, str]:
    require(actor, Permission.INVITE, meeting.region_id)
    there = {one.contact_id for one in to}
    query = select(Invitation.contact_id, Invitation.answer, Invitation.invited_at).where(
        Invitation.meeting_id == meeting.id, col(Invitation.uninvited_at).is_(None)
    )
    return {one: verdict(Answer(answer), since) for one, answer, since in db.exec(query) if one not in there}
