"""What mail is for, so that a reader can stop one kind of it and keep the others (RFC 2369, RFC 8058).

Letters that answer what somebody does, tell of their own signal, or of a meeting that they said yes to, have no purpose
here: they are not sent to a list and always go.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from bsoo import clock
from bsoo.db import Stored, UTCDateTime


class Purpose(StrEnum):
    """A kind of mail that a reader can stop."""

    INVITATIONS = "invitations"
    REMINDERS = "reminders"
    MINUTES = "minutes"
    CONFIRMATIONS = "confirmations"


LETTERS_FOR: dict[Purpose, tuple[str, ...]] = {
    Purpose.INVITATIONS: ("invitation",),
    Purpose.REMINDERS: ("reminder",),
    Purpose.MINUTES: ("minutes_published", "publication"),
    Purpose.CONFIRMATIONS: ("confirm_details", "confirm_reminder"),
}
"""The letters to many, by what they are for."""

WITH = {Purpose.REMINDERS: Purpose.INVITATIONS}
"""What stops along with something else: nobody is reminded of what they do not want."""

_PURPOSES = {letter: purpose for purpose, letters in LETTERS_FOR.items() for letter in letters}

IN_ADDRESS = {
    "uitnodigingen": Purpose.INVITATIONS,
    "herinneringen": Purpose.REMINDERS,
    "verslagen": Purpose.MINUTES,
    "gegevens": Purpose.CONFIRMATIONS,
}
"""Purposes by their word in addresses and forms."""

WORD_OF = {purpose: word for word, purpose in IN_ADDRESS.items()}


class MailStop(SQLModel, table=True):
    """Somebody wants no more mail for one purpose; taking it back takes the row away, the logbook remembers both."""

    __tablename__ = "mail_stop"
    __table_args__ = (UniqueConstraint("contact_id", "purpose"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id", ondelete="CASCADE")
    purpose: Purpose = Field(sa_type=Stored(Purpose))
    since: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)


def purpose_of(letter: str) -> Purpose | None:
    """What a letter is for; None when it always goes."""
    return _PURPOSES.get(letter)


def stop_path(letter: str, path: str) -> str:
    """Where this letter is stopped: at the reader's own address, with what the letter is for behind it."""
    purpose = purpose_of(letter)
    return f"{path}/{WORD_OF[purpose]}" if path and purpose is not None else path


def stopped_by(purpose: Purpose) -> tuple[Purpose, ...]:
    """Wishes that each keep a letter for this purpose from being sent."""
    return (purpose, WITH[purpose]) if purpose in WITH else (purpose,)


def stops_among(db: Session, contacts: Collection[UUID]) -> dict[tuple[UUID, Purpose], datetime]:
    """Who of these stopped what, and since when."""
    if not contacts:
        return {}
    query = select(MailStop.contact_id, MailStop.purpose, MailStop.since)
    found = db.exec(query.where(col(MailStop.contact_id).in_(contacts)))
    return {(contact_id, Purpose(purpose)): since for contact_id, purpose, since in found}


def stopped(db: Session, contact_id: UUID) -> dict[Purpose, datetime]:
    """What somebody stopped, and since when."""
    return {purpose: since for (_contact, purpose), since in stops_among(db, [contact_id]).items()}


def stop(db: Session, contact_id: UUID, purpose: Purpose) -> bool:
    """No more of this; says whether that is new."""
    if purpose in stopped(db, contact_id):
        return False
    db.add(MailStop(contact_id=contact_id, purpose=purpose))
    db.flush()
    return True


def resume(db: Session, contact_id: UUID, purpose: Purpose) -> bool:
    """Write again; says whether it had been stopped."""
    there = select(MailStop).where(MailStop.contact_id == contact_id, MailStop.purpose == purpose)
    found = db.exec(there).first()
    if found is not None:
        db.delete(found)
        db.flush()
    return found is not None
