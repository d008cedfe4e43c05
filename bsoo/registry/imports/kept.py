"""The outcome of a held list, kept so that the next page of it need not judge 10,000 rows anew.

It stands in a file beside how far imports are, where every process of the server finds it, and says what it was made
from: when the list, what was decided about it, the network, the day or the language is another by now, it is made anew.
It names people, also others than the list does: it goes when the list goes, and all of them go when somebody is erased
and once a day, for they say what was true that day.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import astuple
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session

from bsoo import __version__, clock, i18n
from bsoo.access.actor import Actor
from bsoo.errors import NotFound
from bsoo.logbook import LogEntry
from bsoo.mail import blocking
from bsoo.mail.models import Blocked
from bsoo.registry import bulk
from bsoo.registry.finding import version
from bsoo.registry.imports import uploads
from bsoo.registry.imports.changes import Difference, Verdict
from bsoo.registry.imports.columns import Certainty, Column, Layout
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.judging import Judged
from bsoo.registry.imports.known import Namesake
from bsoo.registry.imports.listed import Fault, Row, Table
from bsoo.registry.imports.outcome import Outcome
from bsoo.registry.imports.progress import Tell, quiet
from bsoo.registry.imports.reading import ContactList
from bsoo.registry.imports.vocabulary import Word
from bsoo.registry.models import Upload
from bsoo.registry.rows import columns

_SHOWN = (
    *("sheet", "number", "place", "organisation", "given", "infix", "family", "role", "emails"),
    *("left", "invited", "double_of", "left_out", "elsewhere"),
)
"""What pages show of a row."""
_shown = attrgetter(*_SHOWN)
_different = attrgetter("field", "before", "after")

Kept = list[Any]  # Any: what JSON has for the fields of a dataclass


def outcome(db: Session, actor: Actor, upload: Upload, folder: Path, tell: Tell = quiet) -> Outcome:
    """What importing a held list would do, as the network is now."""
    if upload.content is None:
        raise NotFound
    made_from = _made_from(db, upload)
    with bulk.without_collecting():
        found = _read(_path(folder, upload.id), made_from)
        if found is None:
            found = uploads.planned_again(db, actor, upload, tell)
            _write(_path(folder, upload.id), made_from, found)
    return found


def forget(folder: Path, upload_id: UUID) -> None:
    """A list was imported, or let go."""
    _path(folder, upload_id).unlink(missing_ok=True)


def forget_all(folder: Path) -> None:
    """Somebody was erased, or it is another day: what is asked for is made anew."""
    for path in (folder / "imports").glob("*.outcome*"):
        path.unlink(missing_ok=True)


def _made_from(db: Session, upload: Upload) -> str:
    """All that an outcome depends on."""
    lines = columns(func.count()).select_from(LogEntry).scalar_subquery()
    closed = columns(func.count()).select_from(Blocked).where(blocking.holding()).scalar_subquery()
    network = db.execute(columns(*version.marks(), lines, closed)).one()
    decided = (upload.mapping, upload.words, sorted(upload.left_out), upload.corrections, upload.answers)
    said = (__version__, upload.file_hash, decided, *network, clock.today(), i18n.language())
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def _path(folder: Path, upload_id: UUID) -> Path:
    return folder / "imports" / f"{upload_id}.outcome"


# --- as JSON ----------------------------------------------------------------------------------------------------------


def _write(path: Path, made_from: str, made: Outcome) -> None:
    """A reader sees the old one or the new one; where nothing can be written, each page makes its own."""
    found = made.found
    head = [made_from, [*map(_table, found.tables)], [*map(astuple, found.words)]]
    beside = path.with_suffix(f".outcome.{clock.new_id()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w") as file:
            file.writelines(json.dumps(line) + "\n" for line in chain([head], map(_line, made.judged)))
        beside.replace(path)


def _read(path: Path, made_from: str) -> Outcome | None:
    """What was kept; nothing when it was made from something else, or by a program that wrote it otherwise."""
    try:
        with path.open() as lines:
            made, tables, words = json.loads(next(lines))
            if made != made_from:
                return None
            judged = [_judged_of(json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError, StopIteration):
        return None
    rows = [each.row for each in judged]
    return Outcome(ContactList([*map(_table_of, tables)], rows, [*map(_word_of, words)]), judged)


def _table(one: Table) -> Kept:
    return [one.place, one.sheet, one.layout.header, [*map(astuple, one.layout.columns)], one.skipped]


def _table_of(kept: Kept) -> Table:
    place, sheet, header, found, skipped = kept
    return Table(place, sheet, Layout(header, tuple(map(_column_of, found))), skipped)


def _column_of(kept: Kept) -> Column:
    place, header, meaning, certainty, examples = kept
    return Column(place, header, Meaning(meaning), Certainty(certainty), tuple(examples))


def _word_of(kept: Kept) -> Word:
    meaning, said, known, chosen, count = kept
    return Word(Meaning(meaning), said, tuple(known), chosen, count)


def _line(each: Judged) -> Kept:
    fault, namesake = each.row.fault, each.namesake
    return [
        *(each.verdict, _shown(each.row), fault and astuple(fault), namesake and astuple(namesake)),
        *([*map(_different, each.differences)], [*map(_different, each.clashes)]),
    ]


def _judged_of(kept: Kept) -> Judged:
    verdict, shown, fault, namesake, differences, clashes = kept
    row = Row(**dict(zip(_SHOWN, shown, strict=True)), fault=Fault(*fault) if fault else None)
    return Judged(
        row,
        Verdict(verdict),
        differences=[Difference(*one) for one in differences],
        clashes=[Difference(*one) for one in clashes],
        namesake=Namesake(*namesake) if namesake else None,
    )
