"""Trends: how many organisations named each theme, quarter by quarter, and the signals behind a number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.exports.files import csv_content
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.quarters import Quarter
from bsoo.regions import Region
from bsoo.routes.edge import ReadDB, Staff, chosen_region, my_regions, page_number, path_to, render
from bsoo.signals import counting, queries, words
from bsoo.signals.counting import Behind
from bsoo.signals.themes import OTHER, ThemeLine
from bsoo.signals.trends import Cell, Count, Series, most_named_first, series
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known

router = APIRouter()

PERIODS = {"4": 4, "8": 8, "12": 12}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader chose: kept in the address, so that a view can be shared."""

    region: Region | None
    period: str
    masked: bool
    quarters: list[Quarter]

    @property
    def region_ids(self) -> list[UUID] | None:
        return [self.region.id] if self.region else None

    @property
    def filters(self) -> dict[str, str]:
        return {
            "regio": self.region.slug if self.region else "alle",
            "periode": self.period,
            "echt": "" if self.masked else "1",
        }


@dataclass(frozen=True, slots=True)
class Bar:
    """A quarter of a small chart, and the cell of the table that says the same."""

    value: int
    label: str
    tick: str
    hidden: bool
    shown: str
    url: str
    """The signals behind it; empty when there are none."""


@dataclass(frozen=True, slots=True)
class Multiple:
    """One small chart, and its row in the table."""

    code: str
    name: str
    url: str
    bars: list[Bar]
    sentence: str
    meta: str


@router.get("/trends")
def trends(
    request: Request,
    db: ReadDB,
    actor: Staff,
    regio: str = "",
    periode: str = "",
    echt: str = "",
    thema: str = "",
    kwartaal: str = "",
    bladzijde: str = "1",
) -> Response:
    require(actor, Permission.VIEW_TRENDS)
    asked = _asked(request, regio, periode, echt)
    counts = counting.counts(db, actor, asked.region_ids, asked.quarters[0], asked.quarters[-1])
    themes = {one.code: one for one in queries.all_themes(db, actor, {count.theme for count in counts})}
    found = _found(counts, asked, themes)
    names = {code: one.name for code, one in themes.items()}
    thema = known(db).living(Vocabulary.THEME, thema)
    chosen = thema if thema in names else (found[0].theme if found else "")
    quarter = next((one for one in asked.quarters if one.slug == kwartaal), asked.quarters[-1])
    page = page_number(bladzijde)
    behind = _behind(db, actor, asked, chosen, quarter, page)
    everybody = {count.quarter: count.organisations for count in counts if count.theme == ""}
    return render(
        request,
        "trends/trends.html",
        actor=actor,
        section="trends",
        lede=_lede(counts, asked),
        filters=asked.filters,
        region_words=[("alle", _("All regions")), *((one.slug, one.name) for one in my_regions(request))],
        region_slug=asked.filters["regio"],
        period=asked.period,
        masked=asked.masked,
        quarters=asked.quarters,
        multiples=_multiples(request, found, names, asked),
        top=max((one.top for one in found), default=1),
        took_part=sum(everybody.values()),
        took_part_by_quarter=[everybody.get(one, 0) for one in asked.quarters],
        chosen=chosen,
        chosen_name=names.get(chosen, ""),
        quarter=quarter,
        quarter_slug=quarter.slug,
        behind=behind,
        drill_meta=ngettext("%(num)s signal", "%(num)s signals", behind.total) if behind else "",
        state_words=words.STAFF_STATES,
    )


