"""Contacts who left long ago: their coordinators hear of it first, and then they are forgotten."""

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access import queries as access
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where, require
from bsoo.logbook import LogEntry, entry
from bsoo.mail import outbox
from bsoo.mail.outbox import Draft, Recipient
from bsoo.privacy import erasing, periods, sealing
from bsoo.registry.models import Affiliation, Contact, Membership
from bsoo.registry.rows import columns

NOTICE = timedelta(days=30)
_VERB = "contact.expiring"


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who left, and the day on which they are forgotten."""

    id: UUID
    name: str
    region_id: UUID
    last_on: date
    """At an organisation, or the last time that somebody said that the details are right."""
    kept: timedelta
    """From that day on."""
    told_at: datetime | None

    @property
    def goes_on(self) -> date:
        """When their time is over, and never sooner than a month after the coordinator heard of it."""
        told = self.told_at.astimezone(clock.ZONE).date() if self.told_at else clock.today()
        return max(self.last_on + self.kept, told + NOTICE)


def leavers(db: Session, actor: Actor, tried: timedelta | None = None) -> list[Leaver]:
    """Who goes within the notice, the first to go first, also with a period that is only tried; three statements."""
    kept = tried if tried is not None else periods.kept(db, actor)["leavers"]
    until = clock.today() - kept + NOTICE
    last, confirmed = func.max(Affiliation.ended_on), func.max(Membership.confirmed_on)
    asked = (
        columns(Contact.id, Contact.display_name, Membership.region_id, last, confirmed)
        .join(Affiliation, col(Affiliation.contact_id) == Contact.id)
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .where(col(Contact.archived_at).is_(None), regions_where(actor, Permission.EDIT_REGISTRY, Membership.region_id))
        .group_by(col(Contact.id), col(Contact.display_name), col(Membership.region_id))
        .having(func.count(case((col(Affiliation.ended_on).is_(None), 1))) == 0, last <= until)
    )
    found: dict[UUID, Leaver] = {}
    for contact_id, name, region_id, left, said in db.execute(asked):
        before = found.get(contact_id)
        last_on = max(left, said or left, before.last_on if before else left)
        found[contact_id] = Leaver(contact_id, name, before.region_id if before else region_id, last_on, kept, None)
    told = _told(db, list(found))
    gone = [
        replace(leaver, told_at=_since(told.get(leaver.id), leaver.last_on))
        for leaver in found.values()
        if leaver.last_on <= until
    ]
    return sorted(gone, key=lambda leaver: (leaver.goes_on, leaver.name))


def run(db: Session, actor: Actor) -> int:
    """Tell coordinators who goes in a month, and forget whose time is over. Safe twice at once: rows are locked."""
    require(actor, Permission.ADMINISTER)
    found = leavers(db, actor)
    _tell(db, actor, [leaver for leaver in found if leaver.told_at is None])
    over = [leaver for leaver in found if leaver.told_at is not None and leaver.goes_on <= clock.today()]
    mine = select(Contact.id).where(col(Contact.id).in_([one.id for one in over])).with_for_update(skip_locked=True)
    still_there = set(db.exec(mine))
    going = [leaver for leaver in over if leaver.id in still_there]
    with sealing.lawful(db, actor) if going else nullcontext():
        for leaver in going:
            erasing.let_go(db, actor, leaver.id)
            db.add(entry(actor, "contact.let-go", "erasure", clock.new_id(), leaver.region_id))
    db.flush()
    return len(still_there)


def _tell(db: Session, actor: Actor, leaving: list[Leaver]) -> None:
    for leaver in leaving:
        db.add(entry(actor, _VERB, "contact", leaver.id, leaver.region_id))
    numbers = Counter(leaver.region_id for leaver in leaving)
    letters = [
        Draft(
            "contacts_expiring",
            Recipient(user.email, user.name, user.language),
            f"contacts_expiring:{region_id}:{user.id}:{clock.today()}",
            {"count": numbers[region_id], "days": NOTICE.days, "page": "/netwerk/vertrokken"},
            region_id=region_id,
        )
        for region_id, user in access.coordinators(db, actor)
        if numbers[region_id]
    ]
    if letters:
        outbox.queue_many(db, letters)


def _told(db: Session, ids: list[UUID]) -> dict[UUID, datetime]:
    """When a coordinator last heard of each."""
    asked = columns(LogEntry.subject_id, func.max(LogEntry.at)).where(
        col(LogEntry.verb) == _VERB, col(LogEntry.subject_id).in_(ids)
    )
    return {row[0]: row[1] for row in db.execute(asked.group_by(col(LogEntry.subject_id)))}


def _since(told: datetime | None, last_on: date) -> datetime | None:
    """A notice from before the last sign of life does not count."""
    return told if told is not None and told.astimezone(clock.ZONE).date() > last_on else None
