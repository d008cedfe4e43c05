"""How somebody takes part in a region: as a member, a guest or no longer, invited or not (models.MemberStatus)."""

from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.logbook import note
from bsoo.mail import purposes
from bsoo.mail.purposes import Purpose
from bsoo.registry.facts import was_and_now
from bsoo.registry.models import Contact, Membership, MemberStatus


def set_invited(db: Session, actor: Actor, membership: Membership, *, invited: bool) -> None:
    """Invite somebody to every meeting, or no longer; inviting makes a member and lifts their own "no more"."""
    require(actor, Permission.EDIT_REGISTRY, membership.region_id)
    membership.invited = invited
    if invited:
        membership.status, membership.stopped_at = MemberStatus.MEMBER, None
        purposes.resume(db, membership.contact_id, Purpose.INVITATIONS)
    db.add(membership)
    verb = "contact.to-invite" if invited else "contact.not-to-invite"
    note(db, actor, verb, db.get_one(Contact, membership.contact_id), membership.region_id)
    db.flush()


def set_status(db: Session, actor: Actor, membership: Membership, status: MemberStatus) -> MemberStatus:
    """As what somebody takes part; says what they were. Whether they are invited waits until they are members again."""
    require(actor, Permission.EDIT_REGISTRY, membership.region_id)
    before = membership.status
    if status is before:
        return before
    membership.status = status
    db.add(membership)
    told = was_and_now({"status": before}, {"status": status}, ["status"])
    note(db, actor, "contact.takes-part", db.get_one(Contact, membership.contact_id), membership.region_id, **told)
    db.flush()
    return before
