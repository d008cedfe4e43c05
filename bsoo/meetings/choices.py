"""What partners choose for themselves on their own page: no more letters, a language, "my details are right"."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.i18n import LANGUAGES
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import blocking
from bsoo.registry.models import Address, Contact, Membership

PURPOSE = "meetings"


def stop(db: Session, actor: Actor) -> None:
    """No more invitations or reminders, in any region; what one asks for oneself is still answered."""
    for membership in _memberships(db, actor):
        membership.stopped_at = membership.stopped_at or clock.now()
    for address in _addresses(db, actor):
        blocking.block(db, address, purpose=PURPOSE, reason="asked by the reader")
    note(db, actor, "contact.stopped", contact_of(db, actor))
    db.flush()


def resume(db: Session, actor: Actor) -> None:
    """Invitations again, after all."""
    for membership in _memberships(db, actor):
        membership.stopped_at = None
    for address in _addresses(db, actor):
        blocking.release(db, address, purpose=PURPOSE)
    note(db, actor, "contact.resumed", contact_of(db, actor))
    db.flush()


def has_stopped(db: Session, actor: Actor) -> bool:
    """Whether somebody gets no invitations in any region."""
    memberships = _memberships(db, actor)
    return bool(memberships) and all(membership.stopped_at is not None for membership in memberships)


def confirm_details(db: Session, actor: Actor) -> None:
    """Somebody says that what we know of them is right today."""
    for membership in _memberships(db, actor):
        membership.confirmed_on = clock.today()
    note(db, actor, "contact.confirmed", contact_of(db, actor))
    db.flush()


def choose_language(db: Session, actor: Actor, language: str) -> None:
    """The language of letters and pages from now on."""
    if language not in LANGUAGES:
        raise Refused(_("Choose one of the options."), field="taal")
    contact_of(db, actor).language = language
    db.flush()


def contact_of(db: Session, actor: Actor) -> Contact:
    """The contact who came by a personal link."""
    if actor.contact_id is None:
        raise NotAllowed
    contact = db.get(Contact, actor.contact_id)
    if contact is None:
        raise NotFound
    return contact


def _memberships(db: Session, actor: Actor) -> Sequence[Membership]:
    return db.exec(select(Membership).where(Membership.contact_id == contact_of(db, actor).id)).all()


def _addresses(db: Session, actor: Actor) -> Sequence[str]:
    mine = (Address.contact_id == contact_of(db, actor).id, col(Address.is_used).is_(True))
    return db.exec(select(Address.email).where(*mine)).all()
