"""Mail that contacts stopped, as staff see it, and writing again when somebody asks for that by telephone."""

from sqlmodel import Session, select

from bsoo.access.actor import Actor
from bsoo.logbook import note
from bsoo.mail import purposes
from bsoo.mail.purposes import Purpose
from bsoo.registry.models import Contact, Membership
from bsoo.registry.organisations import first_permitted


def write_again(db: Session, actor: Actor, contact: Contact, purpose: Purpose) -> None:
    """Send this kind of mail again, since the reader asked for it; who did so stays in the logbook."""
    regions = db.exec(select(Membership.region_id).where(Membership.contact_id == contact.id)).all()
    region_id = first_permitted(actor, regions)
    if purposes.resume(db, contact.id, purpose):
        note(db, actor, f"contact.resumed-{purpose}", contact, region_id)
        db.flush()


def stop_again(db: Session, actor: Actor, contact: Contact, purpose: Purpose) -> None:
    """Undo writing again: the reader's wish stands as it did."""
    regions = db.exec(select(Membership.region_id).where(Membership.contact_id == contact.id)).all()
    region_id = first_permitted(actor, regions)
    if purposes.stop(db, contact.id, purpose):
        note(db, actor, f"contact.stopped-{purpose}", contact, region_id)
        db.flush()
