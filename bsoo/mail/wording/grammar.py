"""How a text is read: paragraphs with {placeholders}, "# " before a heading and "- " before an item of a list.

That is all: nothing is computed, so nobody's text can do anything. `{if x}` or `{als x}` at the beginning of a
paragraph leaves it out when x is empty, `{if no x}` or `{als geen x}` when it is not; and a paragraph in which a
placeholder turns out to be empty is left out as a whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
HEADING, ITEM = "# ", "- "

_CONDITION = re.compile(r"(?:als|if) +(?:(geen|no) +)?(.+)")
_BREAK = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be there, or must not, for a paragraph to be read."""

    name: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    conditions: tuple[Condition, ...]
    lines: tuple[str, ...]

    @property
    def names(self) -> set[str]:
        return {name for line in self.lines for name in names_in(line)}


def paragraphs(text: str) -> Iterator[Paragraph]:
    """A text in parts, which empty lines divide."""
    for part in _BREAK.split(text.strip()):
        rest, conditions = part.strip(), []
        while (found := PLACEHOLDER.match(rest)) and (condition := condition_of(found[1])):
            conditions.append(condition)
            rest = rest[found.end() :].lstrip()
        yield Paragraph(tuple(conditions), tuple(line.rstrip() for line in rest.split("\n")))


def condition_of(inside: str) -> Condition | None:
    """What stands between braces as a condition; None when it is a placeholder."""
    found = _CONDITION.fullmatch(plain(inside))
    return Condition(plain(found[2]), not found[1]) if found else None


def names_in(line: str) -> Iterator[str]:
    """The placeholders of a line, as they are called."""
    return (plain(found[1]) for found in PLACEHOLDER.finditer(line))


def plain(name: str) -> str:
    """A name as it is looked up: however it was capitalised and spaced."""
    return " ".join(name.split()).lower()


def only_placeholder(line: str) -> str:
    """The name of the placeholder that is all of a line; empty when there is more, or nothing."""
    found = PLACEHOLDER.fullmatch(line.strip())
    return plain(found[1]) if found else ""
