"""The block list: addresses that we do not write to, kept as keyed hashes."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from bsoo import clock, links
from bsoo.mail.models import Blocked

EXPIRED, OWN_CHOICE, NOT_A_BOUNCE = "expired", "own-choice", "not-a-bounce"
"""Proofs that nobody typed."""


def block(db: Session, address: str, *, purpose: str = "", reason: str = "", until: datetime | None = None) -> None:
    """Write to this address no more: for one purpose, or for all; until a moment, or until somebody opens it."""
    if purpose in blocked_among(db, {address}).get(address.lower(), set()):
        return
    db.add(Blocked(address_hash=_hash(address), purpose=purpose, reason=reason, until=until))
    db.flush()


def release(db: Session, address: str, *, purpose: str = "", by: UUID | None = None, proof: str = "") -> None:
    """Take an address off the list; that it was on it, and why it came off, stays known."""
    query = select(Blocked).where(
        Blocked.address_hash == _hash(address), Blocked.purpose == purpose, col(Blocked.released_at).is_(None)
    )
    for blocked in db.exec(query):
        blocked.released_at, blocked.released_by, blocked.proof = clock.now(), by, proof
        db.add(blocked)
    db.flush()


def blocked_among(db: Session, addresses: Collection[str]) -> dict[str, set[str]]:
    """The purposes for which each of these addresses (in lower case) is blocked; "" is every purpose."""
    rows = history(db, addresses, holding())
    return {address: {row.purpose for row in same} for address, same in rows.items()}


def history(
    db: Session, addresses: Collection[str], which: ColumnElement[bool] | None = None
) -> dict[str, list[Blocked]]:
    """Each time that these addresses (in lower case) were put on the list, newest first."""
    if not addresses:
        return {}
    by_hash = {_hash(address): address.lower() for address in addresses}
    query = select(Blocked).where(col(Blocked.address_hash).in_(list(by_hash)))
    found: dict[str, list[Blocked]] = {}
    for row in db.exec((query if which is None else query.where(which)).order_by(col(Blocked.since).desc())):
        found.setdefault(by_hash[row.address_hash], []).append(row)
    return found


def holds(row: Blocked) -> bool:
    """Whether nothing is written to the address because of this."""
    return row.released_at is None and (row.until is None or row.until > clock.now())


def expire(db: Session, addresses: Collection[str]) -> tuple[int, set[str]]:
    """Take off the list what was closed until now; says how many, and which of these addresses were among them."""
    over = and_(col(Blocked.released_at).is_(None), col(Blocked.until) <= clock.now())
    rows = db.exec(select(Blocked).where(over)).all()
    for row in rows:
        row.released_at, row.proof = clock.now(), EXPIRED
        db.add(row)
    db.flush()
    hashes = {row.address_hash for row in rows}
    return len(rows), {address for address in addresses if _hash(address) in hashes} if rows else set()


def holding() -> ColumnElement[bool]:
    """The same of rows of the list, for a statement."""
    until = col(Blocked.until)
    return and_(col(Blocked.released_at).is_(None), or_(until.is_(None), until > clock.now()))


def _hash(address: str) -> str:
    return links.fingerprint(address.strip().lower())
