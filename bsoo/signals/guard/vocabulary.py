"""The word lists of the guard: plain files in the folder beside this module, made for this network."""

import tomllib
from pathlib import Path

_FOLDER = Path(__file__).parent / "vocabulary"


def _lines(name: str) -> list[str]:
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip().lower() for line in lines if line.strip() and not line.startswith("#")]


def _words(name: str) -> frozenset[str]:
    return frozenset(" ".join(_lines(name)).split())


_grammar: dict[str, str] = tomllib.loads((_FOLDER / "grammar.toml").read_text(encoding="utf-8"))
_places = [tuple(line.split()) for line in _lines("places")]


def _group(name: str) -> frozenset[str]:
    return frozenset(_grammar[name].split())


FIRST_NAMES = _words("first_names")
ALSO_WORDS = _words("first_names_that_are_words")
"""First names that are ordinary words too."""
SHORTEST_CLEAR_NAME = 4
CLEAR_NAMES = frozenset(name for name in FIRST_NAMES - ALSO_WORDS if len(name) >= SHORTEST_CLEAR_NAME)
"""First names that are nothing else, so a hint in lower case too."""
PLACES = frozenset(parts[0] for parts in _places if len(parts) == 1)
PLACE_PHRASES = frozenset(parts for parts in _places if len(parts) > 1)
PEOPLES = _words("peoples")
COMMON = _words("common")
ALLOWED = _words("words") | PLACES | PEOPLES

PARTICLES = _group("particles")
STREETS = _group("streets")
STREET_ENDINGS = tuple(_grammar["street_endings"].split())
ABBREVIATIONS = _group("abbreviations")
TITLES = _group("titles")
CUES = _group("cues")
HEADS = _group("heads")
TAILS = _group("tails")
PLACE_WORDS = _group("place_words")
ARTICLES = _group("articles")
VERBS = _group("verbs")
NOUN_ENDINGS = tuple(_grammar["noun_endings"].split())
PERSONS = _group("persons")
MAILBOXES = _group("mailboxes")
NO_STREET = _group("no_street")
NO_LETTERS = frozenset(letters.upper() for letters in _group("no_letters"))
EVERYBODY = _group("everybody")
