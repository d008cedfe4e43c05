"""Letters: a narrow status row, its payload apart, its history append-only (measured 4 to 8 times faster on SQLite)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import DDL, JSON, Index, LargeBinary, UniqueConstraint, event
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import Stored, UTCDateTime
from bsoo.mail.returning.kinds import CalendarAnswer, Cause, Kind


class LetterState(StrEnum):
    """Where a letter is. UNKNOWN may have been sent: it is shown, never resent by itself."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    IN_FLIGHT = "in-flight"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"


class MailingState(StrEnum):
    """A bulk mail as a whole. SCHEDULED waits for its time; one that came late is PAUSED, and asks."""

    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class Because(StrEnum):
    """Why a mailing is paused."""

    BY_HAND = "by-hand"
    REFUSED = "refused"
    """Too much of it was refused."""
    LATE = "late"
    """Nothing was sent at its time, and that was hours ago."""


class Mailing(SQLModel, table=True):
    """One bulk mail: what was approved, by whom, to how many."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    region_id: UUID | None = Field(default=None, foreign_key="region.id", index=True)
    meeting_id: UUID | None = Field(default=None, foreign_key="meeting.id", index=True)
    letter: str = Field(max_length=40)
    """The name of the letter: "invitation", "reminder"."""
    total: int = 0
    tolerated: int = 0
    """Refusals that somebody knew of when they let a paused mailing go on."""
    state: MailingState = Field(default=MailingState.RUNNING, sa_type=Stored(MailingState))
    paused_because: Because | None = Field(default=None, sa_type=Stored(Because))
    begins_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """The moment that was chosen; None when it began at once."""
    stopped_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    started_by: UUID | None = Field(default=None, foreign_key="staff_user.id")
    started_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)


class LeftOut(SQLModel, table=True):
    """Somebody who did not get a bulk mail, with the reason as it was at that moment."""

    __tablename__ = "mailing_left_out"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    mailing_id: UUID = Field(foreign_key="mailing.id", index=True, ondelete="CASCADE")
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="SET NULL")
    why: str = Field(max_length=40)
    """The word of whoever made the mailing: "stopped", "no-address"."""


class Letter(SQLModel, table=True):
    """One e-mail to one person. Message-ID, Date and return token are fixed when it is queued."""

    # None of what the postman changes between two letters: PostgreSQL would write anew in each index of the table.
    __table_args__ = (
        Index("ix_letter_meeting_id_name", "meeting_id", "name"),
        Index("ix_letter_due_at_id", "due_at", "id"),
        Index("ix_letter_mailing_id_due_at_id", "mailing_id", "due_at", "id"),
    )

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    key: str = Field(max_length=160, unique=True)
    """What causes it, so that an action that is done twice writes nobody twice."""
    name: str = Field(max_length=40)
    mailing_id: UUID | None = Field(default=None, foreign_key="mailing.id")
    region_id: UUID | None = Field(default=None, foreign_key="region.id", index=True)
    meeting_id: UUID | None = Field(default=None, foreign_key="meeting.id")
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="SET NULL")
    to_address: str = Field(max_length=254)
    to_name: str = Field(default="", max_length=240)
    language: str = Field(default="nl", max_length=2)
    why: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
    """Why somebody is in the mailing, as a word of whoever made it: "regular", "silent"."""
    state: LetterState = Field(default=LetterState.QUEUED, sa_type=Stored(LetterState))
    attempts: int = 0
    due_at: datetime | None = Field(default_factory=clock.now, sa_type=UTCDateTime)
    """When it may go; a claim takes it away from what has ended, which need not be looked for any more."""
    owner: str = Field(default="", max_length=60)
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    message_id: str = Field(max_length=120, unique=True)
    return_token: str = Field(max_length=40, unique=True)
    queued_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    smtp_code: int | None = None
    smtp_text: str = Field(default="", max_length=500)
    """The server's own words."""


class LetterPayload(SQLModel, table=True):
    """What a letter is made of, and the bytes once they are made; removed 30 days after sending."""

    __tablename__ = "letter_payload"

    letter_id: UUID = Field(foreign_key="letter.id", primary_key=True, ondelete="CASCADE")
    context: dict[str, object] = Field(default_factory=dict, sa_type=JSON)
    calendar_method: str = Field(default="", max_length=12)
    calendar: str = Field(default="", max_length=20000)
    raw: bytes | None = Field(default=None, sa_type=LargeBinary)


class LetterEvent(SQLModel, table=True):
    """What happened to a letter; append-only."""

    __tablename__ = "letter_event"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    letter_id: UUID = Field(foreign_key="letter.id", index=True, ondelete="CASCADE")
    at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    state: LetterState = Field(sa_type=Stored(LetterState))
    smtp_code: int | None = None
    text: str = Field(default="", max_length=500)


