"""Who is not written to: addresses that are closed, and kinds of mail that people stopped, each with why and since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_
from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.names import staff_names
from bsoo.access.policy import Permission, regions_where
from bsoo.errors import NotFound
from bsoo.mail import blocking
from bsoo.mail.models import Blocked, Incoming, Outcome
from bsoo.mail.purposes import MailStop, Purpose
from bsoo.mail.returning.kinds import Kind
from bsoo.registry.models import Address, Contact, Membership
from bsoo.registry.rows import columns

EVERYTHING = ""
"""The purpose of a closed address: all of them."""


@dataclass(frozen=True, slots=True)
class Closed:
    """One thing that is not sent to somebody."""

    contact_id: UUID
    name: str
    purpose: str
    """A kind of mail that they stopped, what an address is closed for, or everything."""
    reason: str
    """The server's words, "complaint", or nothing when they chose so themselves."""
    since: datetime
    until: datetime | None = None
    address_id: UUID | None = None
    email: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """An address with each time that it was closed, and who opened it."""

    address: Address
    contact: Contact
    times: list[Blocked]
    names: dict[UUID, str]

    @property
    def is_closed(self) -> bool:
        return self.address.bounced_at is not None or any(blocking.holds(one) for one in self.times)


def closed(db: Session, actor: Actor) -> list[Closed]:
    """Everybody in the regions of which this person sees mail, newest first."""
    found = [*_addresses(db, actor), *_stopped(db, actor)]
    return sorted(found, key=lambda one: one.since, reverse=True)


def history(db: Session, actor: Actor, address_id: UUID) -> History:
    query = select(Address, Contact).join(Contact).where(Address.id == address_id, _in_sight(actor))
    found = db.exec(query).first()
    if found is None:
        raise NotFound
    address, contact = found
    times = blocking.history(db, {address.email}).get(address.email, [])
    by = {one.released_by for one in times if one.released_by}
    return History(address, contact, times, staff_names(db, actor, by))


def region_of(db: Session, actor: Actor, contact_id: UUID) -> UUID | None:
    """The region for which somebody may open an address of this contact: one of theirs, the first of the contact's."""
    mine = regions_where(actor, Permission.MANAGE_MAIL, Membership.region_id)
    query = select(Membership.region_id).where(Membership.contact_id == contact_id, mine)
    return db.exec(query.order_by(col(Membership.id))).first()


def _addresses(db: Session, actor: Actor) -> Iterator[Closed]:
    complained = exists().where(
        col(Incoming.contact_id) == Contact.id,
        col(Incoming.kind) == Kind.COMPLAINT,
        col(Incoming.outcome) == Outcome.BLOCKED,
    )
    query = (
        columns(Address.id, Address.email, Address.bounced_at, Address.bounce_reason, Contact.id, Contact.display_name)
        .join(Contact, col(Contact.id) == Address.contact_id)
        .where(or_(col(Address.bounced_at).is_not(None), complained.correlate(Contact)), _in_sight(actor))
    )
    rows = db.execute(query).all()
    times = blocking.history(db, {row[1] for row in rows})
    for address_id, email, bounced_at, words, contact_id, name in rows:
        holding = [one for one in times.get(email, []) if blocking.holds(one)]
        for one in holding:
            yield Closed(contact_id, name, one.purpose, one.reason, one.since, one.until, address_id, email)
        if bounced_at is not None and not holding:
            yield Closed(contact_id, name, EVERYTHING, words, bounced_at, None, address_id, email)


def _stopped(db: Session, actor: Actor) -> Iterator[Closed]:
    query = columns(Contact.id, Contact.display_name, MailStop.purpose, MailStop.since)
    query = query.join(Contact, col(Contact.id) == MailStop.contact_id).where(_in_sight(actor))
    for contact_id, name, purpose, since in db.execute(query):
        yield Closed(contact_id, name, Purpose(purpose), "", since)


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    mine = regions_where(actor, Permission.VIEW_MAIL, Membership.region_id)
    return exists().where(col(Membership.contact_id) == Contact.id, mine).correlate(Contact)
