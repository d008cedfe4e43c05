"""For administrators: staff and their roles, regions and their rules, the health of the installation."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access import actions, queries
from bsoo.access import regions as region_actions
from bsoo.access.actor import Actor
from bsoo.access.models import Role
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.regions import RegionKind, all_regions, region_by_slug
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    path_to,
    render,
)

router = APIRouter()


class GrantForm(BaseModel):
    email: Annotated[str, Field(max_length=254)]
    name: Annotated[str, Field(max_length=120)] = ""
    role: Role
    region: Annotated[str, Field(max_length=40)] = ""


class RoleForm(BaseModel):
    """Which role somebody has where; without a region in all of them."""

    role: Role
    region: Annotated[str, Field(max_length=40)] = ""


class RegionForm(BaseModel):
    name: Annotated[str, Field(max_length=80)]
    kind: RegionKind
    mail_address: Annotated[str, Field(max_length=254)] = ""
    rule_nth: Annotated[int, Field(ge=-1, le=4)] = 2
    rule_weekday: Annotated[int, Field(ge=0, le=6)] = 3
    rule_month: Annotated[int, Field(ge=1, le=3)] = 3
    rule_start: time = time(13, 0)
    rule_end: time = time(15, 30)

    def facts(self) -> region_actions.RegionFacts:
        return region_actions.RegionFacts(**self.model_dump())


@router.get("/beheer")
def administration(request: Request, db: ReadDB, actor: Staff) -> Response:
    return _page(request, db, actor)


@router.post("/beheer/medewerkers")
def staff_grant(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    require(actor, Permission.ADMINISTER)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(GrantForm)
        region = region_by_slug(db, form.region) if form.region else None
        user = actions.grant(db, actor, email=form.email, role=form.role, region=region, name=form.name)
        actions.ask_link(db, email=user.email)
    if tried.refusal:
        return _page(request, db, actor, tried=tried)
    toast = _("%(name)s got the role and a sign-in link by mail.", name=user.name)
    return done(request, path_to(request, "administration"), toast=toast)


@router.post("/beheer/medewerkers/{user_id}/rollen/einde")
def staff_revoke(request: Request, db: WriteDB, actor: Staff, user_id: str, typed: TypedForm) -> Response:
    require(actor, Permission.ADMINISTER)
    with Tried() as tried, attempt(db):
        form = typed.check(RoleForm)
        region_id = identifier(form.region) if form.region else None
        actions.revoke(db, actor, identifier(user_id), role=form.role, region_id=region_id)
    if tried.refusal:
        return _page(request, db, actor, tried=tried)
    return done(request, path_to(request, "administration"), toast=_("The role is taken away."))


@router.post("/beheer/medewerkers/{user_id}/einde")
def staff_close(request: Request, db: WriteDB, actor: Staff, user_id: str) -> Response:
    with Tried() as tried, attempt(db):
        actions.close_account(db, actor, identifier(user_id))
    if tried.refusal:
        return _page(request, db, actor, tried=tried)
    return done(request, path_to(request, "administration"), toast=_("This person can no longer sign in."))


@router.get("/beheer/regios/{slug}")
def region_edit(request: Request, db: ReadDB, actor: Staff, slug: str) -> Response:
    require(actor, Permission.ADMINISTER)
    return _region_page(request, db, actor, slug)


@router.post("/beheer/regios/{slug}")
def region_save(request: Request, db: WriteDB, actor: Staff, slug: str, typed: TypedForm) -> Response:
    require(actor, Permission.ADMINISTER)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(RegionForm)
        region_actions.change(db, actor, region_by_slug(db, slug), form.facts())
    if tried.refusal:
        return _region_page(request, db, actor, slug, tried=tried)
    return done(request, path_to(request, "administration"), toast=_("The region is saved."))


@router.post("/beheer/regios")
def region_add(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    require(actor, Permission.ADMINISTER)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(RegionForm)
        region_actions.add(db, actor, form.facts())
    if tried.refusal:
        return _page(request, db, actor, tried=tried, adds_region=True)
    return done(request, path_to(request, "administration"), toast=_("The region is added."))


def _page(
    request: Request,
    db: Session,
    actor: Actor,
    *,
    tried: Tried = UNTRIED,
    adds_region: bool = False,
) -> Response:
    regions = all_regions(db)
    return render(
        request,
        "access/administration.html",
        actor=actor,
        section="",
        staff=queries.staff(db, actor),
        all_regions=regions,
        region_options=[("", _("all regions")), *((region.slug, region.name) for region in regions)],
        kinds=list(RegionKind),
        tried=tried,
        adds_region=adds_region,
        usual_rule={
            name: _shown(field.default) for name, field in RegionForm.model_fields.items() if not field.is_required()
        },
    )


def _shown(value: object) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _region_page(
    request: Request,
    db: Session,
    actor: Actor,
    slug: str,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    region = region_by_slug(db, slug)
    shown: Mapping[str, str] = tried.typed or {name: _shown(getattr(region, name)) for name in RegionForm.model_fields}
    return render(
        request,
        "access/region.html",
        actor=actor,
        section="",
        region=region,
        kinds=list(RegionKind),
        tried=tried,
        typed=shown,
    )
