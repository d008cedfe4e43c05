"""What changed between two texts, line by line."""

from difflib import ndiff

from bsoo.mail.wording.built_in import Wording

SAME, GONE, NEW = " ", "-", "+"


def differences(before: Wording, after: Wording) -> list[tuple[str, str]]:
    """Lines with a sign: the same, gone or new. Of what is the same only what has words."""
    lines = ndiff(_lines(before), _lines(after))
    return [(line[0], line[2:]) for line in lines if line[0] in {SAME, GONE, NEW} and line[2:].strip()]


def _lines(wording: Wording) -> list[str]:
    return [wording.subject, wording.button, *wording.text.split("\n")]
