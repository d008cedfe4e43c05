"""One organisation: the page with its people and signals, and the form."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session, col
from starlette.responses import Response

from bsoo import clock, text
from bsoo.access.actor import Actor
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.registry import organisation_queries, organisations, timeline, tree, values
from bsoo.registry.doubles import both, merge_queries
from bsoo.registry.doubles.merging import UNDO_WITHIN
from bsoo.registry.doubles.words_of_likeness import in_words
from bsoo.registry.editable import region_of_organisation
from bsoo.registry.facts import OrganisationFacts
from bsoo.registry.models import Organisation, Sector
from bsoo.registry.organisation_queries import OrganisationPage
from bsoo.registry.values import shown_phones
from bsoo.routes import first_contacts, looking
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
from bsoo.routes.editing import may_edit, region_to_edit, regions_to_edit
from bsoo.services.queries import of_organisation
from bsoo.signals.inbox import lines_where
from bsoo.signals.models import Signal
from bsoo.signals.queries import visible
from bsoo.signals.words import STAFF_STATES
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known

router = APIRouter()
router.include_router(first_contacts.router)

_SIGNALS = 6
"""The newest signals that the page of an organisation shows."""


class OrganisationForm(BaseModel):
    """What somebody types about an organisation."""

    name: Annotated[str, Field(max_length=200)]
    sector: Annotated[str, Field(max_length=40)] = Sector.OTHER
    aliases: Annotated[str, Field(max_length=1000)] = ""
    kvk: Annotated[str, Field(max_length=20)] = ""
    website: Annotated[str, Field(max_length=290)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=60)] = ""
    street: Annotated[str, Field(max_length=200)] = ""
    postcode: Annotated[str, Field(max_length=10)] = ""
    place: Annotated[str, Field(max_length=80)] = ""
    themes: list[str] = []
    notes: Annotated[str, Field(max_length=2000)] = ""
    parent: Annotated[str, Field(max_length=200)] = ""
    """The name of what it is a part of."""

    def facts(self) -> OrganisationFacts:
        """The form as an action takes it: other names as lines."""
        names = [values.cleaned(line)[:200] for line in self.aliases.splitlines() if line.strip()]
        return OrganisationFacts(
            **self.model_dump(exclude={"aliases", "region", "revision", "anyway", "parent"}),
            aliases=names[:20],
        )


class NewOrganisationForm(OrganisationForm):
    """A new organisation also needs a region."""

    region: Annotated[str, Field(max_length=40)]
    anyway: Annotated[str, Field(max_length=5)] = ""
    """They saw what it looks like: it is another."""


class ChangedOrganisationForm(OrganisationForm):
    """The revision that was on the page, so that nobody overwrites somebody else."""

    revision: int


@router.get("/netwerk/organisaties/nieuw")
def organisation_new(request: Request, db: ReadDB, actor: Staff, deel_van: str = "") -> Response:
    typed = Typed({"parent": [clean(deel_van)[:200]]}) if deel_van else Typed()
    return _organisation_form(request, db, actor, None, tried=Tried(typed))


@router.post("/netwerk/organisaties")
def organisation_add(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    with Tried(typed) as tried, attempt(db):
        form = typed.check(NewOrganisationForm)
        region = region_to_edit(request, actor, form.region)
        facts = form.facts()
        alike = looking.alike_organisations(db, actor, facts)
        if alike and not form.anyway:
            raise Refused(_("An organisation like this is in the network already. Look which, or add anyway."), "lijkt")
        made = organisations.add_organisation(db, actor, region.id, facts)
        tree.place_under(db, actor, made, form.parent)
        for other, _how in alike:
            both.keep_apart(db, actor, Organisation, (made.id, other.id))
    if tried.refusal:
        return _organisation_form(request, db, actor, None, tried=tried)
    toast = _("%(name)s is in the network.", name=made.name)
    return done(request, path_to(request, "organisation", organisation_id=made.id), toast=toast)


@router.post("/netwerk/organisaties/lijkt-op")
def organisation_like(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    """What it looks like, while somebody types; nothing is kept."""
    return _organisation_form(request, db, actor, None, tried=Tried(typed))


@router.get("/netwerk/organisaties/{organisation_id}")
def organisation(request: Request, db: ReadDB, actor: Staff, organisation_id: str) -> Response:
    found = identifier(organisation_id)
    try:
        page = organisation_queries.organisation_page(db, actor, found)
    except NotFound:
        stays = merge_queries.merged_into(db, actor, Organisation, found)
        if stays is None:
            raise
        return done(request, path_to(request, "organisation", organisation_id=stays))
    offered = of_organisation(db, actor, page.organisation.id)
    listed = offered.listed
    return render(
        request,
        "registry/organisation.html",
        actor=actor,
        section="network",
        page=page,
        lines=timeline.lines(
            page.timeline,
            page.organisation.created_at,
            listed=listed,
            names={one.contact_id: one.name for one in page.colleagues},
        ),
        shown_phone=shown_phones,
        kind=listed.name(Vocabulary.SECTOR, page.organisation.sector),
        signals=lines_where(
            db,
            visible(actor, None),
            col(Signal.organisation_id) == page.organisation.id,
            order=[col(Signal.submitted_at).desc()],
        )[:_SIGNALS],
        states=STAFF_STATES,
        theme_names=listed.names(Vocabulary.THEME, page.organisation.themes),
        region_names={each.id: each.name for each in my_regions(request)},
        may_edit=may_edit(actor, page.region_ids),
        initials=text.initials,
        first_of=_first_of(request, page),
        regions_by_id={each.id: each for each in my_regions(request)},
        beside=merge_queries.beside(db, actor, page.organisation, clock.now() - UNDO_WITHIN),
        field_names=timeline.field_names,
        services=offered.lines,
        family=tree.family(db, actor, page.organisation)
        if page.has_parts or page.organisation.parent_id
        else tree.ALONE,
    )


@router.get("/netwerk/organisaties/{organisation_id}/bewerk")
def organisation_edit(request: Request, db: ReadDB, actor: Staff, organisation_id: str) -> Response:
    page = organisation_queries.organisation_page(db, actor, identifier(organisation_id))
    if not may_edit(actor, page.region_ids):
        raise NotAllowed
    return _organisation_form(request, db, actor, page.organisation)


@router.post("/netwerk/organisaties/{organisation_id}")
def organisation_save(request: Request, db: WriteDB, actor: Staff, organisation_id: str, typed: TypedForm) -> Response:
    found = organisation_queries.organisation(db, actor, identifier(organisation_id))
    region_of_organisation(db, actor, found)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ChangedOrganisationForm)
        facts = form.facts()
        organisations.change_organisation(db, actor, found, facts, revision=form.revision)
        tree.place_under(db, actor, found, form.parent)
    if tried.refusal:
        db.expire_all()
        return _organisation_form(request, db, actor, found, tried=tried)
    return done(request, path_to(request, "organisation", organisation_id=found.id), toast=_("Saved."))


def _first_of(request: Request, page: OrganisationPage) -> dict[UUID, list[str]]:
    """Of each first contact the regions in which they are it."""
    names = {each.id: each.name for each in my_regions(request)}
    found: dict[UUID, list[str]] = {}
    for region_id, contact_id in page.first_contacts.items():
        if contact_id is not None and region_id in names:
            found.setdefault(contact_id, []).append(names[region_id])
    return found


def _organisation_form(
    request: Request,
    db: Session,
    actor: Actor,
    found: Organisation | None,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    regions = regions_to_edit(request, actor)
    if found is None and not regions:
        raise NotAllowed
    chosen = chosen_region(request)
    listed = known(db)
    return render(
        request,
        "registry/organisation_edit.html",
        actor=actor,
        section="network",
        organisation=found,
        phone=shown_phones(found.phone) if found else "",
        alike=[] if found else looking.alike_organisations(db, actor, looking.typed_organisation(tried.typed)),
        in_words=in_words,
        sectors=listed.offered(Vocabulary.SECTOR, [found.sector] if found else []),
        themes=listed.offered(Vocabulary.THEME, found.themes if found else []),
        parent=next((name for _id, name in tree.family(db, actor, found).above), "") if found else "",
        houses=[name for _id, name in organisation_queries.organisations_by_name(db, actor)],
        regions_to_edit=regions,
        region_options=[(each.slug, each.name) for each in regions],
        region=chosen if chosen in regions else None,
        tried=tried,
    )
