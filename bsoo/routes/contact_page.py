"""The page of one contact, also when a form on it was refused."""

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.i18n import gettext as _
from bsoo.mail import purpose_words
from bsoo.mail.purposes import WORD_OF
from bsoo.registry import queries, timeline
from bsoo.registry.doubles import merge_queries
from bsoo.registry.doubles.merging import UNDO_WITHIN
from bsoo.registry.keeping import trust, words_of_trust
from bsoo.registry.mailboxes import is_shared
from bsoo.registry.values import shown_phones
from bsoo.registry.words import BASES, STATUSES
from bsoo.routes.edge import UNTRIED, Tried, identifier, my_regions, render
from bsoo.routes.editing import may_edit
from bsoo.routes.standing_out import StandingOut, standing_out


def contact_page(request: Request, db: Session, actor: Actor, contact_id: str, *, tried: Tried = UNTRIED) -> Response:
    page = queries.contact_page(db, actor, identifier(contact_id))
    found = standing_out(db, actor, page.contact.id, clock.today())
    return render(
        request,
        "registry/contact.html",
        actor=actor,
        section="network",
        page=page,
        lines=timeline.lines(
            page.timeline, page.contact.created_at, page.memberships[0].basis_source if page.memberships else ""
        ),
        phones=shown_phones(page.contact.phone),
        bases={code: _(word) for code, word in BASES.items()},
        statuses=STATUSES,
        today=clock.today(),
        regions_by_id={each.id: each for each in my_regions(request)},
        may_edit=may_edit(actor, [membership.region_id for membership in page.memberships]),
        beside=merge_queries.beside(db, actor, page.contact, clock.now() - UNDO_WITHIN),
        field_names=timeline.field_names,
        mail_stops=found.stops,
        mail_words=purpose_words,
        mail_address=WORD_OF,
        waiting=found.waiting,
        trust=_trust(page, found),
        is_shared=is_shared,
        shown_phone=shown_phones,
        tried=tried,
    )


def _trust(page: queries.ContactPage, found: StandingOut) -> words_of_trust.Said | None:
    """How far the record can be trusted, and why not further; nothing is asked of who has left."""
    if not page.memberships or (page.seats and not page.open_seats):
        return None
    today = clock.today()
    seat = page.open_seats[0] if page.open_seats else None
    known = trust.Known(
        confirmed_on=max((one.confirmed_on for one in page.memberships if one.confirmed_on), default=None),
        has_address=page.used_address is not None,
        has_bounced=page.used_address is not None and page.used_address.bounced_at is not None,
        says_left=found.waiting.left is not None,
        is_proposed=bool(found.waiting.proposals),
        is_silent=found.is_silent,
        is_no_show=found.is_no_show,
        has_organisation=seat is not None,
        has_role=any(one.role for one in page.open_seats),
        has_phone=bool(page.contact.phone),
        is_shared=page.contact.is_role_mailbox,
    )
    return words_of_trust.said(trust.reasons(known, today))
