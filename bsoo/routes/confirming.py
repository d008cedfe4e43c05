"""Is this still right? The work list of a region, asking people themselves, and deciding on what they say."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.mail.outbox import Recipient
from bsoo.mail.rendering import Rendered, preview
from bsoo.mail.wording.versions import edited_fact
from bsoo.regions import Region
from bsoo.registry import actions, first_contacts, queries
from bsoo.registry.keeping import asking, proposals, worklist
from bsoo.registry.keeping.words_of_trust import REASONS
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
    identifier,
    my_regions,
    page_number,
    path_to,
    region_or_404,
    render,
    safe_path,
    settings,
)
from bsoo.routes.editing import region_id_of, regions_to_edit

router = APIRouter()

NAMES_SHOWN = 12


@router.get("/netwerk/klopt")
def still_right(request: Request, db: ReadDB, actor: Staff, bladzijde: str = "1", bij: str = "") -> Response:
    """What is left to do; `bij` is the line at which somebody was."""
    return _list(request, db, actor, page_number(bladzijde), bij=bij)


@router.get("/netwerk/klopt/vraag/{region}")
def ask_preview(request: Request, db: ReadDB, actor: Staff, region: str) -> Response:
    """Who gets the mail, and what it says, before anything goes."""
    return _preview(request, db, actor, region_or_404(db, actor, region, Permission.INVITE))


@router.post("/netwerk/klopt/vraag/{region}")
def ask_all(request: Request, db: WriteDB, actor: Staff, region: str) -> Response:
    place = region_or_404(db, actor, region, Permission.INVITE)
    mailing = asking.ask(db, actor, place)
    if mailing is None:
        return done(request, path_to(request, "still_right"), toast=_("Nobody is due to be asked."))
    words = ngettext("%(num)s person is asked.", "%(num)s people are asked.", mailing.total)
    return done(request, path_to(request, "outbox", zending=mailing.id), toast=words)


@router.post("/netwerk/klopt/vanzelf/{region}")
def ask_by_itself(request: Request, db: WriteDB, actor: Staff, region: str, typed: TypedForm) -> Response:
    """A standing approval, or its end."""
    place = region_or_404(db, actor, region, Permission.INVITE)
    asking.let_run(db, actor, place, automatic=typed.get("vanzelf", "") == "ja")
    return done(request, path_to(request, "ask_preview", region=place.slug), toast=_("Saved."))


@router.post("/netwerk/contacten/{contact_id}/vraag/{region}")
def ask_one(request: Request, db: WriteDB, actor: Staff, contact_id: str, region: str, typed: TypedForm) -> Response:
    """Ask one person by mail."""
    place = region_or_404(db, actor, region, Permission.INVITE)
    found = queries.contact(db, actor, identifier(contact_id))
    mailing = asking.ask(db, actor, place, [found.id])
    toast = _("%(name)s gets our question by mail.", name=found.display_name)
    if mailing is None:
        toast = _("%(name)s was asked in the last year, or cannot be asked by mail.", name=found.display_name)
    return done(request, _back(request, typed, found.id), toast=toast)


@router.post("/netwerk/contacten/{contact_id}/bevestigd/{region}")
def contact_confirmed(
    request: Request, db: WriteDB, actor: Staff, contact_id: str, region: str, typed: TypedForm
) -> Response:
    """Staff checked the details: they are right today."""
    place = queries.membership(db, actor, identifier(contact_id), region_id_of(request, region))
    was = place.confirmed_on.isoformat() if place.confirmed_on else ""
    actions.confirm_contact(db, actor, place)
    undo = path_to(request, "contact_unconfirmed", contact_id=contact_id, region=region, was=was)
    return done(request, _back(request, typed, place.contact_id), toast=_("Confirmed today."), undo=undo)


@router.post("/netwerk/contacten/{contact_id}/bevestigd/{region}/terug")
def contact_unconfirmed(
    request: Request, db: WriteDB, actor: Staff, contact_id: str, region: str, was: str = ""
) -> Response:
    """It was not checked after all."""
    place = queries.membership(db, actor, identifier(contact_id), region_id_of(request, region))
    actions.unconfirm_contact(db, actor, place, _day(was))
    return done(request, path_to(request, "contact", contact_id=contact_id), toast=_("Put back."))


@router.post("/netwerk/contacten/{contact_id}/voorstellen/{proposal_id}")
def proposal_decided(
    request: Request, db: WriteDB, actor: Staff, contact_id: str, proposal_id: str, typed: TypedForm
) -> Response:
    """Take over what somebody said of themselves, or leave it."""
    one = proposals.proposal(db, actor, identifier(contact_id), identifier(proposal_id))
    accepts = typed.get("besluit", "") == "over"
    with Tried(typed) as tried, attempt(db):
        (proposals.accept if accepts else proposals.refuse)(db, actor, one)
    page = path_to(request, "contact", contact_id=contact_id)
    if tried.refusal:
        return done(request, page, toast=str(tried.refusal))
    undo = path_to(request, "proposal_reopened", contact_id=contact_id, proposal_id=proposal_id)
    return done(request, page, toast=_("Taken over.") if accepts else _("Left as it was."), undo=undo)


@router.post("/netwerk/contacten/{contact_id}/voorstellen/{proposal_id}/terug")
def proposal_reopened(request: Request, db: WriteDB, actor: Staff, contact_id: str, proposal_id: str) -> Response:
    one = proposals.proposal(db, actor, identifier(contact_id), identifier(proposal_id))
    with Tried() as tried, attempt(db):
        proposals.ask_again(db, actor, one)
    toast = str(tried.refusal) if tried.refusal else _("Put back.")
    return done(request, path_to(request, "contact", contact_id=contact_id), toast=toast)


@router.post("/netwerk/contacten/{contact_id}/vertrekmelding")
def left_notice_dismissed(request: Request, db: WriteDB, actor: Staff, contact_id: str) -> Response:
    """The message that somebody left is not so, or was handled otherwise."""
    proposals.settle_left(db, actor, identifier(contact_id))
    undo = path_to(request, "left_notice_back", contact_id=contact_id)
    return done(request, path_to(request, "contact", contact_id=contact_id), toast=_("Left as it was."), undo=undo)


@router.post("/netwerk/contacten/{contact_id}/vertrekmelding/terug")
def left_notice_back(request: Request, db: WriteDB, actor: Staff, contact_id: str) -> Response:
    proposals.ask_left_again(db, actor, identifier(contact_id))
    return done(request, path_to(request, "contact", contact_id=contact_id), toast=_("Put back."))


def _list(request: Request, db: Session, actor: Actor, page: int, *, bij: str = "", tried: Tried = UNTRIED) -> Response:
    regions = _regions(request)
    found = worklist.work(db, actor, [one.id for one in regions], page=page)
    at = min(int(bij[:3]), len(found.lines)) if bij.isdecimal() else 0
    return render(
        request,
        "registry/still_right.html",
        actor=actor,
        section="network",
        work=found,
        missing=first_contacts.missing(db, actor, [one.id for one in regions]),
        first=(found.page - 1) * worklist.PAGE + 1,
        at=at,
        words=REASONS,
        region_by_id={one.id: one for one in my_regions(request)},
        editable={one.id for one in regions_to_edit(request, actor)},
        shown_regions=regions,
        tried=tried,
    )


def _preview(request: Request, db: Session, actor: Actor, region: Region) -> Response:
    people = asking.due(db, actor, region.id)
    return render(
        request,
        "registry/ask_preview.html",
        actor=actor,
        section="network",
        region=region,
        people=people,
        some=people[:NAMES_SHOWN],
        is_automatic=asking.is_automatic(db, actor, region.id),
        a_day=asking.a_day(asking.number_of_members(db, actor, region.id)),
        letter=_letter(request, db, actor, region, people[0]) if people else None,
    )


def _letter(request: Request, db: Session, actor: Actor, region: Region, to: asking.Asked) -> Rendered:
    """The mail as the first of them gets it; its links open nothing."""
    page = "/mijn/voorbeeld"
    return preview(
        asking.LETTER,
        Recipient(to.address, to.name, to.language, to.contact_id),
        {
            "called": to.called,
            "signed_by": actor.name,
            "page": f"{page}/gegevens",
            "own_page": page,
            "stop": "/u/afmelden/voorbeeld",
            "organisation": to.organisation,
            **edited_fact(db, asking.LETTER, region.id, to.language),
        },
        base_url=settings(request).base_url,
        region=region.name,
    )


def _regions(request: Request) -> list[Region]:
    chosen = chosen_region(request)
    return [chosen] if chosen is not None else my_regions(request)


def _back(request: Request, typed: TypedForm, contact_id: UUID) -> str:
    """The list that somebody works through, or else the contact."""
    return safe_path(typed.get("terug", "")) or path_to(request, "contact", contact_id=contact_id)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise NotFound from None
