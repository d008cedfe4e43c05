"""Shorter forms of a text: folded for addresses, matching and search; initials."""

import re
import unicodedata

_EXTRA = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """Lower case, without accents: "Sørensen" and "sorensen" are the same."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.lower().translate(_EXTRA))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def slug_of(text: str) -> str:
    """The text as a part of an address: "'s-Hertogenbosch" gives "s-hertogenbosch"."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:40]


def initials(name: str) -> str:
    """Of the first and the last word with a capital: "Femke de Vries" gives "FV", and "femke" still "F"."""
    words = [word for word in name.split() if word[:1].isupper()] or name.split()[:1]
    return "".join(word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words))
