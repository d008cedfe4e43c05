"""Folding of text for addresses, matching and search: lower case, without accents."""

import re
import unicodedata

_EXTRA = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """Lower case, without accents: "Sørensen" and "sorensen" are the same."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_EXTRA))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def slug_of(text: str) -> str:
    """The text as a part of an address: "'s-Hertogenbosch" gives "s-hertogenbosch"."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:40]
