"""What coordinators do with the network: add, change, invite or not, and note that somebody left."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Conflict, NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry import checking, people, queries, values
from bsoo.registry.editable import region_of_contact
from bsoo.registry.facts import ContactFacts, at, fill, from_to, was_and_now
from bsoo.registry.finding import searching
from bsoo.registry.imports.listed import organisation_key
from bsoo.registry.mailboxes import is_shared
from bsoo.registry.models import Address, Affiliation, Contact, Grounds, Membership, MemberStatus, Organisation
from bsoo.registry.organisations import organisation_named


def add_contact(
    db: Session,
    actor: Actor,
    region_id: UUID,
    facts: ContactFacts,
    *,
    status: MemberStatus = MemberStatus.MEMBER,
    invited: bool = True,
    grounds: Grounds | None = None,
) -> Contact:
    """Put somebody in the network of a region, at an organisation that is found by its name or made."""
    require(actor, Permission.EDIT_REGISTRY, region_id)
    address = checked_address(db, actor, facts.email)
    contact = Contact(display_name="", sort_name="")
    fill(contact, _columns(facts, address))
    db.add(contact)
    db.flush()
    db.add(Address(contact_id=contact.id, email=address))
    place = Membership(
        contact_id=contact.id, region_id=region_id, status=status, invited=invited, confirmed_on=clock.today()
    )
    db.add(place.sqlmodel_update(grounds or Grounds(basis_since=clock.today())))
    if facts.organisation:
        house = organisation_named(db, actor, region_id, facts.organisation)
        db.add(
            Affiliation(contact_id=contact.id, organisation_id=house.id, role=facts.role, department=facts.department)
        )
    searching.refresh(db, [contact.id])
    note(db, actor, "contact.added", contact, region_id, **at(*_seats_of(db, contact)))
    db.flush()
    return contact


def change_contact(db: Session, actor: Actor, contact: Contact, facts: ContactFacts, *, revision: int) -> None:
    """Change what we know of somebody; another organisation ends the seat at the one before."""
    region_id = region_of_contact(db, actor, contact)
    if revision != contact.revision:
        raise Conflict(_("Somebody else changed this in between. Look at the page again, then make your change."))
    address = checked_address(db, actor, facts.email, of=contact.id)
    before, columns = contact.model_dump(), _columns(facts, address)
    if contact.family_name and facts.family_name:
        columns["is_role_mailbox"] = contact.is_role_mailbox
    changed = [field for field in fill(contact, columns) if field not in _DERIVED]
    told = was_and_now(before, columns, changed)
    contact.updated_at, contact.revision = clock.now(), contact.revision + 1
    db.add(contact)
    moved, houses = _sit_at(db, actor, contact, region_id, facts.organisation, facts.role, facts.department)
    moved = {**_use_address(db, contact, address), **moved}
    searching.refresh(db, [contact.id])
    told |= {**from_to(moved), **at(*houses)}
    note(db, actor, "contact.changed", contact, region_id, fields=", ".join([*changed, *moved]), **told)
    db.flush()


_DERIVED = {"display_name", "sort_name", "is_role_mailbox"}
"""Follow from other fields, so the logbook does not name them."""


def _columns(facts: ContactFacts, address: str) -> dict[str, object]:
    """What is written of a contact, checked."""
    given_name, infix, family_name = facts.given_name, facts.infix, facts.family_name
    name = _checked_name(given_name, infix, family_name, facts.organisation, address)
    return {
        "title": facts.title,
        "given_name": given_name,
        "infix": infix,
        "family_name": family_name,
        "display_name": name,
        "sort_name": people.sort_name(given_name, infix, family_name) or values.folded(name),
        "phone": checking.phone(facts.phone),
        "language": facts.language,
        "is_role_mailbox": not family_name or is_shared(address),
        "notes": facts.notes,
    }


def confirm_contact(db: Session, actor: Actor, membership: Membership) -> None:
    """Somebody of the staff looked: the details are right today."""
    require(actor, Permission.EDIT_REGISTRY, membership.region_id)
    membership.confirmed_on = clock.today()
    db.add(membership)
    note(db, actor, "contact.confirmed", _contact_of(db, membership.contact_id), membership.region_id)
    db.flush()


def unconfirm_contact(db: Session, actor: Actor, membership: Membership, before: date | None) -> None:
    """It was not looked at after all: the day before counts again."""
    require(actor, Permission.EDIT_REGISTRY, membership.region_id)
    membership.confirmed_on = before
    db.add(membership)
    note(db, actor, "contact.unconfirmed", _contact_of(db, membership.contact_id), membership.region_id)
    db.flush()


def end_affiliation(db: Session, actor: Actor, affiliation: Affiliation, *, on: date, because: str = "") -> None:
    """Somebody left: the seat ends, its history stays, and nobody is invited through it any more."""
    contact = _contact_of(db, affiliation.contact_id)
    region_id = region_of_contact(db, actor, contact)
    if affiliation.ended_on is not None:
        return
    affiliation.ended_on, affiliation.ended_because = on, because[:200]
    db.add(affiliation)
    where = {"organisation": _name_of(db, affiliation), **at(affiliation.organisation_id)}
    note(db, actor, "contact.left", contact, region_id, on=on.isoformat(), **where)
    searching.refresh(db, [contact.id])


def reopen_affiliation(db: Session, actor: Actor, affiliation: Affiliation) -> None:
    """Somebody did not leave after all."""
    contact = _contact_of(db, affiliation.contact_id)
    region_id = region_of_contact(db, actor, contact)
    affiliation.ended_on, affiliation.ended_because = None, ""
    db.add(affiliation)
    where = {"organisation": _name_of(db, affiliation), **at(affiliation.organisation_id)}
    note(db, actor, "contact.back", contact, region_id, **where)
    searching.refresh(db, [contact.id])


# --- parts of the above -----------------------------------------------------------------------------------------------


def _contact_of(db: Session, contact_id: UUID) -> Contact:
    return db.get_one(Contact, contact_id)


def _name_of(db: Session, affiliation: Affiliation) -> str:
    return db.get_one(Organisation, affiliation.organisation_id).name


def _sit_at(
    db: Session, actor: Actor, contact: Contact, region_id: UUID | None, organisation: str, role: str, department: str
) -> tuple[dict[str, tuple[str, str]], list[UUID]]:
    """Change the seat that runs; a seat elsewhere takes its place and leaves it in the history.

    Says what was and what became, and at which organisations.
    """
    seat = db.exec(
        select(Affiliation)
        .where(Affiliation.contact_id == contact.id, col(Affiliation.ended_on).is_(None))
        .order_by(col(Affiliation.id))
    ).first()
    before = _name_of(db, seat) if seat is not None else ""
    was = (before, seat.role, seat.department) if seat is not None else ("", "", "")
    if seat is not None and organisation_key(before) == organisation_key(organisation):
        seat.role, seat.department = role, department
        db.add(seat)
        return _different(was, (before, role, department)), [seat.organisation_id]
    if not organisation and seat is None:
        return {}, []
    houses = [seat.organisation_id] if seat is not None else []
    if seat is not None:
        seat.ended_on = clock.today()
        db.add(seat)
    if organisation:
        if region_id is None:
            raise NotFound
        house = organisation_named(db, actor, region_id, organisation)
        houses.append(house.id)
        organisation = house.name
        db.add(
            Affiliation(
                contact_id=contact.id,
                organisation_id=house.id,
                role=role,
                department=department,
                started_on=clock.today(),
            )
        )
    db.flush()
    return _different(was, (organisation, role, department) if organisation else ("", "", "")), houses


def _different(was: Sequence[str], now: Sequence[str]) -> dict[str, tuple[str, str]]:
    fields = zip(("organisation", "role", "department"), was, now, strict=True)
    return {name: (before, after) for name, before, after in fields if before != after}


def _seats_of(db: Session, contact: Contact) -> Sequence[UUID]:
    return db.exec(select(Affiliation.organisation_id).where(Affiliation.contact_id == contact.id)).all()


def _use_address(db: Session, contact: Contact, address: str) -> dict[str, tuple[str, str]]:
    """Make this the address that is written to; the one before stays known, so an old list finds the same person."""
    known = db.exec(select(Address).where(Address.contact_id == contact.id)).all()
    before = next((each.email for each in known if each.is_used), "")
    if before == address:
        return {}
    for each in known:
        each.is_used = each.email == address
        db.add(each)
    if not any(each.is_used for each in known):
        db.add(Address(contact_id=contact.id, email=address))
    db.flush()
    return {"email": (before, address)}


def checked_address(db: Session, actor: Actor, email: str, of: UUID | None = None) -> str:
    """One address that nobody else has, or what is wrong with it."""
    found = values.addresses(email)
    if len(found) != 1:
        meant = values.meant_address(email)
        hint = (
            _("Did you mean %(address)s?", address=meant) if meant else _("Write one address, like name@example.org.")
        )
        raise Refused(_("This is no e-mail address.") + f" {hint}", "email")
    holder = queries.holder_of(db, actor, found[0])
    if holder is not None and holder[0] != of:
        raise Refused(
            _("This address already belongs to %(name)s.", name=holder[1])
            if holder[1]
            else _("This address already belongs to a contact in another region. Import or ask the coordinator there."),
            "email",
        )
    return found[0]


def _checked_name(given_name: str, infix: str, family_name: str, organisation: str, address: str) -> str:
    """How somebody is shown: the name, or for a shared mailbox the organisation."""
    if given_name and not family_name:
        raise Refused(_("Write the family name too."), "family_name")
    if not family_name and not organisation:
        raise Refused(_("Write a name, or for a shared mailbox the organisation."), "family_name")
    return people.joined(given_name, infix, family_name)[:240] or organisation[:240] or address[:240]
