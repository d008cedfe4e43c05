"""What was typed, apart from the statement that looks for it: one statement serves all texts of as many words.

To make a statement of the list takes longer than to look among some thousands of contacts with it.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, String, bindparam

from bsoo.registry.finding.same_words import in_other_words
from bsoo.registry.finding.searching import either, escaped, holds_one_of, terms

Shape = tuple[tuple[int, int], ...]
"""Of each word how many are looked for: as it was typed, and others that mean the same."""


def shape(text: str) -> Shape:
    return tuple((len(own), len(same)) for own, same in _words(text))


def values(text: str) -> dict[str, str]:
    """The words for the places of the statement."""
    words = enumerate([*own, *same] for own, same in _words(text))
    return {_place(n, m): escaped(word) for n, some in words for m, word in enumerate(some)}


def says(wanted: Shape) -> list[ColumnElement[bool]]:
    """What we know of a contact holds each word; `searching.says` for a statement that is kept."""
    return [holds_one_of(_places(n, range(own + same))) for n, (own, same) in enumerate(wanted)]


def as_typed(wanted: Shape) -> list[list[ColumnElement[str]]]:
    """Each word without those that mean the same."""
    return [_places(n, range(own)) for n, (own, _same) in enumerate(wanted)]


def _words(text: str) -> list[tuple[list[str], list[str]]]:
    return [(own, in_other_words(own)) for own in map(either, terms(text))]


def _places(n: int, those: Iterable[int]) -> list[ColumnElement[str]]:
    return [bindparam(_place(n, m), type_=String()) for m in those]


def _place(n: int, m: int) -> str:
    return f"word_{n}_{m}"
