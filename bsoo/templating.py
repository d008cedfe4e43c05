"""Renders a page, or one block of it, from one template.

A page extends `layout`, or its own frame when there is none. For htmx the layout is `_fragment.html`, which prints the
single block whose name is the id of the target: the fragment is a literal part of the page.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, lru_cache, partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

from babel.dates import format_date
from babel.lists import format_list
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bsoo import clock, i18n
from bsoo.access.actor import PUBLIC, Actor
from bsoo.access.policy import Permission, may
from bsoo.errors import UNTRIED, Conflict, Tried
from bsoo.refusals import name_fields
from bsoo.spoken import SpokenEnvironment

FOLDER = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
TOAST_COOKIE = "toast"
LANGUAGE_COOKIE = "taal"
LOCALES = {"nl": "nl_NL", "en": "en_GB"}
YEAR = 31_536_000
"""In seconds: how long a browser remembers a choice."""


@dataclass(frozen=True, slots=True)
class Toast:
    """What was just done, and where it can be undone."""

    text: str
    undo: str = ""


def render(
    request: Request,
    template: str,
    *,
    actor: Actor = PUBLIC,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    tried: Tried = UNTRIED,
    **context: object,
) -> HTMLResponse:
    """The whole page, or with htmx the block named by HX-Target.

    Of what was tried a template sees `typed`, `errors` (a sentence per field) and `is_conflict`; a refusal answers 422,
    and 409 when somebody else was first.
    """
    is_conflict = isinstance(tried.refusal, Conflict)
    if tried.refusal:
        status = HTTPStatus.CONFLICT if is_conflict else HTTPStatus.UNPROCESSABLE_ENTITY
    language = i18n.language()
    found = environment(language).get_template(template)
    block = _wanted_block(request)
    fragment = block in found.blocks
    toast = request.state.toast if hasattr(request.state, "toast") else None
    html = found.render(
        {
            "layout": "_fragment.html" if fragment else None,
            "block": block,
            "request": request,
            "actor": actor,
            "toast": toast,
            "theme": request.cookies.get("theme", ""),
            "language": language,
            "url_for": partial(path_to, request),
            "may": partial(_may, actor),
            "now": clock.now(),
            "typed": tried.typed,
            "errors": tried.errors,
            "is_conflict": is_conflict,
            **getattr(request.state, "frame", {}),
            **context,
        }
    )
    if tried.refusal:
        html = name_fields(html, tried.refusal, request.url.path)
    answer = HTMLResponse(html, status_code=status, headers=dict(headers or {}))
    answer.headers["Vary"] = "HX-Request, HX-Target, Cookie"
    if toast is not None:
        answer.delete_cookie(TOAST_COOKIE)
    if request.query_params.get("taal") in i18n.LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, request.query_params["taal"], max_age=YEAR, httponly=True, samesite="lax")
    return answer


def _wanted_block(request: Request) -> str:
    """The id in HX-Target (htmx 4 sends `section#signals`, htmx 2 `signals`); empty for a whole page."""
    if request.headers.get("HX-Request") != "true" or "HX-History-Restore-Request" in request.headers:
        return ""
    return request.headers.get("HX-Target", "").rpartition("#")[2]


@cache
def environment(language: str = i18n.DEFAULT) -> Environment:
    """The template environment of a language: escapes everything, refuses unknown names."""
    made = SpokenEnvironment(
        language,
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(static=static, Permission=Permission, remembered=lru_cache(500, typed=True))
    made.filters.update(
        day=day,
        short_day=short_day,
        short_date=short_date,
        day_month=day_month,
        month=month,
        clock=wall_clock,
        moment=moment,
        since=since,
        listed=listed,
    )
    return made


def path_to(request: Request, name: str, /, **values: object) -> str:
    """The path of a named route, without a host; extra values become the query string."""
    path, known = _pattern(request, name)
    for key in known:
        path = path.replace(f"{{{key}}}", str(values[key]))
    query = {key: value for key, value in values.items() if key not in known and value not in (None, "", False, [])}
    return path + ("?" + _query(query) if query else "")


def _pattern(request: Request, name: str) -> tuple[str, frozenset[str]]:
    """A route's path with its parameters in braces; asked once, because a page holds a hundred links."""
    state = request.app.state
    patterns: dict[str, tuple[str, frozenset[str]]] = getattr(state, "path_patterns", {})
    if name not in patterns:
        known = _path_parameters(request, name)
        patterns[name] = str(request.app.url_path_for(name, **{key: f"{{{key}}}" for key in known})), known
        state.path_patterns = patterns
    return patterns[name]


def _query(values: Mapping[str, object]) -> str:
    return urlencode(values, doseq=True)


def _path_parameters(request: Request, name: str) -> frozenset[str]:
    parameters: Callable[[str], frozenset[str]] = request.app.state.path_parameters
    return parameters(name)


def _may(actor: Actor, permission: str, region_id: UUID | None = None) -> bool:
    """Whether the reader of this page has a permission, by its text: may("invite", region.id)."""
    return may(actor, Permission(permission), region_id)


@cache
def static(path: str) -> str:
    """The address of a static file, with its digest so that it can be cached for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?{digest}"


def day(value: date) -> str:
    """donderdag 10 december 2026"""
    return _date(value, "EEEE d MMMM y")


def short_day(value: date) -> str:
    """do 10 dec"""
    return _date(value, "EEE d MMM").replace(".", "")


def short_date(value: date) -> str:
    """10 dec 2026"""
    return _date(value, "d MMM y").replace(".", "")


def day_month(value: date) -> str:
    """10 december"""
    return _date(value, "d MMMM")


def month(value: date) -> str:
    """december 2026"""
    return _date(value, "MMMM y")


def listed(names: Iterable[str]) -> str:
    """Amsterdam, Almere en Utrecht"""
    return format_list(list(names), locale=LOCALES[i18n.language()])


def wall_clock(value: datetime | time) -> str:
    """13.30 in Dutch, 13:30 in English."""
    if isinstance(value, datetime):
        value = value.astimezone(clock.ZONE).time()
    return f"{value.hour}{'.' if i18n.language() == 'nl' else ':'}{value.minute:02}"


def moment(value: datetime) -> str:
    """donderdag 10 december 2026, 13.30"""
    return f"{day(value.astimezone(clock.ZONE).date())}, {wall_clock(value)}"


def since(value: datetime) -> str:
    """How long ago in plain words: 9 minutes ago, 8.12 today, yesterday 16.40, 3 December."""
    wall = value.astimezone(clock.ZONE)
    minutes = int((clock.now() - value).total_seconds() // 60)
    days = (clock.today() - wall.date()).days
    if minutes < 1:
        return i18n.gettext("just now")
    if minutes < 60:  # noqa: PLR2004 -- minutes in an hour
        return i18n.ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes)
    if days == 0:
        return i18n.gettext("today, %(time)s", time=wall_clock(wall))
    if days == 1:
        return i18n.gettext("yesterday, %(time)s", time=wall_clock(wall))
    return day_month(wall.date()) if wall.year == clock.today().year else f"{day_month(wall.date())} {wall.year}"


@lru_cache(4000)
def _date_in(value: date, pattern: str, wanted: str) -> str:
    return format_date(value, pattern, locale=LOCALES[wanted])


def _date(value: date, pattern: str) -> str:
    plain = value.astimezone(clock.ZONE).date() if isinstance(value, datetime) else value
    return _date_in(plain, pattern, i18n.language())
