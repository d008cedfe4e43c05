"""What partners do with signals by personal link, and staff for them: draft, send, say "nothing new", take back."""

from dataclasses import asdict, dataclass, field
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock, i18n
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.quarters import Quarter
from bsoo.registry.models import Affiliation, OrganisationRegion
from bsoo.signals import guarding, letters
from bsoo.signals.models import (
    Band,
    Frequency,
    Kind,
    Level,
    NothingNew,
    Signal,
    State,
    Wish,
)
from bsoo.signals.themes import OTHER
from bsoo.terms import words
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words
from bsoo.text import fold

SHORTEST = 15
"""Fewer signs than this say nothing."""
TITLE_LENGTH = 100
OPEN_FOR_REPORTER = (State.RECEIVED, State.ASKED_BACK, State.ACCEPTED)
"""Until it is on an agenda the reporter may take a signal back."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody says in the form."""

    text: str = ""
    title: str = ""
    kind: Kind = Kind.NEED
    theme: str = ""
    frequency: Frequency | None = None
    since: date | None = None
    band: Band = Band.UNKNOWN
    groups: list[str] = field(default_factory=list)
    ask: str = ""
    wish: Wish = Wish.COUNT
    level: Level = Level.SOURCE_CONFIDENTIAL
    name_organisation: bool = False
    not_names: list[str] = field(default_factory=list)


def save_draft(db: Session, actor: Actor, region_id: UUID, told: Told) -> Signal:
    """Keep what a partner has typed so far: one draft for each contact, seen by nobody else."""
    require(actor, Permission.SUBMIT_SIGNAL, region_id)
    if actor.contact_id is None:
        raise NotFound
    signal = draft_of(db, actor) or _new(actor, region_id)
    _fill(signal, region_id, told, words.known(db))
    signal.organisation_id = _seat(db, actor.contact_id, region_id)
    db.add(signal)
    db.flush()
    return signal


def submit(db: Session, actor: Actor, region_id: UUID, told: Told, *, organisation_id: UUID | None = None) -> Signal:
    """Send a signal: from a partner's own link, or noted by staff for an organisation."""
    require(actor, Permission.SUBMIT_SIGNAL, region_id)
    listed = words.known(db)
    _refuse_unfinished(db, actor, region_id, told, listed)
    if actor.contact_id is None and not _works_in(db, organisation_id, region_id):
        raise Refused(_("Choose the organisation that said this."), field="organisatie")
    signal = (draft_of(db, actor) if actor.contact_id else None) or _new(actor, region_id)
    _fill(signal, region_id, told, listed)
    signal.organisation_id = _seat(db, actor.contact_id, region_id) if actor.contact_id else organisation_id
    signal.noted_by = None if actor.contact_id else actor.id
    signal.year, signal.quarter = Quarter.of(clock.today())
    signal.state, signal.submitted_at = State.RECEIVED, clock.now()
    db.add(signal)
    db.flush()
    note(db, actor, "signal.submitted" if actor.contact_id else "signal.noted", signal, region_id, theme=signal.theme)
    letters.tell_received(db, actor, signal)
    return signal


def report_nothing_new(db: Session, actor: Actor, region_id: UUID) -> bool:
    """Say that an organisation saw nothing new: it counts among those who took part. False when it was said before."""
    require(actor, Permission.SUBMIT_SIGNAL, region_id)
    organisation_id = _seat(db, actor.contact_id, region_id) if actor.contact_id else None
    if organisation_id is None:
        raise Refused(_("We do not know your organisation. Ask the coordinator to add it."))
    year, quarter = Quarter.of(clock.today())
    said = NothingNew(
        organisation_id=organisation_id, region_id=region_id, contact_id=actor.contact_id, year=year, quarter=quarter
    )
    if _said_before(db, said):
        return False
    db.add(said)
    db.flush()
    note(db, actor, "nothing_new.reported", said, region_id, year=year, quarter=quarter)
    return True


def answer_back(db: Session, actor: Actor, signal: Signal, answer: str) -> None:
    """The reporter answers the coordinator's question; the signal is among the new ones again."""
    _require_own(actor, signal)
    if signal.state is not State.ASKED_BACK:
        raise Refused(_("There is no question waiting for an answer."))
    if not answer.strip():
        raise Refused(_("Write your answer first."), field="antwoord")
    guarding.refuse({"antwoord": answer}, guarding.known(db, actor, [signal.region_id]), signal.not_names)
    signal.answer, signal.state = answer.strip(), State.RECEIVED
    _touch(signal)
    note(db, actor, "signal.answered", signal, signal.region_id)


