"""A sheet of a file, before anybody knows what it holds. Pure."""

from dataclasses import dataclass

from bsoo.registry.values import Cell


@dataclass(slots=True)
class Sheet:
    """One sheet: its rows as they stand in the file; `first_row` is the file's number of rows[0]."""

    name: str
    rows: list[list[Cell]]
    first_row: int = 1
    struck: frozenset[int] = frozenset()
    """Numbers of the rows whose text is struck through."""
