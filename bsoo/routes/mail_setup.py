"""For administrators: whether mail works from here, what was seen, and what to change."""

from urllib.parse import SplitResult, unquote, urlsplit

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.mail import mailbox, setbacks, smtp
from bsoo.mail.checkup import published, runs
from bsoo.mail.checkup.findings import Grade
from bsoo.mail.checkup.runs import STEPS, MailCheck
from bsoo.mail.checkup.words import CHECKS, advice, grade_of, seen
from bsoo.mail.pace import Limits, sender_of
from bsoo.mail.signing import Signer, usable
from bsoo.routes.edge import ReadDB, Staff, WriteDB, done, path_to, render, settings
from bsoo.settings import Settings

router = APIRouter()

PORTS = smtp.PORTS | mailbox.PORTS

GRADES = {
    Grade.WRONG: ("x", "neg"),
    Grade.CARE: ("triangle-alert", "warn"),
    Grade.UNKNOWN: ("circle-question-mark", ""),
    Grade.WELL: ("check", "pos"),
}
"""Icon and tone of each grade, the worst first."""

KEY_FILE = "/etc/bsoo/dkim.pem"
"""Where a key that letters are signed with could be, for the example."""


@router.get("/beheer/mail")
def mail_setup(request: Request, db: ReadDB, actor: Staff) -> Response:
    require(actor, Permission.ADMINISTER)
    return _page(request, db, actor)


@router.post("/beheer/mail")
def mail_setup_check(request: Request, db: WriteDB, actor: Staff) -> Response:
    """Ask for a look; the timetable does it within seconds."""
    require(actor, Permission.ADMINISTER)
    runs.ask(db, actor.id)
    return done(request, path_to(request, "mail_setup"))


def _page(request: Request, db: Session, actor: Actor) -> Response:
    run = runs.newest(db)
    lines = _lines(run) if run is not None else []
    return render(
        request,
        "access/mail_setup.html",
        actor=actor,
        section="",
        run=run,
        steps=STEPS,
        checks=CHECKS,
        to_do=[line for grade in (Grade.WRONG, Grade.CARE) for line in lines if line["grade"] is grade],
        rest=[line for line in lines if line["grade"] in {Grade.WELL, Grade.UNKNOWN}],
        configured=[*_configured(settings(request)), (_("Speed"), _speed(db, settings(request)))],
        signing=_signing(settings(request)),
        make_key=f"(umask 077; openssl genrsa -out {KEY_FILE} 2048)",
        name_key=f"BSOO_DKIM_KEY={KEY_FILE} BSOO_DKIM_SELECTOR=bsoo1 "
        f"BSOO_DKIM_DOMAIN={settings(request).mail_from.rpartition('@')[2]}",
        headline=_headline([line["grade"] for line in lines]),
    )


def _configured(given: Settings) -> list[tuple[str, str]]:
    """What is set now, without passwords."""
    sending, reading = urlsplit(given.smtp_url), urlsplit(given.imap_url)
    nothing = _("nothing set")
    return [
        (_("Mail server"), _place(sending)),
        (_("Logged in as"), unquote(sending.username or "") or _("nobody")),
        (_("Sender"), given.mail_from),
        (_("Undeliverable mail to"), given.mail_bounces or _("the sender")),
        (_("Mailbox that is read"), _place(reading) if reading.hostname else nothing),
    ]


def _place(server: SplitResult) -> str:
    return f"{server.scheme}://{server.hostname}:{server.port or PORTS[server.scheme]}"


def _speed(db: Session, given: Settings) -> str:
    """How many letters a minute may go at this moment."""
    slowly = setbacks.slowly(db, sender_of(given.smtp_url), clock.now())
    limits = setbacks.allowed(Limits(given.mail_per_minute), slowly)
    if not limits.per_minute:
        return _("as fast as the mail server takes it")
    said = ngettext("%(num)s letter a minute", "%(num)s letters a minute", limits.per_minute)
    if limits.per_minute == given.mail_per_minute:
        return said
    return _("%(speed)s: the mail server asked us to go slower. It goes faster again by itself.", speed=said)


def _signing(given: Settings) -> tuple[Signer | None, str]:
    """The key that letters are signed with here, or why it cannot be used; neither when the mail server signs."""
    return usable(given), next((seen(one) for one in published.key(given)), "")


def _lines(run: MailCheck) -> list[dict[str, object]]:
    """What the page shows of each finding, in the language in force."""
    return [
        {
            "place": place,
            "check": finding.check,
            "grade": grade_of(finding),
            "look": GRADES[grade_of(finding)],
            "seen": seen(finding),
            "advice": advice(finding),
            "record": finding.record,
        }
        for place, finding in enumerate(run.found())
    ]


def _headline(grades: list[object]) -> tuple[str, str, str]:
    """Tone, sentence and icon over everything."""
    if Grade.WRONG in grades:
        return "neg", _("Something is wrong with mail"), "x"
    if Grade.CARE in grades:
        return "warn", _("Mail works, with something to improve"), "triangle-alert"
    return "pos", _("Mail works"), "check"
