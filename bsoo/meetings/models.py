"""A region's quarter, its meeting, who is invited, what they answered, the agenda and who came."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import Stored, UTCDateTime


class MeetingState(StrEnum):
    """Whether a meeting goes on; whether it was held, the clock says (phases.py)."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What a contact answered; SILENT is the absence of an answer."""

    SILENT = "silent"
    ON_SITE = "on-site"
    ONLINE = "online"
    NO = "no"
    COLLEAGUE = "colleague"


COMING = (Answer.ON_SITE, Answer.ONLINE)


class Via(StrEnum):
    """Through which channel an answer came."""

    PAGE = "page"
    CALENDAR = "calendar"
    STAFF = "staff"


class Presence(StrEnum):
    """How somebody was there, or not."""

    EXPECTED = "expected"
    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"
    LEFT_EARLY = "left-early"
    WALK_IN = "walk-in"


class Origin(StrEnum):
    """Where an agenda item came from; kept for ever."""

    STANDING = "standing"
    SIGNAL = "signal"
    ACTION = "action"
    PREVIOUS_MINUTES = "previous-minutes"
    ADDED = "added"


class TextLevel(StrEnum):
    """Who may read an agenda item or a block of the minutes; higher levels never reach lower exports."""

    INTERNAL = "internal"
    PARTICIPANTS = "participants"
    PUBLIC = "public"


class Meeting(SQLModel, table=True):
    """One quarter's meeting of one region (the round): wall time and zone, never UTC and an interval."""

    __table_args__ = (UniqueConstraint("region_id", "year", "quarter"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    region_id: UUID = Field(foreign_key="region.id", index=True)
    year: int
    quarter: int
    on: date
    starts: time
    ends: time
    timezone: str = Field(default="Europe/Amsterdam", max_length=60)
    venue: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=300)
    """Street and place of the venue, one line."""
    online_link: str = Field(default="", max_length=500)
    """Shown only to those who said that they come online."""
    organiser: str = Field(default="", max_length=200)
    """Who organises it when it is somebody else's consultation."""
    state: MeetingState = Field(default=MeetingState.PLANNED, sa_type=Stored(MeetingState))
    calendar_uid: str = Field(max_length=120, unique=True)
    sequence: int = 0
    reminders_sent: int = 0
    reminders_automatic: bool = True
    agenda_sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    introduction: str = Field(default="", max_length=2000)
    """A few words of the coordinator on top of the invitation."""
    introduction_en: str = Field(default="", max_length=2000)
    """The same for who reads English; when empty, they read our own words instead of Dutch ones."""
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    revision: int = 1

    @property
    def slug(self) -> str:
        return f"{self.year}-{self.quarter}"


class Invitation(SQLModel, table=True):
    """A contact invited to a meeting, frozen with the reason; `answer` is the last of all answers, which are kept."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "contact_id"),
        Index("ix_invitation_meeting_id_answer", "meeting_id", "answer"),
    )

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    meeting_id: UUID = Field(foreign_key="meeting.id")
    contact_id: UUID = Field(foreign_key="contact.id", index=True, ondelete="CASCADE")
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    reason: str = Field(default="", max_length=200)
    answer: Answer = Field(default=Answer.SILENT, sa_type=Stored(Answer))
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answer_sequence: int = 0
    """The meeting's SEQUENCE that was answered; an answer to an older date asks again."""
    colleague_name: str = Field(default="", max_length=200)
    colleague_email: str = Field(default="", max_length=254)
    stands_in_for: UUID | None = Field(default=None, foreign_key="invitation.id")
    uninvited_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    invited_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    reminded: int = 0
    viewed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """First tap on the personal page; opening it does not count."""
    sequence_ahead: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How far this reader's calendar is ahead of the meeting's SEQUENCE: each un-inviting and inviting again is one."""


class InvitationAnswer(SQLModel, table=True):
    """One answer as it came; never changed."""

    __tablename__ = "invitation_answer"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    invitation_id: UUID = Field(foreign_key="invitation.id", index=True, ondelete="CASCADE")
    answer: Answer = Field(sa_type=Stored(Answer))
    via: Via = Field(default=Via.PAGE, sa_type=Stored(Via))
    sequence: int = 0
    at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    note: str = Field(default="", max_length=500)
    colleague_name: str = Field(default="", max_length=200)
    colleague_email: str = Field(default="", max_length=254)
    entered_by: UUID | None = Field(default=None, foreign_key="staff_user.id")


class AgendaItem(SQLModel, table=True):
    """A time box on the agenda. Without a meeting it is parked until a later one."""

    __tablename__ = "agenda_item"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    region_id: UUID = Field(foreign_key="region.id", index=True)
    meeting_id: UUID | None = Field(default=None, foreign_key="meeting.id", index=True)
    position: int = 0
    title: str = Field(max_length=200)
    question: str = Field(default="", max_length=1000)
    """What we want from the table."""
    minutes: int = Field(default=10, ge=1, le=240)
    presenter: str = Field(default="", max_length=200)
    papers: str = Field(default="", max_length=1000)
    """Titles and addresses of papers, one a line."""
    origin: Origin = Field(default=Origin.ADDED, sa_type=Stored(Origin))
    standing_key: str = Field(default="", max_length=40)
    signal_id: UUID | None = Field(default=None, foreign_key="signal.id", index=True)
    bundle_id: UUID | None = Field(default=None, foreign_key="bundle.id", index=True)
    level: TextLevel = Field(default=TextLevel.PARTICIPANTS, sa_type=Stored(TextLevel))
    times_parked: int = 0


class Attendance(SQLModel, table=True):
    """Who was there. A walk-in has a name and perhaps an organisation, and no invitation."""

    __table_args__ = (UniqueConstraint("meeting_id", "contact_id"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    meeting_id: UUID = Field(foreign_key="meeting.id", index=True)
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True)
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    name: str = Field(default="", max_length=200)
    organisation_name: str = Field(default="", max_length=200)
    presence: Presence = Field(default=Presence.EXPECTED, sa_type=Stored(Presence))
    online: bool = False
    noted_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
