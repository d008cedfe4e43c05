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
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.regions import RegionKind, all_regions, region_by_slug
from bsoo.routes.edge import ReadDB, Staff, Typed, TypedForm, WriteDB, attempt, done, identifier, path_to, render

router = APIRouter()


class GrantForm(BaseModel):
    email: Annotated[str, Field(max_length=254)]
    name: Annotated[str, Field(max_length=120)] = ""
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
    try:
        form = typed.check(GrantForm)
        with attempt(db):
            region = region_by_slug(db, form.region) if form.region else None
            user = actions.grant(db, actor, email=form.email, role=form.role, region=region, name=form.name)
            actions.ask_link(db, email=user.email)
    except Refused as refusal:
        return _page(request, db, actor, typed=typed, errors=refusal.errors, status=422)
    toast = _("%(name)s got the role and a sign-in link by mail.", name=user.name)
    return done(request, path_to(request, "administration"), toast=toast)


@router.post("/beheer/medewerkers/{user_id}/rollen/einde")
def staff_revoke(request: Request, db: WriteDB, actor: Staff, user_id: str, typed: TypedForm) -> Response:
    require(actor, Permission.ADMINISTER)
    try:
        role = Role(typed.get("role", ""))
    except ValueError:
        return _page(request, db, actor, errors={"role": _("Choose one of the options.")}, status=422)
    try:
        region = typed.get("region", "")
        with attempt(db):
            actions.revoke(db, actor, identifier(user_id), role=role, region_id=identifier(region) if region else None)
    except Refused as refusal:
        return _page(request, db, actor, errors=refusal.errors, status=422)
    return done(request, path_to(request, "administration"), toast=_("The role is taken away."))


@router.post("/beheer/medewerkers/{user_id}/einde")
def staff_close(request: Request, db: WriteDB, actor: Staff, user_id: str) -> Response:
    try:
        with attempt(db):
            actions.close_account(db, actor, identifier(user_id))
    except Refused as refusal:
        return _page(request, db, actor, errors=refusal.errors, status=422)
    return done(request, path_to(request, "administration"), toast=_("This person can no longer sign in."))


@router.get("/beheer/regios/{slug}")
def region_edit(request: Request, db: ReadDB, actor: Staff, slug: str) -> Response:
    require(actor, Permission.ADMINISTER)
    return _region_page(request, db, actor, slug)


@router.post("/beheer/regios/{slug}")
def region_save(request: Request, db: WriteDB, actor: Staff, slug: str, typed: TypedForm) -> Response:
    require(actor, Permission.ADMINISTER)
    try:
        form = typed.check(RegionForm)
        with attempt(db):
            region_actions.change(db, actor, region_by_slug(db, slug), form.facts())
    except Refused as refusal:
        return _region_page(request, db, actor, slug, typed=typed, errors=refusal.errors, status=422)
    return done(request, path_to(request, "administration"), toast=_("The region is saved."))


@router.post("/beheer/regios")
def region_add(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    require(actor, Permission.ADMINISTER)
    try:
        form = typed.check(RegionForm)
        with attempt(db):
            region_actions.add(db, actor, form.facts())
    except Refused as refusal:
        return _page(request, db, actor, typed=typed, errors=refusal.errors, adds_region=True, status=422)
    return done(request, path_to(request, "administration"), toast=_("The region is added."))


def _page(
    request: Request,
    db: Session,
    actor: Actor,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    adds_region: bool = False,
    status: int = 200,
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
        typed=typed or {},
        errors=errors or {},
        adds_region=adds_region,
        status=status,
    )


def _shown(value: object) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _region_page(
    request: Request,
    db: Session,
    actor: Actor,
    slug: str,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    region = region_by_slug(db, slug)
    shown: Mapping[str, str] = typed or {name: _shown(getattr(region, name)) for name in RegionForm.model_fields}
    return render(
        request,
        "access/region.html",
        actor=actor,
        section="",
        region=region,
        kinds=list(RegionKind),
        typed=shown,
        errors=errors or {},
        status=status,
    )
