"""Somebody has left: in one step the seat ends, a successor takes it, and invitations and actions move along."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.meetings import handing_over as invitations
from bsoo.minutes import handing_over as promises
from bsoo.registry import queries
from bsoo.registry.doubles import merge_queries
from bsoo.registry.doubles.words_of_merging import numbers
from bsoo.registry.imports.days import day as day_of
from bsoo.registry.keeping import given, leaving, proposals
from bsoo.registry.keeping.confirmations import LeftNotice
from bsoo.registry.keeping.departures import Departure
from bsoo.registry.keeping.given import Stayed
from bsoo.registry.keeping.successors import Successor
from bsoo.registry.models import Affiliation
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    Typed,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    path_to,
    render,
    safe_path,
)
from bsoo.routes.editing import may_edit

router = APIRouter()

OTHER = "other"


class LeavingForm(BaseModel):
    """Since when, and who takes the place; a name and address are for who is not in the list."""

    on: Annotated[str, Field(max_length=20)] = ""
    because: Annotated[str, Field(max_length=200)] = ""
    successor: Annotated[str, Field(max_length=40)] = ""
    name: Annotated[str, Field(max_length=200)] = ""
    email: Annotated[str, Field(max_length=254)] = ""

    def left_on(self) -> date:
        """The day that was written; today when nobody says."""
        day = day_of(self.on) if self.on else clock.today()
        if day is None:
            raise Refused(_("This date is not clear. Write it like 10-12-2026."), "on")
        return day

    def who(self) -> Successor | None:
        """An address goes before the list, so that a forgotten choice in it does no harm."""
        if self.email:
            return Successor(name=self.name, email=self.email)
        if self.name or self.successor == OTHER:
            raise Refused(_("Write the e-mail address of the successor too."), "email")
        return Successor(contact_id=identifier(self.successor)) if self.successor else None


@router.get("/netwerk/contacten/{contact_id}/functies/{seat_id}/einde")
def contact_leaving(
    request: Request, db: ReadDB, actor: Staff, contact_id: str, seat_id: str, melding: str = "", terug: str = ""
) -> Response:
    """The form; `melding` fills in what they said themselves, `terug` is the list that somebody works through."""
    notice = proposals.left_notice(db, actor, identifier(contact_id)) if melding else None
    filled = Typed({"terug": [safe_path(terug)], **(_said(notice) if notice else {})})
    return _page(request, db, actor, contact_id, seat_id, tried=Tried(filled))


@router.post("/netwerk/contacten/{contact_id}/functies/{seat_id}/einde")
def contact_left(
    request: Request, db: WriteDB, actor: Staff, contact_id: str, seat_id: str, typed: TypedForm
) -> Response:
    """Note it; `terug` says to which list to go back."""
    seat = queries.affiliation(db, actor, identifier(contact_id), identifier(seat_id))
    with Tried(typed) as tried, attempt(db):
        form = typed.check(LeavingForm)
        leave(db, actor, seat, on=form.left_on(), because=form.because, successor=form.who())
    if tried.refusal:
        return _page(request, db, actor, contact_id, seat_id, tried=tried)
    undo = path_to(request, "contact_back", contact_id=contact_id, seat_id=seat_id)
    back = safe_path(typed.get("terug", "")) or path_to(request, "contact", contact_id=contact_id)
    return done(request, back, toast=_("Noted as left."), undo=undo)


@router.post("/netwerk/contacten/{contact_id}/functies/{seat_id}/terug")
def contact_back(request: Request, db: WriteDB, actor: Staff, contact_id: str, seat_id: str) -> Response:
    """Somebody did not leave after all; the successor gives back what they got for it."""
    seat = queries.affiliation(db, actor, identifier(contact_id), identifier(seat_id))
    departure = leaving.stay(db, actor, seat)
    stayed = _take_back(db, actor, departure) if departure is not None else None
    toast = _stayed_in_words(stayed) if stayed else _("Put back.")
    return done(request, path_to(request, "contact", contact_id=contact_id), toast=toast)


def leave(
    db: Session, actor: Actor, seat: Affiliation, *, on: date, because: str = "", successor: Successor | None = None
) -> Departure:
    """Everything that follows from a departure, in every domain."""
    departure = leaving.leave(db, actor, seat, on=on, because=because, successor=successor)
    to = departure.successor_id
    moved = invitations.hand_over(db, actor, seat.contact_id, seat.organisation_id, to=to, on=on)
    promised = promises.hand_over(db, actor, seat.contact_id, seat.organisation_id, to=to)
    departure.withdrawn = [str(one) for one in moved.withdrawn]
    departure.invited = [str(one) for one in moved.invited]
    departure.actions = {str(one): name for one, name in promised.items()}
    db.add(departure)
    proposals.settle_left(db, actor, seat.contact_id)
    db.flush()
    return departure


def _said(notice: LeftNotice) -> dict[str, list[str]]:
    return {
        "on": [notice.left_on.isoformat()],
        "because": [notice.remark[:200]],
        "name": [notice.successor_name],
        "email": [notice.successor_email],
    }


def _take_back(db: Session, actor: Actor, departure: Departure) -> Stayed | None:
    invited = [UUID(one) for one in departure.invited]
    invitations.take_back(db, actor, withdrawn=[UUID(one) for one in departure.withdrawn], invited=invited)
    invitations.forget_unsent(db, actor, invited)
    moved = {UUID(one): name for one, name in departure.actions.items()}
    promises.take_back(db, actor, departure.contact_id, moved, since=departure.successor_id)
    return given.take_back(db, actor, departure)


def _stayed_in_words(stayed: Stayed) -> str:
    if stayed.on_it:
        what = numbers(stayed.on_it)
        return _("Put back. %(name)s stays known as a past member, because of: %(what)s.", name=stayed.name, what=what)
    what = merge_queries.in_words(sorted(stayed.changed))
    return _("Put back. What was changed since of %(name)s stays: %(what)s.", name=stayed.name, what=what)


def _page(
    request: Request, db: Session, actor: Actor, contact_id: str, seat_id: str, *, tried: Tried = UNTRIED
) -> Response:
    page = queries.contact_page(db, actor, identifier(contact_id))
    if not may_edit(actor, [membership.region_id for membership in page.memberships]):
        raise NotAllowed
    seat = queries.affiliation(db, actor, page.contact.id, identifier(seat_id))
    if seat.ended_on is not None and not tried.refusal:
        raise NotFound
    return render(
        request,
        "registry/left.html",
        actor=actor,
        section="network",
        contact=page.contact,
        seat=next(each for each in page.seats if each.id == seat.id),
        today=clock.today(),
        colleagues=[(str(one), name) for one, name in leaving.colleagues(db, actor, seat)],
        other=OTHER,
        invitations=invitations.open_invitations(db, actor, seat.contact_id, seat.organisation_id, clock.today()),
        promised=promises.open_actions(db, actor, seat.contact_id, seat.organisation_id),
        tried=tried,
    )
