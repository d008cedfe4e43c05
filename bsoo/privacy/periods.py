"""How long each kind of record is kept: a choice of the administrator, among periods that are neither rash nor lax."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.db import UTCDateTime
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.logbook import entry

_YEAR = 365


@dataclass(frozen=True, slots=True)
class Period:
    """The periods, in days, that can be chosen for one kind of record, and the one that holds until somebody does."""

    usual: int
    choices: tuple[int, ...]


PERIODS = {
    "uploads": Period(7, (1, 3, 7, 14, 30)),
    "letter-texts": Period(30, (7, 30, 90, 180, _YEAR)),
    "mail-words": Period(180, (30, 90, 180, _YEAR)),
    "requests": Period(90, (30, 90, 180, _YEAR)),
    "remarks": Period(_YEAR, (30, 90, 180, _YEAR, 2 * _YEAR)),
    "logbook": Period(5 * _YEAR, tuple(years * _YEAR for years in (1, 2, 3, 5, 7, 10))),
    "leavers": Period(2 * _YEAR, (180, _YEAR, 2 * _YEAR, 3 * _YEAR, 5 * _YEAR)),
}
"""By the code of a rule. What ends by itself (a sign-in) or lasts as long as its undo cannot be chosen."""


class ChosenPeriod(SQLModel, table=True):
    """What an administrator chose for one kind of record, and what it was before, to take it back."""

    __tablename__ = "retention_period"

    code: str = Field(primary_key=True, max_length=40)
    days: int
    days_before: int
    chosen_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)


def kept(db: Session, actor: Actor) -> dict[str, timedelta]:
    """How long each kind of record is kept now."""
    chosen = dict(db.exec(select(ChosenPeriod.code, ChosenPeriod.days)).all())
    return {code: timedelta(days=chosen.get(code, period.usual)) for code, period in PERIODS.items()}


def choose(db: Session, actor: Actor, code: str, days: int) -> None:
    """From the next run on, keep this kind of record so many days."""
    require(actor, Permission.ADMINISTER)
    before = kept(db, actor)[period_of(code)].days
    if days not in PERIODS[code].choices:
        raise Refused(_("Choose one of the options."), "dagen")
    if days == before:
        return
    chosen = db.get(ChosenPeriod, code) or ChosenPeriod(code=code, days=days, days_before=before)
    chosen.days, chosen.days_before, chosen.chosen_at = days, before, clock.now()
    db.add(chosen)
    db.add(entry(actor, "retention.changed", "retention", clock.new_id(), kind=code, before=before, after=days))
    db.flush()


def take_back(db: Session, actor: Actor, code: str) -> None:
    """Keep it as long as before the last change; what the nightly run already forgot does not come back."""
    require(actor, Permission.ADMINISTER)
    chosen = db.get(ChosenPeriod, period_of(code))
    if chosen is None:
        raise NotFound
    choose(db, actor, code, chosen.days_before)


def period_of(code: str) -> str:
    """The code, when its period can be chosen."""
    if code not in PERIODS:
        raise NotFound
    return code


def in_words(period: timedelta) -> str:
    years, rest = divmod(period.days, _YEAR)
    if rest == 0:
        return ngettext("%(num)s year", "%(num)s years", years)
    return ngettext("%(num)s day", "%(num)s days", period.days)
