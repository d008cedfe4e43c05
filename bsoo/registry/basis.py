"""Why we may keep a contact in a region and write to them, by purpose: the basis of AVG article 6.

What a membership says holds for being on its list and for every kind of mail, until one kind has grounds of its own.
Consent is withdrawn by stopping that kind of mail (mail.purposes): there is no second way, and nothing else to look at.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.db import Stored
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail.purposes import Purpose
from bsoo.registry.consents import ConsentText
from bsoo.registry.facts import was_and_now
from bsoo.registry.models import Basis, Contact, Grounds, Membership

FIELD = "basis"
"""What the timeline calls it, beside the purpose."""


class PurposeBasis(Grounds, table=True):
    """Grounds of its own for one kind of mail of a membership."""

    __tablename__ = "purpose_basis"
    __table_args__ = (UniqueConstraint("membership_id", "purpose"),)

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    membership_id: UUID = Field(foreign_key="membership.id", ondelete="CASCADE")
    purpose: Purpose = Field(sa_type=Stored(Purpose))


def set_basis(
    db: Session, actor: Actor, membership: Membership, grounds: Grounds | None, purpose: Purpose | None = None
) -> None:
    """Say why we may, for everything or for one purpose; without grounds it is again as for everything.

    Consent is nothing without who gave it, how and when. The text that was agreed to is known when it was one of ours.
    """
    require(actor, Permission.EDIT_REGISTRY, membership.region_id)
    if grounds is None and purpose is None:
        raise Refused(_("Choose one of the options."), "basis")
    if grounds is not None:
        _refuse_doubtful(db, grounds)
        if grounds.basis is not Basis.CONSENT:
            grounds = grounds.model_copy(update={"agreed_text_id": None})
    _keep(db, actor, membership, grounds, purpose)


def agree(
    db: Session, actor: Actor, membership: Membership, purpose: Purpose, text: ConsentText, *, source: str
) -> None:
    """Somebody asks for one kind of mail, with the text before them: from now on that is why they get it."""
    require(actor, Permission.ANSWER_INVITATION, membership.region_id)
    _keep(db, actor, membership, agreed(text, source, clock.today()), purpose)


def agreed(text: ConsentText, source: str, since: date) -> Grounds:
    """The grounds of who agreed to a text."""
    return Grounds(basis=Basis.CONSENT, basis_source=source, basis_since=since, agreed_text_id=text.id)


# --- parts of the above -----------------------------------------------------------------------------------------------


def _refuse_doubtful(db: Session, grounds: Grounds) -> None:
    if grounds.basis_since is not None and grounds.basis_since > clock.today():
        raise Refused(_("This day is still to come."), "since")
    if grounds.basis is Basis.CONSENT and not grounds.basis_source.strip():
        raise Refused(_("Write how the consent was given: in a mail, by a form, at a meeting."), "source")
    if grounds.basis is Basis.CONSENT and grounds.basis_since is None:
        raise Refused(_("Write when the consent was given."), "since")
    if grounds.agreed_text_id is not None and db.get(ConsentText, grounds.agreed_text_id) is None:
        raise Refused(_("Choose one of the options."), "text")


def _keep(db: Session, actor: Actor, membership: Membership, grounds: Grounds | None, purpose: Purpose | None) -> None:
    """Write it down, and in the logbook what it was: years later that tells why a letter of then was sent."""
    held = membership if purpose is None else _own(db, membership, purpose)
    before, after = _told(db, held if held in db else None), _told(db, grounds)
    if before == after:
        return
    if grounds is None:
        db.delete(held)
    else:
        db.add(held.sqlmodel_update(grounds))
    changed = [name for name in after if after[name] != before[name]]
    fields = ", ".join(filter(None, (FIELD, purpose)))
    contact = db.get_one(Contact, membership.contact_id)
    told = was_and_now(before, after, changed)
    note(db, actor, "contact.changed", contact, membership.region_id, fields=fields, **told)
    db.flush()


def _own(db: Session, membership: Membership, purpose: Purpose) -> PurposeBasis:
    """The row that is there, or one that is not in the database yet."""
    of_it = (PurposeBasis.membership_id == membership.id, PurposeBasis.purpose == purpose)
    found = db.exec(select(PurposeBasis).where(*of_it)).first()
    return found or PurposeBasis(membership_id=membership.id, purpose=purpose)


def _told(db: Session, grounds: Grounds | None) -> dict[str, str]:
    """As the logbook has it; nothing where what holds for everything holds."""
    if grounds is None:
        return dict.fromkeys(("basis", "basis_source", "basis_since", "agreed_text"), "")
    text = db.get(ConsentText, grounds.agreed_text_id) if grounds.agreed_text_id else None
    return {
        "basis": grounds.basis,
        "basis_source": grounds.basis_source,
        "basis_since": grounds.basis_since.isoformat() if grounds.basis_since else "",
        "agreed_text": str(text.version) if text else "",
    }
