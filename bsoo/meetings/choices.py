"""What partners choose for themselves on their own page: no more letters, a language, "my details are right"."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.i18n import DEFAULT, LANGUAGES, speaking
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import blocking, purposes
from bsoo.mail.purposes import Purpose
from bsoo.meetings.models import COMING, Invitation, Meeting, MeetingState
from bsoo.registry import basis, consents, mail_stops
from bsoo.registry.models import Address, Contact, Membership

BLOCKED_FOR = {
    Purpose.INVITATIONS: "meetings",
    Purpose.REMINDERS: "meetings",
    Purpose.MINUTES: "publications",
}
"""What an address is closed for when its reader complained; who chooses to get mail again opens it."""


def stop(db: Session, actor: Actor, purpose: Purpose) -> None:
    """No more of this kind of mail, in any region; what one asks for oneself is still answered."""
    mail_stops.end(db, actor, contact_of(db, actor), purpose)


def resume(db: Session, actor: Actor, purpose: Purpose, *, agreed: int) -> None:
    """This kind of mail again, after all: who asks for it agrees to it, with this version of the text before them."""
    if purpose not in stopped(db, actor):
        return
    text = consents.agreed_to(db, actor, agreed)
    mail_stops.begin(db, actor, contact_of(db, actor), purpose)
    for address in _addresses(db, actor):
        blocking.release(db, address, purpose=BLOCKED_FOR.get(purpose, purpose), proof=blocking.OWN_CHOICE)
    with speaking(DEFAULT):
        source = _("chosen on the own page")
    for membership in _memberships(db, actor):
        basis.agree(db, actor, membership, purpose, text, source=source)


def choose(db: Session, actor: Actor, wanted: Collection[Purpose], *, agreed: int) -> None:
    """All kinds of mail at once, as on the own page."""
    for purpose in Purpose:
        if purpose in wanted:
            resume(db, actor, purpose, agreed=agreed)
        else:
            stop(db, actor, purpose)


def stopped(db: Session, actor: Actor) -> set[Purpose]:
    """What somebody does not get: because they stopped it, or because they marked our mail as unwanted."""
    found = set(purposes.stopped(db, contact_of(db, actor).id))
    closed = set().union(*blocking.blocked_among(db, _addresses(db, actor)).values())
    return found | {purpose for purpose, blocked in BLOCKED_FOR.items() if blocked in closed}


def appointments(db: Session, actor: Actor) -> Sequence[Meeting]:
    """Meetings ahead that somebody said yes to: of these they hear, whatever they stopped."""
    query = (
        select(Meeting)
        .join(Invitation, col(Invitation.meeting_id) == Meeting.id)
        .where(
            Invitation.contact_id == contact_of(db, actor).id,
            col(Invitation.answer).in_(COMING),
            col(Invitation.uninvited_at).is_(None),
            Meeting.on >= clock.today(),
            Meeting.state == MeetingState.PLANNED,
        )
    )
    return db.exec(query.order_by(col(Meeting.on))).all()


def confirm_details(db: Session, actor: Actor) -> None:
    """Somebody says that what we know of them is right today."""
    for membership in _memberships(db, actor):
        membership.confirmed_on = clock.today()
    note(db, actor, "contact.confirmed", contact_of(db, actor))
    db.flush()


def choose_language(db: Session, actor: Actor, language: str) -> None:
    """The language of letters and pages from now on."""
    if language not in LANGUAGES:
        raise Refused(_("Choose one of the options."), field="taal")
    contact_of(db, actor).language = language
    db.flush()


def contact_of(db: Session, actor: Actor) -> Contact:
    """The contact who came by a personal link."""
    if actor.contact_id is None:
        raise NotAllowed
    contact = db.get(Contact, actor.contact_id)
    if contact is None:
        raise NotFound
    return contact


def _memberships(db: Session, actor: Actor) -> Sequence[Membership]:
    return db.exec(select(Membership).where(Membership.contact_id == contact_of(db, actor).id)).all()


def _addresses(db: Session, actor: Actor) -> Sequence[str]:
    mine = (Address.contact_id == contact_of(db, actor).id, col(Address.is_used).is_(True))
    return db.exec(select(Address.email).where(*mine)).all()
