"""The outbox: a letter is a row, written in the transaction that causes it; the postman sends it afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, not_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from bsoo import clock
from bsoo.i18n import gettext as _
from bsoo.mail import blocking, purposes
from bsoo.mail.letters import LETTERS, stored
from bsoo.mail.marks import new_marks
from bsoo.mail.models import Letter, LetterState, Mailing, MailingState
from bsoo.mail.purpose_words import STOPPED_WORDS
from bsoo.mail.purposes import Purpose, purpose_of
from bsoo.mail.wording.built_in import key_of
from bsoo.mail.wording.versions import Texts

LETTER: Table = SQLModel.metadata.tables["letter"]
PAYLOAD: Table = SQLModel.metadata.tables["letter_payload"]
LEFT_OUT: Table = SQLModel.metadata.tables["mailing_left_out"]

TEST = "test:"
"""How the key of a letter begins that somebody sends to themselves; it counts nowhere."""

CHUNK = 500
"""Rows in one INSERT: well under the number of parameters that either database takes."""


@dataclass(frozen=True)
class Recipient:
    """Somebody with an address and a language: a contact, a member of staff, or whoever asked to join."""

    address: str
    name: str
    language: str = "nl"
    contact_id: UUID | None = None


@dataclass(frozen=True)
class Draft:
    """A letter that is about to be queued; `key` says what causes it."""

    name: str
    to: Recipient
    key: str
    context: Mapping[str, Any] = field(default_factory=dict)
    region_id: UUID | None = None
    meeting_id: UUID | None = None
    mailing_id: UUID | None = None
    calendar: bytes | str | None = None
    calendar_method: str = ""
    why: str = ""
    """Why this reader is in the mailing, as a word of whoever makes it."""


@dataclass(frozen=True)
class Refusals:
    """Who may not be written to, and why: the address is closed, or the reader stopped this kind of mail."""

    blocked: Mapping[str, set[str]]
    stopped: Mapping[tuple[UUID, Purpose], datetime]

    @classmethod
    def of(cls, db: Session, drafts: Iterable[Draft]) -> "Refusals":
        drafts = list(drafts)
        asked = {draft.to.contact_id for draft in drafts if draft.to.contact_id and purpose_of(draft.name)}
        blocked = blocking.blocked_among(db, {draft.to.address for draft in drafts})
        return cls(blocked, purposes.stops_among(db, asked))

    def why(self, draft: Draft) -> str:
        """Why this letter is not sent; empty when it is."""
        purpose = purpose_of(draft.name)
        if draft.to.contact_id and purpose is not None:
            for wish in purposes.stopped_by(purpose):
                since = self.stopped.get((draft.to.contact_id, wish))
                if since is not None:
                    return _(STOPPED_WORDS[wish], day=f"{since.astimezone(clock.ZONE):%d-%m-%Y}")
        closed = self.blocked.get(draft.to.address.lower(), set())
        if "" in closed or LETTERS[draft.name].purpose in closed:
            return _("This address is on the block list.")
        return ""


@dataclass(frozen=True)
class Progress:
    """How far a mailing is; the parts add up to the letters that were queued."""

    total: int
    waiting: int
    sent: int
    refused: int
    unknown: int
    suppressed: int
    cancelled: int
    state: MailingState

    @property
    def is_over(self) -> bool:
        return self.waiting == 0

    @property
    def handled(self) -> int:
        return self.total - self.waiting


def queue(
    db: Session,
    name: str,
    to: Recipient,
    key: str,
    context: Mapping[str, Any],  # Any: the facts' own types are checked by letters.stored
    *,
    region_id: UUID | None = None,
    meeting_id: UUID | None = None,
    mailing: Mailing | None = None,
    calendar: bytes | str | None = None,
    calendar_method: str = "",
) -> bool:
    """Write one letter; False when this key was there already, since nobody is written twice."""
    mailing_id = mailing.id if mailing else None
    draft = Draft(name, to, key, context, region_id, meeting_id, mailing_id, calendar, calendar_method)
    return queue_many(db, [draft]) == 1


def queue_many(db: Session, letters: Iterable[Draft]) -> int:
    """Write many letters in a few statements; says how many were new. What may not be sent is kept with the reason."""
    drafts = list({draft.key: draft for draft in letters}.values())
    db.flush()
    refusals = Refusals.of(db, drafts)
    texts = Texts(db, {draft.region_id for draft in drafts})
    return sum(_write(db, drafts[start : start + CHUNK], refusals, texts) for start in range(0, len(drafts), CHUNK))


def start_mailing(
    db: Session,
    actor_id: UUID | None,
    letter: str,
    region_id: UUID | None,
    meeting_id: UUID | None,
    total: int,
    *,
    begins_at: datetime | None = None,
    left_out: Mapping[UUID, str] | None = None,
) -> Mailing:
    """A bulk mail that somebody approved; its letters are queued with `mailing`.

    It waits until `begins_at`. `left_out` says for which contacts there is no letter, and why: that list is frozen too.
    """
    mailing = Mailing(letter=letter, region_id=region_id, meeting_id=meeting_id, total=total, started_by=actor_id)
    if begins_at is not None and begins_at > clock.now():
        mailing.state, mailing.begins_at = MailingState.SCHEDULED, begins_at
    db.add(mailing)
    db.flush()
    if left_out:
        rows = [
            {"id": clock.new_id(), "mailing_id": mailing.id, "contact_id": contact_id, "why": str(why)}
            for contact_id, why in left_out.items()
        ]
        db.connection().execute(LEFT_OUT.insert(), rows)
    return mailing


WAITING = (LetterState.QUEUED, LetterState.CLAIMED, LetterState.IN_FLIGHT)
REFUSED = (LetterState.REFUSED, LetterState.BOUNCED)


def progress(db: Session, mailing_id: UUID) -> Progress:
    """How far a mailing is, in one statement for its letters."""
    counts = counts_by_state(db, mailing_id=mailing_id)
    state = db.exec(select(Mailing.state).where(Mailing.id == mailing_id)).one()
    return Progress(
        total=sum(counts.values()),
        waiting=sum(counts[one] for one in WAITING),
        sent=counts[LetterState.ACCEPTED],
        refused=sum(counts[one] for one in REFUSED),
        unknown=counts[LetterState.UNKNOWN],
        suppressed=counts[LetterState.SUPPRESSED],
        cancelled=counts[LetterState.CANCELLED],
        state=MailingState(state),
    )


def counts_by_state(
    db: Session, *, mailing_id: UUID | None = None, meeting_id: UUID | None = None, name: str = ""
) -> dict[LetterState, int]:
    """How many letters are in each state; every state is there."""
    query = select(Letter.state, func.count()).group_by(col(Letter.state))
    if mailing_id:
        query = query.where(Letter.mailing_id == mailing_id)
    if meeting_id:
        query = query.where(Letter.meeting_id == meeting_id)
    if name:
        query = query.where(Letter.name == name)
    found = {LetterState(state): number for state, number in db.exec(query)}
    return {state: found.get(state, 0) for state in LetterState}


def counts_as_mail() -> ColumnElement[bool]:
    """A letter that somebody should get: not the test that a coordinator sent to themselves."""
    return not_(col(Letter.key).startswith(TEST))


def _write(db: Session, drafts: Sequence[Draft], refusals: Refusals, texts: Texts) -> int:
    rows = [_row(draft, refusals.why(draft)) for draft in drafts]
    contexts = {row["id"]: draft for row, draft in zip(rows, drafts, strict=True)}
    insert = postgresql.insert if db.connection().dialect.name == "postgresql" else sqlite.insert
    statement = insert(LETTER).on_conflict_do_nothing(index_elements=["key"]).returning(LETTER.c.id)
    new = list(db.connection().execute(statement, rows).scalars())
    if new:
        payloads = [_payload(letter_id, contexts[letter_id], texts) for letter_id in new]
        db.connection().execute(PAYLOAD.insert(), payloads)
    return len(new)


def _row(draft: Draft, why_not: str) -> dict[str, Any]:  # Any: what a database driver takes
    now = clock.now()
    return {
        "id": clock.new_id(),
        "key": draft.key,
        "name": draft.name,
        "mailing_id": draft.mailing_id,
        "region_id": draft.region_id,
        "meeting_id": draft.meeting_id,
        "contact_id": draft.to.contact_id,
        "to_address": draft.to.address,
        "to_name": draft.to.name,
        "language": draft.to.language,
        "why": draft.why,
        "state": LetterState.SUPPRESSED if why_not else LetterState.QUEUED,
        "attempts": 0,
        "due_at": now,
        "owner": "",
        "queued_at": now,
        "smtp_text": why_not,
        **new_marks(),
    }


def _payload(letter_id: UUID, draft: Draft, texts: Texts) -> dict[str, Any]:  # Any: what a database driver takes
    calendar = draft.calendar or ""
    facts = stored(draft.name, draft.context)
    # What was approved is what goes out, also when somebody edits the text before it is sent.
    edited = texts.edited(key_of(draft.name, facts), draft.region_id, draft.to.language)
    return {
        "letter_id": letter_id,
        "context": {**facts, "wording": edited._asdict()} if edited and not facts["wording"] else facts,
        "calendar_method": draft.calendar_method,
        "calendar": calendar.decode() if isinstance(calendar, bytes) else calendar,
    }
