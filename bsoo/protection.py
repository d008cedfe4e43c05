"""Security headers on every answer, and the guard against forged requests, as one ASGI middleware.

Forged requests are told by Fetch Metadata (Sec-Fetch-Site), else by Origin; OWASP's cheat sheet lists this as a full
alternative to tokens. A form on a page with `Referrer-Policy: no-referrer` may send `Origin: null` from its own site;
Sec-Fetch-Site still says same-origin then.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}

SAFE = {"GET", "HEAD", "OPTIONS"}
LARGEST_BODY = 12 * 1024 * 1024
MACHINES = ("/u/afmelden/",)
"""Addresses that mail programs post to without a browser (RFC 8058 one-click)."""


class Protection:
    """Adds the headers that a route did not set itself and refuses cross-site changes and huge bodies."""

    def __init__(self, app: ASGIApp, host: str, session_cookie: str) -> None:
        self.app = app
        self.host = host
        self.session_cookie = session_cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
                else:
                    # On a shared computer, what staff saw must not lie in the browser after they signed out.
                    signed_in = self.session_cookie in cookie_parser(Headers(scope=scope).get("cookie", ""))
                    headers.setdefault("Cache-Control", "no-store" if signed_in else "no-cache, private")
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            status, words = refusal
            await PlainTextResponse(words, status_code=status)(scope, receive, send_protected)
            return
        # The routes know GET only; the server itself leaves out the body of an answer to HEAD.
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        # A NUL in an address names nothing, and PostgreSQL fails when it is asked to look for it.
        path, query = scope["path"].replace("\x00", "\ufffd"), scope["query_string"].replace(b"%00", b"%EF%BF%BD")
        await self.app({**scope, "method": method, "path": path, "query_string": query}, receive, send_protected)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the words for a request that is not let in; None for all others."""
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return 413, "Dit is te groot om te ontvangen (meer dan 10 MB). / This is too large (over 10 MB)."
        if "transfer-encoding" in headers and "content-length" not in headers:
            return 411, "Zeg eerst hoe groot het is (Content-Length). / Say how large it is (Content-Length)."
        if scope["method"] in SAFE or scope["path"].startswith(MACHINES) or self._is_own(headers):
            return None
        return 403, "Dit verzoek kwam van een andere site en is niet uitgevoerd. / This request came from another site."

    def _is_own(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = urlsplit(headers.get("origin", "")).netloc
        return bool(origin) and origin in {headers.get("host", ""), self.host}
