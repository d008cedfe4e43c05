"""Reminding the silent, and how far the mail of a meeting is."""

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.mail import bulk_views
from bsoo.mail.words import LETTER_WORDS
from bsoo.meetings import calendar, queries, reminding, words
from bsoo.meetings.queries import Card
from bsoo.routes import when
from bsoo.routes.edge import UNTRIED, ReadDB, Staff, Tried, TypedForm, WriteDB, attempt, done, path_to, render
from bsoo.routes.mailing_page import stand_of
from bsoo.routes.meetings import meeting_url

router = APIRouter()


@router.get("/overleggen/{region}/{quarter}/voortgang")
def meeting_progress(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    require(actor, Permission.VIEW_MEETINGS, card.region.id)
    found = bulk_views.mailings(db, {card.region.id}, meeting_id=card.meeting.id)
    return render(
        request,
        "meetings/progress.html",
        actor=actor,
        section="meetings",
        card=card,
        stand=stand_of(request, db, found[0]) if found else None,
        others=found[1:],
        letter_words=LETTER_WORDS,
    )


@router.get("/overleggen/{region}/{quarter}/herinnering")
def meeting_remind(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str) -> Response:
    return _remind_page(request, db, actor, queries.meeting_at(db, actor, region, quarter))


@router.post("/overleggen/{region}/{quarter}/herinnering")
def meeting_reminded(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm
) -> Response:
    """The form says which round it asks for, so pressing twice sends once."""
    card = queries.meeting_at(db, actor, region, quarter)
    number = typed.get("ronde", "")
    with Tried(typed) as tried, attempt(db):
        mailing = reminding.remind_silent(
            *(db, actor, card.region, card.meeting),
            number=int(number) if number in {"1", "2", "3"} else 0,
            begins_at=when.chosen(request, typed),
        )
    if tried.refusal:
        return _remind_page(request, db, actor, card, tried=tried)
    if mailing is None:
        return done(request, meeting_url(request, card), toast=_("There was nobody left to remind in this round."))
    url = path_to(request, "meeting_progress", region=region, quarter=quarter)
    said = ngettext("%(num)s person gets a reminder.", "%(num)s people get a reminder.", mailing.total)
    return done(request, url, toast=f"{said} {when.told(mailing)}".strip())


@router.post("/overleggen/{region}/{quarter}/herinnering/vanzelf")
def reminders_switch(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm
) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    reminding.let_run(db, actor, card.meeting, automatic=typed.get("aan", "") == "ja")
    return done(request, meeting_url(request, card), toast=_("Saved."))


def _remind_page(
    request: Request,
    db: Session,
    actor: Actor,
    card: Card,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    return render(
        request,
        "meetings/remind.html",
        actor=actor,
        section="meetings",
        card=card,
        silent=reminding.silent(db, actor, card.meeting),
        number=card.meeting.reminders_sent + 1,
        most=reminding.MOST,
        next_day=calendar.next_reminder(card.meeting.on, card.meeting.reminders_sent, clock.today()),
        tried=tried,
        words=words,
    )