def withdraw(db: Session, actor: Actor, signal: Signal) -> None:
    """The reporter takes a signal back, until it is on an agenda; a draft is thrown away."""
    _require_own(actor, signal)
    if signal.state is State.DRAFT:
        db.delete(signal)
        return
    if signal.state not in OPEN_FOR_REPORTER:
        raise Refused(_("This signal cannot be taken back any more: it is on the agenda or was dealt with."))
    signal.state, signal.decided_at = State.WITHDRAWN, clock.now()
    _touch(signal)
    note(db, actor, "signal.withdrawn", signal, signal.region_id)


def draft_of(db: Session, actor: Actor) -> Signal | None:
    """The signal that a partner has not sent yet."""
    return db.exec(
        select(Signal)
        .where(Signal.contact_id == actor.contact_id, Signal.state == State.DRAFT)
        .order_by(col(Signal.updated_at).desc())
        .limit(1)
    ).first()


def title_of(text: str) -> str:
    """The first sentence, cut at a word: what a list shows of a signal."""
    line = text.strip().partition("\n")[0]
    stops = [place for mark in ".!?" if (place := line.find(mark + " ")) > 0]
    line = line[: min(stops)] if stops else line.rstrip(".")
    if len(line) <= TITLE_LENGTH:
        return line
    return line[: TITLE_LENGTH + 1].rpartition(" ")[0][:TITLE_LENGTH].rstrip(",;:") + "…" or line[:TITLE_LENGTH]


def _refuse_unfinished(db: Session, actor: Actor, region_id: UUID, told: Told, listed: Words) -> None:
    """All that is missing at once, so that nobody is sent back twice; then what points at a person."""
    errors: dict[str, str] = {}
    if len(told.text.strip()) < SHORTEST:
        errors["tekst"] = _("Describe in a few words what you see.")
    if not listed.standing(Vocabulary.THEME, told.theme):
        errors["thema"] = _("Choose one theme.")
    try:
        texts = {"titel": told.title, "tekst": told.text, "vraag": told.ask}
        guarding.refuse(texts, guarding.known(db, actor, [region_id]), told.not_names)
    except guarding.PersonalData as refusal:
        raise guarding.PersonalData({**refusal.errors, **errors}, refusal.found) from None
    if errors:
        raise Refused(errors=errors)


def _new(actor: Actor, region_id: UUID) -> Signal:
    year, quarter = Quarter.of(clock.today())
    return Signal(
        region_id=region_id, contact_id=actor.contact_id, year=year, quarter=quarter, language=i18n.language()
    )


def _fill(signal: Signal, region_id: UUID, told: Told, listed: Words) -> None:
    facts = asdict(told) | {
        "region_id": region_id,
        "theme": listed.standing(Vocabulary.THEME, told.theme) or OTHER,
        "text": told.text.strip(),
        "title": (told.title.strip() or title_of(told.text))[:160],
        "groups": listed.usable(Vocabulary.GROUP, told.groups),
        "urgent": told.wish is Wish.CONTACT,
        "search": fold(f"{told.title} {told.text} {told.ask}")[:5000],
    }
    for name, value in facts.items():
        setattr(signal, name, value)
    _touch(signal)


def _touch(signal: Signal) -> None:
    signal.updated_at = clock.now()
    signal.revision += 1


def _seat(db: Session, contact_id: UUID | None, region_id: UUID) -> UUID | None:
    """The organisation for which a contact speaks in a region: a current one there first, else a current one."""
    seats = db.exec(
        select(Affiliation.organisation_id, OrganisationRegion.id)
        .outerjoin(
            OrganisationRegion,
            (col(OrganisationRegion.organisation_id) == Affiliation.organisation_id)
            & (col(OrganisationRegion.region_id) == region_id),
        )
        .where(Affiliation.contact_id == contact_id, col(Affiliation.ended_on).is_(None))
        .order_by(col(OrganisationRegion.id).is_(None), col(Affiliation.id))
    ).first()
    return seats[0] if seats else None


def _works_in(db: Session, organisation_id: UUID | None, region_id: UUID) -> bool:
    if organisation_id is None:
        return False
    there = select(OrganisationRegion.id).where(
        OrganisationRegion.organisation_id == organisation_id, OrganisationRegion.region_id == region_id
    )
    return db.exec(there).first() is not None


def _said_before(db: Session, said: NothingNew) -> bool:
    same = select(NothingNew.id).where(
        NothingNew.organisation_id == said.organisation_id,
        NothingNew.region_id == said.region_id,
        NothingNew.year == said.year,
        NothingNew.quarter == said.quarter,
    )
    return db.exec(same).first() is not None


def _require_own(actor: Actor, signal: Signal) -> None:
    """Only the reporter acts on a signal by personal link; for others it does not exist."""
    if actor.contact_id is None or signal.contact_id != actor.contact_id:
        raise NotFound
    require(actor, Permission.SUBMIT_SIGNAL, signal.region_id)
