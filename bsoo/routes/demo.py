"""Only in the demo: sign in as anybody with one click, and read everybody's mail. Nothing else mounts this router."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from fastapi import APIRouter, Request
from sqlmodel import Session, col, select
from starlette.responses import HTMLResponse, Response

from bsoo.access import actions as access
from bsoo.access.models import Grant, Role, User
from bsoo.errors import NotFound
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.regions import Region
from bsoo.routes.edge import ReadDB, TypedForm, Visitor, WriteDB, page_number, path_to, render
from bsoo.routes.sign_in import come_in

router = APIRouter()

ON_A_PAGE = 50

VIEWS = {"mail": N_("Mail"), "tekst": N_("Plain text"), "agenda": N_("Calendar"), "bron": N_("Source")}

ROLES = {
    Role.ADMINISTRATOR: N_("administrator"),
    Role.COORDINATOR: N_("coordinator"),
    Role.ADVOCACY: N_("advocacy"),
    Role.READER: N_("reader"),
}

IN_A_MAIL_PROGRAM = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""A letter is shown as a mail program shows it: styles of its own, no script, no form, links open beside it."""


class Message(Protocol):
    """A received message, as the pages need it."""

    @property
    def number(self) -> int: ...
    @property
    def recipient(self) -> str: ...
    @property
    def sent_at(self) -> datetime: ...
    @property
    def to(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def html(self) -> str: ...
    @property
    def calendar(self) -> str: ...
    @property
    def source(self) -> str: ...


class Mailbox(Protocol):
    """Where the demo's letters arrive."""

    def find(self, words: str = "") -> Sequence[Message]: ...
    def one(self, number: int) -> Message | None: ...


@router.get("/demo")
def demo_start(request: Request, db: ReadDB, actor: Visitor) -> Response:
    return render(request, "demo/start.html", actor=actor, staff=_staff(db), received=len(_mailbox(request).find()))


@router.post("/demo/aanmelden")
def demo_sign_in(request: Request, db: WriteDB, actor: Visitor, typed: TypedForm) -> Response:
    user = db.exec(select(User).where(User.email == typed.get("email", ""))).first()
    if user is None:
        raise NotFound
    return come_in(request, access.open_browser(db, user, "demo"), "")


@router.get("/demo/postvak")
def demo_mailbox(request: Request, actor: Visitor, q: str = "", bladzijde: str = "1") -> Response:
    return _mail_page(request, actor, q, bladzijde)


@router.get("/demo/postvak/{number}")
def demo_message(
    request: Request, actor: Visitor, number: str, q: str = "", bladzijde: str = "1", weergave: str = "mail"
) -> Response:
    return _mail_page(request, actor, q, bladzijde, _message(request, number), weergave)


@router.get("/demo/postvak/{number}/inhoud")
def demo_message_body(request: Request, actor: Visitor, number: str) -> Response:
    """The HTML of a message, for the frame in its page; its links open in a window of their own."""
    html = re.sub(r"(<head[^>]*>)", r'\1<base target="_blank">', _message(request, number).html, count=1)
    return HTMLResponse(html, headers=IN_A_MAIL_PROGRAM)


def _mail_page(
    request: Request, actor: Visitor, q: str, bladzijde: str, message: Message | None = None, view: str = "mail"
) -> Response:
    found = _mailbox(request).find(q)
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(page_number(bladzijde), pages)
    return render(
        request,
        "demo/mailbox.html",
        actor=actor,
        q=q,
        page=page,
        pages=pages,
        total=len(found),
        messages=found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        message=message,
        view=view if view in VIEWS else "mail",
        views=_views(request, message, q, page) if message is not None else [],
    )


def _views(request: Request, message: Message, q: str, page: int) -> list[tuple[str, str, str]]:
    """The ways to look at a message; a letter without a calendar part has no calendar to show."""
    wanted = [view for view in VIEWS if view != "agenda" or message.calendar]
    return [
        (
            view,
            _(VIEWS[view]),
            path_to(request, "demo_message", number=message.number, weergave=view, q=q, bladzijde=page),
        )
        for view in wanted
    ]


def _staff(db: Session) -> list[dict[str, str]]:
    rows = db.exec(
        select(User.name, User.email, Grant.role, Region.name)
        .join(Grant, col(Grant.user_id) == User.id)
        .outerjoin(Region, col(Region.id) == Grant.region_id)
        .where(User.is_active)
        .order_by(col(User.created_at), col(User.name))
    ).all()
    return [
        {"name": name, "email": email, "role": _(ROLES[Role(role)]), "region": region or _("all regions")}
        for name, email, role, region in rows
    ]


def _message(request: Request, number: str) -> Message:
    found = _mailbox(request).one(int(number)) if number.isdecimal() else None
    if found is None:
        raise NotFound
    return found


def _mailbox(request: Request) -> Mailbox:
    mailbox: Mailbox = request.app.state.mailbox
    return mailbox
