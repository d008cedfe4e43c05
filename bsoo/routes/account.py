"""One's own account: name, language, shortcuts, password, signed-in browsers, region and theme."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from bsoo.access import actions, queries
from bsoo.i18n import gettext as _
from bsoo.routes.edge import (
    SESSION_COOKIE,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    Visitor,
    WriteDB,
    attempt,
    came_from,
    done,
    identifier,
    my_regions,
    path_to,
    render,
    settings,
)
from bsoo.templating import YEAR

router = APIRouter()
THEMES = ("", "light", "dark")


class AccountForm(BaseModel):
    name: Annotated[str, Field(max_length=120)]
    language: Annotated[str, Field(pattern="^(nl|en)$")] = "nl"
    single_keys: bool = False


class NewPasswordForm(BaseModel):
    password: Annotated[str, Field(max_length=200)]


@router.get("/account")
def account(request: Request, db: ReadDB, actor: Staff) -> Response:
    return render(request, "access/account.html", actor=actor, section="", browsers=queries.browsers(db, actor))


@router.post("/account")
def account_save(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    with Tried(typed) as tried, attempt(db):
        form = typed.check(AccountForm)
        actions.change_account(db, actor, **form.model_dump())
    if tried.refusal:
        return _again(request, db, actor, tried)
    return done(request, path_to(request, "account"), toast=_("Your account is saved."))


@router.post("/account/wachtwoord")
def account_password(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    with Tried(typed) as tried, attempt(db):
        actions.change_password(db, actor, password=typed.check(NewPasswordForm).password)
    if tried.refusal:
        return _again(request, db, actor, tried)
    return done(request, path_to(request, "account"), toast=_("Your password is changed."))


@router.post("/account/browsers/{browser_id}/einde")
def browser_end(request: Request, db: WriteDB, actor: Staff, browser_id: str) -> Response:
    actions.end_browser(db, actor, identifier(browser_id))
    return done(request, path_to(request, "account"), toast=_("That browser is signed out."))


@router.post("/regio")
def choose_region(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    slug = typed.get("region", "")
    known = slug if slug in {region.slug for region in my_regions(request)} else ""
    actions.choose_region(db, actor, token=request.cookies.get(SESSION_COOKIE, ""), slug=known)
    return done(request, came_from(request) or path_to(request, "home"))


@router.post("/weergave")
def choose_theme(request: Request, db: WriteDB, actor: Visitor, typed: TypedForm) -> Response:
    """Light, dark, or as the system says: a choice of this browser, kept in a cookie."""
    answer = done(request, came_from(request) or "/")
    theme = typed.get("theme", "")
    if theme in THEMES[1:]:
        answer.set_cookie(
            "theme", theme, max_age=YEAR, httponly=True, samesite="lax", secure=settings(request).is_https
        )
    else:
        answer.delete_cookie("theme")
    return answer


def _again(request: Request, db: WriteDB, actor: Staff, tried: Tried) -> Response:
    shown = {name: tried.typed[name] for name in tried.typed if name != "password"}
    return render(
        request,
        "access/account.html",
        actor=actor,
        section="",
        browsers=queries.browsers(db, actor),
        tried=tried,
        typed=shown,
    )
