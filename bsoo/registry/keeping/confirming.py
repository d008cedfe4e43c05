"""What somebody says of their own details by personal link: nothing is overwritten, a coordinator decides."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry import checking, people, values
from bsoo.registry.keeping.confirmations import Detail, LeftNotice, Proposal
from bsoo.registry.models import Address, Affiliation, Contact, Organisation
from bsoo.registry.rows import columns

FARTHEST = timedelta(days=366)
"""A last day lies at most a year back or ahead; further is a slip of the pen."""

Own = dict[Detail, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody filled in; an empty address or number means: it is right."""

    name: str
    role: str = ""
    department: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""


def own_details(db: Session, actor: Actor) -> Own:
    """What we know of the reader themselves."""
    contact = _own(db, actor)
    seat = db.execute(
        columns(Affiliation.role, Affiliation.department, Organisation.name)
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .where(col(Affiliation.contact_id) == contact.id, col(Affiliation.ended_on).is_(None))
        .order_by(col(Affiliation.id))
    ).first() or ("", "", "")
    used = select(Address.email).where(Address.contact_id == contact.id, col(Address.is_used))
    return {
        Detail.NAME: people.joined(contact.given_name, contact.infix, contact.family_name) or contact.display_name,
        Detail.ROLE: seat[0],
        Detail.DEPARTMENT: seat[1],
        Detail.ORGANISATION: seat[2],
        Detail.EMAIL: db.exec(used).first() or "",
        Detail.PHONE: contact.phone,
    }


def propose(db: Session, actor: Actor, said: Said) -> list[Detail]:
    """Put beside each other what we have and what they say; says which details differ."""
    contact = _own(db, actor)
    now, new = own_details(db, actor), _checked(said)
    new[Detail.EMAIL] = new[Detail.EMAIL] or now[Detail.EMAIL]
    new[Detail.PHONE] = new[Detail.PHONE] or now[Detail.PHONE]
    waiting = {one.field: one for one in _waiting(db, contact.id)}
    different = [field for field in Detail if new[field] != now[field]]
    for field, one in waiting.items():
        if field not in different:
            db.delete(one)
    for field in different:
        proposal = waiting.get(field) or Proposal(contact_id=contact.id, field=field)
        proposal.before, proposal.after, proposal.said_at = now[field][:260], new[field][:260], clock.now()
        db.add(proposal)
    if different:
        note(db, actor, "contact.proposed", contact, fields=", ".join(different))
    db.flush()
    return different


def say_left(
    db: Session, actor: Actor, *, on: date, successor_name: str = "", successor_email: str = "", remark: str = ""
) -> None:
    """Say that one has left; a coordinator notes it, and asks the successor in."""
    contact = _own(db, actor)
    if abs(on - clock.today()) > FARTHEST:
        raise Refused(_("This day is more than a year away. Check the year."), "sinds")
    if successor_email and len(values.addresses(successor_email)) != 1:
        raise Refused(_("This is no e-mail address. Write one address, like name@example.org."), "opvolger_email")
    notice = _left(db, contact.id) or LeftNotice(contact_id=contact.id, left_on=on)
    notice.left_on, notice.remark = on, remark.strip()[:500]
    notice.successor_name, notice.successor_email = successor_name.strip()[:200], successor_email.strip().lower()[:254]
    notice.said_at = clock.now()
    db.add(notice)
    note(db, actor, "contact.says-left", contact, on=on.isoformat())
    db.flush()


def has_said_left(db: Session, actor: Actor) -> bool:
    """Whether they said so and nobody decided yet."""
    return _left(db, _own(db, actor).id) is not None


def proposed(db: Session, actor: Actor) -> dict[Detail, str]:
    """What they said before and nobody decided yet."""
    return {one.field: one.after for one in _waiting(db, _own(db, actor).id)}


def _own(db: Session, actor: Actor) -> Contact:
    if actor.contact_id is None:
        raise NotAllowed
    contact = db.get(Contact, actor.contact_id)
    if contact is None:
        raise NotFound
    return contact


def _waiting(db: Session, contact_id: UUID) -> list[Proposal]:
    asked = select(Proposal).where(Proposal.contact_id == contact_id, col(Proposal.decided_at).is_(None))
    return list(db.exec(asked.order_by(col(Proposal.id))))


def _left(db: Session, contact_id: UUID) -> LeftNotice | None:
    asked = select(LeftNotice).where(LeftNotice.contact_id == contact_id, col(LeftNotice.decided_at).is_(None))
    return db.exec(asked).first()


def _checked(said: Said) -> Own:
    """What they typed, in the form in which we keep it; refused at its field with what to do."""
    errors: dict[str, str] = {}
    if not said.name.strip():
        errors["naam"] = _("Fill in your name.")
    found = values.addresses(said.email) if said.email else []
    if said.email and len(found) != 1:
        errors["email"] = _("This is no e-mail address. Write one address, like name@example.org.")
    try:
        phone = checking.phone(said.phone)
    except Refused as refusal:
        errors["telefoon"], phone = str(refusal), ""
    if errors:
        raise Refused(errors=errors)
    return {
        Detail.NAME: values.cleaned(said.name),
        Detail.ROLE: values.cleaned(said.role),
        Detail.DEPARTMENT: values.cleaned(said.department),
        Detail.ORGANISATION: values.cleaned(said.organisation),
        Detail.EMAIL: found[0] if found else "",
        Detail.PHONE: phone,
    }
