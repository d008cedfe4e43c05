"""How long we keep what: an administrator reads it, looks what another period would remove, and chooses it."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.privacy import leavers, periods, retention
from bsoo.routes.edge import UNTRIED, ReadDB, Staff, Tried, TypedForm, WriteDB, attempt, done, path_to, render

router = APIRouter()

LEAVERS = "leavers"
_NAMES = {rule.code: rule.what for rule in retention.RULES} | {LEAVERS: N_("Contacts who left")}


class PeriodForm(BaseModel):
    """A number of days, of those that can be chosen."""

    dagen: Annotated[int, Field(ge=1, le=100_000)]


@router.get("/beheer/bewaren")
def retention_rules(request: Request, db: ReadDB, actor: Staff) -> Response:
    """How long we keep what, and what the next run removes."""
    return render(
        request,
        "privacy/retention.html",
        actor=actor,
        rules=retention.RULES,
        due=retention.preview(db, actor),
        leaving=len(leavers.leavers(db, actor)),
        kept=periods.kept(db, actor),
        in_words=periods.in_words,
    )


@router.get("/beheer/bewaren/{rule}")
def retention_period(request: Request, db: ReadDB, actor: Staff, rule: str, dagen: str = "") -> Response:
    """The period of one kind of record, and what another one would remove."""
    return _page(request, db, actor, rule, int(dagen) if dagen.isdecimal() else 0)


@router.post("/beheer/bewaren/{rule}")
def retention_chosen(request: Request, db: WriteDB, actor: Staff, rule: str, typed: TypedForm) -> Response:
    """Keep it so long from now on."""
    with Tried(typed) as tried, attempt(db):
        days = typed.check(PeriodForm).dagen
        periods.choose(db, actor, rule, days)
    if tried.refusal:
        return _page(request, db, actor, rule, 0, tried=tried)
    toast = _("%(what)s: %(period)s.", what=_(_NAMES[rule]), period=periods.in_words(timedelta(days=days)))
    undo = path_to(request, "retention_taken_back", rule=rule)
    return done(request, path_to(request, "retention_rules"), toast=toast, undo=undo)


@router.post("/beheer/bewaren/{rule}/terug")
def retention_taken_back(request: Request, db: WriteDB, actor: Staff, rule: str) -> Response:
    periods.take_back(db, actor, rule)
    return done(request, path_to(request, "retention_rules"), toast=_("As it was before."))


def _page(request: Request, db: Session, actor: Actor, rule: str, days: int, *, tried: Tried = UNTRIED) -> Response:
    require(actor, Permission.ADMINISTER)
    choices = periods.PERIODS[periods.period_of(rule)].choices
    now = periods.kept(db, actor)[rule]
    wanted = timedelta(days=days) if days in choices and days != now.days else None
    return render(
        request,
        "privacy/retention_period.html",
        actor=actor,
        rule=rule,
        what=_(_NAMES[rule]),
        period=now,
        wanted=wanted,
        shorter=wanted is not None and wanted < now,
        before=_going(db, actor, rule, now),
        after=_going(db, actor, rule, wanted or now),
        of_leavers=rule == LEAVERS,
        options=[(str(each), periods.in_words(timedelta(days=each))) for each in choices],
        in_words=periods.in_words,
        tried=tried,
    )


def _going(db: Session, actor: Actor, rule: str, period: timedelta) -> int:
    """How many go with this period: tonight, or, of people, within the month in which their coordinator is told."""
    if rule == LEAVERS:
        return len(leavers.leavers(db, actor, period))
    return retention.preview(db, actor, {rule: period})[rule]
