"""What the clerk writes; on PostgreSQL in one statement: one round trip and one wait for the disk.

With a statement for each thing, the two moments around DATA cost seven round trips, more than the letter itself.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

from sqlalchemy import Connection

from bsoo import clock
from bsoo.db import begun
from bsoo.mail import ledger
from bsoo.mail.ledger import FLIGHT_LEASE, LONGEST_WORDS, Departure, Outcome
from bsoo.mail.models import LetterState, MailingState

if TYPE_CHECKING:
    import psycopg

_STROKE = f"""
WITH ended AS (
    UPDATE letter SET state = '{LetterState.ACCEPTED}', attempts = letter.attempts + 1, smtp_code = e.code,
        smtp_text = e.words, accepted_at = e.at, owner = '', lease_until = NULL
    FROM unnest(%(ended)s::uuid[], %(codes)s::int[], %(words)s::text[], %(moments)s::timestamptz[])
        AS e (id, code, words, at)
    WHERE letter.id = e.id AND letter.owner = %(me)s
), told AS (
    INSERT INTO letter_event (id, letter_id, state, smtp_code, text, at)
    SELECT e.event, e.id, '{LetterState.ACCEPTED}', e.code, e.words, e.at
    FROM unnest(
        %(events)s::uuid[], %(ended)s::uuid[], %(codes)s::int[], %(words)s::text[], %(moments)s::timestamptz[]
    ) AS e (event, id, code, words, at)
), made AS (
    UPDATE letter_payload SET raw = m.raw
    FROM unnest(%(made)s::uuid[], %(raws)b::bytea[]) AS m (id, raw) WHERE letter_id = m.id
)
UPDATE letter SET state = '{LetterState.IN_FLIGHT}', lease_until = %(until)s
FROM unnest(%(leaving)s::uuid[]) AS l (id)
WHERE letter.id = l.id AND letter.owner = %(me)s AND letter.state = '{LetterState.CLAIMED}' AND (
    letter.mailing_id IS NULL
    OR EXISTS (SELECT FROM mailing WHERE mailing.id = letter.mailing_id AND mailing.state = '{MailingState.RUNNING}')
)
RETURNING letter.id
"""  # noqa: S608 -- our own words, no one else's


def ready(connection: Connection) -> Connection:
    """Make a connection ready for strokes: on PostgreSQL each commits itself, and is planned once."""
    if connection.dialect.name != "postgresql" or connection.in_transaction():
        return connection
    connection.execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()  # what is set here is for the clerk alone
    # Left alone, PostgreSQL plans such a statement anew each time, which costs as much as running it.
    connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
    connection.exec_driver_sql("SET synchronous_commit = off")  # what a crash then takes away: see epochs
    connection.rollback()
    return connection


def write(
    connection: Connection, owner: str, outcomes: Sequence[Outcome], departures: Sequence[Departure], now: datetime
) -> tuple[set[UUID], set[UUID]]:
    """The mailings that were paused, and the letters that may go."""
    if connection.dialect.name != "postgresql":
        with begun(connection):
            return _one_by_one(connection, owner, outcomes, departures, now)
    if all(outcome.state is LetterState.ACCEPTED for outcome in outcomes):
        return set(), _in_one(connection, owner, outcomes, departures, now)
    with _driver(connection).transaction():
        return _one_by_one(connection, owner, outcomes, departures, now)


def _one_by_one(
    connection: Connection, owner: str, outcomes: Sequence[Outcome], departures: Sequence[Departure], now: datetime
) -> tuple[set[UUID], set[UUID]]:
    return ledger.settle(connection, owner, outcomes), ledger.let_fly(connection, owner, departures, now)


def _in_one(
    connection: Connection, owner: str, outcomes: Sequence[Outcome], departures: Sequence[Departure], now: datetime
) -> set[UUID]:
    made = [one for one in departures if one.raw is not None]
    facts = {
        "me": owner,
        "ended": _array(one.letter_id for one in outcomes),
        "events": _array(clock.new_id() for _outcome in outcomes),
        "codes": _array(one.code for one in outcomes),
        "words": [one.text[:LONGEST_WORDS] for one in outcomes],
        "moments": _array(one.at for one in outcomes),
        "made": _array(one.letter_id for one in made),
        "raws": [one.raw for one in made],
        "leaving": _array(one.letter_id for one in departures),
        "until": now + FLIGHT_LEASE,
    }
    with _driver(connection).cursor() as cursor:
        cursor.execute(_STROKE, facts)
        return {letter_id for (letter_id,) in cursor.fetchall()}


def _driver(connection: Connection) -> "psycopg.Connection[tuple[UUID]]":
    return cast("psycopg.Connection[tuple[UUID]]", connection.connection.dbapi_connection)


def _array(values: Iterable[object]) -> str:
    """PostgreSQL's own way to write an array, of values without quotes; the driver's takes ten times as long."""
    return f"{{{','.join('NULL' if one is None else str(one) for one in values)}}}"
