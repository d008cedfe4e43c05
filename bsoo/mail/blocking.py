"""The block list: addresses that we do not write to, kept as keyed hashes."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from bsoo import clock, links
from bsoo.mail.models import Blocked


def block(db: Session, address: str, *, purpose: str = "", reason: str = "") -> None:
    """Write to this address no more: for one purpose, or for all."""
    if purpose in blocked_among(db, {address}).get(address.lower(), set()):
        return
    db.add(Blocked(address_hash=_hash(address), purpose=purpose, reason=reason))
    db.flush()


def release(db: Session, address: str, *, purpose: str = "") -> None:
    """Take an address off the list; that it was on it stays known."""
    query = select(Blocked).where(
        Blocked.address_hash == _hash(address), Blocked.purpose == purpose, col(Blocked.released_at).is_(None)
    )
    for blocked in db.exec(query):
        blocked.released_at = clock.now()
        db.add(blocked)
    db.flush()


def blocked_among(db: Session, addresses: Collection[str]) -> dict[str, set[str]]:
    """The purposes for which each of these addresses (in lower case) is blocked; "" is every purpose."""
    if not addresses:
        return {}
    by_hash = {_hash(address): address.lower() for address in addresses}
    query = select(Blocked.address_hash, Blocked.purpose).where(
        col(Blocked.released_at).is_(None), col(Blocked.address_hash).in_(list(by_hash))
    )
    found: dict[str, set[str]] = {}
    for address_hash, purpose in db.exec(query):
        found.setdefault(by_hash[address_hash], set()).add(purpose)
    return found


def _hash(address: str) -> str:
    return links.fingerprint(address.strip().lower())
