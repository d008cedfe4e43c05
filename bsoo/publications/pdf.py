"""A document as a tagged PDF, made by typst: PDF/UA-1 where the text allows it.

Texts reach typst as data only. The compiler sees no folder but this one and no fonts but ours.
"""

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from bsoo.i18n import gettext as _
from bsoo.i18n import language, speaking
from bsoo.publications.document import Document, colophon, document
from bsoo.publications.faces import digest

if TYPE_CHECKING:
    from typst import Compiler

FOLDER = Path(__file__).parent
MARK = FOLDER.parent / "static" / "wordmark.svg"
NAME = "Breed Stedelijk Overleg Ongedocumenteerden"

_turn = Lock()


@lru_cache(maxsize=32)
def translated(content: bytes, version: int, published_at: datetime, wanted: str) -> bytes:
    """The PDF of a stored content (as its canonical JSON) in another language than it was published in."""
    found = json.loads(content)
    with speaking(wanted):
        return pdf(document(found), colophon(version, published_at, digest(found)))


def pdf(shown: Document, end: tuple[str, ...]) -> bytes:
    """The PDF of a document in the language in force; the same document is the same file."""
    from typst import TypstError  # noqa: PLC0415 -- 84 MB that only a publication needs

    inputs = {"sheet": json.dumps(sheet(shown, end)), "mark": _mark()}
    # One compiler keeps its fonts and parsed template warm; it is not made for two threads at once.
    with _turn:
        try:
            return _compiled(inputs, standard=True)
        except TypstError:
            # PDF/UA-1 refuses signs that no font here can draw, such as an emoji; the file stays tagged without it.
            return _compiled(inputs, standard=False)


def _compiled(inputs: dict[str, str], *, standard: bool) -> bytes:
    made = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"] if standard else [], timestamp=0)
    assert isinstance(made, bytes)
    return made


def sheet(shown: Document, end: tuple[str, ...]) -> dict[str, object]:
    """All that typst is told, with the words of the language in force."""
    return {
        "title": shown.title,
        "kicker": shown.kicker,
        "lede": shown.lede,
        "top": shown.top,
        "parts": [asdict(part) for part in shown.parts],
        "colophon": end,
        "author": "BSOO",
        "language": language(),
        "full_name": NAME.replace("Overleg ", "Overleg\n"),
        "footer": f"BSOO · {NAME}",
        "of": _("of"),
    }


@cache
def _compiler() -> "Compiler":
    from typst import Compiler  # noqa: PLC0415 -- as above

    return Compiler(
        str(FOLDER / "document.typ"), root=str(FOLDER), font_paths=[str(FOLDER / "fonts")], ignore_system_fonts=True
    )


@cache
def _mark() -> str:
    return MARK.read_text(encoding="utf-8")
