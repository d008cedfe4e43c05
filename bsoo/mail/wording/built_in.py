"""The texts that come with the product: a file for each letter and language, with subject, button and text."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent.parent / "texts"
NO_BUTTON = "-"


class Wording(NamedTuple):
    """What a letter says, with {placeholders} in it."""

    subject: str
    text: str
    button: str = ""
    """The word on its button; empty when the letter has none, or answers instead."""


Facts = Mapping[str, Any]  # Any: the facts of a letter, checked by letters.stored

VARIANTS: dict[str, Callable[[Facts], str]] = {
    "answer_confirmed": lambda facts: str(facts["answer"]),
    "meeting_changed": lambda facts: "ask" if facts["asks_again"] else "stay",
    "signal_accepted": lambda facts: "agenda" if facts["meeting"] else "counts",
    "mail_received": lambda facts: "complaint" if facts["is_complaint"] else "answer",
}
"""Letters that say something else according to their facts: each variant is a text of its own."""


def key_of(letter: str, facts: Facts) -> str:
    """Which text a letter with these facts needs: "invitation", "answer_confirmed.online"."""
    return f"{letter}.{VARIANTS[letter](facts)}" if letter in VARIANTS else letter


def letter_of(key: str) -> str:
    """The letter to which a text belongs."""
    return key.partition(".")[0]


@cache
def built_in(key: str, language: str) -> Wording:
    """The text of the product; its file has the subject on line 1, the button on line 2, and the text from line 4."""
    subject, button, _empty, text = (FOLDER / language / f"{key}.txt").read_text().split("\n", 3)
    return Wording(subject, text.strip("\n"), "" if button == NO_BUTTON else button)


@cache
def keys() -> tuple[str, ...]:
    """Every text that exists."""
    return tuple(sorted(path.stem for path in (FOLDER / "nl").glob("*.txt")))
