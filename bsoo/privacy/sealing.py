"""The logbook as a chain: each line is sealed to the one before, and who changes one afterwards is seen.

Lines are sealed a few minutes after they were written, by a job, so that nobody who works waits for the line before
theirs. Which person a line is about is not sealed, because a merge of two contacts moves it along; and a line that is
erased leaves its seal, a keyed hash that tells nothing.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.links import fingerprint
from bsoo.logbook import LogEntry, LogSeal, entry
from bsoo.registry.rows import Columns, columns

RELEASED = "logbook.released"
_REST = timedelta(minutes=2)
"""A transaction that still runs may yet write a line of this age; it is sealed next time."""
_AT_ONCE = 5_000
_BEGIN = "bsoo"

_SEALED = (
    LogEntry.id,
    LogEntry.at,
    LogEntry.actor_kind,
    LogEntry.actor_name,
    LogEntry.verb,
    LogEntry.subject_kind,
    LogEntry.region_id,
    LogEntry.facts,
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A link that does not hold: its number, the line, and how ("changed", "gone", "chain")."""

    number: int
    entry_id: UUID
    how: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What a walk along the chain found."""

    sealed: int
    waiting: int
    released: int
    unaccounted: int
    """Lines that were released without a line in the logbook that says so."""
    broken: Sequence[Broken]
    last: str
    """The last link. Kept elsewhere, it shows whether the end was cut off and sealed anew."""

    @property
    def is_whole(self) -> bool:
        return not self.broken and not self.unaccounted


def seal(db: Session, actor: Actor) -> int:
    """Seal what is not sealed yet, oldest first; says how many. Two at once: the second fails on the number."""
    require(actor, Permission.ADMINISTER)
    last = db.exec(select(LogSeal).order_by(col(LogSeal.number).desc()).limit(1)).first()
    number, chain = (last.number, last.chain) if last else (0, _BEGIN)
    new = columns(*_SEALED).outerjoin(LogSeal, col(LogSeal.entry_id) == LogEntry.id)
    new = new.where(col(LogSeal.number).is_(None), col(LogEntry.at) < clock.now() - _REST)
    rows = db.execute(new.order_by(col(LogEntry.at), col(LogEntry.id)).limit(_AT_ONCE)).all()
    for row in rows:
        digest = _digest(*row)
        number, chain = number + 1, _linked(chain, digest)
        db.add(LogSeal(number=number, entry_id=row[0], digest=digest, chain=chain))
    db.flush()
    return len(rows)


def examine(db: Session, actor: Actor) -> Examined:
    """Walk along the chain from its beginning."""
    require(actor, Permission.ADMINISTER)
    now = _now(db)
    chain, broken, number, released = _BEGIN, list[Broken](), 0, 0
    for link in db.execute(_links()):
        chain = _linked(chain, link.digest)
        if link.number != number + 1 or link.chain != chain:
            broken.append(Broken(link.number, link.entry_id, "chain"))
        elif not link.released and now.get(link.entry_id) != link.digest:
            broken.append(Broken(link.number, link.entry_id, "changed" if link.entry_id in now else "gone"))
        number, chain, released = link.number, link.chain, released + link.released
        now.pop(link.entry_id, None)
    return Examined(number, len(now), released, abs(released - _accounted(db)), broken, chain)


@contextmanager
def lawful(db: Session, actor: Actor) -> Iterator[None]:
    """What is erased or too old may go in this block: its links are released, and the logbook says how many."""
    db.flush()
    before = _whole(db)
    yield
    db.flush()
    gone = before - _whole(db) if before else set()
    for start in range(0, len(gone), _AT_ONCE):
        some = list(gone)[start : start + _AT_ONCE]
        for link in db.exec(select(LogSeal).where(col(LogSeal.entry_id).in_(some))):
            link.released = True
            db.add(link)
    if gone:
        db.flush()
        total = db.exec(select(func.count()).select_from(LogSeal).where(col(LogSeal.released))).one()
        db.add(entry(actor, RELEASED, "logbook", clock.new_id(), lines=len(gone), total=total))
    db.flush()


def _whole(db: Session) -> set[UUID]:
    """The lines that still say what they said when they were sealed."""
    links = db.execute(_links().where(~col(LogSeal.released))).all()
    now = _now(db) if links else {}
    return {link.entry_id for link in links if now.get(link.entry_id) == link.digest}


def _links() -> Columns:
    return columns(LogSeal.number, LogSeal.entry_id, LogSeal.digest, LogSeal.chain, LogSeal.released).order_by(
        col(LogSeal.number)
    )


def _now(db: Session) -> dict[UUID, str]:
    return {row[0]: _digest(*row) for row in db.execute(columns(*_SEALED))}


def _accounted(db: Session) -> int:
    """How many lines were released by then, in the newest line that says so; older ones have gone themselves."""
    told = (
        select(LogEntry.facts)
        .where(LogEntry.verb == RELEASED)
        .order_by(col(LogEntry.at).desc(), col(LogEntry.id).desc())
    )
    facts = db.exec(told.limit(1)).first()
    return int(facts["total"] or 0) if facts else 0


def _digest(row_id: UUID, at: datetime, *said: object) -> str:
    facts = [each.hex if isinstance(each, UUID) else each for each in said]
    return fingerprint("logbook:" + json.dumps([row_id.hex, at.astimezone(UTC).isoformat(), *facts], sort_keys=True))


def _linked(chain: str, digest: str) -> str:
    return hashlib.sha256(f"{chain}{digest}".encode()).hexdigest()
