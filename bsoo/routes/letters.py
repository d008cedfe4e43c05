"""Brieven: what letters say, edited per region and language by whoever sends them."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.names import colleagues, staff_names
from bsoo.access.policy import Permission, may, require
from bsoo.i18n import LANGUAGES
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail.letter_groups import called, grouped
from bsoo.mail.wording import checking, versions
from bsoo.mail.wording.built_in import Wording, keys
from bsoo.mail.wording.differences import differences
from bsoo.mail.wording.fields import known, required
from bsoo.mail.wording.models import LetterText
from bsoo.mail.wording.versions import Held, Texts
from bsoo.regions import Region
from bsoo.routes import letter_preview
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    Typed,
    TypedForm,
    WriteDB,
    attempt,
    chosen_region,
    done,
    identifier,
    render,
)
from bsoo.routes.letter_places import EVERYWHERE, At, at, my_letter_regions, region_at, url_of, wording_of
from bsoo.routes.letter_preview import ADDRESS, SOMEBODY, readers_for

router = APIRouter()
router.include_router(letter_preview.router)

UNTYPED = Typed()


class WordingForm(BaseModel):
    """What goes with a text; its own rules are in mail.wording.checking."""

    after: Annotated[str, Field(max_length=36)] = ""
    """The version that the editor began with."""


@router.get("/brieven")
def letters(request: Request, db: ReadDB, actor: Staff) -> Response:
    require(actor, Permission.MANAGE_MAIL)
    mine = my_letter_regions(request, actor)
    chosen = chosen_region(request)
    return _list(request, db, actor, chosen if chosen in mine else next(iter(mine), None))


@router.get("/brieven/{region}")
def letters_of(request: Request, db: ReadDB, actor: Staff, region: str) -> Response:
    return _list(request, db, actor, region_at(db, actor, region))


@router.get(ADDRESS)
def letter_text(
    request: Request, db: ReadDB, actor: Staff, region: str, name: str, taal: str, voor: str = ""
) -> Response:
    return _page(request, db, actor, at(db, actor, region, name, taal), Typed({"voor": [voor]}))


@router.post(ADDRESS)
def letter_text_save(
    request: Request, db: WriteDB, actor: Staff, region: str, name: str, taal: str, typed: TypedForm
) -> Response:
    here = at(db, actor, region, name, taal)
    before = _held(db, here).own
    with Tried(typed) as tried, attempt(db):
        form = typed.check(WordingForm)
        made = versions.save(db, actor.id, here.place, wording_of(typed), after=form.after)
        note(db, actor, "letter_text.saved", made, here.place[1], letter=name, language=taal)
    if tried.refusal:
        return _page(request, db, actor, here, typed, tried=tried)
    toast = _("Saved. Letters that are made from now on say this.")
    return done(request, url_of(request, here), toast=toast, undo=_back_to(request, here, before))


@router.post(ADDRESS + "/terug")
def letter_text_withdraw(request: Request, db: WriteDB, actor: Staff, region: str, name: str, taal: str) -> Response:
    """Back to the text beneath."""
    here = at(db, actor, region, name, taal)
    with Tried() as tried, attempt(db):
        left = versions.withdraw(db, actor.id, here.place)
        note(db, actor, "letter_text.withdrawn", left, here.place[1], letter=name, language=taal)
    if tried.refusal:
        return _page(request, db, actor, here, UNTYPED, tried=tried)
    toast = _("Your own text no longer holds. It stays below, among the earlier versions.")
    return done(request, url_of(request, here), toast=toast, undo=_back_to(request, here, left))


@router.post(ADDRESS + "/versies/{version_id}")
def letter_text_put_back(
    request: Request, db: WriteDB, actor: Staff, region: str, name: str, taal: str, version_id: str
) -> Response:
    here = at(db, actor, region, name, taal)
    before = _held(db, here).own
    with Tried() as tried, attempt(db):
        made = versions.put_back(db, actor.id, here.place, identifier(version_id))
        note(db, actor, "letter_text.put_back", made, here.place[1], letter=name, language=taal)
    if tried.refusal:
        return _page(request, db, actor, here, UNTYPED, tried=tried)
    toast = _("This version holds again.")
    return done(request, url_of(request, here), toast=toast, undo=_back_to(request, here, before))


def _list(request: Request, db: Session, actor: Actor, region: Region | None) -> Response:
    region_id = region.id if region else None
    texts = Texts(db, [region_id])
    return render(
        request,
        "letters/list.html",
        actor=actor,
        region=region,
        slug=region.slug if region else EVERYWHERE,
        regions=my_letter_regions(request, actor),
        everywhere=EVERYWHERE if may(actor, Permission.ADMINISTER) else "",
        groups=grouped(of_region=region is not None),
        held={key: {one: texts.held(key, region_id, one) for one in LANGUAGES} for key in keys()},
        called=called,
    )


def _page(request: Request, db: Session, actor: Actor, here: At, typed: Typed, *, tried: Tried = UNTRIED) -> Response:
    held = _held(db, here)
    history = versions.history(db, here.place)
    shown = wording_of(typed) if tried.typed else held.wording
    return render(
        request,
        "letters/edit.html",
        actor=actor,
        tried=tried,
        here=here,
        held=held,
        shown=shown,
        wrong=[one for one in checking.mistakes(here.name, here.language, shown) if one.marked] if tried.errors else [],
        after=_newest(history),
        called=called(here.name),
        placeholders=list(known(here.name).values()),
        required=required(here.name),
        history=history,
        names=staff_names(db, actor, {one.made_by for one in history if one.made_by}),
        changes=differences(Wording(**held.own.beneath), held.beneath) if held.own and held.has_changed_beneath else [],
        looked_for=typed.get("voor", ""),
        readers=readers_for(db, actor, here, typed.get("voor", "")),
        somebody=SOMEBODY,
        colleagues=colleagues(db, actor, here.place[1]),
        place={"region": here.slug, "name": here.name},
    )


def _held(db: Session, here: At) -> Held:
    return Texts(db, [here.place[1]]).held(*here.place)


def _newest(history: list[LetterText]) -> str:
    """The version that whoever edits has before them; empty when there is none."""
    return str(history[0].id) if history else ""


def _back_to(request: Request, here: At, version: LetterText | None) -> str:
    """Where a change is undone: with the version before it, or with the text beneath when there was none."""
    if version is None:
        return url_of(request, here, "letter_text_withdraw")
    return url_of(request, here, "letter_text_put_back", version_id=version.id)
