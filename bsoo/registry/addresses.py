"""The addresses of a contact: one is written to, the others are known; and whether a person reads it or a desk."""

from uuid import UUID

from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry import actions
from bsoo.registry.editable import region_of_contact
from bsoo.registry.finding import searching
from bsoo.registry.models import Address, Contact

MOST = 10


def use(db: Session, actor: Actor, contact: Contact, address_id: UUID) -> UUID | None:
    """Write to this address from now on; gives the one that was used before."""
    region_id = region_of_contact(db, actor, contact)
    known = db.exec(select(Address).where(Address.contact_id == contact.id)).all()
    if all(each.id != address_id for each in known):
        raise NotFound
    before = next((each.id for each in known if each.is_used), None)
    for each in known:
        each.is_used = each.id == address_id
        db.add(each)
    _changed(db, actor, contact, region_id, "email")
    return before


def add(db: Session, actor: Actor, contact: Contact, email: str) -> Address:
    """Know another address of somebody; it is used when there is none yet."""
    region_id = region_of_contact(db, actor, contact)
    address = actions.checked_address(db, actor, email, of=contact.id)
    known = db.exec(select(Address).where(Address.contact_id == contact.id)).all()
    if any(each.email == address for each in known):
        raise Refused(_("This address is known already."), "email")
    if len(known) >= MOST:
        raise Refused(_("This contact has ten addresses. Perhaps it is two people?"), "email")
    made = Address(contact_id=contact.id, email=address, is_used=not any(each.is_used for each in known))
    db.add(made)
    searching.refresh(db, [contact.id])
    _changed(db, actor, contact, region_id, "email")
    return made


def set_shared(db: Session, actor: Actor, contact: Contact, *, is_shared: bool) -> None:
    """Say whether a desk reads the mail or this one person; without a name it is always a desk."""
    region_id = region_of_contact(db, actor, contact)
    if not is_shared and not contact.family_name:
        raise Refused(_("Write the name of the person first: without a name it is a shared mailbox."))
    contact.is_role_mailbox = is_shared
    _changed(db, actor, contact, region_id, "is_role_mailbox")


def _changed(db: Session, actor: Actor, contact: Contact, region_id: UUID | None, field: str) -> None:
    contact.updated_at, contact.revision = clock.now(), contact.revision + 1
    db.add(contact)
    note(db, actor, "contact.changed", contact, region_id, fields=field)
    db.flush()
