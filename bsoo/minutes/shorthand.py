"""A line of the minutes as it is typed: its first sign says what it is. Pure."""

from bsoo.minutes.models import BlockKind

SIGNS = {"!": BlockKind.ACTION, "=": BlockKind.DECISION}


def kind_and_text(typed: str, chosen: BlockKind) -> tuple[BlockKind, str]:
    """`! makes a list` is an action and `= we share it` a decision, whatever kind was chosen."""
    text = typed.strip()
    if text[:1] in SIGNS:
        return SIGNS[text[0]], text[1:].strip()
    return chosen, text
