"""What tests of signals share: a text, who reports, and what was written and noted."""

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.logbook import LogEntry
from bsoo.mail.models import Letter, LetterPayload
from bsoo.registry.models import Contact
from bsoo.registry.queries import contact_as_actor
from bsoo.signals.models import Signal

WAIT = "Gezinnen wachten langer op een plek in de nachtopvang. Vorig jaar was er binnen een week plek."


def as_actor(db: Session, contact: Contact) -> Actor:
    found = contact_as_actor(db, contact.id)
    assert found is not None
    return found


def letters(db: Session) -> list[str]:
    return list(db.exec(select(Letter.name).order_by(col(Letter.id))))


def context(db: Session, name: str) -> dict[str, object]:
    found = db.exec(
        select(LetterPayload.context).join(Letter, col(Letter.id) == LetterPayload.letter_id).where(Letter.name == name)
    ).one()
    return dict(found)


def verbs(db: Session, signal: Signal) -> set[str]:
    return set(db.exec(select(LogEntry.verb).where(LogEntry.subject_id == signal.id)))


def form(**more: object) -> dict[str, object]:
    return {"tekst": WAIT, "thema": "onderdak", "soort": "need", **more}
