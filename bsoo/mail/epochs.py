"""What tells a crash of the database from the end of a postman.

What the postman writes between two letters does not wait for the disk: that would take longer than the letter. A
postman that is killed loses nothing by it, but a database that crashes (a power cut) forgets its last moments, and
would send these letters again. So a claim, which does wait for the disk, carries the name of the epoch it was made in,
and an epoch ends with a crash: PostgreSQL empties an unlogged table then, and a machine gets a new boot id.
"""

from pathlib import Path

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, SQLModel

from bsoo import clock
from bsoo.mail.models import MailEpoch

_EPOCH: Table = SQLModel.metadata.tables[str(MailEpoch.__tablename__)]
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_LENGTH = 12


def current(db: Session) -> str:
    """The name of this epoch; empty where nothing tells (SQLite outside Linux)."""
    connection = db.connection()
    if connection.dialect.name != "postgresql":
        return _BOOT.read_text().replace("-", "")[:_LENGTH] if _BOOT.exists() else ""
    return _kept(connection) or _begun(connection)


def make_sure(connection: Connection) -> None:
    """Let what was committed reach the disk; PostgreSQL saw to it at the commit."""
    if connection.dialect.name == "sqlite" and not connection.in_transaction():
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint")
        cursor.close()


def _begun(connection: Connection) -> str:
    """Two postmen may begin one at once: the first counts."""
    new = insert(_EPOCH).values(id=1, name=clock.new_token()[:_LENGTH])
    connection.execute(new.on_conflict_do_nothing())
    return _kept(connection)


def _kept(connection: Connection) -> str:
    return connection.execute(select(_EPOCH.c.name)).scalar() or ""
