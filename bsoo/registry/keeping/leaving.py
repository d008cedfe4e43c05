"""Somebody left an organisation: the seat ends, a successor may take it, and the history of both stays."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.registry import actions
from bsoo.registry.conditions import visible
from bsoo.registry.keeping import successors
from bsoo.registry.keeping.departures import Departure
from bsoo.registry.keeping.given import Given
from bsoo.registry.keeping.successors import Successor
from bsoo.registry.models import Affiliation, Contact


def leave(
    db: Session, actor: Actor, seat: Affiliation, *, on: date, because: str = "", successor: Successor | None = None
) -> Departure:
    """End the seat and give it to the successor; invitations and actions are moved by who knows of them."""
    if seat.ended_on is not None:
        raise Refused(_("This was noted as left before."), "on")
    actions.end_affiliation(db, actor, seat, on=on, because=because)
    departure = Departure(contact_id=seat.contact_id, affiliation_id=seat.id)
    if successor is not None:
        given = Given(db)
        departure.successor_id = successors.seat(db, actor, seat, successor, given).id
        departure.given = [dict(step) for step in given.steps()]
    db.add(departure)
    db.flush()
    return departure


def stay(db: Session, actor: Actor, seat: Affiliation) -> Departure | None:
    """They did not leave after all; gives the departure whose consequences are to be taken back (given.py)."""
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
