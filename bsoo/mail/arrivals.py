"""What a mail that came in leaves in the database: its rows, once, and what became of the letter that it speaks of."""

import hashlib
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Table, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from bsoo import clock
from bsoo.mail.models import Incoming, Letter, LetterEvent, LetterState, Outcome
from bsoo.mail.returning.kinds import About, Cause, Kind, Mail

INCOMING: Table = SQLModel.metadata.tables["incoming_mail"]

FULL_TOO_OFTEN = 3
"""A mailbox that is full in so many mailings is not read any more."""
FULL_CLOSED = timedelta(days=90)
"""Until the next quarter; by then somebody may have emptied it."""

_ARRIVED = (LetterState.ACCEPTED, LetterState.UNKNOWN)


def record(db: Session, mail: Mail, raw: bytes) -> list[Incoming]:
    """The rows of a mail; none when it was here before, even when two processes bring it at once."""
    digest = _digest(raw)
    rows = [_row(mail, about, digest, place) for place, about in enumerate(mail.about)]
    insert = postgresql.insert if db.connection().dialect.name == "postgresql" else sqlite.insert
    statement = insert(INCOMING).on_conflict_do_nothing(index_elements=["digest", "place"]).returning(INCOMING.c.id)
    new = list(db.connection().execute(statement, rows).scalars())
    found = select(Incoming).where(col(Incoming.id).in_(new)).order_by(col(Incoming.place))
    return list(db.exec(found)) if new else []


def rows_of(db: Session, raw: bytes) -> list[Incoming]:
    """The rows of a mail that was taken in."""
    return list(db.exec(select(Incoming).where(Incoming.digest == _digest(raw)).order_by(col(Incoming.place))))


def letter_of(db: Session, mail: Mail) -> Letter | None:
    """The letter that a mail is about: by the return token first, then by the number of the message."""
    if mail.tokens:
        found = db.exec(select(Letter).where(col(Letter.return_token).in_(mail.tokens))).first()
        if found is not None:
            return found
    if not mail.message_ids:
        return None
    return db.exec(select(Letter).where(col(Letter.message_id).in_(mail.message_ids))).first()


def mark_returned(db: Session, letter: Letter, words: str) -> None:
    """The letter did not arrive, in the server's own words."""
    _change(db, letter, _ARRIVED, LetterState.BOUNCED, words)


def mark_waiting(db: Session, letter: Letter, words: str) -> None:
    """Another server holds the letter and goes on trying: it keeps its state."""
    db.add(LetterEvent(letter_id=letter.id, state=letter.state, text=words[:500]))
    db.flush()


def take_back(db: Session, letter: Letter, words: str) -> None:
    """It did arrive after all."""
    _change(db, letter, (LetterState.BOUNCED,), LetterState.ACCEPTED, words)


def times_full(db: Session, address: str) -> int:
    """In how many different mailings this mailbox was full."""
    query = (
        select(func.count(func.distinct(col(Letter.mailing_id))))
        .join(Incoming, col(Incoming.letter_id) == Letter.id)
        .where(Incoming.kind == Kind.BOUNCE, Incoming.cause == Cause.FULL, Letter.to_address == address)
    )
    return db.exec(query).one()


def newest_answer(db: Session, invitation_id: UUID, but: UUID) -> Incoming | None:
    """The last calendar answer of an invitation that counted."""
    query = select(Incoming).where(
        Incoming.invitation_id == invitation_id, Incoming.outcome == Outcome.ANSWERED, Incoming.id != but
    )
    return db.exec(query.order_by(col(Incoming.stamp).desc()).limit(1)).first()


def _digest(raw: bytes) -> str:
    """Of the whole mail; who carries it may change its line ends."""
    return hashlib.sha256(raw.replace(b"\r\n", b"\n").strip()).hexdigest()


def _row(mail: Mail, about: About, digest: str, place: int) -> dict[str, object]:
    calendar = mail.calendar
    return {
        "id": clock.new_id(),
        "digest": digest,
        "place": place,
        "kind": mail.kind,
        "cause": about.cause,
        "outcome": Outcome.SHOWN,
        "sender": mail.sender[:254],
        "sender_name": _clean(about.name or mail.sender_name)[:240],
        "subject": _clean(mail.subject)[:300],
        "address": about.address[:254],
        "words": _clean(about.words if mail.kind is Kind.BOUNCE else about.words or mail.text)[:4000],
        "answer": about.answer,
        "delegate": calendar.delegate[:254] if calendar else "",
        "away_until": mail.away_until,
        "sequence": calendar.sequence if calendar else None,
        "stamp": calendar.stamp if calendar else None,
        "sent_at": mail.sent_at,
        "received_at": clock.now(),
    }


def _clean(text: str) -> str:
    """Without what no database takes as text, or no screen shows."""
    return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())


def _change(db: Session, letter: Letter, before: tuple[LetterState, ...], after: LetterState, words: str) -> None:
    """Change a state unless somebody else did: the postman may hold the row at this moment."""
    statement = update(Letter).where(col(Letter.id) == letter.id, col(Letter.state).in_(before))
    changed = db.exec(statement.values(state=after, smtp_text=words[:500], smtp_code=None).returning(col(Letter.id)))
    if changed.scalars().first() is not None:
        db.add(LetterEvent(letter_id=letter.id, state=after, text=words[:500]))
    db.flush()
    db.refresh(letter)
