"""How long we keep what, said once: the rules, what the next run removes, and the run itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, func, or_, select, tuple_, update
from sqlmodel import Session

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.i18n import N_
from bsoo.mail.models import LetterState
from bsoo.mail.outbox import WAITING
from bsoo.privacy import periods, sealing
from bsoo.privacy.network_map import given_up
from bsoo.privacy.places import Blank
from bsoo.privacy.reaching import table_of
from bsoo.quarters import Quarter
from bsoo.registry.doubles.merging import UNDO_WITHIN as MERGES_KEPT
from bsoo.registry.finding.many import UNDO_WITHIN as MANY_KEPT
from bsoo.registry.imports.undoing import UNDO_WITHIN as IMPORTS_KEPT
from bsoo.signals.models import State

ONE_DAY = timedelta(days=1)
NO_PERIOD = timedelta()
"""Of a rule whose records say themselves when they are over."""

Due = Callable[[Table, datetime], ColumnElement[bool]]
"""The rows that are over for who looks back from this moment: now, less the period of the rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of record. Without `blank` its rows are deleted, otherwise those columns are emptied."""

    code: str
    what: str
    why: str
    table: str
    due: Due
    blank: Mapping[str, Blank] = field(default_factory=dict)
    kept: timedelta = NO_PERIOD
    """Unless it can be chosen (periods.PERIODS)."""
    until: str = ""
    """Words for a period that no number of days tells."""


def _letters_over(table: Table, before: datetime) -> ColumnElement[bool]:
    letter = table_of("letter")
    settled = letter.c.state.not_in((*WAITING, LetterState.UNKNOWN))
    old = select(letter.c.id).where(letter.c.queued_at < before, settled)
    return table.c.letter_id.in_(old)


def _drafts_over(table: Table, now: datetime) -> ColumnElement[bool]:
    here = Quarter.of(now.astimezone(clock.ZONE).date())
    return and_(table.c.state == State.DRAFT, tuple_(table.c.year, table.c.quarter) < tuple_(*here))


def _imports_over(table: Table, before: datetime) -> ColumnElement[bool]:
    upload = table_of("contact_upload")
    return table.c.upload_id.in_(select(upload.c.id).where(upload.c.applied_at < before))


def _many_over(table: Table, before: datetime) -> ColumnElement[bool]:
    change = table_of("many_change")
    return table.c.change_id.in_(select(change.c.id).where(change.c.made_at < before))


RULES = (
    Rule(
        "browsers",
        N_("Signed-in browsers"),
        N_("Nobody needs them after that."),
        "browser",
        lambda table, before: table.c.expires_at < before,
        until=N_("until they end, after 12 hours"),
    ),
    Rule(
        "sign-in-links",
        N_("Links to sign in"),
        N_("So that an old link can say that it is old."),
        "sign_in_link",
        lambda table, before: table.c.expires_at < before,
        kept=ONE_DAY,
        until=N_("a day after they end"),
    ),
    Rule(
        "attempts",
        N_("Counts of requests by source"),
        N_("They only slow down who asks too fast."),
        "attempt",
        lambda table, before: table.c.arrives_at < before,
        kept=ONE_DAY,
    ),
    Rule(
        "uploads",
        N_("Uploaded lists that nobody decided about"),
        N_("A file with hundreds of people should not lie about."),
        "contact_upload",
        lambda table, before: and_(table.c.content.is_not(None), table.c.uploaded_at < before),
        {"content": None, "corrections": {}, "discarded_at": given_up},
    ),
    Rule(
        "import-memory",
        N_("How rows were before an import"),
        N_("As long as the import can be undone."),
        "contact_import_change",
        _imports_over,
        kept=IMPORTS_KEPT,
    ),
    Rule(
        "many-memory",
        N_("How rows were before a change to many"),
        N_("As long as the change can be undone."),
        "many_change_row",
        _many_over,
        kept=MANY_KEPT,
    ),
    Rule(
        "merge-memory",
        N_("How records were before they were merged"),
        N_("As long as the merge can be undone."),
        "merging",
        lambda table, before: and_(table.c.merged_at < before, table.c.lost_name != ""),
        {"steps": [], "lost_name": ""},
        kept=MERGES_KEPT,
    ),
    Rule(
        "letter-texts",
        N_("What letters said"),
        N_("To look up what somebody got. That it was sent stays known."),
        "letter_payload",
        _letters_over,
    ),
    Rule(
        "mail-words",
        N_("What people wrote by mail"),
        N_("The mail itself is in the mailbox. That it came stays known."),
        "incoming_mail",
        lambda table, before: and_(table.c.received_at < before, or_(table.c.words != "", table.c.subject != "")),
        {"words": "", "subject": ""},
    ),
    Rule(
        "drafts",
        N_("Signals that were never sent"),
        N_("Nobody saw them, and they may hold what may not be kept."),
        "signal",
        _drafts_over,
        until=N_("until the quarter ends"),
    ),
    Rule(
        "requests",
        N_("Requests to take part that were decided"),
        N_("To come back on a decision. Who was let in is in the network."),
        "join_request",
        lambda table, before: table.c.decided_at < before,
    ),
    Rule(
        "remarks",
        N_("Remarks beside an answer"),
        N_("They may tell of health or family. The answer itself stays."),
        "invitation_answer",
        lambda table, before: and_(table.c.at < before, table.c.note != ""),
        {"note": ""},
    ),
    Rule(
        "logbook",
        N_("Lines of the logbook"),
        N_("To account for what was done, and to find a mistake."),
        "log_entry",
        lambda table, before: table.c.at < before,
    ),
)
"""Contacts who left are in leavers.py, for their coordinators hear of it first."""


def preview(db: Session, actor: Actor, tried: Mapping[str, timedelta] | None = None) -> dict[str, int]:
    """How many rows of each rule the next run removes or empties, also with a period that is only tried."""
    require(actor, Permission.ADMINISTER)
    kept, now = {**periods.kept(db, actor), **(tried or {})}, clock.now()
    counts = [
        select(func.count()).select_from(table).where(_due(rule, kept, now)).scalar_subquery()
        for rule, table in ((rule, table_of(rule.table)) for rule in RULES)
    ]
    found = db.connection().execute(select(*counts)).one()
    return {rule.code: number for rule, number in zip(RULES, found, strict=True)}


def run(db: Session, actor: Actor) -> int:
    """Forget all that was kept long enough; safe twice at once, for each rule is one statement."""
    with sealing.lawful(db, actor):
        return sum(apply(db, actor, rule.code) for rule in RULES)


def apply(db: Session, actor: Actor, code: str) -> int:
    """Apply one rule; says how many rows."""
    require(actor, Permission.ADMINISTER)
    rule = next(one for one in RULES if one.code == code)
    table = table_of(rule.table)
    due = _due(rule, periods.kept(db, actor), clock.now())
    values = {name: value(table) if callable(value) else value for name, value in rule.blank.items()}
    db.flush()
    done = db.connection().execute(update(table).where(due).values(values) if values else delete(table).where(due))
    db.expire_all()
    return done.rowcount


def _due(rule: Rule, kept: Mapping[str, timedelta], now: datetime) -> ColumnElement[bool]:
    return rule.due(table_of(rule.table), now - kept.get(rule.code, rule.kept))
