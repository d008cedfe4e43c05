"""Two lists beside each other on one sheet are two lists: read as one, a row would be two people at once. Pure."""

from dataclasses import replace
from itertools import pairwise

from bsoo.registry import values
from bsoo.registry.imports.columns import by_header, header_row
from bsoo.registry.imports.headers import Meaning
from bsoo.registry.imports.sheets import Sheet

_ALIKE = 2
"""Headers that both have in common."""


def apart(sheet: Sheet) -> list[Sheet]:
    """The sheet once for each list on it; cells of the others are empty, so that rows and columns keep their place."""
    header = header_row(sheet.rows)
    names = [values.folded(values.text(cell)) for cell in sheet.rows[header]] if header is not None else []
    first = next((name for name in names if name), "")
    starts = [place for place, name in enumerate(names) if name and name == first]
    spans = list(pairwise([*starts, len(names)]))
    if len(spans) < _ALIKE or not all(_is_list(names[start:end], names[slice(*spans[0])]) for start, end in spans):
        return [sheet]
    ends = [*starts[1:], max(map(len, sheet.rows))]
    return [
        replace(
            sheet, rows=[["" if not start <= at < end else cell for at, cell in enumerate(row)] for row in sheet.rows]
        )
        for start, end in zip([0, *starts[1:]], ends, strict=True)
    ]


def _is_list(names: list[str], first: list[str]) -> bool:
    """Whether these headers are those of a contact list, and mostly those of the first one again."""
    meanings = {found[0] for name in names if (found := by_header(name))}
    return Meaning.EMAIL in meanings and len({name for name in names if name} & set(first)) >= _ALIKE
