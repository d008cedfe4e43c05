"""Organisations, the professionals who work there, and the regions that they take part in."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from bsoo import clock
from bsoo.db import Stored, UTCDateTime

JsonValue = str | int | bool | None | list[str] | dict[str, str]
"""What a column of a contact or an organisation looks like in JSON."""


class Sector(StrEnum):
    """The kinds of organisation that the program speaks of; what they are called, and which others there are: terms."""

    MUNICIPALITY = "municipality"
    CARE = "care"
    SHELTER = "shelter"
    LEGAL = "legal"
    MIGRANT_LED = "migrant-led"
    FAITH = "faith"
    FOOD = "food"
    EDUCATION = "education"
    NGO = "ngo"
    OTHER = "other"


class Basis(StrEnum):
    """Why we may write to a contact (AVG article 6)."""

    PUBLIC_TASK = "public-task"
    LEGITIMATE_INTEREST = "legitimate-interest"
    CONSENT = "consent"


class MemberStatus(StrEnum):
    """How somebody takes part in a region; this is the one place where the rule stands.

    A *member* takes part: is invited to every meeting unless somebody chose not to (`Membership.invited`), gets what
    the region publishes, is asked once a year whether the details are right, and counts.
    A *guest* comes now and then: is invited only to the meetings for which a coordinator picks them, gets the mail of
    those meetings and no other, and does not count among those to invite. Whoever came instead of a colleague is one.
    A *past* member took part before: kept for the history, never invited, asked or reminded, counted nowhere.

    Beside it stand two things that do not change it. Who *has left* every organisation is not invited whatever the
    status says, so that one comes back as what one was. Who said *stop* (`stopped_at`) gets no invitations, not as a
    guest either, until they or a coordinator say otherwise.
    """

    MEMBER = "member"
    GUEST = "guest"
    PAST = "past"


class Organisation(SQLModel, table=True):
    """A partner: the seat at the table. Answers, attendance and statistics count organisations."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    name: str = Field(max_length=200, index=True)
    name_key: str = Field(max_length=200, index=True)
    """The name folded for matching: lower case, without accents and punctuation."""
    aliases: list[str] = Field(default_factory=list, sa_type=JSON)
    sector: str = Field(default=Sector.OTHER, max_length=40)
    """The code of its kind, of a managed list."""
    parent_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    kvk: str = Field(default="", max_length=8)
    website: str = Field(default="", max_length=300)
    email: str = Field(default="", max_length=254)
    """The organisation's own role address, never a person's."""
    phone: str = Field(default="", max_length=40)
    street: str = Field(default="", max_length=200)
    postcode: str = Field(default="", max_length=10)
    place: str = Field(default="", max_length=80)
    themes: list[str] = Field(default_factory=list, sa_type=JSON)
    """Codes of the themes it works on."""
    notes: str = Field(default="", max_length=2000)
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    revision: int = 1
    """Rises with every edit, so that two writers never overwrite each other in silence."""


class OrganisationRegion(SQLModel, table=True):
    """A region in which an organisation works."""

    __tablename__ = "organisation_region"
    __table_args__ = (UniqueConstraint("organisation_id", "region_id"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="CASCADE")
    region_id: UUID = Field(foreign_key="region.id", index=True)
    listed: dict[str, str] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    """What the last list of this region said of the organisation, per field."""
    first_contact_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="SET NULL")
    """Whom we turn to first there. Stays when they leave, so that somebody is asked for another (first_contacts.py)."""


class Contact(SQLModel, table=True):
    """A professional at a partner: may be written to, acts by personal link, never has an account."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    title: str = Field(default="", max_length=40)
    given_name: str = Field(default="", max_length=80)
    infix: str = Field(default="", max_length=40)
    """The tussenvoegsel: "van der", "in 't"; not part of the sort order."""
    family_name: str = Field(default="", max_length=120)
    display_name: str = Field(max_length=240)
    sort_name: str = Field(max_length=240, index=True)
    """Family name, given name, infix; folded to lower case without accents."""
    search: str = Field(default="", max_length=1200)
    """One lower-case text without accents: names, organisations, roles, addresses, phones. Kept by the actions."""
    search_more: str = Field(default="", max_length=3000, sa_column_kwargs={"server_default": ""})
    """What they and their organisations do, in both languages: notes, kind, themes, services. Kept likewise."""
    phone: str = Field(default="", max_length=40)
    language: str = Field(default="nl", max_length=2)
    is_role_mailbox: bool = False
    notes: str = Field(default="", max_length=2000)
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    revision: int = 1


class Address(SQLModel, table=True):
    """An e-mail address of a contact; one of them is used."""

    __tablename__ = "contact_address"
    __table_args__ = (Index("ix_contact_address_reached", "contact_id", "is_used", "bounced_at"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id", ondelete="CASCADE")
    email: str = Field(max_length=254, unique=True)
    """Lower-cased: one address is one contact."""
    is_used: bool = True
    bounced_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    bounce_reason: str = Field(default="", max_length=300)


class Affiliation(SQLModel, table=True):
    """A contact's role at an organisation, from and to; nobody is invited through an ended one."""

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id", index=True, ondelete="CASCADE")
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    role: str = Field(default="", max_length=120)
    department: str = Field(default="", max_length=120)
    started_on: date | None = None
    ended_on: date | None = None
    ended_because: str = Field(default="", max_length=200)


