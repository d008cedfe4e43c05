"""A contact who lost the letter asks for the personal link again; it goes to the address that we have, nowhere else."""

from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock, links
from bsoo.access.actor import Actor
from bsoo.links import Purpose
from bsoo.mail import outbox
from bsoo.regions import Region
from bsoo.registry.models import Address, Contact, Membership


def send_again(db: Session, actor: Actor, region: Region, email: str) -> None:
    """Mail the own page to a contact of the region; at most once an hour, and silent about who is known.

    Anybody may ask (`actor`), because the answer goes to the contact's own address.
    """
    contact = _known(db, region.id, email.strip().lower())
    if contact is None:
        return
    token = links.token_for(db, Purpose.OWN_PAGE, contact.id, contact.id)
    outbox.queue(
        db,
        "own_page",
        outbox.Recipient(email.strip().lower(), contact.display_name, contact.language, contact.id),
        key=f"own_page:{contact.id}:{clock.now():%Y-%m-%dT%H}",
        context={"page": f"/mijn/{token}", "called": contact.given_name},
        region_id=region.id,
    )


def _known(db: Session, region_id: UUID, email: str) -> Contact | None:
    return db.exec(
        select(Contact)
        .join(Address, col(Address.contact_id) == Contact.id)
        .join(Membership, col(Membership.contact_id) == Contact.id)
        .where(Address.email == email, Membership.region_id == region_id, col(Contact.archived_at).is_(None))
    ).first()
