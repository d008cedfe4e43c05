"""Our own mailboxes: what letters come from, what calendars answer to, and what is read."""

from collections.abc import Collection, Iterator, Sequence
from urllib.parse import SplitResult, unquote, urlsplit

from email_validator import EmailNotValidError, validate_email
from sqlmodel import Session, select

from bsoo.mail.checkup.findings import Finding, short
from bsoo.mail.checkup.lines import cause, said
from bsoo.mail.mailbox import PORTS, Mailbox, Step, Unreadable
from bsoo.mail.tokens import NoToken
from bsoo.regions import Region
from bsoo.settings import Settings


def senders_of(db: Session, settings: Settings) -> list[str]:
    """The addresses that letters come from, each once: that of the installation first."""
    regions = db.exec(select(Region.mail_address).where(Region.mail_address != "").order_by(Region.name)).all()
    return list(dict.fromkeys([settings.mail_from, *regions]))


def domains_of(senders: Sequence[str], settings: Settings) -> list[str]:
    """The domains that must vouch for our mail: those of senders, and where undeliverable mail returns to."""
    addresses = [*senders, settings.mail_bounces]
    return list(dict.fromkeys(one.rpartition("@")[2].lower() for one in addresses if "@" in one))


def look(senders: Sequence[str], personal: Collection[str] = ()) -> Iterator[Finding]:
    """From and ORGANIZER are the same bare address, or Gmail and Outlook show an invitation as a mere file.

    They are a role mailbox: to a person with that address Outlook offers no answer. `personal` belong to people.
    """
    for address in senders:
        try:
            validate_email(address, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            yield Finding("organizer.not-bare", {"address": short(address)})
        else:
            what = "personal" if address.lower() in personal else "ok"
            yield Finding(f"organizer.{what}", {"address": address})


def look_into_mailbox(settings: Settings) -> Finding:
    """Whether answers and bounces can be read."""
    if not settings.imap_url:
        return Finding("mailbox.piped" if settings.mail_piped else "mailbox.none")
    address = urlsplit(settings.imap_url)
    user, port = unquote(address.username or ""), address.port or PORTS[address.scheme]
    facts = {"host": address.hostname or "", "port": str(port), "user": user, "folder": settings.imap_handled}
    try:
        with Mailbox(settings):
            return Finding("mailbox.ok", facts)
    except NoToken as mistake:
        return Finding("mailbox.no-token", {**facts, "words": short(mistake.words)})
    except Unreadable as mistake:
        reason = mistake.__cause__
        assert isinstance(reason, Exception)
        return Finding(f"mailbox.{_why_not(mistake.step, reason, address)}", {**facts, "words": said(reason)})


def _why_not(step: Step, reason: Exception, address: SplitResult) -> str:
    if step is Step.LINE or isinstance(reason, OSError):
        return cause(reason)
    if step is Step.FOLDER:
        return "no-folder"
    return "refused" if address.password else "token-refused"
