"""Personal links: the door of somebody who has no account.

A token is an HMAC of what it opens, so a reminder can repeat the same link, while the database holds only the token's
hash: whoever reads the database can open nothing. Revoking raises the generation.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint, insert
from sqlmodel import Field, Session, SQLModel, col, select

from bsoo import clock
from bsoo.db import Stored, UTCDateTime
from bsoo.house import house

TOKEN_BYTES = 24
"""192 bits; 32 characters in an address."""


class Purpose(StrEnum):
    """What a link opens."""

    INVITATION = "invitation"
    OWN_PAGE = "own-page"


class PersonalLink(SQLModel, table=True):
    """One address for one person and one purpose; `subject_id` is the invitation or the contact."""

    __tablename__ = "personal_link"
    __table_args__ = (UniqueConstraint("purpose", "subject_id"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    purpose: Purpose = Field(sa_type=Stored(Purpose))
    subject_id: UUID = Field(index=True)
    leads_to: UUID | None = Field(default=None, index=True)
    """What the link opens since its own subject was merged into this one; the token stays that of its subject."""
    contact_id: UUID = Field(foreign_key="contact.id", index=True, ondelete="CASCADE")
    generation: int = 1
    token_hash: str = Field(max_length=64, unique=True)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)

    @property
    def opens(self) -> UUID:
        return self.leads_to or self.subject_id

    def is_open(self, moment: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or moment < self.expires_at)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def fingerprint(text: str) -> str:
    """A keyed hash, for what must be recognised again but not read back."""
    return _keyed(f"fingerprint:{text}").hexdigest()


def _token(purpose: Purpose, subject_id: UUID, generation: int = 1) -> str:
    digest = _keyed(f"{purpose}:{subject_id}:{generation}").digest()
    return urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def _keyed(message: str) -> hmac.HMAC:
    return hmac.new(house().secret.encode(), message.encode(), hashlib.sha256)


def token_for(db: Session, purpose: Purpose, subject_id: UUID, contact_id: UUID, until: datetime | None = None) -> str:
    """The token of this person's link, which is made at first need."""
    link = db.exec(
        select(PersonalLink).where(PersonalLink.purpose == purpose, PersonalLink.subject_id == subject_id)
    ).first()
    if link is not None:
        return _token(purpose, subject_id, link.generation)
    link, token = new_link(purpose, subject_id, contact_id, until)
    db.add(link)
    return token


def tokens_for(
    db: Session, purpose: Purpose, contacts: Mapping[UUID, UUID], until: datetime | None = None
) -> dict[UUID, str]:
    """The tokens of many people's links by subject, in one statement; links that are not there yet are made.

    `contacts` says whose each subject is.
    """
    there = select(PersonalLink.subject_id, PersonalLink.generation).where(
        PersonalLink.purpose == purpose, col(PersonalLink.subject_id).in_(list(contacts))
    )
    tokens = {subject_id: _token(purpose, subject_id, generation) for subject_id, generation in db.exec(there)}
    for subject_id in contacts.keys() - tokens.keys():
        link, tokens[subject_id] = new_link(purpose, subject_id, contacts[subject_id], until)
        db.add(link)
    return tokens


def make_missing(db: Session, purpose: Purpose, contacts: Mapping[UUID, UUID], until: datetime | None = None) -> None:
    """Make the links that are not there yet, in two statements; rows, since objects cost four times as much.

    `contacts` says whose each subject is.
    """
    there = select(PersonalLink.subject_id).where(
        PersonalLink.purpose == purpose, col(PersonalLink.subject_id).in_(list(contacts))
    )
    now = clock.now()
    rows = [
        {
            "id": clock.new_id(),
            "purpose": purpose,
            "subject_id": subject_id,
            "contact_id": contacts[subject_id],
            "generation": 1,
            "token_hash": hash_of(_token(purpose, subject_id)),
            "expires_at": until,
            "created_at": now,
        }
        for subject_id in contacts.keys() - set(db.exec(there))
    ]
    if rows:
        db.execute(insert(PersonalLink), rows)


def new_link(
    purpose: Purpose, subject_id: UUID, contact_id: UUID, until: datetime | None = None
) -> tuple[PersonalLink, str]:
    """A link for a subject that is new itself (to be added to the session) and its token."""
    token = _token(purpose, subject_id)
    link = PersonalLink(
        purpose=purpose, subject_id=subject_id, contact_id=contact_id, token_hash=hash_of(token), expires_at=until
    )
    return link, token


def renew(db: Session, link: PersonalLink) -> str:
    """Close the old address and give the new one."""
    link.generation += 1
    token = _token(link.purpose, link.subject_id, link.generation)
    link.token_hash = hash_of(token)
    link.revoked_at = None
    db.add(link)
    return token


def find(db: Session, purpose: Purpose, token: str) -> PersonalLink | None:
    """The open link behind a token, or None."""
    found = db.exec(
        select(PersonalLink).where(PersonalLink.token_hash == hash_of(token), PersonalLink.purpose == purpose)
    ).first()
    return found if found is not None and found.is_open(clock.now()) else None
