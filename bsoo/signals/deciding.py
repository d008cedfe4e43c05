"""What coordinators do with signals: accept with or without agenda, decline with a reason, ask back, recode, undo."""

from sqlmodel import Session

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Conflict, NotAllowed, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail.letter_facts import MeetingFacts
from bsoo.signals import letters
from bsoo.signals.models import Level, Signal, State
from bsoo.terms import words
from bsoo.terms.models import Vocabulary

UNDECIDED = (State.RECEIVED, State.ASKED_BACK)
CAN_BE_UNDONE = (State.ACCEPTED, State.ON_AGENDA, State.DECLINED, State.ASKED_BACK, State.REFERRED)
MAY_BE_RECODED = frozenset(State) - {State.DRAFT, State.WITHDRAWN}


def accept(db: Session, actor: Actor, signal: Signal, *, for_agenda: bool, meeting: MeetingFacts | None = None) -> None:
    """Take a signal over: on the agenda of the next meeting, or only in the count. The reporter hears which."""
    _require_review(actor, signal)
    _refuse_decided(signal, UNDECIDED if not for_agenda else (*UNDECIDED, State.ACCEPTED))
    _decide(signal, State.ON_AGENDA if for_agenda else State.ACCEPTED)
    note(db, actor, "signal.put_on_agenda" if for_agenda else "signal.accepted", signal, signal.region_id)
    letters.tell_accepted(db, actor, signal, meeting if for_agenda else None)


def decline(db: Session, actor: Actor, signal: Signal, *, reason: str) -> None:
    """Leave a signal out, and tell its reporter why."""
    _require_review(actor, signal)
    if not reason.strip():
        raise Refused(_("Write the reason: the reporter reads it."), field="reden")
    _refuse_decided(signal, UNDECIDED)
    signal.reason = reason.strip()
    _decide(signal, State.DECLINED)
    note(db, actor, "signal.declined", signal, signal.region_id)
    letters.tell_declined(db, actor, signal)


def ask_back(db: Session, actor: Actor, signal: Signal, *, question: str) -> None:
    """Ask the reporter something first; the signal waits for the answer."""
    _require_review(actor, signal)
    if not question.strip():
        raise Refused(_("Write your question first."), field="vraag")
    _refuse_decided(signal, UNDECIDED)
    if signal.contact_id is None:
        raise Refused(_("Nobody can be asked: a colleague noted this signal without a contact."), field="vraag")
    signal.question, signal.answer = question.strip(), ""
    _decide(signal, State.ASKED_BACK)
    note(db, actor, "signal.asked_back", signal, signal.region_id)
    letters.ask_reporter(db, actor, signal)


def reopen(db: Session, actor: Actor, signal: Signal) -> None:
    """Undo the last decision; a letter about it that has not left yet stays home."""
    _require_review(actor, signal)
    if signal.state not in CAN_BE_UNDONE:
        raise Refused(_("This cannot be undone any more."))
    letters.hold_back(db, actor, signal)
    _decide(signal, State.RECEIVED)
    signal.decided_at, signal.reason, signal.question = None, "", ""
    note(db, actor, "signal.reopened", signal, signal.region_id)


def recode(db: Session, actor: Actor, signal: Signal, *, theme: str) -> None:
    """Give a signal the theme under which it is counted."""
    _require_review(actor, signal)
    theme = next(iter(words.known(db).usable(Vocabulary.THEME, [theme], [signal.theme])), "")
    if not theme:
        raise Refused(_("Choose one theme."), field="thema")
    if signal.state not in MAY_BE_RECODED:
        raise Refused(_("This signal is not open any more."), field="thema")
    if signal.theme == theme:
        return
    before, signal.theme = signal.theme, theme
    signal.updated_at = clock.now()
    note(db, actor, "signal.recoded", signal, signal.region_id, before=before, after=theme)


def _require_review(actor: Actor, signal: Signal) -> None:
    require(actor, Permission.REVIEW_SIGNALS, signal.region_id)
    if signal.level is Level.SENSITIVE:
        require(actor, Permission.VIEW_SENSITIVE, signal.region_id)
    if signal.state is State.DRAFT:
        raise NotAllowed


def _refuse_decided(signal: Signal, still_open: tuple[State, ...]) -> None:
    if signal.state not in still_open:
        raise Conflict(_("Somebody else has judged this signal in the meantime. Look again first."))


def _decide(signal: Signal, state: State) -> None:
    signal.state = state
    signal.decided_at = signal.updated_at = clock.now()
    signal.revision += 1
