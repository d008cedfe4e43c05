"""Which benchmarks there are, and how their figures are shown."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import typer

from bsoo.bench import delivery, doubles, importing, pages, searching, texts
from bsoo.bench.figures import Figure

Benchmark = Callable[[Path], Iterator[Figure]]
"""Measures in a folder of its own."""

BENCHMARKS: dict[str, Benchmark] = {
    "pages": pages.measure,
    "import": importing.measure,
    "doubles": doubles.measure,
    "delivery": delivery.measure,
    "search": searching.measure,
    "texts": texts.measure,
}


def run(name: str, as_json: bool) -> int:
    """Measure, and say each figure as soon as it is known."""
    if name and name not in BENCHMARKS:
        typer.echo(f"There is no benchmark {name}. There are: {', '.join(BENCHMARKS)}.", err=True)
        return 2
    for one in [name] if name else list(BENCHMARKS):
        with tempfile.TemporaryDirectory(prefix="bsoo-bench-") as folder:
            if not as_json:
                typer.echo(f"\n{one}\n{_line(HEAD)}")
            for figure in BENCHMARKS[one](Path(folder)):
                typer.echo(json.dumps(figure.facts()) if as_json else _line(figure.cells()))
    return 0


HEAD = ("what", "clients", "ours", "limit", "unit", "p95 ms", "CPU ms", "limit's CPU ms", "ratio", "aim", "")
WIDTHS = (26, 7, 9, 9, 11, 8, 8, 15, 7, 8, 6)


def _line(cells: Sequence[str]) -> str:
    first, *others = zip(cells, WIDTHS, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]).rstrip()
