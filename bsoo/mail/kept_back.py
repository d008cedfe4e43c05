"""Letters that wait and may not go any more: their reader wants none since, or their address was closed."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from bsoo.i18n import DEFAULT, speaking
from bsoo.mail.models import Letter, LetterEvent, LetterState
from bsoo.mail.outbox import Draft, Recipient, Refusals


def keep_back(db: Session, which: ColumnElement[bool]) -> None:
    """Of these letters send none that would not be written now."""
    waits = col(Letter.due_at).is_not(None) & (col(Letter.state) == LetterState.QUEUED)
    for letter, words in refused_now(db, waits & which):
        letter.state, letter.smtp_text = LetterState.SUPPRESSED, words
        db.add_all([letter, LetterEvent(letter_id=letter.id, state=LetterState.SUPPRESSED, text=words)])
    db.flush()


def refused_now(db: Session, which: ColumnElement[bool]) -> Iterator[tuple[Letter, str]]:
    """Those of these letters that would not be written now, and why, in words for staff."""
    letters = db.exec(select(Letter).where(which).with_for_update()).all()
    drafts = [Draft(one.name, Recipient(one.to_address, "", contact_id=one.contact_id), one.key) for one in letters]
    refusals = Refusals.of(db, drafts)
    for letter, draft in zip(letters, drafts, strict=True):
        with speaking(DEFAULT):
            why = refusals.why(draft)
        if why:
            yield letter, why
