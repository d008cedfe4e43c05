"""What the codes of the managed lists are called, which are offered, and what became of those that were merged."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import column, literal, select, table, union_all
from sqlmodel import Session, col

from bsoo.i18n import language as spoken_language
from bsoo.terms.models import Term, Vocabulary
from bsoo.text import fold


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a list."""

    kind: Vocabulary
    code: str
    name_nl: str
    name_en: str
    position: int
    is_open: bool
    successor: str

    def name(self, language: str = "") -> str:
        """In a language; without one in that of the reader."""
        return self.name_nl if (language or spoken_language()) == "nl" else self.name_en


class Words:
    """All words of the four lists, in their order."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._words: dict[Vocabulary, dict[str, Word]] = {kind: {} for kind in Vocabulary}
        for word in sorted(words, key=lambda one: (one.kind, one.position, one.code)):
            self._words[word.kind][word.code] = word

    def of(self, kind: Vocabulary) -> dict[str, Word]:
        """Every word of a list by its code, also the closed ones."""
        return self._words[kind]

    def name(self, kind: Vocabulary, code: str, language: str = "") -> str:
        """What a code is called; a code that is nothing here is called what it is."""
        word = self._words[kind].get(code)
        return word.name(language) if word else code

    def names(self, kind: Vocabulary, codes: Iterable[str], language: str = "") -> list[str]:
        """What some codes are called, in the order of the list."""
        return [self.name(kind, code, language) for code in self.ordered(kind, codes)]

    def called(self, kind: Vocabulary) -> dict[str, str]:
        """Every word by its code, as the reader calls it."""
        return {code: word.name() for code, word in self._words[kind].items()}

    def offered(self, kind: Vocabulary, also: Iterable[str] = ()) -> dict[str, str]:
        """What may be chosen: the open words, and closed ones that are chosen already."""
        kept = set(also)
        return {code: word.name() for code, word in self._words[kind].items() if word.is_open or code in kept}

    def ordered(self, kind: Vocabulary, codes: Iterable[str]) -> list[str]:
        """Codes once each, in the order of the list; what is on no list comes last."""
        asked = dict.fromkeys(codes)
        return [code for code in self._words[kind] if code in asked] + [
            code for code in asked if code not in self._words[kind]
        ]

    def living(self, kind: Vocabulary, code: str) -> str:
        """The word that stands for this one now: the last of its successors."""
        seen = {code}
        while (word := self._words[kind].get(code)) and word.successor and word.successor not in seen:
            code = word.successor
            seen.add(code)
        return code

    def usable(self, kind: Vocabulary, codes: Iterable[str], before: Iterable[str] = ()) -> list[str]:
        """What somebody chose in a form, in the order of the list; what it became stands for a word that was merged.

        A word that is not offered and was not there before is left out.
        """
        may = self.offered(kind, [self.living(kind, code) for code in before])
        return [code for code in self.ordered(kind, (self.living(kind, one) for one in codes)) if code in may]

    def standing(self, kind: Vocabulary, code: str) -> str:
        """The open word that a code stands for now; empty when there is none."""
        return next(iter(self.usable(kind, [code])), "") if code else ""

    def said(self, kind: Vocabulary, said: str) -> str:
        """The open word that is written so in either language, or as its code, or what it became; empty for none."""
        return self.standing(kind, self._by_name.get((kind, fold(said.strip())), ""))

    @cached_property
    def _by_name(self) -> dict[tuple[Vocabulary, str], str]:
        """Open words win from closed ones of the same name, and names from codes."""
        words = sorted(self, key=lambda word: word.is_open)
        found = {(word.kind, fold(word.code)): word.code for word in words}
        return found | {(word.kind, fold(name)): word.code for word in words for name in (word.name_nl, word.name_en)}

    def __iter__(self) -> Iterator[Word]:
        return (word for words in self._words.values() for word in words.values())


def known(db: Session) -> Words:
    """The four lists in one statement; a reading session remembers them."""
    found: Words | None = db.info.get("words") if db.info.get("reads") else None
    if found is None:
        found = db.info["words"] = _words_once(tuple(map(tuple, db.execute(EVERY))))
    return found


@lru_cache(4)
def _words_once(rows: tuple[tuple[Any, ...], ...]) -> Words:  # Any: the cells of a row
    """The lists hardly ever change; each reader's statement tells whether they did."""
    return words_of(rows)


def words_of(rows: Iterable[Sequence[Any]]) -> Words:  # Any: the cells of a row
    """The lists from rows that begin with the columns of EVERY."""
    return Words(
        Word(Vocabulary(kind), code, nl, en, position, closed_on is None, successor or "")
        for kind, code, nl, en, position, closed_on, successor, *_more in rows
    )


_COLUMNS = ("code", "name_nl", "name_en", "position", "closed_on", "successor")
_THEME = table("theme", *map(column, _COLUMNS))
"""The themes have a table with definitions of their own, of a higher package; known here by its name."""
EVERY = union_all(
    select(col(Term.kind), *(col(getattr(Term, name)) for name in _COLUMNS)),
    select(literal(str(Vocabulary.THEME)), *(_THEME.c[name] for name in _COLUMNS)),
)
"""Every word of the lists, in no order."""
WIDTH = len(_COLUMNS) + 1
"""How many columns that are."""
