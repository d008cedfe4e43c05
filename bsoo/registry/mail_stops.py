"""Mail that contacts stopped, as staff see it, and writing again when somebody asks for that by telephone."""

from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.logbook import note
from bsoo.mail import purposes
from bsoo.mail.purposes import Purpose
from bsoo.registry.editable import region_of_contact
from bsoo.registry.models import Contact


def write_again(db: Session, actor: Actor, contact: Contact, purpose: Purpose) -> None:
    """Send this kind of mail again, since the reader asked for it; who did so stays in the logbook."""
    region_id = region_of_contact(db, actor, contact)
    if purposes.resume(db, contact.id, purpose):
        note(db, actor, f"contact.resumed-{purpose}", contact, region_id)
        db.flush()


def stop_again(db: Session, actor: Actor, contact: Contact, purpose: Purpose) -> None:
    """Undo writing again: the reader's wish stands as it did."""
    region_id = region_of_contact(db, actor, contact)
    if purposes.stop(db, contact.id, purpose):
        note(db, actor, f"contact.stopped-{purpose}", contact, region_id)
        db.flush()
