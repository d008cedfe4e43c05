"""Files that mean harm, as small as they can be made; and, as a program, what reading one costs."""

import io
import json
import os
import resource
import sys
import zipfile
from pathlib import Path
from time import perf_counter

from bsoo.errors import Refused
from bsoo.registry.imports import spreadsheets
from tests.lists import file_of

DATA = Path(__file__).parent / "data" / "lists"
_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_ODS = "".join(f' xmlns:{name}="{_URN}:{name}:1.0"' for name in ("office", "table", "text")).encode()
_CELL = b'<table:table-cell office:value-type="string"><text:p>x@y.example</text:p></table:table-cell>'


def files() -> dict[str, bytes]:
    """Each kind of harm that the issue of a registry that stays right names, and some that are worse."""
    return {
        "bomb": _book(b" " * 80_000_000),
        "empty-rows": _book(b"".join(b'<row r="%d"/>' % n for n in range(1, 1_000_001))),
        "last-cell": _book(
            b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
        "last-cell-xls": (DATA / "last-cell.xls").read_bytes(),
        "long-text-everywhere": _book(_everywhere(40_000), _shared("a" * 30_000)),
        "formulas": _book(b'<row><c r="A1"><f>HYPERLINK("http://x.example")</f><v>2</v></c></row>' * 20_000),
        "macros": _zip({"xl/workbook.xml": b"<x/>", "xl/vbaProject.bin": b"Sub AutoOpen()"}),
        "program": b"MZ\x90\0" + bytes(range(256)) * 4_000,
        "broken": _book(b'<row r="1"><c r="A1"><v>1</row>'),
        "too-many-parts": _zip({"xl/workbook.xml": b"<x/>", **{f"x/{n}": b"" for n in range(10_000)}}),
        "fifty-megabytes": b"naam;e-mail\n" + b"jan;jan@jansen.example\n" * 2_200_000,
        "repeats": _ods(b'<table:table-row><table:table-cell table:number-columns-repeated="999"/>' + _CELL, 40_000),
        "rows-of-rows": _ods(b'<table:table-row table:number-rows-repeated="1000000">' + _CELL * 2, 2),
    }


def _book(rows: bytes, shared: bytes = b"") -> bytes:
    honest = zipfile.ZipFile(io.BytesIO(file_of([["E-mail"], ["x@y.example"]])))
    parts = {name: honest.read(name) for name in honest.namelist()}
    parts["xl/worksheets/sheet1.xml"] = _SHEET + rows + b"</sheetData></worksheet>"
    if shared:
        parts["xl/sharedStrings.xml"] = shared
    return _zip(parts)


def _everywhere(rows: int) -> bytes:
    line = b'<row r="%d"><c r="A%d" t="s"><v>0</v></c><c r="B%d" t="s"><v>0</v></c></row>'
    return b"".join(line % (n, n, n) for n in range(1, rows + 1))


def _shared(said: str) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<sst xmlns="' + space + b'"><si><t>' + said.encode() + b"</t></si></sst>"


def _ods(row: bytes, times: int) -> bytes:
    rows = (row + b"</table:table-row>") * times
    table = b'<table:table table:name="a">' + rows + b"</table:table>"
    body = b"<office:body><office:spreadsheet>" + table + b"</office:spreadsheet></office:body>"
    content = b"<office:document-content" + _ODS + b">" + body + b"</office:document-content>"
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return _zip({"mimetype": kind, "META-INF/manifest.xml": b"<x/>", "content.xml": content})


def _zip(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return packed.getvalue()


def _measure(path: Path) -> dict[str, object]:
    """Read one file as an upload is read."""
    began = perf_counter()
    try:
        with path.open("rb") as file:
            spreadsheets.read(file.read(spreadsheets.MAX_BYTES + 1))
        said = ""
    except Refused as refusal:
        said = refusal.errors["file"]
    used = [resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {"name": path.name, "said": said, "seconds": perf_counter() - began, "megabytes": max(used)}


def _measure_apart(path: Path) -> None:
    """In a process that did nothing else: what it used once it never gives back."""
    if child := os.fork():
        os.waitpid(child, 0)
    else:
        sys.stdout.write(json.dumps(_measure(path)) + "\n")
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    for each in sys.argv[1:]:
        _measure_apart(Path(each))