@router.get("/trends/tabel.csv")
def trends_table(
    request: Request, db: ReadDB, actor: Staff, regio: str = "", periode: str = "", echt: str = ""
) -> Response:
    """The same numbers for a spreadsheet; what is hidden on the page is empty here."""
    require(actor, Permission.VIEW_TRENDS)
    asked = _asked(request, regio, periode, echt)
    counts = counting.counts(db, actor, asked.region_ids, asked.quarters[0], asked.quarters[-1])
    themes = {one.code: one for one in queries.all_themes(db, actor, {count.theme for count in counts})}
    rows = [[_("Theme"), _("Quarter"), _("Organisations"), _("Took part"), _("Hidden (small number)")]]
    for one in _found(counts, asked, themes):
        for cell in one.cells:
            named = "" if cell.hidden else str(cell.named)
            hidden = _("yes") if cell.hidden else ""
            rows.append([themes[one.theme].name, cell.quarter.slug, named, str(cell.took_part), hidden])
    headers = {"Content-Disposition": 'attachment; filename="trends.csv"', "Cache-Control": "no-store"}
    return Response(csv_content(rows, delimiter=","), media_type="text/csv; charset=utf-8", headers=headers)


def _asked(request: Request, region_slug: str, period: str, real: str) -> Asked:
    """What was asked for, with the region that this person looks at when the address says nothing."""
    found = next((one for one in my_regions(request) if one.slug == region_slug), None)
    region = found or (None if region_slug else chosen_region(request))
    period = period if period in PERIODS else "8"
    return Asked(region, period, not real, Quarter.of(clock.today()).up_to_here(PERIODS[period]))


def _found(counts: Sequence[Count], asked: Asked, themes: dict[str, ThemeLine]) -> list[Series]:
    """The themes that were named at all in the period, most named first; "other" is never shown as a theme."""
    named = {count.theme for count in counts if count.organisations}
    codes = [code for code in themes if code in named and code != OTHER]
    return most_named_first(series(counts, asked.quarters, codes, masked=asked.masked))


def _behind(db: Session, actor: Actor, asked: Asked, theme: str, quarter: Quarter, page: int) -> Behind | None:
    if not theme:
        return None
    return counting.behind(db, actor, asked.region_ids, theme, quarter, page)


def _lede(counts: Sequence[Count], asked: Asked) -> str:
    now = asked.quarters[-1]
    signals = sum(count.signals for count in counts if count.quarter == now)
    voices = sum(count.organisations for count in counts if count.quarter == now and count.theme == "")
    return _(
        "%(signals)s; %(voices)s took part, up to week %(week)s of quarter %(quarter)s",
        signals=ngettext("%(num)s signal", "%(num)s signals", signals),
        voices=ngettext("%(num)s organisation", "%(num)s organisations", voices),
        week=Quarter.of(clock.today()).week_of(clock.today()),
        quarter=now[1],
    )


def _multiples(request: Request, found: Sequence[Series], names: Mapping[str, str], asked: Asked) -> list[Multiple]:
    """What all charts share is said and looked up once."""
    page = path_to(request, "trends", **asked.filters)
    labels = [_("quarter %(number)s of %(year)s", number=number, year=year) for year, number in asked.quarters]
    ticks = [_tick(quarter, place, len(asked.quarters) - 1) for place, quarter in enumerate(asked.quarters)]
    sentence = _("Number of organisations that named it.")
    return [
        Multiple(
            code=one.theme,
            name=names[one.theme],
            url=f"{page}&thema={one.theme}#signalen",
            bars=[
                _bar(cell, label, tick, f"{page}&thema={one.theme}")
                for cell, label, tick in zip(one.cells, labels, ticks, strict=True)
            ],
            sentence=sentence,
            meta=_("%(named)s of %(all)s organisations", named=one.now.shown, all=one.now.took_part),
        )
        for one in found
    ]


def _bar(cell: Cell, label: str, tick: str, theme_url: str) -> Bar:
    url = f"{theme_url}&kwartaal={cell.quarter.slug}#signalen" if cell.signals or cell.hidden else ""
    return Bar(cell.named, label, tick, cell.hidden, cell.shown, url)


def _tick(quarter: Quarter, place: int, last: int) -> str:
    """A label under the first quarter of each year, and under now."""
    if place == last:
        return _("now")
    year, number = quarter
    return _("Q%(number)s ’%(year)s", number=number, year=f"{year % 100:02}") if number == 1 else ""
