"""Ending and beginning one kind of mail to a contact: their own wish, or noted by staff who heard of it by telephone.

This is also how consent is withdrawn; what the contact agreed to stays known beside it.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.logbook import note
from bsoo.mail import kept_back, purposes
from bsoo.mail.models import Letter
from bsoo.mail.purposes import Purpose
from bsoo.registry.editable import region_of_contact
from bsoo.registry.models import Contact, Membership


def end(db: Session, actor: Actor, contact: Contact, purpose: Purpose) -> None:
    """No more of this, in any region, nor what still waits; who ends it stays in the logbook."""
    region_id = region_of_contact(db, actor, contact) if actor.is_staff else None
    if not purposes.stop(db, contact.id, purpose):
        return
    if purpose is Purpose.INVITATIONS:
        _mark(db, contact, clock.now())
    kept_back.keep_back(db, col(Letter.contact_id) == contact.id)
    note(db, actor, f"contact.stopped-{purpose}", contact, region_id)
    db.flush()


def begin(db: Session, actor: Actor, contact: Contact, purpose: Purpose) -> None:
    """Send this kind of mail again, since the reader asked for it; a contact opens what a complaint closed as well."""
    region_id = region_of_contact(db, actor, contact) if actor.is_staff else None
    if not purposes.resume(db, contact.id, purpose) and not actor.is_contact:
        return
    if purpose is Purpose.INVITATIONS:
        _mark(db, contact, None)
    note(db, actor, f"contact.resumed-{purpose}", contact, region_id)
    db.flush()


def _mark(db: Session, contact: Contact, moment: datetime | None) -> None:
    """Invitations stand with the regions: since when they are not wanted, the first time that it was said."""
    for membership in db.exec(select(Membership).where(Membership.contact_id == contact.id)):
        membership.stopped_at = moment and (membership.stopped_at or moment)
        db.add(membership)
