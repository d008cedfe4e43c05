"""A letter to ourselves, and waiting for it in the mailbox: the only proof that mail goes out and comes in."""

import contextlib
import re
import smtplib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime

from bsoo import clock
from bsoo.errors import DomainError
from bsoo.i18n import gettext as _
from bsoo.mail import imap, signing
from bsoo.mail.checkup import server
from bsoo.mail.checkup.findings import Finding, Grade, short
from bsoo.mail.checkup.lines import said
from bsoo.mail.checkup.published import Signature
from bsoo.mail.checkup.words import grade_of
from bsoo.mail.mailbox import CHECK_HEADER, Mailbox, check_mark
from bsoo.mail.message import return_path
from bsoo.settings import Settings

PATIENCE = 90.0
"""Seconds; a mail that needs longer is held up somewhere."""
PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class Trip:
    """One letter on its way: to the mailbox itself, or to where undeliverable mail returns."""

    check: str
    to: str
    message_id: str
    sent_at: datetime


@dataclass(slots=True)
class Result:
    """What came of it, and which key signed."""

    findings: list[Finding]
    signature: Signature | None = None


def blocked(sending: Sequence[Finding], reading: Finding) -> Finding | None:
    """Why it makes no sense to send: to wait once more for a server that does not answer shows nothing new."""
    if not server.lets_us_in(sending):
        return Finding("roundtrip.no-server")
    return Finding("roundtrip.no-mailbox") if grade_of(reading) is Grade.WRONG else None


def travel(settings: Settings, *, patience: float = PATIENCE, pause: float = PAUSE) -> Result:
    """Send and wait. Says why not when there is nothing to wait at."""
    if not settings.imap_url:
        return Result([Finding("roundtrip.no-mailbox")])
    try:
        trips = _sent(settings)
    except server.Refusal as refusal:
        return Result([Finding("roundtrip.not-sent", {"words": refusal.finding.facts.get("words", "")})])
    except (smtplib.SMTPException, OSError) as mistake:
        return Result([Finding("roundtrip.not-sent", {"words": said(mistake)})])
    try:
        return _awaited(settings, trips, patience, pause)
    except (DomainError, *imap.TROUBLE) as mistake:
        return Result([Finding("roundtrip.unreadable", {"words": short(str(mistake))})])


def _sent(settings: Settings) -> list[Trip]:
    """One letter to the sender, and one to where undeliverable mail returns if that is somewhere else."""
    destinations = {"roundtrip": settings.mail_from}
    if settings.mail_bounces:
        destinations["returns"] = return_path(settings.mail_bounces, settings.mail_from, clock.new_id().hex)
    trips, own = [], signing.usable(settings)
    with contextlib.closing(server.opened(settings, [])) as line:
        for check, to in destinations.items():
            trip = Trip(check, to, f"<{clock.new_id().hex}@{settings.host}>", clock.now())
            raw = _letter(settings, trip).as_bytes(policy=policy.SMTP)
            line.sendmail(settings.mail_from, [to], own.sign(raw) if own else raw)
            trips.append(trip)
    return trips


def _letter(settings: Settings, trip: Trip) -> EmailMessage:
    letter = EmailMessage(policy=policy.SMTP)
    letter["From"], letter["To"], letter["Message-ID"] = settings.mail_from, trip.to, trip.message_id
    letter["Subject"] = _("Check of e-mail by BSOO")
    letter["Date"] = format_datetime(trip.sent_at)
    letter["Auto-Submitted"], letter[CHECK_HEADER] = "auto-generated", check_mark(trip.message_id)
    letter.set_content(_("BSOO sent this to itself to see whether mail goes out and comes in. You need do nothing."))
    return letter


def _awaited(settings: Settings, trips: list[Trip], patience: float, pause: float) -> Result:
    result, left, until = Result([]), list(trips), time.monotonic() + patience
    with Mailbox(settings) as mailbox:
        while left:
            for trip in list(left):
                found = mailbox.find(trip.message_id)
                if found is not None:
                    left.remove(trip)
                    result.findings += _arrived(result, trip, found.raw, settings)
                    mailbox.put_away(found)
            if not left or time.monotonic() > until:
                break
            time.sleep(pause)
    waited = f"{patience:.0f}"
    result.findings += [Finding(f"{trip.check}.lost", {"address": trip.to, "seconds": waited}) for trip in left]
    return result


def _arrived(result: Result, trip: Trip, raw: bytes, settings: Settings) -> Iterator[Finding]:
    seconds = max((clock.now() - trip.sent_at).total_seconds(), 0)
    yield Finding(f"{trip.check}.ok", {"address": trip.to, "seconds": f"{seconds:.1f}"})
    if trip.check == "roundtrip":
        message = message_from_bytes(raw)
        result.signature = _signature([str(one) for one in message.get_all("DKIM-Signature", [])])
        yield _judged([str(one) for one in message.get_all("Authentication-Results", [])], settings.mail_authserv)


def _signature(headers: list[str]) -> Signature | None:
    for header in headers:
        tags = dict(re.findall(r"(?:^|;)\s*([ds])=([^;\s]+)", header))
        if {"d", "s"} <= tags.keys():
            return Signature(tags["d"].lower(), tags["s"].lower())
    return None


def _judged(headers: list[str], believed: str) -> Finding:
    """What the receiving server says of us (RFC 8601); the topmost header is its own."""
    own = [one for one in headers if not believed or one.split(";")[0].split()[:1] == [believed]]
    said = dict(re.findall(r"\b(spf|dkim|dmarc)=(\w+)", own[0].lower())) if own else {}
    if not said:
        return Finding("judged.silent")
    facts = {"words": ", ".join(f"{name}={said[name]}" for name in ("spf", "dkim", "dmarc") if name in said)}
    is_well = said.get("dmarc", "pass") in {"pass", "bestguesspass"} and "pass" in {said.get("spf"), said.get("dkim")}
    return Finding("judged.ok" if is_well else "judged.failed", facts)
