"""Looks at an installation as a doctor would: each finding says whether it is well, and if not what to do."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bsoo import clock, i18n, installation
from bsoo.access.actor import SYSTEM
from bsoo.db import Database
from bsoo.mail import restored
from bsoo.mail.checkup import round_trip, runs, senders
from bsoo.mail.checkup.findings import Finding as Found
from bsoo.mail.checkup.findings import Grade
from bsoo.mail.checkup.names import Names
from bsoo.mail.checkup.words import advice, grade_of, seen
from bsoo.mail.models import HeldBecause
from bsoo.mail.signing import NoKey, signer
from bsoo.privacy import sealing
from bsoo.registry import reachability
from bsoo.settings import Settings

LEAST_FREE = 500 * 1024 * 1024
SECONDS = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, whether all is well, and what was seen or what to do."""

    name: str
    ok: bool
    text: str


def examine(
    settings: Settings, database: Database, *, names: Names | None = None, with_letter: bool = False
) -> list[Finding]:
    """Everything; `with_letter` sends one to ourselves and waits for it."""
    return [
        _settings(settings),
        _database(settings, database),
        _migrations(database),
        *_mail(settings, database, names or Names(), with_letter=with_letter),
        _signing(settings),
        _held(settings, database),
        _logbook(settings, database),
        _clock(database),
        _disk(settings),
    ]


def _settings(settings: Settings) -> Finding:
    if not settings.is_https and settings.host not in {"localhost", "127.0.0.1"}:
        return Finding("settings", False, "BSOO_BASE_URL is http://; use https:// so that personal links stay secret.")
    if settings.mail_from.endswith(".example"):
        return Finding("settings", False, "BSOO_MAIL_FROM is not set: letters need the address of a role mailbox.")
    return Finding("settings", True, f"Runs as {settings.base_url}, writes as {settings.mail_from}.")


def _database(settings: Settings, database: Database) -> Finding:
    if _is_missing(settings, database):
        file = settings.database.removeprefix("sqlite:///")
        return Finding("database", False, f"There is none yet; `python3 -m bsoo serve` makes {file}.")
    try:
        with database.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as mistake:
        return Finding(
            "database", False, f"It does not answer: {str(mistake).splitlines()[0]} Check BSOO_DATABASE_URL."
        )
    return Finding("database", True, f"{database.engine.dialect.name} answers.")


def _is_missing(settings: Settings, database: Database) -> bool:
    """To open a file of SQLite that is not there would make one."""
    return database.is_sqlite and not Path(settings.database.removeprefix("sqlite:///")).exists()


def _migrations(database: Database) -> Finding:
    try:
        current = installation.is_current(database)
    except SQLAlchemyError:
        return Finding("migrations", False, "Not known while the database does not answer.")
    if not current:
        return Finding(
            "migrations", False, "The tables are old. Make a backup and run `python3 -m bsoo serve --migrate`."
        )
    return Finding("migrations", True, "The tables are up to date.")


def _mail(settings: Settings, database: Database, names: Names, *, with_letter: bool) -> Iterator[Finding]:
    """As on the page "E-mail". What could be better is no fault, and neither is what is not known from here."""
    patience = round_trip.PATIENCE if with_letter else None
    addresses = _senders(settings, database)
    personal = _personal(settings, database, addresses)
    for findings in runs.steps(settings, addresses, names, personal, patience=patience):
        yield from (_in_words(one) for one in findings)


def _in_words(found: Found) -> Finding:
    """In English, as all that the command line says."""
    record = f"{found.record.name} {found.record.kind} {found.record.value}" if found.record else ""
    with i18n.speaking("en"):
        text = " ".join(filter(None, (seen(found), advice(found), record)))
    return Finding(f"mail {found.check}", grade_of(found) is not Grade.WRONG, text)


def _senders(settings: Settings, database: Database) -> list[str]:
    if _is_missing(settings, database):
        return [settings.mail_from]
    try:
        with database.reading() as db:
            return senders.senders_of(db, settings)
    except SQLAlchemyError:
        return [settings.mail_from]


def _personal(settings: Settings, database: Database, addresses: Sequence[str]) -> set[str]:
    if _is_missing(settings, database):
        return set()
    try:
        with database.reading() as db:
            return reachability.of_people(db, SYSTEM, addresses)
    except SQLAlchemyError:
        return set()


def _held(settings: Settings, database: Database) -> Finding:
    if _is_missing(settings, database):
        return Finding("held mail", True, "Nothing waits yet.")
    try:
        with database.reading() as db:
            found = restored.held(db, settings)
    except SQLAlchemyError:
        return Finding("held mail", False, "Not known while the database does not answer.")
    if found is None:
        return Finding("held mail", True, "No mail waits because a copy of the database was put back.")
    why = "A copy of the database was put back" if found.because is HeldBecause.PUT_BACK else "This was another site's"
    letters = f"{found.letters} letters that wait may have gone before"
    asks = "Look, then run `python3 -m bsoo held-mail --send` or `--keep`."
    return Finding("held mail", False, f"{why}: {letters}. {asks}")


def _logbook(settings: Settings, database: Database) -> Finding:
    if _is_missing(settings, database):
        return Finding("logbook", True, "Nothing was written yet.")
    try:
        with database.reading() as db:
            found = sealing.examine(db, SYSTEM)
    except SQLAlchemyError:
        return Finding("logbook", False, "Not known while the database does not answer.")
    if found.broken:
        first = found.broken[0]
        lines = f"Line {first.number} ({first.entry_id}) is {first.how}; {len(found.broken)} in all."
        return Finding("logbook", False, f"{lines} Somebody changed the logbook. Compare it with a backup.")
    if found.unaccounted:
        gone = f"{found.unaccounted} lines went without a word in the logbook."
        return Finding("logbook", False, f"{gone} Compare it with a backup.")
    if not found.sealed:
        return Finding("logbook", True, "Nothing was written yet.")
    return Finding("logbook", True, f"{found.sealed} lines are whole; the last seal is {found.last[:16]}.")


def _signing(settings: Settings) -> Finding:
    try:
        key = signer(settings)
    except NoKey as error:
        return Finding("signing", False, f"Letters wait, for they cannot be signed: {error}. See BSOO_DKIM_KEY.")
    if key is None:
        return Finding("signing", True, "Letters are signed by the mail server, or not at all: BSOO_DKIM_KEY is empty.")
    return Finding("signing", True, f"Letters are signed; the public key must be at {key.published_at}.")


def _clock(database: Database) -> Finding:
    if database.is_sqlite:
        return Finding("clock", True, f"It is {clock.now().astimezone(clock.ZONE):%d-%m-%Y %H:%M} in the regions.")
    try:
        with database.engine.connect() as connection:
            theirs = connection.execute(text("SELECT now()")).scalar_one()
    except SQLAlchemyError:
        return Finding("clock", False, "Not known while the database does not answer.")
    apart = abs((theirs - clock.now()).total_seconds())
    if apart > SECONDS:
        return Finding("clock", False, f"This clock and the database's are {apart:.0f} seconds apart. Turn on NTP.")
    return Finding("clock", True, "This clock and the database's agree.")


def _disk(settings: Settings) -> Finding:
    whole = settings.data.absolute()
    folder = next(folder for folder in (whole, *whole.parents) if folder.exists())
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        return Finding("disk", False, f"Only {free // 1024**2} MB free beside {folder}. Make room.")
    return Finding("disk", True, f"{free // 1024**2} MB free.")
