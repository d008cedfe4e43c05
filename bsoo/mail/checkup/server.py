"""The mail server: does it answer, is the line secret, does it know us, and may we send as each of our senders."""

import base64
import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from bsoo import clock
from bsoo.mail import tokens
from bsoo.mail.checkup.findings import Finding, Grade, short
from bsoo.mail.checkup.lines import cause, said
from bsoo.mail.checkup.words import grade_of
from bsoo.mail.smtp import PORTS
from bsoo.settings import Settings

SECONDS = 10
RENEWED_BEFORE = timedelta(days=14)
DONE, GO_ON = 250, 334
ABOUT_SENDER = re.compile(r"[45]\.(7\.\d+|1\.[78])\b")
"""What may be said to RCPT and is about who sends (RFC 3463, 3.2 and 3.8)."""


class Refusal(Exception):
    """It goes no further; says which verdict that is."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.verdict)
        self.finding = finding


def look(settings: Settings, senders: Sequence[str]) -> Iterator[Finding]:
    """Connection, encryption, login and senders, as far as it goes."""
    found: list[Finding] = []
    try:
        with opened(settings, found) as server:
            found += [_sender(server, address) for address in senders]
            with suppress(smtplib.SMTPException, OSError):
                server.rset()
    except Refusal as refusal:
        found.append(refusal.finding)
    except (smtplib.SMTPException, OSError) as mistake:
        found.append(Finding("connection.broken", {**_where(settings), "words": said(mistake)}))
    yield from found


def lets_us_in(found: Sequence[Finding]) -> bool:
    """Whether it can be reached, is trusted and knows us, whatever else there is to say."""
    return not any(grade_of(one) is Grade.WRONG and one.check in {"connection", "tls", "login"} for one in found)


def opened(settings: Settings, found: list[Finding]) -> smtplib.SMTP:
    """A line that is connected, secured and logged in; what was seen on the way is added."""
    where = _where(settings)
    address = urlsplit(settings.smtp_url)
    trusted = ssl.create_default_context()
    try:
        server = _connected(settings, trusted)
    except OSError as mistake:
        raise Refusal(_no_line(mistake, where)) from mistake
    found.append(Finding("connection.ok", where))
    try:
        if address.scheme == "smtp+starttls":
            server.starttls(context=trusted)
            server.ehlo()
        found.append(_encryption(server, where))
        _log_in(server, settings, found)
    except ssl.SSLError as mistake:
        server.close()
        raise Refusal(_no_line(mistake, where)) from mistake
    except smtplib.SMTPNotSupportedError as mistake:
        server.close()
        raise Refusal(Finding("tls.not-offered", where)) from mistake
    except Refusal:
        server.close()
        raise
    return server


def _no_line(mistake: OSError, where: dict[str, str]) -> Finding:
    check = "tls" if isinstance(mistake, ssl.SSLError) else "connection"
    return Finding(f"{check}.{cause(mistake)}", {**where, "words": said(mistake)})


def _connected(settings: Settings, trusted: ssl.SSLContext) -> smtplib.SMTP:
    address = urlsplit(settings.smtp_url)
    host, port = address.hostname or "", address.port or PORTS[address.scheme]
    if address.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, settings.host, timeout=SECONDS, context=trusted)
    else:
        server = smtplib.SMTP(host, port, settings.host, timeout=SECONDS)
    server.ehlo_or_helo_if_needed()
    return server


def _encryption(server: smtplib.SMTP, where: dict[str, str]) -> Finding:
    if not isinstance(server.sock, ssl.SSLSocket):
        return Finding("tls.here" if _is_here(where["host"]) else "tls.none", where)
    certificate = server.sock.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    facts = {**where, "version": server.sock.version() or "", "day": f"{ends.astimezone(clock.ZONE):%d-%m-%Y}"}
    return Finding("tls.soon" if ends - clock.now() < RENEWED_BEFORE else "tls.ok", facts)


def _log_in(server: smtplib.SMTP, settings: Settings, found: list[Finding]) -> None:
    address = urlsplit(settings.smtp_url)
    user, password = unquote(address.username or ""), unquote(address.password or "")
    facts = {**_where(settings), "user": user}
    if not user:
        found.append(Finding("login.none", facts))
        return
    if not server.has_extn("auth"):
        raise Refusal(Finding("login.not-offered", facts))
    try:
        if password:
            _log_in_by_password(server, user, password)
        else:
            _log_in_by_token(server, settings, user)
    except tokens.NoToken as mistake:
        raise Refusal(Finding("login.no-token", {**facts, "words": short(mistake.words)})) from mistake
    except smtplib.SMTPException as mistake:
        what = "refused" if password else "token-refused"
        raise Refusal(Finding(f"login.{what}", {**facts, "words": said(mistake)})) from mistake
    is_open = not isinstance(server.sock, ssl.SSLSocket) and not _is_here(facts["host"])
    found.append(Finding("login.open" if is_open else "login.ok", facts))


def _log_in_by_password(server: smtplib.SMTP, user: str, password: str) -> None:
    if (user + password).isascii():
        server.login(user, password)
    else:  # the library knows ASCII only
        _authenticate(server, "PLAIN", f"\0{user}\0{password}".encode())


def _log_in_by_token(server: smtplib.SMTP, settings: Settings, user: str) -> None:
    _authenticate(server, "XOAUTH2", tokens.xoauth2(user, tokens.access_token(settings)))


def _authenticate(server: smtplib.SMTP, mechanism: str, secret: bytes) -> None:
    code, words = server.docmd("AUTH", f"{mechanism} {base64.b64encode(secret).decode()}")
    if code == GO_ON:  # why a token is refused comes in code; an empty line asks for it in words
        code, words = server.docmd("")
    if code // 100 != DONE // 100:
        raise smtplib.SMTPAuthenticationError(code, words)


def _sender(server: smtplib.SMTP, address: str) -> Finding:
    """Whether a letter from this mailbox, to itself, would be taken; none is sent."""
    for command, reply in (("sender", server.mail(address)), ("recipient", server.rcpt(address))):
        code, words = reply
        if code // 100 != DONE // 100:
            reason = short(words.decode("utf-8", "replace"))
            server.rset()
            whose = "sender" if ABOUT_SENDER.match(reason) else command
            return Finding(f"{whose}.refused", {"address": address, "words": f"{code} {reason}"})
    server.rset()
    return Finding("sender.ok", {"address": address})


def _where(settings: Settings) -> dict[str, str]:
    address = urlsplit(settings.smtp_url)
    return {"host": address.hostname or "", "port": str(address.port or PORTS[address.scheme])}


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
