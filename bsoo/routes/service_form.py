"""The form of a service, empty or with what is known; a word that may be a name is asked about once."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotAllowed
from bsoo.i18n import gettext as _
from bsoo.regions import Region
from bsoo.registry.models import Organisation
from bsoo.registry.organisation_queries import organisation_page
from bsoo.registry.values import shown_phones
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
    path_to,
    render,
)
from bsoo.routes.editing import region_to_edit, regions_to_edit
from bsoo.services import actions, hours, queries, words
from bsoo.services.facts import Facts
from bsoo.services.models import Service, Standing, Where
from bsoo.signals import guard
from bsoo.signals.guarding import PersonalData
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known

router = APIRouter()


class ServiceForm(BaseModel):
    """What somebody types about a service."""

    name_nl: Annotated[str, Field(max_length=120)]
    name_en: Annotated[str, Field(max_length=120)] = ""
    description_nl: Annotated[str, Field(max_length=1000)] = ""
    description_en: Annotated[str, Field(max_length=1000)] = ""
    theme: Annotated[str, Field(max_length=40)]
    groups: list[str] = []
    languages: list[str] = []
    hours: Annotated[str, Field(max_length=1000)] = ""
    note_nl: Annotated[str, Field(max_length=300)] = ""
    note_en: Annotated[str, Field(max_length=300)] = ""
    found_at: Where = Where.NOWHERE
    street: Annotated[str, Field(max_length=200)] = ""
    postcode: Annotated[str, Field(max_length=10)] = ""
    place: Annotated[str, Field(max_length=80)] = ""
    phone: Annotated[str, Field(max_length=60)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    website: Annotated[str, Field(max_length=290)] = ""
    is_public: Annotated[str, Field(max_length=5)] = ""
    standing: Standing = Standing.RUNNING
    not_names: list[str] = []

    def facts(self) -> Facts:
        """The form as an action takes it."""
        values = self.model_dump(exclude={"region", "revision", "is_public", "not_names"})
        return Facts(**values, is_public=bool(self.is_public), not_names=[word[:80] for word in self.not_names])


class NewServiceForm(ServiceForm):
    """A new service also needs a region."""

    region: Annotated[str, Field(max_length=40)]


class ChangedServiceForm(ServiceForm):
    """The revision that was on the page, so that nobody overwrites somebody else."""

    revision: int


@router.get("/netwerk/organisaties/{organisation_id}/diensten/nieuw")
def service_new(request: Request, db: ReadDB, actor: Staff, organisation_id: str) -> Response:
    return _new_form(request, db, actor, organisation_id)


@router.post("/netwerk/organisaties/{organisation_id}/diensten")
def service_add(request: Request, db: WriteDB, actor: Staff, organisation_id: str, typed: TypedForm) -> Response:
    page = organisation_page(db, actor, identifier(organisation_id))
    with Tried(typed) as tried, attempt(db):
        form = typed.check(NewServiceForm)
        region = region_to_edit(request, actor, form.region)
        made = actions.add(db, actor, page.organisation, region.id, form.facts())
    if tried.refusal:
        return _new_form(request, db, actor, organisation_id, tried=tried)
    toast = _("%(name)s is on the social map.", name=made.name_nl)
    return done(request, path_to(request, "service", service_id=made.id), toast=toast)


@router.get("/netwerk/diensten/{service_id}/bewerk")
def service_edit(request: Request, db: ReadDB, actor: Staff, service_id: str) -> Response:
    page = queries.page(db, actor, identifier(service_id))
    require(actor, Permission.EDIT_REGISTRY, page.service.region_id)
    return _form(request, db, actor, page.service, page.organisation)


@router.post("/netwerk/diensten/{service_id}")
def service_save(request: Request, db: WriteDB, actor: Staff, service_id: str, typed: TypedForm) -> Response:
    page = queries.page(db, actor, identifier(service_id))
    require(actor, Permission.EDIT_REGISTRY, page.service.region_id)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ChangedServiceForm)
        actions.change(db, actor, page.service, revision=form.revision, facts=form.facts())
    if tried.refusal:
        db.expire_all()
        return _form(request, db, actor, page.service, page.organisation, tried=tried)
    return done(request, path_to(request, "service", service_id=service_id), toast=_("Saved."))


def _new_form(
    request: Request,
    db: Session,
    actor: Actor,
    organisation_id: str,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    page = organisation_page(db, actor, identifier(organisation_id))
    here = [region for region in regions_to_edit(request, actor) if region.id in page.region_ids]
    if not here:
        raise NotAllowed
    organisation = page.organisation
    return _form(
        request,
        db,
        actor,
        None,
        organisation.name,
        tried=tried,
        place=organisation,
        in_=here,
    )


def _form(
    request: Request,
    db: Session,
    actor: Actor,
    found: Service | None,
    organisation: str,
    *,
    tried: Tried = UNTRIED,
    place: Organisation | None = None,
    in_: list[Region] | None = None,
) -> Response:
    """The form of a service that is there, or of a new one with the address of its organisation filled in."""
    regions = in_ or []
    chosen = chosen_region(request)
    listed = known(db)
    start: Service | Organisation | None = found if found is not None else place
    return render(
        request,
        "services/edit.html",
        actor=actor,
        section="network",
        service=found,
        start=start,
        organisation=organisation,
        organisation_id=found.organisation_id if found else place.id if place else None,
        hours="\n".join(hours.shown(hours.spans_of(found.hours))) if found else "",
        phone=shown_phones(start.phone) if start else "",
        asked=_asked(tried),
        themes=list(listed.offered(Vocabulary.THEME, [found.theme] if found else []).items()),
        groups=list(words.groups_to_choose(listed, found.groups if found else []).items()),
        languages=list(listed.offered(Vocabulary.LANGUAGE, found.languages if found else []).items()),
        where=[(kind.value, _(word), _(hint)) for kind, (word, hint) in words.WHERE.items()],
        standings=[(one.value, _(word)) for one, word in words.STANDINGS.items() if one is not Standing.ENDED],
        region_options=[(region.slug, region.name) for region in regions],
        region=chosen.slug if chosen is not None and chosen in regions else "",
        tried=tried,
    )


def _asked(tried: Tried) -> list[str]:
    """The words of which the guard asks whether they are a name."""
    if not isinstance(tried.refusal, PersonalData):
        return []
    found = [
        one.of(tried.typed.get(field, "").strip())
        for field, places in tried.refusal.found.items()
        for one in places
        if one.level is guard.SOFT
    ]
    return list(dict.fromkeys(word for word in found if word))
