"""Look-alike characters: one plain spelling to search in, with the way back to the text as it was written."""

import unicodedata
from collections.abc import Sequence

_PLAIN = {ord(mark): "-" for mark in "‐‑‒–—―−﹣－"} | {ord(mark): "'" for mark in "‘’‚‛ʼ′＇"}
_TOKENS = str.maketrans({"＠": "@", "．": ".", "﹫": "@", "＋": "+", "•": "-", "·": "."})


class Folded:
    """A text in plain spelling; `original(start, end)` gives the place in the text that was given."""

    def __init__(self, text: str) -> None:
        self._places: Sequence[int] | None = None
        self.text = text
        if not text.isascii():
            self.text, self._places = _fold(text)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The same stretch in the given text, with what was invisible inside it."""
        if self._places is None:
            return start, end
        return self._places[start], self._places[end - 1] + 1


def _fold(text: str) -> tuple[str, Sequence[int]]:
    """Digits of any script become 0-9, wide letters plain, odd spaces and dashes plain, invisible ones vanish."""
    plain: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for piece in char if char.isascii() else _plain(char):
            plain.append(piece)
            places.append(place)
    return "".join(plain), places


def _plain(char: str) -> str:
    mapped = char.translate(_PLAIN).translate(_TOKENS)
    if mapped != char:
        return mapped
    category = unicodedata.category(char)
    if category in ("Cf", "Cc"):
        return ""
    if category == "Zs":
        return " "
    if category in ("Nd", "No", "Nl"):
        return _digit(char)
    if "LATIN" not in unicodedata.name(char, "") or char.isalpha():
        simple = unicodedata.normalize("NFKC", char)
        return simple if len(simple) == 1 and simple.isascii() else char
    return char


def _digit(char: str) -> str:
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)
