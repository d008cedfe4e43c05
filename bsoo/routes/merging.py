"""Two records side by side: what is chosen of each, what moves along, and taking it back."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.meetings import merging as meetings
from bsoo.registry.doubles import merge_queries, merging
from bsoo.registry.doubles.merge_fields import Field, Record, Side, fields_of, proposed
from bsoo.registry.doubles.merge_rules import RULES as REGISTRY
from bsoo.registry.doubles.uniting import Rules
from bsoo.registry.doubles.words_of_merging import numbers
from bsoo.registry.models import Contact, Organisation
from bsoo.registry.values import shown_phones
from bsoo.registry.words import FIELDS
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
    my_regions,
    path_to,
    render,
)
from bsoo.signals import merging as signals
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words, known

router = APIRouter()

RULES: Rules = {**REGISTRY, **signals.RULES, **meetings.RULES}
"""What stays where two rows would be one, for every table."""

Ids = tuple[UUID, UUID]


@router.get("/netwerk/dubbel/contacten/{contact_id}/{other_contact_id}")
def contacts_side_by_side(
    request: Request, db: ReadDB, actor: Staff, contact_id: str, other_contact_id: str
) -> Response:
    return _page(request, db, actor, Contact, (identifier(contact_id), identifier(other_contact_id)))


@router.post("/netwerk/dubbel/contacten/{contact_id}/{other_contact_id}")
def contacts_merge(
    request: Request, db: WriteDB, actor: Staff, contact_id: str, other_contact_id: str, typed: TypedForm
) -> Response:
    ids = identifier(contact_id), identifier(other_contact_id)
    with Tried(typed) as tried, attempt(db):
        made = merging.merge_contacts(
            db,
            actor,
            ids,
            rules=RULES,
            chosen=_chosen(typed),
            address_id=_address(typed),
            revisions=_revisions(typed),
        )
    if tried.refusal:
        return _page(request, db, actor, Contact, ids, tried=tried)
    return _merged(request, made.id, made.lost_name, "")


@router.get("/netwerk/dubbel/organisaties/{organisation_id}/{other_organisation_id}")
def organisations_side_by_side(
    request: Request, db: ReadDB, actor: Staff, organisation_id: str, other_organisation_id: str
) -> Response:
    return _page(request, db, actor, Organisation, (identifier(organisation_id), identifier(other_organisation_id)))


@router.post("/netwerk/dubbel/organisaties/{organisation_id}/{other_organisation_id}")
def organisations_merge(
    request: Request, db: WriteDB, actor: Staff, organisation_id: str, other_organisation_id: str, typed: TypedForm
) -> Response:
    ids = identifier(organisation_id), identifier(other_organisation_id)
    with Tried(typed) as tried, attempt(db):
        made = merging.merge_organisations(
            db, actor, ids, rules=RULES, chosen=_chosen(typed), revisions=_revisions(typed)
        )
    if tried.refusal:
        return _page(request, db, actor, Organisation, ids, tried=tried)
    return _merged(request, made.id, made.lost_name, "organisaties")


@router.post("/netwerk/dubbel/samenvoegingen/{merging_id}/terug")
def merge_undo(request: Request, db: WriteDB, actor: Staff, merging_id: str) -> Response:
    """Both records again as they were."""
    found = merge_queries.merging(db, actor, identifier(merging_id))
    if found is None:
        raise NotFound
    kind = "organisaties" if found.organisation_id else ""
    name = found.lost_name
    merging.undo(db, actor, found)
    toast = _("Put back: %(name)s is there again.", name=name)
    return done(request, path_to(request, "doubles_list", soort=kind), toast=toast)


def _merged(request: Request, merging_id: UUID, lost_name: str, kind: str) -> Response:
    undo = path_to(request, "merge_undo", merging_id=merging_id)
    toast = _("%(name)s was merged.", name=lost_name)
    return done(request, path_to(request, "doubles_list", soort=kind), toast=toast, undo=undo)


_WORDS = {**FIELDS, "notes": N_("Notes"), "address": FIELDS["street"]}
_HINTS = {Side.OLDER: N_("was there first"), Side.NEWER: N_("came later"), Side.BOTH: N_("keep both")}


def _page(
    request: Request, db: Session, actor: Actor, kind: merge_queries.Kind, ids: Ids, *, tried: Tried = UNTRIED
) -> Response:
    require(actor, Permission.EDIT_REGISTRY)
    db.expire_all()
    pair = merge_queries.pair(db, actor, kind, ids)
    choices, same = _choices(pair, known(db))
    names = {region.id: region.name for region in my_regions(request)}
    return render(
        request,
        "registry/merge.html",
        actor=actor,
        section="network",
        pair=pair,
        is_contact=kind is Contact,
        name=field_said("name"),
        choices=choices,
        same=same,
        numbers=numbers(pair.moves),
        region_names=[sorted(names.get(one, _("another region")) for one in regions) for regions in pair.region_ids],
        tried=tried,
    )


def _choices(
    pair: merge_queries.Pair, listed: Words
) -> tuple[list[tuple[str, str, list[tuple[str, str, str]], str]], list[tuple[str, str]]]:
    """What differs, as (code, word, options, proposed); and what is the same or said by one: (word, text)."""
    differs: list[tuple[str, str, list[tuple[str, str, str]], str]] = []
    same: list[tuple[str, str]] = []
    for field in fields_of(pair.older):
        texts = {Side.OLDER: _shown(field, pair.older, listed), Side.NEWER: _shown(field, pair.newer, listed)}
        word = _(_WORDS[field.code])
        if texts[Side.OLDER] == texts[Side.NEWER] or not all(texts.values()):
            if said := texts[Side.OLDER] or texts[Side.NEWER]:
                same.append((word, said))
            continue
        options = [(str(side), said, _(_HINTS[side])) for side, said in texts.items()]
        if field.may_both:
            options.append((str(Side.BOTH), _("Both"), _(_HINTS[Side.BOTH])))
        differs.append((field.code, word, options, str(proposed(field, pair.older, pair.newer))))
    return differs, same


def _shown(field: Field, record: Record, listed: Words) -> str:
    """What a record says of a field, as a reader knows it."""
    said = field.said(record)
    if field.code == "phone":
        return shown_phones(said)
    if field.code == "language":
        return _("English") if said == "en" else _("Dutch")
    if isinstance(record, Organisation) and field.code == "sector":
        return listed.name(Vocabulary.SECTOR, record.sector)
    return said


def field_said(code: str) -> object:
    """The name of a record."""
    return lambda record: next(field for field in fields_of(record) if field.code == code).said(record)


def _chosen(typed: Typed) -> dict[str, Side]:
    """What was chosen; what is no choice is left to what is proposed."""
    return {name: Side(typed[name]) for name in typed if typed[name] in set(Side)}


def _address(typed: Typed) -> UUID | None:
    try:
        return identifier(typed["address"]) if typed.get("address") else None
    except NotFound:
        raise Refused(_("Choose one of the options."), "address") from None


def _revisions(typed: Typed) -> tuple[int, int] | None:
    """The revisions that were on the page; without them what is there now counts."""
    older, newer = typed.get("older_revision", ""), typed.get("newer_revision", "")
    return (int(older[:9]), int(newer[:9])) if older.isdecimal() and newer.isdecimal() else None
