"""What happens to a text while somebody waits: the privacy guard reads it, and minutes become a PDF."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

from bsoo.bench.figures import Figure
from bsoo.publications.document import Document, Part
from bsoo.publications.pdf import pdf
from bsoo.signals.guard import findings

REPEATS = 5
MOST_FOR_A_TEXT, MOST_FOR_A_PDF = 5.0, 100.0
"""Milliseconds of CPU."""

SIGNALS = (
    "Gezinnen wachten steeds langer op een plek in de nachtopvang. Bel 06 12345678 voor meer.",
    "De huisarts vraagt vooraf 45 euro, ook bij spoed. Dat zagen drie organisaties in november.",
    "Jongeren van 17 en 18 jaar raken hun begeleiding kwijt op hun verjaardag, 12-03-2008 bijvoorbeeld.",
    "Sinds de zomer komt niemand meer naar het spreekuur in de Kerkstraat 12, 1017 GC Amsterdam.",
)


def measure(_folder: Path) -> Iterator[Figure]:
    """The least of some repeats, once everything is warm."""
    yield _figure("guard, one signal", lambda: [findings(one) for one in SIGNALS], len(SIGNALS), MOST_FOR_A_TEXT)
    minutes = _minutes()
    yield _figure("minutes as PDF", lambda: pdf(minutes, ("bench",)), 1, MOST_FOR_A_PDF)


def _figure(name: str, work: Callable[[], object], times: int, most: float) -> Figure:
    work()
    least = min(_cpu(work) for _repeat in range(REPEATS)) / times
    return Figure(
        name=name,
        ours=least,
        limit=most,
        unit="ms CPU",
        ratio=least / most,
        aim="<= 1",
        met=least <= most,
    )


def _cpu(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return (process_time() - began) * 1000


def _minutes() -> Document:
    """Eight items of five lines, as long as minutes are."""
    lines = [Part("text", text=text) for text in (*SIGNALS, SIGNALS[0])]
    headings = [Part("heading", title=f"Punt {number}", anchor=f"punt-{number}") for number in range(8)]
    parts = tuple(part for heading in headings for part in (heading, *lines))
    return Document("Overleg Amsterdam", "Verslag", "Buurthuis De Ankerplaats", parts)
