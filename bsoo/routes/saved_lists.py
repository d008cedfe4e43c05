"""Saved lists of people: the pages on which they are kept, changed and explained."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.regions import Region
from bsoo.registry.finding import saved_lists, telling
from bsoo.registry.finding.saved import SavedList
from bsoo.registry.finding.saved_lists import Listed
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.finding.wanted_as_json import from_json
from bsoo.registry.finding.within import named
from bsoo.routes.asking import fields_of, in_address, wanted_of
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
    clean,
    done,
    identifier,
    my_regions,
    path_to,
    render,
)
from bsoo.terms.words import known

router = APIRouter()


class ListForm(BaseModel):
    """What a list is called, and who sees it."""

    name: Annotated[str, Field(max_length=80)] = ""
    shared: Annotated[str, Field(max_length=5)] = ""
    revision: int = 0


@router.get("/netwerk/lijsten")
def lists(request: Request, db: ReadDB, actor: Staff) -> Response:
    found = saved_lists.lists(db, actor)
    readable = [one for one in found if one.wanted is not None]
    numbers = saved_lists.numbers(db, actor, [one.wanted for one in readable if one.wanted is not None])
    return render(
        request,
        "registry/lists.html",
        actor=actor,
        section="network",
        lists=found,
        numbers={one.kept.id: number for one, number in zip(readable, numbers, strict=True)},
        sentence=_Sentences(request, db, actor, [one.wanted for one in readable]),
        is_own=saved_lists.is_own,
    )


@router.get("/netwerk/lijsten/nieuw")
def list_new(request: Request, db: ReadDB, actor: Staff) -> Response:
    wanted = wanted_of(db, chosen_region(request), in_address(request))
    return _form(request, db, actor, None, wanted)


@router.post("/netwerk/lijsten")
def list_keep(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    wanted = wanted_of(db, chosen_region(request), typed)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ListForm)
        kept = saved_lists.keep(db, actor, wanted, form.name, shared=bool(form.shared))
    if tried.refusal:
        return _form(request, db, actor, None, wanted, tried=tried)
    return done(request, _address(request, kept, wanted), toast=_("Saved as ‘%(name)s’.", name=kept.name))


@router.get("/netwerk/lijsten/{list_id}")
def list_open(request: Request, db: ReadDB, actor: Staff, list_id: str) -> Response:
    """The address of a list to keep or to give to somebody: leads to what it asks now."""
    kept = saved_lists.saved_list(db, actor, identifier(list_id))
    wanted = from_json(kept.asked, kept.region_id)
    if wanted is None:
        return done(request, path_to(request, "lists"), toast=_("This list cannot be read any more. Make it again."))
    return done(request, _address(request, kept, wanted))


@router.get("/netwerk/lijsten/{list_id}/bewerk")
def list_edit(request: Request, db: ReadDB, actor: Staff, list_id: str) -> Response:
    kept = saved_lists.saved_list(db, actor, identifier(list_id))
    return _form(request, db, actor, kept, from_json(kept.asked, kept.region_id))


@router.post("/netwerk/lijsten/{list_id}")
def list_save(request: Request, db: WriteDB, actor: Staff, list_id: str, typed: TypedForm) -> Response:
    kept = saved_lists.saved_list(db, actor, identifier(list_id))
    saved_lists.require_own(actor, kept)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ListForm)
        saved_lists.change(db, actor, kept, name=form.name, shared=bool(form.shared), revision=form.revision)
    if tried.refusal:
        db.refresh(kept)
        return _form(request, db, actor, kept, from_json(kept.asked, kept.region_id), tried=tried)
    return done(request, path_to(request, "lists"), toast=_("Saved."))


@router.post("/netwerk/lijsten/{list_id}/filters")
def list_filters(request: Request, db: WriteDB, actor: Staff, list_id: str, typed: TypedForm) -> Response:
    """What the list of people asks now is what the saved list asks from here on."""
    kept = saved_lists.saved_list(db, actor, identifier(list_id))
    wanted = wanted_of(db, None, typed)
    saved_lists.ask_else(db, actor, kept, wanted)
    return done(request, _address(request, kept, wanted), toast=_("Saved as ‘%(name)s’.", name=kept.name))


@router.post("/netwerk/lijsten/{list_id}/weg")
def list_remove(request: Request, db: WriteDB, actor: Staff, list_id: str) -> Response:
    kept = saved_lists.saved_list(db, actor, identifier(list_id))
    saved_lists.remove(db, actor, kept)
    undo = path_to(request, "list_put_back", list_id=kept.id)
    return done(request, path_to(request, "lists"), toast=_("‘%(name)s’ is removed.", name=kept.name), undo=undo)


@router.post("/netwerk/lijsten/{list_id}/terug")
def list_put_back(request: Request, db: WriteDB, actor: Staff, list_id: str) -> Response:
    """Removed by mistake."""
    saved_lists.put_back(db, actor, saved_lists.saved_list(db, actor, identifier(list_id), removed=True))
    return done(request, path_to(request, "lists"), toast=_("Put back."))


@router.get("/netwerk/lijsten/{list_id}/waarom")
def list_why(request: Request, db: ReadDB, actor: Staff, list_id: str, naam: str = "") -> Response:
    """Why somebody is in the list, or not."""
    kept = saved_lists.saved_list(db, actor, identifier(list_id))
    wanted = from_json(kept.asked, kept.region_id)
    if wanted is None:
        raise NotFound
    say = _Sentences(request, db, actor, [wanted])
    return render(
        request,
        "registry/list_why.html",
        actor=actor,
        section="network",
        kept=kept,
        sentence=say(wanted),
        name=clean(naam)[:100],
        found=saved_lists.why(db, actor, wanted, clean(naam)[:100]),
        in_words=lambda part: telling.in_words(part, wanted, say.region(wanted), say.listed, say.houses),
    )


def kept_list(request: Request, db: Session, actor: Actor, asked: Typed) -> Listed | None:
    """The saved list that an address was made from, when there still is one."""
    try:
        kept = saved_lists.saved_list(db, actor, identifier(asked.get("lijst", "")))
    except NotFound:
        return None
    return Listed(kept, "", from_json(kept.asked, kept.region_id))


def region_of(request: Request, kept: Listed | None) -> Region | None:
    """Where to look: a saved list of one region looks there, whatever region somebody chose above."""
    regions = my_regions(request)
    found = next((one for one in regions if kept is not None and one.id == kept.kept.region_id), None)
    return found or chosen_region(request)


class _Sentences:
    """Says what a list asks, with the names that the reader knows."""

    def __init__(self, request: Request, db: Session, actor: Actor, lists: Sequence[Wanted | None]) -> None:
        self._regions = {region.id: region.name for region in my_regions(request)}
        self.listed = known(db)
        houses = named(db, actor, {house for one in lists if one for house in one.houses})
        self.houses = {str(house): name for house, (_now, name) in houses.items()}

    def __call__(self, wanted: Wanted) -> str:
        return telling.sentence(wanted, self.region(wanted), self.listed, self.houses)

    def region(self, wanted: Wanted) -> str:
        return self._regions.get(wanted.region_id, "") if wanted.region_id else ""


def _address(request: Request, kept: SavedList, wanted: Wanted) -> str:
    """The list of people with what the saved list asks."""
    return path_to(request, "network", **{**fields_of(wanted), "lijst": kept.id})


def _form(
    request: Request,
    db: Session,
    actor: Actor,
    kept: SavedList | None,
    wanted: Wanted | None,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    region_id = kept.region_id if kept else wanted.region_id if wanted else None
    return render(
        request,
        "registry/list_edit.html",
        actor=actor,
        section="network",
        kept=kept,
        fields=fields_of(wanted) if wanted else {},
        sentence=_Sentences(request, db, actor, [wanted])(wanted) if wanted else "",
        may_share=may(actor, Permission.EDIT_REGISTRY, region_id),
        tried=tried,
    )
