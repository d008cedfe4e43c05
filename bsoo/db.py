"""The database: sessions that commit at the edge, and the column types that both engines share.

SQLite runs in WAL mode and every write transaction begins with BEGIN IMMEDIATE; with SQLAlchemy's defaults concurrent
read-then-write transactions lose updates in silence.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Engine,
    String,
    TypeDecorator,
    create_engine,
    event,
    func,
    literal,
    null,
)
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_BINARY = 1
"""How psycopg names that format of an answer."""

BUSY_SECONDS = 20
"""How long a SQLite writer waits for its turn."""

E = TypeVar("E", bound=StrEnum)
P = ParamSpec("P")
S = TypeVar("S")


def prepared(build: Callable[P, S]) -> Callable[P, S]:
    """Keep the statements that a function builds, by its arguments: building one costs more than running it.

    Such a function knows nothing but its arguments, which can all be hashed: no clock, no language, no session.
    """
    return cast("Callable[P, S]", lru_cache(64)(build))


def among(column: Any, values: Iterable[object]) -> ColumnElement[bool]:  # Any: a column of any table
    """The column is one of these values.

    With its own in_() SQLAlchemy writes the text of a statement anew each time it runs, for the number of values.
    """
    found: ColumnElement[bool] = column.in_([literal(value, column.type) for value in values])
    return found


def unindexed(column: Any) -> ColumnElement[Any]:  # Any: a column of any table
    """The same column, but no index leads to it: SQLite would read all rows of a region to find the few that count."""
    return func.coalesce(column, null())


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, a timestamp in the database; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not a moment")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Stored(TypeDecorator[E]):
    """An enum as its text, so that a new member needs no migration."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        self.kind = kind
        super().__init__()

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.kind(value)


class ReadOnlyError(RuntimeError):
    """A reading session was asked to write: a mistake in the program."""


class Database:
    """Opens sessions. `transaction()` commits when its block ends well; `reading()` never writes."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._bound: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self.open_session() as session:
            try:
                if self._bound is None:
                    session.connection(execution_options={"bsoo_writes": True})
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.open_session() as session:
            session.info["reads"] = True
            session.autoflush = False
            try:
                yield session
            finally:
                session.expunge_all()  # what was read stays readable: a rollback would empty it
                session.rollback()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """One connection for many small writes without a session, which cost a fifth: each is a `with begun(it):`."""
        if self._bound is not None:
            yield self._bound
            return
        with self.engine.connect() as connection:
            yield connection.execution_options(bsoo_writes=True)

    @contextmanager
    def bound_to(self, connection: Connection) -> Iterator[None]:
        """Let every session join one open connection by savepoint (for tests)."""
        self._bound = connection
        try:
            yield
        finally:
            self._bound = None

    def open_session(self) -> Session:
        """A session that nobody commits; the two blocks above are the doors to use."""
        if self._bound is not None:
            return Session(self._bound, join_transaction_mode="create_savepoint", expire_on_commit=False)
        return Session(self.engine, expire_on_commit=False)

    def empty_log(self) -> None:
        """Bring SQLite's log of changes into its file and empty it: what was erased is then nowhere any more."""
        if self.is_sqlite and self._bound is None:
            connection = self.engine.raw_connection()
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"


def begun(connection: Connection) -> AbstractContextManager[object]:
    """A transaction that commits when its block ends well; inside another one a savepoint."""
    return connection.begin_nested() if connection.in_transaction() else connection.begin()


@event.listens_for(Session, "before_flush")
def _refuse_flush(session: Session, context: object, instances: object) -> None:
    if session.info.get("reads") and (session.new or session.dirty or session.deleted):
        raise ReadOnlyError("a reading session has changes")


@event.listens_for(Session, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    if state.session.info.get("reads") and (state.is_insert or state.is_update or state.is_delete):
        raise ReadOnlyError("a reading session was asked to write")


def make_engine(url: str) -> Engine:
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10)
        event.listen(engine, "before_cursor_execute", _ask_in_binary)
        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _ask_in_binary(db: Connection, cursor: Any, sql: str, row: Any, context: Any, many: bool) -> None:  # Any: a driver
    """For whoever reads many bytes: otherwise they travel as hexadecimals, and take four times as long to read."""
    if context.execution_options.get("bsoo_binary"):
        cursor.format = _BINARY


def _prepare_sqlite(connection: Any, record: object) -> None:  # Any: the driver's own connection object
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # who is erased must not stay in the free pages of the file
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("bsoo_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
