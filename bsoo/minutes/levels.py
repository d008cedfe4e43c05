"""Who may read what: internal is above participants, participants above public; nothing goes down by itself. Pure."""

from bsoo.meetings.models import TextLevel

_FROM_LOW_TO_HIGH = (TextLevel.PUBLIC, TextLevel.PARTICIPANTS, TextLevel.INTERNAL)


def readable_at(level: TextLevel) -> tuple[TextLevel, ...]:
    """The levels of text that a reader of this level sees."""
    return _FROM_LOW_TO_HIGH[: _FROM_LOW_TO_HIGH.index(level) + 1]


def is_readable(text_level: TextLevel, reader: TextLevel) -> bool:
    return text_level in readable_at(reader)
