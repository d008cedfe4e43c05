"""Whether an address can be written to: dead ones are not written to again until somebody releases them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.models import User
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import blocking, kept_back
from bsoo.mail.models import Letter
from bsoo.registry.models import Address, Contact

LONGEST_REASON = 300


def mark_dead(
    db: Session, actor: Actor, email: str, words: str, region_id: UUID | None = None, *, until: datetime | None = None
) -> None:
    """Write to this address no more, nor what still waits; the reason is in the server's own words."""
    require(actor, Permission.MANAGE_MAIL, region_id)
    blocking.block(db, email, reason=words[:200], until=until)
    kept_back.keep_back(db, func.lower(Letter.to_address) == email.lower())
    address = _address(db, email)
    if address is None or address.bounced_at is not None:
        return
    address.bounced_at, address.bounce_reason = clock.now(), words[:LONGEST_REASON]
    db.add(address)
    _note(db, actor, "contact.unreachable", address, region_id)


def release(db: Session, actor: Actor, email: str, region_id: UUID | None = None, *, proof: str) -> None:
    """Write to an address again; `proof` says how somebody knows that it works."""
    require(actor, Permission.MANAGE_MAIL, region_id)
    if not proof.strip():
        raise Refused(_("Say how you know that the address works, so that others can see it later."), field="bewijs")
    for purpose in blocking.blocked_among(db, {email}).get(email.lower(), set()):
        by = actor.id if actor.is_staff else None
        blocking.release(db, email, purpose=purpose, by=by, proof=proof.strip()[:LONGEST_REASON])
    _reopen(db, actor, _address(db, email), region_id)


def reopen_due(db: Session, actor: Actor) -> int:
    """Write again to what was closed until now, as a mailbox that was full; says how many addresses."""
    require(actor, Permission.MANAGE_MAIL)
    closed = db.exec(select(Address).where(col(Address.bounced_at).is_not(None))).all()
    number, over = blocking.expire(db, {one.email for one in closed})
    for address in closed:
        if address.email in over:
            _reopen(db, actor, address, None)
    return number


def _reopen(db: Session, actor: Actor, address: Address | None, region_id: UUID | None) -> None:
    if address is None or address.bounced_at is None:
        return
    address.bounced_at, address.bounce_reason = None, ""
    db.add(address)
    _note(db, actor, "contact.reachable", address, region_id)


def is_closed(db: Session, actor: Actor, email: str) -> bool:
    """Whether this address is not written to, for one purpose or for all."""
    require(actor, Permission.VIEW_MAIL)
    return bool(blocking.blocked_among(db, {email}))


def of_people(db: Session, actor: Actor, emails: Collection[str]) -> set[str]:
    """Which of these addresses belong to a person whom we know: a colleague or a contact."""
    require(actor, Permission.ADMINISTER)
    asked = {email.lower() for email in emails}
    staff = select(User.email).where(func.lower(User.email).in_(asked))
    contacts = select(Address.email).where(col(Address.email).in_(asked))
    return {email.lower() for query in (staff, contacts) for email in db.exec(query)}


def _address(db: Session, email: str) -> Address | None:
    return db.exec(select(Address).where(col(Address.email) == email.lower())).first()


def _note(db: Session, actor: Actor, verb: str, address: Address, region_id: UUID | None) -> None:
    contact = db.get(Contact, address.contact_id)
    if contact is not None:
        note(db, actor, verb, contact, region_id)
    db.flush()
