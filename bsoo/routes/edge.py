"""What every route shares: a session that commits before the answer, who is asking, and what was typed.

Access rules are the parameter types `Staff`, `Visitor` and `Partner`; every route has exactly one of them.
"""

import re
import unicodedata
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Path, Request
from pydantic import BaseModel, ValidationError
from sqlmodel import Session, select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bsoo import i18n, links
from bsoo.access import actions as access_actions
from bsoo.access import queries as access_queries
from bsoo.access.actor import PUBLIC, Actor
from bsoo.access.policy import Permission, permitted_regions
from bsoo.db import Database
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.links import PersonalLink, Purpose
from bsoo.regions import Region
from bsoo.registry import queries as registry_queries
from bsoo.settings import Settings
from bsoo.templating import LANGUAGE_COOKIE, TOAST_COOKIE, Toast, path_to, render

SESSION_COOKIE = "bsoo"
LARGEST_UPLOAD = 10 * 1024 * 1024
MOST_FIELDS = 3_000

PRIVATE = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Headers of pages behind a personal link."""

M = TypeVar("M", bound=BaseModel)


class NotSignedIn(Exception):
    """A page for staff was asked for without a session."""


# --- Sessions -------------------------------------------------------------------------------------------------------


def database(request: Request) -> Database:
    found: Database = request.app.state.database
    return found


def settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


def read_session(request: Request) -> Iterator[Session]:
    with database(request).reading() as session:
        yield session


def write_session(request: Request) -> Iterator[Session]:
    with database(request).transaction() as session:
        yield session


# With scope="function" the commit happens before the answer leaves; by default a failing commit looks like success.
ReadDB = Annotated[Session, Depends(read_session, scope="function")]
WriteDB = Annotated[Session, Depends(write_session, scope="function")]


# --- Who is asking --------------------------------------------------------------------------------------------------


async def visitor(request: Request) -> Actor:
    """Anybody: the member of staff when signed in, else the public; chooses the language of the answer."""
    request.state.toast = read_toast(request.cookies)
    token = request.cookies.get(SESSION_COOKIE, "")
    found = await run_in_threadpool(_recognise, request, token) if token else None
    i18n.speak(_wanted_language(request, found.language if found else ""))
    return found or PUBLIC


async def staff(request: Request, actor: Annotated[Actor, Depends(visitor)]) -> Actor:
    """A signed-in member of staff; others are sent to the sign-in page."""
    if not actor.is_staff:
        raise NotSignedIn
    return actor


async def partner(request: Request, token: Annotated[str, Path(max_length=100)]) -> "LinkedContact":
    """The contact behind the personal link in the address (`/u/<token>` or `/mijn/<token>`)."""
    request.state.toast = read_toast(request.cookies)
    found = await run_in_threadpool(_follow, request, token)
    i18n.speak(_wanted_language(request, found.actor.language if found else ""))
    if found is None:
        raise LinkClosed
    return found


class LinkClosed(NotFound):
    """A personal link that is unknown, revoked, replaced or too old."""


@dataclass(frozen=True, slots=True)
class LinkedContact:
    """Who came by which personal link."""

    actor: Actor
    purpose: Purpose
    subject_id: UUID
    """The invitation, or the contact itself for an own page."""
    token: str


Visitor = Annotated[Actor, Depends(visitor)]
Staff = Annotated[Actor, Depends(staff)]
Partner = Annotated[LinkedContact, Depends(partner)]


def _recognise(request: Request, token: str) -> Actor | None:
    with database(request).reading() as db:
        found = access_queries.signed_in(db, token)
        if found is None:
            return None
        actor, browser, regions = found
        # What the staff frame shows around every page: the regions to choose from and the numbers in the menu.
        choice = _choice(browser.region_slug, regions)
        counts: dict[str, int] = request.app.state.nav_counts(db, actor, choice)
        request.state.frame = {"regions": regions, "region_choice": choice, "nav_counts": counts}
        return actor


def _choice(chosen: str, regions: Sequence[Region]) -> str:
    """The slug of the region to look at; whoever has one region looks at that; empty means all."""
    if len(regions) == 1:
        return regions[0].slug
    return chosen if chosen in {region.slug for region in regions} else ""


def chosen_region(request: Request) -> Region | None:
    """The region that this member of staff looks at; None means all that they may see."""
    frame = getattr(request.state, "frame", {})
    return next((region for region in frame.get("regions", []) if region.slug == frame.get("region_choice")), None)


def my_regions(request: Request) -> list[Region]:
    """The regions that this member of staff may see, in their fixed order."""
    found: list[Region] = getattr(request.state, "frame", {}).get("regions", [])
    return found


def _follow(request: Request, token: str) -> LinkedContact | None:
    with database(request).reading() as db:
        for purpose in Purpose:
            link: PersonalLink | None = links.find(db, purpose, token)
            if link is not None:
                actor = registry_queries.contact_as_actor(db, link.contact_id)
                return LinkedContact(actor, purpose, link.subject_id, token) if actor is not None else None
    return None


def _wanted_language(request: Request, own: str) -> str:
    """?taal= first, then this browser's choice, then the person's own language; Dutch when nobody says."""
    asked = request.query_params.get("taal", "")
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return next((code for code in (asked, chosen, own) if code in i18n.LANGUAGES), i18n.DEFAULT)


# --- What was typed -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Typed(Mapping[str, str]):
    """What somebody typed, cleaned of what no text may hold: NUL, lone surrogates, control characters."""

    values_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values_of[name][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_of)

    def __len__(self) -> int:
        return len(self.values_of)

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be given more than once."""
        return list(self.values_of.get(name, ()))

    def check(self, model: type[M]) -> M:
        """The form as its model; Refused with a sentence per field when something is missing or wrong."""
        given = {
            name: self.all(name) if _is_list(model, name) else self[name].strip()
            for name in self
            if name in model.model_fields
        }
        given = {name: value for name, value in given.items() if value not in ("", [])}
        try:
            return model.model_validate(given)
        except ValidationError as mistake:
            raise Refused(errors=_sentences(mistake)) from None


