"""Brings in what is in the mailbox: each mail in a transaction of its own, and moved away only after that."""

import logging
from datetime import timedelta

from bsoo import clock
from bsoo.access.actor import SYSTEM
from bsoo.db import Database
from bsoo.errors import DomainError
from bsoo.mail import arrivals, imap
from bsoo.mail.mailbox import Found, Mailbox
from bsoo.mail.models import Incoming
from bsoo.mail.returning.kinds import Kind, Mail
from bsoo.mail.returning.sorting import sort
from bsoo.meetings.receiving import receive
from bsoo.settings import Settings

log = logging.getLogger(__name__)

STILL_AT_IT = timedelta(minutes=10)
"""So long whoever took a mail in may need to move it; after that they are gone, and the next reader does."""


def fetch(database: Database, settings: Settings) -> int:
    """Read the mailbox, when there is one; says how many mails were new. Safe to run twice at once."""
    if not settings.imap_url:
        return 0
    try:
        with Mailbox(settings) as mailbox:
            return sum(_bring_in(database, settings, mailbox, mail) for mail in mailbox.found())
    except (DomainError, *imap.TROUBLE) as mistake:
        log.warning("%s", str(mistake) or type(mistake).__name__)
        return 0


def sorted_by(settings: Settings, raw: bytes) -> Mail:
    """What one message is, wherever it comes from; before the database is asked anything."""
    return sort(raw, clock.today(), believed=settings.mail_authserv)


def _bring_in(database: Database, settings: Settings, mailbox: Mailbox, mail: Found) -> int:
    """A mail that cannot be taken in stays for a next time, after those that can."""
    try:
        found = sorted_by(settings, mail.raw)
        with database.transaction() as db:
            is_new = bool(receive(db, SYSTEM, mail.raw, found, house=settings.mail_from))
            rows = arrivals.rows_of(db, mail.raw)
            is_recognised, taken_at = any(_is_recognised(row) for row in rows), rows[0].received_at
    except Exception:
        log.exception("a mail in the mailbox could not be taken in")
        mailbox.set_back(mail)
        return 0
    if not is_new and clock.now() - taken_at < STILL_AT_IT:
        return 0
    if is_recognised:
        mailbox.put_away(mail)
    else:
        mailbox.leave(mail)
    return is_new


def _is_recognised(row: Incoming) -> bool:
    """Whether it is ours to move: a mail of a stranger stays where the people who read the mailbox look."""
    return row.kind is not Kind.REPLY or row.contact_id is not None or row.letter_id is not None
