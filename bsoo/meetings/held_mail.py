"""What somebody decides about mail that waits because a copy of the database was put back."""

from sqlmodel import Session, col, select, update

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import restored
from bsoo.mail.models import Letter, LetterEvent, LetterState, Mailing, MailMark
from bsoo.mail.restored import Held
from bsoo.meetings import mailings
from bsoo.settings import Settings


def send(db: Session, actor: Actor, settings: Settings) -> Held:
    """All of it goes out."""
    found = _decided(db, actor, settings)
    note(db, actor, "mail.released", _mark(db), letters=found.letters)
    return found


def keep_at_home(db: Session, actor: Actor, settings: Settings) -> Held:
    """None of it goes out. A bulk mail can be put back on its own page for an hour."""
    found = _decided(db, actor, settings)
    waiting = select(Letter.mailing_id).where(restored.is_held(found.before))
    for mailing in db.exec(select(Mailing).where(col(Mailing.id).in_(waiting)).with_for_update()).all():
        mailings.stop(db, actor, mailing)
    single = update(Letter).where(restored.is_held(found.before), col(Letter.mailing_id).is_(None))
    kept = db.exec(single.values(state=LetterState.CANCELLED).returning(col(Letter.id))).scalars().all()
    words = _("A copy of the database was put back, and this letter may have gone before.")
    db.add_all(LetterEvent(letter_id=one, state=LetterState.CANCELLED, text=words) for one in kept)
    note(db, actor, "mail.kept_at_home", _mark(db), letters=found.letters)
    return found


def _decided(db: Session, actor: Actor, settings: Settings) -> Held:
    require(actor, Permission.ADMINISTER)
    found = restored.held(db, settings)
    if found is None:
        raise Refused(_("Somebody has decided this already. Nothing is held any more."))
    restored.let_go(db, settings)
    return found


def _mark(db: Session) -> MailMark:
    return db.exec(select(MailMark)).one()
