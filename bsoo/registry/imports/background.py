"""Lists that take seconds or more: they are read and imported after the answer, and a page says how far that is."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlmodel import Session, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.db import Database
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.regions import Region
from bsoo.registry.imports import importing, kept, spreadsheets, uploads
from bsoo.registry.imports.progress import Stopped, Teller
from bsoo.registry.models import Upload

_log = logging.getLogger(__name__)

LONG = 300_000
"""Bytes from which reading a list shows how far it is; a smaller one is there in a second."""


def hold(db: Session, actor: Actor, region: Region, data: bytes, file_name: str) -> Upload:
    """Keep a list that is yet to be read; it has no layout until then."""
    require(actor, Permission.IMPORT_CONTACTS, region.id)
    spreadsheets.refuse_by_size(data)
    held = importing.new_upload(actor, region.id, file_name, importing.hash_of(data))
    held.content = data
    db.add(held)
    db.flush()
    return held


def read_whole(database: Database, actor: Actor, upload_id: UUID, teller: Teller) -> None:
    """Read a held list, telling how far it is; a list that cannot be read is let go, and why is told."""
    with _telling(teller):
        try:
            with database.reading() as db:
                made = kept.outcome(db, actor, uploads.upload(db, actor, upload_id), teller.folder, teller)
            with database.transaction() as db:
                uploads.is_read(db, actor, uploads.upload(db, actor, upload_id), made)
            with database.reading() as db:  # with the columns and words that were chosen for the last list like it
                kept.outcome(db, actor, uploads.upload(db, actor, upload_id), teller.folder, teller)
        except Refused:
            with database.transaction() as db:
                uploads.discard(db, actor, uploads.upload(db, actor, upload_id))
            raise


def import_whole(database: Database, actor: Actor, upload_id: UUID, teller: Teller) -> None:
    """Import a held list in a transaction of its own, telling how far it is; twice at once imports once."""
    with _telling(teller), database.transaction() as db:
        held = db.exec(select(Upload).where(Upload.id == upload_id).with_for_update()).one()
        if held.applied_at is None:
            importing.apply(db, actor, uploads.planned_again(db, actor, held, teller), held, teller)


def is_wanted(database: Database, actor: Actor, upload_id: UUID) -> bool:
    """Whether nobody stopped it meanwhile."""
    try:
        with database.reading() as db:
            uploads.upload(db, actor, upload_id)
    except NotFound:
        return False
    return True


@contextmanager
def _telling(teller: Teller) -> Iterator[None]:
    """Whatever happens, the page hears of it."""
    try:
        yield
    except (Stopped, NotFound):
        teller.end()
    except Refused as refusal:
        teller.fail("; ".join(refusal.errors.values()))
    except Exception:
        _log.exception("work on a list ended without a result")
        teller.fail(_("Something went wrong on our side."))
    else:
        teller.end()
