"""What a contact said of their own details, before a coordinator: taken over or left, one by one, and back again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry import actions, queries
from bsoo.registry.editable import region_of_contact
from bsoo.registry.facts import ContactFacts, from_to
from bsoo.registry.finding import searching
from bsoo.registry.keeping.confirmations import Detail, LeftNotice, Proposal
from bsoo.registry.models import Affiliation, Contact, Organisation
from bsoo.registry.people import split_name


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a decision about one contact."""

    proposals: Sequence[Proposal]
    left: LeftNotice | None

    def __bool__(self) -> bool:
        return bool(self.proposals) or self.left is not None


def left_notice(db: Session, actor: Actor, contact_id: UUID) -> LeftNotice | None:
    """What a contact whom the actor may see said about leaving, as long as nobody decided."""
    queries.contact(db, actor, contact_id)
    asked = select(LeftNotice).where(LeftNotice.contact_id == contact_id, col(LeftNotice.decided_at).is_(None))
    return db.exec(asked).first()


def proposal(db: Session, actor: Actor, contact_id: UUID, proposal_id: UUID) -> Proposal:
    """A proposal of a contact whom the actor may see."""
    queries.contact(db, actor, contact_id)
    found = db.get(Proposal, proposal_id)
    if found is None or found.contact_id != contact_id:
        raise NotFound
    return found


def accept(db: Session, actor: Actor, one: Proposal) -> None:
    """Take a detail over; what changed meanwhile is not overwritten in silence."""
    contact = db.get_one(Contact, one.contact_id)
    facts = _facts(db, actor, contact)
    region_of_contact(db, actor, contact)
    _refuse_decided(one)
    if _said(facts)[one.field] != one.before:
        raise Refused(_("This detail was changed meanwhile. Look at the page again."))
    _change(db, actor, contact, facts, one.field, one.after)
    _decide(db, one, is_accepted=True)


def refuse(db: Session, actor: Actor, one: Proposal) -> None:
    """Leave a detail as it is."""
    contact = db.get_one(Contact, one.contact_id)
    region_id = region_of_contact(db, actor, contact)
    _refuse_decided(one)
    _decide(db, one, is_accepted=False)
    note(db, actor, "contact.proposal-left", contact, region_id, fields=str(one.field))
    db.flush()


def ask_again(db: Session, actor: Actor, one: Proposal) -> None:
    """Undo a decision: the detail as it was, and the proposal waits again."""
    contact = db.get_one(Contact, one.contact_id)
    region_of_contact(db, actor, contact)
    if one.decided_at is None:
        raise Refused(_("This was not decided yet."))
    if one.is_accepted:
        facts = _facts(db, actor, contact)
        if _said(facts)[one.field] != one.after:
            raise Refused(_("This detail was changed meanwhile. Look at the page again."))
        if one.field is Detail.ORGANISATION:
            _sit_back(db, one)
            searching.refresh(db, [contact.id])
            told = from_to({"organisation": (one.after, one.before)})
            region_id = region_of_contact(db, actor, contact)
            note(db, actor, "contact.changed", contact, region_id, fields="organisation", **told)
        else:
            _change(db, actor, contact, facts, one.field, one.before)
    one.decided_at, one.is_accepted = None, False
    db.add(one)
    db.flush()


def settle_left(db: Session, actor: Actor, contact_id: UUID) -> None:
    """Somebody looked at the message that they left: it was noted, or it is not so."""
    contact = queries.contact(db, actor, contact_id)
    region_of_contact(db, actor, contact)
    notice = left_notice(db, actor, contact_id)
    if notice is not None:
        notice.decided_at = clock.now()
        db.add(notice)
        db.flush()


def ask_left_again(db: Session, actor: Actor, contact_id: UUID) -> None:
    """The message waits again."""
    contact = queries.contact(db, actor, contact_id)
    region_of_contact(db, actor, contact)
    newest = select(LeftNotice).where(LeftNotice.contact_id == contact_id).order_by(col(LeftNotice.id).desc())
    notice = db.exec(newest).first()
    if notice is not None:
        notice.decided_at = None
        db.add(notice)
        db.flush()


def _refuse_decided(one: Proposal) -> None:
    if one.decided_at is not None:
        raise Refused(_("Somebody decided this already."))


def _decide(db: Session, one: Proposal, *, is_accepted: bool) -> None:
    one.decided_at, one.is_accepted = clock.now(), is_accepted
    db.add(one)
    db.flush()


def _facts(db: Session, actor: Actor, contact: Contact) -> ContactFacts:
    """The contact as a form would give it."""
    page = queries.contact_page(db, actor, contact.id)
    seat = page.open_seats[0] if page.open_seats else None
    return ContactFacts(
        email=page.used_address.email if page.used_address else "",
        title=contact.title,
        given_name=contact.given_name,
        infix=contact.infix,
        family_name=contact.family_name,
        phone=contact.phone,
        language=contact.language,
        organisation=seat.organisation if seat else "",
        role=seat.role if seat else "",
        department=seat.department if seat else "",
        notes=contact.notes,
    )


def _said(facts: ContactFacts) -> dict[Detail, str]:
    name = " ".join(filter(None, (facts.given_name, facts.infix, facts.family_name)))
    return {
        Detail.NAME: name.replace("' ", "'") if facts.infix.endswith("'") else name or facts.organisation,
        Detail.ROLE: facts.role,
        Detail.DEPARTMENT: facts.department,
        Detail.ORGANISATION: facts.organisation,
        Detail.EMAIL: facts.email,
        Detail.PHONE: facts.phone,
    }


def _change(db: Session, actor: Actor, contact: Contact, facts: ContactFacts, field: Detail, value: str) -> None:
    actions.change_contact(db, actor, contact, replace(facts, **_columns(field, value)), revision=contact.revision)


def _columns(field: Detail, value: str) -> dict[str, str]:
    if field is not Detail.NAME:
        return {str(field): value}
    parts = split_name(value)
    return {"given_name": parts.given, "infix": parts.infix, "family_name": parts.family or value}


def _sit_back(db: Session, one: Proposal) -> None:
    """The seat that the proposal made goes, the one that it ended runs again."""
    seats = db.exec(
        select(Affiliation, Organisation.name)
        .join(Organisation, col(Organisation.id) == Affiliation.organisation_id)
        .where(Affiliation.contact_id == one.contact_id)
        .order_by(col(Affiliation.id).desc())
    ).all()
    made = next((seat for seat, name in seats if name == one.after and seat.ended_on is None), None)
    ended = next((seat for seat, name in seats if name == one.before and seat.ended_on is not None), None)
    if made is not None and one.after:
        db.delete(made)
    if ended is not None:
        ended.ended_on = None
        db.add(ended)
    db.flush()
