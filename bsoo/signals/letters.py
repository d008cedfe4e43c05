"""Letters to whoever brought a signal; a signal that staff noted without a contact has nobody to write to."""

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.links import Purpose, token_for
from bsoo.mail import outbox
from bsoo.mail.letter_facts import MeetingFacts
from bsoo.mail.models import Letter, LetterState
from bsoo.mail.outbox import Recipient
from bsoo.registry.models import Address, Contact
from bsoo.signals.models import Signal


def tell_received(db: Session, actor: Actor, signal: Signal) -> None:
    _tell(db, signal, "signal_received")


def tell_accepted(db: Session, actor: Actor, signal: Signal, meeting: MeetingFacts | None) -> None:
    _tell(db, signal, "signal_accepted", meeting=meeting)


def tell_declined(db: Session, actor: Actor, signal: Signal) -> None:
    _tell(db, signal, "signal_declined", reason=signal.reason)


def ask_reporter(db: Session, actor: Actor, signal: Signal) -> None:
    _tell(db, signal, "signal_question", question=signal.question)


def hold_back(db: Session, actor: Actor, signal: Signal) -> None:
    """Take back the letters of a decision that is undone, as long as they have not left."""
    waiting = select(Letter).where(
        col(Letter.key).in_([_key(name, signal) for name in ("signal_accepted", "signal_declined", "signal_question")]),
        Letter.state == LetterState.QUEUED,
    )
    for letter in db.exec(waiting):
        letter.state = LetterState.CANCELLED


def _tell(db: Session, signal: Signal, name: str, **facts: object) -> None:
    if signal.contact_id is None:
        return
    found = db.exec(
        select(Contact, Address.email)
        .join(Address, col(Address.contact_id) == Contact.id)
        .where(Contact.id == signal.contact_id, col(Address.is_used))
    ).first()
    if found is None:
        return
    contact, address = found
    to = Recipient(address, contact.display_name, contact.language, contact.id)
    token = token_for(db, Purpose.OWN_PAGE, contact.id, contact.id)
    context = {
        "title": signal.title,
        "page": f"/mijn/{token}/signaal/{signal.id}",
        "own_page": f"/mijn/{token}",
        "called": contact.given_name,
        **facts,
    }
    outbox.queue(db, name, to, _key(name, signal), context, region_id=signal.region_id)


def _key(name: str, signal: Signal) -> str:
    """One letter for each decision: a later decision raises the revision."""
    return f"{name}:{signal.id}:{signal.revision}"
