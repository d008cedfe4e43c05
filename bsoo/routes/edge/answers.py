"""What an answer carries besides its page: where to go next, the message of what was done, headers."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from bsoo.routes.edge.sessions import settings
from bsoo.templating import TOAST_COOKIE, Toast

PRIVATE = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Headers of pages behind a personal link."""


def done(request: Request, url: str, toast: str = "", undo: str = "") -> Response:
    """The answer after a change: 303 to a page, which htmx follows and of which it takes the block it wants."""
    answer = RedirectResponse(url, status_code=303)
    if toast:
        secure = settings(request).is_https
        value = f"{toast}\n{undo}".encode().hex()
        answer.set_cookie(TOAST_COOKIE, value, max_age=30, httponly=True, samesite="lax", secure=secure)
    return answer


def read_toast(cookies: Mapping[str, str]) -> Toast | None:
    """The message that the change before this page left."""
    try:
        text, _sep, undo = bytes.fromhex(cookies.get(TOAST_COOKIE, "")).decode().partition("\n")
    except ValueError:
        return None
    return Toast(text[:300], safe_path(undo)) if text else None


def safe_path(text: str) -> str:
    """A path of this site, or nothing: never an address of another host."""
    return text if re.fullmatch(r"/(?!/)[\w\-./?=&%+]*", text) else ""


def came_from(request: Request) -> str:
    """The path of the page on which a form stood, when it was one of ours."""
    page = urlsplit(request.headers.get("referer", ""))
    return safe_path(page.path + (f"?{page.query}" if page.query else "")) if page.netloc == request.url.netloc else ""
