"""Somebody left an organisation: the seat ends, a successor may take it, and the history of both stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may
from bsoo.errors import NotAllowed, Refused
from bsoo.i18n import DEFAULT, speaking
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry import actions, queries
from bsoo.registry.conditions import visible
from bsoo.registry.facts import ContactFacts
from bsoo.registry.finding import searching
from bsoo.registry.keeping.departures import Departure
from bsoo.registry.models import Affiliation, Contact, Membership, Organisation
from bsoo.registry.people import split_name


@dataclass(frozen=True, slots=True)
class Successor:
    """Who takes the place: somebody of the network, or a name and an address."""

    contact_id: UUID | None = None
    name: str = ""
    email: str = ""


def leave(
    db: Session, actor: Actor, seat: Affiliation, *, on: date, because: str = "", successor: Successor | None = None
) -> Departure:
    """End the seat and give it to the successor; invitations and actions are moved by who knows of them."""
    if seat.ended_on is not None:
        raise Refused(_("This was noted as left before."), "on")
    actions.end_affiliation(db, actor, seat, on=on, because=because)
    departure = Departure(contact_id=seat.contact_id, affiliation_id=seat.id)
    if successor is not None:
        departure.successor_id = _seated(db, actor, seat, successor).id
    db.add(departure)
    db.flush()
    return departure


def stay(db: Session, actor: Actor, seat: Affiliation) -> Departure | None:
    """They did not leave after all; gives the departure whose consequences are to be taken back."""
    actions.reopen_affiliation(db, actor, seat)
    departure = _open_departure(db, seat)
    if departure is not None:
        departure.undone_at = clock.now()
        db.add(departure)
    db.flush()
    return departure


def colleagues(db: Session, actor: Actor, seat: Affiliation) -> Sequence[tuple[UUID, str]]:
    """Who else works at the organisation and can take the place."""
    found = db.exec(
        select(Contact.id, Contact.display_name)
        .join(Affiliation, col(Affiliation.contact_id) == Contact.id)
        .where(
            Affiliation.organisation_id == seat.organisation_id,
            col(Affiliation.ended_on).is_(None),
            Contact.id != seat.contact_id,
            col(Contact.archived_at).is_(None),
            visible(actor),
        )
        .order_by(Contact.sort_name)
        .limit(100)
    )
    return list(dict.fromkeys((contact_id, name) for contact_id, name in found))


def _open_departure(db: Session, seat: Affiliation) -> Departure | None:
    newest = select(Departure).where(Departure.affiliation_id == seat.id, col(Departure.undone_at).is_(None))
    return db.exec(newest.order_by(col(Departure.id).desc())).first()


def _seated(db: Session, actor: Actor, seat: Affiliation, successor: Successor) -> Contact:
    """The successor at the same organisation and in the same regions, with the same role."""
    regions = _regions_to_edit(db, actor, seat.contact_id)
    contact = _known(db, actor, successor) or _new(db, actor, seat, successor, min(regions, key=str))
    if contact.id == seat.contact_id:
        raise Refused(_("This is the same person. Choose who takes the place."), "email")
    _give_seat(db, seat, contact)
    for region_id, invited in regions.items():
        _let_in(db, contact, region_id, invited=invited)
    house = db.get_one(Organisation, seat.organisation_id).name
    note(db, actor, "contact.took-over", contact, min(regions, key=str), organisation=house)
    searching.refresh(db, [contact.id])
    return contact


def _known(db: Session, actor: Actor, successor: Successor) -> Contact | None:
    if successor.contact_id is not None:
        return queries.contact(db, actor, successor.contact_id)
    holder = queries.holder_of(db, actor, successor.email)
    if holder is None:
        return None
    if not holder[1]:
        raise Refused(_("This address already belongs to a contact in another region."), "email")
    return queries.contact(db, actor, holder[0])


def _new(db: Session, actor: Actor, seat: Affiliation, successor: Successor, region_id: UUID) -> Contact:
    if not successor.name.strip():
        raise Refused(_("Write the name of the successor too."), "name")
    parts = split_name(successor.name)
    facts = ContactFacts(
        email=successor.email,
        title=parts.titles[:40],
        given_name=parts.given[:80],
        infix=parts.infix[:40],
        family_name=parts.family[:120] or successor.name[:120],
        organisation=db.get_one(Organisation, seat.organisation_id).name,
        role=seat.role,
        department=seat.department,
    )
    with speaking(DEFAULT):
        source = _("named as a successor")
    return actions.add_contact(db, actor, region_id, facts, invited=True, basis_source=source)


def _give_seat(db: Session, seat: Affiliation, contact: Contact) -> None:
    there = select(Affiliation.id).where(
        Affiliation.contact_id == contact.id,
        Affiliation.organisation_id == seat.organisation_id,
        col(Affiliation.ended_on).is_(None),
    )
    if db.exec(there).first() is None:
        db.add(
            Affiliation(
                contact_id=contact.id,
                organisation_id=seat.organisation_id,
                role=seat.role,
                department=seat.department,
                started_on=seat.ended_on,
            )
        )
        db.flush()


def _let_in(db: Session, contact: Contact, region_id: UUID, *, invited: bool) -> None:
    """Invited where the one before was; who said "no more" is left alone."""
    there = db.exec(
        select(Membership).where(Membership.contact_id == contact.id, Membership.region_id == region_id)
    ).first()
    if there is None:
        with speaking(DEFAULT):
            source = _("named as a successor")
        there = Membership(
            contact_id=contact.id, region_id=region_id, invited=False, basis_source=source, basis_since=clock.today()
        )
    there.invited = there.invited or invited
    db.add(there)
    db.flush()


def _regions_to_edit(db: Session, actor: Actor, contact_id: UUID) -> dict[UUID, bool]:
    """The regions of somebody in which the actor may edit, and whether they are invited there."""
    asked = select(Membership.region_id, Membership.invited).where(Membership.contact_id == contact_id)
    found = {
        region_id: invited for region_id, invited in db.exec(asked) if may(actor, Permission.EDIT_REGISTRY, region_id)
    }
    if not found:
        raise NotAllowed
    return found
