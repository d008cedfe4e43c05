"""What a person decides about a list before it is imported: columns, rows to leave out, cells to correct, answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.regions import all_regions
from bsoo.registry import values
from bsoo.registry.imports import spreadsheets, vocabulary
from bsoo.registry.imports.changes import Answer
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.outcome import Outcome
from bsoo.registry.models import Upload
from bsoo.terms import words


def choose_columns(db: Session, actor: Actor, upload: Upload, mapping: Mapping[str, str]) -> None:
    """Remember what each column means ("sheet.column" -> meaning); one column must hold addresses."""
    require(actor, Permission.IMPORT_CONTACTS, upload.region_id)
    if Meaning.EMAIL not in mapping.values():
        raise Refused(_("Choose the column with the e-mail addresses."), next(iter(mapping), ""))
    upload.mapping = dict(mapping)
    _keep(db, upload)


def choose_words(db: Session, actor: Actor, upload: Upload, chosen: Mapping[str, str]) -> None:
    """Remember what words of the list become ("column:word" -> one of ours); an empty choice is what we know."""
    require(actor, Permission.IMPORT_CONTACTS, upload.region_id)
    ours = vocabulary.Ours(words.known(db), tuple(region.name for region in all_regions(db)))
    for word, choice in chosen.items():
        meaning = word.partition(":")[0]
        if meaning not in vocabulary.KINDS or (choice and not vocabulary.may_become(Meaning(meaning), choice, ours)):
            raise Refused(_("Choose one of the options."), "words")
    upload.words = {word: choice for word, choice in {**upload.words, **chosen}.items() if choice}
    _keep(db, upload)


def leave_out(db: Session, actor: Actor, upload: Upload, rows: Collection[str]) -> None:
    """Do not import these rows ("sheet.row")."""
    require(actor, Permission.IMPORT_CONTACTS, upload.region_id)
    upload.left_out = sorted({*upload.left_out, *rows})
    _keep(db, upload)


def take_along(db: Session, actor: Actor, upload: Upload, rows: Collection[str]) -> None:
    """Import these rows after all."""
    require(actor, Permission.IMPORT_CONTACTS, upload.region_id)
    upload.left_out = sorted(set(upload.left_out) - set(rows))
    _keep(db, upload)


def answer(db: Session, actor: Actor, upload: Upload, rows: Collection[str], said: Answer) -> None:
    """Say of rows whose word stands, or whether it is the same person."""
    require(actor, Permission.IMPORT_CONTACTS, upload.region_id)
    upload.answers = {**upload.answers, **dict.fromkeys(rows, said.value)}
    _keep(db, upload)


def correct(db: Session, actor: Actor, upload: Upload, row: str, texts: Mapping[int, str]) -> None:
    """Let cells of a row (column -> text) say something else; the file itself stays as it was."""
    require(actor, Permission.IMPORT_CONTACTS, upload.region_id)
    upload.corrections = {**upload.corrections, **{f"{row}.{column}": text for column, text in texts.items()}}
    _keep(db, upload)


def _keep(db: Session, upload: Upload) -> None:
    if upload.content is None:
        raise NotFound
    db.add(upload)
    db.flush()


@dataclass(frozen=True, slots=True)
class CellOfRow:
    """A cell that can be corrected: its column, what that means, and what it says now."""

    column: int
    header: str
    meaning: Meaning
    said: str


def cells_of(outcome: Outcome, upload: Upload, row: str) -> list[CellOfRow]:
    """The cells of a row that mean something, with earlier corrections; NotFound for a row that is no person."""
    place, number = (int(part) for part in row.split("."))
    table = next((table for table in outcome.found.tables if table.place == place), None)
    if table is None or upload.content is None or all(each.row.key != row for each in outcome.judged):
        raise NotFound
    sheet = spreadsheets.read(upload.content)[place]
    cells = sheet.rows[number - sheet.first_row]
    return [
        CellOfRow(
            column.place,
            column.header,
            column.meaning,
            upload.corrections.get(
                f"{row}.{column.place}", values.text(cells[column.place] if column.place < len(cells) else None)
            ),
        )
        for column in table.layout.columns
        if column.meaning not in (Meaning.IGNORED, Meaning.REMARKS)
    ]