class Grounds(SQLModel):
    """Why we may: the basis, where it comes from, since when, and which text was agreed to when it is consent."""

    basis: Basis = Field(default=Basis.PUBLIC_TASK, sa_type=Stored(Basis))
    basis_source: str = Field(default="", max_length=200)
    basis_since: date | None = None
    agreed_text_id: UUID | None = Field(default=None, foreign_key="consent_text.id")


class Membership(Grounds, table=True):
    """A contact in a region: as what, invited or not, last confirmed, and why we may keep them and write to them.

    Its grounds hold for every purpose that has none of its own (basis.PurposeBasis).
    """

    __table_args__ = (
        UniqueConstraint("contact_id", "region_id"),
        Index("ix_membership_region_id_invited", "region_id", "invited"),
        Index("ix_membership_status_contact_id", "status", "contact_id"),
    )

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    contact_id: UUID = Field(foreign_key="contact.id", ondelete="CASCADE")
    region_id: UUID = Field(foreign_key="region.id")
    status: MemberStatus = Field(
        default=MemberStatus.MEMBER, sa_type=Stored(MemberStatus), sa_column_kwargs={"server_default": "member"}
    )
    invited: bool = True
    """Whether a member is invited by default; of guests and past members it waits until they are members again."""
    paused_until: date | None = None
    stopped_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    """When the contact said "no more invitations"."""
    confirmed_on: date | None = None
    listed: dict[str, str] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    """What the last list of this region said of the contact, per field."""


class Upload(SQLModel, table=True):
    """An uploaded contact list between preview and decision; the file itself is deleted afterwards."""

    __tablename__ = "contact_upload"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    region_id: UUID = Field(foreign_key="region.id", index=True)
    file_name: str = Field(max_length=200)
    file_hash: str = Field(max_length=64, index=True)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    mapping: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """Column position (as text) -> meaning, where a person changed what was found."""
    layout: str = Field(default="", max_length=64, index=True, sa_column_kwargs={"server_default": ""})
    """A hash of the headers: a list of the same layout begins with what was chosen for the one before."""
    words: dict[str, str] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    """Words of the list ("column:word") -> what a person chose that they become."""
    left_out: list[str] = Field(default_factory=list, sa_type=JSON)
    """Rows ("sheet.row") that a person left out."""
    corrections: dict[str, str] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    """Cells ("sheet.row.column") that a person corrected -> what they say now."""
    answers: dict[str, str] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    """Rows ("sheet.row") about which a person was asked something -> the answer."""
    totals: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    uploaded_by: UUID | None = Field(default=None, foreign_key="staff_user.id")
    uploaded_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    applied_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    discarded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    first_id: UUID | None = None
    """All that the import made has an id from this one..."""
    last_id: UUID | None = None
    """... up to this one."""


class ImportedChange(SQLModel, table=True):
    """A row that an import changed, as it was and as it became; kept while the import can be undone."""

    __tablename__ = "contact_import_change"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    upload_id: UUID = Field(foreign_key="contact_upload.id", index=True, ondelete="CASCADE")
    contact_id: UUID | None = Field(default=None, foreign_key="contact.id", index=True, ondelete="CASCADE")
    """Whose row it is: who is erased takes this along."""
    table_name: str = Field(max_length=40)
    row_id: UUID
    before: dict[str, JsonValue] = Field(default_factory=dict, sa_type=JSON)
    after: dict[str, JsonValue] = Field(default_factory=dict, sa_type=JSON)


class JoinRequest(SQLModel, table=True):
    """Somebody who asked on the public page to take part; a coordinator decides."""

    __tablename__ = "join_request"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    region_id: UUID = Field(foreign_key="region.id", index=True)
    name: str = Field(max_length=200)
    organisation: str = Field(max_length=200)
    role: str = Field(default="", max_length=120)
    email: str = Field(max_length=254)
    message: str = Field(default="", max_length=2000)
    language: str = Field(default="nl", max_length=2)
    asked_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    accepted: bool | None = None
    agreed_text_id: UUID | None = Field(default=None, foreign_key="consent_text.id")
