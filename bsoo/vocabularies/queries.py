"""What administrators see of the managed lists: each word with how often it is used, and what was merged."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from babel import Locale
from sqlalchemy import func as sql
from sqlalchemy import literal, or_, union_all
from sqlmodel import Session, col, select

from bsoo import i18n
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.db import prepared
from bsoo.errors import NotFound
from bsoo.registry.finding.saved import SavedList
from bsoo.registry.models import Affiliation, Organisation
from bsoo.registry.rows import columns
from bsoo.registry.snapshots import in_parts, table_of
from bsoo.signals.models import Theme
from bsoo.terms import words
from bsoo.terms.models import Term, Vocabulary
from bsoo.terms.words import Word
from bsoo.vocabularies.cells import USES, says
from bsoo.vocabularies.models import TermMerge

PLACES = ("organisation", "signal", "service", "saved_list")
"""Where people see words, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Line:
    """A word with how often each place uses it."""

    word: Word
    uses: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.uses.values())


def lines(db: Session, actor: Actor, kind: Vocabulary) -> list[Line]:
    """The words of a list in their order, the closed ones last; two statements."""
    require(actor, Permission.ADMINISTER)
    found = sorted(words.known(db).of(kind).values(), key=lambda word: not word.is_open)
    counted = uses(db, actor, kind)
    return [Line(word, counted.get(word.code, {})) for word in found]


def uses(db: Session, actor: Actor, kind: Vocabulary) -> dict[str, dict[str, int]]:
    """How many rows of each place hold each word of a list; a row that holds it twice counts once."""
    require(actor, Permission.ADMINISTER)
    found: dict[str, dict[str, int]] = {}
    for place, code, number in db.execute(_uses(kind)):
        found.setdefault(code, {})[place] = number
    for code, number in _in_saved_lists(db, kind).items():
        found.setdefault(code, {})["saved_list"] = number
    return found


@prepared
def _uses(kind: Vocabulary) -> Any:  # Any: a union has no type for its columns
    terms = table_of("theme" if kind is Vocabulary.THEME else "term")
    asked = []
    for place in PLACES:
        holds = [says(cell, terms.c.code) for cell in USES[kind].shown if cell.table == place]
        if holds and place != "saved_list":
            found = columns(literal(place), terms.c.code, sql.count()).select_from(terms)
            asked.append(found.join(table_of(place), or_(*holds)).group_by(terms.c.code))
    of_kind = [one if kind is Vocabulary.THEME else one.where(terms.c.kind == str(kind)) for one in asked]
    return union_all(*of_kind)


def _in_saved_lists(db: Session, kind: Vocabulary) -> Counter[str]:
    """What lists ask for stands in the middle of other texts, and there are few of them: they are read."""
    keys = USES[kind].keys if any(cell.table == "saved_list" for cell in USES[kind].shown) else frozenset()
    asked = db.exec(select(SavedList.asked).where(col(SavedList.removed_at).is_(None))) if keys else ()
    return Counter(
        code for one in asked for key in keys & one.keys() if isinstance(one[key], list) for code in one[key]
    )


def word(db: Session, actor: Actor, kind: Vocabulary, code: str) -> Theme | Term:
    """One word, for its form."""
    require(actor, Permission.ADMINISTER)
    found: Theme | Term | None = db.get(Theme, code) if kind is Vocabulary.THEME else db.get(Term, (str(kind), code))
    if found is None:
        raise NotFound
    return found


def mark(row: Theme | Term) -> str:
    """What a page showed of a word, in short."""
    told = [row.name_nl, row.name_en, *((row.definition_nl, row.definition_en) if isinstance(row, Theme) else ())]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def merges(db: Session, actor: Actor, kind: Vocabulary) -> Sequence[TermMerge]:
    """The merges of a list that stand, the newest first."""
    require(actor, Permission.ADMINISTER)
    asked = select(TermMerge).where(TermMerge.kind == kind, col(TermMerge.undone_at).is_(None))
    return db.exec(asked.order_by(col(TermMerge.id).desc())).all()


def people_at(db: Session, actor: Actor, houses: Collection[UUID]) -> set[UUID]:
    """Everybody with a seat at one of these organisations, whoever asks: their search text must be right."""
    found: set[UUID] = set()
    for some in in_parts(sorted(houses)):
        found |= set(db.exec(select(Affiliation.contact_id).where(col(Affiliation.organisation_id).in_(some))))
    return found


def people_found_by(db: Session, actor: Actor, kind: Vocabulary, code: str) -> set[UUID]:
    """Whose search text names this word: those at organisations that have it."""
    holds = [says(cell, code) for cell in USES[kind].shown if cell.table == "organisation"]
    if not holds:
        return set()
    return people_at(db, actor, set(db.exec(select(Organisation.id).where(*holds))))


_LONGEST_CODE = 3


@cache
def iso_languages() -> dict[str, dict[str, str]]:
    """Every language with a code of ISO 639 (two or three letters) that has a name in both our languages (CLDR)."""
    names = {language: Locale(language).languages for language in i18n.LANGUAGES}
    codes = [code for code in map(str, names["nl"]) if len(code) <= _LONGEST_CODE and code in names["en"]]
    return {code: {language: str(called[code]) for language, called in names.items()} for code in codes}
