"""The words that an installation begins with, and those that the program itself speaks of."""

import tomllib
from pathlib import Path

from sqlmodel import Session, select

from bsoo.terms.models import Term, Vocabulary

_FILE = Path(__file__).parent / "first.toml"

KEPT: dict[Vocabulary, frozenset[str]] = {
    Vocabulary.SECTOR: frozenset({"municipality", "other"}),
    Vocabulary.THEME: frozenset({"anders"}),
    Vocabulary.GROUP: frozenset({"unknown"}),
    Vocabulary.LANGUAGE: frozenset(),
}
"""Words that mean something to the program: they can be called otherwise, never closed or merged away."""


def make_first_terms(db: Session) -> None:
    """Give an installation without words those of the first list; one that has any is left alone."""
    if db.exec(select(Term.code).limit(1)).first() is None:
        db.add_all(first_terms())
        db.flush()


def first_terms() -> list[Term]:
    """The first list."""
    return [
        Term(kind=kind, code=row["code"], name_nl=row["nl"], name_en=row["en"], position=position)
        for kind, rows in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()
        for position, row in enumerate(rows)
    ]
