"""Files that are no list, or no friend, are refused in words."""

import io
import zipfile
from datetime import date

import pytest
from sqlmodel import Session

from bsoo.access.actor import SYSTEM
from bsoo.errors import Refused
from bsoo.regions import Region
from bsoo.registry.imports import importing, reading, spreadsheets, workbooks
from bsoo.registry.imports.sheets import Sheet
from tests.lists import OURS

TODAY = date(2026, 11, 23)


def zipped(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return packed.getvalue()


FAR_CELL = b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
WIDE = b"<worksheet><sheetData>" + b'<row r="40000"><c r="ZZ40000"><v>1</v></c></row>' + b"</sheetData></worksheet>"
EMPTY = (
    b"<worksheet><sheetData>"
    + b"".join(b'<row r="%d"/>' % n for n in range(1, 1_000_001))
    + b"</sheetData></worksheet>"
)
REPEATED = (
    b"<table:table>"
    + b'<table:table-row table:number-rows-repeated="1000000"><text:p>x</text:p></table:table-row></table:table>'
)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\0",
        b"MZ\x90\x00\x03\x00\x00\x00" + bytes(500),
        b"%PDF-1.7\n",
        b"<html><table><tr><td>x</td></tr></table></html>",
        b"PK\x03\x04" + bytes(50),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
        zipped(readme_xml=b"<x/>"),
        zipped(xl__workbook_xml=b"<broken", xl__worksheets__sheet1_xml=b"<also"),
        zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=FAR_CELL),
        zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=WIDE),
        zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=bytes(120_000_000)),
        zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=EMPTY),
        zipped(content_xml=REPEATED),
        b"x" * (spreadsheets.MAX_BYTES + 1),
        b"a;b\n" * (workbooks.MAX_ROWS + 1),
        zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b'<c r="A1"><f>1+1</f><v>2</v></c>' * 60),
        zipped(content_xml=b'<table:table-cell table:formula="of:=1+1"/>' * 60),
        zipped(**{"xl__workbook_xml": b"<x/>", "xl/vbaProject.bin": b"Sub AutoOpen()"}),
        zipped(**{"content_xml": b"<x/>", "Basic/Standard/Module1_xml": b"<x/>"}),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"),
    ],
    ids=[
        "empty",
        "zeros",
        "program",
        "pdf",
        "html",
        "cut-zip",
        "cut-xls",
        "other-zip",
        "broken-xml",
        "far-cell",
        "wide",
        "bomb",
        "empty-rows",
        "ods-bomb",
        "large",
        "long",
        "formulas",
        "formulas-ods",
        "macros",
        "macros-ods",
        "macros-xls",
    ],
)
def test_hostile_and_broken_files_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        spreadsheets.read(data)

    assert list(refusal.value.errors) == ["file"]
    assert len(refusal.value.errors["file"]) > 10


def test_a_cell_of_megabytes_is_read_in_no_time() -> None:
    endless = ["van " * 50_000, "06 " * 50_000, "a." * 20_000 + "@" + "a." * 20_000, "(at)" * 40_000]
    lines = [["Naam", "Telefoon", "E-mail", "Opmerking"], *([cell, cell, cell, cell] for cell in endless)]

    found = reading.contact_list([Sheet("", [list(line) for line in lines])], TODAY, OURS)

    assert [row.fault.kind for row in found.rows if row.fault] == ["bad-address"] * 4


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    packed = bytearray(zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=bytes(120_000_000)))
    honest = (120_000_000).to_bytes(4, "little")
    while (place := packed.find(honest)) >= 0:
        packed[place : place + 4] = (1000).to_bytes(4, "little")

    with pytest.raises(Refused):
        spreadsheets.read(bytes(packed))


def test_a_file_without_contacts_is_refused(db: Session, amsterdam: Region) -> None:
    with pytest.raises(Refused):
        importing.plan(db, SYSTEM, amsterdam, b"kleur;maat\nrood;3\n", "kleuren.csv")
