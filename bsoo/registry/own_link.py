"""The personal links of a contact: sent once more, or closed and replaced when somebody else may have them.

They go to an address that we have of the contact, nowhere else.
"""

from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock, links
from bsoo.access.actor import Actor
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.links import PersonalLink, Purpose
from bsoo.logbook import note
from bsoo.mail import outbox
from bsoo.mail.models import Letter, LetterState
from bsoo.regions import Region
from bsoo.registry.editable import region_of_contact
from bsoo.registry.models import Address, Contact, Membership

ON_ITS_WAY = (LetterState.QUEUED, LetterState.CLAIMED, LetterState.IN_FLIGHT)


def ask_again(db: Session, actor: Actor, region: Region, email: str) -> None:
    """Mail the own page to a contact of the region; at most once an hour, and silent about who is known.

    Anybody may ask (`actor`), because the answer goes to the contact's own address.
    """
    contact = _known(db, region.id, email.strip().lower())
    if contact is not None:
        _mail_own_page(db, contact, email.strip().lower(), region.id)


def send(db: Session, actor: Actor, contact: Contact) -> str:
    """Mail the own page to a contact who asked us for it; gives the address. At most once an hour."""
    region_id = region_of_contact(db, actor, contact)
    email = _used(db, contact)
    _mail_own_page(db, contact, email, region_id)
    note(db, actor, "contact.link-sent", contact, region_id)
    db.flush()
    return email


def replace(db: Session, actor: Actor, contact: Contact) -> str:
    """Close every personal link of a contact, as when a letter was passed on, and mail the new one."""
    region_id = region_of_contact(db, actor, contact)
    email = _used(db, contact)
    if db.exec(select(Letter.id).where(Letter.contact_id == contact.id, col(Letter.state).in_(ON_ITS_WAY))).first():
        raise Refused(_("A letter with the old links in it is about to go. Wait until it has gone, then try again."))
    links.token_for(db, Purpose.OWN_PAGE, contact.id, contact.id)
    db.flush()
    for link in db.exec(select(PersonalLink).where(PersonalLink.contact_id == contact.id).with_for_update()):
        links.renew(db, link)
    note(db, actor, "contact.links-replaced", contact, region_id)
    db.flush()
    _mail(db, "links_replaced", contact, email, f"links_replaced:{contact.id}:{clock.new_id()}", region_id)
    return email


def _mail_own_page(db: Session, contact: Contact, email: str, region_id: UUID | None) -> None:
    _mail(db, "own_page", contact, email, f"own_page:{contact.id}:{clock.now():%Y-%m-%dT%H}", region_id)


def _mail(db: Session, letter: str, contact: Contact, email: str, key: str, region_id: UUID | None) -> None:
    token = links.token_for(db, Purpose.OWN_PAGE, contact.id, contact.id)
    outbox.queue(
        db,
        letter,
        outbox.Recipient(email, contact.display_name, contact.language, contact.id),
        key=key,
        context={"page": f"/mijn/{token}", "called": contact.given_name},
        region_id=region_id,
    )


def _used(db: Session, contact: Contact) -> str:
    email = db.exec(select(Address.email).where(Address.contact_id == contact.id, Address.is_used)).first()
    if email is None:
        raise Refused(_("We have no e-mail address of this person. Add one first."))
    return email


def _known(db: Session, region_id: UUID, email: str) -> Contact | None:
    return db.exec(
        select(Contact)
        .join(Address, col(Address.contact_id) == Contact.id)
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .where(Address.email == email, Membership.region_id == region_id, col(Contact.archived_at).is_(None))
    ).first()
