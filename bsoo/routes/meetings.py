"""Meetings: the list, one meeting with who comes, its date and place, calling it off."""

from datetime import date, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.mail.models import Mailing
from bsoo.meetings import calendar, invitees, planning, queries, readers, turnout, words
from bsoo.meetings.invitees import Shown
from bsoo.meetings.planning import Plan
from bsoo.meetings.queries import Card
from bsoo.publications import reach
from bsoo.quarters import Quarter
from bsoo.routes import agenda, attendance, elsewhere, when
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    chosen_region,
    done,
    my_regions,
    page_number,
    path_to,
    region_or_404,
    render,
)
from bsoo.templating import day

router = APIRouter()
router.include_router(agenda.router)
router.include_router(attendance.router)


class PlanForm(BaseModel):
    """Date and place as typed; `revision` is the version that was on the screen."""

    on: date
    starts: time
    ends: time
    venue: Annotated[str, Field(max_length=200)] = ""
    address: Annotated[str, Field(max_length=300)] = ""
    online_link: Annotated[str, Field(max_length=500, pattern=r"^https?://\S+$")] = ""
    organiser: Annotated[str, Field(max_length=200)] = ""
    introduction: Annotated[str, Field(max_length=2000)] = ""
    introduction_en: Annotated[str, Field(max_length=2000)] = ""
    note: Annotated[str, Field(max_length=500)] = ""
    revision: int = 0
    confirmed: bool = False

    def plan(self) -> Plan:
        return Plan(**self.model_dump(exclude={"note", "revision", "confirmed"}))


@router.get("/overleggen")
def meetings(request: Request, db: ReadDB, actor: Staff, bladzijde: str = "1") -> Response:
    chosen = chosen_region(request)
    regions = [chosen] if chosen is not None else my_regions(request)
    page = page_number(bladzijde)
    cards = queries.meetings(db, actor, [region.id for region in regions], page=page)
    shown, running = cards[: queries.PAGE], Quarter.of(clock.today())
    return render(
        request,
        "meetings/meetings.html",
        actor=actor,
        section="meetings",
        shown_regions=regions,
        now_and_ahead=sorted((card for card in shown if card.quarter >= running), key=lambda card: card.meeting.on),
        earlier=[card for card in shown if card.quarter < running],
        this_year=running.year,
        page=page,
        has_more=len(cards) > queries.PAGE,
        words=words,
    )


@router.post("/overleggen/{region}")
def plan_meeting(request: Request, db: WriteDB, actor: Staff, region: str) -> Response:
    where = region_or_404(db, actor, region, Permission.PLAN_MEETINGS)
    planned = planning.plan_next_meeting(db, actor, where)
    url = path_to(request, "meeting", region=where.slug, quarter=planned.slug)
    return done(request, url, toast=_("Planned: %(day)s.", day=day(planned.on)))


@router.get("/overleggen/{region}/{quarter}")
def meeting(
    request: Request,
    db: ReadDB,
    actor: Staff,
    region: str,
    quarter: str,
    toon: str = "",
    q: str = "",
    bladzijde: str = "1",
) -> Response:
    card, dates = queries.meeting_and_dates(db, actor, region, quarter)
    if not card.region.hosts:
        return elsewhere.page(request, db, actor, card, dates)
    numbers = turnout.funnel(db, actor, card.meeting)
    shown = _shown(toon, q)
    page = invitees.invitees(db, actor, card.meeting, shown=shown, words=q[:100], page=page_number(bladzijde))
    return render(
        request,
        "meetings/meeting.html",
        actor=actor,
        section="meetings",
        card=card,
        dates=dates,
        funnel=numbers,
        shown=shown,
        invitees=page,
        q=q,
        sheet=calendar.run_sheet(card.meeting.on),
        reminder=_next_reminder(card),
        holiday=calendar.holiday_on(card.meeting.on),
        words=words,
        stand=reach.stand_of(db, actor, card.meeting),
    )


@router.get("/overleggen/{region}/{quarter}/datum")
def meeting_edit(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    require(actor, Permission.PLAN_MEETINGS, card.region.id)
    return _edit_page(request, actor, card)


@router.post("/overleggen/{region}/{quarter}/datum")
def meeting_save(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    require(actor, Permission.PLAN_MEETINGS, card.region.id)
    with Tried(typed) as tried:
        form = typed.check(PlanForm)
        coming = planning.consequences(db, actor, card.region, card.meeting, form.plan())
        if coming.tells and not form.confirmed:
            planning.refuse_change(card.meeting, form.plan(), form.revision)
            return _edit_page(request, actor, card, tried=tried, coming=coming)
        with attempt(db):
            mailing = planning.change_meeting(
                db,
                actor,
                card.region,
                card.meeting,
                form.plan(),
                revision=form.revision,
                note_to_all=form.note,
                begins_at=when.soon(request),
            )
    if tried.refusal:
        return _edit_page(request, actor, card, tried=tried)
    return _told(request, card, mailing, _("Saved."))


@router.get("/overleggen/{region}/{quarter}/afgelasten")
def meeting_cancel(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    require(actor, Permission.PLAN_MEETINGS, card.region.id)
    people = readers.number(db, actor, card.meeting, despite=readers.EVERYBODY)
    return render(request, "meetings/cancel.html", actor=actor, section="meetings", card=card, people=people)


@router.post("/overleggen/{region}/{quarter}/afgelasten")
def meeting_called_off(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm
) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    reason, begins_at = typed.get("note", "").strip()[:500], when.soon(request)
    mailing = planning.cancel_meeting(db, actor, card.region, card.meeting, reason=reason, begins_at=begins_at)
    people = _("Called off. %(people)s people get a mail about it.", people=mailing.total if mailing else 0)
    return _told(request, card, mailing, people)


def _told(request: Request, card: Card, mailing: Mailing | None, toast: str) -> Response:
    """To where the mail about it can be followed and held."""
    if mailing is None:
        return done(request, meeting_url(request, card), toast=toast)
    url = path_to(request, "meeting_progress", region=card.region.slug, quarter=card.meeting.slug)
    return done(request, url, toast=f"{toast} {when.told(mailing)}".strip())


def meeting_url(request: Request, card: Card, **query: object) -> str:
    return path_to(request, "meeting", region=card.region.slug, quarter=card.meeting.slug, **query)


def _shown(text: str, q: str) -> Shown:
    """Which list: as asked; a search looks among everybody, and without a question the silent come first."""
    try:
        return Shown(text)
    except ValueError:
        return Shown.ALL if q else Shown.SILENT


def _next_reminder(card: Card) -> date | None:
    if not card.meeting.reminders_automatic or not card.is_planned:
        return None
    return calendar.next_reminder(card.meeting.on, card.meeting.reminders_sent, clock.today())


def _edit_page(
    request: Request,
    actor: Actor,
    card: Card,
    *,
    tried: Tried = UNTRIED,
    coming: planning.Consequences | None = None,
) -> Response:
    """The form; with `coming` it first says who will hear of the change, and asks once more."""
    plan = Plan.of(card.meeting)
    return render(
        request,
        "meetings/edit.html",
        actor=actor,
        section="meetings",
        card=card,
        plan=plan,
        coming=coming,
        tried=tried,
        next_days=_next_days(card),
    )


def _next_days(card: Card) -> list[tuple[date, str | None]]:
    """The day by the rule and the same weekday a week before and after, each with its holiday."""
    by_rule = calendar.meeting_day(card.region, card.quarter)
    days = [by_rule + timedelta(weeks=weeks) for weeks in (-1, 0, 1)]
    return [(one, calendar.holiday_on(one)) for one in days]
