"""Bulk mail: what was sent to whom and who not, and what can be done about it while it waits, runs or is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.models import User
from bsoo.access.policy import Permission
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.mail import bulk_views, desk, schedule, tempo
from bsoo.mail.bulk_views import MailingLine, Phase, Words
from bsoo.mail.desk import ROWS, Wanted
from bsoo.mail.models import Mailing, MailingState
from bsoo.mail.outbox import REFUSED
from bsoo.mail.pace import Limits, sender_of
from bsoo.mail.tempo import Tempo
from bsoo.mail.words import GROUPS, LETTER_WORDS, STATE_WORDS
from bsoo.meetings import mailings as actions
from bsoo.meetings.models import Meeting
from bsoo.meetings.words import WHY_IN, WHY_OUT
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    came_from,
    clean,
    done,
    identifier,
    my_regions,
    page_number,
    path_to,
    render,
    settings,
)
from bsoo.routes.looked_at import looked_at
from bsoo.routes.when import WhenForm

router = APIRouter()

PHASES = {"staat-stil": Phase.HALTED, "wacht": Phase.SCHEDULED, "loopt": Phase.RUNNING, "klaar": Phase.OVER}
PHASES["gestopt"] = Phase.STOPPED
"""Phases by their word in the address."""

SOON = 600
"""Seconds that are counted down; a moment further ahead is a date."""

WERE = {"loopt": MailingState.RUNNING, "pauze": MailingState.PAUSED, "wacht": MailingState.SCHEDULED}
"""What a mailing was before it was stopped, by its word in the address of the undo."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a mailing stands: its numbers, how fast it goes and what the mail server says."""

    line: MailingLine
    tempo: Tempo
    words: Sequence[Words]

    @property
    def begins(self) -> datetime | None:
        """Its moment as the wall shows it."""
        return self.line.begins_at.astimezone(clock.ZONE) if self.line.begins_at else None

    @property
    def seconds(self) -> int:
        """How long it can still be held; 0 when that is no matter of seconds."""
        left = (self.line.begins_at - clock.now()).total_seconds() if self.line.begins_at else 0
        return max(0, int(left)) if left <= SOON else 0


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a list is on the page."""

    total: int
    page: int

    @property
    def pages(self) -> int:
        return -(-self.total // ROWS)

    @property
    def first(self) -> int:
        return (self.page - 1) * ROWS + 1

    @property
    def last(self) -> int:
        return min(self.page * ROWS, self.total)


def stand_of(request: Request, db: Session, line: MailingLine) -> Stand:
    limits = Limits(settings(request).mail_per_minute, settings(request).mail_per_day)
    pace = tempo.tempo(db, line, sender_of(settings(request).smtp_url), limits, clock.now())
    return Stand(line, pace, bulk_views.server_words(db, line.id) if line.refused else ())


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
    found = actions.mailing(db, actor, identifier(mailing_id))
    return _page(request, db, actor, found, {"toestand": toestand, "q": q, "bladzijde": bladzijde})


@router.post("/postvak/zendingen/{mailing_id}/stand")
def mailing_state(request: Request, db: WriteDB, actor: Staff, mailing_id: str, typed: TypedForm) -> Response:
    """Begin now, pause, go on, or stop."""
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    was = next((word for word, state in WERE.items() if state is found.state), "")
    with Tried(typed) as tried, attempt(db):
        said = _change(db, actor, found, typed.get("stand", ""))
    if tried.refusal:
        return _page(request, db, actor, found, {}, tried=tried)
    undo = path_to(request, "mailing_stop_undone", mailing_id=found.id, was=was)
    is_stopped = found.state is MailingState.STOPPED
    return done(request, _back(request, found), toast=said, undo=undo if is_stopped else "")


@router.post("/postvak/zendingen/{mailing_id}/verder")
def mailing_stop_undone(request: Request, db: WriteDB, actor: Staff, mailing_id: str, was: str = "") -> Response:
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    with Tried() as tried, attempt(db):
        actions.undo_stop(db, actor, found, WERE.get(was, MailingState.PAUSED))
    if tried.refusal:
        return _page(request, db, actor, found, {}, tried=tried)
    return done(request, _back(request, found), toast=_("Put back. The mailing is as it was."))


@router.post("/postvak/zendingen/{mailing_id}/moment")
def mailing_planned(request: Request, db: WriteDB, actor: Staff, mailing_id: str, typed: TypedForm) -> Response:
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(WhenForm)
        actions.plan(db, actor, found, schedule.moment_of(form.dag, form.tijd, clock.now()))
    if tried.refusal:
        return _page(request, db, actor, found, {}, tried=tried)
    return done(request, _back(request, found), toast=_("The moment was changed."))


@router.post("/postvak/zendingen/{mailing_id}/eruit")
def mailing_trimmed(request: Request, db: WriteDB, actor: Staff, mailing_id: str, typed: TypedForm) -> Response:
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    with Tried(typed) as tried, attempt(db):
        kept = actions.take_out(db, actor, found, _chosen(typed.all("brief")))
    if tried.refusal:
        return _page(request, db, actor, found, {}, tried=tried)
    said = ngettext("%(num)s person was taken out.", "%(num)s people were taken out.", kept.letters)
    undo = path_to(request, "mailing_put_back", mailing_id=found.id, moment=kept.at.isoformat())
    return done(request, _back(request, found), toast=said, undo=undo)


@router.post("/postvak/zendingen/{mailing_id}/terug")
def mailing_put_back(request: Request, db: WriteDB, actor: Staff, mailing_id: str, moment: str = "") -> Response:
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    with Tried() as tried, attempt(db):
        back = actions.put_back(db, actor, found, _moment(moment))
    if tried.refusal:
        return _page(request, db, actor, found, {}, tried=tried)
    said = ngettext("%(num)s person was put back.", "%(num)s people were put back.", back.letters)
    return done(request, _back(request, found), toast=said)


@router.get("/postvak/zendingen/{mailing_id}/opnieuw")
def mailing_retry(request: Request, db: ReadDB, actor: Staff, mailing_id: str, toestand: str = "") -> Response:
    """What is about to go again, with the risk of a double said before it is taken."""
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    return _retry_page(request, db, actor, found, _chosen(request.query_params.getlist("brief")), toestand)


@router.post("/postvak/zendingen/{mailing_id}/opnieuw")
def mailing_retried(request: Request, db: WriteDB, actor: Staff, mailing_id: str, typed: TypedForm) -> Response:
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    chosen = _chosen(typed.all("brief"))
    with Tried(typed) as tried, attempt(db):
        number = actions.retry(db, actor, found, chosen)
    if tried.refusal:
        return _retry_page(request, db, actor, found, chosen, "", tried=tried)
    said = ngettext("%(num)s letter goes out again.", "%(num)s letters go out again.", number)
    if found.state is MailingState.PAUSED:
        said = _("They go out again as soon as the mailing goes on.")
    return done(request, path_to(request, "mailing", mailing_id=found.id), toast=said)


def _change(db: Session, actor: Actor, mailing: Mailing, wanted: str) -> str:
    if wanted == "nu":
        actions.begin_now(db, actor, mailing)
        return _("The mailing begins now.")
    if wanted == "pauze":
        actions.pause(db, actor, mailing)
        return _("Paused. Nothing more goes out until you let it go on.")
    if wanted == "verder":
        actions.resume(db, actor, mailing)
        return _("The mailing goes on.")
    if wanted == "stop":
        kept = actions.stop(db, actor, mailing)
        return ngettext(
            "Stopped. %(num)s letter stays at home.", "Stopped. %(num)s letters stay at home.", kept.letters
        )
    raise Refused(_("Choose one of the options."))


def _page(
    request: Request,
    db: Session,
    actor: Actor,
    mailing: Mailing,
    query: Mapping[str, str],
    *,
    tried: Tried = UNTRIED,
) -> Response:
    wanted = _wanted(mailing, query)
    line = bulk_views.line_of(db, mailing.id)
    counts = desk.counts(db, None, wanted)
    total = sum(counts[state] for state in wanted.states or counts)
    absent = actions.left_out(db, actor, mailing)
    return render(
        request,
        "outbox/mailing.html",
        actor=actor,
        tried=tried,
        stand=stand_of(request, db, line),
        meeting=db.get(Meeting, mailing.meeting_id) if mailing.meeting_id else None,
        maker=db.get(User, mailing.started_by) if mailing.started_by else None,
        region_names={region.id: region for region in my_regions(request)},
        query={"toestand": "", "q": "", **query},
        groups=[(key, _(word), sum(counts[state] for state in states)) for key, (word, states) in GROUPS.items()],
        everybody=sum(counts.values()),
        again={key: sum(counts[one] for one in GROUPS[key][1]) for key in ("onbestelbaar", "onzeker")},
        letters=desk.letters(db, None, wanted),
        absent=[(why, list(people)) for why, people in groupby(absent, key=lambda one: one.why)],
        absent_number=len(absent),
        span=Span(total, wanted.page),
        letter_words=LETTER_WORDS,
        state_words=STATE_WORDS,
        why_in=WHY_IN,
        why_out=WHY_OUT,
    )


def _retry_page(
    request: Request,
    db: Session,
    actor: Actor,
    mailing: Mailing,
    chosen: Sequence[UUID],
    group: str,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    states = GROUPS[group][1] if group in {"onbestelbaar", "onzeker"} else desk.AGAIN
    wanted = Wanted(states=states, mailing_id=mailing.id, ids=tuple(chosen) or None)
    letters = desk.letters(db, None, wanted, most=desk.MOST_AGAIN)
    return render(
        request,
        "outbox/again.html",
        actor=actor,
        tried=tried,
        mailing=mailing,
        refused=[one for one in letters if one.state in REFUSED],
        unsure=[one for one in letters if one.state not in REFUSED],
        region_names={region.id: region.name for region in my_regions(request)},
        letter_words=LETTER_WORDS,
    )


def _back(request: Request, mailing: Mailing) -> str:
    """The page on which the form stood: that of the mailing, or of its meeting."""
    came = came_from(request)
    return came if came.endswith("/voortgang") else path_to(request, "mailing", mailing_id=mailing.id)


def _wanted(mailing: Mailing, query: Mapping[str, str]) -> Wanted:
    _word, states = GROUPS.get(query.get("toestand", ""), ("", ()))
    text, page = clean(query.get("q", ""))[:100], page_number(query.get("bladzijde", "1"))
    return Wanted(states=states, mailing_id=mailing.id, text=text, page=page)


def _chosen(given: Sequence[str]) -> list[UUID]:
    return [identifier(one) for one in given[: desk.MOST_AGAIN]]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if moment.tzinfo is None:
        raise NotFound
    return moment