class Blocked(SQLModel, table=True):
    """An address that we do not write to, as a keyed hash: an old spreadsheet must not bring it back.

    Who opens it again says how they know that it works; the row stays.
    """

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    address_hash: str = Field(max_length=64, index=True)
    purpose: str = Field(default="", max_length=40)
    """Empty means every purpose."""
    reason: str = Field(default="", max_length=200)
    since: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """A mailbox that was full may have been emptied by then; None is until somebody opens it."""
    released_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    released_by: UUID | None = Field(default=None, foreign_key="staff_user.id")
    proof: str = Field(default="", max_length=300, sa_column_kwargs={"server_default": ""})
    """How somebody knew that it works, in their words or by a word of ours: "expired", "own-choice"."""


class SendingPace(SQLModel, table=True):
    """When an account may send again, over all postmen and restarts."""

    __tablename__ = "sending_pace"

    sender: str = Field(max_length=254, primary_key=True)
    arrives_at: datetime = Field(sa_type=UTCDateTime)
    """The theoretical arrival time of the generic cell rate algorithm."""
    held_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """The server asked us to wait, or cannot be reached."""
    rate: float | None = None
    """Letters a minute after the server said that we go too fast; it grows by itself from the end of the pause."""


class MailEpoch(SQLModel, table=True):
    """The time since the database last crashed: one row, gone after a crash."""

    __tablename__ = "mail_epoch"

    id: int = Field(default=1, primary_key=True)
    name: str = Field(max_length=12)


class HeldBecause(StrEnum):
    """Why what waits asks first."""

    PUT_BACK = "put-back"
    """This database knows less than it did: a copy was put back."""
    MOVED = "moved"
    """It was the database of another site."""


class MailMark(SQLModel, table=True):
    """How far sending is: one row, that counts along with a file beside the database."""

    __tablename__ = "mail_mark"

    id: UUID = Field(default=UUID(int=1), primary_key=True)
    name: str = Field(max_length=12)
    """Of this database and all its copies."""
    site: str = Field(max_length=254)
    number: int = 0
    held_before: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """What was queued until then may have been sent already; none of it goes until somebody says so."""
    held_because: HeldBecause | None = Field(default=None, sa_type=Stored(HeldBecause))


class Outcome(StrEnum):
    """What a mail that came in did."""

    SHOWN = "shown"
    BLOCKED = "blocked"
    ANSWERED = "answered"
    LATE = "late"
    SOMEBODY_ELSE = "somebody-else"
    TAKEN_BACK = "taken-back"


class Incoming(SQLModel, table=True):
    """A mail that came in, one row for each address that it speaks of; the mail itself stays in the mailbox."""

    __tablename__ = "incoming_mail"
    __table_args__ = (
        UniqueConstraint("digest", "place"),
        Index("ix_incoming_mail_region_id_received_at", "region_id", "received_at"),
    )

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    digest: str = Field(max_length=64)
    """Of the whole mail, so that what is fetched twice counts once."""
    place: int = 0
    """Which of the addresses that it speaks of."""
    kind: Kind = Field(sa_type=Stored(Kind))
    cause: Cause | None = Field(default=None, sa_type=Stored(Cause))
    outcome: Outcome = Field(default=Outcome.SHOWN, sa_type=Stored(Outcome))
    sender: str = Field(default="", max_length=254)
    sender_name: str = Field(default="", max_length=240)
    subject: str = Field(default="", max_length=300)
    address: str = Field(default="", max_length=254)
    """Whom it speaks of: the address that failed, complained or answered."""
    words: str = Field(default="", max_length=4000)
    """The server's own words, or what a person wrote; removed after half a year."""
    answer: CalendarAnswer | None = Field(default=None, sa_type=Stored(CalendarAnswer))
    delegate: str = Field(default="", max_length=254)
    away_until: date | None = None
    sequence: int | None = None
    stamp: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When a calendar answer was made; the newest counts, whenever it arrives."""
    letter_id: UUID | None = Field(default=None, foreign_key="letter.id", index=True, ondelete="SET NULL")
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="SET NULL")
    invitation_id: UUID | None = Field(default=None, foreign_key="invitation.id", index=True, ondelete="SET NULL")
    meeting_id: UUID | None = Field(default=None, foreign_key="meeting.id", index=True)
    region_id: UUID | None = Field(default=None, foreign_key="region.id")
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    received_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    handled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    handled_by: UUID | None = Field(default=None, foreign_key="staff_user.id")


def _on_postgresql(model: type[SQLModel], statement: str) -> None:
    done = DDL(statement).execute_if(dialect="postgresql")  # type: ignore[no-untyped-call] # untyped in SQLAlchemy
    event.listen(model.metadata.tables[str(model.__tablename__)], "after_create", done)


_on_postgresql(MailEpoch, "ALTER TABLE mail_epoch SET UNLOGGED")  # so that a crash empties it
_on_postgresql(Letter, "ALTER TABLE letter SET (fillfactor = 50)")  # room beside it for what a letter becomes (HOT)
_on_postgresql(LetterPayload, "ALTER TABLE letter_payload ALTER COLUMN raw SET STORAGE EXTERNAL")  # packing costs most
