"""Bulk mail: the list of it, one with who got it and who not, and what can be done about it while it waits or runs."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.mail import bulk_views, schedule
from bsoo.mail.bulk_views import Phase
from bsoo.mail.models import Because, Mailing, MailingState
from bsoo.mail.words import LETTER_WORDS
from bsoo.meetings import mailings as actions
from bsoo.routes import mailing_again
from bsoo.routes.edge import (
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    came_from,
    done,
    identifier,
    my_regions,
    page_number,
    path_to,
    render,
)
from bsoo.routes.looked_at import looked_at
from bsoo.routes.mailing_page import chosen_letters, mailing_page
from bsoo.routes.span import Span
from bsoo.routes.when import WhenForm

router = APIRouter()
router.include_router(mailing_again.router)

PHASES = {"staat-stil": Phase.HALTED, "wacht": Phase.SCHEDULED, "loopt": Phase.RUNNING, "klaar": Phase.OVER}
PHASES["gestopt"] = Phase.STOPPED
"""Phases by their word in the address."""

WERE = {"loopt": MailingState.RUNNING, "pauze": MailingState.PAUSED, "wacht": MailingState.SCHEDULED}
"""What a mailing was before it was stopped, by its word in the address of the undo."""


@router.get("/postvak/zendingen")
def mailings(request: Request, db: ReadDB, actor: Staff, stand: str = "", bladzijde: str = "1") -> Response:
    regions, phase, page = looked_at(request, actor), PHASES.get(stand), page_number(bladzijde)
    counts = bulk_views.counts(db, regions)
    total = counts[phase] if phase is not None else sum(counts.values())
    return render(
        request,
        "outbox/mailings.html",
        actor=actor,
        lines=bulk_views.mailings(db, regions, phase=phase, page=page),
        phases=[(key, one, counts[one]) for key, one in PHASES.items()],
        stand=stand if phase is not None else "",
        all_of_them=sum(counts.values()),
        span=Span(total, page),
        region_names={region.id: region.name for region in my_regions(request)},
        letter_words=LETTER_WORDS,
    )


@router.get("/postvak/zendingen/{mailing_id}")
def mailing(
    request: Request,
    db: ReadDB,
    actor: Staff,
    mailing_id: str,
    toestand: str = "",
    q: str = "",
    bladzijde: str = "1",
) -> Response:
    query = {"toestand": toestand, "q": q, "bladzijde": bladzijde}
    return mailing_page(request, db, actor, identifier(mailing_id), query)


@router.post("/postvak/zendingen/{mailing_id}/stand")
def mailing_state(request: Request, db: WriteDB, actor: Staff, mailing_id: str, typed: TypedForm) -> Response:
    """Begin now, pause, go on, or stop."""
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    was = next((word for word, state in WERE.items() if state is found.state), "")
    with Tried(typed) as tried, attempt(db):
        said = _change(db, actor, found, typed.get("stand", ""))
    if tried.refusal:
        return mailing_page(request, db, actor, found.id, {}, tried=tried)
    undo = path_to(request, "mailing_stop_undone", mailing_id=found.id, was=was)
    is_stopped = found.state is MailingState.STOPPED
    return done(request, _back(request, found), toast=said, undo=undo if is_stopped else "")


@router.post("/postvak/zendingen/{mailing_id}/verder")
def mailing_stop_undone(request: Request, db: WriteDB, actor: Staff, mailing_id: str, was: str = "") -> Response:
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    with Tried() as tried, attempt(db):
        actions.undo_stop(db, actor, found, WERE.get(was, MailingState.PAUSED))
    if tried.refusal:
        return mailing_page(request, db, actor, found.id, {}, tried=tried)
    return done(request, _back(request, found), toast=_("Put back. The mailing is as it was."))


@router.post("/postvak/zendingen/{mailing_id}/moment")
def mailing_planned(request: Request, db: WriteDB, actor: Staff, mailing_id: str, typed: TypedForm) -> Response:
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(WhenForm)
        actions.plan(db, actor, found, schedule.moment_of(form.dag, form.tijd, clock.now()))
    if tried.refusal:
        return mailing_page(request, db, actor, found.id, {}, tried=tried)
    return done(request, _back(request, found), toast=_("The moment was changed."))


@router.post("/postvak/zendingen/{mailing_id}/eruit")
def mailing_trimmed(request: Request, db: WriteDB, actor: Staff, mailing_id: str, typed: TypedForm) -> Response:
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    with Tried(typed) as tried, attempt(db):
        kept = actions.take_out(db, actor, found, chosen_letters(typed.all("brief")))
    if tried.refusal:
        return mailing_page(request, db, actor, found.id, {}, tried=tried)
    said = ngettext("%(num)s person was taken out.", "%(num)s people were taken out.", kept.letters)
    undo = path_to(request, "mailing_put_back", mailing_id=found.id, moment=kept.at.isoformat())
    return done(request, _back(request, found), toast=said, undo=undo)


@router.post("/postvak/zendingen/{mailing_id}/terug")
def mailing_put_back(request: Request, db: WriteDB, actor: Staff, mailing_id: str, moment: str = "") -> Response:
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    with Tried() as tried, attempt(db):
        back = actions.put_back(db, actor, found, _moment(moment))
    if tried.refusal:
        return mailing_page(request, db, actor, found.id, {}, tried=tried)
    said = ngettext("%(num)s person was put back.", "%(num)s people were put back.", back.letters)
    return done(request, _back(request, found), toast=said)


def _change(db: Session, actor: Actor, mailing: Mailing, wanted: str) -> str:
    if wanted == "nu":
        actions.begin_now(db, actor, mailing)
        return _("The mailing begins now.")
    if wanted == "pauze":
        actions.pause(db, actor, mailing)
        return _("Paused. Nothing more goes out until you let it go on.")
    if wanted == "verder":
        is_late = mailing.paused_because is Because.LATE
        actions.resume(db, actor, mailing)
        return _("The mailing begins now.") if is_late else _("The mailing goes on.")
    if wanted == "stop":
        kept = actions.stop(db, actor, mailing)
        return ngettext(
            "Stopped. %(num)s letter stays at home.", "Stopped. %(num)s letters stay at home.", kept.letters
        )
    raise Refused(_("Choose one of the options."))


def _back(request: Request, mailing: Mailing) -> str:
    """The page on which the form stood: that of the mailing, or of its meeting."""
    came = came_from(request)
    return came if came.endswith("/voortgang") else path_to(request, "mailing", mailing_id=mailing.id)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotFound from None