async def typed(request: Request) -> AsyncIterator[Typed]:
    """The form of a POST; its files are closed afterwards. A body that is no form at all gives an empty one."""
    try:
        form = await request.form(max_fields=MOST_FIELDS, max_part_size=LARGEST_UPLOAD)
    except (HTTPException, UnicodeDecodeError, ValueError):
        yield Typed()
        return
    texts: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = value
        else:
            texts.setdefault(clean(name), []).append(clean(value))
    try:
        yield Typed(texts, files)
    finally:
        await form.close()


TypedForm = Annotated[Typed, Depends(typed)]

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Text as it may be stored: composed (NFC), plain line ends, nothing invisible."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def identifier(text: str) -> UUID:
    """An id out of a form or an address; NotFound when it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def page_number(text: str) -> int:
    """The page of a list in an address; anything odd is the first, and nobody has 100,000 pages."""
    return max(1, int(text)) if re.fullmatch(r"[0-9]{1,5}", text) else 1


def _is_list(model: type[BaseModel], name: str) -> bool:
    return str(model.model_fields[name].annotation).startswith(("list", "set", "tuple"))


def _sentences(mistake: ValidationError) -> dict[str, str]:
    return {
        str(error["loc"][0]) if error["loc"] else "": _sentence(error["type"], error.get("ctx", {}))
        for error in mistake.errors(include_url=False, include_input=False)
    }


def _sentence(kind: str, facts: Mapping[str, object]) -> str:
    """Our own words for what pydantic found."""
    if kind == "value_error" and str(facts.get("error", "")):
        return str(facts["error"])
    sentences = {
        "missing": _("Fill this in."),
        "string_too_long": _("This is too long. Use at most %(count)s characters.", count=facts.get("max_length")),
        "string_too_short": _("This is too short. Use at least %(count)s characters.", count=facts.get("min_length")),
        "number": _("This number does not fit here."),
        "date": _("This date or time is not clear. Choose it from the list, or write it like 10-12-2026 or 13:30."),
        "choice": _("Choose one of the options."),
    }
    return sentences.get(_family(kind), _("This is not clear. Check what you typed."))


def _family(kind: str) -> str:
    """The kinds of pydantic's errors that get the same sentence."""
    if kind.startswith(("int", "float", "decimal", "greater", "less")):
        return "number"
    if kind.startswith(("date", "time")):
        return "date"
    return "choice" if kind in {"enum", "literal_error"} else kind


# --- Answers --------------------------------------------------------------------------------------------------------


def done(request: Request, url: str, toast: str = "", undo: str = "") -> Response:
    """The answer after a change: 303 to a page, which htmx follows and of which it takes the block it wants."""
    answer = RedirectResponse(url, status_code=303)
    if toast:
        secure = settings(request).is_https
        value = f"{toast}\n{undo}".encode().hex()
        answer.set_cookie(TOAST_COOKIE, value, max_age=30, httponly=True, samesite="lax", secure=secure)
    return answer


def read_toast(cookies: Mapping[str, str]) -> Toast | None:
    """The message that the change before this page left."""
    try:
        text, _sep, undo = bytes.fromhex(cookies.get(TOAST_COOKIE, "")).decode().partition("\n")
    except ValueError:
        return None
    return Toast(text[:300], safe_path(undo)) if text else None


def safe_path(text: str) -> str:
    """A path of this site, or nothing: never an address of another host."""
    return text if re.fullmatch(r"/(?!/)[\w\-./?=&%+]*", text) else ""


def came_from(request: Request) -> str:
    """The path of the page on which a form stood, when it was one of ours."""
    page = urlsplit(request.headers.get("referer", ""))
    return safe_path(page.path + (f"?{page.query}" if page.query else "")) if page.netloc == request.url.netloc else ""


@contextmanager
def attempt(db: Session) -> Iterator[None]:
    """Run an action so that a refusal leaves nothing of it behind."""
    with db.begin_nested():
        yield


def slow_down(request: Request, db: Session, kind: str, *, every: timedelta, burst: int) -> None:
    """Refuse a source that asks the same thing too fast (sign-in, joining, links)."""
    source = request.client.host if request.client else "unknown"
    access_actions.allow(db, f"{kind}:{source}", every=every, burst=burst)


def region_or_404(db: Session, actor: Actor, slug: str, permission: Permission) -> Region:
    """The region in an address, for somebody who has the permission there; 404 for the others."""
    found = db.exec(select(Region).where(Region.slug == slug)).first()
    mine = permitted_regions(actor, permission)
    if found is None or (mine is not None and found.id not in mine):
        raise NotFound
    return found


__all__ = [
    "PRIVATE",
    "LinkClosed",
    "LinkedContact",
    "Partner",
    "ReadDB",
    "Staff",
    "Typed",
    "TypedForm",
    "Visitor",
    "WriteDB",
    "attempt",
    "came_from",
    "chosen_region",
    "clean",
    "done",
    "identifier",
    "my_regions",
    "page_number",
    "path_to",
    "region_or_404",
    "render",
    "safe_path",
    "slow_down",
]
