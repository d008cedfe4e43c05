"""What asks for a look on the page of a contact, out of several domains, in one statement."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlmodel import Session, col

from bsoo.access.actor import Actor
from bsoo.mail.purposes import MailStop, Purpose
from bsoo.registry.conditions import visible
from bsoo.registry.keeping.confirmations import LeftNotice, Proposal
from bsoo.registry.keeping.proposals import Waiting
from bsoo.registry.keeping.silence import no_shows, silent_contacts
from bsoo.registry.models import Contact


@dataclass(frozen=True, slots=True)
class StandingOut:
    """What the contact said that waits for a coordinator, which mail they stopped, and whether they stay away."""

    waiting: Waiting
    stops: dict[Purpose, datetime]
    is_silent: bool
    is_no_show: bool


def standing_out(db: Session, actor: Actor, contact_id: UUID, today: date) -> StandingOut:
    """For who may see the contact; invitations that were stopped stand with their regions."""
    away = exists(silent_contacts(actor, today, [contact_id])), exists(no_shows(actor, today, [contact_id]))
    rows = db.execute(
        select(Proposal, LeftNotice, col(MailStop.purpose), col(MailStop.since), *away)
        .select_from(Contact)
        .outerjoin(Proposal, and_(col(Proposal.contact_id) == Contact.id, col(Proposal.decided_at).is_(None)))
        .outerjoin(LeftNotice, and_(col(LeftNotice.contact_id) == Contact.id, col(LeftNotice.decided_at).is_(None)))
        .outerjoin(MailStop, col(MailStop.contact_id) == Contact.id)
        .where(col(Contact.id) == contact_id, visible(actor))
        .order_by(col(Proposal.id))
    ).all()
    proposals = {row[0].id: row[0] for row in rows if row[0]}
    since = {row[2]: row[3] for row in rows if row[2]}
    return StandingOut(
        Waiting(list(proposals.values()), next((row[1] for row in rows if row[1]), None)),
        {purpose: since[purpose] for purpose in Purpose if purpose in since and purpose is not Purpose.INVITATIONS},
        any(row[4] for row in rows),
        any(row[5] for row in rows),
    )
