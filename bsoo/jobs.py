"""The timetable: which job, when and why. APScheduler is only the tick; the claim in the database decides.

Every job is safe to run twice at once and can be run by hand: `python3 -m bsoo run NAME`.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import IntegrityError

from bsoo import clock
from bsoo.access import mail_trouble
from bsoo.access.actor import SYSTEM
from bsoo.db import Database
from bsoo.mail import bulk, postman
from bsoo.mail.checkup import runs as checkup
from bsoo.meetings import fetching, mailings, refusals, reminding
from bsoo.privacy import leavers, retention, sealing
from bsoo.registry import reachability
from bsoo.registry.finding import searching
from bsoo.registry.imports import kept
from bsoo.registry.keeping import asking
from bsoo.settings import Settings
from bsoo.signals import overdue

Work = Callable[[Database, Settings], int]


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable. `work` says how many things it did."""

    name: str
    when: str
    why: str
    work: Work
    seconds: int = 0
    """Every so many seconds; 0 means daily at `hour`."""
    hour: int = 0


def _deliver(database: Database, settings: Settings) -> int:
    with database.reading() as db:
        is_time = bulk.is_due(db, clock.now())
    if is_time:
        with database.transaction() as db:
            mailings.start_due(db, SYSTEM)
    delivered = postman.deliver_due(database, settings)
    if delivered.refused:  # before anybody tries such an address again
        with database.transaction() as db:
            refusals.judge_refused(db, SYSTEM)
    return delivered.accepted


def _fetch(database: Database, settings: Settings) -> int:
    with database.transaction() as db:
        refused = refusals.judge_refused(db, SYSTEM)
        reachability.reopen_due(db, SYSTEM)
    fetched = fetching.fetch(database, settings)
    with database.transaction() as db:
        mail_trouble.tell(db, SYSTEM)
    return refused + fetched


def _check_mail(database: Database, settings: Settings) -> int:
    return checkup.run_due(database, settings, lambda db, addresses: reachability.of_people(db, SYSTEM, addresses))


def _remind(database: Database, settings: Settings) -> int:
    with database.transaction() as db:
        return reminding.remind_silent_due(db, SYSTEM)


def _ask_details(database: Database, settings: Settings) -> int:
    with database.transaction() as db:
        return asking.ask_due(db, SYSTEM)


def _warn_overdue(database: Database, settings: Settings) -> int:
    with database.transaction() as db:
        return overdue.warn(db, SYSTEM)


def _forget(database: Database, settings: Settings) -> int:
    with database.transaction() as db:
        forgotten = retention.run(db, SYSTEM) + leavers.run(db, SYSTEM)
    kept.forget_all(settings.data)
    database.empty_log()
    return forgotten


def _search_texts(database: Database, settings: Settings) -> int:
    with database.transaction() as db:
        return searching.refresh_all(db, SYSTEM)


def _seal(database: Database, settings: Settings) -> int:
    try:
        with database.transaction() as db:
            return sealing.seal(db, SYSTEM)
    except IntegrityError:  # another process sealed them at this moment
        return 0


JOBS = (
    Job("deliver-letters", "every 5 seconds", "sends what is due in the outbox", _deliver, seconds=5),
    Job("check-mail", "every 5 seconds", "tries the mail set-up when an administrator asks", _check_mail, seconds=5),
    Job("fetch-mail", "every 2 minutes", "reads what came back", _fetch, seconds=120),
    Job(
        "remind-silent",
        "daily at 9:00",
        "reminds those who did not answer",
        _remind,
        hour=9,
    ),
    Job(
        "ask-details",
        "daily at 10:00",
        "asks once a year whether details are right, where that is switched on, and reminds once",
        _ask_details,
        hour=10,
    ),
    Job(
        "warn-overdue",
        "daily at 8:00",
        "tells coordinators which signals wait too long",
        _warn_overdue,
        hour=8,
    ),
    Job("search-texts", "daily at 4:00", "makes the words again that contacts are found by", _search_texts, hour=4),
    Job("seal-logbook", "every 10 minutes", "ties new lines of the logbook to those before", _seal, seconds=600),
    Job("retention", "daily at 3:00", "forgets what has been kept long enough", _forget, hour=3),
)


def job(name: str) -> Job | None:
    return next((one for one in JOBS if one.name == name), None)


@contextmanager
def running(database: Database, settings: Settings) -> Iterator[None]:
    """Let the clock tick while the block runs; several processes may tick at once."""
    if not settings.jobs:
        yield
        return
    # That a job still runs when its next turn comes is as it should be, not a warning.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone=clock.ZONE)
    for one in JOBS:
        trigger = (
            IntervalTrigger(seconds=one.seconds) if one.seconds else CronTrigger(hour=one.hour, timezone=clock.ZONE)
        )
        scheduler.add_job(
            one.work,
            trigger,
            args=(database, settings),
            id=one.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=3600,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)
