"""One change for many people: choose, see what it would do, do it, take it back."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Conflict, Refused
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.registry.finding import listing, many, many_undoing
from bsoo.registry.finding.many import Plan
from bsoo.registry.finding.many_lines import NEEDS_VALUE, OF_HOUSES, What
from bsoo.registry.finding.saved import ManyChange
from bsoo.registry.finding.words_of_finding import LANGUAGE_WORDS
from bsoo.registry.finding.words_of_many import DONE, WHAT
from bsoo.registry.words import STATUSES
from bsoo.routes.asking import Fields, fields_of, wanted_of
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    Typed,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    path_to,
    render,
)
from bsoo.routes.saved_lists import kept_list, region_of
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known

router = APIRouter()

_MOST_NAMED = 10


@router.post("/netwerk/samen")
def many_preview(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    """What the change would do; nothing is kept."""
    require(actor, Permission.EDIT_REGISTRY)
    with Tried(typed) as tried:
        made = _plan(request, db, actor, typed)
    if tried.refusal:
        return _page(request, db, actor, typed, None, tried=tried)
    return _page(request, db, actor, typed, made)


@router.post("/netwerk/samen/doe")
def many_do(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    require(actor, Permission.EDIT_REGISTRY)
    made: Plan | None = None
    with Tried(typed) as tried, attempt(db):
        made = _plan(request, db, actor, typed)
        if made.what in NEEDS_VALUE and not made.value:
            raise Refused(_("Choose one of the options."), "waarde")
        if typed.get("verwacht", "") != str(made.number):
            raise Conflict(_("The network changed in between. Look again at what would change."))
        change = many.carry_out(db, actor, made)
    if tried.refusal:
        return _page(request, db, actor, typed, made, tried=tried)
    words = ngettext("%(num)s changed.", "%(num)s changed.", change.number)
    undo = path_to(request, "many_undo", change_id=change.id)
    return done(request, _back(request, db, typed), toast=words, undo=undo)


@router.get("/netwerk/wijzigingen")
def many_changes(request: Request, db: ReadDB, actor: Staff) -> Response:
    return _changes(request, db, actor)


@router.post("/netwerk/wijzigingen/{change_id}/terug")
def many_undo(request: Request, db: WriteDB, actor: Staff, change_id: str) -> Response:
    """Everybody as they were, except who was changed since."""
    change = many_undoing.many_change(db, actor, identifier(change_id))
    with Tried() as tried, attempt(db):
        back = many_undoing.undo(db, actor, change)
    if tried.refusal:
        return _changes(request, db, actor, tried=tried)
    toast = ngettext("%(num)s put back.", "%(num)s put back.", back.number)
    if back.stayed:
        names = ", ".join(back.stayed[:_MOST_NAMED]) + (" …" if len(back.stayed) > _MOST_NAMED else "")
        toast += " " + _("Changed since, so left as they are: %(names)s.", names=names)
    return done(request, path_to(request, "many_changes"), toast=toast)


def _plan(request: Request, db: Session, actor: Actor, typed: Typed) -> Plan:
    region = region_of(request, kept_list(request, db, actor, typed))
    what = next((one for one in What if one == typed.get("wat", "")), None)
    if what is None:
        raise Refused(_("Choose what to change."), "wat")
    value = typed.get("waarde", "")
    if value and value not in _values(db, actor, what):
        raise Refused(_("Choose one of the options."), "waarde")
    chosen = _chosen(request, db, actor, typed)
    if not chosen:
        raise Refused(_("Choose at least one contact."), "contact")
    return many.plan(db, actor, chosen, what, value, region.id if region else None)


def _chosen(request: Request, db: Session, actor: Actor, typed: Typed) -> list[UUID]:
    """The ticked contacts, or all that the list finds; what the actor may not see is none of them."""
    region = region_of(request, kept_list(request, db, actor, typed))
    wanted = wanted_of(db, region, typed)
    ticked = None if typed.get("alle", "") else {identifier(one) for one in typed.all("contact")}
    return listing.ids(db, actor, wanted, among_these=ticked)


def _values(db: Session, actor: Actor, what: What) -> dict[str, str]:
    """What can be chosen for a change that needs to know which."""
    if what is What.STATUS:
        return {str(status): _(word) for status, word in STATUSES.items()}
    if what is What.LANGUAGE:
        return {code: _(word) for code, word in LANGUAGE_WORDS.items()}
    if what is What.SECTOR:
        return known(db).offered(Vocabulary.SECTOR)
    if what is What.NO_THEME:
        return known(db).called(Vocabulary.THEME)
    return known(db).offered(Vocabulary.THEME) if what in NEEDS_VALUE else {}


def _fields(db: Session, typed: Typed) -> Fields:
    """The list that this is about, as an address says it."""
    return {**fields_of(wanted_of(db, None, typed)), "lijst": typed.get("lijst", "")}


def _back(request: Request, db: Session, typed: Typed) -> str:
    return path_to(request, "network", **_fields(db, typed))


def _page(
    request: Request, db: Session, actor: Actor, typed: Typed, made: Plan | None, *, tried: Tried = UNTRIED
) -> Response:
    chosen = {"alle": typed.get("alle", ""), "contact": [] if typed.get("alle", "") else typed.all("contact")}
    names = list(made.owners.values()) if made else []
    return render(
        request,
        "registry/many.html",
        actor=actor,
        section="network",
        plan=made,
        wat=typed.get("wat", ""),
        value=typed.get("waarde", ""),
        fields={**_fields(db, typed), **chosen},
        back=_back(request, db, typed),
        whats=[(str(one), _(word)) for one, word in WHAT.items()],
        values=list(_values(db, actor, made.what).items()) if made else [],
        of_houses=made is not None and made.what in OF_HOUSES,
        needs_value=made is not None and made.what in NEEDS_VALUE,
        names=names[:_MOST_NAMED],
        more=max(0, len(names) - _MOST_NAMED),
        tried=tried,
    )


def _changes(request: Request, db: Session, actor: Actor, *, tried: Tried = UNTRIED) -> Response:
    def told(change: ManyChange) -> str:
        what = What(change.what)
        return _(DONE[what], value=_values(db, actor, what).get(change.value, change.value))

    return render(
        request,
        "registry/many_changes.html",
        actor=actor,
        section="network",
        changes=[(change, told(change)) for change in many_undoing.recent(db, actor)],
        today=clock.today(),
        tried=tried,
    )
