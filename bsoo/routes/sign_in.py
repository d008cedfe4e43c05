"""Staff come in: by password or by a link that works once."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from bsoo.access import actions
from bsoo.i18n import gettext as _
from bsoo.routes.edge import (
    SESSION_COOKIE,
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    Visitor,
    WriteDB,
    attempt,
    done,
    path_to,
    render,
    safe_path,
    settings,
    slow_down,
)

router = APIRouter()


class PasswordForm(BaseModel):
    email: Annotated[str, Field(max_length=254)]
    password: Annotated[str, Field(max_length=200)]


class AddressForm(BaseModel):
    email: Annotated[str, Field(max_length=254)]


@router.get("/inloggen")
def sign_in(request: Request, db: ReadDB, actor: Visitor, verder: str = "") -> Response:
    if actor.is_staff:
        return done(request, safe_path(verder) or path_to(request, "home"))
    return _page(request, verder=verder)


@router.post("/inloggen")
def sign_in_by_password(request: Request, db: WriteDB, actor: Visitor, typed: TypedForm) -> Response:
    verder = typed.get("verder", "")
    with Tried(typed) as tried:
        slow_down(request, db, "sign-in", every=timedelta(seconds=30), burst=10)
        form = typed.check(PasswordForm)
        with attempt(db):
            _found, token = actions.sign_in(db, email=form.email, password=form.password, description=_browser(request))
    if tried.refusal:
        return _page(request, tried=tried, verder=verder)
    return come_in(request, token, verder)


@router.post("/inloggen/link")
def ask_sign_in_link(request: Request, db: WriteDB, actor: Visitor, typed: TypedForm) -> Response:
    with Tried(typed) as tried:
        slow_down(request, db, "sign-in-link", every=timedelta(minutes=2), burst=5)
        form = typed.check(AddressForm)
        with attempt(db):
            actions.ask_link(db, email=form.email)
    if tried.refusal:
        return _page(request, tried=tried)
    return done(request, path_to(request, "sign_in_link_sent"))


@router.get("/inloggen/verstuurd")
def sign_in_link_sent(request: Request, db: ReadDB, actor: Visitor) -> Response:
    return render(request, "access/link_sent.html", actor=actor)


@router.get("/inloggen/met/{token}")
def sign_in_link(request: Request, db: ReadDB, actor: Visitor, token: str) -> Response:
    """Opening the link only shows a button: mail scanners open every link."""
    return render(request, "access/use_link.html", token=token[:100])


@router.post("/inloggen/met/{token}")
def sign_in_by_link(request: Request, db: WriteDB, actor: Visitor, token: str) -> Response:
    with Tried() as tried:
        slow_down(request, db, "sign-in", every=timedelta(seconds=30), burst=10)
        with attempt(db):
            _found, session = actions.use_link(db, token=token, description=_browser(request))
    if tried.refusal:
        return _page(request, tried=tried)
    return come_in(request, session)


@router.post("/uitloggen")
def sign_out(request: Request, db: WriteDB, actor: Staff) -> Response:
    actions.sign_out(db, actor, token=request.cookies.get(SESSION_COOKIE, ""))
    answer = done(request, path_to(request, "public_home"), toast=_("You are signed out."))
    answer.delete_cookie(SESSION_COOKIE)
    return answer


def come_in(request: Request, token: str, verder: str = "") -> Response:
    """Set the session cookie and go on; also for the demo's one-click sign-in."""
    answer = done(request, safe_path(verder) or path_to(request, "home"))
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(actions.SESSION.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings(request).is_https,
    )
    return answer


def _page(
    request: Request,
    *,
    tried: Tried = UNTRIED,
    verder: str = "",
) -> Response:
    shown = {"email": tried.typed.get("email", "")}
    return render(request, "access/sign_in.html", tried=tried, typed=shown, verder=safe_path(verder))


def _browser(request: Request) -> str:
    return request.headers.get("user-agent", "")[:200]
