"""Postvak uit: which letter went, which did not, in the mail server's own words, and what can be done about it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.mail import bulk_views, desk, inbox, incoming_words
from bsoo.mail import outbox as outbox_of
from bsoo.mail.desk import Wanted
from bsoo.mail.models import Letter
from bsoo.mail.rendering import Rendered
from bsoo.mail.rendering import render as render_letter
from bsoo.mail.words import GROUPS, LETTER_WORDS, STATE_WORDS
from bsoo.meetings import again
from bsoo.regions import Region
from bsoo.routes import closed, mailings
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    clean,
    done,
    identifier,
    my_regions,
    optional_identifier,
    page_number,
    path_to,
    render,
    settings,
)
from bsoo.routes.looked_at import looked_at, mail_regions
from bsoo.routes.span import Span

router = APIRouter()
for before_letters in (mailings.router, closed.router):  # their addresses look like those of single letters
    router.include_router(before_letters)

TESTS = "proef"
"""The word in the address for the letters that staff sent themselves to look at."""

NEWEST = 5
"""Mailings above the letters; the others have a page."""

FRAME = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}
"""A letter in a frame: its own inline styles, and nothing else."""


@router.get("/postvak")
def outbox(
    request: Request,
    db: ReadDB,
    actor: Staff,
    toestand: str = "",
    zending: str = "",
    overleg: str = "",
    q: str = "",
    bladzijde: str = "1",
) -> Response:
    query = {"toestand": toestand, "zending": zending, "overleg": overleg, "q": q, "bladzijde": bladzijde}
    return _list(request, db, actor, query)


@router.get("/postvak/{letter_id}")
def outbox_letter(request: Request, db: ReadDB, actor: Staff, letter_id: str) -> Response:
    return _letter(request, db, actor, desk.letter(db, mail_regions(actor), identifier(letter_id)))


@router.get("/postvak/{letter_id}/inhoud")
def outbox_letter_frame(request: Request, db: ReadDB, actor: Staff, letter_id: str) -> Response:
    letter = desk.letter(db, mail_regions(actor), identifier(letter_id))
    rendered = _rendered(request, db, letter)
    if rendered is None:
        raise NotFound
    return HTMLResponse(rendered.html, headers=FRAME)


@router.post("/postvak/{letter_id}/opnieuw")
def outbox_letter_again(request: Request, db: WriteDB, actor: Staff, letter_id: str) -> Response:
    letter = desk.letter(db, mail_regions(actor), identifier(letter_id))
    with Tried() as tried, attempt(db):
        again.send_one(db, actor, letter)
    if tried.refusal:
        return _letter(request, db, actor, letter, tried=tried)
    return done(request, path_to(request, "outbox_letter", letter_id=letter.id), toast=_("The letter goes out again."))


@router.post("/postvak/opnieuw")
def outbox_again(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    """Send again what is shown, over all pages, as far as it can arrive now."""
    query = {key: typed.get(key, "") for key in ("toestand", "zending", "overleg", "q")}
    number = again.send(db, actor, _wanted(query), looked_at(request, actor, Permission.MANAGE_MAIL))
    said = ngettext("%(num)s letter goes out again.", "%(num)s letters go out again.", number)
    return done(request, path_to(request, "outbox", **query), toast=said)


def _list(
    request: Request,
    db: Session,
    actor: Actor,
    query: Mapping[str, str],
    *,
    tried: Tried = UNTRIED,
) -> Response:
    regions = looked_at(request, actor)
    wanted = _wanted(query)
    counts, tests = desk.counts(db, regions, wanted)
    groups = [(key, _(word), sum(counts[state] for state in states)) for key, (word, states) in GROUPS.items()]
    total = tests if wanted.tests else sum(counts[state] for state in wanted.states or counts)
    return render(
        request,
        "outbox/list.html",
        actor=actor,
        tried=tried,
        query={**{"toestand": "", "zending": "", "overleg": "", "q": ""}, **query},
        groups=[*groups, (TESTS, _("Tests"), tests)] if tests or wanted.tests else groups,
        counts=counts,
        letters=desk.letters(db, regions, wanted),
        mailings=bulk_views.mailings(db, regions, rows=NEWEST),
        span=Span(total, wanted.page),
        region_names={region.id: region.name for region in my_regions(request)},
        again=lambda: again.number(db, actor, wanted, regions),
        letter_words=LETTER_WORDS,
        state_words=STATE_WORDS,
    )


def _letter(
    request: Request,
    db: Session,
    actor: Actor,
    letter: Letter,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    return render(
        request,
        "outbox/letter.html",
        actor=actor,
        tried=tried,
        letter=letter,
        events=desk.history(db, letter.id),
        rendered=_rendered(request, db, letter),
        came_back=inbox.about_letter(db, mail_regions(actor), letter.id),
        incoming_words=incoming_words,
        is_test=letter.key.startswith(outbox_of.TEST),
        chance=again.chance(db, actor, letter),
        letter_words=LETTER_WORDS,
        state_words=STATE_WORDS,
    )


def _rendered(request: Request, db: Session, letter: Letter) -> Rendered | None:
    contents = desk.contents(db, letter.id)
    if contents is None:
        return None
    region = db.get(Region, letter.region_id) if letter.region_id else None
    return render_letter(
        letter.name,
        letter.to_name,
        letter.language,
        contents,
        base_url=settings(request).base_url,
        region=region.name if region else "",
    )


def _wanted(query: Mapping[str, str]) -> Wanted:
    _word, states = GROUPS.get(query.get("toestand", ""), ("", ()))
    return Wanted(
        states=states,
        tests=query.get("toestand") == TESTS,
        mailing_id=optional_identifier(query.get("zending", "")),
        meeting_id=optional_identifier(query.get("overleg", "")),
        text=clean(query.get("q", ""))[:100],
        page=page_number(query.get("bladzijde", "1")),
    )
