"""What the clerk writes, in one transaction: how letters ended, and which ones may go now."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, cast
from uuid import UUID

from sqlalchemy import Connection

from bsoo.db import begun
from bsoo.mail import ledger
from bsoo.mail.ledger import Outcome
from bsoo.mail.models import LetterState
from bsoo.mail.strokes_postgresql import Line

if TYPE_CHECKING:
    import psycopg

Written = tuple[set[UUID], set[UUID]]
"""The mailings that were paused, and the letters that may go."""


class Pen(Protocol):
    """Writes on one kind of database."""

    lets_work_go_on: bool
    """Whether letters travel while it writes; else the first connection had better wait for the others."""

    async def write(
        self, owner: str, outcomes: Sequence[Outcome], departures: Sequence[UUID], now: datetime
    ) -> Written: ...

    def close(self) -> None: ...


def pen(connection: Connection) -> Pen:
    """The pen for this connection, which is the clerk's alone; on PostgreSQL each stroke commits itself."""
    if connection.dialect.name != "postgresql" or connection.in_transaction():
        return InThread(connection)
    connection.execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()  # what is set here is for the clerk alone
    # Left alone, PostgreSQL plans such a statement anew each time, which costs as much as running it.
    connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
    # Letters are found one by one: a bitmap looks again and again at versions of a row that are gone.
    connection.exec_driver_sql("SET enable_bitmapscan = off")
    connection.exec_driver_sql("SET enable_seqscan = off")
    connection.exec_driver_sql("SET synchronous_commit = off")  # what a crash then takes away: see epochs
    connection.rollback()
    return Beside(connection)


class InThread:
    """In the thread of the postman, statement by statement."""

    lets_work_go_on = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def write(
        self, owner: str, outcomes: Sequence[Outcome], departures: Sequence[UUID], now: datetime
    ) -> Written:
        with begun(self._connection):
            return _one_by_one(self._connection, owner, outcomes, departures, now)

    def close(self) -> None:
        """Nothing is kept."""


class Beside:
    """In one statement that PostgreSQL works on while the postman goes on; what was refused, statement by statement."""

    lets_work_go_on = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver = cast("psycopg.Connection[tuple[object, ...]]", connection.connection.dbapi_connection)
        self._line = Line(self._driver)

    async def write(
        self, owner: str, outcomes: Sequence[Outcome], departures: Sequence[UUID], now: datetime
    ) -> Written:
        if all(outcome.state is LetterState.ACCEPTED for outcome in outcomes):  # and so without bytes to keep
            return set(), await self._line.write(owner, outcomes, departures, now)
        with self._driver.transaction():
            return _one_by_one(self._connection, owner, outcomes, departures, now)

    def close(self) -> None:
        self._line.close()


def _one_by_one(
    connection: Connection, owner: str, outcomes: Sequence[Outcome], departures: Sequence[UUID], now: datetime
) -> Written:
    return ledger.settle(connection, owner, outcomes), ledger.let_fly(connection, owner, departures, now)
